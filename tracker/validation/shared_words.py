"""The vocabulary of a network: themes, groups and mechanisms that all its trackers know, in vocabulary.yaml beside tracker.yaml."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic.dataclasses import dataclass

from tracker.config import AnyPlace
from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile, TrackerError
from tracker.model.field_types import Id
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.registers import TaxonomyTerm
from tracker.storage.dataset_reader import FALLBACK_SETTINGS
from tracker.storage.folder.storage import read_file
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import build_record

VOCABULARY_FILE = "vocabulary.yaml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Vocabulary:
    """A vocabulary file. `mechanisms` are ids of mechanisms that the tracker knows (`tracker/defaults`)."""

    themes: tuple[TaxonomyTerm, ...] = ()
    groups: tuple[TaxonomyTerm, ...] = ()
    mechanisms: tuple[Id, ...] = ()


def read_as(kind: type[T], name: Path | str, read: Callable[[Any], bytes] = read_file) -> T:
    """Return the record of this `kind` that a file has. Raises TrackerError with the first thing that is wrong in it."""
    try:
        found, problems = build_record(kind, to_values(compose(decode(read(name)))))
    except OSError as error:
        raise TrackerError(f"{name} cannot be read ({error.strerror}).") from None
    except InvalidFile as error:
        raise TrackerError(f"{name}, line {error.line}: {error.message}.") from None
    if found is None:
        where, message = problems[0]
        raise TrackerError(": ".join(filter(None, [str(name), " / ".join(map(str, where)), f"{message}."])))
    return found


def read_vocabulary(name: Path | str, read: Callable[[Any], bytes] = read_file) -> Vocabulary:
    """Return the vocabulary in a file. Raises TrackerError with the first thing that is wrong in the file `name`."""
    found = read_as(Vocabulary, name, read)
    if unknown := {*found.mechanisms} - known_mechanisms().keys():
        raise TrackerError(f"{name}: the tracker knows no mechanism {min(unknown)!r}.")
    return found


def shared_term(term: TaxonomyTerm, shared: Collection[TaxonomyTerm]) -> TaxonomyTerm | None:
    """Return the shared term that means the same as `term`: it has its id, one of its UHRI codes or one of its labels."""

    def labels(one: TaxonomyTerm) -> set[str]:
        return {text.text.casefold() for text in one.label.values()}

    same = [one for one in shared if {*one.uhri} & {*term.uhri} or labels(one) & labels(term)]
    return next(iter([*(one for one in shared if one.id == term.id), *same]), None)


def departures(place: AnyPlace, dataset: Dataset) -> Iterator[str]:
    """Yield sentences: where a dataset departs from the vocabulary beside its tracker.yaml. Nothing if there is none."""
    if (storage := open_storage(place)).stat(VOCABULARY_FILE) is None:
        return
    shared, settings = read_vocabulary(VOCABULARY_FILE, storage.read), dataset.settings
    for kind, common, own in (("theme", shared.themes, settings.themes), ("group", shared.groups, settings.groups)):
        for term in own:
            same = shared_term(term, (*common, *FALLBACK_SETTINGS.groups) if kind == "group" else common)
            if same is None:
                yield f"tracker.yaml: the {kind} {term.id!r} is not in the vocabulary of the network; it stays a local word"
            elif same.id != term.id:
                yield f"tracker.yaml: the network calls the {kind} {term.id!r} {same.id!r}; its filter finds both"
        known = {term.id for term in own}
        yield from (
            f"tracker.yaml: the {kind} {one.id!r} of the network is missing" for one in common if one.id not in known
        )
    yield from (
        f"treaty_bodies.yaml: the mechanism {id!r} of the network is missing"
        for id in shared.mechanisms
        if id not in dataset.bodies
    )
