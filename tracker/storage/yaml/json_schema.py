"""Generate the JSON Schemas of the data files from the model. YAML editors use them to suggest keys and check files."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tracker.model.fields import FIELDS, fields_of
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile

DATA_VERSION = "1"
"""The version of the data files. It changes when an earlier program would misread files of the new version."""
SCHEMA_NAMES: dict[type, str] = {
    Recommendation: "recommendation",
    Evidence: "evidence",
    BodiesFile: "treaty_bodies",
    DocumentsFile: "documents",
    Settings: "tracker",
    SafetyFile: "safety",
}
FIELDS_FROM_FILE_NAME = ("id", "version")
"""The fields of a recommendation or of evidence that are not in its file: the id is the name of the file."""
COMPLETED_TYPES = ("TreatyBody", "TaxonomyTerm", "StatusDisplay")
"""The types whose values are completed from `tracker/defaults`. In a file, only the id is required."""


def json_schema_of(kind: type) -> dict[str, Any]:
    """Return the JSON Schema for the files that contain the type `kind`. The title of a key is the field's label."""
    schema = TypeAdapter(kind).json_schema(mode="validation")
    if kind in (Recommendation, Evidence):
        for name in FIELDS_FROM_FILE_NAME:
            schema["properties"].pop(name)
        schema["required"] = [name for name in schema["required"] if name not in FIELDS_FROM_FILE_NAME]
    if kind is DocumentsFile:
        schema["$defs"]["Document"]["properties"].pop("version")
    if kind is Settings:
        schema["required"].remove("statuses")
    for name in COMPLETED_TYPES:
        if shape := schema.get("$defs", {}).get(name):
            shape["required"] = [key for key in shape["required"] if key == "id"]
    for described in FIELDS:
        shape = schema if described is kind else schema.get("$defs", {}).get(described.__name__, {})
        for field in fields_of(described):
            if field.label and field.name in shape.get("properties", {}):
                shape["properties"][field.name]["title"] = field.label
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_schemas(root: Path) -> list[Path]:
    """Write all JSON Schemas into the subfolder `schema` of `root`, which is made if missing. Return their paths."""
    folder = root / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    paths = {folder / f"{name}.json": kind for kind, name in SCHEMA_NAMES.items()}
    for path, kind in paths.items():
        path.write_text(json.dumps(json_schema_of(kind), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return list(paths)


def schema_comment(kind: type) -> str:
    """Return the first line of a data file, with its line break: a comment that tells editors where the schema is."""
    prefix = "../" if kind in (Recommendation, Evidence) else ""
    return f"# yaml-language-server: $schema={prefix}schema/{SCHEMA_NAMES[kind]}.json\n"
