"""The filters of a list as a form of plain HTML. It is made from the rows that define the filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.publishing.pages.frame import page_context
from tracker.publishing.render_context import RenderContext
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.url_filters import SINCE_ROW, FilterRow, OptionCounts, UrlFilters


@dataclass(frozen=True, slots=True)
class FilterOption:
    """One value of a filter: its code, its label, how many items it would leave, and whether it is chosen."""

    code: str
    label: str
    count: int
    is_chosen: bool

    @property
    def is_worth_showing(self) -> bool:
        """Return whether the option stands in a long list: it leaves something, or it is chosen."""
        return self.is_chosen or self.count > 0


@dataclass(frozen=True, slots=True)
class FilterField:
    """One filter of the form, with its options.

    `takes_several` says whether several options can be chosen, `takes_day` whether a day can be typed instead.
    """

    name: str
    title: str
    options: tuple[FilterOption, ...]
    takes_several: bool
    is_rare: bool
    takes_day: bool = False

    @property
    def is_used(self) -> bool:
        """Return whether an option is chosen."""
        return any(option.is_chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form above a list, and what stands beside it.

    `fields` choose which items are listed, `orders` how. `hidden` are the URL parameters that the form keeps. `chips` are
    (name of the filter, value, link to the list without it), for each value in use. `unknown` are (name of the filter,
    value) for values in the address that the filter does not have.
    """

    path: str
    fields: tuple[FilterField, ...]
    orders: tuple[FilterField, ...]
    hidden: tuple[tuple[str, str], ...]
    chips: tuple[tuple[str, str, str], ...]
    unknown: tuple[tuple[str, str], ...]


def build_filter_form(
    request: ViewRequest,
    path: str,
    filters: UrlFilters,
    *,
    counts: OptionCounts,
    keep: Sequence[tuple[str, str]] = (),
) -> FilterForm:
    """Return the form for the filters of the list at `path`. `keep` are further parameters that it keeps."""
    context, view, language = page_context(request), request.view, request.language
    fields = [_field(context, row, filters, counts=counts.get(row.name, {})) for row in filters.rows() if row.options]
    rows = {row.name: row for row in filters.rows()}
    named = {field.name for field in fields} | {row.name for row in rows.values() if not row.narrows}
    hidden = [pair for pair in filters.params() if pair[0] not in named]
    return FilterForm(
        path,
        tuple(field for field in fields if rows[field.name].narrows and field.options),
        tuple(field for field in fields if not rows[field.name].narrows),
        hidden=(*hidden, *keep, *context.sticky_params),
        chips=tuple(_chips(context, path, filters, keep=keep)),
        unknown=tuple(
            (row.title(view, language), value) for row, value in type(filters).unknown_values(view, request.params)
        ),
    )


def _field(context: RenderContext, row: FilterRow, filters: UrlFilters, *, counts: Mapping[str, int]) -> FilterField:
    value = getattr(filters, row.attribute)
    chosen = row.texts(value) or ((str(row.default),) if row.default else ())
    options = _options(context, row, chosen)
    return FilterField(
        row.name,
        row.title(context.view, context.language),
        tuple(
            FilterOption(code, " ".join(context.label(what).split()), counts.get(code, 0), is_chosen=code in chosen)
            for code, what in options.items()
        ),
        takes_several=row.is_list,
        is_rare=row.rare,
        takes_day=row.read is SINCE_ROW.read,
    )


def _options(context: RenderContext, row: FilterRow, chosen: tuple[str, ...]) -> dict[str, Any]:
    """Return code → what it stands for. A day that was chosen is an option too: the day in words."""
    known = dict(row.options(context.view)) if row.options else {}
    days = {
        code: context.language.format_date(code) for code in chosen if row.read and row.options and code not in known
    }
    return known | days


def _chips(
    context: RenderContext, path: str, filters: UrlFilters, *, keep: Sequence[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    chips = []
    for row, value in filters.in_use():
        options = _options(context, row, row.texts(value))
        shown = {code: context.label(options[code]) for code in row.texts(value)} if options else {None: _free(value)}
        for code, label in shown.items():
            link = context.link(path, *filters.without(row, code).params(), *keep)
            chips.append((row.title(context.view, context.language), label, link))
    return chips


def _free(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else str(len(value))
