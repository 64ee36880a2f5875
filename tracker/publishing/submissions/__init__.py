"""Submissions to committees as Word documents: `selection` → `stages` → `document` → `docx_writer`. Start in `stages`."""
