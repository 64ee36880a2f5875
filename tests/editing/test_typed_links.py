"""A link is completed as people type it; what is no web address is refused."""

import pytest

from tracker.editing.forms.values import complete_link


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("www.gov.kg/ru/post/1", "https://www.gov.kg/ru/post/1"),
        (" https://x.org/a?b=c#d ", "https://x.org/a?b=c#d"),
        ("HTTP://x.org", "http://x.org"),
        ("<www.gov.kg>.", "https://www.gov.kg"),
        ("мвд.кг/новости", "https://мвд.кг/новости"),
    ],
)
def test_a_web_address_is_completed(typed, link):
    assert complete_link(typed) == link


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "the law of parliament",
            "parliament",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://x.org",
            "htp://x.org",
        ),
        *(
            "editor@x.org",
            "https://",
            "https://x y",
            "p. 12",
            "12.03.2026",
            "x.org/a b",
            "file.",
            "https://x.org/" + "a" * 2000,
        ),
    ],
)
def test_what_is_no_web_address_is_refused(typed):
    assert complete_link(typed) == ""
