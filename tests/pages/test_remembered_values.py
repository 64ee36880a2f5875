"""What a tab remembers may be gone from what it shows next: on a past day, in another language, after a removal."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup, Multiselect, Radio, Selectbox

from pages.shared.layout import PAGES
from tests.pages.test_past_pages import FILES
from tests.publishing.test_escaping import FORMS
from tests.support.form_pages import html, opening

EVERY = [
    *[(file, {"id": "r1"} if file == "recommendation" else {}) for file, _ in PAGES.values()],
    *[(file, {name: {"e1": "law", "co-1": "co-4-12"}.get(value, value) for name, value in params.items()}) for file, params in FORMS],
    *[("edit", {"what": "bulk", "pick": "r1"}), ("edit", {"what": "translation", "id": "r1", "of": "recommendation", "to": "ru"})],
]  # fmt: skip
SHORT = [("recommendation", {"id": "r1", "editing": "x"}), ("edit", {"what": "evidence"})]
"""The two with the most fields. `make test-long` takes every page and form."""
MOVES = {
    "a past date": {"as_of": "2023-01-01"},
    "another past date": {"recorded": "2026-01-10"},
    "another language": {"lang": "ru"},
    "a removed record": {},
}


@pytest.fixture
def _labels_are_values(monkeypatch):
    """AppTest takes values and a browser labels: both are taken."""
    for kind in (Selectbox, Radio, Multiselect, ButtonGroup):
        name_of = kind.format_func.fget

        def both(one, name_of=name_of):
            return lambda value: value if value in one.options else name_of(one)(value)

        monkeypatch.setattr(kind, "format_func", property(both))


def choose(page: AppTest, place: int) -> None:
    """Choose the first or the last option of every field, tick every box and write into every text."""
    for widget in [*page.selectbox, *page.radio, *page.multiselect, *page.button_group]:
        if widget.options:
            is_list = isinstance(widget, Multiselect) or (
                isinstance(widget, ButtonGroup) and not widget._is_single_select
            )
            widget.set_value([widget.options[place]] if is_list else widget.options[place])
    for box in [*page.checkbox, *page.toggle]:
        box.set_value(True)
    for text in [*page.text_input, *page.text_area]:
        text.set_value("r1")


@pytest.mark.parametrize(
    ("file", "params"), [pytest.param(*one, marks=[] if one in SHORT else pytest.mark.long) for one in EVERY]
)
@pytest.mark.parametrize("place", [0, pytest.param(-1, marks=pytest.mark.long)])
@pytest.mark.usefixtures("_labels_are_values")
def test_no_page_ends_in_an_error_if_what_was_chosen_is_gone(tmp_path, monkeypatch, file, params, place):
    page = opening(tmp_path, monkeypatch, FILES)(file, **params)
    choose(page, place)
    page.run()
    for move, new in MOVES.items():
        if move == "a removed record":
            for record in ("recommendations/co-4-12", "recommendations/r1", "evidence/law", "evidence/study"):
                (tmp_path / "data" / f"{record}.yaml").unlink()
        was = {name: page.query_params[name] for name in page.query_params}
        for name, value in new.items():
            page.query_params[name] = value
        page.run()
        assert [error.message for error in page.exception] == [], move
        assert html(page), move
        for name in new:
            page.query_params[name] = was.get(name, [])
        page.run()
        assert [error.message for error in page.exception] == [], f"back from {move}"
