"""The links in the public data, with the records that name them and how often these are cited."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from tracker.model.dataset import all_records
from tracker.model.lifecycle import active_files, is_withdrawn
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.view import View
from tracker.safety.metadata_scanner import LINK_FIELDS
from tracker.safety.scanner import record_name


@dataclass(frozen=True, slots=True)
class CitedLink:
    """A link. `named_by` are the records that have it, such as "evidence law-69", the most cited first.

    `citations` says how often these records are cited. `has_copy` says whether each of these records has a copy
    of the page too: in a web archive, or as an attached file.
    """

    url: str
    named_by: tuple[str, ...]
    citations: int
    has_copy: bool


def cited_links(view: View) -> tuple[CitedLink, ...]:
    """Return every link of the view's dataset once, the most cited first. What was withdrawn or retired is left out.

    What cites an item of evidence are the assessments that name it, and the recommendations that it is relevant to.
    """
    dataset = view.dataset
    cited = Counter(name for found in view.assessments.values() for a in found for name in set(a.evidence))
    cited.update(name for r in view.recommendations.values() for name in {e.id for e, _ in view.evidence_for(r)})
    found: dict[str, dict[str, tuple[int, bool]]] = {}
    others = [("treaty body", body) for body in dataset.bodies.values()]
    for name, item in [*((record_name(r), r) for r in all_records(dataset)), *((f"{k} {b.id}", b) for k, b in others)]:
        count = cited[item.id] if isinstance(item, Evidence) else 0
        for field, url in _links_in(item):
            has_copy = field == "link" and isinstance(item, Evidence | Document) and _has_copy(item)
            found.setdefault(url.partition("#")[0], {})[name] = (count, has_copy)
    links = [
        CitedLink(
            url,
            tuple(sorted(by, key=lambda name: (-by[name][0], name))),
            citations=sum(count for count, _ in by.values()),
            has_copy=all(has_copy for _, has_copy in by.values()),
        )
        for url, by in found.items()
    ]
    return tuple(sorted(links, key=lambda link: (-link.citations, link.url)))


def _has_copy(record: Evidence | Document) -> bool:
    is_archived = isinstance(record, Evidence) and bool(record.archived)
    return is_archived or any(file.is_copy_of_link for file in active_files(record))


def _links_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (name of the field, link) for each link in a record that is not withdrawn."""
    if isinstance(value, tuple):
        for item in value:
            yield from _links_in(item)
    elif is_dataclass(value) and not is_withdrawn(getattr(value, "events", ())):
        for one in fields(value):
            inside = getattr(value, one.name)
            if one.name in LINK_FIELDS and isinstance(inside, str):
                yield one.name, inside
            elif one.name != "history":
                yield from _links_in(inside)
