"""The filters above a list: what they do not know is named, and each filter in use can be removed."""

import pytest

from tests.support.form_pages import html, opening


@pytest.mark.parametrize(
    ("page", "name", "value", "heading", "known"),
    [
        ("recommendations", "body", "XYZ*", "Committee", "CESCR"),
        ("evidence", "direction", "XYZ*", "Shows", "Progress"),
        ("activity", "change", "XYZ*", "Kind of change", "EVIDENCE"),
    ],
)
def test_an_unknown_value_is_named_and_a_known_one_matches_in_any_case(
    tmp_path, monkeypatch, page, name, value, heading, known
):
    open_ = opening(tmp_path, monkeypatch, {})
    unknown = open_(page, **{name: value})
    assert [warning.value for warning in unknown.warning] == [
        f"“XYZ\\*” is not a known value for “{heading}”. The list is shown without that filter."
    ]
    matched = open_(page, **{name: known})
    assert ([w.value for w in matched.warning], matched.query_params[name]) == ([], known.lower())


def test_every_filter_in_use_has_a_link_that_removes_it(tmp_path, monkeypatch):
    open_ = opening(tmp_path, monkeypatch, {})
    found = html(
        open_("recommendations", body=["cescr"], stale="no", id=["r1", "r2"], q="law", page="2", choosing="list")
    )
    for rest, chip in [
        ("id=r1&amp;id=r2&amp;stale=no&amp;q=law", "Committee: <b>CESCR"),
        ("id=r1&amp;id=r2&amp;body=cescr&amp;q=law", "Assessed more than 12 months ago: <b>No"),
        ("body=cescr&amp;stale=no&amp;q=law", "Selected: <b>2"),
        ("id=r1&amp;id=r2&amp;body=cescr&amp;stale=no", "Words: <b>law"),
    ]:
        link = f'/recommendations?{rest}&amp;lang=en&amp;choosing=list" title="Remove this filter">{chip}'
        assert link in found
    assert "Kind of source: <b>text of a law" in html(open_("evidence", kind="law"))
    assert 'href="/activity?by=committee&amp;lang=en" title="Remove this filter">Committee: <b>CESCR' in html(
        open_("activity", body="cescr", by="committee")
    )


def test_a_typo_in_the_words_shows_what_was_probably_meant_and_says_so(tmp_path, monkeypatch):
    open_ = opening(tmp_path, monkeypatch, {})
    found = html(open_("recommendations", q="punishmants"))
    assert "Nothing found for “punishmants”. Showing results for “punishments”." in found
    assert "Repeal the <mark>punishments</mark>" in found
    # the files hold what the list shows, and the link to share has what was typed
    assert "/export.xlsx?q=punishments&amp;lang=en" in found
    assert "/recommendations?q=punishmants&amp;lang=en" in found
    assert "Showing results for" not in html(open_("recommendations", q="punishments"))
    assert "Showing results for “signed”" in html(open_("evidence", q="sigmed"))


def test_only_the_field_in_the_header_is_called_search(tmp_path, monkeypatch):
    page = opening(tmp_path, monkeypatch, {})("recommendations", q="law")
    assert [(field.label, field.value) for field in page.text_input] == [("Filter this list by words", "law")]
    assert 'placeholder="Search everything"' in html(page)
