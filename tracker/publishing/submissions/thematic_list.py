"""Fill in OHCHR's thematic list of recommendations (UPR): the comments in the rows that match the register.

The text outside the filled cells stays as it is. What the file says of its authors is removed, as from an attached file.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz

from tracker.files.cleaners.office_package import elements_of, namespace, parse_part, write_part
from tracker.files.process import prepare_upload
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.records import Recommendation
from tracker.model.registers import TreatyBody
from tracker.model.vocabulary import Issuer, SubmissionStage
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.document import plain_text
from tracker.publishing.submissions.docx_writer import BODY, printable
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import Builder
from tracker.sandbox.kinds import open_package, read_packed, refuse_damaged
from tracker.sandbox.limits import FileLimits, check_file_size

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
    root = parse_part(read_packed(archive, BODY, limits.unpacked_bytes))
    with refuse_damaged():
        rows = _rows_with_comments(root)
    known = list[tuple[Recommendation, list[str]]]()
    for one in request.view.by_issuer(Issuer.COMMITTEE):
        if body is None or request.view.body_of(one) == body:
            texts = (variant.text for text in (one.text, one.summary, one.title) if text for variant in text.values())
            known.append((one, list(map(_comparable_words, texts))))
    unknown = {n: id for n, id in (confirmed or {}).items() if id not in {r.id for r, _texts in known}}
    notes = [f"--confirm {n}={id}: there is no recommendation with this id; not filled." for n, id in unknown.items()]
    filled = dict[int, str]()
    for number, (asked, table, comments) in enumerate(rows, 1):
        r, likeness = _closest(known, asked, confirmed or {})
        where = f"Row {number} ({asked[:60].strip()}…)"
        if r is None or likeness < POSSIBLE:
            continue
        if likeness < SURE:
            label = NUMBER.match(asked)
            confirm = f"; to fill it: --confirm {label[1]}={r.id}" if label else ""
            notes.append(f"{where} may be {r.id} ({likeness:.0f} % alike): not filled{confirm}.")
        elif _text_of(comments):
            notes.append(f"{where} is {r.id}, but the cell has a text: not changed.")
        elif paragraphs := _parts_of(table, comments, "p"):
            filled[number] = r.id
            _add_lines(paragraphs[0], _comments_on(request, r))
    changed, target = write_part(root), io.BytesIO()
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


def _rows_with_comments(root: Any) -> list[tuple[str, Any, Any]]:
    """Return (text of the recommendation, its table, cell for the comments) for each row below the headings of both columns."""
    found = []
    for table in elements_of(root, "tbl"):
        columns: tuple[int, int] | None = None
        for row in _parts_of(table, table, "tr"):
            cells, column = dict[int, Any](), 0
            for cell in _parts_of(table, row, "tc"):
                cells[column] = cell
                spans = [span.get(f"{{{namespace(span.tag)}}}val", "1") for span in _parts_of(table, cell, "gridSpan")]
                column += int(spans[0]) if spans else 1
            asked = next((c for c, cell in cells.items() if RECOMMENDATION_HEADING.match(_text_of(cell))), None)
            comments = next((c for c, cell in cells.items() if COMMENTS_HEADING.search(_text_of(cell))), None)
            if asked is not None and comments is not None:
                columns = asked, comments
            elif columns and cells.keys() >= {*columns} and (text := _text_of(cells[columns[0]])):
                found.append((text, table, cells[columns[1]]))
    if not found:
        raise UnusableFile(_NO_TABLE)
    return found


def _parts_of(table: Any, root: Any, name: str) -> list[Any]:
    """Return the elements in `root` with this local name that belong to `table`, not to a table in one of its cells."""
    return [each for each in elements_of(root, name) if next(each.iterancestors("{*}tbl"), None) is table]


def _text_of(cell: Any) -> str:
    lines = ("".join(text.text or "" for text in elements_of(line, "t")) for line in elements_of(cell, "p"))
    return "\n".join(lines).strip()


def _add_lines(paragraph: Any, lines: list[str]) -> None:
    """Add a run with lines of text to a paragraph."""
    space = f"{{{namespace(paragraph.tag)}}}"
    run = paragraph.makeelement(f"{space}r")
    paragraph.append(run)
    for number, line in enumerate(lines):
        for name in ("br", "t") if number else ("t",):
            run.append(run.makeelement(f"{space}{name}"))
        run[-1].text = printable(line)
        run[-1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _comments_on(request: ViewRequest, r: Recommendation) -> list[str]:
    """Return lines of plain text: assessments, evidence, and a link to `r` or, without public address, its source."""
    choice = Choice(SubmissionStage.UPR, None, (r,))
    builder = Builder(request, choice)
    said = (
        builder.assessed(r, builder.speakers.own_assessments(r)),
        builder.evidence_lines(r, builder.speakers.evidence(r)),
    )
    lines = [plain_text(line) for lines in said for line in lines]
    return [*lines, *builder.note_of(r).links[-1:]]
