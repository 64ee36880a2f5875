"""How a reader reports a mistake."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.small_dataset import said
from tracker.i18n import get_language
from tracker.model.registers import Publisher
from tracker.publishing.mistake_report import mistake_report_link

PAGE = "https://tracker.example/recommendation?id=r1&lang=en"


def test_a_mail_begins_with_the_page_and_what_to_write():
    link = mistake_report_link(
        Publisher(name=said("P"), contact="mailto:team@example.org"), get_language("en"), address=PAGE
    )
    parts = urlsplit(link)
    draft = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.path, draft["subject"]) == (
        "mailto",
        "team@example.org",
        ["A mistake in the dashboard"],
    )
    assert draft["body"][0].split("\r\n") == [
        f"Page: {PAGE}",
        "",
        "What is wrong:",
        "",
        "What would be right, and where it can be checked:",
        "",
    ]
    assert " " not in link and "+" not in link


@pytest.mark.parametrize("contact", ["https://example.org/report", None])
def test_a_contact_page_is_linked_as_it_is_and_without_a_contact_there_is_no_link(contact):
    publisher = Publisher(name=said("P"), contact=contact)
    assert mistake_report_link(publisher, get_language("ru"), address=PAGE) == (contact or "")
