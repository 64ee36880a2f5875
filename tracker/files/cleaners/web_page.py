"""Clean a saved web page: keep text, lists, tables, links and its own images, and remove active content.

A web archive (MHTML) becomes one web page. The result can be downloaded, but is never shown as a page of the
dashboard.
"""

import base64
import email
import re
from collections.abc import Mapping
from contextlib import suppress
from html import escape, unescape
from typing import Any
from urllib.parse import unquote_to_bytes

from tracker.files import findings
from tracker.files.cleaners.image import clean_any_image
from tracker.files.cleaners.office_package import ALLOWED_NAMES, LINK_STARTS
from tracker.files.findings import FoundItems
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.kinds import decode_any, refuse_damaged
from tracker.sandbox.limits import DAMAGED, TOO_LARGE_UNPACKED, FileLimits

MAX_PARTS = 2_000
MAX_HEADER_BYTES = 20_000
"""The largest number of bytes in the headers of a part."""
MAX_BOUNDARIES = 20
MAX_TAGS_OF_PAGE = 300_000
MAX_PAGE_NESTING = 300
"""The largest depth of elements. The time for cleaning grows with the square of the depth."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.I)
_NOT_NESTED = {
    *("br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base", "embed", "source", "track", "param"),
    *("p", "li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead", "tfoot", "colgroup"),
}
"""Elements that have no end tag, or need none."""
_COUNTED = (
    (re.compile(r"<script\b|\son\w+\s*=|javascript:", re.I), findings.SCRIPTS),
    (re.compile(r"<form\b", re.I), N_("Forms: {count}")),
    (re.compile(r"<(?:iframe|frame|object|embed|applet|portal)\b", re.I), N_("Frames and embedded objects: {count}")),
    (re.compile(r"<(?:link|style)\b|\sstyle\s*=", re.I), N_("Styles of the page: {count}")),
    (re.compile(r"<meta\b", re.I), N_("Metadata of the page: {count}")),
    (re.compile(r"<!--", re.I), N_("Comments in the source of the page: {count}")),
    (re.compile(r"<(?:video|audio|source|track)\b", re.I), findings.MULTIMEDIA),
)
_ALLOWED = ALLOWED_NAMES["web_page"]
_ATTRIBUTES = {element: set(names.split()) for element, names in _ALLOWED["attributes"].items()}
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


def clean_web_page(
    data: bytes, limits: FileLimits, found: FoundItems, images: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the page in UTF-8 with allowed elements only, and count in `found` what was removed.

    Images in the page or in `images` (address → bytes, of a web archive) are cleaned and kept. Others are removed.
    Raises UnusableFile if the page has too many tags or levels, or an image too many pixels.
    """
    import nh3

    source = decode_any(data).replace("\x00", "")
    _refuse_too_many_tags(source)
    for pattern, message in _COUNTED:
        found.add(message, sum(1 for _ in pattern.finditer(source)))
    known = images or {}

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            # control characters before an address are no part of it for a browser
            return value.strip() if value.strip().lower().startswith(LINK_STARTS) else None
        return _clean_inline_image(value, known, limits, found=found) if attribute == "src" else value

    cleaned = nh3.clean(
        source,
        tags=set(_ALLOWED["elements"].split()),
        clean_content_tags=set(_ALLOWED["dropped"].split()),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "data", "cid"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    title = re.search(r"<title[^>]*>([^<]{0,500})", source, re.I)
    heading = escape(unescape(" ".join(title[1].split()))) if title else ""
    head = f'<head><meta charset="utf-8"><title>{heading}</title></head>'
    return f"<!doctype html>\n<html>{head}\n<body>\n{cleaned}\n</body></html>\n".encode()


def clean_web_archive(data: bytes, limits: FileLimits, found: FoundItems) -> bytes:
    """Return the first page in a web archive as one web page, with its images inside. Raises UnusableFile."""
    with refuse_damaged():
        _refuse_long_headers(data)
        parts: list[Any] = [part for part in email.message_from_bytes(data).walk() if not part.is_multipart()]
        page = next((part for part in parts if part.get_content_type() in _PAGE_TYPES), None)
        if page is None or len(parts) > MAX_PARTS:
            raise UnusableFile(DAMAGED)
        images: dict[str, bytes] = {}
        for part in parts:
            if part.get_content_maintype() == "image":
                names = (part.get("Content-Location", ""), "cid:" + str(part.get("Content-ID", "")).strip("<> "))
                images |= dict.fromkeys(map(str, names), part.get_payload(decode=True) or b"")
        images.pop("", None)
        images.pop("cid:", None)
        content: bytes = page.get_payload(decode=True) or b""
        charset = page.get_content_charset("")
    found.add(N_("When, where and with which program the page was saved"))
    if charset:
        with suppress(UnicodeError, LookupError):
            content = content.decode(charset).encode()
    return clean_web_page(content, limits, found, images=images)


def _refuse_long_headers(data: bytes) -> None:
    """Raise UnusableFile if a web archive has longer headers, or more boundaries, than any program writes."""
    boundaries = set(re.findall(rb"boundary=\"?([^\";\s]{1,100})", data))
    if len(boundaries) > MAX_BOUNDARIES:
        raise UnusableFile(DAMAGED)
    starts = [0]
    for boundary in boundaries:
        starts += [found.end() for found in re.finditer(rb"\n--" + re.escape(boundary) + rb"[ \t]*\r?\n", data)]
    for start in starts:
        headers = data[max(0, start - 1) : start + MAX_HEADER_BYTES]
        if len(data) > start + MAX_HEADER_BYTES and not re.search(rb"\n\r?\n", headers):
            raise UnusableFile(DAMAGED)


def _refuse_too_many_tags(source: str) -> None:
    """Raise UnusableFile if a page has more tags, or a greater depth, than any page that a person saved."""
    depth = 0
    for count, tag in enumerate(_TAG.finditer(source), 1):
        if tag[2].lower() not in _NOT_NESTED:
            depth = max(0, depth + (-1 if tag[1] else 1))
        if depth > MAX_PAGE_NESTING or count > MAX_TAGS_OF_PAGE:
            raise UnusableFile(TOO_LARGE_UNPACKED)


def _clean_inline_image(
    address: str, images: Mapping[str, bytes], limits: FileLimits, *, found: FoundItems
) -> str | None:
    """Return a clean image as a data URL, or None if it is damaged, or is neither in the archive nor in the page."""
    raw = images.get(address.strip())
    if raw is None and address.strip().lower().startswith("data:image/"):
        header, _, body = address.strip().partition(",")
        try:
            raw = base64.b64decode(unquote_to_bytes(body)) if ";base64" in header.lower() else unquote_to_bytes(body)
        except ValueError:
            raw = b""
    if raw is None:
        found.add(findings.EXTERNAL_LINKS)
        return None
    if cleaned := clean_any_image(raw, limits, found):
        return f"data:{cleaned[1].media_type};base64,{base64.b64encode(cleaned[0]).decode()}"
    found.add(findings.BLANK_PICTURES)
    return None
