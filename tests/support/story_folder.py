"""A small data folder for tests: one committee with two reviews, another committee, and an alternative report."""

from pathlib import Path

from tests.support.canary_folder import lay
from tests.support.examples import examples

TEXTS = examples(__file__)
TRACKER, BODIES, DOCUMENTS = TEXTS["tracker"], TEXTS["bodies"], TEXTS["documents"]
ASKED, RECOMMENDED, NEWS = TEXTS["asked"], TEXTS["recommended"], TEXTS["news"]
GRADED = RECOMMENDED.replace("co-4", "hrc-3")
RECORDED = "recorded: 2026-01-31T12:00:00.000000Z"


def made(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write a data folder without problems, and return it. `files` are added, or take the place of its own files."""
    ours = {
        "tracker.yaml": TRACKER,
        "treaty_bodies.yaml": BODIES,
        "documents.yaml": DOCUMENTS,
        "recommendations/r1.yaml": ASKED,
        "recommendations/co-4-12.yaml": RECOMMENDED,
        "recommendations/hrc-3-20.yaml": GRADED,
        "evidence/law.yaml": NEWS,
    }
    lay(root, {**ours, **(files or {})})
    return root
