"""The JSON Schemas of the files, generated from the model, so that an editor completes and checks them."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile

SCHEMA_NAMES: dict[type, str] = {
    Recommendation: "recommendation",
    Evidence: "evidence",
    BodiesFile: "treaty_bodies",
    DocumentsFile: "documents",
    Settings: "tracker",
    SafetyFile: "safety",
}
FIELDS_FROM_FILE_NAME = ("id", "version")


def json_schema_of(kind: type) -> dict[str, Any]:
    """The JSON Schema of the files of one kind."""
    found = TypeAdapter(kind).json_schema(mode="validation")
    if kind in (Recommendation, Evidence):
        for name in FIELDS_FROM_FILE_NAME:
            found["properties"].pop(name)
        found["required"] = [name for name in found["required"] if name not in FIELDS_FROM_FILE_NAME]
    if kind is DocumentsFile:
        found["$defs"]["Document"]["properties"].pop("version")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def schema_text(kind: type) -> str:
    """The text of a schema file."""
    return json.dumps(json_schema_of(kind), indent=1, ensure_ascii=False) + "\n"


def write_schemas(root: Path) -> list[Path]:
    """Writes the schema files below a data folder and gives their paths."""
    folder = root / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind, name in SCHEMA_NAMES.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(schema_text(kind), encoding="utf-8")
    return paths


def schema_comment(kind: type) -> str:
    """The first line of a data file, which tells an editor where the schema is."""
    up = "../" if kind in (Recommendation, Evidence) else ""
    return f"# yaml-language-server: $schema={up}schema/{SCHEMA_NAMES[kind]}.json\n"
