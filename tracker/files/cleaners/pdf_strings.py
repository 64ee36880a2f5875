"""Read every text in a PDF: the text of its pages, and strings that are on no page.

Such strings are titles of the outline, addresses of links, and names of layers.
"""

import io
import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Object, ObjectType, Stream

from tracker.files.cleaners.pdf import KNOWN_NAMES
from tracker.files.kept_file import FilePage
from tracker.model.errors import UnusableFile
from tracker.sandbox.kinds import refuse_damaged
from tracker.sandbox.limits import DAMAGED, KEPT, FileLimits

_HAS_STRINGS = re.compile(rb"/[^\s/()<>\[\]]+\s*(?:\(|<(?!<))")
"""Matches an entry of a dictionary in the contents of a page, if its value is a string."""
_SAYS_SOMETHING = re.compile(r"[^\x00-\x7f]|[\s@]|\d{5}")
_FREE_NAMES = {"/BaseFont", "/FontName", "/Differences", "/CharProcs", "/CMapName", "/ColorSpace", "/Encoding"}
"""Keys with names of fonts, letters and colours. Such a name is read only if it has a space, @, 5 digits or non-ASCII signs."""
_PROGRAM_NAME = re.compile(r"/(?:[A-Z]{1,3}|[a-z]|[A-Za-z]{1,3}\d{1,4})")
"""Matches names that programs make, such as /F1 for a font, and abbreviations. No author wrote them."""

_CHARACTER_SETS = {"Adobe", "Identity", "UCS"}


def read_pdf_strings(content: bytes, limits: FileLimits = KEPT) -> tuple[str, ...]:
    """Return every string in a PDF other than the text of its pages, each once, in no particular order.

    The strings are cut after `limits.characters` characters in all. Raises UnusableFile.
    """
    left = limits.characters
    kept: dict[str, None] = {}
    with refuse_damaged(), pikepdf.open(io.BytesIO(content)) as pdf:
        for text in _all_strings(pdf, limits):
            text = text.strip()[:left]
            if text and text not in kept:
                kept[text] = None
                left -= len(text)
            if left <= 0:
                break
    return tuple(kept)


def _all_strings(pdf: Any, limits: FileLimits) -> Iterator[str]:
    """Yield the strings for `read_pdf_strings`, some more than once. This may replace the pages of `pdf`."""
    for value in pdf.objects:
        # the tables of the file itself have only numbers and its digest
        if not isinstance(value, Stream) or value.get("/Type") not in ("/XRef", "/ObjStm"):
            yield from _strings_in(value)
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        streams = contents if isinstance(contents, pikepdf.Array) else [contents]
        if any(isinstance(one, Stream) and _HAS_STRINGS.search(one.read_bytes()) for one in streams):
            yield from _properties_in(page)
    beside = _forms_beside_pages(pdf)
    for form in _all_forms(pdf):
        if _HAS_STRINGS.search(form.read_bytes()):
            yield from _properties_in(form)
    if beside:
        yield from _text_drawn_by(pdf, beside, limits)


def _strings_in(value: Any) -> Iterator[str]:
    """Yield the strings and the unusual names in a value."""
    waiting = [(value, "")]
    while waiting:
        value, key = waiting.pop()
        if not isinstance(value, Object):
            continue
        match value._type_code:
            case ObjectType.string:
                if str(value) not in _CHARACTER_SETS:
                    yield str(value)
            case ObjectType.name_:
                yield from _name_if_unusual(str(value), key)
            case ObjectType.array:
                if len(value) and str(value[0]) in ("/Indexed", "/I"):
                    continue  # the string is a list of colours
                waiting += [(one, key) for one in reversed(list(value)) if not _is_reference(one)]
            case ObjectType.dictionary | ObjectType.stream:
                for name, one in reversed(list(value.items())):
                    yield from _name_if_unusual(name, key)
                    if not _is_reference(one):
                        waiting.append((one, name))


def _is_reference(value: Any) -> bool:
    """Return whether a value is in the list of objects of the PDF, so that it is read there."""
    return bool(getattr(value, "is_indirect", False))


def _name_if_unusual(name: str, key: str) -> Iterator[str]:
    """Yield a name without its slash if an author may have written it. `key` is the key under which it stands."""
    is_unknown = key not in _FREE_NAMES and name not in KNOWN_NAMES and not _PROGRAM_NAME.fullmatch(name)
    if is_unknown or _SAYS_SOMETHING.search(name):
        yield name[1:]


def _properties_in(contents: Any) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        marks = pikepdf.parse_content_stream(contents, "BDC DP")
    for mark in marks:
        for operand in mark.operands:
            yield from _strings_in(operand)


def _all_forms(pdf: Any) -> list[Any]:
    """Return the streams that draw something inside of pages: forms, patterns and drawings of annotations."""
    return [one for one in pdf.objects if isinstance(one, Stream) and "/BBox" in one]


def _forms_beside_pages(pdf: Any) -> list[Any]:
    """Return the forms that no page draws in its contents, so that their text is not in the text of the pages."""
    drawn: set[tuple[int, int]] = set()
    waiting = [page.obj for page in pdf.pages]
    while waiting:
        resources = waiting.pop().get("/Resources")
        for form in resources.get("/XObject", {}).values() if resources is not None else ():
            if form.objgen not in drawn:
                drawn.add(form.objgen)
                waiting.append(form)
    return [form for form in _all_forms(pdf) if form.objgen not in drawn]


def _text_drawn_by(pdf: Any, forms: list[Any], limits: FileLimits) -> Iterator[str]:
    """Yield the text of each form, up to `limits.pages` forms. The pages of `pdf` are replaced for this."""
    del pdf.pages[:]
    for form in forms[: limits.pages]:
        form["/Subtype"] = pikepdf.Name.Form
        page = pdf.add_blank_page()
        page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        page.obj["/Contents"] = pdf.make_stream(b"/X Do")
    target = io.BytesIO()
    pdf.save(target)
    for drawn in pages_of_pdf(target.getvalue()):
        yield drawn.text


def pages_of_pdf(data: bytes, *, with_comments: bool = True, by_columns: bool = False) -> Iterator[FilePage]:
    """Yield the text of each page of a PDF and, if `with_comments`, the comments on it. Raises UnusableFile.

    With `by_columns`, lines that the file draws across two columns are taken apart: the right column is at the end.
    """
    comments = _comments_of_pdf(data) if with_comments else {}
    try:
        with pypdfium2.PdfDocument(data) as document:
            for number in range(1, len(document) + 1):
                page = document[number - 1]
                text_page = page.get_textpage()
                text = text_page.get_text_range().replace("\r\n", "\n").replace("\x02", "-")
                text = _without_right_column(text, text_page) if by_columns else text
                text_page.close()
                page.close()
                yield FilePage(number, "\n".join([text, *comments.get(number, ())]).strip())
    except pypdfium2.PdfiumError:
        raise UnusableFile(DAMAGED) from None


def _without_right_column(text: str, text_page: Any) -> str:
    boxes = [text_page.get_rect(n) for n in range(text_page.count_rects())]
    # left, bottom, right and top, in points of 0.35 mm
    rows = [(a, b) for a, b in pairwise(boxes) if abs(a[1] - b[1]) < 3 and b[0] - a[2] > 12]
    rows = [row for row in rows if all(box[2] - box[0] > 80 for box in row)]
    right = [text_page.get_text_bounded(*b).strip() for _a, b in rows] if len(rows) > 2 else []
    for line in right:
        text = re.sub(rf" *{re.escape(line)}", "", text, count=1)
    return "\n".join([text, *right])


def _comments_of_pdf(data: bytes) -> dict[int, list[str]]:
    """Return a mapping: number of a page → texts of the comments on it. They are not in the text of the page."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        written = (
            (number, [str(annotation.get("/Contents", "")) for annotation in page.obj.get("/Annots", ())])
            for number, page in enumerate(pdf.pages, 1)
        )
        return {number: [text for text in texts if text.strip()] for number, texts in written}
