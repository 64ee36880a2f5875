"""The tool that blacks out parts of a picture: the editor draws rectangles, or types where they are.

The pixels of a part are gone from what is kept: the picture is encoded anew without them.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.files.chosen_files import ChosenFile, blackened_parts, preview_address
from tracker.files.kept_file import FilePreview, Rectangle
from tracker.files.process import MAX_RECTANGLES

SMALLEST_PART = 0.003
"""Of the width or the height. What is smaller is a slip of the finger."""
SIDES = ("left", "top", "width", "height")


def show_black_out(form: Fields, chosen: ChosenFile) -> None:
    """Show the switch that opens the tool, and the tool."""
    _ = form.page.context.language.gettext
    assert chosen.prepared is not None
    key = f"{form.prefix}file_{chosen.key}_"
    if not st.toggle(_("Black out parts of the picture"), key=key + "tool") or chosen.prepared.preview is None:
        return
    parts = _parts(key)
    form.page.show("forms/black_out.html")
    chart_key = f"files_chart_{key}{len(parts)}_{st.session_state.get(key + 'redrawn', 0)}"
    with st.container(key=f"rt_blackout_{key}"):
        st.plotly_chart(
            _figure(chosen.prepared.preview, parts),
            key=chart_key,
            on_select=partial(_add_drawn, key, chart_key),
            selection_mode="box",
            theme=None,
            config={"displayModeBar": False},
        )
    _show_parts(form, key, parts)
    _show_number_fields(form, key)
    applied = blackened_parts(form, chosen.key)
    if parts != applied:
        label = _("Black out now") if parts else _("Show the whole picture again")
        st.button(label, key=f"{key}apply", type="primary", on_click=_apply, args=(key,))


def has_waiting_parts(form: Fields, key: str) -> bool:
    """Return whether the parts that are marked differ from those that are blacked out."""
    return _parts(f"{form.prefix}file_{key}_") != blackened_parts(form, key)


def _parts(key: str) -> tuple[Rectangle, ...]:
    return tuple(st.session_state.get(key + "parts", ()))


def _figure(preview: FilePreview, parts: Sequence[Rectangle]) -> Any:
    """Return the picture as a figure in which a rectangle can be drawn. Its axes go from 0 to 1, from the top left corner."""
    import plotly.graph_objects as go  # imported here: it takes half a second

    figure = go.Figure()
    figure.add_layout_image(
        source=preview_address(preview),
        xref="x",
        yref="y",
        x=0,
        y=0,
        sizex=1,
        sizey=1,
        sizing="stretch",
        layer="below",
    )
    for part in parts:
        figure.add_shape(
            type="rect",
            x0=part.left,
            y0=part.top,
            x1=part.left + part.width,
            y1=part.top + part.height,
            fillcolor="black",
            opacity=0.75,
            line={"color": "white", "width": 1},
        )
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_layout(
        xaxis={**axis, "range": [0, 1]},
        yaxis={**axis, "range": [1, 0], "scaleanchor": "x", "scaleratio": preview.height / preview.width},
        height=520 if preview.height > preview.width else 300,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode="select",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        newselection={"line": {"color": "black", "width": 2}},
    )
    return figure


def _show_parts(form: Fields, key: str, parts: Sequence[Rectangle]) -> None:
    _ = form.page.context.language.gettext
    for number, part in enumerate(parts, 1):
        left, top, width, height = (round(getattr(part, side) * 100) for side in SIDES)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            form.page.show(
                "forms/black_out_part.html", number=number, left=left, top=top, right=left + width, bottom=top + height
            )
            st.button(
                _("Remove part {n}", n=number),
                key=f"{key}remove_{number}_{len(parts)}",
                on_click=_put,
                args=(key, (*parts[: number - 1], *parts[number:])),
            )


def _show_number_fields(form: Fields, key: str) -> None:
    """Show four fields for a part, for who draws with neither mouse nor finger."""
    _ = form.page.context.language.gettext
    labels = (_("From the left, %"), _("From the top, %"), _("Width, %"), _("Height, %"))
    with st.expander(_("Type where the part is")):
        columns = [*st.columns(2), *st.columns(2)]
        for side, label, column in zip(SIDES, labels, columns, strict=True):
            start = st.session_state.get(f"{key}n_{side}", 0.0 if side in ("left", "top") else 10.0)
            column.number_input(label, 0.0, 100.0, start, step=1.0, format="%.1f", key=f"{key}n_{side}")
        st.button(_("Add this part"), key=f"{key}add", on_click=_add_typed, args=(key,))


def _add_typed(key: str) -> None:
    left, top, width, height = (float(st.session_state.get(f"{key}n_{side}") or 0) / 100 for side in SIDES)
    _add(key, left, top, right=left + width, bottom=top + height)


def _add_drawn(key: str, chart_key: str) -> None:
    drawn = st.session_state.get(chart_key)
    for box in drawn.selection.box if drawn else ():
        (left, right), (top, bottom) = sorted(box["x"]), sorted(box["y"])
        _add(key, left, top, right=right, bottom=bottom)
    # a new key: what was drawn is a part now, and no selection any more
    st.session_state[key + "redrawn"] = st.session_state.get(key + "redrawn", 0) + 1


def _add(key: str, left: float, top: float, *, right: float, bottom: float) -> None:
    """Add a part. What is outside of the picture is cut off; what is too small to see is left out.

    A part that is there already is not added again: a browser may send one drawing twice.
    """
    left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in (left, top, right, bottom))
    parts = _parts(key)
    new = Rectangle(left, top, width=right - left, height=bottom - top)
    if min(new.width, new.height) >= SMALLEST_PART and len(parts) < MAX_RECTANGLES and not _is_among(parts, new):
        _put(key, (*parts, new))


def _is_among(parts: Sequence[Rectangle], new: Rectangle) -> bool:
    return any(all(abs(getattr(part, side) - getattr(new, side)) < SMALLEST_PART for side in SIDES) for part in parts)


def _put(key: str, parts: tuple[Rectangle, ...]) -> None:
    st.session_state[key + "parts"] = parts


def _apply(key: str) -> None:
    st.session_state[key + "blackened"] = _parts(key)
