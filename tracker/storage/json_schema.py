"""The JSON Schemas of the files, generated from the model, so that an editor completes and checks them."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.safety.patterns import SafetyFile

NAMES: dict[type, str] = {
    Recommendation: "recommendation",
    Evidence: "evidence",
    BodiesFile: "treaty_bodies",
    DocumentsFile: "documents",
    Settings: "tracker",
    SafetyFile: "safety",
}
FROM_THE_FILE_NAME = ("id", "version")


def schema(kind: type) -> dict[str, Any]:
    """The JSON Schema of the files of one kind."""
    found = TypeAdapter(kind).json_schema(mode="validation")
    if kind in (Recommendation, Evidence):
        for name in FROM_THE_FILE_NAME:
            found["properties"].pop(name)
        found["required"] = [name for name in found["required"] if name not in FROM_THE_FILE_NAME]
    if kind is DocumentsFile:
        found["$defs"]["Document"]["properties"].pop("version")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def written(kind: type) -> str:
    """The text of a schema file."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n"


def write(root: Path) -> list[Path]:
    """Writes the schema files below a data folder and gives their paths."""
    folder = root / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind, name in NAMES.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(written(kind), encoding="utf-8")
    return paths


def first_line(kind: type) -> str:
    """The first line of a data file, which tells an editor where the schema is."""
    up = "../" if kind in (Recommendation, Evidence) else ""
    return f"# yaml-language-server: $schema={up}schema/{NAMES[kind]}.json\n"
