"""Who may do what: every act that the store, the private folder and the proposals offer, replayed by everybody.

An act, an event or a type of record that is not in the table makes a test fail.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.editing import test_whose_records as whose
from tests.editing.test_private_files import a_file
from tests.editing.test_whose_records import EDITORS, EDITORS_REVIEWER, REVIEWER, WHY, find
from tests.support.feed_parsing import asking
from tests.support.small_dataset import CENTRE, PARTLY, WATCH, said, store_of
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notices import NoticeKind, PrivateNotices, notice_of
from tracker.editing.private.proposals import REFUSED, TAKEN, Proposals
from tracker.editing.private.publication import Publication
from tracker.editing.redaction.remove_words import redact, redaction_log, remove_file
from tracker.editing.store import Store
from tracker.editing.undo import find_own_save, undo_save
from tracker.i18n import get_language
from tracker.model.dataset import Record
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.lifecycle import timestamps_of
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import Privacy, own_organisation
from tracker.model.permissions import Person, Role
from tracker.model.records import Source
from tracker.model.registers import Deadline
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DocumentKind, EventType, TextOrigin, Voice
from tracker.publishing.change_summaries import change_sentence
from tracker.queries.activity_log import ActivityFilters, Redaction, list_activity
from tracker.queries.view import View
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.open_storage import open_storage

WHO = {  # the owner and its reviewer, another organisation and its reviewer, the tracker's editors, a reader
    "o": WATCH,
    "O": Person(Role.REVIEWER, "reviewer-w2", "watch"),
    "c": CENTRE,
    "C": REVIEWER,
    "e": EDITORS,
    "E": EDITORS_REVIEWER,
    "g": Person(Role.REVIEWER, "reviewer-g1", "gone"),
    "r": Person(Role.READER, "reader-r1", "watch"),
}
DAY, AT = date(2026, 2, 1), datetime(2026, 2, 1, tzinfo=UTC)
IN_REPORT = whose.DEMAND.replace("report-2024", "ours-2025")
QUOTED = "text: {en: {text: Quoted., origin: official}}\n"
SIGNED = "assessments:\n  - {{voice: civil-society, organisation: watch, status: implemented, date: 2025, reason: {{en: R.}}, {}}}\n"
GRADED = SIGNED.replace(
    "civil-society, organisation: watch, status: implemented", "committee, grade: E, source: {{document: letter}}"
)
STATED = SIGNED.replace("civil-society, organisation: watch", "state")
FILES = {
    **whose.FILES,
    "e/survey": whose.EVIDENCE + whose.BY_WATCH,
    "e/left": whose.EVIDENCE + whose.BY_WATCH.replace("watch", "gone"),
    "documents": whose.FILES["documents"]
    + whose.FILES["documents"].splitlines()[-1].replace("ours-2025", "ours-2026")
    + "\n  - {id: letter, body: cescr, kind: follow-up-assessment, title: L, cycle: c, verification: seen}\n"
    + "  - {id: kept-2023, body: cescr, kind: concluding-observations, title: K, symbol: E/C.12/RUR/CO/3, cycle: c, "
    + "adopted: 2023-03, considered: 2023-02, issued: 2023-04, verification: to-check, "
    + ", ".join(whose.BY_WATCH.splitlines())
    + "}\n",
    "r/kept": whose.FILES["r/asked"].replace("co-2024", "kept-2023")
    + SIGNED.format(", ".join(whose.BY_WATCH.splitlines())),
    "r/put": "issued_by: civil-society\n" + IN_REPORT + whose.BY_WATCH + QUOTED,
    "r/asked": whose.FILES["r/asked"] + SIGNED.format(", ".join(whose.BY_WATCH.splitlines())),
    "r/graded": whose.FILES["r/asked"] + GRADED.format(", ".join(whose.BY_WATCH.splitlines())),
    "r/answered": whose.FILES["r/asked"] + STATED.format(whose.AT.format(2)),
}
RECORDS = {
    "evidence": "survey",
    "evidence of the editors": "theirs",
    "demand": "ours",
    "demand in its report": "put",
    "report": "ours-2026",
    "recommendation": "asked",
    "document": "co-2021",
    "its document": "kept-2023",
    "recommendation of its document": "kept",
}
SAID = {"assessment": "asked", "grade": "graded", "statement": "answered"}
"""Whose assessment it is, of us, of the committee, of the State without an owner → the recommendation."""


class Case:
    """A folder in which somebody tries something."""

    def __init__(self, root: Any) -> None:
        self.store, self.root = store_of(root / "data", FILES), root
        self.folder, self.proposals = (
            PrivateFolder(root / "private", self.store.reader, THE_HOST),
            Proposals(root / "private"),
        )

    def record(self, name: str) -> Any:
        return find(self.store, (RECORDS | SAID)[name])

    def save(self, record: Any, by: Person, **how: Any) -> Any:
        return self.store.save(record, by=by, reason="Why.", **how)[0]

    def seen(self, by: Person) -> PrivateFolder:
        return self.folder.seen_by(by)


Act = Callable[[Case, Person], object]


def changed(r: Any) -> Any:
    return replace(r, **{"title" if r.title else "summary": said("New")})


def translated(r: Any) -> Any:
    name = "summary" if hasattr(r, "summary") else "title"
    return replace(r, **{name: {**getattr(r, name), "ru": TextVariant(text="П.")}})


def quoted(r: Any) -> Any:
    return replace(r, verification="seen", text={"en": TextVariant(text="In full.", origin=TextOrigin.OFFICIAL)})


def new(r: Any) -> Any:
    without = {name: () for name in ("history", "events", "files", "assessments") if hasattr(r, name)}
    return replace(r, id="new", version="", **without)


def own(case: Case, by: Person) -> str:
    """Return the organisation of a person, as the pages say it to the private folder: none for a reader."""
    organisations = case.store.reader.read().settings.organisations
    return "" if by.role is Role.READER else own_organisation(by, organisations)


def under(name: str) -> Callable[[Any], Any]:
    """Return a change to a new record, whose author is `name`."""

    def change(r: Any) -> Any:
        return replace(new(r), **{"publisher" if hasattr(r, "publisher") else "authors": name})

    return change


def of_record(name: str, change: Callable[[Any], Any]) -> Act:
    return lambda case, by: case.save(change(case.record(name)), by)


BEFORE = {  # event → what has to be there before it, by the owner or by the reviewer of another organisation
    EventType.RESTORED: ((EventType.RETIRED, "o"),),
    EventType.CHECK_UNDONE: ((EventType.CHECKED, "o"),),
    EventType.CONFIRMATION_UNDONE: ((EventType.CONFIRMED, "C"),),
    EventType.CONTEST_UNDONE: ((EventType.CONTESTED, "C"),),
}


DUPLICATES = {"ours": "put", "put": "ours", "asked": "answered", "graded": "answered"}


def event_of(kind: EventType, of: str = "") -> Event:
    is_check = kind in (EventType.CHECKED, EventType.CHECK_UNDONE)
    into = DUPLICATES.get(of) if kind is EventType.RETIRED else None
    return Event(type=kind, reason=WHY, date="2026-01-30" if is_check else None, into=into)


def at_record(name: str, kind: EventType) -> Act:
    def act(case: Case, by: Person) -> object:
        for earlier, who in BEFORE.get(kind, ()):
            owner = WHO[who] if who == "C" or case.record(name).recorded_for == "watch" else EDITORS
            done = event_of(earlier, (RECORDS | SAID)[name])
            case.save(replace(r := case.record(name), events=(*r.events, done)), owner)
        done = event_of(kind, (RECORDS | SAID)[name])
        return case.save(replace(r := case.record(name), events=(*r.events, done)), by)

    return act


def with_first(r: Any, **values: Any) -> Any:
    return replace(r, assessments=(replace(r.assessments[0], **values), *r.assessments[1:]))


def with_reason_translated(r: Any) -> Any:
    return with_first(r, reason={**r.assessments[0].reason, "ru": TextVariant(text="П.")})


def at_assessment(kind: EventType, name: str) -> Act:
    def put(case: Case, one: EventType, by: Person) -> object:
        r = case.record(name)
        one = EventType.WITHDRAWN if one is EventType.RETIRED and one is not kind else one
        return case.save(with_first(r, events=(*r.assessments[0].events, event_of(one))), by)

    def act(case: Case, by: Person) -> object:
        for earlier, who in BEFORE.get(kind, ()):
            put(case, earlier, WHO[who])
        return put(case, kind, by)

    return act


def new_assessment(organisation: str) -> Act:
    def act(case: Case, by: Person) -> object:
        a = replace(PARTLY, organisation=organisation or own(case, by) or "editors")
        return case.save(replace(r := case.record("recommendation"), assessments=(*r.assessments, a)), by)

    return act


STATEMENT = replace(PARTLY, voice=Voice.STATE, organisation=None, date="2021")


def new_statement(**source: Any) -> Act:
    def act(case: Case, by: Person) -> object:
        a = replace(STATEMENT, **source)
        return case.save(replace(r := case.record("recommendation"), assessments=(*r.assessments, a)), by)

    return act


def restored_statement(case: Case, by: Person) -> object:
    """Bring back a statement of an older file, which names no source."""
    at_assessment(EventType.WITHDRAWN, "statement")(case, EDITORS)
    return at_assessment(EventType.RESTORED, "statement")(case, by)


MOVES: dict[str, dict[str, Any]] = {
    "to another committee": {"body": "cat", "symbol": "CAT/C/RUR/CO/2"},
    "another symbol": {"symbol": "E/C.12/RUR/CO/5"},
    "another kind": {"kind": DocumentKind.LIST_OF_ISSUES},
    "another day of adoption": {"adopted": "2023-02-27"},
    "another day of consideration": {"considered": "2023-01"},
    "another day of issue": {"issued": "2023-05"},
}


def moved(to: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda d: replace(d, **to)


def set_back(case: Case, by: Person) -> object:
    """Set back what the editors changed in a document before its owner's date stood there."""
    d = case.save(replace(new(case.record("its document")), symbol="E/C.12/RUR/CO/9"), WATCH)
    d = case.save(replace(d, adopted="2023-02-28"), EDITORS)
    d = case.save(
        replace(d, deadlines=(Deadline(kind=DeadlineKind.SUBMISSION, date="2027", set_by=DateSetBy.OURS),)), WATCH
    )
    return case.save(replace(d, adopted="2023-03"), by)


def attached(case: Case) -> Any:
    r = case.record("evidence of the editors")
    return case.save(replace(r, files=(*r.files, a_file().entry)), WATCH, new_files=[a_file()])


def at_file(change: Callable[[Any], tuple[Any, ...]]) -> Act:
    return lambda case, by: case.save(replace(r := attached(case), files=(r.files[0], *change(r.files[1]))), by)


def at_deadline(change: Callable[[Any], tuple[Any, ...]]) -> Act:
    def act(case: Case, by: Person) -> object:
        one = Deadline(kind=DeadlineKind.SUBMISSION, date="2027", set_by=DateSetBy.OURS)
        d = case.save(replace(case.record("document"), deadlines=(one,)), WATCH)
        return case.save(replace(d, deadlines=change(d.deadlines[0])), by)

    return act


def undone(case: Case, by: Person, times: int = 1) -> object:
    """Undo a save of the owner, or with `times` 2 redo it, as `by`."""
    case.save(changed(case.record("evidence")), WATCH)
    for who in (*[WATCH] * (times - 1), by):
        recorded = max(timestamps_of(case.record("evidence")))
        now = datetime.fromisoformat(recorded) + timedelta(hours=1)
        view = View(case.store.reader.read(fresh=True), DAY)
        found = find_own_save(view, [recorded], by=who, now=now)
        at = found.recorded if found else recorded

        def save(records: Iterable[Record], why: str, who: Person = who) -> tuple[Record, ...]:
            return case.store.save(*records, by=who, reason=why)

        undo_save(view, at, save, by=who, now=now, language=get_language("en"))
    return None


def proposed(case: Case, by: Person = CENTRE, name: str = "evidence", change: Callable[[Any], Any] = changed) -> Any:
    return case.proposals.add(case.store.reader.read(), change(case.record(name)), "Why.", by=by)


def answered(answer: str) -> Act:
    def act(case: Case, by: Person) -> object:
        case.proposals.answer(p := proposed(case), answer, own=own(case, by))
        return _require(case.proposals.list_readable("centre") != [p])

    return act


def withdrawn_proposal(case: Case, by: Person) -> object:
    case.proposals.withdraw(proposed(case), own=own(case, by))
    return _require(not case.proposals.list_readable("centre"))


def _require(done: bool) -> bool:
    if not done:
        raise TrackerError("It changed nothing.")
    return done


def private_letter(case: Case) -> Any:
    e = replace(new(case.record("evidence")), id="letter", private=Privacy(organisation="watch"))
    return case.seen(WATCH).save(e, by=WATCH, reason="It came.")


def private_file(case: Case) -> Any:
    (entry,) = case.seen(WATCH).add_files(case.record("evidence of the editors"), [a_file()], by=WATCH)
    return entry


def of_private_file(act: Callable[[Case, Person, Any, str], object]) -> Act:
    def run(case: Case, by: Person) -> object:
        digest, of = private_file(case).sha256, case.record("evidence of the editors")
        before = case.folder.files_of(of)
        act(case, by, of, digest)
        return _require(case.folder.files_of(of) != before)

    return run


def settled(case: Case, by: Person) -> object:
    case.seen(WATCH).add_note("asked", "Ours.", by=WATCH)
    notice = notice_of(NoticeKind.REMOVED, WATCH, AT, subjects=["survey"])
    with open_storage(case.folder.root).transaction() as transaction:
        PrivateNotices(case.folder.root).change(transaction, "watch", lambda known: (*known, notice))
        transaction.commit()
    case.seen(by).settle_notice(notice, by=by)
    return _require(not PrivateNotices(case.folder.root).of("watch"))


def with_note(act: Callable[[Case, Person, Any], object]) -> Act:
    return lambda case, by: act(case, by, case.seen(WATCH).add_note("asked", "Ours.", by=WATCH))


def removed(case: Case, by: Person) -> object:
    digest = attached(case).files[1].sha256
    return remove_file(case.store, config(case), digest, by=by, at=AT)


def config(case: Case) -> Config:
    return Config(data=Path(case.store.root), state=case.root / "state", private=case.root / "private")


OF_RECORDS = (EventType.WITHDRAWN, EventType.RETIRED, EventType.RESTORED, EventType.CONTESTED, EventType.CONTEST_UNDONE)
"""The events that a record can have. All are for assessments."""
ACTS: dict[str, Act] = {
    **{
        f"{name}: new": of_record(name, new if "evidence" not in name else under("A paper"))
        for name in RECORDS
        if "its document" not in name
    },
    **{f"{name}: new under its name": of_record(name, under("Health Watch")) for name in ("evidence", "report")},
    **{f"{name}: changed": of_record(name, changed) for name in RECORDS if "its document" not in name},
    **{f"{name}: translated": of_record(name, translated) for name in RECORDS if "its document" not in name},
    **{f"{name}: quoted": of_record(name, quoted) for name in RECORDS if "demand" in name or name == "recommendation"},
    **{
        f"{name}: {kind}": at_record(name, kind)
        for name in RECORDS
        if "its document" not in name
        for kind in OF_RECORDS
    },
    **{f"{name}: {kind}": at_assessment(kind, name) for name in ("assessment", "grade") for kind in EventType},
    "evidence of the editors: under another name": of_record(
        "evidence of the editors", lambda e: replace(e, publisher="New")
    ),
    **{f"its document: {name}": of_record("its document", moved(to)) for name, to in MOVES.items()},
    "its document: a change set back": set_back,
    "its document: text": of_record("its document", lambda d: replace(d, title={"en": TextVariant(text="K2")})),
    "its document: link": of_record("its document", lambda d: replace(d, link="https://example.org/1")),
    "its document: move proposed": lambda case, by: proposed(
        case, by, "its document", lambda d: replace(d, adopted="2022")
    ),
    "recommendation of its document: to another document": of_record(
        "recommendation of its document", lambda r: replace(r, document="co-2024")
    ),
    "statement: new": new_statement(source=Source(cited_by="co-2021")),
    "statement: new in the document that asks": new_statement(source=Source(document="co-2024")),
    "statement: new with evidence": new_statement(evidence=("survey",)),
    "statement: new without a source": new_statement(),
    "statement: new with a source that does not exist": new_statement(evidence=("nothing",)),
    "statement: new with a name alone": new_statement(source=Source(publisher="The Ministry")),
    "statement: restored without a source": restored_statement,
    "statement: withdrawn": at_assessment(EventType.WITHDRAWN, "statement"),
    "assessment: new": new_assessment(""),
    "assessment: new under its name": new_assessment("watch"),
    **{f"{name}: translated": of_record(name, with_reason_translated) for name in SAID},
    "grade: archived with its recommendation": at_record("grade", EventType.RETIRED),
    "file: withdrawn": at_file(lambda one: (replace(one, events=(event_of(EventType.WITHDRAWN),)),)),
    "file: removed from the list": at_file(lambda one: ()),
    "deadline: changed": at_deadline(lambda one: (replace(one, date="2028"),)),
    "deadline: removed": at_deadline(lambda one: ()),
    "contact": lambda case, by: case.store.save_contact("name@example.org", by=by),
    "undo": undone,
    "redo": lambda case, by: undone(case, by, times=2),
    "proposal: change": lambda case, by: proposed(case, by),
    "proposal: new demand in its report": lambda case, by: proposed(case, by, "demand in its report", new),
    "proposal: new evidence": lambda case, by: proposed(case, by, "evidence", new),
    "proposal: taken": answered(TAKEN),
    "proposal: refused": answered(REFUSED),
    "proposal: withdrawn": withdrawn_proposal,
    "private evidence: changed": lambda case, by: case.seen(by).save(
        changed(private_letter(case)), by=by, reason="Why."
    ),
    "private evidence: published": lambda case, by: case.seen(by).publish(private_letter(case), case.store, by=by),
    "private file: added": lambda case, by: case.seen(by).add_files(case.record("document"), [a_file()], by=by),
    "private file: withdrawn": of_private_file(lambda case, by, of, one: case.seen(by).withdraw_file(of, one, by=by)),
    "private file: moved": of_private_file(
        lambda case, by, of, one: case.seen(by).move_file(one, case.record("document"), by=by)
    ),
    "private file: shared": of_private_file(
        lambda case, by, of, one: case.seen(by).share_file(of, one, Privacy(organisation="x", shared_with="all"), by=by)
    ),
    "private file: published": of_private_file(
        lambda case, by, of, one: case.seen(by).publish_file(of, one, case.store, by=by)
    ),
    "private note: added": lambda case, by: case.seen(by).add_note("asked", "Ours.", by=by),
    "private note: taken back": with_note(lambda case, by, note: case.seen(by).take_back("asked", note, by=by)),
    "private entries: given owners": lambda case, by: case.seen(by).give_owners({}, by=by, reason="Why."),
    "notice: settled": settled,
    "made private again": lambda case, by: case.seen(by).unpublish(case.record("evidence"), case.store, by=by, day=DAY),
    "made private again: of who is not listed": lambda case, by: case.seen(by).unpublish(
        find(case.store, "left"), case.store, by=by, day=DAY
    ),
    "file: made private again": lambda case, by: case.seen(by).unpublish_file(
        attached(case), a_file().entry.sha256, case.store, by=by
    ),
    "file: removed for good": removed,
    "words removed": lambda case, by: redact(case.store, config(case), RedactionTerms(["clients"]), by=by, at=AT),
}
OWN, EVERYBODY, ALL_REVIEWERS, OTHERS = "oO", "oOcCeEg", "OCEg", "cCeEg"
ALLOWED = {  # what it is done to → who may do it → the acts
    "evidence": {
        EVERYBODY: "new",
        OWN: "new under its name, changed, translated, withdrawn, retired, restored",
        "CEg": "contested",
        "C": "uncontested",
    },
    "evidence of the editors": {  # published by the owner
        EVERYBODY: "new, changed, translated, withdrawn, retired",
        "eEg": "under another name",  # takes the name of the publisher away
        "oOCeEg": "restored",
        "": "contested, uncontested",
    },
    "demand": {
        EVERYBODY: "new, quoted",
        OWN: "changed, translated, withdrawn, retired, restored",
        "CEg": "contested",
        "C": "uncontested",
    },
    "demand in its report": {
        OWN: "new, changed, translated, quoted, withdrawn, retired, restored",
        "CEg": "contested",
        "C": "uncontested",
    },
    "report": {
        EVERYBODY: "new",
        OWN: "new under its name, changed, translated, withdrawn, retired, restored",
        "CEg": "contested",
        "C": "uncontested",
    },
    "recommendation": {
        EVERYBODY: "new, changed, translated, quoted, restored",
        OWN: "withdrawn, retired",  # it has assessed it
        "": "contested, uncontested",
    },
    "document": {
        EVERYBODY: "new, changed, translated, withdrawn, retired",
        "OCeEg": "restored",
        "": "contested, uncontested",
    },
    "assessment": {
        EVERYBODY: "new",
        OWN: "new under its name, translated, withdrawn, retired, restored, checked, unchecked",
        ALL_REVIEWERS: "confirmed",
        "CEg": "contested",
        "C": "unconfirmed, uncontested",
    },
    "grade": {
        OWN: "translated, checked, unchecked",
        "oOeEg": "withdrawn, retired, restored, archived with its recommendation",  # nobody of another one
        ALL_REVIEWERS: "confirmed",
        "CEg": "contested",
        "C": "unconfirmed, uncontested",
    },
    "its document": {
        OWN: ", ".join([*MOVES, "a change set back"]),
        EVERYBODY: "text, link",
        OTHERS: "move proposed",
    },
    "recommendation of its document": {OWN: "to another document"},
    "statement": {
        EVERYBODY: "translated, new, new with evidence",
        "eEg": "withdrawn",
        "": "new without a source, new with a source that does not exist, new with a name alone, restored without a source, "
        "new in the document that asks",
    },
    "file": {OWN: "withdrawn", "": "removed from the list", "O": "made private again, removed for good"},
    "deadline": {OWN: "changed, removed"},
    "contact": {"eEg": ""},
    "undo": {"o": ""},
    "redo": {"o": ""},
    "proposal": {
        OTHERS: "change, new demand in its report",
        "": "new evidence",
        OWN: "taken, refused",
        "cC": "withdrawn",
    },
    "private evidence": {OWN: "changed", "O": "published"},
    "private file": {EVERYBODY: "added", OWN: "withdrawn, moved, shared", "O": "published"},
    "private note": {EVERYBODY: "added", OWN: "taken back"},
    "private entries": {ALL_REVIEWERS: "given owners"},
    "notice": {OWN: "settled"},
    "made private again": {"O": "", ALL_REVIEWERS: "of who is not listed"},
    "words removed": {ALL_REVIEWERS: ""},
}
TABLE = {
    f"{of}: {act}" if act else of: who
    for of, rows in ALLOWED.items()
    for who, acts in rows.items()
    for act in acts.split(", ")
}
METHODS = {
    Store: {"save", "save_contact"},
    Publication: {"publish", "publish_file", "unpublish", "unpublish_file", "privacy_again"},
    PrivateFolder: {"settle_notice", "save", "undo", "add_note", "take_back", "add_files", "withdraw_file"}
    | {"move_file", "share_file", "give_owners"},
    Proposals: {"list_readable", "add", "answer", "withdraw"},
}


@pytest.mark.parametrize("name", ACTS)
def test_who_may(name, tmp_path):
    may = []
    for letter, by in WHO.items():
        case = Case(tmp_path / letter)
        try:
            ACTS[name](case, by)
        except TrackerError:
            continue
        may.append(letter)
    assert "".join(may) == TABLE[name]


def test_every_act_and_every_type_of_record_is_in_the_table(tmp_path):
    assert sorted(TABLE) == sorted(ACTS)
    case = Case(tmp_path)
    assert {type(case.record(name)) for name in RECORDS if "its document" not in name} == set(
        case.store.reader.read().registers
    )
    for kind, known in METHODS.items():
        named = {n: inspect.signature(one).parameters for n, one in vars(kind).items() if inspect.isfunction(one)}
        assert {n for n, parameters in named.items() if n[0] != "_" and {"by", "own"} & set(parameters)} == known


def test_who_made_what_is_public_is_told_that_words_or_a_file_were_removed_from_it_and_not_which(tmp_path):
    case = Case(tmp_path)
    case.save(replace(case.record("document"), title=said("Of clients")), EDITORS)
    attached(case)
    redact(case.store, config(case), RedactionTerms(["clients"]), by=REVIEWER, at=AT)
    told = {of: PrivateNotices(case.folder.root).of(of) for of in ("watch", "centre", "editors")}
    assert [(n.kind, n.recorded_by, n.recorded_for, n.subjects) for n in told["watch"]] == [
        # its own entry, and those that it published
        (
            NoticeKind.REMOVED,
            "reviewer-c2",
            "centre",
            tuple(f"evidence/{e}.yaml" for e in ("left", "older", "survey", "theirs")),
        )
    ]
    assert {"documents/co-2021.yaml", "evidence/theirs.yaml"} <= set(told["editors"][0].subjects)
    assert told["centre"] == () and "clients" not in str(told)
    asked = asking(case.store)
    (removal,) = [one for one in list_activity(asked.view, ActivityFilters()) if isinstance(one, Redaction)]
    assert change_sentence(asked, removal) == "Words were removed for safety by somebody of AC"
    assert [entry.by for entry in redaction_log(case.store, config(case))] == ["reviewer-c2"]
    other = a_file(b"%PDF-1.7 other")
    d = case.record("document")
    case.save(replace(d, files=(other.entry,)), CENTRE, new_files=[other])
    for digest, by in ((a_file().entry.sha256, WHO["O"]), (other.entry.sha256, EDITORS_REVIEWER)):
        remove_file(case.store, config(case), digest, by=by, at=AT)
    assert PrivateNotices(case.folder.root).of("watch") == told["watch"], "who removed it knows it"
    assert [n.subjects for n in PrivateNotices(case.folder.root).of("centre")] == [("documents/co-2021.yaml",)]
