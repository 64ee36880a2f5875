"""docs/architecture.svg and docs/architecture.md say what the code is."""

import ast
import re
from pathlib import Path

import pytest

from scripts.draw_architecture import DRAWING, ROWS, draw

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "architecture.md"
PATH = re.compile(r"`((?:tracker|pages|scripts|tests|docs)/[\w/]+\.\w+)[`:]")
PLACE = re.compile(r"`((?:tracker|pages|scripts)/[\w/]+\.py|app\.py):([A-Za-z]\w*(?:\.\w+)?)`")


def names_in(path: Path) -> set[str]:
    """The names that a module defines, methods and fields as `Class.name`."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{item.name}" for item in body if isinstance(item, ast.FunctionDef))}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def test_the_drawing_is_that_of_the_code_now():
    if DRAWING.read_text("utf-8") != draw():
        pytest.fail("docs/architecture.svg is out of date: run `make architecture`")


def test_the_guide_names_every_package():
    text = GUIDE.read_text("utf-8")
    names = [name.replace(".", "/") for row in ROWS for name in row]
    assert [name for name in names if f"| `{name}" not in text] == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/threat-model.md"])
def test_every_file_that_a_guide_names_is_there(name):
    paths = PATH.findall((ROOT / name).read_text("utf-8"))
    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_every_place_that_the_guides_name_is_there():
    places = PLACE.findall(GUIDE.read_text("utf-8") + (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(places) > 30
    assert [
        f"{path}:{name}" for path, name in places if not (ROOT / path).is_file() or name not in names_in(ROOT / path)
    ] == []


def test_each_threat_names_the_test_that_holds_what_stops_it():
    _, threats = (ROOT / "docs" / "threat-model.md").read_text("utf-8").split("## Who wants what")
    rows = [line for line in threats.splitlines() if line.startswith("| ") and not line.startswith("| who |")]
    assert len(rows) > 10
    assert [row for row in rows if not PATH.findall(row.split("|")[-2])] == []
