"""Clean an OpenDocument text: remove names, dates, session numbers and links to other files.

Comments and tracked changes stay without their authors, or are removed or accepted, as the editor chose.
"""

import re
from typing import Any

from tracker.files import findings
from tracker.files.cleaners import office_package as office
from tracker.files.cleaners.image import clean_or_blank
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.kinds import MACROS, open_package, read_packed
from tracker.sandbox.limits import DAMAGED, PROTECTED, FileLimits

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_MANIFEST = f"{_ODF}manifest:1.0"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_PROGRAMS = str.split(
    "scripts script event-listeners event-listener applet plugin floating-frame object-ole dde-source"
)
_EMBEDDED = ("object", "binary-data", "table-source", "section-source", "forms", "dde-connection-decls", "desc-source")
_PICTURES = ("image", "fill-image", "background-image", "list-level-style-image")
_MARKS = ("change", "change-start", "change-end")
_NOBODY = {"creator": "Author", "date": "1970-01-01T00:00:00"}
_COMMENT_AUTHORS = ("creator", "date", "creator-initials", "sender-initials")
_REPORTED = (
    (re.compile(r"meta\.xml|META-INF/documentsignatures.*"), findings.DOCUMENT_PROPERTIES),
    (re.compile(r"Thumbnails/.+"), findings.THUMBNAIL),
    (re.compile(r"Object [^/]+/content\.xml|Object [^/]+"), findings.ATTACHED_FILES),
    (re.compile(r"settings\.xml|manifest\.rdf|Configurations2/.+\.xml|layout-cache"), findings.HIDDEN_DATA),
    (re.compile(r"Versions/.+"), findings.EARLIER_VERSIONS),
    (re.compile(r"Fonts/.+"), findings.EMBEDDED_FONTS),
)


def clean_odt(data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems) -> bytes:
    """Return the document without metadata. `found` counts what was removed or must be checked. Raises UnusableFile."""
    files = {"mimetype": FileKind.ODT.media_type.encode()}
    types = {"/": FileKind.ODT.media_type, "content.xml": "text/xml", "styles.xml": "text/xml"}
    allowed, version = office.PartRebuilder("open_document", found=found), "1.3"
    with open_package(data, limits) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" not in names:
            raise UnusableFile(DAMAGED)
        if b"encryption-data" in read_packed(archive, "META-INF/manifest.xml", 2_000_000):
            raise UnusableFile(PROTECTED)
        pictures: dict[str, str] = {}
        for part in ("content.xml", "styles.xml"):
            if part not in names:
                types.pop(part)
                continue
            root = office.parse_part(read_packed(archive, part, office.MAX_XML))
            version = root.get(f"{{{_ODF}office:1.0}}version", version)
            _clean_part(root, choices, found)
            for image in office.elements_of(root, *_PICTURES):
                path = image.get(_XLINK, "").removeprefix("./")
                if path and path not in pictures:
                    if path not in names:
                        found.add(findings.EXTERNAL_LINKS)
                        office.drop(image)
                        continue
                    content, kind = clean_or_blank(read_packed(archive, path, office.MAX_XML), limits, found)
                    pictures[path] = f"Pictures/image{len(pictures) + 1}.{kind.value}"
                    files[pictures[path]], types[pictures[path]] = content, kind.media_type
                if path:
                    image.set(_XLINK, pictures[path])
            if (part == "content.xml" and not office.elements_of(root, "body")) or not allowed.allows(root.tag):
                raise UnusableFile(DAMAGED)
            files[part] = office.write_part(allowed.rebuild(root)[0])
    for pattern, message in _REPORTED:
        found.add(message, min(1, sum(bool(pattern.fullmatch(name)) for name in names)))
    files["META-INF/manifest.xml"] = _write_manifest(types, version)
    return office.pack_files(files, stored=("mimetype",))


def _clean_part(root: Any, choices: CleaningChoices, found: FoundItems) -> None:
    """Remove active content, embedded objects and names of people from a part. Raises UnusableFile for macros."""
    has_scripts = any(child.get(_XLINK) or len(child) for child in office.elements_of(root, "scripts"))
    if has_scripts or office.elements_of(root, "object-ole"):
        raise UnusableFile(MACROS)
    found.add(findings.SCRIPTS, office.drop_all(root, *_PROGRAMS))
    found.add(findings.ATTACHED_FILES, office.drop_all(root, *_EMBEDDED))
    comments = office.elements_of(root, "annotation")
    found.add_comments(len(comments), are_removed=choices.remove_comments)
    if choices.remove_comments:
        office.drop_all(root, "annotation", "annotation-end")
    for comment in comments:
        office.drop_all(comment, *_COMMENT_AUTHORS)
    _clean_changes(root, choices, found)
    _clean_links(root, found)
    for number, element in enumerate(office.elements_of(root, "frame"), 1):
        for name in list(element.attrib):
            if office.local_name(name) == "name":
                element.set(name, f"Picture {number}")
    for element in office.elements_of(root, "desc", "title"):
        if "svg" in office.namespace(element.tag) and re.search(r"[\\/]|\.\w{3,4}$", element.text or ""):
            office.drop(element)
    shown = office.elements_of(root, "section", "text-properties")
    displays = ({office.local_name(key): value for key, value in one.attrib.items()}.get("display") for one in shown)
    hidden = sum(value == "none" for value in displays)
    found.add(findings.HIDDEN_TEXT, hidden + len(office.elements_of(root, "hidden-text", "hidden-paragraph")))


def _clean_changes(root: Any, choices: CleaningChoices, found: FoundItems) -> None:
    """Accept the tracked changes, or replace their authors and dates, as the editor chose."""
    found.add_changes(len(office.elements_of(root, "changed-region")), are_accepted=choices.accept_changes)
    if choices.accept_changes:
        office.drop_all(root, "tracked-changes")
        for mark in office.elements_of(root, *_MARKS):
            if mark.tag.startswith(f"{{{_ODF}text:"):
                office.drop(mark)
    for information in office.elements_of(root, "change-info"):
        for child in office.elements_of(information, *_NOBODY):
            child.text = _NOBODY[office.local_name(child.tag)]


def _clean_links(root: Any, found: FoundItems) -> None:
    """Keep links to the web and inside of the document, and the references of pictures. Remove all others."""
    for element in office.elements_of(root, "a"):
        element.attrib.pop(f"{{{_ODF}office:1.0}}name", None)
        if not element.get(_XLINK, "").strip().lower().startswith(office.LINK_STARTS):
            element.set(_XLINK, "#")
            found.add(findings.ACTIONS)
    for element in root.iter("*"):
        if _XLINK in element.attrib and office.local_name(element.tag) not in ("a", *_PICTURES):
            del element.attrib[_XLINK]
            found.add(findings.EXTERNAL_LINKS)


def _write_manifest(types: dict[str, str], version: str) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap={"manifest": _MANIFEST})
    root.set(f"{{{_MANIFEST}}}version", version)  # LibreOffice opens no file with two versions
    for path, media_type in types.items():
        entry = etree.SubElement(root, f"{{{_MANIFEST}}}file-entry")
        entry.set(f"{{{_MANIFEST}}}full-path", path)
        entry.set(f"{{{_MANIFEST}}}media-type", media_type)
    return office.write_part(root)
