"""Plant a name in one place of a file at a time, and say what has to become of it. The places are in planted_marks.yaml."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import yaml

from tests.support.canary_documents import RELATION, VISIBLE, canary_odt, plain_jpeg, relation, repacked
from tests.support.canary_images import CANARY as C

FILE = Path(__file__).parent.parent / "files" / "planted_marks.yaml"


@dataclass(frozen=True)
class Planted:
    """A text to put before `before` in a part of a file. `relations` are added to the relationships of the file.

    If `text` begins the same element as `before`, it is put in its place instead.
    """

    part: str
    before: str
    text: str
    relations: str = ""

    def in_part(self, old: str) -> str:
        assert self.before in old, (self.part, self.before)
        put = self.text if self.before.split(" ")[0] in self.text else self.text + self.before
        return old.replace(self.before, put, 1)


def with_words(planted: object, words: str) -> object:
    """The same place with these words in place of the name, with a backslash before each letter where that has one."""
    put = planted.text if isinstance(planted, Planted) else str(planted)
    put = put.replace(backslashes(C), backslashes(words)).replace(C, words)
    if not isinstance(planted, Planted):
        return put
    return replace(planted, text=put, relations=planted.relations.replace(C, words))


def backslashes(text: str) -> str:
    """A text as Excel writes it into a format of numbers."""
    return "".join(f"\\{letter}" for letter in text)


PLACES: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)


def body(text: str, relations: str = "") -> Planted:
    part, before = PLACES["places"]["body"]
    return Planted(part, before, text, relations)


def settings(text: str) -> Planted:
    part, before = PLACES["places"]["settings"]
    return Planted(part, before, text)


def link(attributes: str, target: str = "https://undocs.org/") -> Planted:
    run = "<w:r><w:t>Shown.</w:t></w:r>"
    hyperlink = f'<w:p><w:hyperlink r:id="rIdX1" xmlns:r="{RELATION[:-1]}" {attributes}>{run}</w:hyperlink></w:p>'
    return body(hyperlink, relation(1, "hyperlink", target, external=True))


@cache
def plain_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(VISIBLE)
    document.add_picture(io.BytesIO(plain_jpeg()))
    document.add_paragraph("First.", style="List Number")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def docx_with(planted: Planted) -> bytes:
    links = {"word/_rels/document.xml.rels": lambda text: text.replace("</Relati", planted.relations + "</Relati")}
    return repacked(plain_docx(), {planted.part: planted.in_part, **links}, {})


@cache
def plain_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Demands"
    book.active.append([VISIBLE, 12])
    book.active.add_image(openpyxl.drawing.image.Image(io.BytesIO(plain_jpeg())), "B5")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_with(planted: Planted) -> bytes:
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Old.</t></si></sst>'
    changes: dict[str, Callable[[str], str]] = {
        "xl/worksheets/_rels/sheet1.xml.rels": lambda text: text.replace("</Relati", planted.relations + "</Relati"),
        "xl/_rels/workbook.xml.rels": lambda text: text.replace(
            "</Relati", relation(9, "sharedStrings", "sharedStrings.xml") + "</Relati"
        ),
    }
    if planted.part in (added := {"xl/sharedStrings.xml": strings}):
        added[planted.part] = planted.in_part(strings)
    else:
        changes[planted.part] = planted.in_part
    return repacked(plain_xlsx(), changes, added)


def odt_with(planted: Planted) -> bytes:
    data = canary_odt()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode().replace(C, "Aigul")
    kept = dict.fromkeys(("meta.xml", "settings.xml"), b"")
    return repacked(data, {}, {"content.xml": planted.in_part(content), f"Pictures/{C}.jpg": b"", **kept})


def html_with(planted: str) -> bytes:
    page = f"<!doctype html><html><head><title>T</title></head><body><p>{VISIBLE}</p>{planted}</body></html>"
    return page.encode()


def marks_of(kind: str, what: str) -> dict[str, Any]:
    return {
        name: Planted(*PLACES["places"][mark[0]], *mark[1:]) if isinstance(mark, list) else mark
        for name, mark in PLACES[kind][what].items()
    }


MAKERS: dict[str, Callable[..., bytes]] = {"docx": docx_with, "xlsx": xlsx_with, "odt": odt_with, "html": html_with}
MARKS: dict[str, tuple[Callable[..., bytes], dict[str, Any], dict[str, Any]]] = {
    kind: (make, marks_of(kind, "gone"), marks_of(kind, "read")) for kind, make in MAKERS.items()
}
"""Extension → (function that makes a file with a name in one place, places that are removed, places that are checked)."""
DOCX_GONE = MARKS["docx"][1]
