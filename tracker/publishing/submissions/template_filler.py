"""Fill a template of an organisation. This runs in a separate process that can read only the program.

`stages.py` starts the process.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from docx import Document as open_docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from tracker.files.process import answer_text
from tracker.files.word_templates import clean_template
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.publishing.submissions.document import Note
from tracker.publishing.submissions.docx_writer import Footnotes, printable, render_part, run_xml
from tracker.sandbox.limits import KEPT

MISTAKE = N_("The template {name} has a mistake near “{place}”: {reason}")
UNMARKED = N_(
    "The template {name} does not say on every page that the document is confidential. Put the field {field} into each "
    "of its headers."
)
NOTE_IN_HEADER = N_("The template {name} has a footnote in a header or footer. Word allows footnotes only in the text.")
PLACE_LENGTH = 80


class TemplateLine(str):
    """A text with its footnotes, as a template gets it."""

    notes: tuple[Note, ...]

    @property
    def sources(self) -> list[str]:
        """Return the words and links of each footnote as one text."""
        return [" ".join([note.words, *note.links]) for note in self.notes]


class _Template(DocxTemplate):  # type: ignore[misc]  # it has no types of its own
    """A template that can tell in which paragraph an error is. `lines` are its XML, with a new line for each paragraph."""

    lines: tuple[str, ...] = ()

    def render_xml_part(self, src_xml: str, part: Part, context: Any, jinja_env: Any = None) -> str:
        self.lines = tuple(re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml).split("\n"))
        return str(super().render_xml_part(src_xml, part, context, jinja_env))

    def place_of(self, error: Exception) -> str:
        """Return the first PLACE_LENGTH characters of the paragraph with an error, or "" if it is not known."""
        line, step = getattr(error, "lineno", None), error.__traceback__
        while step:
            if step.tb_frame.f_code.co_filename == "<template>":
                line = step.tb_lineno
            step = step.tb_next
        words = re.sub(r"<[^>]*>", "", self.lines[line - 1]) if line and line <= len(self.lines) else ""
        return words.strip()[:PLACE_LENGTH]


def answer_template(
    data: bytes, *, name: str, properties: str, fields: Mapping[str, Any], mark: str
) -> tuple[dict[str, Any], bytes]:
    """Return (the text before and after filling, the filled and cleaned template as the bytes of a .docx file).

    The text is lists of [number, text] for each page, under the keys "own" (before) and "pages" (after). `properties`
    is the XML of the properties. `mark` is a text that the header of every page must have, or "". Raises UnusableFile,
    also if `clean_template` refuses the template or what was filled in.
    """
    cleaned = clean_template(data, name)
    template = _Template(io.BytesIO(cleaned))
    template.init_docx()
    document = template.docx
    part, notes = _footnotes_of(document)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)

    def with_footnotes(line: TemplateLine) -> Markup:
        """Return the XML of a line and of the references to its footnotes, and add these to the document."""
        return Markup(run_xml(str(line)) + "".join(map(notes.add, getattr(line, "notes", ()))))

    environment.filters["with_footnotes"] = with_footnotes
    try:
        template.render({key: _restore_lines(value) for key, value in fields.items()}, environment)
    except Exception as error:  # what a template can do wrong is not a closed list
        reason = error.message if isinstance(error, TemplateError) and error.message else str(error)
        raise UnusableFile(
            MISTAKE, {"name": name, "place": template.place_of(error), "reason": reason or type(error).__name__}
        ) from None
    part._blob = part.blob.replace(b"</w:footnotes>", "".join(notes.lines).encode() + b"</w:footnotes>")
    package = document.part.package
    edges = [each for each in package.iter_parts() if re.search(r"/(header|footer)\d*\.xml$", str(each.partname))]
    if any(b"footnoteReference " in each.blob for each in edges):
        raise UnusableFile(NOTE_IN_HEADER, {"name": name})
    raw = io.BytesIO()
    document.save(raw)
    sent = clean_template(raw.getvalue(), name, properties)
    # opened again: what was filled in is not in the headers of `document` yet
    if mark and not _is_on_every_page(open_docx(io.BytesIO(sent)), mark):
        raise UnusableFile(UNMARKED, {"name": name, "field": "{{ header }}"})
    own, pages = (answer_text(one, FileKind.DOCX, asdict(KEPT))[0]["pages"] for one in (cleaned, sent))
    return {"own": own, "pages": pages}, sent


def _restore_lines(value: Any) -> Any:
    """Return the value of a field, with a TemplateLine in place of each dictionary with the keys "text" and "notes"."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_restore_lines(each) for each in value]
    if isinstance(value, dict) and value.keys() == {"text", "notes"}:
        line = TemplateLine(_restore_lines(value["text"]))
        line.notes = tuple(Note(words, tuple(links)) for words, links in value["notes"])
        return line
    return {key: _restore_lines(each) for key, each in value.items()} if isinstance(value, dict) else value


def _footnotes_of(document: Any) -> tuple[Any, Footnotes]:
    """Return (part with the footnotes of a template, footnotes to add to it). If there is no such part, make it."""
    package = document.part.package
    try:
        part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    except KeyError:
        name, empty = PackURI("/word/footnotes.xml"), render_part("word/footnotes.xml", {"footnotes": ()})
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, empty.encode(), package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    numbers = [int(number) for number in re.findall(rb'<w:footnote [^>]*w:id="(\d+)"', part.blob)]
    relation = RELATIONSHIP_TYPE.HYPERLINK
    return part, Footnotes(lambda link: str(part.relate_to(link, relation, is_external=True)), max(numbers, default=0))


def _is_on_every_page(document: Any, words: str) -> bool:
    headers = []
    for section in document.sections:
        headers += [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []
    return all(words in "\n".join(p.text for p in header.paragraphs) for header in headers)
