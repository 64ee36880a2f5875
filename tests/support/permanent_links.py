"""Request permanent links and parse the answers; recommendations to use in them."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import lxml.html

from tests.support.small_dataset import SHOWN
from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile
from tracker.queries.current_view import parse_past
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.web.page_shell import render_permanent_link

TODAY = date(2026, 6, 18)
ORIGIN = "https://tracker.example.org"
FIRST = "recorded: 2026-01-01T12:00:00.000000Z\n"
ASSESSED = """\
assessments:
  - {voice: civil-society, status: partially-implemented, direction: forward, date: 2026-02-01, reason: The law was signed.,
     source: {document: report-2024}, recorded: 2026-02-02T12:00:00.000000Z, recorded_by: editor-anna}
"""
NEWS = (
    SHOWN
    + FIRST
    + "link: https://news.example.org/1\nrelevant_to:\n  - {recommendation: r1, effect: progress, recorded: 2026-01-02T12:00:00.000000Z}\n"
)


def question(found: Dataset, name: str, **params: str) -> ViewRequest:
    """Return the request of a reader who opens /r/<name>?<params>."""
    past = parse_past(params, found, TODAY)
    view = View(found, TODAY, past.as_of, past.recorded)
    lists = {key: [value] for key, value in params.items()}
    language = get_language(params.get("lang", "en"), view.settings)
    return ViewRequest(view, language, Filters.from_params(view, lists), ORIGIN, name, lists)


def following(found: Dataset, link: str) -> RenderedFile:
    """Return the answer of a reader's request for a permanent link."""
    parts = urlsplit(link)
    return render_permanent_link(
        question(found, parts.path.removeprefix("/r/"), **{k: v[0] for k, v in parse_qs(parts.query).items()})
    )


def tags(html: bytes | str) -> dict[str, list[str]]:
    """Return name or property → contents of the meta tags of a page, and "rel hreflang" → addresses of its links."""
    tree = lxml.html.document_fromstring(html)
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        found.setdefault(meta.get("property") or meta.get("name"), []).append(meta.get("content"))
    for link in tree.iter("link"):
        found.setdefault(f"{link.get('rel')} {link.get('hreflang') or ''}".strip(), []).append(link.get("href"))
    return found


def words(html: bytes) -> str:
    return " ".join(lxml.html.document_fromstring(html).body.text_content().split())


def retired(into: str = "") -> str:
    led = f"into: {into}, " if into else ""
    return f"events:\n  - {{type: retired, {led}reason: Twice in the list., recorded: 2026-03-01T12:00:00.000000Z}}\n"
