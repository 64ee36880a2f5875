"""Submissions to committees as Word documents. Start with `stages.py`: what each document contains.

`selection.py` decides which recommendations belong to a stage and what is missing for them, `stages.py` builds a
document (`document.py`), and `docx_writer.py` writes it. `thematic_list.py` fills the table of the UPR.
"""
