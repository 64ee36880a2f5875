"""The values of the exported tables: for each table, name of a column → its values, one for each row.

`tracker.model.fields` says which fields of the records are columns. Codes and partial dates are as in the files. A
column with several values, such as `themes`, has them in one text, separated by "; ". A missing value is None. Private
data and handles of editors are in no table.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, partial
from typing import Any

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.fields import LOCALIZED, Field, FieldType, Use, fields_of
from tracker.model.lifecycle import standing_contests
from tracker.model.localized_text import TextVariant
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, EvidenceEffect, Issuer, Voice
from tracker.queries.deadlines import list_deadlines
from tracker.queries.follow_up import printed_grades
from tracker.queries.localized_names import link_in_language
from tracker.queries.overview_summary import count_evidence
from tracker.queries.public_files import files_of
from tracker.queries.quotations import whose_word
from tracker.queries.recommendation_details import judge_of, same_demand_links
from tracker.queries.view import View, effective_date, steps_between

Columns = dict[str, list[Any]]
"""Name of a column → its values, one for each row."""
COMPOUND_TYPES = (FieldType.GROUP, FieldType.LIST, FieldType.ITEMS, FieldType.KEPT)
"""Fields of these types are not copied into a column. If an export has a column for such a field, it is computed here."""

WHOSE_WORD = ("entered_by", "changed_by", "read_by")


@dataclass(frozen=True)
class TableValues:
    """The values of the tables of a view. If `selected` is not None, other recommendations and records are left out."""

    view: View
    language: Language
    selected: Sequence[Recommendation] | None = None

    @cached_property
    def recommendations(self) -> Sequence[Recommendation]:
        """Return the recommendations, in the order of their table."""
        return tuple(self.view.recommendations.values()) if self.selected is None else self.selected

    @property
    def _has_all(self) -> bool:
        return len(self.recommendations) == len(self.view.recommendations)

    @cached_property
    def evidence(self) -> Sequence[Evidence]:
        """Return the items of evidence of the table, newest first."""
        if self._has_all:
            return tuple(self.view.evidence.values())
        ids = {e.id for r in self.recommendations for e, _ in self.view.evidence_for(r)}
        return tuple(e for e in self.view.evidence.values() if e.id in ids)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """Return the documents of the table: all, or those that contain or are cited by a selected record."""
        if self._has_all:
            return tuple(self.view.documents.values())
        ids = set(self._citations) | {r.document for r in self.recommendations}
        return tuple(d for d in self.view.documents.values() if d.id in ids)

    @cached_property
    def _citations(self) -> Counter[str]:
        records: list[Recommendation | Evidence] = [*self.recommendations, *self.evidence]
        return Counter(name for record in records for name in self._cited(record))

    @cached_property
    def recommendation_columns(self) -> dict[str, Callable[[], list[Any]]]:
        """Return a mapping: name of a column → function that returns its values, so that a caller can compute only some."""
        view, text, rows = self.view, self.text, self.recommendations
        documents = [view.document(r.document) for r in rows]
        bodies = [view.body_of(r) for r in rows]
        own = [view.headline(r) for r in rows]
        state, committee = ([view.latest(r, voice) for r in rows] for voice in (Voice.STATE, Voice.COMMITTEE))
        graded = [(a,) if a else printed_grades(view, r) for a, r in zip(committee, rows, strict=True)]
        decisive, statuses = [headline.assessments for headline in own], [headline.status for headline in own]
        latest, only = [headline.latest for headline in own], [headline.only for headline in own]
        checked, awaits = [view.last_checked(r) for r in rows], view.awaits_second_reader
        links = [view.evidence_for(r) for r in rows]
        source_links = [r.source.link or (d.link if d else None) for r, d in zip(rows, documents, strict=True)]
        return self._own(Recommendation, rows) | {
            "issuer": lambda: [
                (d.authors if d else None) if r.issued_by is Issuer.CIVIL_SOCIETY else text(b.name) if b else None
                for r, d, b in zip(rows, documents, bodies, strict=True)
            ],
            "state_party": lambda: list(map(self.state, rows)),
            "original": lambda: list(map(view.original_of, rows)),
            "body": lambda: [b.id if b else None for b in bodies],
            "symbol": lambda: [d.symbol if d else None for d in documents],
            "document_date": lambda: [effective_date(d) if d else None for d in documents],
            "parts": lambda: ["\n".join(f"({part.id}) {text(part.summary)}" for part in r.parts) or None for r in rows],
            "status": lambda: [status.value for status in statuses],
            "direction": lambda: [headline.direction for headline in own],
            "assessed": lambda: values_of(latest, lambda a: a.date),
            "checked": lambda: checked,
            "stale": lambda: [view.is_outdated(day) if day else None for day in checked],
            "second_reader": lambda: [any(map(awaits, counting)) if counting else None for counting in decisive],
            "organisation": lambda: [
                join_values(view.organisation_of(a).id for a in counting) for counting in decisive
            ],
            "contested": lambda: [self._contests([r, *found]) for r, found in zip(rows, decisive, strict=True)],
            "reason": lambda: values_of(only, lambda a: text(a.reason)),
            "state_status": lambda: values_of(state, lambda a: a.status),
            "state_reason": lambda: values_of(state, lambda a: text(a.reason)),
            "state_date": lambda: values_of(state, lambda a: a.date),
            "state_entry_of": lambda: values_of(state, view.entry_of),
            "grade_entry_of": lambda: [join_values(view.entry_of(a) for a in found) for found in graded],
            "grade": lambda: [join_values(map(grade_with_scope, found)) for found in graded],
            "grade_date": lambda: values_of([found[0] if found else None for found in graded], lambda a: a.date),
            "claim_gap": lambda: list(map(steps_between, values_of(state, lambda a: a.status), statuses)),
            **{name: partial(_tag_column, rows, name) for name in ("themes", "groups", "rights", "sdg")},
            "authorities": lambda: [
                join_values(text(a.name) for tags in r.tags for a in tags.authorities) for r in rows
            ],
            "same_demand": lambda: [
                join_values(f"{o.id}{self._judge(link)}" for o, link in same_demand_links(view, r)) for r in rows
            ],
            "uptake": lambda: [
                join_values(f"{o.id}: {u.result.value}{self._judge(u)}" for o, u in view.uptake_of(r)) for r in rows
            ],
            "evidence": lambda: [join_values(e.id for e, _ in pairs) for pairs in links],
            "files": lambda: [join_values(name for e, _ in pairs for name in self._file_names(e)) for pairs in links],
            "evidence_count": lambda: [len({e.id for e, _ in pairs}) for pairs in links],
            "setbacks": lambda: [count_evidence(view, r, EvidenceEffect.SETBACK) for r in rows],
            "progress": lambda: [count_evidence(view, r, EvidenceEffect.PROGRESS) for r in rows],
            "source_link": lambda: list(map(self._link, source_links)),
            **{name: partial(self._whose_word, rows, name) for name in WHOSE_WORD},
            "changed_by": lambda: [join_values(dict.fromkeys(self._hands_in(r))) for r in rows],
        }

    def state(self, record: Recommendation | Document | Evidence) -> str | None:
        """Return the codes of the States of a record, or None if it names none."""
        return join_values(state.id for state in self.view.states_of(record))

    def _hands_in(self, r: Recommendation) -> Iterator[str]:
        """Yield the organisation of each who changed what a row shows, or who entered its grade or the State's claim."""
        for record in filter(None, (r, self.view.document(r.document))):
            yield from whose_word(self.view, record)["changed_by"]
        said = (self.view.latest(r, voice) for voice in (Voice.STATE, Voice.COMMITTEE))
        hands = (a.recorded_for for a in said if a and a.recorded_for != self.view.editors.id)
        yield from (id for id in hands if id and id in self.view.organisations)

    def assessment_columns(self) -> Columns:
        """Return the columns of the assessments that count, newest first in each recommendation."""
        view = self.view
        rows = [(r, a) for r in self.recommendations for a in view.assessments[r.id]]
        assessments = [a for _, a in rows]
        return self._all(Assessment, assessments) | {
            "recommendation": [r.id for r, _ in rows],
            "state_party": [self.state(r) for r, _ in rows],
            "body": [body.id if (body := view.body_of(r)) else None for r, _ in rows],
            "organisation": [
                view.organisation_of(a).id if a.voice is Voice.CIVIL_SOCIETY else None for a in assessments
            ],
            "year": [year_of(a.date) for _, a in rows],
            "is_latest": [
                any(a is one for one in (*view.headline(r).assessments, view.latest(r, a.voice))) for r, a in rows
            ],
            "second_reader": [view.awaits_second_reader(a) for _, a in rows],
            "contested": [self._contests([a]) for _, a in rows],
            "entry_of": [view.entry_of(a) for _, a in rows],
            "source": [self._source(a) for _, a in rows],
            "source_link": [self._link(source.link) if source else None for source in (a.source for a in assessments)],
            "evidence": [join_values(id for id in a.evidence if id in view.evidence) for _, a in rows],
        }

    def evidence_columns(self) -> Columns:
        """Return the columns of the evidence, newest first."""
        rows, known = self.evidence, self.view.recommendations
        return self._all(Evidence, rows) | {
            "year": [year_of(e.happened or e.published) for e in rows],
            "contested": [self._contests([e]) for e in rows],
            "state_party": list(map(self.state, rows)),
            "original": list(map(self.view.original_of, rows)),
            "relevant_to": [
                join_values(
                    f"{link.recommendation}: {link.effect.value}{self._judge(link, e)}"
                    for link in e.relevant_to
                    if link.recommendation in known
                )
                for e in rows
            ],
            "themes": _tag_column(rows, "themes"),
            "link": [self._link(e.link) for e in rows],
            "files": [join_values(self._file_names(e)) for e in rows],
            **{name: self._whose_word(rows, name) for name in WHOSE_WORD},
        }

    def document_columns(self) -> Columns:
        """Return the columns of the documents."""
        rows = self.documents
        issued = Counter(r.document for r in self.recommendations)
        return self._all(Document, rows) | {
            "date": [effective_date(d) for d in rows],
            "state_party": list(map(self.state, rows)),
            "original": list(map(self.view.original_of, rows)),
            "recommendations": [issued[d.id] for d in rows],
            "citations": [self._citations[d.id] for d in rows],
            "link": [self._link(d.link) for d in rows],
            "files": [join_values(self._file_names(d)) for d in rows],
            **{name: self._whose_word(rows, name) for name in WHOSE_WORD},
        }

    def deadline_columns(self) -> Columns:
        """Return the deadlines, the earliest first. `source` is the id of the document in which the date is written."""
        documents = {d.id for d in self.documents}
        rows = [item for item in list_deadlines(self.view) if item.document.id in documents]
        return {
            "document": [item.document.id for item in rows],
            "body": [item.document.body for item in rows],
            "state_party": [self.state(item.document) for item in rows],
            "what": [item.label(self.language) for item in rows],
            "date": [item.date for item in rows],
            "state": [item.state(self.view.local_date).value for item in rows],
            "done": [item.met.date if item.met else None for item in rows],
            "met_by": [item.met.document.id if item.met and item.met.document else None for item in rows],
            "source": [item.source.document for item in rows],
            "paragraph": [item.source.paragraph for item in rows],
            "sentence": [self.text(item.deadline.sentence) if item.deadline else None for item in rows],
            "verification": [item.verification.value for item in rows],
            **{name: self._whose_word(rows, name) for name in WHOSE_WORD},
        }

    def _whose_word(self, rows: Iterable[Any], name: str) -> list[str | None]:
        found = (whose_word(self.view, row)[name] for row in rows)
        return [join_values(value) if isinstance(value, list) else value for value in found]

    def _own(self, kind: type[Any], rows: Sequence[Any]) -> dict[str, Callable[[], list[Any]]]:
        """Return a mapping: name of a column → function that returns its values, for the simple fields of the type `kind`."""
        simple = (f for f in fields_of(kind) if f.kind not in COMPOUND_TYPES)
        shown = (f for f in simple if Use.EXPORTED in f.use or f.kind is FieldType.DATE)
        return {f.name: partial(self._values, f, rows) for f in shown}

    def _all(self, kind: type[Any], rows: Sequence[Any]) -> Columns:
        return {name: values() for name, values in self._own(kind, rows).items()}

    def _values(self, field: Field, rows: Sequence[Any]) -> list[Any]:
        values = [getattr(row, field.name) for row in rows]
        if field.kind in LOCALIZED:
            return [self.text(value) for value in values]
        if field.kind is FieldType.NAMES:
            return list(map(join_values, values))
        return [value.value if isinstance(value, Enum) else value for value in values]

    def _cited(self, record: Recommendation | Evidence) -> list[str]:
        """Return the ids of the documents that a record and its assessments cite, one for each citation."""
        if isinstance(record, Evidence):
            return [record.document] if record.document else []
        own = [name for name in (record.source.document, record.source.cited_by) if name != record.document]
        sources = [a.source for a in self.view.assessments[record.id] if a.source]
        others = [name for source in sources for name in {source.document, source.cited_by}]
        return [name for name in (*own, *others) if name]

    def _file_names(self, record: Evidence | Document) -> list[str]:
        return [file.file_name for file in files_of(self.view, record)]

    def text(self, text: Mapping[str, TextVariant] | None) -> str | None:
        """Return the wording of a text that readers of `language` see. Return None if `text` is None or empty."""
        return self.language.resolve(text, is_labelled=False).text if text else None

    def _link(self, link: str | None) -> str | None:
        return link_in_language(link, self.language) if link else None

    def _contests(self, items: Iterable[Assessment | Recommendation | Evidence]) -> str | None:
        view = self.view
        found = (event for item in items for event in standing_contests(item, view.recorded))
        names = {id: self.text(o.short_name) for id, o in view.organisations.items()}
        return join_values(f"{names.get(e.recorded_for or '', '')}: {self.text(e.reason)}" for e in found)

    def _judge(self, link: SameDemand | Uptake | EvidenceLink, of: Evidence | None = None) -> str:
        """Return " (id)" of the organisation that alone judged so (see `judge_of`), or ""."""
        return f" ({by})" if (by := judge_of(self.view, link, of)) else ""

    def _source(self, a: Assessment) -> str | None:
        if a.source is None:
            return None
        document = self.view.document(id := a.source.document or a.source.cited_by)
        name = (document.symbol or self.text(document.title)) if document else id
        place = f"{name}, {a.source.paragraph}" if name and a.source.paragraph else name
        if place and not a.source.document:
            place = f"{self.language.gettext('as cited by:')} {place}"
        return join_values(part for part in (place, a.source.publisher) if part)


def columns_of_rows(names: Iterable[str], rows: Iterable[Sequence[Any]]) -> Columns:
    """Return the columns of `rows`. `names` are the names of the columns, in the order of the values of a row."""
    found = list(rows)
    return {name: [row[i] for row in found] for i, name in enumerate(names)}


def values_of(assessments: Sequence[Assessment | None], value: Callable[[Assessment], Any]) -> list[Any]:
    """Return `value(a)` for each assessment, and None for each None, in their order."""
    return [value(a) if a else None for a in assessments]


def join_values(values: Iterable[str | None]) -> str | None:
    """Return the values in one text, each once, separated by "; ". Return None if there are none."""
    return SEPARATOR.join(dict.fromkeys(value for value in values if value)) or None


def grade_with_scope(a: Assessment) -> str | None:
    """Return a grade. If it is not for the whole recommendation, its scope or part follows, as in "C (1)"."""
    scope = a.scope or (f"({a.part})" if a.part else "")
    return f"{a.grade} {scope}" if scope else a.grade


def _tag_column(rows: Sequence[Recommendation | Evidence], name: str) -> list[str | None]:
    return [join_values(tag for tagging in row.tags for tag in getattr(tagging, name)) for row in rows]


def year_of(known: str | None) -> int | None:
    """Return the last year of a partial date, or None for None."""
    return partial_dates.last_day(known).year if known else None
