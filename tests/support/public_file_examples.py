"""Attached files of a small data folder: their bytes in the folder `files`, and the entries that name them."""

import hashlib
import io
from pathlib import Path

import yaml
from PIL import Image

from tests.support.small_dataset import SHOWN, folder

RECEIVED = "ab" * 32


def keep_file(root: Path, data: bytes, kind: str = "pdf", **more: object) -> dict[str, object]:
    """Write an attached file into a data folder. Return its entry, with `more` values in it."""
    digest = hashlib.sha256(data).hexdigest()
    path = root / "files" / f"{digest}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    entry = {"sha256": digest, "kind": kind, "name": f"report.{kind}", "size": len(data)}
    return entry | more


def keep_preview(root: Path, entry: dict[str, object], width: int = 80, height: int = 110) -> bytes:
    """Write a preview of an attached file. Return its bytes."""
    image = io.BytesIO()
    Image.new("RGB", (width, height), "#357").save(image, "WEBP")
    (root / "files" / f"{entry['sha256']}.preview.webp").write_bytes(image.getvalue())
    return image.getvalue()


def evidence_with(*entries: dict[str, object], **more: object) -> str:
    """Return the YAML of evidence that names these files. `more` are other values of the evidence."""
    return SHOWN + yaml.safe_dump({"files": list(entries), **more}, allow_unicode=True)


def lay_evidence(root: Path, *entries: dict[str, object], **more: object) -> Path:
    """Write a data folder in which evidence x names these files. Return the folder."""
    return folder(root, {"e/x": evidence_with(*entries, **more)})
