"""The files of a private folder with CANARY in every field and every file name."""

import hashlib
from pathlib import Path, PurePath

from tests.support.examples import examples

CANARY = "zqxcanary"
"""A word that occurs nowhere else."""
ASKED = "ngo-2024-r8"
LAW, DOCUMENT = "law-69-2024", "ngo-2024"
"""The ids of public evidence and of a public document that have a private file."""
CONTENT, ORIGINAL = f"%PDF-1.7 {CANARY} cleaned", f"%PDF-1.7 {CANARY} as it was received"
SHA256, RECEIVED = (hashlib.sha256(text.encode()).hexdigest() for text in (CONTENT, ORIGINAL))
TEXTS = examples(__file__)
ENTRY, EVIDENCE, NOTES, DRAFT = (TEXTS[name] for name in ("entry", "evidence", "notes", "draft"))
KEPT = {
    f"files/{SHA256}.pdf": CONTENT,
    f"files/{SHA256}.pages.txt": f"{CANARY} seen on page 1\f{CANARY} on page 2",
    f"files/{SHA256}.preview.webp": f"RIFF{CANARY}",
    f"files/{SHA256}.{RECEIVED}.pdf": ORIGINAL,
}
DRAFT_ID = "0123456789abcdef"
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


def lay(root: PurePath, files: dict[str, str]) -> None:
    """Write files into a folder. `files` is path below `root` → text."""
    for name, text in files.items():
        path = Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
