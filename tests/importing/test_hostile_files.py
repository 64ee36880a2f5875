"""No file raises anything but a sentence, hangs, or takes more memory than allowed."""

import io
import random
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.support.fuse import fuse
from tests.support.hostile_files import damaged
from tests.support.hostile_uploads import zipped
from tests.support.long import LONG
from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DocxWriter, as_html, as_pasted_text
from tests.support.raw_docx import NS, paragraph, raw_docx
from tracker.importing.documents.reader import parse_upload, read_document
from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import UPLOAD

COUNT = 300 if LONG else 9
MOST_SECONDS = 10.0


def with_document(xml: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml})


def rezipped(data: bytes, change: random.Random) -> bytes:
    """A valid archive whose XML is damaged in a few places."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        entries = [(name, bytearray(old.read(name))) for name in old.namelist()]
    for name, content in entries:
        if name.endswith(".xml") and content:
            for _ in range(change.choice((0, 1, 20))):
                place = change.randrange(len(content))
                content[place : place + change.randrange(3)] = change.randbytes(change.randrange(3))
            if change.random() < 0.2:
                words = (b"w:tbl", b"w:p", b"w:fldChar", b"w:numPr", b"w:ilvl")
                content[:] = bytes(content).replace(change.choice(words), change.choice(words))
    return zipped({name: bytes(content) for name, content in entries})


def hostile(kind: str) -> Iterator[bytes]:
    document = load_corpus()[0]
    change = random.Random(f"hostile {kind}")
    whole = {
        "docx": lambda: DocxWriter(document, "automatic").write(),
        "html": lambda: as_html(document, "lists"),
        "text": lambda: as_pasted_text(document, "close"),
    }[kind]()
    for index in range(COUNT):
        yield rezipped(whole, change) if kind == "docx" and index % 2 else damaged(whole, index)


@pytest.mark.parametrize("kind", ["docx", "html", "text"])
def test_a_damaged_file_is_read_or_gets_a_sentence(kind):
    for data in hostile(kind):
        try:
            with fuse():
                read_document(data)
        except UnusableFile as error:
            assert str(error)[0].isupper() and str(error).endswith("."), error


BODY = f"<w:document {NS}><w:body>{paragraph('1. The State party should act. &c3;')}</w:body></w:document>".encode()
TWENTY_TIMES = b"".join(b'<!ENTITY c%d "%s">' % (n, b"&c%d;" % (n - 1) * 20) for n in range(1, 4))
ENTITIES = b'<!DOCTYPE a [<!ENTITY c0 "1234567890">' + TWENTY_TIMES + b"]>"
HUGE = {
    "deep elements": with_document(b"<a>" * 100_000 + b"</a>" * 100_000),
    "deep tables": raw_docx("<w:tbl><w:tr><w:tc>" * 500 + paragraph("1. x") + "</w:tc></w:tr></w:tbl>" * 500),
    "entities": with_document(ENTITIES + BODY),
    "an external entity": with_document(b'<!DOCTYPE a [<!ENTITY c3 SYSTEM "file:///etc/passwd">]>' + BODY),
    "an entity in UTF-16": with_document(
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY c3 "x">]>' + BODY.decode()).encode("utf-16")
    ),
    "a bomb": with_document(b"<a>" + b" " * 200_000_000 + b"</a>"),
    "many entries": zipped({"[Content_Types].xml": b"", **{f"word/{n}": b"" for n in range(5_000)}}),
    "nothing inside": zipped({"[Content_Types].xml": b""}),
    "deep page": b"<html>" + b"<div>" * 200_000 + b"1. The State party should act.",
    "one line": b"1. The State party should act, " + b"and, because the Committee notes that it, " * 15_000,
    "labels": b"1. The State party should:\n" + b"(a) (a) (b) (b)\n" * 6_000,
    "numbers": b"".join(b"%d. The State party should act.\n" % (n % 400 + 1) for n in range(12_000)),
    "brackets": b"1. The Committee recommends paragraphs " * 900 + b"1 (a), (b) " * 5_000,
    "open brackets": b"1. The Committee recommends paragraph 1 " * 9_000 + b"(" * 200_000,
    "table": f"<table>{'<tr>' + '<td>1</td>' * 300 + '</tr>'}".encode() * 400,
    "spaces": b"1. The State party should" + b" \n" * 500_000,
}


REFUSED = {
    **dict.fromkeys(("entities", "an external entity", "an entity in UTF-16"), "parts that a document does not have"),
    **dict.fromkeys(("a bomb", "deep elements", "deep tables", "many entries"), "larger inside"),
}
"""What is refused before it is unpacked, and the words that say so."""


SLOW = {"spaces", "numbers", "one line"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long if name in SLOW else ()) for name in HUGE])
def test_a_file_made_to_take_the_server_down_is_refused_or_cheap(name):
    started = time.process_time()
    with fuse(), pytest.raises(UnusableFile, match=REFUSED[name]) if name in REFUSED else suppress(UnusableFile):
        read_document(HUGE[name])
    assert not LONG or time.process_time() - started < MOST_SECONDS


def test_too_much_time_ends_the_process():
    with pytest.raises(UnusableFile, match="too long"):
        parse_upload(b"1. The State party should act.", limits=replace(UPLOAD, seconds=0.01))
