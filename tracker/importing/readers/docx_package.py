"""The parts of a .docx file that are read, with limits: a zip archive of XML files."""

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.archives import open_archive, read_packed
from tracker.sandbox.limits import UPLOAD
from tracker.sandbox.sentences import CUT_OFF, READING

MAX_PART = 30_000_000
"""Bytes of one XML file, unpacked. The document of 60 paragraphs has one or two million."""
MAX_XML_DEPTH = 200
"""How deep elements may be nested."""
MAX_ELEMENTS = 1_500_000

STRANGE_PARTS = N_(
    "The file has parts that a document does not have, so it was not opened. Save the text as a new .docx file, or paste it."
)


class DocxPackage:
    """The XML parts of a .docx file. All names in them are without their namespace."""

    def __init__(self, data: bytes) -> None:
        """Open the file. Raises UnusableFile if it is damaged, protected, too large, or another kind of file."""
        self._archive = open_archive(data, UPLOAD, READING)
        self._names = {name.lstrip("/"): name for name in self._archive.namelist()}
        main = self._main_part()
        body = self._part(main)
        found = body.find("body") if body is not None else None
        if found is None:
            raise UnusableFile(CUT_OFF)
        self.body = found
        related = dict(self._related(main))
        self.styles = self._first(related, "styles")
        self.numbering = self._first(related, "numbering")
        self.margins = self._all(related, "header")
        self.notes = self._all(related, "footnotes") + self._all(related, "endnotes")

    def _main_part(self) -> str:
        for target, kind in self._related(""):
            if kind == "officeDocument":
                return target
        return "word/document.xml"

    def _related(self, part: str) -> Iterator[tuple[str, str]]:
        """Yield (path of the related part, last word of its type) of the parts that `part` refers to."""
        folder, _, name = part.rpartition("/")
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        for element in relations if relations is not None else ():
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield path, element.get("Type", "").rpartition("/")[2]

    def _first(self, related: dict[str, str], kind: str) -> Element | None:
        return next(iter(self._all(related, kind)), None)

    def _all(self, related: dict[str, str], kind: str) -> list[Element]:
        parts = [self._part(path) for path, its_kind in related.items() if its_kind == kind]
        return [part for part in parts[:20] if part is not None]

    def _part(self, path: str) -> Element | None:
        if path not in self._names:
            return None
        return parse_xml(read_packed(self._archive, self._names[path], MAX_PART, told=READING))


def parse_xml(content: bytes) -> Element:
    """Return the root of an XML file, with names without namespaces.

    Raises UnusableFile if it is not valid, has a document type or entities, or is nested too deep.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise UnusableFile(STRANGE_PARTS) from None
    except (ParseError, ValueError, LookupError):
        raise UnusableFile(CUT_OFF) from None
    elements = [(root, 0)]
    count = 0
    while elements:
        element, depth = elements.pop()
        count += 1
        if depth > MAX_XML_DEPTH or count > MAX_ELEMENTS:
            raise UnusableFile(READING.too_large)
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
        if element.attrib:
            element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        elements += [(child, depth + 1) for child in element]
    return root
