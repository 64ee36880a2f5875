"""Filters in the URL. Each filter is defined by one FilterRow, from which its form and documentation are made.

Values are stable codes, never labels, so that a link works in every language.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property, reduce
from itertools import islice
from operator import and_, or_
from pathlib import PurePath
from typing import Any, Self, TypeVar

from tracker.i18n import Language
from tracker.model.field_types import is_id
from tracker.model.labels import N_
from tracker.model.states import State
from tracker.model.vocabulary import Issuer, Since
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache

MAX_SEARCH_LENGTH = 200
FilterValue = tuple[str, ...] | str | int
Options = Callable[[View], Mapping[str, Any]]
"""A function that returns code → what the code stands for, such as a status, in the order of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRow:
    """One filter of a list, or another part of its URL, such as the order.

    `name` is the URL parameter, by default the name of the attribute. A tuple as `default` allows several values.
    `heading` is an English name, or a function that returns it in a language. `read` parses values that are not in
    `options`; `help` says in English what to write. `narrows` is False for a row that does not choose items.
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
        """Return a dataclass field that is defined by this row. It is for an attribute of a subclass of UrlFilters."""
        return field(default=self.default, metadata={"row": self})

    def title(self, view: View, language: Language) -> str:
        """Return the heading of the filter in a language."""
        return language.gettext(self.heading) if isinstance(self.heading, str) else self.heading(view, language)

    def parse(self, view: View, given: Iterable[str]) -> FilterValue:
        """Return the value for the texts in a URL (`given`). Codes are in the order of the options; unknown codes are ignored."""
        if self.read:
            return self.read(given)
        known = self.options(view) if self.options else {}
        codes = [value.lower() for value in given]  # codes are lower case, but people write capitals
        if self.is_list:
            return tuple(code for code in known if code in codes)
        return next((code for code in codes if code in known), self.default)

    def texts(self, value: FilterValue) -> tuple[str, ...]:
        """Return how a value is written in a URL: one text for each code, and no text for the default value."""
        if isinstance(value, tuple):
            return value
        return () if value == self.default else (str(value),)


@dataclass(frozen=True)
class UrlFilters:
    """The filters of a list, as they are written in a URL. Every attribute of a subclass is defined by a FilterRow."""

    @classmethod
    @cache
    def rows(cls) -> tuple[FilterRow, ...]:
        """Return the rows that define the filters, with `name` and `attribute` set, in the order of the URL."""
        rows = ((f.name, f.metadata["row"]) for f in fields(cls))
        return tuple(replace(row, attribute=name, name=row.name or name) for name, row in rows)

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> Self:
        """Return the filters given in `params` (URL parameter → values). Unknown values, as in old links, are ignored."""
        return cls(**{row.attribute: row.parse(view, list(params.get(row.name, ()))) for row in cls.rows()})

    @classmethod
    def unknown_values(cls, view: View, params: Mapping[str, Iterable[str]]) -> tuple[tuple[FilterRow, str], ...]:
        """Return up to five (filter, unknown value cut to 60 characters). Filters without options are left out."""
        unknown = (
            (row, " ".join(value.split())[:60])
            for row in cls.rows()
            if row.options
            for value in dict.fromkeys(params.get(row.name, ()))
            if value and (row.read([value]) == row.default if row.read else value.lower() not in row.options(view))
        )
        return tuple(islice(unknown, 5))

    def params(self) -> list[tuple[str, str]]:
        """Return the filters as (URL parameter, text) pairs. Filters that have their default value are left out."""
        return [*self._params]

    @cached_property
    def _params(self) -> tuple[tuple[str, str], ...]:
        # a page has the parameters of its own filters in twenty links
        values = ((row, getattr(self, row.attribute)) for row in self.rows())
        return tuple((row.name, text) for row, value in values if value != row.default for text in row.texts(value))

    def in_use(self) -> tuple[tuple[FilterRow, Any], ...]:
        """Return (filter, value) for each filter that is set. The order and the page of the list are no filters."""
        values = ((row, getattr(self, row.attribute)) for row in self.rows() if row.narrows)
        return tuple((row, value) for row, value in values if value != row.default)

    def only_filters(self) -> Self:
        """Return these filters with the first page and the default order of the list."""
        return replace(self, **{row.attribute: row.default for row in self.rows() if not row.narrows})

    def without(self, row: FilterRow, code: str | None = None) -> Self:
        """Return the filters without one code of a filter, or without this whole filter if `code` is None. The page becomes 1."""
        value = getattr(self, row.attribute)
        fewer = tuple(c for c in value if c != code) if row.is_list and code is not None else row.default
        pages = {other.attribute: other.default for other in self.rows() if other.read is _read_page}
        return replace(self, **{**pages, row.attribute: fewer})


OptionCounts = Mapping[str, Mapping[str, int]]
"""Name of a filter → code → number of items that match this code and all other filters."""
ItemCodes = Mapping[str, tuple[tuple[str, str], ...]]
"""Id of an item → (name of a filter, code) for each code that it has."""


class IdsByCode(dict[str, dict[str, int]]):
    """Name of a filter → code → the set of the items that have this code. `every` is the set of all items.

    A set is a whole number: each item has a bit, whose number, from 1, is in `places`. So sets are compared and counted fast.
    """

    def __init__(self, every: Iterable[str], before: "IdsByCode | None") -> None:
        super().__init__({name: dict(ids) for name, ids in before.items()} if before else {})
        known: dict[str, int] = before.places if before else {}
        self.places: dict[str, int] = {id: number for number, id in enumerate(dict.fromkeys((*known, *every)), 1)}
        self.every = self.bits_of(every)

    def bits_of(self, ids: Iterable[str]) -> int:
        """Return the set of `ids`."""
        raw = bytearray(len(self.places) // 8 + 1)
        for number in filter(None, map(self.places.get, ids)):
            raw[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(raw, "little")

    def flags(self, bits: int, ids: Iterable[str]) -> Iterator[int]:
        """Return an iterator: for each of `ids`, whether it is in the set `bits`, as 0 or 1."""
        digits = f"{bits:0{len(self.places) + 1}b}"[::-1].encode().translate(_FLAGS)
        return map(digits.__getitem__, map(self.places.__getitem__, ids))


_FLAGS = bytes.maketrans(b"0", b"\0")


def match_and_count(filters: UrlFilters, found: int, ids: IdsByCode, *, count: bool = True) -> tuple[int, OptionCounts]:
    """Return (the items in `found` that match all filters with options, OptionCounts). `IdsByCode` says what a set is.

    `found` are those that match everything else, such as the search words. Without `count`, the counts are empty.
    """
    in_use = ((ids.get(row.name, {}), row, value) for row, value in filters.in_use() if row.options)
    of_codes = ((row.name, (known.get(code, 0) for code in row.texts(value))) for known, row, value in in_use)
    chosen = {name: reduce(or_, own, 0) for name, own in of_codes}
    counts: dict[str, dict[str, int]] = {}
    for row in (row for row in filters.rows() if count and row.options and row.narrows):
        listed = reduce(and_, (own for name, own in chosen.items() if name != row.name), found)
        counts[row.name] = {code: (own & listed).bit_count() for code, own in ids.get(row.name, {}).items()}
    return reduce(and_, chosen.values(), found), counts


_latest: dict[tuple[PurePath, str], tuple[ItemCodes, IdsByCode]] = {}
"""(data folder, kind of items) → (the codes of the last call of `find_ids_by_code`, its result)."""
register_cache(_latest.clear)


def find_ids_by_code(view: View, kind: str, codes: ItemCodes) -> IdsByCode:
    """Return a mapping: filter → code → ids of items with it. An item is unchanged if its codes are the same object as before."""
    key = (view.dataset.root, kind)
    known, before = _latest.get(key, ({}, None)) if not view.is_past else ({}, None)
    lost: dict[tuple[str, str], set[str]] = defaultdict(set)
    gained: dict[tuple[str, str], set[str]] = defaultdict(set)
    for id in known.keys() | codes.keys():
        old, new = known.get(id, ()), codes.get(id, ())
        for pairs, of in ((old, lost), (new, gained)) if old is not new else ():
            for pair in pairs:
                of[pair].add(id)
    found = IdsByCode(codes, before)
    for name, code in {**lost, **gained}:
        gone, come = map(found.bits_of, (lost[name, code], gained[name, code]))
        if bits := (found.setdefault(name, {}).pop(code, 0) & ~gone) | come:
            found[name][code] = bits
    if not view.is_past:
        _latest[key] = codes, found
    return found


def filter_field(heading: str | Callable[[View, Language], str], options: Options, **more: Any) -> Any:
    """Return a dataclass field for a filter. `more` are other fields of FilterRow."""
    return FilterRow(heading=heading, options=options, **more).field()


def enum_options(members: Iterable[str]) -> Options:
    """Return the options of a filter that accepts the members of an enumeration. The text of a member is its code."""
    options = {str(member): member for member in members}
    return lambda _view: options


def ids_row(limit: int, **more: Any) -> FilterRow:
    """Return a filter that chooses up to `limit` items by id. Unknown ids stay: a link with retired items only finds nothing."""

    def read(given: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(is_id, dict.fromkeys(map(str.lower, given))))[:limit]

    return FilterRow(read=read, **more)


def _read_words(given: Iterable[str]) -> str:
    return " ".join("".join(islice(given, 1)).split())[:MAX_SEARCH_LENGTH]


def _read_page(given: Iterable[str]) -> int:
    return max(1, next((int(p) for p in given if p.isascii() and p.isdigit() and 0 < len(p) < 6), 1))


def body_heading(view: View, language: Language) -> str:
    """Return the heading of the filter by mechanism: "Committee" if all mechanisms of the dataset are treaty bodies."""
    return language.gettext("Mechanism") if view.has_other_mechanisms else language.gettext("Committee")


ISSUER_ROW = FilterRow(heading=N_("Who asks"), options=enum_options(Issuer))
BODY_ROW = FilterRow(heading=body_heading, options=lambda view: view.bodies)
STATE_ROW = FilterRow(
    heading=N_("State party"),
    options=lambda view: {state.id: state for state in view.states} if view.has_several_states else {},
)
"""The filter by State. A dataset of one State has no such filter."""


def codes_of_states(view: View, states: Iterable[State | None]) -> tuple[str, ...]:
    """Return the codes of STATE_ROW for `states`: none in a dataset of one State."""
    return tuple(state.id for state in states if state) if view.has_several_states else ()


SEARCH_ROW = FilterRow(default="", heading=N_("Words"), read=_read_words, help=N_("words to search for"))
SINCE_DAYS = {Since.WEEK: 7, Since.MONTH: 30}


def since_day(view: View, since: str) -> date | None:
    """Return the first day of a period. `since` is that day itself, or a code of Since. Return None for ""."""
    if since in SINCE_DAYS:
        return date.fromordinal(max(1, view.local_date.toordinal() - SINCE_DAYS[Since(since)]))
    return date.fromisoformat(since) if since else None


def _read_since(given: Iterable[str]) -> str:
    """Return the first value that is a day. If none is, return the first value that is a code of Since, or ""."""
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
    """Return (items on the page, its number from 1, number of pages).

    The page is `number` or, if there are fewer pages, the last one. Without items, there is one empty page.
    """
    pages = max(1, -(-len(items) // per_page))
    number = min(number, pages)
    return items[(number - 1) * per_page : number * per_page], number, pages
