"""How a reader reports a mistake."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.small_dataset import said
from tests.support.view_requests import FILES, ask, small
from tracker.model.organisations import EDITORS, Organisation
from tracker.model.vocabulary import OrganisationKind
from tracker.publishing.pages.frame import draft_mistake_report
from tracker.web.page_shell import render_permanent_link

PAGE = "https://tracker.example/recommendation?id=x&lang=en"
TEXT = [
    "A mistake in the dashboard",
    "A small dataset",
    "Recommendation: Expand the programme",
    f"Page: {PAGE}",
    "What it said, permanent link: https://tracker.example/r/x?recorded=2026-06-18T00%3A00%3A00.000000Z&lang=en",
    "Seen on 18 June 2026",
    "",
    "What is wrong:",
    "",
    "What would be right, and where it can be checked:",
    "",
]


@pytest.fixture
def request_with(tmp_path):
    """What a reader asks of the small dataset with this contact and these organisations."""

    def make(contact=None, organisations=()):
        data = small(tmp_path, *FILES)
        publisher = replace(data.settings.publisher, contact=contact)
        settings = replace(data.settings, publisher=publisher, organisations=organisations)
        return ask(replace(data, settings=settings), one="x")

    return make


def report(request):
    return draft_mistake_report(request, PAGE, request.view.recommendations["x"])


def test_the_text_names_the_record_the_page_the_permanent_link_and_the_day(request_with):
    request = request_with()
    assert report(request).text.split("\n") == TEXT
    assert draft_mistake_report(request, PAGE).text.split("\n") == [*TEXT[:2], TEXT[3], *TEXT[5:]]


def test_a_mail_begins_with_this_text_and_a_contact_page_is_linked_as_it_is(request_with):
    found = report(request_with("mailto:team@example.org"))
    parts = urlsplit(found.link)
    draft = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.path, draft["subject"]) == ("mailto", "team@example.org", TEXT[:1])
    assert draft["body"][0].split("\r\n") == TEXT
    assert (found.contact, {" ", "+"} & set(found.link)) == ("team@example.org", set())
    assert report(request_with("https://example.org/report")).link == "https://example.org/report"


def test_without_a_contact_it_names_the_websites_of_the_organisations_but_not_of_the_editors(request_with):
    known = Organisation(id="a", name=said("A"), link="https://a.example/", kind=OrganisationKind.ACADEMIC)
    silent = Organisation(id="b", name=said("B"), kind=OrganisationKind.CIVIL_SOCIETY)
    editors = replace(EDITORS, link="https://editors.example/")
    request = request_with(organisations=(known, silent, editors))
    assert (report(request).link, report(request).organisations) == ("", (known,))
    page = render_permanent_link(request).body.decode()
    assert '<a href="https://a.example/" rel="noopener noreferrer">A</a>.' in page and "editors.example" not in page
    assert "Seen on 18 June 2026" in page
