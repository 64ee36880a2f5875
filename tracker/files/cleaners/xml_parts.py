"""Read, clean and write the XML parts of office files."""

from typing import Any

from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import DAMAGED, TOO_LARGE_UNPACKED

MAX_TAGS = 1_500_000
"""The largest number of tags in a part. A tag of four bytes becomes hundreds of bytes of memory."""

LONG_TAG = 20_000
MAX_ATTRIBUTES = 5_000


def parse_part(content: bytes) -> Any:
    """Return the root element of an XML part, without comments and processing instructions.

    Raises UnusableFile if it is not valid, has a document type, is nested too deep or has too many tags or attributes.
    """
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
    except MemoryError:
        raise
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise UnusableFile(DAMAGED) from None
    if root.getroottree().docinfo.doctype:
        raise UnusableFile(DAMAGED)
    return root


def write_part(root: Any) -> bytes:
    """Return an XML part as bytes, with the namespaces that it uses."""
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
    """Return the elements with one of these local names, in the order of the document. With no name, all elements."""
    return list(root.iter(*(f"{{*}}{name}" for name in names)) if names else root.iter("*"))


def drop(element: Any) -> None:
    """Remove an element and all that is in it. The text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _put_before(element, parent, element.tail)
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Replace an element by what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    _put_before(element, parent, element.text)
    for child in list(element):
        element.addprevious(child)
    drop(element)


def drop_all(root: Any, *names: str) -> int:
    """Remove all elements with one of these local names, and return how many there were."""
    found = elements_of(root, *names)
    for element in found:
        drop(element)
    return len(found)


def _put_before(element: Any, parent: Any, text: str | None) -> None:
    if not text:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
