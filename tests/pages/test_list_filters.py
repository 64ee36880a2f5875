"""The list page: what a filter does not know is named above the list."""

from tests.support.form_pages import html, opening


def test_an_unknown_committee_is_named_and_a_known_one_matches_in_any_case(tmp_path, monkeypatch):
    open_ = opening(tmp_path, monkeypatch, {})
    unknown = open_("recommendations", body="XYZ*")
    assert [warning.value for warning in unknown.warning] == [
        "This list does not know “XYZ\\*” in “Committee”, so it is shown without that filter."
    ]
    known = open_("recommendations", body="CESCR")
    assert ([warning.value for warning in known.warning], "body=cescr" in html(known)) == ([], True)
