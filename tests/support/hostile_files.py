"""Files that try to harm the program that reads them: bombs, entities, endless rows, good files with damaged bytes."""

import io
import json
import random
import zipfile
from collections.abc import Callable

from tests.support.import_files import csv_bytes, sheet_bytes, uhri_record

GOOD_SHEET = sheet_bytes(
    ["Symbol", "Paragraph", "Recommendation", "Status", "Date"],
    *(["CAT/C/RUR/CO/3", n, f"Recommendation {n}", "Implemented", "02.05.2026"] for n in range(40)),
    merge=["A2:A5"],
)
GOOD_CSV = csv_bytes("Symbol;Recommendation;Status", *(f'X;"Text; {n}";Частично' for n in range(40)), encoding="cp1251")
GOOD_JSON = json.dumps([uhri_record(AnnotationId=str(n)) for n in range(40)]).encode()
SHEET = "xl/worksheets/sheet1.xml"
START = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"


def with_part(name: str, content: bytes) -> bytes:
    """Return a workbook in which the part `name` has other content."""
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_SHEET)) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return raw.getvalue()


def damaged(good: bytes, seed: int) -> bytes:
    """Return a good file with some bytes changed, cut out or doubled. It is the same for the same seed."""
    rng = random.Random(seed)
    data = bytearray(good)
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(data))
        kind = rng.randrange(4)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randint(1, 50)]
        elif kind == 2:
            data[at:at] = data[at : at + rng.randint(1, 50)] * rng.randint(1, 20)
        else:
            data[at:at] = rng.choice([b"\0", b"<", b"&x;", b'"', b"\xff\xfe", b"[" * 50, b"\r\n", b"{", b"]]>"])
        if len(data) < 2:
            break
    return bytes(data) if rng.random() < 0.8 else bytes(data[: rng.randrange(len(data))])


def damaged_sheet(seed: int) -> bytes:
    """Return a workbook with a damaged part. The ZIP file is good, so that the damaged part is parsed."""
    parts = [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
    name = parts[seed % len(parts)]
    with zipfile.ZipFile(io.BytesIO(GOOD_SHEET)) as archive:
        return with_part(name, damaged(archive.read(name), seed))


def _many_parts() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"xl/{number}.xml", "<a/>")
    return raw.getvalue()


ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "file:///etc/hostname">'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY a "a">]><a>&a;</a>'
UTF7 = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE'
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>Recommendation</t></is></c></row>'
LAST = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
BEYOND = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'


def _sheet(body: str) -> bytes:
    return with_part(SHEET, (START + body + END).encode())


def _merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A1:XFD{n}"/>' for n in range(2, 10_000))
    return with_part(SHEET, (START + FIRST + f"</sheetData><mergeCells>{merges}</mergeCells></worksheet>").encode())


BOMBS: dict[str, Callable[[], bytes]] = {
    "a part of 150 MB": lambda: with_part(SHEET, b" " * 150_000_000),
    "a part of 150 MB that is not needed": lambda: with_part("xl/media/a.bin", bytes(150_000_000)),
    "five thousand parts": _many_parts,
    "entities": lambda: with_part(SHEET, ENTITIES + START.encode() + b"<row><c><v>&b;</v></c></row>" + END.encode()),
    "an external entity": lambda: with_part("xl/workbook.xml", OUTSIDE + b"<workbook/>"),
    "entities in UTF-16": lambda: with_part(SHEET, UTF16.encode("utf-16")),
    "another encoding": lambda: with_part(SHEET, UTF7),
    "millions of cells in a row": lambda: _sheet("<row>" + "<c/>" * 5_000_000 + "</row>"),
    "a hundred thousand cells in a row": lambda: _sheet("<row>" + "<c/>" * 100_000 + "</row>"),
    "millions of rows": lambda: _sheet("<row/>" * 3_000_000),
    "a cell at the end of the sheet": lambda: _sheet(FIRST + LAST),
    "a row beyond all sheets": lambda: _sheet(FIRST + BEYOND),
    "nested tags": lambda: _sheet("<a>" * 50_000 + "</a>" * 50_000),
    "merged cells": _merges,
    "a long cell": lambda: csv_bytes("Recommendation", '"' + "a" * 3_000_000 + '"'),
    "a quotation mark that is not closed": lambda: csv_bytes("Recommendation", '"a', *["b"] * 200_000),
    "many columns": lambda: csv_bytes("Recommendation" + "," * 5_000_000),
    "many rows": lambda: csv_bytes("Recommendation", *["a"] * 1_000_000),
    "a megabyte of zeros": lambda: bytes(1_000_000),
    "random bytes": lambda: random.Random(1).randbytes(1_000_000),
    "dashes": lambda: csv_bytes("Recommendation,Date", *["-" * 5_000 + "," + "1 " * 40] * 200),
    "brackets": lambda: csv_bytes("Recommendation,Status", *["a," + "[x]" * 5_000] * 100),
    "an address without an end": lambda: csv_bytes("Recommendation,Link", *["a," + "a" * 30_000] * 50),
}
"""Name → a function that makes a file that is small and needs much time or memory."""
JSON_BOMBS: dict[str, Callable[[], bytes]] = {
    "a list in a list": lambda: b"[" * 5_000_000,
    "objects in objects": lambda: b'[{"a":' * 1_000_000,
    "a text that does not end": lambda: b'[{"Text":"' + b"a" * 5_000_000,
    "a long text": lambda: b'[{"Text":"' + b"a" * 5_000_000 + b'"}]',
    "pairs of brackets": lambda: b"[" + b"[" * 20_000 + b"]" * 20_000 + b"]",
    "a long key": lambda: b'[{"' + b"k" * 400_000 + b'":' + b"[" * 190,
    "many values": lambda: b"[" + b"1," * 3_000_000 + b"1]",
    "a large number": lambda: b'[{"AnnotationId":1' + b"0" * 100_000 + b"}]",
    "tags in a text": lambda: json.dumps([uhri_record(Text="<" * 90_000 + "a" + "<p " * 20_000)]).encode(),
}
"""Name → a function that makes an export of UHRI that needs much time or memory."""
