"""Recommendations that are chosen in several lists, one for each code, such as progress and setback. One list is shown."""

from collections.abc import Iterable
from enum import StrEnum

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.records.choice_names import recommendation_names
from pages.shared.widget_values import current_value
from tracker.model.records import Recommendation


def choose_recommendations_by_code(
    form: Fields, label: str, name: str, *, codes: Iterable[StrEnum], among: Iterable[Recommendation], key: str
) -> None:
    """Show the codes side by side, each with the number of chosen recommendations, and the list of the pressed one.

    The value of the form field `name` is a mapping code → chosen ids, also of the lists that are not shown.
    """
    start, label_of = getattr(form.start, name), form.page.context.label
    names = recommendation_names(form.page, among)
    options = list(codes)
    counts = {code: len(current_value(f"{form.prefix}{key}_{code}", start.get(code, ()))) for code in options}
    opened_key = f"{form.prefix}{key}_opened"
    opened = current_value(opened_key, next((code for code in options if counts[code]), options[0]))
    # with other counts it is another widget: the browser sends back the label that was pressed
    shown_key = "_".join([form.prefix + key, "shown", *map(str, counts.values())])
    pressed = st.segmented_control(
        label,
        options,
        default=current_value(shown_key, opened) or opened,
        format_func=lambda code: f"{label_of(code)} ({counts[code]})",
        key=shown_key,
    )
    # a second press on the same code would close its list
    shown = st.session_state[opened_key] = pressed or opened
    form.typed[name] = {
        code: form.choose_several(
            f"{label}: {label_of(code)}",
            f"{key}_{code}",
            names,
            start=start.get(code, ()),
            is_shown=code == shown,
        )
        for code in options
    }
