"""References between records: ids that must exist, and the documents that a record refers to."""

import difflib
from collections.abc import Collection, Iterator

from tracker.model.dataset import Dataset, Record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.problems import FieldPath
from tracker.model.records import Recommendation, Source, TagSet
from tracker.model.registers import Document

RuleResults = Iterator[tuple[FieldPath, str]]
"""The result of a rule: for each violation, its field path in the record and a message that says what to write instead."""


def id_exists(kind: str, name: str | None, known: Collection[str], *, where: FieldPath) -> RuleResults:
    """Yield a violation at `where` if the id `name` is not in `known`. The message suggests the most similar known id."""
    if name is not None and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        yield (
            where,
            f"there is no {kind} {name!r}; " + (f"did you mean {near[0]!r}?" if near else "add it, or correct the id"),
        )


def referenced_documents(record: Record) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, document id) for every document that a record refers to.

    Withdrawn and retired records are left out, and so are withdrawn assessments.
    """
    if is_withdrawn(record.events):
        return
    sources: list[tuple[FieldPath, Source | None]] = []
    if isinstance(record, Document):
        follow_up = record.follow_up
        sources.append((("follow_up", "source"), follow_up.source if follow_up else None))
        for i, step in enumerate(follow_up.steps if follow_up else ()):
            if step.document:
                yield ("follow_up", "steps", i, "document"), step.document
    elif record.document:
        yield ("document",), record.document
    if isinstance(record, Recommendation):
        sources.append((("source",), record.source))
        sources += [
            (("assessments", i, "source"), a.source)
            for i, a in enumerate(record.assessments)
            if not is_withdrawn(a.events)
        ]
    for where, source in sources:
        for key in ("document", "cited_by"):
            if source and (name := getattr(source, key)):
                yield (*where, key), name


def sources_exist(d: Dataset, source: Source, where: FieldPath) -> RuleResults:
    """Yield a violation for each document in a source that does not exist, and if it has neither document nor publisher."""
    yield from id_exists("document", source.document, d.documents, where=(*where, "document"))
    yield from id_exists("document", source.cited_by, d.documents, where=(*where, "cited_by"))
    if source.document is None and source.publisher is None:
        yield where, "a source names nobody; give the document of the register, or the publisher"


def tags_exist(d: Dataset, tags: tuple[TagSet, ...]) -> RuleResults:
    """Yield a violation for each theme and group in the tags that is not listed in tracker.yaml."""
    themes, groups = {t.id for t in d.settings.themes}, {g.id for g in d.settings.groups}
    for i, tagging in enumerate(tags):
        for j, theme in enumerate(tagging.themes):
            yield from id_exists("theme", theme, themes, where=("tags", i, "themes", j))
        for j, group in enumerate(tagging.groups):
            yield from id_exists("group", group, groups, where=("tags", i, "groups", j))
