"""Fill the usual form of a submission: a Word file whose parts are the templates in `tracker/templates/submission`."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import escape
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.i18n import locale_of
from tracker.model.localized_text import CONTROL_CHARACTERS, strip_bidi_controls
from tracker.publishing.render_context import TEMPLATES
from tracker.publishing.submissions.document import Note, Paragraph, Run

EMU_PER_PAGE_WIDTH = 9026 * 635
"""The width of the text on a page of A4. For Word, a twentieth of a point has 635 units."""
BODY = "word/document.xml"
_SHOWN = re.compile(r"<w:t [^>]*>([^<]*)</w:t>")
_REFERENCE = '<w:rPr><w:rStyle w:val="FootnoteReference"/><w:vertAlign w:val="superscript"/></w:rPr>'

Piece = str | Run | tuple["Piece", ...] | list["Piece"]
"""A part of a paragraph: text, XML (Markup), a run, several in a row (tuple), or lines with spaces between them (list)."""


class Footnotes:
    """The footnotes of a document as XML, numbered after `last`. `relate` adds a link and returns its relationship id.

    Each shows its first `most` links; None: all of them.
    """

    def __init__(self, relate: Callable[[str], str], last: int = 0, most: int | None = None) -> None:
        self.lines, self.notes = list[Markup](), list[Note]()
        self.relate, self.last, self.most = relate, last, most

    def add(self, note: Note) -> str:
        """Add a footnote, and return the XML of the run that refers to it in the text."""
        self.notes.append(note)
        number, links = self.last + len(self.notes), ""
        for link in note.links[: self.most]:
            target = self.relate(web_address(link))
            links += f'{run_xml(" ")}<w:hyperlink r:id="{target}">{run_xml(link, "Hyperlink")}</w:hyperlink>'
        self.lines.append(
            Markup(
                f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
                f"<w:r>{_REFERENCE}<w:footnoteRef/></w:r>{run_xml(' ' + note.words)}{links}</w:p></w:footnote>"
            )
        )
        return f'<w:r>{_REFERENCE}<w:footnoteReference w:id="{number}"/></w:r>'


class WordForm:
    """The usual form. Its templates get `values`, and this object as `form`, which collects what is in the file."""

    def __init__(self, values: Mapping[str, object], lang: str) -> None:
        self.links, self.pictures = list[str](), list[bytes]()
        # the annex has the other links; a brief has none
        self.footnotes = Footnotes(self.relate, most=None if values["kind"] == "brief" else 1)
        self.headings = list[tuple[str, str]]()
        self.paragraphs, self.annex = list[Paragraph](), list[Paragraph]()
        self.counted = self.paragraphs
        own = {
            "form": self,
            "p": self.paragraph,
            "web_address": web_address,
            "footnotes": self.footnotes.lines,
            "locale": locale_of(lang).replace("_", "-"),
        }
        self.values = {**values, **own}
        self.body = render_part(BODY, self.values)

    def package(self) -> bytes:
        """Return the bytes of the .docx file. The same values give the same bytes."""
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as file:
            for name in _environment().list_templates(filter_func=lambda name: not name.startswith("forms/")):
                _add(file, name, (self.body if name == BODY else render_part(name, self.values)).encode())
            for number, png in enumerate(self.pictures, 1):
                _add(file, f"word/media/picture{number}.png", png)
        return raw.getvalue()

    def paragraph(self, style: str, *pieces: Piece, new_page: bool = False, keep_next: bool = False) -> Markup:
        """Return the XML of a paragraph, and collect its text without `pieces` that are XML."""
        found, text, shown = list[str](), "", ""
        for piece in _flatten(pieces):
            run = piece if isinstance(piece, Run) else Run(piece)
            if isinstance(piece, Markup):
                found.append(piece)
                shown += Markup("".join(_SHOWN.findall(piece))).unescape()
            elif run.text:
                found.append(run_xml(run.text, run.style))
                text, shown = text + run.text, shown + run.text
            if run.note:
                found.append(self.footnotes.add(run.note))
                shown += f" [{self.footnotes.last + len(self.footnotes.notes)}]"
        inside = "".join(found)
        if style in ("Heading1", "Heading2"):
            self.headings.append((style[-1], text))
            number = len(self.headings)
            inside = f'<w:bookmarkStart w:id="{number}" w:name="_Toc{number}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'
        self.counted.append(Paragraph(style, text, shown))
        how = f"{'<w:keepNext/>' * keep_next}{'<w:pageBreakBefore/>' * new_page}"
        return Markup(f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{how}</w:pPr>{inside}</w:p>')

    def begin_annex(self) -> str:
        """Collect what follows in `annex`, and return ""."""
        self.counted = self.annex
        return ""

    def sources(self) -> list[Note]:
        """Return what the footnotes until now say, each only once."""
        return list(dict.fromkeys(self.footnotes.notes))

    def draw(self, png: bytes, size: tuple[int, int]) -> Markup:
        """Add a picture with a size in pixels, and return XML attributes: its size in the file, as wide as the text."""
        self.pictures.append(png)
        return Markup(f'cx="{EMU_PER_PAGE_WIDTH}" cy="{EMU_PER_PAGE_WIDTH * size[1] // size[0]}"')

    def relate(self, link: str) -> str:
        """Add the target of a link in a footnote, and return its relationship id."""
        self.links.append(link)
        return f"rId{len(self.links)}"


def _flatten(piece: Piece) -> Iterator[str | Run]:
    if isinstance(piece, (str, Run)):
        yield piece
        return
    for number, each in enumerate(piece):
        if number and isinstance(piece, list):
            yield " "
        yield from _flatten(each)


def _add(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    # without the time of writing, so that the same document has the same bytes
    file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "submission"),
        auto_reload=False,
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else printable(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def render_part(name: str, values: Mapping[str, object]) -> str:
    """Return the XML of a part of the Word file: the template with this name, filled with the values."""
    return _environment().get_template(name).render(values)


def web_address(link: str) -> str:
    """Return a link as Word accepts it: it refuses a file with a target that is no address."""
    return quote(link, safe="/:?#@!$&'()*+,;=%~")


def printable(text: str) -> str:
    """Return a text with spaces for control characters. Line breaks stay."""
    return CONTROL_CHARACTERS.sub(" ", strip_bidi_controls(text))


def run_xml(text: str, style: str = "") -> str:
    """Return the XML of a run with a text and its line breaks. `style` is a character style of the file."""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    lines = (f'<w:t xml:space="preserve">{escape(printable(line))}</w:t>' for line in text.split("\n"))
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"
