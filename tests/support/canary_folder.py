"""The files of a private folder with CANARY in every field and every file name."""

import hashlib
from pathlib import Path

CANARY = "zqxcanary"
"""A word that occurs nowhere else."""
ASKED = "ngo-2024-r8"
LAW, DOCUMENT = "law-69-2024", "ngo-2024"
"""The ids of public evidence and of a public document that have a private file."""
CONTENT, ORIGINAL = f"%PDF-1.7 {CANARY} cleaned", f"%PDF-1.7 {CANARY} as it was received"
SHA256, RECEIVED = (hashlib.sha256(text.encode()).hexdigest() for text in (CONTENT, ORIGINAL))
ENTRY = f"""\
  - sha256: {SHA256}
    kind: pdf
    name: {CANARY}.pdf
    size: {len(CONTENT)}
    caption: {{en: {CANARY}, ru: {CANARY}}}
    pages: {CANARY}
    recorded: 2026-01-31T12:00:00.000001Z
    recorded_by: {CANARY}
    recorded_for: {CANARY}
"""
"""A file with CANARY in everything: contents, text, preview, original, name and caption."""
KEPT = {
    f"files/{SHA256}.pdf": CONTENT,
    f"files/{SHA256}.pages.txt": f"{CANARY} seen on page 1\f{CANARY} on page 2",
    f"files/{SHA256}.preview.webp": f"RIFF{CANARY}",
    f"files/{SHA256}.{RECEIVED}.pdf": ORIGINAL,
}
EVIDENCE = f"""\
# {CANARY}
kind: news
publisher: {CANARY}
title: {{en: {CANARY}, ru: {CANARY}}}
summary: {{en: {CANARY} seen, ru: {CANARY}}}
happened: 2025-02
published: 2026-03
dimension: practice
verification: reported
link: https://{CANARY}.example/a
archived: https://{CANARY}.example/b
identifier: {CANARY}
relevant_to:
  - {{recommendation: {ASKED}, effect: setback, recorded: 2026-01-31T12:00:00.000001Z}}
files:
{ENTRY}tags:
  - {{tagged_by: ours, themes: [sentencing], rights: [{CANARY}], authorities: [{{name: {CANARY}}}]}}
recorded: 2026-01-31T12:00:00.000000Z
recorded_by: {CANARY}
recorded_for: {CANARY}
events:
  - {{type: restored, reason: {CANARY}, recorded: 2026-02-01T12:00:00.000000Z, recorded_by: {CANARY}, recorded_for: {CANARY}}}
history:
  - {{recorded: 2026-02-02T12:00:00.000000Z, recorded_by: {CANARY}, recorded_for: {CANARY}, reason: {CANARY}, field: summary, old: {CANARY}}}
"""
NOTES = (
    f"# {CANARY}\nnotes:\n  - text: {CANARY}\n    recorded: 2026-01-31T12:00:00.000000Z\n    recorded_by: {CANARY}\n"
)
DRAFT_ID = "0123456789abcdef"
DRAFT = f"""\
{{"id": "{DRAFT_ID}", "kind": "document", "owner": "{CANARY}", "name": "{CANARY}", "content": {{"{CANARY}": "{CANARY}"}},
 "choices": {{"import_title_3": "{CANARY}"}}, "offered_to": "editor-x1", "declined_by": "{CANARY}", "changed": "{CANARY}"}}
"""
BROKEN = f"{CANARY}: [1\n"
PRIVATE = {
    f"evidence/{CANARY}-1.yaml": EVIDENCE,
    f"evidence/{CANARY}-2.yaml": BROKEN,
    f"notes/{ASKED}.yaml": NOTES,
    f"notes/{CANARY}.yaml": NOTES,
    "notes/cescr.yaml": f"{NOTES}    due: 2027-02-03\n",
    f"import-drafts/{DRAFT_ID}.json": DRAFT,
    f"import-drafts/{CANARY}.json": BROKEN,
    f"submission-drafts/{DRAFT_ID}.json": DRAFT,
    f"proposals/{DRAFT_ID}.json": DRAFT,
    f"evidence_files/{LAW}.yaml": f"# {CANARY}\nfiles:\n{ENTRY}",
    f"evidence_files/{CANARY}.yaml": BROKEN,
    f"document_files/{DOCUMENT}.yaml": f"# {CANARY}\nfiles:\n{ENTRY}",
    **KEPT,
    "settled.yaml": f"- {{reason: {CANARY}}}\n",
}
NAMED = f"{CANARY}-1"


def lay(root: Path, files: dict[str, str]) -> None:
    """Write files into a folder. `files` is path below `root` → text."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
