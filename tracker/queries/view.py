"""The view: the dataset as of a day and as recorded at a given time, and what is computed from it, such as statuses.

A view also keeps computed results. A current view reuses results of the view before it.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property, partial, wraps
from operator import is_
from pathlib import PurePath
from sys import intern
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tracker.i18n import is_end_of_day
from tracker.model import partial_dates
from tracker.model.dataset import Dataset, Record
from tracker.model.lifecycle import events_until, existed_at, is_active, is_withdrawn, last_checked
from tracker.model.localized_text import clean_input, mark_translations
from tracker.model.network import GatheredSource
from tracker.model.organisations import EDITORS, Organisation
from tracker.model.ownership import awaits_second_reader
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Uptake
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.states import State
from tracker.model.verification import with_marks
from tracker.model.vocabulary import Issuer, MechanismKind, Status, Voice
from tracker.queries.as_recorded import as_recorded, without_later_edits
from tracker.queries.changes_by_others import with_changed_texts
from tracker.queries.headline import EMPTY_HEADLINE, Headline, decide_headline
from tracker.queries.search.text_search import (
    Searchable,
    SearchTerm,
    SearchTexts,
    document_search_texts,
    evidence_search_texts,
    parse_search,
    recommendation_search_texts,
    synonyms_of,
)
from tracker.storage.cache_registry import register_cache
from tracker.storage.timestamps import TIMESTAMP_FORMAT, latest_timestamp

GroupKey = TypeVar("GroupKey")
S = TypeVar("S")
T = TypeVar("T")
ShownRecord = TypeVar("ShownRecord", bound=Record)


@dataclass(frozen=True)
class View:
    """The dataset as of one day and as recorded at one time; both together are "the time of the view". Immutable.

    `today` is the present day. `as_of` (a past day) and `recorded` (a past time) leave out what is later, if set.
    """

    dataset: Dataset
    today: date
    as_of: date | None = None
    recorded: str | None = None

    def cached(self, about: str, key: Hashable, compute: Callable[[], T], most: int = 100) -> T:
        """Return the result of `compute()`. Unless it is None, later calls with this kind (`about`) and `key` get it.

        The result may depend only on `key` and the view. If `most` results of this kind are kept, all are dropped.
        """
        # Kept in the instance, as cached_property does: views for different people must not share results.
        cache: dict[Hashable, T] = self.__dict__.setdefault(f"cached {about}", {})
        value = cache.get(key)
        if value is None:
            value = compute()
            if len(cache) >= most:
                cache.clear()
            cache[key] = value
        return value

    @property
    def is_past(self) -> bool:
        """Return whether the view shows a past state. Pages that show it save nothing."""
        return self.as_of is not None or self.recorded is not None

    @property
    def settings(self) -> Settings:
        """Return the settings of the dataset."""
        return self.dataset.settings

    def home_of(self, record: Record) -> tuple[GatheredSource, str] | None:
        """Return (the tracker from which a record was gathered, the address of the record there), or None if it was not gathered."""
        tracker, _, id = record.id.partition(".")
        if (source := self._sources.get(tracker)) is None:
            return None
        paths = {Recommendation: f"/r/{id}", Evidence: f"/evidence?id={id}", Document: "/treaty-bodies"}
        return source, source.link.rstrip("/") + paths[type(record)]

    def original_of(self, record: Record) -> str | None:
        """Return the address of a record at the tracker from which it was gathered, or None if it was not gathered."""
        return home[1] if (home := self.home_of(record)) else None

    @cached_property
    def _sources(self) -> Mapping[str, GatheredSource]:
        return {source.id: source for source in self.settings.gathered}

    @property
    def bodies(self) -> Mapping[str, TreatyBody]:
        """Return id → treaty body."""
        return self.dataset.bodies

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Return the States of the dataset in the order of tracker.yaml: at least one."""
        return self.dataset.states

    @property
    def has_several_states(self) -> bool:
        """Return whether pages say of which State a record is."""
        return len(self.states) > 1

    def state_of(self, record: Recommendation | Document | None) -> State | None:
        """Return the State of a document or recommendation, as `Dataset.state_of`, at the time of the view."""
        if not self.has_several_states:
            return self.states[0]
        document = self.document(record.document) if isinstance(record, Recommendation) else record
        return self._states_by_code.get(document.state) if document else None

    @cached_property
    def _states_by_code(self) -> Mapping[str | None, State]:
        return {state.id: state for state in self.states}

    def states_of(self, *records: Record) -> tuple[State, ...]:
        """Return the States of records, in the order of tracker.yaml. Evidence has those of its recommendations and its document."""
        about: list[Recommendation | Document | None] = []
        for record in records:
            linked = (e.relevant_to for e in (record,) if isinstance(e, Evidence))
            about += [self.recommendations.get(link.recommendation) for links in linked for link in links]
            about.append(self.document(record.document) if isinstance(record, Evidence) else record)
        found = {self.state_of(one) for one in about if one}
        return tuple(state for state in self.states if state in found)

    def of_state(self, code: str) -> "View":
        """Return the view of the State `code` alone, as if the dataset had no other; this view if there is no such State."""
        state = next((state for state in self.states if state.id == code), None)
        return self.cached("states", code, lambda: self._part(state)) if state and self.has_several_states else self

    def _part(self, state: State) -> "View":
        known = self.dataset
        documents = {id: d for id, d in known.documents.items() if known.state_of(d) == state}
        recommendations = {id: r for id, r in known.recommendations.items() if r.document in documents}

        def is_about(e: Evidence) -> bool:
            return e.document in documents or any(link.recommendation in recommendations for link in e.relevant_to)

        part = replace(
            known,
            settings=replace(known.settings, states=(state,), state_party=state.name),
            documents=documents,
            recommendations=recommendations,
            evidence={id: e for id, e in known.evidence.items() if is_about(e)},
        )
        return replace(self, dataset=part)

    @cached_property
    def organisations(self) -> Mapping[str, Organisation]:
        """Return id → organisation. One of them is the tracker's editors."""
        return {o.id: o for o in self.settings.organisations}

    @cached_property
    def editors(self) -> Organisation:
        """Return the organisation that stands for the tracker's editors."""
        return next((o for o in self.settings.organisations if o.is_editors), EDITORS)

    def organisation_of(self, a: Assessment) -> Organisation:
        """Return the organisation that signed an assessment by civil society, or the editors if no known organisation did."""
        return self.organisations.get(a.organisation or "", self.editors)

    def entry_of(self, a: Assessment) -> str | None:
        """Return the id of the organisation that entered what the State or a committee said; None for the editors."""
        by = None if a.voice is Voice.CIVIL_SOCIETY or a.recorded_for == self.editors.id else a.recorded_for
        return by if by in self.organisations else None

    @cached_property
    def publisher_names(self) -> Mapping[str, Mapping[str, str]]:
        """Return a mapping: name of a publisher in any language, in lower case → (language code → name of this publisher)."""
        main, found = self.settings.language, dict[str, Mapping[str, str]]()
        for name in reversed(self.settings.publisher_names):  # the first of two publishers with the same name wins
            by_language = {code or main: clean_input(variant.text) for code, variant in name.items()}
            found |= dict.fromkeys(map(str.casefold, by_language.values()), by_language)
        return found

    @cached_property
    def moment(self) -> str:
        """Return the recorded time that a lasting link to this view has: its own, or the present if that is earlier."""
        start = datetime.combine(self.today, time.min, ZoneInfo(self.settings.timezone)).astimezone(UTC)
        present = max(latest_timestamp(self.dataset), start.strftime(TIMESTAMP_FORMAT))
        # with a time in the future, the link would also show later changes
        return min(self.recorded or present, present)

    @property
    def is_within_day(self) -> bool:
        """Return whether the view ends within a day, so that more may have been recorded on that day."""
        return self.recorded is not None and not is_end_of_day(self.moment, self.settings.timezone)

    @property
    def local_date(self) -> date:
        """Return the day of the view: `as_of`, or else the day of `recorded` (at most `today`), or else `today`."""
        if self.as_of or not self.recorded:
            return self.as_of or self.today
        recorded = datetime.fromisoformat(self.recorded).astimezone(ZoneInfo(self.settings.timezone))
        return min(recorded.date(), self.today)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Return id → document for the documents that existed at the time of the view and were not retired."""
        return {name: d for name, d in self._all_documents.items() if is_active(d, self.recorded)}

    @cached_property
    def _all_documents(self) -> Mapping[str, Document]:
        """Return id → document for the documents that existed at the time of the view, including retired documents."""
        existing = (d for d in self.dataset.documents.values() if existed_at(d, self.recorded))
        known = (self.labelled(with_marks(without_later_edits(d, self.recorded))) for d in existing)
        return {d.id: d for d in known if partial_dates.is_known_by(effective_date(d), self.as_of)}

    @cached_property
    def not_yet_issued(self) -> Set[str]:
        """Return the ids of the documents that did not exist yet at the time of the view. Their recommendations do not count."""
        return self.dataset.documents.keys() - self._all_documents.keys()

    def document(self, name: str | None) -> Document | None:
        """Return a document as of the view, even if retired; as it is now if it is newer; None if there is none."""
        if found := self._all_documents.get(name or ""):
            return found
        later = self.dataset.documents.get(name or "")
        return self.labelled(with_marks(later)) if later else None

    def labelled(self, record: ShownRecord) -> ShownRecord:
        """Return the record with texts that say which other organisation changed them (see `with_changed_texts`)."""
        names = {o.id: o.short_name for o in self.settings.organisations}
        return with_changed_texts(record, names, editors=self.editors.id)

    @cached_property
    def recommendations(self) -> Mapping[str, Recommendation]:
        """Return id → recommendation as of the time of the view, without retired ones, in the order of the dataset."""

        def of(source: tuple[Any, ...]) -> Recommendation | None:
            return self.labelled(found) if (found := as_recorded(source[0], self.recorded)) else None

        sources = {id: (r, self.settings) for id, r in self.dataset.recommendations.items()}
        found = self.reused("recommendations", sources, of)
        current = {id: r for id, r in found.items() if r is not None and r.document not in self.not_yet_issued}
        # the wordings of a quotation say whether they are translations
        main = self.settings.language
        documents = ((self.document(r.document), r) for r in current.values() if r.text)
        for language, quoted in group_by_key((d.original_language if d else None, r) for d, r in documents).items():
            marked = partial(_mark_translations_of_text, original=language, main=main)
            current |= self.reused(f"quotations of {language}, {main}", {r.id: r for r in quoted}, marked)
        return current

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """Return id → evidence that is not withdrawn, newest first. See `newest_evidence_key` for the date that decides."""
        items = (as_recorded(e, self.recorded) for e in self.dataset.evidence.values())
        found = [
            self.labelled(e)
            for e in items
            if e is not None and partial_dates.is_known_by(e.published or e.happened, self.as_of)
        ]
        found.sort(key=newest_evidence_key)
        return {e.id: e for e in found}

    @property
    def records(self) -> tuple[Record, ...]:
        """Return the documents, then the recommendations, then the evidence."""
        return (*self.documents.values(), *self.recommendations.values(), *self.evidence.values())

    @cached_property
    def assessments(self) -> Mapping[str, tuple[Assessment, ...]]:
        """Return a mapping: recommendation id → its assessments that count at the time of the view, newest first."""

        def of(r: Recommendation) -> tuple[Assessment, ...]:
            return sort_newest_first(a for a in r.assessments if partial_dates.is_known_by(a.date, self.as_of))

        return self.reused("assessments", self.recommendations, of)

    def latest(self, r: Recommendation, voice: Voice) -> Assessment | None:
        """Return a voice's latest assessment of the whole recommendation, or None. For civil society, it is from the headline."""
        if voice is Voice.CIVIL_SOCIETY:
            return self.headline(r).latest
        return self._latest_by_voice[r.id].get(voice)

    @cached_property
    def _latest_by_voice(self) -> Mapping[str, Mapping[Voice, Assessment]]:
        def of(newest_first: tuple[Assessment, ...]) -> dict[Voice, Assessment]:
            return {a.voice: a for a in reversed(newest_first) if a.part is None}

        return self.reused("latest assessments", self.assessments, of)

    def headline(self, r: Recommendation, part: str | None = None) -> Headline:
        """Return the headline of a recommendation or of its `part`: the assessments that decide the status."""
        return self._headlines[r.id].get(part, EMPTY_HEADLINE)

    @cached_property
    def _headlines(self) -> Mapping[str, Mapping[str | None, Headline]]:
        def decide(source: tuple[Any, ...]) -> dict[str | None, Headline]:
            by_part = group_by_key((a.part, a) for a in source[0] if a.voice is Voice.CIVIL_SOCIETY)
            return {part: decide_headline(own, self.organisation_of) for part, own in by_part.items()}

        return self.reused("headlines", {id: (own, self.settings) for id, own in self.assessments.items()}, decide)

    def headlines_by_part(self, r: Recommendation) -> Mapping[str, Headline]:
        """Return a mapping: id of a part → its headline. Parts that civil society has not assessed are left out."""
        return {part: headline for part, headline in self._headlines[r.id].items() if part is not None}

    def counting_assessments(self, r: Recommendation) -> tuple[Assessment, ...]:
        """Return the assessments of all headlines: those of the whole recommendation, then those of its parts."""
        headlines = (self.headline(r), *self.headlines_by_part(r).values())
        return tuple(a for headline in headlines for a in headline.assessments)

    def status(self, r: Recommendation) -> Status:
        """Return the status of the whole recommendation (see `headline`). The status of a part does not change it."""
        return self.headline(r).status

    def checked_on(self, a: Assessment) -> str:
        """Return the date of an assessment, or the date of its last check if this is later."""
        checked = last_checked(a, self.recorded, self.as_of)
        return checked if checked and partial_dates.last_day(checked) > partial_dates.last_day(a.date) else a.date

    def last_checked(self, r: Recommendation) -> str | None:
        """Return the latest date on which an assessment of the headline was made or checked, or None if it has none."""
        days = map(self.checked_on, self.headline(r).assessments)
        return max(days, key=partial_dates.last_day, default=None)

    def is_stale(self, r: Recommendation) -> bool:
        """Return whether `last_checked` is older than the limit in the settings. If it is None, return False."""
        return self.is_outdated(self.last_checked(r))

    def is_outdated(self, checked: str | None) -> bool:
        """Return whether a partial date is older than the limit in the settings. Return False for None."""
        return checked is not None and partial_dates.last_day(checked) < self._stale_before

    @cached_property
    def _stale_before(self) -> date:
        return partial_dates.months_before(self.local_date, self.settings.stale_after_months)

    def awaits_second_reader(self, a: Assessment | None) -> bool:
        """Return whether a second person must still confirm assessment `a`. Return False if `a` is None."""
        return a is not None and awaits_second_reader(self.settings, a, self.recorded)

    def claim_gap(self, r: Recommendation) -> int:
        """Return by how many steps the State claims a better status than civil society gives, or 0 if it does not."""
        claim = self.latest(r, Voice.STATE)
        return steps_between(claim.status if claim else None, self.status(r)) or 0

    @cached_property
    def _evidence_by_recommendation(self) -> Mapping[str, tuple[tuple[Evidence, EvidenceLink], ...]]:
        return group_by_key((link.recommendation, (e, link)) for e in self.evidence.values() for link in e.relevant_to)

    def evidence_for(self, r: Recommendation) -> tuple[tuple[Evidence, EvidenceLink], ...]:
        """Return (evidence, its link to `r`) pairs for the evidence that is relevant to `r`, newest evidence first."""
        return self._evidence_by_recommendation.get(r.id, ())

    @cached_property
    def _same_demands(self) -> Mapping[str, tuple[str, ...]]:
        known = self.recommendations
        links = ((r.id, s.recommendation) for r in known.values() for s in r.same_demand if s.recommendation in known)
        found = group_by_key(pair for one, other in links for pair in ((one, other), (other, one)))
        return {id: tuple(dict.fromkeys(others)) for id, others in found.items()}

    def same_demand(self, r: Recommendation) -> tuple[Recommendation, ...]:
        """Return the recommendations that ask for the same thing as `r`. The link may be in their files or in that of `r`."""
        return tuple(self.recommendations[name] for name in self._same_demands.get(r.id, ()))

    @cached_property
    def _uptake_by_demand(self) -> Mapping[str, tuple[tuple[Recommendation, Uptake], ...]]:
        return group_by_key((u.recommendation, (r, u)) for r in self.recommendations.values() for u in r.uptake)

    def uptake_of(self, r: Recommendation) -> tuple[tuple[Recommendation, Uptake], ...]:
        """Return (committee's recommendation, its uptake of the civil-society recommendation `r`) pairs, with any result."""
        return self._uptake_by_demand.get(r.id, ())

    @cached_property
    def searchable(self) -> Searchable:
        """Return the searchable texts of the recommendations, with an index of their words."""
        sources: dict[str, tuple[Any, ...]] = {
            r.id: (
                *(r, self.document(r.document), self.body_of(r), self.assessments[r.id], self.settings),
                *(item for item, _ in self.evidence_for(r)),
            )
            for r in self.recommendations.values()
        }
        return self._searchable("recommendations", sources, lambda source: recommendation_search_texts(*source))

    @cached_property
    def searchable_evidence(self) -> Searchable:
        """Return the searchable texts of the evidence, with an index of their words."""
        sources = {e.id: (e, self.document(e.document), self.settings) for e in self.evidence.values()}
        return self._searchable("evidence", sources, lambda source: evidence_search_texts(*source))

    @cached_property
    def searchable_documents(self) -> Searchable:
        """Return the searchable texts of the documents, with an index of their words."""
        sources = {d.id: (d, self.bodies.get(d.body), self.settings) for d in self.documents.values()}
        return self._searchable("documents", sources, lambda source: document_search_texts(*source))

    def _searchable(self, about: str, sources: Mapping[str, S], make: Callable[[S], SearchTexts]) -> Searchable:
        """Return the searchable texts of the records in `sources` (id → source), with an index of their words."""
        key, synonyms = (self.dataset.root, about), synonyms_of(self.settings.synonyms)
        texts = self.reused(f"texts of {about}", sources, make)
        found = Searchable(texts, synonyms, None if self.is_past else _latest_texts.get(key))
        if not self.is_past:
            _latest_texts[key] = found
        return found

    @cached_property
    def same_words(self) -> Mapping[str, tuple[Recommendation, ...]]:
        """Return a mapping: id → the recommendations of one document in which several States use the same words.

        Each has all of them, itself first. The States in brackets at the end, and the State's answers, may differ.
        """

        def key_of(r: Recommendation) -> tuple[str, str]:
            quoted = next(iter((r.text or {}).values())).text
            return r.document, quoted.partition(f" ({r.recommending_states[0]}")[0].strip(" .;").casefold()

        groups = group_by_key((key_of(r), r) for r in self.recommendations.values() if r.recommending_states and r.text)
        several = [rs for rs in groups.values() if len(rs) > 1]
        return {r.id: (r, *(other for other in rs if other is not r)) for rs in several for r in rs}

    @cached_property
    def row_sources(self) -> Mapping[str, tuple[Any, ...]]:
        """Return a mapping: recommendation id → the recommendation, then all objects that decide how lists show and count it."""
        # every view has a date of its own, but the text is one object
        today, settings, said = intern(self.today.isoformat()), self.settings, self.assessments
        # what belongs to a document is looked up once, and not for each of its recommendations
        one_of_each = {r.document: r for r in self.recommendations.values()}.values()
        registers = {r.document: (self.document(r.document), self.body_of(r)) for r in one_of_each}
        sources: dict[str, tuple[Any, ...]] = {
            id: (r, *registers[r.document], said[id], settings, today) for id, r in self.recommendations.items()
        }
        for id in sources.keys() & (self._evidence_by_recommendation.keys() | self._same_demands.keys()):
            r = self.recommendations[id]
            sources[id] += (*(item for item, _ in self.evidence_for(r)), *self.same_demand(r))
        for id, others in self.same_words.items():
            sources[id] += others[1:]
        return sources

    def search_terms(self, typed: str) -> tuple[SearchTerm, ...]:
        """Return the search words and phrases in `typed`, with their synonyms from the settings."""
        return parse_search(typed, synonyms_of(self.settings.synonyms))

    def reused(self, about: str, sources: Mapping[str, S], make: Callable[[S], T]) -> dict[str, T]:
        """Return a mapping: id → `make(source)`. A current view reuses results of this kind (`about`) for the same source."""
        if self.is_past:
            return {id: make(source) for id, source in sources.items()}
        return reuse_unchanged((self.dataset.root, about), sources, make)

    def reused_pieces(
        self, key: Hashable, rs: Iterable[Recommendation], make: Callable[[Recommendation], T]
    ) -> list[T]:
        """Return the result of `make(r)` for each of `rs`. It must depend only on `key` and `row_sources[r.id]`.

        A current view reuses the results of an earlier view for the same key, if the sources are the same.
        """
        # in the instance, as in `cached`: a past view shares nothing
        of_keys = self.__dict__.setdefault("pieces", {}) if self.is_past else _latest_pieces[self.dataset.root]
        kept: dict[str, tuple[Any, T]] = of_keys.pop(key, {})
        for oldest in [*of_keys]:
            if len(of_keys) < MAX_KEYS and sum(map(len, [*of_keys.values()])) < MAX_PIECES:
                break
            of_keys.pop(oldest, None)
        of_keys[key] = kept
        pieces = []
        for r in rs:
            source, before = self.row_sources[r.id], kept.get(r.id)
            if before is None or before[0] is not source:
                is_same = before is not None and is_same_source(before[0], source)
                before = kept[r.id] = source, before[1] if before and is_same else make(r)
            pieces.append(before[1])
        return pieces

    def suggest_ids(self, name: str) -> tuple[str, ...]:
        """Return up to three ids of recommendations that are similar to `name`, the most similar first."""
        return tuple(difflib.get_close_matches(name[:80], self.recommendations, n=3, cutoff=0.5))

    def is_retired(self, recommendation_id: str) -> bool:
        """Return whether a recommendation existed and was retired at the recorded time of the view."""
        r = self.dataset.recommendations.get(recommendation_id)
        return r is not None and existed_at(r, self.recorded) and is_withdrawn(events_until(r, self.recorded))

    @property
    def has_other_mechanisms(self) -> bool:
        """Return whether the dataset has the UPR, special procedures or a regional body, beside treaty bodies."""
        return any(body.kind is not MechanismKind.TREATY_BODY for body in self.bodies.values())

    def body_of(self, r: Recommendation) -> TreatyBody | None:
        """Return the committee that issued a recommendation, or to which it was addressed, or None if unknown."""
        document = self.document(r.document)
        return self.bodies.get(document.body) if document else None

    def by_issuer(self, issuer: Issuer) -> tuple[Recommendation, ...]:
        """Return the recommendations of one issuer, in the order of the dataset."""
        return tuple(r for r in self.recommendations.values() if r.issued_by is issuer)


def once_per_view(compute: Callable[[View], T]) -> Callable[[View], T]:
    """Decorate `compute`, so that it is called once for each view. Later calls return the same result."""

    @wraps(compute)
    def kept(view: View) -> T:
        return view.cached(compute.__qualname__, (), lambda: compute(view))

    return kept


def _mark_translations_of_text(r: Recommendation, original: str | None, main: str) -> Recommendation:
    return replace(r, text=mark_translations(r.text or {}, original, main))


def group_by_key(pairs: Iterable[tuple[GroupKey, T]]) -> dict[GroupKey, tuple[T, ...]]:
    """Return a mapping: key → the values with this key, in their order. Keys are in the order of their first pairs."""
    found: dict[GroupKey, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def steps_between(claim: Status | None, own: Status) -> int | None:
    """Return by how many steps `claim` is better than `own`, 0 if it is not better, or None if one has no rank."""
    best = claim.rank if claim else None
    return max(0, best - own.rank) if best is not None and own.rank is not None else None


EFFECTIVE_DATES = ("issued", "adopted", "considered", "received")


def effective_date(document: Document) -> str | None:
    """Return the date from which a document counts: issued, else adopted, considered or received. None: it always counts."""
    return document.issued or document.adopted or document.considered or document.received


def newest_evidence_key(e: Evidence) -> tuple[int, bool]:
    """Return a sort key that puts the newest evidence first. If it has neither a date nor a recorded time, it is newest."""
    dated = e.published or e.happened
    day = dated or (e.recorded[:10] if e.recorded else None)
    return -(partial_dates.last_day(day) if day else date.max).toordinal(), dated is not None


def sort_newest_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Return the assessments by date, then recorded time, then position in `assessments`, each latest first.

    An assessment without a recorded time, added by hand, is sorted as if it had the latest time of those before it.
    """
    keyed, latest = [], ""
    for position, a in enumerate(assessments):
        keyed.append(((partial_dates.last_day(a.date), a.recorded or latest, position), a))
        latest = max(latest, a.recorded or "")
    return tuple(a for _, a in sorted(keyed, key=lambda pair: pair[0], reverse=True))


MAX_KEYS, MAX_PIECES = 100, 8_000
"""How many keys `View.reused_pieces` keeps, and how many results. Beyond that, the keys used long ago go."""
_latest: dict[tuple[PurePath, str], tuple[dict[str, Any], dict[str, Any]]] = {}
"""(data folder, kind of results) → (id → source, id → result), of the last call of `reuse_unchanged`."""
_latest_texts: dict[tuple[PurePath, str], Searchable] = {}
"""(data folder, kind of records) → the searchable texts made last."""
_latest_pieces: dict[PurePath, dict[Hashable, dict[str, tuple[Any, Any]]]] = defaultdict(dict)
"""Data folder → key → recommendation id → (source, result), from `View.reused_pieces`."""
for _made_before in (_latest, _latest_texts, _latest_pieces):
    register_cache(_made_before.clear)


def reuse_unchanged(key: tuple[PurePath, str], sources: Mapping[str, S], make: Callable[[S], T]) -> dict[str, T]:
    """Return a mapping: id → `make(source)`, for `sources` (id → source). A result must depend only on its source.

    The result of the last call with this `key` is reused if the source is the same (see `is_same_source`).
    """
    known, old = _latest.get(key, ({}, {}))
    made = {
        id: make(source)
        for id, source in sources.items()
        if (before := known.get(id)) is not source and not is_same_source(before, source)
    }
    # the same records in the same order are copied faster
    is_alike = [*known] == [*sources]
    results = old | made if is_alike else {id: made[id] if id in made else old[id] for id in sources}
    _latest[key] = dict(sources), results
    return results.copy()


def is_same_source(before: Any, source: Any) -> bool:
    """Return whether two sources are the same object, or are tuples of the same objects. Equality is not enough."""
    if before is source or type(source) is not tuple or type(before) is not tuple:
        return before is source
    return len(before) == len(source) and all(map(is_, before, source))
