"""Fill in OHCHR's thematic list of recommendations (UPR): the comments in the rows that match the register.

The text outside the filled cells stays as it is. What the file says of its authors is removed, as from an attached file.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from rapidfuzz import fuzz

from tracker.files.process import prepare_upload
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.records import Recommendation
from tracker.model.registers import TreatyBody
from tracker.model.vocabulary import Issuer
from tracker.publishing.request import ViewRequest
from tracker.publishing.submissions.docx_writer import escaped
from tracker.publishing.submissions.stages import comments_on
from tracker.sandbox.kinds import open_package, read_packed
from tracker.sandbox.limits import DAMAGED, FileLimits, check_file_size

BODY = "word/document.xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
COMMENTS_HEADING = re.compile(
    r"(assessment|évaluation|evaluación|оценк).*(implementation|mise en|cumplimiento|aplicación|осуществл|выполн)",
    re.I | re.S,
)
RECOMMENDATION_HEADING = re.compile(r"\s*(recomm?end|рекоменд)", re.I)
NUMBER = re.compile(r"\s*(\d+\.\d+)\b")
_NO_TABLE = N_(
    "No table with the columns “Recommendation” and “Assessment/comments on level of implementation” was found."
)
SURE, POSSIBLE = 92, 70
"""Likeness of texts in per cent: from SURE on, a row is filled; from POSSIBLE on, it is only named in the notes."""


@dataclass(slots=True)
class _Cell:
    """A cell of a table. `start` and `end` are the positions, in bytes, of the two tags of its first paragraph, or -1."""

    column: int
    texts: list[str] = field(default_factory=list)
    start: int = -1
    end: int = -1
    """The same as `start` if the paragraph is one tag that closes itself."""

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()


def fill_thematic_list(
    request: ViewRequest, raw: bytes, body: TreatyBody | None, confirmed: Mapping[str, str] | None = None
) -> tuple[bytes, list[str]]:
    """Return a thematic list with comments in empty cells of rows that match a recommendation of `body` (None: of all).

    Return also notes: first which rows were filled with the comments on which recommendation, then what was not, and
    what to look at, such as comments, which stay without their authors.
    `confirmed` maps number that a row begins with, such as "140.12" → id of the recommendation that a person
    confirmed. A row that may match, but not surely, is only named in the notes. Raises UnusableFile, also if the
    file has no table of this form.
    """
    limits = FileLimits()
    check_file_size(len(raw), limits)
    archive = open_package(raw, limits)
    if BODY not in archive.namelist():
        raise UnusableFile(N_("This is not a Word document: it has no text."))
    part = read_packed(archive, BODY, limits.unpacked_bytes)
    rows, known = _rows_with_comments(part), list[tuple[Recommendation, list[str]]]()
    for one in request.view.by_issuer(Issuer.COMMITTEE):
        if body is None or request.view.body_of(one) == body:
            texts = (variant.text for text in (one.text, one.summary, one.title) if text for variant in text.values())
            known.append((one, list(map(_comparable_words, texts))))
    unknown = {n: id for n, id in (confirmed or {}).items() if id not in {r.id for r, _texts in known}}
    notes = [f"--confirm {n}={id}: there is no recommendation with this id; not filled." for n, id in unknown.items()]
    filled, edits = dict[int, str](), list[tuple[_Cell, list[str]]]()
    for number, (asked, comments) in enumerate(rows, 1):
        r, likeness = _closest(known, asked, confirmed or {})
        where = f"Row {number} ({asked[:60].strip()}…)"
        if r is None or likeness < POSSIBLE:
            continue
        if likeness < SURE:
            label = NUMBER.match(asked)
            confirm = f"; to fill it: --confirm {label[1]}={r.id}" if label else ""
            notes.append(f"{where} may be {r.id} ({likeness:.0f} % alike): not filled{confirm}.")
        elif comments.text:
            notes.append(f"{where} is {r.id}, but the cell has a text: not changed.")
        elif comments.start >= 0:
            filled[number] = r.id
            edits.append((comments, comments_on(request, r)))
    changed, target = _with_texts(part, edits), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for entry in archive.infolist():
            content = changed if entry.filename == BODY else read_packed(archive, entry.filename, entry.file_size)
            package.writestr(entry, content, compress_type=entry.compress_type)
    cleaned = prepare_upload(target.getvalue()).cleaned
    notes += map(str, cleaned.warnings)
    summary = f"Filled {len(filled)} of {len(rows)} rows: " + ", ".join(f"{n} → {id}" for n, id in filled.items())
    return cleaned.data, [summary if filled else "No row was filled.", *notes]


def _closest(
    known: list[tuple[Recommendation, list[str]]], asked: str, confirmed: Mapping[str, str]
) -> tuple[Recommendation | None, float]:
    """Return (the recommendation that is most like a row, likeness from 0 to 100). The recommendation may be None."""
    number = NUMBER.match(asked)
    if number and (id := confirmed.get(number[1])):
        return next((r for r, _texts in known if r.id == id), None), 100.0
    words = _comparable_words(asked[number.end() :] if number else asked)
    numbered = [pair for pair in known if number and (pair[0].paragraph or "").strip() == number[1]]
    best, most = None, 0.0
    for r, texts in numbered or known:
        likeness = max((fuzz.token_sort_ratio(words, text, score_cutoff=most) for text in texts), default=0.0)
        if likeness > most:
            best, most = r, likeness
    return best, most if numbered or not (number and best and best.paragraph) else min(most, SURE - 1)


def _comparable_words(text: str) -> str:
    """Return the words of a recommendation in small letters, without the source and the States in brackets after them."""
    words = re.split(r"\n\s*(?:source of (?:the )?position|paragraph)", text, maxsplit=1, flags=re.I)[0]
    return " ".join(re.sub(r"(?:\([^()]*\)[\s;.,]*)+$", "", words).casefold().split()).strip(" ;.")


def _rows_with_comments(part: bytes) -> list[tuple[str, _Cell]]:
    """Return (text of the recommendation, cell for the comments) for each row below the headings of both columns."""
    found: list[tuple[str, _Cell]] = []
    for table in _Reader(part).tables:
        columns: tuple[int, int] | None = None
        for row in table:
            cells = {cell.column: cell for cell in row}
            asked = next((c for c, cell in cells.items() if RECOMMENDATION_HEADING.match(cell.text)), None)
            comments = next((c for c, cell in cells.items() if COMMENTS_HEADING.search(cell.text)), None)
            if asked is not None and comments is not None:
                columns = asked, comments
            elif columns and cells.keys() >= {*columns} and (text := cells[columns[0]].text):
                found.append((text, cells[columns[1]]))
    if not found:
        raise UnusableFile(_NO_TABLE)
    return found


class _Reader:
    """A reader of the tables in an XML part. A table in a cell is read as text. Raises UnusableFile for damaged XML."""

    def __init__(self, part: bytes) -> None:
        self.tables: list[list[list[_Cell]]] = []
        self.depth = self.paragraphs = self.column = 0
        self.cell: _Cell | None = None
        self.in_text = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler, self.parser.StartDoctypeDeclHandler = self.characters, self.refuse
        try:
            self.parser.Parse(part, True)
        except (expat.ExpatError, ValueError):
            raise UnusableFile(DAMAGED) from None

    def refuse(self, *_: object) -> None:
        raise UnusableFile(DAMAGED)  # an office file declares no entities

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.removeprefix(W):
            case "tbl":
                self.depth += 1
                if self.depth == 1:
                    self.tables.append([])
            case "tr" if self.depth == 1:
                self.tables[-1].append([])
                self.column = 0
            case "tc" if self.depth == 1 and self.tables[-1]:
                self.cell = _Cell(self.column)
                self.tables[-1][-1].append(self.cell)
                self.column += 1
            case "gridSpan" if self.depth == 1:
                self.column += int(attributes.get(f"{W}val", "1")) - 1
            case "p":
                self.paragraphs += 1
                if self.cell and self.depth == 1 and self.cell.start < 0:
                    self.cell.start = self.parser.CurrentByteIndex
            case "t":
                self.in_text = True

    def end(self, name: str) -> None:
        match name.removeprefix(W):
            case "tbl":
                self.depth -= 1
            case "tc" if self.depth == 1:
                self.cell = None
            case "p":
                self.paragraphs -= 1
                if self.cell and self.depth == 1:
                    if self.cell.end < 0 and not self.paragraphs:
                        self.cell.end = self.parser.CurrentByteIndex
                    self.cell.texts.append("\n")
            case "t":
                self.in_text = False

    def characters(self, text: str) -> None:
        if self.in_text and self.cell:
            self.cell.texts.append(text)


def _with_texts(part: bytes, edits: list[tuple[_Cell, list[str]]]) -> bytes:
    """Return the part with lines of text added to the first paragraph of each cell. All other bytes stay the same."""
    pieces, done = [], 0
    for cell, lines in sorted(edits, key=lambda edit: edit[0].start):
        tag = part[cell.start + 1 : part.index(b">", cell.start)]
        name = re.split(rb"[\s/]", tag, maxsplit=1)[0]
        prefix = name.rpartition(b"p")[0].decode()
        texts = (f'<{prefix}t xml:space="preserve">{escaped(line)}</{prefix}t>' for line in lines)
        runs = f"<{prefix}r>{f'<{prefix}br/>'.join(texts)}</{prefix}r>".encode()
        if tag.endswith(b"/"):  # an empty paragraph in one tag
            at = cell.start + 1 + len(tag)
            pieces += [part[done : at - 1], b">", runs, b"</" + name + b">"]
            done = at + 1
        else:
            pieces += [part[done : cell.end], runs]
            done = cell.end
    return b"".join([*pieces, part[done:]])
