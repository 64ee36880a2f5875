"""Read the parts of a .docx or .xlsx file that are kept, clean them, and write them as a new package.

Each XML part is rebuilt with the names in allowed_names.yaml only, so that nothing unknown stays in it.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tracker.files import findings
from tracker.files.cleaners.image import clean_or_blank
from tracker.files.findings import FoundItems
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.kinds import open_package, read_packed
from tracker.sandbox.limits import DAMAGED, TOO_LARGE_UNPACKED, FileLimits

MAX_TAGS = 1_500_000
"""The largest number of tags in a part. A tag of four bytes takes hundreds of bytes of memory."""

LONG_TAG = 20_000
MAX_ATTRIBUTES = 5_000


def parse_part(content: bytes) -> Any:
    """Return the root element of an XML part, without comments. Raises UnusableFile if it is invalid or too large."""
    from lxml import etree

    # the time for reading a tag grows with the square of its attributes
    if content.count(b"<") > MAX_TAGS or any(
        len(tag) > LONG_TAG and tag.count(b"=") > MAX_ATTRIBUTES for tag in content.split(b"<")
    ):
        raise UnusableFile(TOO_LARGE_UNPACKED)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise UnusableFile(DAMAGED) from None
    if root.getroottree().docinfo.doctype:
        raise UnusableFile(DAMAGED)
    return root


def write_part(root: Any) -> bytes:
    """Return an XML part as bytes, in UTF-8."""
    from lxml import etree

    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local_name(tag: object) -> str:
    """Return the name of an element or attribute without its namespace."""
    return str(tag).rpartition("}")[2]


def namespace(tag: object) -> str:
    """Return the namespace of an element or attribute, or ""."""
    return str(tag)[1:].partition("}")[0] if str(tag).startswith("{") else ""


def elements_of(root: Any, *names: str) -> list[Any]:
    """Return all elements with one of these local names, in their order. `root` itself can be one of them."""
    return list(root.iter(*(f"{{*}}{name}" for name in names)))


def drop(element: Any) -> None:
    """Remove an element with its content. The text after it stays. The root is not removed."""
    if (parent := element.getparent()) is not None:
        _put_text_before(element, parent, element.tail)
        parent.remove(element)


def unwrap(element: Any) -> None:
    """Replace an element by its content: its text and its children."""
    if (parent := element.getparent()) is not None:
        _put_text_before(element, parent, element.text)
        for child in list(element):
            element.addprevious(child)
        drop(element)


def drop_all(root: Any, *names: str) -> int:
    """Remove all elements with one of these local names, and return their number."""
    found = elements_of(root, *names)
    for element in found:
        drop(element)
    return len(found)


def _put_text_before(element: Any, parent: Any, text: str | None) -> None:
    """Add a text in front of an element."""
    if text and (before := element.getprevious()) is not None:
        before.tail = (before.tail or "") + text
    elif text:
        parent.text = (parent.text or "") + text


ALLOWED_NAMES: Any = yaml.load(
    Path(__file__).with_name("allowed_names.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader
)
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_REQUIRES = "Requires"
_NEWER = ("w14", "wp14")
"""Prefixes of newer namespaces, which Word 2007 must be told to ignore."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_ID_ATTRIBUTES = ("id", "change-id", "continue-list", "start-shape", "end-shape")
_RELATIONS = "/relationships"
_CONTENT = ("p", "r", "tbl", "tr", "tc", "h", "list", "table", "section")
"""Paragraphs, runs, lists and tables. If an unknown element contains one of these, its content is kept."""
_PARAGRAPHS = ("p", "h", "span", "a", "ruby-base")
"""Elements of an OpenDocument text that contain the text itself."""
_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns:"
WORD_SPACES = ("http://schemas.openxmlformats.org/wordprocessingml/", "http://purl.oclc.org/ooxml/wordprocessingml/")
_TEXT_SPACES = (_OPEN_DOCUMENT, *WORD_SPACES)
_RANDOM = re.compile(
    r"(?P<guid>\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\})"
    r"|(?<![\w/])(?P<name>_{1,2}(?:Toc|Ref[A-Za-z]*|Hlk|Hlt|Annotation|DdeLink|UnoMark|Fieldmark)_*(?:Toc|Ref)?)\d{3,}(?:_\d+)*"
    r"|(?<![\w/])(?P<pair>__[A-Z][A-Za-z]+_{1,3})\d+_\d+"
)
"""Names that programs make from random numbers or the time: GUIDs, and bookmarks such as _Toc51234567."""
_FIELD_TEXTS = ("instrText", "delInstrText")
RELATION_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LINK_STARTS = ("http://", "https://", "mailto:", "#")
OBJECTS = ("object", "OLEObject", "control", "altChunk", "subDoc")
"""Elements that stand for another file or a program in a Word document, first those that have others inside."""
MAX_XML = 40_000_000
_LEFT_OUT = (
    (re.compile(r"docProps/(?!thumbnail)"), findings.DOCUMENT_PROPERTIES),
    (re.compile(r"docProps/thumbnail"), findings.THUMBNAIL),
    (re.compile(r"printerSettings"), N_("Printer settings: {count}")),
    (re.compile(r"/fonts/"), findings.EMBEDDED_FONTS),
    (re.compile(r"/embeddings/"), findings.ATTACHED_FILES),
    (
        re.compile(r"pivot|externalLink|slicer|timeline|quer[yi]|connections|model/"),
        N_("Hidden copies of data (pivot tables, linked workbooks): {count}"),
    ),
    (re.compile(r"revisions/(?!revisionHeaders|userNames)"), findings.CHANGES),
    (re.compile(r"_xmlsignatures/.*sig\d*\.xml"), findings.SIGNATURES),
    (
        re.compile(r"customXml/(?!.*(_rels|[Pp]rops))|people\.xml|persons/|glossary/document|threadedComments/"),
        findings.HIDDEN_DATA,
    ),
)


class PartRebuilder:
    """Rebuilds XML parts with only the names that `vocabularies` (keys of allowed_names.yaml) allow; `found` counts others."""

    def __init__(self, *vocabularies: str, found: FoundItems) -> None:
        self._found = found
        self._numbers: dict[str, int] = {}
        self._used: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._elements = {f"{{{_ALTERNATIVES}}}{name}" for name in ("AlternateContent", "Choice", "Fallback")}
        self._attributes = {_SPACE}
        for one in map(ALLOWED_NAMES.__getitem__, vocabularies):
            for prefix, spaces in one["namespaces"].items():
                self._prefixes |= dict.fromkeys(spaces, prefix)
                self._elements |= {f"{{{space}}}{name}" for space in spaces for name in one["elements"].split()}
                self._attributes |= {f"{{{space}}}{name}" for space in spaces for name in one["attributes"].split()}

    def _number_for(self, value: str) -> int:
        """Return a number from 1 in place of a value that a program made up. Equal values get the same number."""
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    def _renumber(self, value: str) -> str:
        """Return a value in which numbers from 1 replace what programs made from random numbers or from the time."""
        may_match = ("_" in value or "{" in value) and "://" not in value
        return _RANDOM.sub(self._new_generated_name, value) if may_match else value

    def _new_generated_name(self, found: re.Match[str]) -> str:
        """Return the replacement for a match of `_RANDOM`."""
        number = self._number_for(found[0])
        guid = f"{{00000000-0000-0000-0000-{number:012}}}"
        return guid if found["guid"] else f"{found['name'] or found['pair']}{number}"

    def allows(self, tag: str) -> bool:
        """Return whether an element with this tag is allowed."""
        return tag in self._elements

    def rebuild(self, root: Any, relation_ids: Mapping[str, str] | None = None) -> tuple[Any, set[str]]:
        """Return a part with allowed elements and attributes only, and the new ids of the relations that it uses.

        The tag of `root` must be allowed. An unknown element is replaced by its content if it contains paragraphs,
        runs, lists or tables, or is in a paragraph of an OpenDocument text. Otherwise it is removed with its content.
        `relation_ids` is id → new id. `root` must not be used afterwards.
        """
        self._used = {}
        relations: set[str] = set()
        waiting, elements, attributes = [root], 0, 0
        while waiting:
            element = waiting.pop()
            space = namespace(element.tag)
            self._used.setdefault(space, self._prefixes.get(space, "mc"))
            for name, value in list(element.attrib.items()):
                if space == _ALTERNATIVES and name == _REQUIRES:
                    continue
                new = self._new_value(space, name, value, relation_ids=relation_ids or {})
                if new is None:
                    del element.attrib[name]
                    attributes += 1
                    continue
                if new != value:
                    element.set(name, new)
                if (own := namespace(name)) in self._prefixes:
                    self._used.setdefault(own, self._prefixes[own])
                    if own.endswith(_RELATIONS):
                        relations.add(new)
            if element.text and local_name(element.tag) in _FIELD_TEXTS:
                element.text = self._renumber(element.text)
            elements += self._clean_children(element, waiting)
        self._found.add(findings.HIDDEN_DATA, elements)
        self._found.add(N_("Marks of editing sessions: {count}"), attributes)
        return _with_prefixes(root, self._used), relations

    def _new_value(self, space: str, name: str, value: str, *, relation_ids: Mapping[str, str]) -> str | None:
        """Return the new value of an attribute, or None to remove it. `space` is the namespace of its element."""
        own, is_open_document = namespace(name) or space, space.startswith(_OPEN_DOCUMENT)
        if is_open_document and (name == _XML_ID or local_name(name) in _ID_ATTRIBUTES):
            return f"id{self._number_for(value)}"
        if (name if name.startswith("{") else f"{{{space}}}{name}") not in self._attributes:
            return None
        if own.endswith(_RELATIONS):
            return relation_ids.get(value)
        return self._renumber(value)

    def _clean_children(self, element: Any, waiting: list[Any]) -> int:
        """Add the allowed children of an element to `waiting`. Remove or unwrap the others, and return their number."""
        removed = 0
        is_text = namespace(element.tag).startswith(_OPEN_DOCUMENT) and local_name(element.tag) in _PARAGRAPHS
        children = list(reversed(element))
        while children:
            child = children.pop()
            if child.tag == f"{{{_ALTERNATIVES}}}AlternateContent" and not self._keep_known_choices(child):
                for fallback in list(child):
                    unwrap(fallback)
            elif self.allows(child.tag):
                waiting.append(child)
                continue
            elif not is_text and not self._has_allowed_content(child):
                drop(child)
                removed += 1
                continue
            children += reversed(child)
            unwrap(child)
            removed += 1
        return removed

    def _has_allowed_content(self, element: Any) -> bool:
        """Return whether an unknown element of a text contains allowed paragraphs, runs, lists or tables."""
        tags = (one.tag for one in element.iter(*(f"{{*}}{name}" for name in _CONTENT)))
        return any(self.allows(tag) and namespace(tag).startswith(_TEXT_SPACES) for tag in tags)

    def _keep_known_choices(self, alternatives: Any) -> bool:
        """Remove the choices of an AlternateContent that need an unknown namespace. Return whether one is left."""
        left = False
        for choice in list(alternatives):
            if local_name(choice.tag) != "Choice":
                continue
            spaces = [choice.nsmap.get(prefix, "") for prefix in choice.get(_REQUIRES, "").split()]
            if not spaces or any(space not in self._prefixes for space in spaces):
                drop(choice)
                continue
            left = True
            self._used |= {space: self._prefixes[space] for space in spaces}
            choice.set(_REQUIRES, " ".join(self._prefixes[space] for space in spaces))
        return left


def _with_prefixes(root: Any, used: Mapping[str, str]) -> Any:
    """Return a copy of a part that declares only the namespaces in `used`, a mapping of namespace → prefix."""
    from lxml import etree

    prefixes: dict[str | None, str] = {}
    for space, prefix in used.items():
        prefixes.setdefault(prefix or None, space)
    newer = [prefix for prefix in _NEWER if prefix in prefixes]
    if newer:
        prefixes["mc"] = _ALTERNATIVES
    fresh = etree.Element(root.tag, root.attrib, nsmap=prefixes)
    if newer:
        fresh.set(f"{{{_ALTERNATIVES}}}Ignorable", " ".join(newer))
    # elements are made anew: to move them takes a time that grows with the square of their number
    waiting = [(root, fresh)]
    while waiting:
        old, new = waiting.pop()
        new.text = old.text
        for child in old:
            made = etree.SubElement(new, child.tag, child.attrib)
            made.tail = child.tail
            waiting.append((child, made))
    return fresh


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from a part to `target`: the path of a part without a slash in front or, if `is_external`, an address."""

    id: str
    type: str
    target: str
    is_external: bool

    @property
    def kind(self) -> str:
        """Return the last word of the type, such as "image"."""
        return self.type.rpartition("/")[2]

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes of the relation in XML."""
        where = {"Target": self.target, "TargetMode": "External"} if self.is_external else {"Target": f"/{self.target}"}
        return {"Id": self.id, "Type": self.type, **where}


@dataclass(slots=True)
class OfficePackage:
    """The kept parts of a package. All keys are paths of parts.

    `images` are written as they are. `types` has the content types of XML parts and images. The relations of "" are
    those of the package itself.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[Relation]] = field(default_factory=dict)


def load_package(
    data: bytes, main: str, kept: "re.Pattern[str]", *, needed: str, limits: FileLimits, found: FoundItems
) -> OfficePackage:
    """Return the part `main` of a .docx or .xlsx file, and the parts that it leads to and whose paths match `kept`.

    Images are cleaned, and relations to other parts are removed. Known kinds of other parts are counted in `found`.
    Raises UnusableFile, also if `main` has no element `needed`.
    """
    package = OfficePackage()
    with open_package(data, limits) as archive:
        names = {name.lstrip("/"): name for name in archive.namelist()}
        types = _content_types(read_packed(archive, "[Content_Types].xml", 1_000_000))
        package.relations[""] = [Relation("rId1", f"{RELATION_NAMESPACE}/officeDocument", main, is_external=False)]
        waiting, renamed, gone, left = [main], dict[str, str](), dict[str, set[str]](), limits.unpacked_bytes
        while waiting:
            path = waiting.pop()
            if path in package.parts:
                continue
            content = read_packed(archive, names[path], min(MAX_XML, left))
            left -= len(content)
            package.parts[path] = parse_part(content)
            package.types[path] = types.get(path) or types.get("." + path.rpartition(".")[2].lower(), "application/xml")
            package.relations[path], gone[path] = [], set()
            for relation in _relations_of_part(archive, names, path):
                new: Relation | None = None
                if relation.is_external:
                    new = _external_link(relation, found, path)
                elif relation.kind == "image" and relation.target in names:
                    if relation.target not in renamed:
                        raw = read_packed(archive, names[relation.target], min(MAX_XML, left))
                        left -= len(raw)
                        renamed[relation.target] = _add_image(package, relation.target, raw, limits=limits, found=found)
                    new = replace(relation, target=renamed[relation.target])
                elif kept.fullmatch(relation.target) and relation.target in names:
                    new = relation
                    waiting.append(relation.target)
                if new:
                    package.relations[path].append(new)
                else:
                    gone[path].add(relation.id)
        for name in sorted(set(names) - set(package.parts)):
            if not name.endswith((".rels", "/")):
                message = next((message for pattern, message in _LEFT_OUT if pattern.search(name)), "")
                found.add(message, place=name)
    for path, root in package.parts.items():
        _remove_users_of_relations(root, gone[path])
    if not elements_of(package.parts[main], needed):
        raise UnusableFile(DAMAGED)
    if sum(1 for root in package.parts.values() for _ in root.iter("*")) > 3_000_000:
        raise UnusableFile(TOO_LARGE_UNPACKED)
    return package


def write_package(package: OfficePackage, vocabularies: tuple[str, ...], found: FoundItems) -> bytes:
    """Return the bytes of the package, rebuilt from the names of `vocabularies`; equal parts give equal bytes.

    The package is changed: a part whose root is not allowed is removed.
    """
    for root in package.parts.values():
        _neutralize_pictures(root)
    allowed = PartRebuilder(*vocabularies, found=found)
    for path in [path for path, root in package.parts.items() if not allowed.allows(root.tag)]:
        remove_part(package, path)
    for path, root in package.parts.items():
        ids = {relation.id: f"rId{number}" for number, relation in enumerate(package.relations[path], 1)}
        package.parts[path], used = allowed.rebuild(root, ids)
        renamed = [replace(relation, id=ids[relation.id]) for relation in package.relations[path]]
        package.relations[path] = [relation for relation in renamed if relation.id in used or not relation.is_external]
    files: dict[str, bytes] = {"[Content_Types].xml": _write_types(package)}
    for path, relations in package.relations.items():
        if relations:
            folder, _, name = path.rpartition("/")
            entries = [("Relationship", relation.attributes) for relation in relations]
            place = posixpath.join(folder, "_rels", f"{name}.rels")
            files[place] = _write_list("relationships", "Relationships", entries)
    files |= {path: write_part(root) for path, root in package.parts.items()}
    return pack_files(files | package.images)


def pack_files(files: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a zip archive of `files` (path → bytes), in this order, without times. Paths in `stored` are not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()


def add_properties(package: OfficePackage, properties: str) -> None:
    """Add the part with the properties of a document, such as its title. `properties` is its XML."""
    path, kind = "docProps/core.xml", f"{_PACKAGE}/relationships/metadata/core-properties"
    package.images[path] = properties.encode()
    package.types[path] = "application/vnd.openxmlformats-package.core-properties+xml"
    package.relations[""].append(Relation("rId2", kind, path, is_external=False))


def remove_part(package: OfficePackage, path: str) -> None:
    """Remove a part, all relations that lead to it, and the elements that use them."""
    package.parts.pop(path, None)
    package.types.pop(path, None)
    package.relations.pop(path, None)
    for source, relations in package.relations.items():
        gone = {relation.id for relation in relations if relation.target == path and not relation.is_external}
        package.relations[source] = [relation for relation in relations if relation.id not in gone]
        if gone and source in package.parts:
            _remove_users_of_relations(package.parts[source], gone)


def _add_image(package: OfficePackage, path: str, raw: bytes, *, limits: FileLimits, found: FoundItems) -> str:
    """Add an image, cleaned, to the package, and return its new path. Its old name may say where it is from."""
    content, kind = clean_or_blank(raw, limits, found, place=path)
    new = f"{path.partition('/')[0]}/media/image{len(package.images) + 1}.{kind.value}"
    package.images[new], package.types[new] = content, kind.media_type
    return new


def _external_link(relation: Relation, found: FoundItems, path: str) -> Relation | None:
    """Return an external relation of the part `path` as it is kept, or None if it is removed."""
    place = f"{path}: {relation.target}"
    if relation.kind != "hyperlink":
        found.add(findings.EXTERNAL_LINKS, place=place)
        return None
    if relation.target.strip().lower().startswith(LINK_STARTS):
        return relation
    found.add(findings.ACTIONS, place=place)
    return replace(relation, target="about:blank")  # without the link, the document could not be opened


def _relations_of_part(archive: zipfile.ZipFile, names: dict[str, str], path: str) -> list[Relation]:
    """Return the relations of a part. The path of a target begins at the top of the package."""
    folder, _, name = path.rpartition("/")
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place not in names:
        return []
    found = []
    for element in elements_of(parse_part(read_packed(archive, names[place], 5_000_000)), "Relationship"):
        target, is_external = element.get("Target", ""), element.get("TargetMode") == "External"
        if target.startswith("/") and not is_external:
            target = target.lstrip("/")
        elif not is_external:
            target = posixpath.normpath(posixpath.join(folder, target))
        found.append(Relation(element.get("Id", ""), element.get("Type", ""), target, is_external=is_external))
    return found


def _content_types(content: bytes) -> dict[str, str]:
    """Return a mapping: path of a part, or "." and an extension → content type. `content` is the list in a package."""
    types = {}
    for element in elements_of(parse_part(content), "Override", "Default"):
        key = element.get("PartName", "").lstrip("/") or "." + element.get("Extension", "").lower()
        types[key] = element.get("ContentType", "")
    return types


def _remove_users_of_relations(root: Any, gone: set[str]) -> None:
    """Remove the elements that use a relation in `gone`, but not OBJECTS, which the cleaner of a kind counts.

    Images, links and page setups stay, and lose only the reference.
    """
    for element in list(root.iter("*")):
        for name, value in list(element.attrib.items()):
            if namespace(name) != RELATION_NAMESPACE or value not in gone:
                continue
            if local_name(element.tag) in ("blip", "imagedata", "hyperlink", "hlinkClick", "hlinkHover", "pageSetup"):
                del element.attrib[name]
            elif local_name(element.tag) not in OBJECTS:
                drop(element)
                break


def _write_list(space: str, name: str, entries: Iterable[tuple[str, dict[str, str]]]) -> bytes:
    """Return the bytes of an XML part with the root `name` and children, given as pairs of a name and attributes."""
    from lxml import etree

    root = etree.Element(f"{{{_PACKAGE}/{space}}}{name}", nsmap={None: f"{_PACKAGE}/{space}"})
    for element, attributes in entries:
        etree.SubElement(root, f"{{{_PACKAGE}/{space}}}{element}", attributes)
    return write_part(root)


def _write_types(package: OfficePackage) -> bytes:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    entries = [("Default", {"Extension": ending, "ContentType": kind}) for ending, kind in defaults.items()]
    entries += [("Override", {"PartName": "/" + path, "ContentType": kind}) for path, kind in package.types.items()]
    return _write_list("content-types", "Types", entries)


def _neutralize_pictures(root: Any) -> None:
    """Give pictures, shapes and axes neutral names, and remove descriptions with the name of a file."""
    for number, element in enumerate(elements_of(root, "docPr", "cNvPr"), 1):
        element.set("name", f"Picture {number}")
        if local_name(element.tag) == "docPr":
            element.set("id", str(number))
        for name in ("descr", "title"):
            if re.search(r"[\\/]|\.\w{3,4}$", element.get(name, "")):
                del element.attrib[name]
    axes: dict[str, str] = {}
    for element in elements_of(root, "axId", "crossAx"):
        element.set("val", axes.setdefault(element.get("val", ""), str(len(axes) + 1)))
