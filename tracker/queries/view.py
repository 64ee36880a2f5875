"""What the dashboard shows: the dataset as of a day, with everything that follows from it. Immutable."""

import difflib
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.lifecycle import events_by, existed_at, is_active, is_withdrawn, last_checked
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Uptake
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.second_review import awaits_second_reader
from tracker.model.vocabulary import EventType, Issuer, Status, Voice
from tracker.queries.as_recorded import as_recorded, texts_as_recorded
from tracker.queries.search_documents import Searchable, evidence_document, recommendation_document

T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """One dataset as of one day, as it was recorded at one moment.

    `as_of` is None for today; then nothing is left out for its date. `recorded` is None for now; then nothing is left
    out for when it was recorded.
    """

    dataset: Dataset
    today: date
    as_of: date | None = None
    recorded: str | None = None

    def cached(self, about: str, key: Hashable, compute: Callable[[], T], most: int = 100) -> T:
        """Return `compute()`, kept for as long as the view lives; at most `most` answers for each `about`.

        `key` names everything that the answer depends on besides the view.
        """
        # beside the values of cached_property: another view, or the same one for another audience, has its own
        kept: dict[Hashable, T] = self.__dict__.setdefault(f"cached {about}", {})
        found = kept.get(key)
        if found is None:
            found = compute()
            if len(kept) >= most:
                kept.clear()
            kept[key] = found
        return found

    @property
    def is_past(self) -> bool:
        """Whether it shows something else than now: then nothing is saved from it."""
        return self.as_of is not None or self.recorded is not None

    @property
    def settings(self) -> Settings:
        """The dataset's own settings."""
        return self.dataset.settings

    @property
    def bodies(self) -> Mapping[str, TreatyBody]:
        """The treaty bodies by id."""
        return self.dataset.bodies

    @property
    def local_date(self) -> date:
        """The day that the view speaks of."""
        return self.as_of or self.today

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The documents that were there on the day."""
        return {name: d for name, d in self._register.items() if is_active(d, self.recorded)}

    @cached_property
    def _register(self) -> Mapping[str, Document]:
        """The documents that were there on the day, also those that were retired."""
        known = self.dataset.documents.values()
        there = (texts_as_recorded(d, self.recorded) for d in known if existed_at(d, self.recorded))
        return {d.id: d for d in there if partial_dates.known_by(effective_date(d), self.as_of)}

    @cached_property
    def not_yet_issued(self) -> Set[str]:
        """The documents that were not there yet: nothing that stands in them counts."""
        return self.dataset.documents.keys() - self._register.keys()

    def document(self, name: str | None) -> Document | None:
        """The document that something names, as it was; also one that was retired or came later."""
        return self._register.get(name or "") or self.dataset.documents.get(name or "")

    @cached_property
    def recommendations(self) -> Mapping[str, Recommendation]:
        """The recommendations made by the day, in their order."""
        found = (as_recorded(r, self.recorded) for r in self.dataset.recommendations.values())
        return {r.id: r for r in found if r is not None and r.document not in self.not_yet_issued}

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """The evidence of the day, newest first."""
        items = (as_recorded(e, self.recorded) for e in self.dataset.evidence.values())
        found = [e for e in items if e is not None and partial_dates.known_by(e.published or e.happened, self.as_of)]
        found.sort(key=lambda e: partial_dates.descending_key(e.published or e.happened))
        return {e.id: e for e in found}

    @cached_property
    def assessments(self) -> Mapping[str, tuple[Assessment, ...]]:
        """By recommendation: the assessments that count on the day, newest first."""
        return {r.id: self._counted(r) for r in self.recommendations.values()}

    def _counted(self, r: Recommendation) -> tuple[Assessment, ...]:
        return sort_newest_first(a for a in r.assessments if partial_dates.known_by(a.date, self.as_of))

    def latest(self, r: Recommendation, voice: Voice) -> Assessment | None:
        """What a voice said last of the whole recommendation."""
        return next((a for a in self.assessments[r.id] if a.voice is voice and a.part is None), None)

    def latest_by_part(self, r: Recommendation) -> Mapping[str, Assessment]:
        """By part: civil society's latest assessment of it. Nothing is averaged."""
        found: dict[str, Assessment] = {}
        for a in self.assessments[r.id]:
            if a.voice is Voice.CIVIL_SOCIETY and a.part is not None:
                found.setdefault(a.part, a)
        return found

    def status(self, r: Recommendation) -> Status:
        """Where it stands: the latest civil-society assessment of the whole, else not assessed."""
        latest = self.latest(r, Voice.CIVIL_SOCIETY)
        return latest.status if latest and latest.status else Status.NOT_ASSESSED

    def last_checked(self, r: Recommendation) -> str | None:
        """The last day on which civil society's latest assessment was made or checked again."""
        latest = self.latest(r, Voice.CIVIL_SOCIETY)
        if latest is None:
            return None
        again = last_checked(latest, self.recorded, self.as_of)
        later = again is not None and partial_dates.last_day(again) > partial_dates.last_day(latest.date)
        return again if later else latest.date

    def is_stale(self, r: Recommendation) -> bool:
        """Whether the latest civil-society assessment, or the last check of it, is older than the dataset's limit."""
        checked = self.last_checked(r)
        limit = partial_dates.months_before(self.local_date, self.settings.stale_after_months)
        return checked is not None and partial_dates.last_day(checked) < limit

    def awaits_second_reader(self, a: Assessment | None) -> bool:
        """Whether an assessment counts, and awaits a second reader."""
        return a is not None and awaits_second_reader(self.settings, a, self.recorded)

    def claim_gap(self, r: Recommendation) -> int:
        """Steps by which the State's claim stands further along than civil society's assessment; 0 where there is no gap."""
        claim, finding = self.latest(r, Voice.STATE), self.latest(r, Voice.CIVIL_SOCIETY)
        ranks = [a.status.rank if a and a.status else None for a in (claim, finding)]
        return max(0, ranks[0] - ranks[1]) if ranks[0] is not None and ranks[1] is not None else 0

    @cached_property
    def _bearing(self) -> Mapping[str, tuple[tuple[Evidence, EvidenceLink], ...]]:
        found: dict[str, list[tuple[Evidence, EvidenceLink]]] = {}
        for item in self.evidence.values():
            for bears in item.relevant_to:
                found.setdefault(bears.recommendation, []).append((item, bears))
        return {name: tuple(pairs) for name, pairs in found.items()}

    def evidence_for(self, r: Recommendation) -> tuple[tuple[Evidence, EvidenceLink], ...]:
        """The evidence that bears on a recommendation, newest first."""
        return self._bearing.get(r.id, ())

    @cached_property
    def _same(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for r in self.recommendations.values():
            for same in r.same_demand:
                if same.recommendation in self.recommendations:
                    found.setdefault(r.id, []).append(same.recommendation)
                    found.setdefault(same.recommendation, []).append(r.id)
        return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}

    def same_demand(self, r: Recommendation) -> tuple[Recommendation, ...]:
        """The recommendations that ask for the same thing, wherever that was noted."""
        return tuple(self.recommendations[name] for name in self._same.get(r.id, ()))

    @cached_property
    def _taken(self) -> Mapping[str, tuple[tuple[Recommendation, Uptake], ...]]:
        found: dict[str, list[tuple[Recommendation, Uptake]]] = {}
        for r in self.recommendations.values():
            for uptake in r.uptake:
                found.setdefault(uptake.recommendation, []).append((r, uptake))
        return {name: tuple(pairs) for name, pairs in found.items()}

    def uptake_of(self, r: Recommendation) -> tuple[tuple[Recommendation, Uptake], ...]:
        """What later documents of the committee addressed made of a civil-society recommendation."""
        return self._taken.get(r.id, ())

    @cached_property
    def searchable(self) -> Searchable:
        """The texts of the recommendations, and an index of their words."""
        return Searchable(
            {
                r.id: recommendation_document(
                    r, self.document(r.document), self.body_of(r), self.assessments[r.id],
                    [item for item, _ in self.evidence_for(r)], self.settings,
                )
                for r in self.recommendations.values()
            }
        )  # fmt: skip

    @cached_property
    def searchable_evidence(self) -> Searchable:
        """The texts of the evidence, and an index of their words."""
        return Searchable(
            {e.id: evidence_document(e, self.document(e.document), self.settings) for e in self.evidence.values()}
        )

    def suggest_ids(self, name: str) -> tuple[str, ...]:
        """Ids that look like a name, the nearest first."""
        return tuple(difflib.get_close_matches(name[:80], self.recommendations, n=3, cutoff=0.5))

    def successor_of(self, recommendation_id: str) -> str | None:
        """Return the id of the active recommendation that replaced a retired one, or None.

        Follows chains: if A was retired into B and B into C, the successor of A is C.
        """
        visited: set[str] = set()
        current: str | None = recommendation_id
        while current is not None and current not in self.recommendations:
            if current in visited:
                return None
            visited.add(current)
            current = self._retired_into(current)
        return current

    def is_retired(self, recommendation_id: str) -> bool:
        """Return whether a recommendation had been recorded, and then retired, by the moment of the view."""
        r = self.dataset.recommendations.get(recommendation_id)
        return r is not None and existed_at(r, self.recorded) and is_withdrawn(events_by(r, self.recorded))

    def _retired_into(self, recommendation_id: str) -> str | None:
        if not self.is_retired(recommendation_id):
            return None
        events = events_by(self.dataset.recommendations[recommendation_id], self.recorded)
        return next((event.into for event in reversed(events) if event.type is EventType.RETIRED), None)

    def body_of(self, r: Recommendation) -> TreatyBody | None:
        """The committee whose recommendation it is, or to which civil society addressed it."""
        document = self.document(r.document)
        return self.bodies.get(document.body) if document else None

    def by_issuer(self, asker: Issuer) -> tuple[Recommendation, ...]:
        """The recommendations of one asker. The two are never counted together."""
        return tuple(r for r in self.recommendations.values() if r.issued_by is asker)


def effective_date(document: Document) -> str | None:
    """The date from which a document counts."""
    return document.issued or document.adopted or document.considered or document.received


def sort_newest_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Assessments, the newest first; of one day the one recorded last, without a time the one further down in the file."""
    placed, before = [], ""
    for place, a in enumerate(assessments):
        # without a time: right behind those above it, as somebody meant who added it at the end
        placed.append((partial_dates.last_day(a.date), a.recorded or before, place, a))
        before = max(before, a.recorded or "")
    return tuple(a for *_, a in sorted(placed, key=lambda it: it[:3], reverse=True))
