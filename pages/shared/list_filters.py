"""The search, the filters and the chips above a list. They are made from the rows that define the filters of the list."""

from collections.abc import Iterable
from typing import TypeVar

import streamlit as st

from pages.forms.several_choices import option_label, show_several_choices
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.url_state import bind_to_url, url_params, write_to_url
from tracker.queries.lists.url_filters import MAX_SEARCH_LENGTH, FilterRow, UrlFilters

ListFilters = TypeVar("ListFilters", bound=UrlFilters)
MAX_PILLS = 15
"""The largest number of options that are shown as pills. More options, and long ones, are check boxes."""
LONGEST_PILL = 60
"""The largest number of characters of an option that is shown as a pill."""
WORDS_WIDTH = 340
"""The width of the field for words, in pixels. It is narrow, so that nobody takes it for the search of everything."""


def show_filters(page: Page, kind: type[ListFilters]) -> ListFilters:
    """Show the filters of a list, keep them in the address, and return them.

    `kind` is the class of the filters. Values that a filter does not know are named first. Below the filters, each
    filter in use has a chip with a link that removes it; the links keep the sticky parameters of `page`.
    """
    view, _ = page.view, page.context.language.gettext
    for row, value in kind.unknown_values(view, url_params()):
        st.warning(
            _(
                "“{value}” is not a known value for “{name}”. The list is shown without that filter.",
                value=escape_markdown(value),
                name=_title(page, row),
            )
        )
    filters = kind.from_params(view, url_params())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for row in kind.rows():
            if row.heading and isinstance(row.default, str) and not row.options:
                key = bind_to_url(row.name, getattr(filters, row.attribute), options=None, single=True)
                words = st.text_input(
                    _("Filter this list by words"),
                    st.session_state[key] or "",
                    key=key,
                    max_chars=MAX_SEARCH_LENGTH,
                    width=WORDS_WIDTH,
                )
                write_to_url(row.name, row.texts(words or row.default))
        with st.popover(_("Filters"), width="content"):
            _show_widgets(page, filters, [row for row in kind.rows() if row.options and row.narrows and not row.rare])
            if rare := [row for row in kind.rows() if row.rare and row.options and row.options(view)]:
                is_used = any(getattr(filters, row.attribute) for row in rare)
                with st.expander(_("More filters"), expanded=is_used):
                    _show_widgets(page, filters, rare)
            # app.js closes the panel: the list behind it shows the results already
            page.show("layout/close_panel.html")
        for row in kind.rows():
            if row.options and not row.narrows:
                # in a panel of its own, because few people change the order
                with st.popover(_title(page, row), width="content"):
                    _show_widgets(page, filters, [row])
                    page.show("layout/close_panel.html")
    filters = kind.from_params(view, url_params())
    page.show("layout/chips.html", chips=_chips(page, filters), path=page.path)
    return filters


def _show_widgets(page: Page, filters: UrlFilters, rows: Iterable[FilterRow]) -> None:
    for row in rows:
        chosen = _show_filter(page, row, getattr(filters, row.attribute))
        write_to_url(row.name, row.texts(chosen or row.default))


def _title(page: Page, row: FilterRow) -> str:
    return row.title(page.view, page.context.language)


def _labels(page: Page, row: FilterRow) -> dict[str, str]:
    """Return code → label for the options of a filter; empty for a filter without options."""
    options = row.options(page.view) if row.options else {}
    return {code: page.context.label(option) for code, option in options.items()}


def _show_filter(page: Page, row: FilterRow, value: str | tuple[str, ...]) -> str | tuple[str, ...] | None:
    """Show the widget of a filter with options. Return the codes that are chosen; None if nothing is pressed."""
    labels, title = _labels(page, row), _title(page, row)
    key = bind_to_url(row.name, value, options=labels, single=not row.is_list)
    in_use, codes = st.session_state[key], list(labels)
    names = {code: option_label(" ".join(label.split())) for code, label in labels.items()}
    if row.default:
        default = in_use or row.default
        return str(st.pills(title, codes, required=True, format_func=names.get, default=default, key=key))
    if not row.is_list:
        return st.segmented_control(title, codes, format_func=names.get, default=in_use, key=key)
    if len(codes) <= MAX_PILLS and all(len(label) <= LONGEST_PILL for label in labels.values()):
        return tuple(
            st.pills(title, codes, selection_mode="multi", format_func=names.get, default=in_use, key=key) or ()
        )
    return show_several_choices(
        page.context.language,
        title,
        labels,
        at=st.container(),
        key=key,
        start=in_use,
        value=in_use,
        accept_new=False,
    )


def _chips(page: Page, filters: UrlFilters) -> list[tuple[str, str, str]]:
    """Return (name of the filter, value, link to the list without it) for each value of the filters in use."""
    chips = []
    for row, value in filters.in_use():
        labels = _labels(page, row)
        shown = {code: labels[code] for code in row.texts(value)} if labels else {None: _free_value(value)}
        for code, label in shown.items():
            link = page.context.link(page.path, *filters.without(row, code).params())
            chips.append((_title(page, row), label, link))
    return chips


def _free_value(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else str(len(value))
