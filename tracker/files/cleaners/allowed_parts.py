"""Rebuild the XML parts of an office file from the names in allowed_names.yaml alone, so that no unknown mark can pass."""

import re
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.files import findings
from tracker.files.cleaners.xml_parts import drop, local_name, namespace, unwrap
from tracker.files.findings import FoundItems

_ALLOWED_NAMES = Path(__file__).with_name("allowed_names.yaml")
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_REQUIRES = "Requires"
_NEWER = ("w14", "wp14")
"""Prefixes of what Word 2007 has to be told to ignore."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_ID_ATTRIBUTES = ("id", "change-id", "continue-list", "start-shape", "end-shape")
_RELATIONS = "/relationships"
_CONTENT = ("p", "r", "tbl", "tr", "tc", "h", "list", "table", "section")
"""What is kept of an unknown element of a text: the paragraphs, runs, lists and tables in it."""
_PARAGRAPHS = ("p", "h", "span", "a", "ruby-base")
"""Elements of an OpenDocument text in which the text itself stands."""
_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT_SPACES = (
    _OPEN_DOCUMENT,
    "http://schemas.openxmlformats.org/wordprocessingml/",
    "http://purl.oclc.org/ooxml/wordprocessingml/",
)
_RANDOM = re.compile(
    r"(?P<guid>\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\})"
    r"|(?<![\w/])(?P<name>_{1,2}(?:Toc|Ref[A-Za-z]*|Hlk|Hlt|Annotation|DdeLink|UnoMark|Fieldmark)_*(?:Toc|Ref)?)\d{3,}(?:_\d+)*"
    r"|(?<![\w/])(?P<pair>__[A-Z][A-Za-z]+_{1,3})\d+_\d+"
)
"""What programs make up by chance or by the clock: GUIDs, and bookmarks such as _Toc51234567 or __Annotation__12_3456789."""
_FIELD_TEXTS = ("instrText", "delInstrText")


class NewNumbers:
    """Replaces what programs made up by chance or by the clock by 1, 2, 3…, the same by the same."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def replace_in(self, value: str) -> str:
        """Return a value with new numbers in it."""
        return _RANDOM.sub(self._new, value) if ("_" in value or "{" in value) and "://" not in value else value

    def number_of(self, value: str) -> int:
        """Return the new number of a value, from 1."""
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    def _new(self, found: re.Match[str]) -> str:
        number = self.number_of(found[0])
        guid = f"{{00000000-0000-0000-0000-{number:012}}}"
        return guid if found["guid"] else f"{found['name'] or found['pair']}{number}"


@cache
def _allowed_names() -> Mapping[str, Any]:
    return yaml.load(_ALLOWED_NAMES.read_text("utf-8"), Loader=yaml.CBaseLoader)  # type: ignore[no-any-return]


class AllowedParts:
    """Rebuilds the parts of one file from the names of `vocabularies`, and counts in `found` what is removed."""

    def __init__(self, *vocabularies: str, found: FoundItems) -> None:
        self._known: dict[str, tuple[str, Set[str], Set[str]]] = {}
        for one in map(_allowed_names().__getitem__, vocabularies):
            elements, attributes = set(one["elements"].split()), set(one["attributes"].split())
            for prefix, spaces in one["namespaces"].items():
                self._known |= dict.fromkeys(spaces, (prefix, elements, attributes))
        self._found, self._numbers = found, NewNumbers()
        self._allowed: dict[str, bool] = {}
        self._allowed_attributes: dict[tuple[str, str], bool] = {}
        self._used: dict[str, str] = {}

    def allows(self, tag: str) -> bool:
        """Return whether an element is allowed."""
        if (known := self._allowed.get(tag)) is None:
            space, name = namespace(tag), local_name(tag)
            if space == _ALTERNATIVES:
                known = name in ("AlternateContent", "Choice", "Fallback")
            else:
                known = space in self._known and name in self._known[space][1]
            self._allowed[tag] = known
        return known

    def rebuild(self, root: Any, relation_ids: Mapping[str, str] | None = None) -> tuple[Any, set[str]]:
        """Return the part with allowed elements and attributes only, and the new ids of the relations that it uses.

        Its root has to be allowed. An unknown element around paragraphs is replaced by them; any other is removed with
        all that is in it. Prefixes are those of the vocabularies. `relation_ids` maps the ids of relations → new ids.
        """
        self._used = {}
        relations: set[str] = set()
        waiting, elements, attributes = [root], 0, 0
        while waiting:
            element = waiting.pop()
            space = namespace(element.tag)
            self._used.setdefault(space, self._known[space][0] if space in self._known else "mc")
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
                if (own := namespace(name)) in self._known:
                    self._used.setdefault(own, self._known[own][0])
                    if own.endswith(_RELATIONS):
                        relations.add(new)
            if element.text and local_name(element.tag) in _FIELD_TEXTS:
                element.text = self._numbers.replace_in(element.text)
            elements += self._clean_children(element, waiting)
        self._found.add(findings.HIDDEN_DATA, elements)
        self._found.add(findings.EDITING_MARKS, attributes)
        return _with_prefixes(root, self._used), relations

    def _new_value(self, space: str, name: str, value: str, *, relation_ids: Mapping[str, str]) -> str | None:
        """Return what an attribute of an element in the namespace `space` becomes, or None if it is removed."""
        own, is_open_document = namespace(name) or space, space.startswith(_OPEN_DOCUMENT)
        if is_open_document and (name == _XML_ID or local_name(name) in _ID_ATTRIBUTES):
            return f"id{self._numbers.number_of(value)}"
        if (key := (own, name)) not in self._allowed_attributes:
            is_named = own in self._known and local_name(name) in self._known[own][2]
            self._allowed_attributes[key] = name == _SPACE or is_named
        if not self._allowed_attributes[key]:
            return None
        if own.endswith(_RELATIONS):
            return relation_ids.get(value)
        return self._numbers.replace_in(value)

    def _clean_children(self, element: Any, waiting: list[Any]) -> int:
        """Add the allowed children of an element to those that wait, remove or unwrap all others, and return how many."""
        removed = 0
        is_text = namespace(element.tag).startswith(_OPEN_DOCUMENT) and local_name(element.tag) in _PARAGRAPHS
        children = list(reversed(element))
        while children:
            child = children.pop()
            if child.tag == f"{{{_ALTERNATIVES}}}AlternateContent" and not self._choose(child):
                for fallback in list(child):
                    unwrap(fallback)
            elif self.allows(child.tag):
                waiting.append(child)
                continue
            elif not is_text and not self._has_content(child):
                drop(child)
                removed += 1
                continue
            children += reversed(child)
            unwrap(child)
            removed += 1
        return removed

    def _has_content(self, element: Any) -> bool:
        return any(
            self.allows(one.tag) and namespace(one.tag).startswith(_TEXT_SPACES)
            for one in element.iter(*(f"{{*}}{name}" for name in _CONTENT))
        )

    def _choose(self, alternatives: Any) -> bool:
        """Remove the choices for programs that know a namespace which is not kept, and return whether one is left."""
        left = False
        for choice in list(alternatives):
            if local_name(choice.tag) != "Choice":
                continue
            spaces = [choice.nsmap.get(prefix, "") for prefix in choice.get(_REQUIRES, "").split()]
            if not spaces or any(space not in self._known for space in spaces):
                drop(choice)
                continue
            left = True
            self._used |= {space: self._known[space][0] for space in spaces}
            choice.set(_REQUIRES, " ".join(self._known[space][0] for space in spaces))
        return left


def _with_prefixes(root: Any, used: Mapping[str, str]) -> Any:
    """Return the part with the namespaces `used`, namespace → prefix, and no other."""
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
