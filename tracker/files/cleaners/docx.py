"""Clean a Word document: remove names, dates, session numbers and fields that fetch data.

Comments and tracked changes stay without their authors, or are removed or accepted, as the editor chose.
"""

import re
from typing import Any

from tracker.files import findings
from tracker.files.cleaners import office_package as office
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.sandbox.limits import FileLimits

_MAIN = "word/document.xml"
_KEPT = re.compile(
    r"word/(?:document|styles|settings|fontTable|numbering|footnotes|endnotes|comments|(?:header|footer)\d*"
    r"|theme/theme\d*|charts/chart\w*|diagrams/\w+)\.xml"
)
_SETTINGS = set(office.ALLOWED_NAMES["word_texts"]["settings"].split())
_FIELDS = set(office.ALLOWED_NAMES["word_texts"]["fields"].split())
_OLD_FORMATS = (
    *str.split("rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tcPrChange trPrChange tblGridChange"),
    *str.split("numberingChange cellMerge"),
)
_CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", *_OLD_FORMATS)
_FIELD_PARTS = ("fldChar", "instrText", "delInstrText")
_SHOWN_LENGTH = 80
"""The largest number of characters of the code of a field that are said to people."""
_HARMLESS_LINK = re.compile(
    r'\s*HYPERLINK(?:\s+(?:"\s*(?:https?://|mailto:|#)[^"]*"|(?:https?://|mailto:|#)[^\s"]*'
    r'|\\[mn]|\\[lot]\s*(?:"[^"\\:/]*"|[^\s"\\:/]+)))*\s*',
    re.I,
)
"""Matches the code of a link to a web page, a mail address or a place in the document, with its switches."""
_COMMENT_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")


def clean_docx(
    data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems, properties: str = ""
) -> bytes:
    """Return the document without metadata. `found` counts what was removed or must be checked. Raises UnusableFile.

    `properties` is the XML of the properties that it gets, such as its title, or "".
    """
    package = office.load_package(data, _MAIN, _KEPT, needed="body", limits=limits, found=found)
    _clean_comments(package, choices, found)
    changes = 0
    for path, root in package.parts.items():
        if path == "word/settings.xml":
            found.add(findings.FETCHING_FIELDS, office.drop_all(root, "mailMerge"), place=f"{path}: mailMerge")
            for element in [one for one in root if office.local_name(one.tag) not in _SETTINGS]:
                office.drop(element)
        for name in office.OBJECTS:
            found.add(findings.ATTACHED_FILES, office.drop_all(root, name), place=f"{path}: {name}")
        _clean_fields(root, found, path)
        found.add(findings.HIDDEN_TEXT, sum(map(_is_switched_on, office.elements_of(root, "vanish"))))
        changes += _accept_changes(root) if choices.accept_changes else _anonymize(root, _CHANGES)
    found.add_changes(changes, are_accepted=choices.accept_changes)
    if properties:
        office.add_properties(package, properties)
    return office.write_package(package, ("word", "drawing", "vml"), found=found)


def _clean_comments(package: office.OfficePackage, choices: CleaningChoices, found: FoundItems) -> None:
    part = next((path for path in package.parts if path.endswith("/comments.xml")), None)
    if part is None:
        return
    found.add_comments(len(office.elements_of(package.parts[part], "comment")), are_removed=choices.remove_comments)
    if choices.remove_comments:
        office.remove_part(package, part)
        for root in package.parts.values():
            office.drop_all(root, *_COMMENT_MARKS)
    else:
        _anonymize(package.parts[part], ("comment",))


def _anonymize(root: Any, names: tuple[str, ...]) -> int:
    """Replace authors by "Author", as Word does, and remove dates and initials. Return the number of authors."""
    count = 0
    for element in office.elements_of(root, *names):
        if not office.namespace(element.tag).startswith(office.WORD_SPACES):
            continue
        for name in list(element.attrib):
            match office.local_name(name):
                case "author":
                    element.set(name, "Author")
                    count += 1
                case "date" | "dateUtc" | "initials":
                    del element.attrib[name]
    return count


def _accept_changes(root: Any) -> int:
    """Accept all tracked changes: remove deleted text, and keep inserted text. Return the number of changes."""
    named = office.elements_of(root, *_CHANGES)
    changes = [element for element in named if office.namespace(element.tag).startswith(office.WORD_SPACES)]
    for element in changes:
        if (parent := element.getparent()) is None:
            continue
        kind, place = office.local_name(element.tag), office.local_name(parent.tag)
        if kind in ("del", "cellDel") and place in ("trPr", "tcPr"):
            office.drop(parent.getparent())
        elif kind in ("del", "moveFrom") and place == "rPr":
            _drop_deleted_paragraph(parent)
            office.drop(element)
        elif kind in ("ins", "moveTo") and place not in ("rPr", "trPr", "tcPr"):
            office.unwrap(element)
        else:
            office.drop(element)
    office.drop_all(root, "delText", "delInstrText")
    return len(changes)


def _drop_deleted_paragraph(mark: Any) -> None:
    """Remove the paragraph of a deleted paragraph mark if all of its text is deleted, too."""
    properties = mark.getparent()
    paragraph = properties.getparent() if properties is not None else None
    if paragraph is None or office.local_name(paragraph.tag) != "p" or paragraph.getparent() is None:
        return
    inside = {office.local_name(child.tag) for child in paragraph}
    is_deleted = inside <= {"pPr", "del", "moveFrom", "bookmarkStart", "bookmarkEnd"}
    siblings = [child for child in paragraph.getparent() if office.local_name(child.tag) == "p"]
    if is_deleted and len(siblings) > 1:
        office.drop(paragraph)


def _clean_fields(root: Any, found: FoundItems, path: str) -> None:
    """Remove the instruction of each field that may fetch data, or has the name of a person or file. The shown result stays."""

    def is_harmless(code: str, inside: str = "") -> bool:
        """Return whether a field may stay, or count it. `inside` are the codes of the fields in it: they may make its own."""
        if _is_harmless_field(code) and (code.strip() or not inside.strip()):
            return True
        found.add(findings.FETCHING_FIELDS, place=f"{path}: {' '.join((code or inside).split())[:_SHOWN_LENGTH]}")
        return False

    for element in office.elements_of(root, "fldSimple"):
        for name, value in list(element.attrib.items()):
            if office.local_name(name) == "instr" and not is_harmless(value):
                element.set(name, "QUOTE")
    texts: list[Any] = []
    open_fields: list[tuple[int, list[Any]]] = []

    def close_field() -> None:
        start, own = open_fields.pop()
        code = _joined(own)
        if not is_harmless(code, "" if code.strip() else _joined(texts[start:])):
            for text in texts[start:]:
                text.text = ""

    for element in office.elements_of(root, *_FIELD_PARTS):
        if office.local_name(element.tag) != "fldChar":
            texts.append(element)
            if open_fields:
                open_fields[-1][1].append(element)
            elif not is_harmless(element.text or ""):
                element.text = ""
            continue
        kind = next((value for name, value in element.attrib.items() if office.local_name(name) == "fldCharType"), "")
        if kind == "begin":
            open_fields.append((len(texts), []))
        elif kind == "end" and open_fields:
            close_field()
    while open_fields:
        close_field()
    office.drop_all(root, "ffData", "fldData")


def _joined(texts: list[Any]) -> str:
    return "".join(text.text or "" for text in texts)


def _is_harmless_field(instruction: str) -> bool:
    words = instruction.replace('"', " ").split()
    if not words or (words[0].upper().rstrip("0123456789(") not in _FIELDS and not words[0].startswith("=")):
        return not words
    if words[0].upper() == "HYPERLINK":
        return _HARMLESS_LINK.fullmatch(instruction) is not None
    return not re.search(r"\\\\\\\\|file:", instruction, re.I)


def _is_switched_on(mark: Any) -> bool:
    """Return whether a mark such as `vanish` is switched on: it is, unless its value says no."""
    value = next((value for name, value in mark.attrib.items() if office.local_name(name) == "val"), "1")
    return value not in ("0", "false", "off")
