"""The schemas that an editor completes and checks the files with: they are the model's, and the shipped files fit them."""

import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.server_process import ROOT
from tracker.__main__ import main
from tracker.model.fields import RECORD_TYPES, fields_of
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import BodiesFile, Document, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.yaml import json_schema

DATA = ROOT / "data"
KINDS = {
    "tracker.yaml": Settings,
    "safety.yaml": SafetyFile,
    "treaty_bodies.yaml": BodiesFile,
    "documents.yaml": DocumentsFile,
    "recommendations": Recommendation,
    "evidence": Evidence,
}
FILES = sorted(path.relative_to(DATA) for path in DATA.rglob("*.yaml"))


class EditorLoader(yaml.CSafeLoader):
    """Reads as an editor does: YAML 1.2's few types, with no dates and no NO."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def complaints(kind: type, text: str) -> list[str]:
    """What an editor would underline."""
    validator = Draft202012Validator(json_schema.json_schema_of(kind))
    return sorted(error.json_path for error in validator.iter_errors(yaml.load(text, Loader=EditorLoader)))


def test_the_shipped_schemas_are_the_models(tmp_path):
    for path in json_schema.write_schemas(tmp_path):
        shipped = DATA / "schema" / path.name
        assert shipped.read_text("utf-8") == path.read_text("utf-8"), "run python -m tracker schema"


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_shipped_file_fits_its_schema(file):
    assert complaints(KINDS[file.parts[0]], (DATA / file).read_text("utf-8")) == []


def test_the_schemas_are_written_below_a_folder(tmp_path, capsys):
    assert main(["schema", str(tmp_path)]) == 0
    names = ("recommendation", "evidence", "treaty_bodies", "documents", "tracker", "safety")
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "schema" / f"{name}.json") for name in names]
    assert json.loads((tmp_path / "schema" / "evidence.json").read_text()) == json_schema.json_schema_of(Evidence)


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_every_key_of_a_record_is_in_the_guide_and_has_its_label(kind):
    guide = (ROOT / "docs" / "editing-by-hand.md").read_text("utf-8")
    labels = {f.name: f.label for f in fields_of(kind) if f.label and f.name not in ("id", "version")}
    untold = [name for name in labels if not re.search(rf"^[- ]*{name}:", guide, re.M)]
    assert untold == ["recorded"]  # the tracker adds it
    schema = json_schema.json_schema_of(DocumentsFile if kind is Document else kind)
    keys = (schema["$defs"]["Document"] if kind is Document else schema)["properties"]
    assert {name: keys[name]["title"] for name in labels} == labels
