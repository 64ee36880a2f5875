"""Filters in the URL. A filter is one row, from which it is parsed, written, shown on the page, named and documented.

Values are stable codes, never labels, so that a link works in every language.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import PurePath
from typing import Any, Self, TypeVar

from tracker.i18n import Language
from tracker.model.field_types import is_id
from tracker.model.labels import N_
from tracker.model.vocabulary import Issuer, Since
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache

MAX_SEARCH_LENGTH = 200
FilterValue = tuple[str, ...] | str | int
Options = Callable[[View], Mapping[str, Any]]
"""A function that returns code → what the code stands for, such as a status, in the order shown to users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRow:
    """One filter of a list, or another part of its URL, such as the order.

    `name` is the URL parameter; if it is not given, it is the name of the attribute. If `default` is a tuple, the
    filter accepts several values. `heading` is the English name of the filter, or a function that returns its name.
    `options` are the values that the filter accepts. A filter with `read` reads its values with it; they may be
    others than the options, and `help` says in English what to write. `narrows` is False if the parameter does not
    choose which items are listed. `rare` is True for a filter that the page shows under "More filters".
    """

    name: str = ""
    attribute: str = ""
    default: FilterValue = ()
    heading: str | Callable[[View, Language], str] = ""
    options: Options | None = None
    read: Callable[[Iterable[str]], FilterValue] | None = None
    help: str = ""
    narrows: bool = True
    rare: bool = False

    @property
    def is_list(self) -> bool:
        """Return whether the filter accepts several values."""
        return isinstance(self.default, tuple)

    def field(self) -> Any:
        """Return the dataclass field that makes this row an attribute of a class of UrlFilters."""
        return field(default=self.default, metadata={"row": self})

    def title(self, view: View, language: Language) -> str:
        """Return the name of the filter in a language."""
        return language.gettext(self.heading) if isinstance(self.heading, str) else self.heading(view, language)

    def parse(self, view: View, given: Iterable[str]) -> FilterValue:
        """Return the value of the filter for the values `given` in the URL. Unknown values are ignored."""
        if self.read:
            return self.read(given)
        known = self.options(view) if self.options else {}
        codes = [value.lower() for value in given]  # codes are lower case, but people write capitals
        if self.is_list:
            return tuple(code for code in known if code in codes)
        return next((code for code in codes if code in known), self.default)

    def texts(self, value: FilterValue) -> tuple[str, ...]:
        """Return the value of the filter as it is written in a URL: one text for each value, none for the default."""
        if isinstance(value, tuple):
            return value
        return () if value == self.default else (str(value),)


@dataclass(frozen=True)
class UrlFilters:
    """The filters of a list, as they are written in a URL. Every attribute of a subclass is defined by a FilterRow."""

    @classmethod
    @cache
    def rows(cls) -> tuple[FilterRow, ...]:
        """Return the definitions of the filters, in the order of the URL."""
        rows = ((f.name, f.metadata["row"]) for f in fields(cls))
        return tuple(replace(row, attribute=name, name=row.name or name) for name, row in rows)

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> Self:
        """Return the filters given in `params` (URL parameter → values). Unknown values, as in old links, are ignored."""
        return cls(**{row.attribute: row.parse(view, list(params.get(row.name, ()))) for row in cls.rows()})

    @classmethod
    def unknown_values(cls, view: View, params: Mapping[str, Iterable[str]]) -> tuple[tuple[FilterRow, str], ...]:
        """Return up to five (filter, value) that the filter has no option for. A value is cut to 60 characters."""
        unknown = (
            (row, " ".join(value.split())[:60])
            for row in cls.rows()
            if row.options and not row.read
            for value in dict.fromkeys(params.get(row.name, ()))
            if value and value.lower() not in row.options(view)
        )
        return tuple(islice(unknown, 5))

    def params(self) -> list[tuple[str, str]]:
        """Return the filters as (name, value) pairs for a URL. Filters that have their default value are left out."""
        values = ((row, getattr(self, row.attribute)) for row in self.rows())
        return [(row.name, text) for row, value in values if value != row.default for text in row.texts(value)]

    def in_use(self) -> tuple[tuple[FilterRow, Any], ...]:
        """Return (filter, value) for each filter that is set. The order and the page of the list are no filters."""
        values = ((row, getattr(self, row.attribute)) for row in self.rows() if row.narrows)
        return tuple((row, value) for row, value in values if value != row.default)

    def only_filters(self) -> Self:
        """Return these filters with the first page and the default order of the list."""
        return replace(self, **{row.attribute: row.default for row in self.rows() if not row.narrows})

    def without(self, row: FilterRow, code: str | None = None) -> Self:
        """Return the first page of these filters without the value `code` of a filter, or without the whole filter."""
        value = getattr(self, row.attribute)
        fewer = tuple(c for c in value if c != code) if row.is_list and code is not None else row.default
        pages = {other.attribute: other.default for other in self.rows() if other.read is _read_page}
        return replace(self, **{**pages, row.attribute: fewer})


OptionCounts = Mapping[str, Mapping[str, int]]
"""Name of a filter → code → how many items are left if this value is chosen, besides the other filters."""
ItemCodes = Mapping[str, tuple[tuple[str, str], ...]]
"""Id of an item → (name of a filter, code) for each option that it matches."""
IdsByCode = Mapping[str, Mapping[str, frozenset[str]]]
"""Name of a filter → code → ids of the items that match it."""


def match_options(
    filters: UrlFilters, found: frozenset[str], ids: IdsByCode, *, count: bool = True
) -> tuple[frozenset[str], OptionCounts]:
    """Return the ids among `found` that match all filters, and, if `count`, how many each option would leave."""
    in_use = ((ids.get(row.name, {}), row, value) for row, value in filters.in_use() if row.options)
    of_codes = ((row.name, [known.get(code, ()) for code in row.texts(value)]) for known, row, value in in_use)
    chosen = {name: frozenset[str]().union(*found) for name, found in of_codes}
    counts: dict[str, dict[str, int]] = {}
    for row in (row for row in filters.rows() if count and row.options and row.narrows):
        others = found.intersection(*(own for name, own in chosen.items() if name != row.name))
        counts[row.name] = {code: len(own & others) for code, own in ids.get(row.name, {}).items()}
    return found.intersection(*chosen.values()), counts


_latest: dict[tuple[PurePath, str], tuple[ItemCodes, IdsByCode]] = {}
"""(data folder, kind of items) → what was found last."""
register_cache(_latest.clear)


def find_ids_by_code(view: View, kind: str, codes: ItemCodes) -> IdsByCode:
    """Return name → code → ids. Updates the last answer: items whose codes are the same object count as unchanged."""
    key = (view.dataset.root, kind)
    known, before = _latest.get(key, ({}, {})) if not view.is_past else ({}, {})
    lost: dict[tuple[str, str], set[str]] = defaultdict(set)
    gained: dict[tuple[str, str], set[str]] = defaultdict(set)
    for id in known.keys() | codes.keys():
        old, new = known.get(id, ()), codes.get(id, ())
        for pairs, of in ((old, lost), (new, gained)) if old is not new else ():
            for pair in pairs:
                of[pair].add(id)
    found = {name: dict(ids) for name, ids in before.items()}
    for name, code in {**lost, **gained}:
        ids = (found.setdefault(name, {}).pop(code, frozenset()) - lost[name, code]) | gained[name, code]
        if ids:
            found[name][code] = ids
    if not view.is_past:
        _latest[key] = codes, found
    return found


def filter_field(heading: str | Callable[[View, Language], str], options: Options, **more: Any) -> Any:
    """Return the dataclass field of a filter with this heading and these options. `more` is as in FilterRow."""
    return FilterRow(heading=heading, options=options, **more).field()


def enum_options(members: Iterable[str]) -> Options:
    """Return the options of a filter that accepts the members of an enumeration, each by its code."""
    options = {str(member): member for member in members}
    return lambda _view: options


def ids_row(limit: int, **more: Any) -> FilterRow:
    """Return a filter by up to `limit` ids. Unknown ids stay, so that a link to retired ones lists none, not all."""

    def read(given: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(is_id, dict.fromkeys(map(str.lower, given))))[:limit]

    return FilterRow(read=read, **more)


def _read_words(given: Iterable[str]) -> str:
    return " ".join("".join(islice(given, 1)).split())[:MAX_SEARCH_LENGTH]


def _read_page(given: Iterable[str]) -> int:
    return max(1, next((int(p) for p in given if p.isascii() and p.isdigit() and 0 < len(p) < 6), 1))


def body_heading(view: View, language: Language) -> str:
    """Return the heading above the name of a mechanism: "Committee" where all are committees."""
    return language.gettext("Mechanism") if view.has_other_mechanisms else language.gettext("Committee")


ISSUER_ROW = FilterRow(heading=N_("Who asks"), options=enum_options(Issuer))
BODY_ROW = FilterRow(heading=body_heading, options=lambda view: view.bodies)
SEARCH_ROW = FilterRow(default="", heading=N_("Words"), read=_read_words, help=N_("words to search for"))
SINCE_DAYS = {Since.WEEK: 7, Since.MONTH: 30}


def since_day(view: View, since: str) -> date | None:
    """Return the first day that the value of SINCE_ROW names, or None if it names none."""
    if since in SINCE_DAYS:
        return date.fromordinal(max(1, view.local_date.toordinal() - SINCE_DAYS[Since(since)]))
    return date.fromisoformat(since) if since else None


def _read_since(given: Iterable[str]) -> str:
    """Return the first day among the values, otherwise the first code of Since, otherwise ""."""
    values = [value.lower() for value in given]
    for value in values:
        with suppress(ValueError):
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and date.fromisoformat(value):
                return value
    return next((value for value in values if value in SINCE_DAYS), "")


SINCE_ROW = FilterRow(
    default="", heading=N_("Since"), options=enum_options(Since), read=_read_since, help=N_("a day, such as 2026-11-21")
)
PAGE_ROW = FilterRow(default=1, read=_read_page, narrows=False)


PageItem = TypeVar("PageItem")


def paginate(items: Sequence[PageItem], number: int, *, per_page: int) -> tuple[Sequence[PageItem], int, int]:
    """Return (items on the page, its number from 1, number of pages). If `number` is too large, it is the last page."""
    pages = max(1, -(-len(items) // per_page))
    number = min(number, pages)
    return items[(number - 1) * per_page : number * per_page], number, pages
