"""A page that runs twice before the browser has drawn the first run shows the same values in every field.

A browser takes the value of a new widget from the default in what the server sends. If only the first run sent the value,
a browser that draws the second one would show an empty field, and the editor would save it empty.
"""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_recommendation_editing import FILES as FILES

PRIVATE = True


def shown_by_a_new_browser(page: AppTest) -> dict[str, Any]:
    """Return widget key → value that a browser shows which has not drawn the widget before."""
    shown: dict[str | None, Any] = {}
    for kind in ("text_input", "text_area", "selectbox", "radio", "checkbox"):
        for widget in page.get(kind):
            proto = widget.proto
            default = proto.default if kind == "checkbox" or proto.HasField("default") else None
            options = getattr(proto, "options", ())
            shown[widget.key] = options[default] if options and default is not None else default
    for widget in page.multiselect:
        shown[widget.key] = [widget.proto.options[i] for i in widget.proto.default]
    for widget in page.get("button_group"):
        shown[widget.key] = [widget.proto.options[i].content for i in widget.proto.default]
    return {key: value for key, value in shown.items() if key and not key.endswith("_day")}


@pytest.mark.parametrize(
    ("file", "params"),
    [
        ("edit", {"what": "recommendation", "id": "co-3-7"}),
        ("edit", {"what": "evidence", "id": "law"}),
        ("edit", {"what": "evidence", "for": "r1", "private": "yes"}),
        ("edit", {"what": "document", "id": "co-3"}),
    ],
)
def test_every_field_has_its_value_in_the_second_run_too(opened, file, params):
    page = opened(file, **params)
    first = shown_by_a_new_browser(page)
    assert any(first.values())
    assert shown_by_a_new_browser(page.run()) == first


def test_a_restored_draft_is_shown_by_a_browser_that_missed_the_first_run(opened):
    opened(what="evidence").text_input(key="edit_evidence__publisher").set_value("Parliament").run()
    again = opened(what="evidence").run()
    assert again.text_input(key="edit_evidence__publisher").proto.default == "Parliament"
