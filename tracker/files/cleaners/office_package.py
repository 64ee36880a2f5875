"""The parts of a .docx or .xlsx file: which are kept, how they are linked, and how the package is written again."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.files import findings
from tracker.files.cleaners.allowed_parts import AllowedParts
from tracker.files.cleaners.image import blank_image, clean_any_image
from tracker.files.cleaners.xml_parts import drop, elements_of, local_name, namespace, parse_part, write_part
from tracker.files.findings import FoundItems
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.archives import open_package, read_packed
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED, TOO_LARGE_UNPACKED

RELATION_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINK_STARTS = ("http://", "https://", "mailto:", "#")
_BLANK_TARGET = "about:blank"
_PACKED_TIME = (1980, 1, 1, 0, 0, 0)
MAX_XML = 40_000_000


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another part, or to an address if `is_external`. `kind` is the last word of its type."""

    id: str
    type: str
    target: str
    is_external: bool

    @property
    def kind(self) -> str:
        """Return the last word of the type, such as "image"."""
        return self.type.rpartition("/")[2]


@dataclass(slots=True)
class OfficePackage:
    """The kept parts of a package while it is cleaned.

    `parts` are XML parts, path → root element. `images` are other parts, path → bytes. `types` are the content types of
    the parts. `relations` are the kept relations, path of the part → relations; the package itself has the path "".
    `gone` are the ids of removed relations.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[Relation]] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)


def load_package(
    data: bytes, main: str, kept: "re.Pattern[str]", *, limits: FileLimits, found: FoundItems
) -> OfficePackage:
    """Return the parts that are reached from the main part and whose path `kept` matches. Images are cleaned.

    Everything else is left out, and counted in `found`. Raises UnusableFile.
    """
    package = OfficePackage()
    with open_package(data, limits) as archive:
        names = {name.lstrip("/"): name for name in archive.namelist()}
        types = _content_types(read_packed(archive, "[Content_Types].xml", 1_000_000))
        package.relations[""] = [Relation("rId1", f"{RELATION_NAMESPACE}/officeDocument", main, is_external=False)]
        waiting, renamed, left = [main], {}, limits.unpacked_bytes
        while waiting:
            path = waiting.pop()
            if path in package.parts:
                continue
            content = read_packed(archive, names[path], min(MAX_XML, left))
            left -= len(content)
            package.parts[path] = parse_part(content)
            package.types[path] = types.get(path) or types.get("." + path.rpartition(".")[2].lower(), "application/xml")
            package.relations[path], package.gone[path] = [], set()
            for relation in _relations(archive, names, path):
                if relation.is_external:
                    _keep_external(package, path, relation, found=found)
                elif relation.kind == "image" and relation.target in names:
                    if relation.target not in renamed:
                        raw = read_packed(archive, names[relation.target], min(MAX_XML, left))
                        left -= len(raw)
                        renamed[relation.target] = _add_image(package, relation.target, raw, limits=limits, found=found)
                    target = renamed[relation.target]
                    package.relations[path].append(Relation(relation.id, relation.type, target, is_external=False))
                elif kept.fullmatch(relation.target) and relation.target in names:
                    package.relations[path].append(relation)
                    waiting.append(relation.target)
                else:
                    package.gone[path].add(relation.id)
        _report_left_out(set(names) - set(package.parts), found)
    for path, root in package.parts.items():
        _forget_relations(root, package.gone[path])
    return package


def write_package(package: OfficePackage) -> bytes:
    """Return the bytes of the package. The same parts always give the same bytes."""
    files: dict[str, bytes] = {"[Content_Types].xml": _write_types(package)}
    for path, relations in package.relations.items():
        if relations:
            folder, _, name = path.rpartition("/")
            files[posixpath.join(folder, "_rels", f"{name}.rels")] = _write_relations(relations)
    files |= {path: write_part(root) for path, root in package.parts.items()}
    return pack_files(files | package.images)


def pack_files(files: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a zip archive of the files in this order, without times. `stored` are not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _PACKED_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()


def remove_part(package: OfficePackage, path: str) -> None:
    """Remove a part, and all relations to it together with the elements that use them."""
    package.parts.pop(path, None)
    package.types.pop(path, None)
    package.relations.pop(path, None)
    for source, relations in package.relations.items():
        gone = {relation.id for relation in relations if relation.target == path and not relation.is_external}
        if gone:
            package.relations[source] = [relation for relation in relations if relation.id not in gone]
            if source in package.parts:
                _forget_relations(package.parts[source], gone)


def keep_allowed_parts(package: OfficePackage, allowed: AllowedParts) -> None:
    """Rebuild all parts from allowed names, and give their relations new ids. Parts of an unknown kind are removed."""
    for path in [path for path, root in package.parts.items() if not allowed.allows(root.tag)]:
        remove_part(package, path)
    for path, root in package.parts.items():
        ids = {relation.id: f"rId{number}" for number, relation in enumerate(package.relations[path], 1)}
        package.parts[path], used = allowed.rebuild(root, ids)
        renamed = [replace(relation, id=ids[relation.id]) for relation in package.relations[path]]
        package.relations[path] = [relation for relation in renamed if relation.id in used or not relation.is_external]


def _add_image(package: OfficePackage, path: str, raw: bytes, *, limits: FileLimits, found: FoundItems) -> str:
    """Add a cleaned image, and return its new path: names of images may say where they are from."""
    cleaned = clean_any_image(raw, limits, found)
    if cleaned is None:
        found.add(findings.BLANK_PICTURES)
        cleaned = blank_image(), FileKind.PNG
    content, kind = cleaned
    new = f"{path.partition('/')[0]}/media/image{len(package.images) + 1}.{kind.value}"
    package.images[new] = content
    package.types[new] = kind.media_type
    return new


def _keep_external(package: OfficePackage, path: str, relation: Relation, *, found: FoundItems) -> None:
    if relation.kind != "hyperlink":
        found.add(findings.EXTERNAL_LINKS)
        package.gone[path].add(relation.id)
        return
    target = relation.target
    if not target.strip().lower().startswith(_LINK_STARTS):
        found.add(findings.ACTIONS)
        target = _BLANK_TARGET  # without the link, the document could not be opened
    package.relations[path].append(Relation(relation.id, relation.type, target, is_external=True))


def _relations(archive: zipfile.ZipFile, names: dict[str, str], path: str) -> list[Relation]:
    folder, _, name = path.rpartition("/")
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place not in names:
        return []
    found = []
    for element in elements_of(parse_part(read_packed(archive, names[place], 5_000_000)), "Relationship"):
        target, is_external = element.get("Target", ""), element.get("TargetMode") == "External"
        if not is_external:
            target = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
        found.append(Relation(element.get("Id", ""), element.get("Type", ""), target, is_external=is_external))
    return found


def _content_types(content: bytes) -> dict[str, str]:
    """Return the content types by path, and by "." and extension."""
    types = {}
    for element in elements_of(parse_part(content), "Override", "Default"):
        key = element.get("PartName", "").lstrip("/") or "." + element.get("Extension", "").lower()
        types[key] = element.get("ContentType", "")
    return types


def _forget_relations(root: Any, gone: set[str]) -> None:
    """Remove the elements that need a removed relation. Of a picture, only the link is removed."""
    for element in elements_of(root):
        for name, value in list(element.attrib.items()):
            if namespace(name) != RELATION_NAMESPACE or value not in gone:
                continue
            if local_name(element.tag) in ("blip", "imagedata", "hyperlink", "hlinkClick", "hlinkHover", "pageSetup"):
                del element.attrib[name]
            else:
                drop(element)
                break


_LEFT_OUT = (
    (re.compile(r"docProps/(?!thumbnail)"), findings.DOCUMENT_PROPERTIES),
    (re.compile(r"docProps/thumbnail"), findings.THUMBNAIL),
    (re.compile(r"printerSettings"), findings.PRINTERS),
    (re.compile(r"/fonts/"), findings.EMBEDDED_FONTS),
    (re.compile(r"/embeddings/"), findings.ATTACHED_FILES),
    (re.compile(r"pivot|externalLink|slicer|timeline|quer[yi]|connections|model/"), findings.HIDDEN_COPIES),
    (re.compile(r"revisions/(?!revisionHeaders|userNames)"), findings.CHANGES),
    (re.compile(r"_xmlsignatures/.*sig\d*\.xml"), findings.SIGNATURES),
    (
        re.compile(r"customXml/(?!.*(_rels|[Pp]rops))|people\.xml|persons/|glossary/document|threadedComments/"),
        findings.HIDDEN_DATA,
    ),
)


def _report_left_out(names: set[str], found: FoundItems) -> None:
    seen_properties = False
    for name in sorted(names):
        for pattern, message in _LEFT_OUT:
            if not name.endswith((".rels", "/")) and pattern.search(name):
                if message != findings.DOCUMENT_PROPERTIES or not seen_properties:
                    found.add(message)
                seen_properties |= message == findings.DOCUMENT_PROPERTIES
                break


def _write_types(package: OfficePackage) -> bytes:
    from lxml import etree

    space = f"{_PACKAGE}/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    etree.SubElement(
        root,
        f"{{{space}}}Default",
        Extension="rels",
        ContentType="application/vnd.openxmlformats-package.relationships+xml",
    )
    etree.SubElement(root, f"{{{space}}}Default", Extension="xml", ContentType="application/xml")
    for path, content_type in package.types.items():
        etree.SubElement(root, f"{{{space}}}Override", PartName="/" + path, ContentType=content_type)
    return write_part(root)


def _write_relations(relations: list[Relation]) -> bytes:
    from lxml import etree

    space = f"{_PACKAGE}/relationships"
    root = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    for relation in relations:
        element = etree.SubElement(root, f"{{{space}}}Relationship", Id=relation.id, Type=relation.type)
        element.set("Target", relation.target if relation.is_external else "/" + relation.target)
        if relation.is_external:
            element.set("TargetMode", "External")
    return write_part(root)


def refuse_damaged(package: OfficePackage, main: str, *needed: str) -> None:
    """Raise UnusableFile if the main part has none of the elements without which it is no document."""
    if not elements_of(package.parts[main], *needed):
        raise UnusableFile(DAMAGED)
    if sum(1 for root in package.parts.values() for _ in root.iter("*")) > 3_000_000:
        raise UnusableFile(TOO_LARGE_UNPACKED)


def neutralize_pictures(root: Any) -> None:
    """Give pictures and shapes neutral names: the names of the files may say where they are from."""
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
