"""Tables of a view for analysis: pandas data frames with one row for each recommendation, assessment, document and so on.

Codes and partial dates stay as they are in the files. A column of several values, such as `themes`, has them in one text,
separated by "; ". Missing values are missing (pandas' NA). Nothing private and no handle of an editor is in a table.

pandas takes half a second and 80 MB, so only files and pages that need tables import this module.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd

from tracker.i18n import Language
from tracker.model.dataset import RECORDED_LISTS
from tracker.model.lifecycle import events_by
from tracker.model.localized_text import TextVariant
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import EvidenceEffect, Issuer, Voice
from tracker.queries.localized_names import link_in_language
from tracker.queries.public_files import files_of
from tracker.queries.tables.frame_values import join_tags, join_values, make_frame, ranked_gap, values_of, year_of
from tracker.queries.view import View, effective_date


@dataclass(frozen=True)
class Frames:
    """The tables of a view. Each attribute is a data frame, made when it is first used.

    Texts are in `language`, or in the dataset's main language where a text is missing. If `selected` is not None, the
    tables have only these recommendations, and the assessments, evidence and documents that belong to them.

    Columns are of type str, except whole numbers (Int64) and columns that are true or false (boolean).
    """

    view: View
    language: Language
    selected: Sequence[Recommendation] | None = None

    @cached_property
    def recommendations(self) -> pd.DataFrame:
        """Return one row for each recommendation.

        `status`, `organisation`, `direction`, `assessed`, `checked` and `reason` are those of the headline (see
        `View.headline`): the reason is missing if it has several assessments. `stale` says whether `checked` is too
        long ago. `state_…` are those of the State's latest claim, `grade` the committee's latest grade. `claim_gap` is
        by how many steps the State's status is better than `status`; it is missing unless both have a rank, so also
        where organisations differ. `setbacks` and `progress` count the evidence with that effect.
        """
        return self.recommendation_columns(self._recommendation_columns)

    def recommendation_columns(self, names: Iterable[str]) -> pd.DataFrame:
        """Return the table `recommendations` with only the columns `names`. The others are not worked out."""
        columns = self._recommendation_columns
        return make_frame(
            {name: columns[name]() for name in names},
            numbers=("claim_gap", "evidence_count", "setbacks", "progress"),
            flags=("stale", "second_reader"),
        )

    @cached_property
    def _recommendation_columns(self) -> dict[str, Callable[[], list[Any]]]:
        view, text, rows = self.view, self._text, self._recommendations
        documents = [view.document(r.document) for r in rows]
        bodies = [view.body_of(r) for r in rows]
        own = [view.headline(r) for r in rows]
        state, committee = ([view.latest(r, voice) for r in rows] for voice in (Voice.STATE, Voice.COMMITTEE))
        latest, only = [headline.latest for headline in own], [headline.only for headline in own]
        checked = [view.last_checked(r) for r in rows]
        links = [view.evidence_for(r) for r in rows]
        return {
            "id": lambda: [r.id for r in rows],
            "issued_by": lambda: [r.issued_by.value for r in rows],
            "issuer": lambda: [
                (d.authors if d else None) if r.issued_by is Issuer.CIVIL_SOCIETY else text(b.name) if b else None
                for r, d, b in zip(rows, documents, bodies, strict=True)
            ],
            "body": lambda: [b.id if b else None for b in bodies],
            "document": lambda: [r.document for r in rows],
            "symbol": lambda: [d.symbol if d else None for d in documents],
            "paragraph": lambda: [r.paragraph for r in rows],
            "document_date": lambda: [effective_date(d) if d else None for d in documents],
            "title": lambda: [text(r.title) for r in rows],
            "summary": lambda: [text(r.summary) for r in rows],
            "text": lambda: [text(r.text) for r in rows],
            "parts": lambda: ["\n".join(f"({part.id}) {text(part.summary)}" for part in r.parts) or None for r in rows],
            "verification": lambda: [r.verification.value for r in rows],
            "status": lambda: [headline.status.value for headline in own],
            "direction": lambda: [headline.direction for headline in own],
            "assessed": lambda: values_of(latest, lambda a: a.date),
            "checked": lambda: checked,
            "stale": lambda: [view.is_outdated(day) if day else None for day in checked],
            "second_reader": lambda: [
                any(map(view.awaits_second_reader, headline.assessments)) if headline.assessments else None
                for headline in own
            ],
            "organisation": lambda: [
                join_values(self.view.organisation_of(a).id for a in headline.assessments) for headline in own
            ],
            "reason": lambda: values_of(only, lambda a: text(a.reason)),
            "state_status": lambda: values_of(state, lambda a: a.status),
            "state_reason": lambda: values_of(state, lambda a: text(a.reason)),
            "state_date": lambda: values_of(state, lambda a: a.date),
            "grade": lambda: values_of(committee, lambda a: a.grade),
            "grade_date": lambda: values_of(committee, lambda a: a.date),
            "claim_gap": lambda: list(map(ranked_gap, state, own)),
            **{name: partial(self._tag_column, name) for name in ("themes", "groups", "rights", "sdg")},
            "authorities": lambda: [
                join_values(text(a.name) for tagging in r.tags for a in tagging.authorities) for r in rows
            ],
            "same_demand": lambda: [join_values(other.id for other in view.same_demand(r)) for r in rows],
            "uptake": lambda: [
                join_values(f"{other.id}: {u.result.value}" for other, u in view.uptake_of(r)) for r in rows
            ],
            "evidence": lambda: [join_values(e.id for e, _ in pairs) for pairs in links],
            "files": lambda: [join_values(name for e, _ in pairs for name in self._file_names(e)) for pairs in links],
            "evidence_count": lambda: [len({e.id for e, _ in pairs}) for pairs in links],
            "setbacks": lambda: [sum(link.effect is EvidenceEffect.SETBACK for _, link in pairs) for pairs in links],
            "progress": lambda: [sum(link.effect is EvidenceEffect.PROGRESS for _, link in pairs) for pairs in links],
            "recorded": lambda: [r.recorded for r in rows],
            "source_link": lambda: [
                self._link(r.source.link or (d.link if d else None)) for r, d in zip(rows, documents, strict=True)
            ],
        }

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return one row for each part of a recommendation, with its status, as in `recommendations`.

        The status of a part that nobody has assessed is missing.
        """
        rows = [(r, part, self.view.headline(r, part.id)) for r in self._recommendations for part in r.parts]
        return make_frame(
            {
                "recommendation": [r.id for r, _, _ in rows],
                "part": [part.id for _, part, _ in rows],
                "summary": [self._text(part.summary) for _, part, _ in rows],
                "status": [headline.status if headline.assessments else None for _, _, headline in rows],
                "direction": [headline.direction for _, _, headline in rows],
                "assessed": values_of([headline.latest for _, _, headline in rows], lambda a: a.date),
                "organisation": [
                    join_values(self.view.organisation_of(a).id for a in headline.assessments)
                    for _, _, headline in rows
                ],
            }
        )

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """Return one row for each assessment that counts, newest first in each recommendation.

        `organisation` is missing for the State and for committees; then `assessor` may say who spoke. `is_latest` says
        whether it is the latest for the whole recommendation of the State, of the committee or of its organisation, and
        counts: the editors' does not where an organisation has assessed. `year` is the year in which
        `date` ends. `source` names the document and the publisher of the source.
        """
        view, text = self.view, self._text
        rows = [(r, a) for r in self._recommendations for a in view.assessments[r.id]]
        sources = [a.source for _, a in rows]
        return make_frame(
            {
                "recommendation": [r.id for r, _ in rows],
                "body": [body.id if (body := view.body_of(r)) else None for r, _ in rows],
                "part": [a.part for _, a in rows],
                "voice": [a.voice.value for _, a in rows],
                "organisation": [
                    self.view.organisation_of(a).id if a.voice is Voice.CIVIL_SOCIETY else None for _, a in rows
                ],
                "assessor": [text(a.assessor) for _, a in rows],
                "status": [a.status for _, a in rows],
                "grade": [a.grade for _, a in rows],
                "direction": [a.direction for _, a in rows],
                "date": [a.date for _, a in rows],
                "year": [year_of(a.date) for _, a in rows],
                "is_latest": [
                    any(a is one for one in (*view.headline(r).assessments, view.latest(r, a.voice))) for r, a in rows
                ],
                "reason": [text(a.reason) for _, a in rows],
                "verification": [a.verification.value for _, a in rows],
                "second_reader": [view.awaits_second_reader(a) for _, a in rows],
                "source": [self._source(a) for _, a in rows],
                "source_link": [self._link(source.link) if source else None for source in sources],
                "evidence": [join_values(id for id in a.evidence if id in view.evidence) for _, a in rows],
                "recorded": [a.recorded for _, a in rows],
            },
            numbers=("year",),
            flags=("is_latest", "second_reader"),
        )

    @property
    def latest_assessments(self) -> pd.DataFrame:
        """Return the rows of `assessments` that are the latest of somebody for a whole recommendation, and count."""
        return self.assessments[self.assessments.is_latest].reset_index(drop=True)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Return one row for each item of evidence, newest first.

        `relevant_to` has a value such as "r1: setback" for each recommendation. `year` is the year in which it happened
        or, if that is not known, was published. `files` names each file by its SHA-256 and its extension.
        """
        view, text, rows = self.view, self._text, self._evidence
        return make_frame(
            {
                "id": [e.id for e in rows],
                "kind": [e.kind.value for e in rows],
                "publisher": [e.publisher for e in rows],
                "title": [text(e.title) for e in rows],
                "happened": [e.happened for e in rows],
                "published": [e.published for e in rows],
                "year": [year_of(e.happened or e.published) for e in rows],
                "summary": [text(e.summary) for e in rows],
                "dimension": [e.dimension.value for e in rows],
                "verification": [e.verification.value for e in rows],
                "relevant_to": [
                    join_values(
                        f"{link.recommendation}: {link.effect.value}"
                        for link in e.relevant_to
                        if link.recommendation in view.recommendations
                    )
                    for e in rows
                ],
                "document": [e.document for e in rows],
                "identifier": [e.identifier for e in rows],
                "themes": [join_tags(e, "themes") for e in rows],
                "link": [self._link(e.link) for e in rows],
                "archived": [e.archived for e in rows],
                "files": [join_values(self._file_names(e)) for e in rows],
                "recorded": [e.recorded for e in rows],
            },
            numbers=("year",),
        )

    @cached_property
    def evidence_links(self) -> pd.DataFrame:
        """Return one row for each link from an item of evidence to a recommendation, with its effect and year."""
        shown = {r.id for r in self._recommendations}
        rows = [(e, link) for e in self._evidence for link in e.relevant_to if link.recommendation in shown]
        return make_frame(
            {
                "evidence": [e.id for e, _ in rows],
                "recommendation": [link.recommendation for _, link in rows],
                "part": [link.part for _, link in rows],
                "effect": [link.effect.value for _, link in rows],
                "dimension": [e.dimension.value for e, _ in rows],
                "year": [year_of(e.happened or e.published) for e, _ in rows],
                "recorded": [link.recorded or e.recorded for e, link in rows],
            },
            numbers=("year",),
        )

    @cached_property
    def documents(self) -> pd.DataFrame:
        """Return one row for each document.

        `date` is the date from which it counts. `recommendations` counts the recommendations in it. `citations` counts
        how often an assessment, an item of evidence or a recommendation of another document names it as source.
        """
        text, rows = self._text, self._documents
        named = [name for record in self._records for name in self._cited(record)]
        citations = pd.Series(named, dtype="str").value_counts()
        issued = pd.Series([r.document for r in self._recommendations], dtype="str").value_counts()
        dates = ("due", "received", "considered", "adopted", "issued")
        return make_frame(
            {
                "id": [d.id for d in rows],
                "body": [d.body for d in rows],
                "kind": [d.kind.value for d in rows],
                "symbol": [d.symbol for d in rows],
                "title": [text(d.title) for d in rows],
                "authors": [d.authors for d in rows],
                "cycle": [d.cycle for d in rows],
                "date": [effective_date(d) for d in rows],
                **{name: [getattr(d, name) for d in rows] for name in dates},
                "verification": [d.verification.value for d in rows],
                "recommendations": [int(issued.get(d.id, 0)) for d in rows],
                "citations": [int(citations.get(d.id, 0)) for d in rows],
                "link": [self._link(d.link) for d in rows],
                "note": [text(d.note) for d in rows],
                "files": [join_values(self._file_names(d)) for d in rows],
                "recorded": [d.recorded for d in rows],
            },
            numbers=("recommendations", "citations"),
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """Return one row for each event: what was withdrawn, retired, restored, checked or confirmed, and when.

        `record` and `id` name the record, `item` is the kind of its item, such as assessments, or missing if the event
        is about the whole record.
        """
        recorded = self.view.recorded
        whole = self.view.dataset
        records: list[tuple[str, Any]] = [
            *(("recommendation", whole.recommendations[r.id]) for r in self._recommendations),
            *(("evidence", whole.evidence[e.id]) for e in self._evidence),
            *(("document", whole.documents[d.id]) for d in self._documents),
        ]
        rows = [
            (kind, record.id, name, event)
            for kind, record in records
            for name, item in [(None, record), *((n, i) for n in RECORDED_LISTS for i in getattr(record, n, ()))]
            for event in events_by(item, recorded)
        ]
        return make_frame(
            {
                "record": [kind for kind, _, _, _ in rows],
                "id": [id for _, id, _, _ in rows],
                "item": [item for _, _, item, _ in rows],
                "type": [event.type.value for *_, event in rows],
                "date": [event.date for *_, event in rows],
                "into": [event.into for *_, event in rows],
                "reason": [self._text(event.reason) for *_, event in rows],
                "recorded": [event.recorded for *_, event in rows],
            }
        )

    @property
    def ids(self) -> list[str]:
        """Return the ids of the recommendations, in the order of the table."""
        return [r.id for r in self._recommendations]

    @cached_property
    def _recommendations(self) -> Sequence[Recommendation]:
        return tuple(self.view.recommendations.values()) if self.selected is None else self.selected

    @property
    def _has_all(self) -> bool:
        return len(self._recommendations) == len(self.view.recommendations)

    @cached_property
    def _evidence(self) -> Sequence[Evidence]:
        evidence = tuple(self.view.evidence.values())
        if self._has_all:
            return evidence
        ids = {e.id for r in self._recommendations for e, _ in self.view.evidence_for(r)}
        return tuple(e for e in evidence if e.id in ids)

    @cached_property
    def _documents(self) -> Sequence[Document]:
        documents = tuple(self.view.documents.values())
        if self._has_all:
            return documents
        ids = {name for record in self._records for name in self._cited(record)}
        ids |= {r.document for r in self._recommendations}
        return tuple(d for d in documents if d.id in ids)

    @property
    def _records(self) -> list[Recommendation | Evidence]:
        return [*self._recommendations, *self._evidence]

    def _cited(self, record: Recommendation | Evidence) -> list[str]:
        """Return the ids of the documents that a record and its assessments name as source, once for each naming."""
        if isinstance(record, Evidence):
            return [record.document] if record.document else []
        own = [name for name in (record.source.document, record.source.cited_by) if name != record.document]
        others = [
            name
            for a in self.view.assessments[record.id]
            if a.source
            for name in {a.source.document, a.source.cited_by}
        ]
        return [name for name in (*own, *others) if name]

    def _file_names(self, record: Evidence | Document) -> list[str]:
        return [file.file_name for file in files_of(self.view, record)]

    def _tag_column(self, name: str) -> list[str | None]:
        return [join_tags(r, name) for r in self._recommendations]

    def _text(self, text: Mapping[str, TextVariant] | None) -> str | None:
        return self.language.resolve(text).text if text else None

    def _link(self, link: str | None) -> str | None:
        return link_in_language(link, self.language) if link else None

    def _source(self, a: Assessment) -> str | None:
        if a.source is None:
            return None
        document = self.view.document(a.source.document)
        name = (document.symbol or self._text(document.title)) if document else a.source.document
        place = f"{name}, {a.source.paragraph}" if name and a.source.paragraph else name
        return join_values(part for part in (place, a.source.publisher) if part)
