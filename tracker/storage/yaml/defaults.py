"""Fill in, from `tracker/defaults`, what a dataset leaves out: statuses, groups, mechanisms, publishers and synonyms."""

import re
from collections.abc import Mapping
from functools import cache
from operator import add
from pathlib import Path
from typing import Any

import yaml

from tracker.model.registers import TreatyBody
from tracker.storage.yaml.record_builder import build_record

DEFAULTS_FOLDER = Path(__file__).parents[2] / "defaults"


@cache
def _defaults(name: str) -> Any:
    # every value is text: the types of the records decide, as for the files of a dataset
    return yaml.load((DEFAULTS_FOLDER / name).read_text("utf-8"), Loader=yaml.CBaseLoader)


def with_defaults(file_name: str, values: Any) -> Any:
    """Return the `values` of tracker.yaml or treaty_bodies.yaml, completed with defaults for what they leave out.

    Dictionaries are merged key by key, and the dataset's value wins. A group or mechanism with a default needs only
    its id. Names of publishers are joined, the dataset's first, and groups of synonyms are merged. Any other list of
    the dataset replaces the default list. The values of any other file are returned unchanged.
    """
    if not isinstance(values, dict):
        return values
    if file_name == "treaty_bodies.yaml":
        return {**values, **_completed(values, "treaty_bodies", _defaults("mechanisms.yaml"))}
    if file_name != "tracker.yaml":
        return values
    common = _defaults("settings.yaml")
    merged = {**values, **_completed(values, "groups", common)}
    merged["statuses"] = _merged(common["statuses"], values.get("statuses", {}))
    for name, added in (("publisher_names", add), ("synonyms", _joined)):
        own = values.get(name, [])
        merged[name] = added(own, common[name]) if isinstance(own, list) else own
    return merged


def _completed(values: Mapping[str, Any], name: str, common: Mapping[str, Any]) -> dict[str, Any]:
    """Return {name: list}: the list `values[name]`, each item of which is completed from the item of `common` with this id."""
    known = {item["id"]: item for item in common[name]}
    own = values.get(name, list(known.values()) if name == "groups" else None)
    if not isinstance(own, list):
        return {} if own is None else {name: own}
    ids = (item.get("id") if isinstance(item, dict) else None for item in own)
    by_id = (known.get(one) if isinstance(one, str) else None for one in ids)
    return {name: [_merged(default, item) if default else item for default, item in zip(by_id, own, strict=True)]}


def _merged(default: Any, own: Any) -> Any:
    if not isinstance(default, dict) or not isinstance(own, dict):
        return own
    return {**default, **{key: _merged(default.get(key), value) for key, value in own.items()}}


def _joined(own: list[Any], common: list[Any]) -> list[Any]:
    """Return the dataset's groups of synonyms, each joined with default groups that share a phrase, then all other defaults."""
    rest = [*common, *known_mechanism_names().values()]
    groups: list[Any] = []
    for group in own:
        is_list = isinstance(group, list) and all(isinstance(word, str) for word in group)
        words = {word.casefold() for word in group} if is_list else set()
        shared = [other for other in rest if words & {word.casefold() for word in other}]
        rest = [other for other in rest if other not in shared]
        groups.append(list(dict.fromkeys(word for one in (group, *shared) for word in one)) if shared else group)
    return [*groups, *rest]


@cache
def known_mechanisms() -> Mapping[str, TreatyBody]:
    """Return a mapping: id → mechanism, for every mechanism that the tracker knows. A dataset follows some of them."""
    found = {}
    for item in _defaults("mechanisms.yaml")["treaty_bodies"]:
        record, problems = build_record(TreatyBody, item)
        if record is None:
            raise ValueError(problems)
        found[record.id] = record
    return found


def known_symbol_prefixes() -> tuple[str, ...]:
    """Return the beginnings of the document symbols of all mechanisms that the tracker knows."""
    return tuple(start for body in known_mechanisms().values() for start in body.symbols)


@cache
def symbol_prefix_pattern() -> str:
    """Return a regular expression, of the form a|b, for any of `known_symbol_prefixes`. The caller puts it into a group."""
    return "|".join(map(re.escape, known_symbol_prefixes()))


def mechanism_of_symbol(symbol: str) -> TreatyBody | None:
    """Return the known mechanism whose documents have symbols that begin like `symbol`, or None."""
    return next((body for body in known_mechanisms().values() if symbol.startswith(body.symbols)), None)


def is_symbol_of(body: TreatyBody, symbol: str) -> bool:
    """Return whether `symbol` begins like a symbol of `body`, or of the known mechanism that has the same code as `body`."""
    known = mechanism_of_symbol(symbol)
    return symbol.startswith(body.symbols) or (known is not None and known.code == body.code)


@cache
def known_mechanism_names() -> Mapping[str, list[str]]:
    """Return a mapping: id of a known mechanism → [code, abbreviations, names, other names], in all languages."""
    found = {}
    for body in known_mechanisms().values():
        texts = [text.text for texts in (body.abbreviation or {}, body.name) for text in texts.values()]
        found[body.id] = list(dict.fromkeys([body.code, *texts, *body.other_names]))
    return found
