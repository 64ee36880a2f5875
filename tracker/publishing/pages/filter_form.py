"""The filters of a list as a form of plain HTML, made from the rows that define the filters (see `FilterRow`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tracker.model.localized_text import one_line
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.url_filters import SINCE_ROW, FilterRow, OptionCounts, UrlFilters


@dataclass(slots=True)
class FilterOption:
    """One value of a filter: its code and `what` has its label, how many items would be listed with it, whether it is chosen."""

    code: str
    what: Any
    count: int
    is_chosen: bool

    @property
    def is_worth_showing(self) -> bool:
        """Return whether a long list of options shows this one: it is chosen, or some items would be listed with it."""
        return self.is_chosen or self.count > 0


@dataclass(frozen=True, slots=True)
class FilterField:
    """One filter of the form, with its title and its options."""

    context: ViewRequest
    row: FilterRow
    title: str
    options: list[FilterOption]

    @property
    def is_used(self) -> bool:
        """Return whether an option is chosen."""
        return any(option.is_chosen for option in self.options)

    @property
    def has_day_input(self) -> bool:
        """Return whether readers can type a day instead of choosing an option."""
        return self.row.read is SINCE_ROW.read

    def label(self, option: FilterOption) -> str:
        """Return the reader's words for an option."""
        return one_line(self.context.label(option.what))

    def draw(self, option: FilterOption, macro: Callable[["FilterField", FilterOption], Markup]) -> Markup:
        """Return an option as HTML. `macro` draws it once; it leaves out what may differ, and writes <> there."""
        key = self.row.name, option.code, self.context.language.code
        a, b, c, d = self.context.view.cached("options", key, lambda: str(macro(self, option)).split("<>"), most=5_000)
        nothing, checked = "" if option.count else " rt-nothing", " checked" if option.is_chosen else ""
        return Markup(f"{a}{nothing}{b}{checked}{c}{option.count}{d}")


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form above a list, and what is shown beside the form.

    `chips` are the values in use: (filter, value in words, link to the list without this value). `unknown` are values
    in the address that do not exist: (filter, value).
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
    """Return the form for the filters of the list at `path`. The form also keeps the URL parameters `keep`."""
    context, view, language = request.on_page, request.view, request.language
    fields = [
        _build_field(context, row, filters, counts=counts.get(row.name, {})) for row in filters.rows() if row.options
    ]
    named = {row.name for row in filters.rows() if row.options or not row.narrows}
    hidden = [pair for pair in filters.params() if pair[0] not in named]
    chips: list[tuple[str, str, str]] = []
    for row, value in filters.in_use():
        codes, title = row.texts(value), row.title(view, language)
        options = _options(context, row, codes)
        # what was typed, or chosen one by one, has no codes and one label
        labels: dict[str | None, str] = {code: context.label(options[code]) for code in codes if options}
        for code, label in (labels or {None: value if isinstance(value, str) else str(len(value))}).items():
            chips.append((title, label, context.link(path, *filters.without(row, code).params(), *keep)))
    unknown = type(filters).unknown_values(view, request.params)
    return FilterForm(
        path,
        fields=tuple(field for field in fields if field.row.narrows and field.options),
        orders=tuple(field for field in fields if not field.row.narrows),
        hidden=(*hidden, *keep, *context.sticky_params),
        chips=tuple(chips),
        unknown=tuple((row.title(view, language), value) for row, value in unknown),
    )


def _build_field(
    context: ViewRequest, row: FilterRow, filters: UrlFilters, *, counts: Mapping[str, int]
) -> FilterField:
    chosen = row.texts(getattr(filters, row.attribute)) or ((str(row.default),) if row.default else ())
    options = [
        FilterOption(code, what, counts.get(code, 0), is_chosen=code in chosen)
        for code, what in _options(context, row, chosen).items()
    ]
    return FilterField(context, row, row.title(context.view, context.language), options=options)


def _options(context: ViewRequest, row: FilterRow, chosen: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a mapping of options: code → what has the label (object or text). A day in `chosen` becomes an option too."""
    known = row.options(context.view) if row.options else {}
    new = [code for code in chosen if row.read and row.options and code not in known]
    return {**known, **{code: context.language.format_date(code) for code in new}} if new else known
