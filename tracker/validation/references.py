"""References between records: ids that must exist, the documents that a record refers to, the scale of a committee."""

import difflib
from collections.abc import Collection, Iterator

from tracker.model import partial_dates
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import FieldPath
from tracker.model.lifecycle import is_withdrawn
from tracker.model.records import Recommendation, Source, TagSet
from tracker.model.registers import Document, Scale

RuleResults = Iterator[tuple[FieldPath, str]]
"""The result of a rule: a (field path, message) pair for each violation. The field path is the place of the violation
in the record. The message says what to write instead.
"""


def id_exists(kind: str, name: str | None, known: Collection[str], *, where: FieldPath) -> RuleResults:
    """Yield a violation at `where` if `name` is not in `known`. It says the `kind` and the most similar id."""
    if name is not None and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {near[0]!r}?" if near else "add it, or correct the id"
        yield where, f"there is no {kind} {name!r}; {advice}"


def referenced_documents(record: Record) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, document id) for each reference of a record to a document. What is withdrawn is left out."""
    if is_withdrawn(record.events):
        return
    sources: list[tuple[FieldPath, Source | None]] = []
    named: list[tuple[FieldPath, str | None]] = []
    if isinstance(record, Document):
        if follow_up := record.follow_up:
            sources.append((("follow_up", "source"), follow_up.source))
            named += [(("follow_up", "steps", i, "document"), step.document) for i, step in enumerate(follow_up.steps)]
            for i, turn in enumerate(follow_up.rounds):
                at: FieldPath = ("follow_up", "rounds", i)
                named += [((*at, "reply"), turn.reply), ((*at, "report"), turn.report)]
        sources += [(("deadlines", i, "source"), deadline.source) for i, deadline in enumerate(record.deadlines)]
        named += [(("deadlines", i, "met_by"), deadline.met_by) for i, deadline in enumerate(record.deadlines)]
    else:
        named.append((("document",), record.document))
    if isinstance(record, Recommendation):
        sources.append((("source",), record.source))
        counting = ((i, a) for i, a in enumerate(record.assessments) if not is_withdrawn(a.events))
        sources += [(("assessments", i, "source"), a.source) for i, a in counting]
    for where, source in sources:
        named += [((*where, key), getattr(source, key)) for key in ("document", "cited_by") if source]
    yield from ((where, name) for where, name in named if name)


def sources_exist(d: Dataset, source: Source, where: FieldPath) -> RuleResults:
    """Yield a violation for each document in `source`, at `where`, that does not exist, and if the source names nobody."""
    yield from id_exists("document", source.document, d.documents, where=(*where, "document"))
    yield from id_exists("document", source.cited_by, d.documents, where=(*where, "cited_by"))
    if source.document is None and source.publisher is None:
        yield where, "a source names nobody; give the document of the register, or the publisher"


def tags_exist(d: Dataset, tags: tuple[TagSet, ...]) -> RuleResults:
    """Yield a violation for each theme and each group in `tags` that is not listed in tracker.yaml."""
    themes, groups = {t.id for t in d.settings.themes}, {g.id for g in d.settings.groups}
    for i, tagging in enumerate(tags):
        for j, theme in enumerate(tagging.themes):
            yield from id_exists("theme", theme, themes, where=("tags", i, "themes", j))
        for j, group in enumerate(tagging.groups):
            yield from id_exists("group", group, groups, where=("tags", i, "groups", j))


def scale_in_use(d: Dataset, body: str, day: str | None) -> tuple[str, ...]:
    """Return the grades of the scale of a committee on a day (see `scale_on`), in their order; () if it is not known."""
    scale = scale_on(d, body, day)
    return tuple(grade.grade for grade in scale.grades) if scale else ()


def scale_on(d: Dataset, body: str, day: str | None) -> Scale | None:
    """Return the scale that a committee used on a day, its first scale if `day` is None; None if it is not known."""
    for scale in d.bodies[body].scales if body in d.bodies else ():
        known = scale.period or scale.since
        if day is None or known is None:
            return scale
        (first, last), on = partial_dates.date_range(known), partial_dates.last_day(day)
        if (first is None or first <= on) and (scale.period is None or on <= last):
            return scale
    return None
