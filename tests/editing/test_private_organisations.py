"""What is private belongs to an organisation: nobody else reads, changes, publishes or exports it, unless it is shared."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.editing.test_private_evidence import LETTER
from tests.editing.test_private_files import a_file, document, law
from tests.support.canary_folder import lay
from tests.support.small_dataset import said
from tests.support.story_folder import NEWS, TRACKER, made
from tracker.config import Config
from tracker.editing.private.drafts import FieldEdit, SubmissionDrafts
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import DAMAGED_LIST, PrivateFolder
from tracker.editing.redaction.remove_words import redact
from tracker.editing.store import Store
from tracker.editing.undo import find_own_save
from tracker.model.errors import Conflict, NobodyChosen, NotAllowed, SignedByOthers, TrackerError, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import timestamps_of
from tracker.model.organisations import ALL, NOBODY_CHOSEN, Privacy
from tracker.model.permissions import Person, Role
from tracker.model.records import EvidenceLink
from tracker.model.vocabulary import EventType, EvidenceEffect
from tracker.queries.view import View
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import open_storage
from tracker.validation.check import check_folder

TWO = "organisations:\n  - {id: centre, name: Centre, kind: civil-society}\n  - {id: watch, name: Watch, kind: civil-society}\n"
CENTRE, WATCH = Person(Role.REVIEWER, "reviewer-c1", "centre"), Person(Role.REVIEWER, "reviewer-w1", "watch")
NOBODYS = Person(Role.REVIEWER, "reviewer-n1")
DAY = date(2027, 1, 1)
COPIES = pytest.mark.parametrize("copies", [1, 2])


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    return opened(made(tmp_path / "data", {"tracker.yaml": TRACKER + TWO}), tmp_path)


def opened(data: Path, root: Path) -> PrivateFolder:
    return PrivateFolder(root / "private", DatasetReader(data, look_every=0.0), THE_HOST)


def canary(person: Person) -> str:
    return f"zqx{person.organisation or 'editors'}canary"


def name_of(person: Person) -> str:
    return f"letter-{person.handle}"


def put_in_every_place(
    door: PrivateFolder, folder: PrivateFolder, by: Person, to: tuple[str, str, str] = ("r1", "law", "co-4")
) -> None:
    """A canary of the person's organisation as evidence with a file, as note, plan and files of public records."""
    word, (asked, law_id, document_id), public = canary(by), to, folder.public.read(fresh=True)
    of_record, of_evidence = (
        a_file(f"%PDF-1.7 {word} {n}".encode(), name=f"{word}.pdf", text=word, caption=word, with_original=True)
        for n in (1, 2)
    )
    links = (EvidenceLink(recommendation=asked, effect=EvidenceEffect.SETBACK),)
    letter = replace(LETTER, id=name_of(by), publisher=word, summary=said(word), title=said(word), relevant_to=links)
    door.save(replace(letter, files=(of_evidence.entry,)), by=by, reason="It came.", new_files=[of_evidence])
    door.add_note(asked, word, by=by)
    door.add_note("cescr", word, by=by, due="2027-02")
    door.add_files(public.evidence[law_id], [of_record], by=by)
    door.add_files(public.documents[document_id], [of_record], by=by)


def all_that_is_seen(door: PrivateFolder, folder: PrivateFolder) -> str:
    """Everything that a person can ask of the door."""
    data, public = door.read(fresh=True), folder.public.read()
    entries = [f for e in data.evidence.values() for f in e.files]
    entries += [*door.files_of(law(folder)), *door.files_of(document(folder))]
    entries += [f for some in data.files.values() for f in some]
    contents = [(door.read_file(f), door.read_preview(f), door.read_original(f)) for f in entries]
    view = door.view(View(public, date(2027, 1, 1)))
    searched = view.searchable_evidence.texts
    return repr((data, contents, view.evidence, searched, door.check(), door.received_digests(entries)))


@COPIES
def test_neither_organisation_sees_what_is_the_others_in_any_place(folder, tmp_path, copies):
    everybody = (CENTRE, WATCH, NOBODYS)
    for person in everybody:
        put_in_every_place(folder.seen_by(person), folder, person)
        broken = f"private: {{organisation: {person.organisation or 'editors'}}}\n"
        lay(tmp_path / "private", {f"evidence/{canary(person)}-broken.yaml": broken})
    asked = folder if copies == 1 else opened(tmp_path / "data", tmp_path)
    for person in everybody:
        seen = all_that_is_seen(asked.seen_by(person), asked)
        assert [canary(one) in seen for one in everybody] == [one == person for one in everybody]
        assert f"{canary(person)}-broken.yaml" in seen


@pytest.mark.folder_only
def test_a_file_that_cannot_be_read_is_nobodys_to_see(folder, tmp_path, monkeypatch):
    lay(tmp_path / "private", {"evidence/ours-broken.yaml": "private: {organisation: centre}\n"})
    door = folder.seen_by(CENTRE)
    assert "ours-broken.yaml" in repr(door.check())

    def failing(storage, name, most=None):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(open_storage(folder.root)), "read", failing)
    assert "ours-broken.yaml" not in repr(door.check())


@pytest.mark.folder_only
def test_what_is_wrong_with_entries_of_others_in_the_same_list_is_not_told_and_changes_nothing(folder, tmp_path):
    """Neither what is wrong in their entries, nor that they have any: what is told of the own entries stays the same."""
    mine, path = folder.seen_by(CENTRE), tmp_path / "private" / "notes" / "gone.yaml"
    own = "notes:\n  - {text: Mine., private: {organisation: centre}}\n"
    theirs = "  - {text: Theirs., private: {organisation: watch}}\n"
    told = []
    for text in (own, own + theirs, own + theirs.replace("text", "txt"), own.replace("text", "txt")):
        lay(path.parent, {path.name: text})
        told.append([(problem.line, problem.message) for problem in mine.check()])
    assert told == [[(1, DAMAGED_LIST)]] * 4
    lay(path.parent, {path.name: "notes:\n" + theirs})
    assert mine.check() == []
    path.unlink()
    (entry,) = mine.add_files(law(folder), [a_file()], by=CENTRE)
    other = a_file(b"%PDF-1.7 other", name="theirs.pdf")
    folder.seen_by(WATCH).add_files(law(folder), [other], by=WATCH)
    for new in (a_file(), other):  # a file of each has another size than its entry says
        (tmp_path / "private" / "files" / new.entry.file_name).write_bytes(b"%PDF")
    (problem,) = mine.check()
    assert (entry.name in problem.message, "theirs" in problem.message) == (True, False)


@COPIES
def test_what_is_shared_is_read_by_those_with_whom_it_is_shared(folder, tmp_path, copies):
    mine = folder.seen_by(CENTRE)
    for shared_with, readers in (((), 1), (("watch",), 2), (ALL, 3)):
        name = f"letter-{readers}"
        private = Privacy(organisation="centre", shared_with=shared_with)
        saved = mine.save(replace(LETTER, id=name, private=private), by=CENTRE, reason="It came.")
        mine.add_note("r1", name, by=CENTRE, shared_with=shared_with)
        mine.add_files(law(folder), [a_file(name.encode())], by=CENTRE, sharing=private)
        assert saved.private == private
    asked = folder if copies == 1 else opened(tmp_path / "data", tmp_path)
    doors = [asked.seen_by(person) for person in (CENTRE, WATCH, NOBODYS)]
    assert [len(door.read().evidence) for door in doors] == [3, 2, 1]
    told = [[note.text for note in door.read().notes["r1"]] for door in doors]
    assert told == [["letter-1", "letter-2", "letter-3"], ["letter-2", "letter-3"], ["letter-3"]]
    assert [len(door.files_of(law(folder))) for door in doors] == [3, 2, 1]


def searched(door: PrivateFolder) -> str:
    files = door.readable_files()
    return repr([files.read(name) for name in files.list_all()])


def test_what_was_taken_out_before_it_was_shared_is_read_by_its_owner_alone(folder):
    mine, theirs, word = folder.seen_by(CENTRE), folder.seen_by(WATCH), canary(CENTRE)
    shared, public = Privacy(organisation="centre", shared_with=("watch",)), folder.public.read()
    put_in_every_place(mine, folder, CENTRE)
    e, (note,), (file,) = (
        folder.read().evidence[name_of(CENTRE)],
        folder.read().notes["r1"],
        folder.files_of(law(folder)),
    )
    gone = tuple(replace(one, events=(Event(type=EventType.WITHDRAWN),)) for one in e.files)
    text = {"publisher": "X", "summary": said("Known."), "title": said("A letter."), "files": gone}
    saved = mine.save(replace(e, **text, private=shared), by=CENTRE, reason=f"Without {word}.")
    mine.take_back("r1", note, by=CENTRE, instead="We met.", shared_with=("watch",))
    mine.withdraw_file(law(folder), file.sha256, by=CENTRE)
    mine.share_file(law(folder), file.sha256, shared, by=CENTRE)
    assert [word in f"{all_that_is_seen(door, folder)}{searched(door)}" for door in (mine, theirs)] == [True, False]
    assert (theirs.read().evidence[e.id].summary, theirs.read().notes["r1"][0].text) == (saved.summary, "We met.")
    past = View(public, DAY, recorded=e.recorded)
    assert [list(door.view(past).dataset.evidence) for door in (mine, theirs)] == [[e.id], []]
    mine.save(replace(saved, events=(Event(type=EventType.RETIRED, reason=said(word)),)), by=CENTRE, reason="X")
    assert (theirs.read(fresh=True).evidence, e.id in mine.read().evidence) == ({}, True)


def test_who_is_only_asked_to_sign_a_submission_searches_what_their_page_shows_and_nobody_its_keys(folder):
    drafts, address = SubmissionDrafts(folder.root), ("alternative-report", "cescr", "en")
    fields = {"session": "shown-1", "text__summary": "shown-2", "text_r1_situation": "shown-3"}
    hidden = {"text_r2_situation": "hidden-1", "sent_title": "hidden-2", "private_r1_letter-key": True}
    edits = [FieldEdit(name, "", value) for name, value in (fields | hidden).items()]
    drafts.write(address, [*edits, FieldEdit("organisations", [], ["watch"])], by="x", own="centre", name="")
    draft = drafts.write(address, [FieldEdit("session", "", "hidden-3")], by="y", own="centre", name="")
    drafts.ask(draft, ["watch"], ["r1"], own="centre")

    def found(person: Person) -> list[str]:
        return sorted(
            set(re.findall(r"shown-\d|hidden-\d|letter-key|text_|private_|apart", searched(folder.seen_by(person))))
        )

    words = ["hidden-1", "hidden-2", "hidden-3", *fields.values()]
    assert [found(person) for person in (CENTRE, WATCH, NOBODYS)] == [words, [*fields.values()], []]
    drafts.share(draft, ("watch",), own="centre")
    assert found(WATCH) == words


def test_no_short_name_and_no_file_of_another_organisation_changes_what_is_answered(folder):
    """Not at *Make it private*, for one file or the whole record, and not at a save under a name that is theirs."""
    mine, theirs, public = folder.seen_by(CENTRE), folder.seen_by(WATCH), Store(folder.public)
    for name in ("guess", "guess-private"):
        new = replace(LETTER, id=name, private=None)
        (public if name == "guess" else mine).save(new, by=CENTRE, reason="It came.")
    name = mine.unpublish(folder.public.read(fresh=True).evidence["guess"], public, by=CENTRE, day=DAY)
    assert re.fullmatch("guess-private-[0-9a-f]{6}", name)
    assert refused(lambda: theirs.save(replace(LETTER, id=name), by=WATCH, reason="X")) is Conflict
    (file,) = mine.add_files(law(folder), [a_file()], by=CENTRE)
    for sha256 in (file.sha256, "0" * 64):
        assert refused(lambda it=sha256: theirs.unpublish_file(law(folder), it, public, by=WATCH)) is ValidationFailed


def refused(act: Callable[[], object]) -> type[Exception]:
    with pytest.raises(TrackerError) as told:
        act()
    assert not isinstance(told.value, Conflict) or told.value.current is None
    return type(told.value)


@pytest.mark.parametrize(("shared_with", "change"), [((), Conflict), (("watch",), NotAllowed), (ALL, NotAllowed)])
def test_no_message_changes_what_is_the_others(folder, shared_with, change):
    put_in_every_place(folder.seen_by(CENTRE), folder, CENTRE)
    mine, theirs = folder.seen_by(CENTRE), folder.seen_by(WATCH)
    e = folder.read().evidence[name_of(CENTRE)]
    (note,), (file,) = folder.read().notes["r1"], folder.files_of(law(folder))
    assert e.private and note.private and file.private
    shared = Privacy(organisation="centre", shared_with=shared_with)
    e = mine.save(replace(e, private=shared), by=CENTRE, reason="Shared.")
    mine.take_back("r1", note, by=CENTRE, instead=note.text, shared_with=shared_with)
    mine.share_file(law(folder), file.sha256, shared, by=CENTRE)
    note = folder.read().notes["r1"][-1]
    before = folder.read(fresh=True)
    stolen = Privacy(organisation="watch", shared_with=ALL)
    assert [
        refused(lambda: theirs.save(replace(e, publisher="X"), by=WATCH, reason="X")),
        refused(lambda: theirs.save(replace(e, version="", publisher="X"), by=WATCH, reason="X")),
        refused(lambda: theirs.save(replace(e, private=stolen), by=WATCH, reason="X")),
        refused(lambda: theirs.take_back("r1", note, by=WATCH)),
        refused(lambda: theirs.take_back("r1", note, by=WATCH, instead="X", shared_with=ALL)),
        refused(lambda: theirs.withdraw_file(law(folder), file.sha256, by=WATCH)),
    ] == [change, change, change, NotAllowed, NotAllowed, ValidationFailed]
    theirs.share_file(law(folder), file.sha256, stolen, by=WATCH)  # it changes only what is theirs
    assert folder.read(fresh=True) == before


def test_what_is_shared_for_reading_is_published_only_by_those_who_may_also_publish_it(folder):
    put_in_every_place(folder.seen_by(CENTRE), folder, CENTRE)
    public, theirs, mine = Store(folder.public), folder.seen_by(WATCH), folder.seen_by(CENTRE)
    e, (file,) = folder.read().evidence[name_of(CENTRE)], folder.files_of(law(folder))
    acts: tuple[Callable[[], object], ...] = (
        lambda: theirs.publish(e, public, by=WATCH),
        lambda: theirs.check_file_publication(file, public),
        lambda: theirs.publish_file(law(folder), file.sha256, public, by=WATCH),
        lambda: folder.publish(e, public, by=WATCH),  # also without the door
        lambda: folder.publish_file(law(folder), file.sha256, public, by=WATCH),
    )
    hidden = [Conflict, ValidationFailed, ValidationFailed, Conflict, ValidationFailed]
    assert ([refused(act) for act in acts], theirs.find_publishable(e.id)) == (hidden, None)
    shared = Privacy(organisation="centre", shared_with=("watch",))
    e = mine.save(replace(e, private=shared), by=CENTRE, reason="Read it, please.")
    mine.share_file(law(folder), file.sha256, shared, by=CENTRE)
    (file,) = folder.files_of(law(folder))
    assert ([refused(act) for act in acts], theirs.find_publishable(e.id)) == ([NotAllowed] * 5, None)
    shared = replace(shared, may_publish=("watch",))
    e = mine.save(replace(e, private=shared), by=CENTRE, reason="Publish it, please.")
    mine.share_file(law(folder), file.sha256, shared, by=CENTRE)
    assert theirs.publish(e, public, by=WATCH) == e.id
    saved = theirs.publish_file(law(folder), file.sha256, public, by=WATCH)
    told = folder.public.read(fresh=True).evidence[e.id]
    assert (told.private, [f.private for f in (*told.files, *saved.files)]) == (None, [None, None])
    # it is its owner's, and says who published it
    for item in (told, *told.files, *saved.files):
        assert (item.recorded_for, item.recorded_by) == ("centre", "reviewer-w1")
    assert b"watch" not in public.storage.read(f"evidence/{e.id}.yaml")
    view, now = View(folder.public.read(), DAY), datetime.fromisoformat(told.recorded)
    assert find_own_save(view, timestamps_of(told), by=WATCH, now=now) is None, "who published it archives it"


def test_a_file_of_the_owner_s_own_public_record_is_published_by_whom_it_let(folder):
    public, theirs, mine = Store(folder.public), folder.seen_by(WATCH), folder.seen_by(CENTRE)
    (e,) = public.save(replace(LETTER, id="new", private=None), by=CENTRE, reason="New.")
    shared = Privacy(organisation="centre", shared_with=("watch",), may_publish=("watch",))
    (file,) = mine.add_files(e, [a_file()], by=CENTRE, sharing=shared)
    (own,) = theirs.add_files(e, [a_file(b"%PDF-1.7 other")], by=WATCH)
    assert refused(lambda: theirs.publish_file(e, own.sha256, public, by=WATCH)) is SignedByOthers
    saved = theirs.publish_file(e, file.sha256, public, by=WATCH)
    assert [(f.recorded_for, f.recorded_by) for f in saved.files] == [("centre", "reviewer-w1")]
    assert (saved.verification, saved.recorded_for) == (e.verification, "centre")


def test_only_its_owner_makes_it_private_again_and_gets_it_back_as_it_was_shared(folder, tmp_path):
    put_in_every_place(folder.seen_by(CENTRE), folder, CENTRE)
    public, theirs, mine = Store(folder.public), folder.seen_by(WATCH), folder.seen_by(CENTRE)
    shared = Privacy(organisation="centre", shared_with=ALL, may_publish=("watch",))
    letter, (file,) = folder.read().evidence[name_of(CENTRE)], folder.files_of(law(folder))
    letter = mine.save(replace(letter, private=shared), by=CENTRE, reason="Shared.")
    mine.share_file(law(folder), file.sha256, shared, by=CENTRE)
    theirs.publish(letter, public, by=WATCH)
    theirs.publish_file(law(folder), file.sha256, public, by=WATCH)
    new = replace(LETTER, id="new", private=None)
    public.save(new, by=CENTRE, reason="It was public from the start.")
    there = folder.public.read(fresh=True).evidence
    for one in (letter.id, "new"):
        assert refused(lambda one=one: theirs.unpublish(there[one], public, by=WATCH, day=DAY)) is SignedByOthers
    assert refused(lambda: theirs.unpublish_file(law(folder), file.sha256, public, by=WATCH)) is SignedByOthers
    names = [mine.unpublish(there[one], public, by=CENTRE, day=DAY) for one in (letter.id, "new")]
    mine.unpublish_file(law(folder), file.sha256, public, by=CENTRE)
    back = [folder.read(fresh=True).evidence[name] for name in names]
    own = Privacy(organisation="centre")
    assert [one.private for one in (*back, *folder.files_of(law(folder)))] == [shared, own, shared]
    assert (folder.check(), check_folder(folder.public.root)) == ([], [])
    for e in back:  # its owner has every button
        e = mine.save(replace(e, publisher="X"), by=CENTRE, reason="A slip.")
        assert mine.publish(e, public, by=CENTRE) == e.id


def test_an_untouched_original_is_never_anothers_even_if_the_cleaned_file_is_the_same(folder):
    mine, theirs = folder.seen_by(CENTRE), folder.seen_by(WATCH)
    original, copy = a_file(received=b"from its author", with_original=True), a_file(received=b"cleaned")
    (entry,) = mine.add_files(law(folder), [original], by=CENTRE, sharing=Privacy(organisation="x", shared_with=ALL))
    (other,) = theirs.add_files(document(folder), [copy], by=WATCH)
    assert (entry.sha256 == other.sha256, mine.read_original(entry)) == (True, (entry.kind, b"from its author"))
    assert entry.private == Privacy(organisation="centre", shared_with=ALL)  # nobody gives an entry to another
    assert (theirs.read_original(other), theirs.read_original(entry), theirs.original_kind(entry)) == (None, None, None)
    assert original.received not in theirs.received_digests([entry, other])


def test_only_the_host_repairs_the_folder_and_opens_it_for_a_person(folder):
    mine, acts = folder.seen_by(CENTRE), ("seen_by", "fix_files", "finish_unpublishing")
    how = {"seen_by": {"person": WATCH}, "fix_files": {"now": datetime.now(UTC)}}
    how["finish_unpublishing"] = {"public": Store(folder.public)}
    assert {refused(lambda it=it: getattr(mine, it)(**how.get(it, {}))) for it in acts} == {NotAllowed}


def test_two_organisations_keep_the_same_file_without_learning_of_each_other(folder):
    mine, theirs = folder.seen_by(CENTRE), folder.seen_by(WATCH)
    (entry,) = mine.add_files(law(folder), [a_file()], by=CENTRE)
    theirs.add_files(law(folder), [a_file()], by=WATCH)
    theirs.withdraw_file(law(folder), entry.sha256, by=WATCH)
    assert (mine.files_of(law(folder)), theirs.files_of(law(folder)), theirs.check()) == ((entry,), (), [])
    mine.publish_file(law(folder), entry.sha256, Store(folder.public), by=CENTRE)
    assert folder.read_file(entry) == a_file().data  # it is still the other's too


def test_what_is_made_private_again_takes_no_file_of_another_organisation_along(folder, tmp_path):
    mine, theirs = folder.seen_by(CENTRE), folder.seen_by(WATCH)
    (entry,) = mine.add_files(law(folder), [a_file()], by=CENTRE)
    name = theirs.unpublish(law(folder), Store(folder.public), by=WATCH, day=date(2027, 1, 1))
    assert (theirs.read().evidence[name].files, theirs.files_of(law(folder))) == ((), ())
    assert mine.files_of(law(folder)) == (entry,)


def test_entries_from_before_are_shared_with_all_and_get_owners_once(folder, tmp_path):
    by_centre = NEWS + "recorded: 2026-01-01T00:00:00.000000Z\nrecorded_by: reviewer-c1\n"
    evidence, note = {"evidence/one.yaml": by_centre, "evidence/two.yaml": NEWS}, "notes:\n  - {text: By hand.}\n"
    lay(tmp_path / "private", {**evidence, "notes/r1.yaml": note})
    folder.add_files(law(folder), [a_file()], by=WATCH)
    doors = [folder.seen_by(person) for person in (CENTRE, WATCH, NOBODYS)]
    for door in doors:
        assert (len(door.read().evidence), len(door.files_of(law(folder))), door.count_without_owner()) == (2, 1, 4)
    e = folder.read().evidence["one"]
    kept = doors[1].save(replace(e, publisher="X", private=Privacy(organisation="watch")), by=WATCH, reason="Mine now.")
    assert kept.private is None  # who may change it may not take it away
    with pytest.raises(NotAllowed):
        doors[0].give_owners({}, by=replace(CENTRE, role=Role.EDITOR), reason="X")
    doors[0].give_owners({"reviewer-c1": "centre", "reviewer-w1": "watch"}, by=CENTRE, reason="Owners.")
    told = [([*door.read().evidence], len(door.files_of(law(folder))), door.count_without_owner()) for door in doors]
    assert told == [(["one"], 0, 0), ([], 1, 0), (["two"], 0, 0)]
    assert (doors[2].read().notes["r1"][0].text, "r1" in doors[0].read().notes) == ("By hand.", False)
    assert folder.check() == []


def test_the_choice_to_leave_it_as_it_is_is_kept_too(folder, tmp_path):
    lay(tmp_path / "private", {"evidence/one.yaml": NEWS})
    folder.seen_by(CENTRE).give_owners(None, by=CENTRE, reason="As before.")
    assert folder.read(fresh=True).evidence["one"].private == Privacy(organisation="editors", shared_with=ALL)
    assert folder.seen_by(WATCH).count_without_owner() == 0


def test_a_public_record_may_not_say_whose_it_is(folder, tmp_path):
    lay(tmp_path / "data", {"evidence/other.yaml": NEWS + "private: {organisation: centre}\n"})
    with pytest.raises(ValidationFailed, match="is for entries in the private folder"):
        Store(folder.public).save(replace(law(folder), private=Privacy(organisation="centre")), by=CENTRE, reason="X")


LONG = "notes:\n" + "".join(
    f"  - {{text: '{'x' * 19_000} {n}', recorded: 2026-01-01T00:00:00.{n:06}Z, private: {{organisation: watch}}}}\n"
    for n in range(55)
)


def test_lists_that_are_full_of_anothers_notes_have_room(folder, tmp_path):
    lay(tmp_path / "private", {"notes/r1.yaml": LONG[:999_000].rpartition("  - ")[0]})
    known, door = folder.read().notes["r1"], folder.seen_by(CENTRE)
    door.add_note("r1", "An urgent warning. " + "x" * 19_000, by=CENTRE)
    (warning,) = door.read().notes["r1"]
    door.take_back("r1", warning, by=CENTRE, instead="A warning.")
    folder.seen_by(WATCH).take_back("r1", known[1], by=WATCH)
    before = folder.read().notes["r1"]
    assert (before[0], before[2], len(before)) == (known[0], known[2], len(known) + 2)
    names = ["r1.centre.yaml", "r1.watch.yaml", "r1.yaml"]
    assert sorted(path.name for path in (tmp_path / "private" / "notes").iterdir()) == names
    assert folder.check() == []
    (tmp_path / "private" / "notes" / "r1.watch.yaml").write_text("notes: [")
    assert door.add_note("r1", "More.", by=CENTRE) in door.read().notes["r1"]
    assert (door.read().problems, len(folder.read().problems)) == ((), 1)


@pytest.mark.parametrize("is_old", [False, True])
@pytest.mark.parametrize("words", ["text: Aibek", "recorded_by: reviewer-c", "organisation: centre", "Aibek, recorded"])
def test_words_over_a_key_and_its_value_say_nothing_of_the_entries_of_another(folder, tmp_path, words, is_old):
    note = "  - {{text: {}, recorded_by: {}, private: {{organisation: {}}}}}\n"
    of_centre, of_watch = note.format("Aibek", "reviewer-c1", "centre"), note.format("Ours", "reviewer-w1", "watch")
    files = {"notes/r1.centre.yaml": "notes:\n" + of_centre, "notes/r1.watch.yaml": "notes:\n" + of_watch}
    lay(tmp_path / "private", {"notes/r1.yaml": f"notes:\n{of_centre}{of_watch}"} if is_old else files)
    config = Config(tmp_path / "data", tmp_path / "state", private=tmp_path / "private")
    at = datetime(2026, 12, 1, tzinfo=UTC)
    redact(Store(folder.public), config, RedactionTerms([words]), by=WATCH, at=at, readable=())
    assert folder.seen_by(WATCH).notices() == ()
    assert len(folder.read().notes["r1"]) == 2


@pytest.mark.parametrize(
    "raw", [b"", "kind: news\nprivate: {organisation: centre}\n".encode("utf-16"), b"kind: news\n"]
)
def test_an_unreadable_file_of_an_unknown_owner_is_named_on_no_page(folder, tmp_path, raw):
    lay(tmp_path / "private", {"evidence/aibek-asanov.yaml": "", "notes/r1.yaml": ""})
    for name in ("evidence/aibek-asanov.yaml", "notes/r1.yaml"):
        (tmp_path / "private" / name).write_bytes(raw)
    assert [folder.seen_by(who).read().problems for who in (CENTRE, WATCH, NOBODYS)] == [(), (), ()]
    assert {problem.path.rpartition("/")[2] for problem in folder.check()} == {"aibek-asanov.yaml", "r1.yaml"}
    alone = opened(made(tmp_path / "alone", {"tracker.yaml": TRACKER}), tmp_path)
    assert len(alone.seen_by(NOBODYS).read().problems) > 0  # without other organisations it can only be the editors'


def test_what_is_for_chosen_organisations_is_refused_if_none_is_chosen(folder):
    for who in (CENTRE, WATCH):
        seen = folder.seen_by(who)
        with pytest.raises(NobodyChosen, match="none is chosen"):
            seen.add_note("r1", "Ours.", by=who, due="2027-01", shared_with=NOBODY_CHOSEN)
        note = seen.add_note("r1", "Ours.", by=who)
        with pytest.raises(NobodyChosen):
            seen.take_back("r1", note, by=who, instead="Theirs.", shared_with=NOBODY_CHOSEN)
        assert [one.text for one in seen.read().notes["r1"]] == ["Ours."]
        nobody, kept = Privacy(organisation=who.organisation, shared_with=NOBODY_CHOSEN), seen.read()
        letter = replace(LETTER, id=f"letter-{who.organisation}", private=nobody)
        with pytest.raises(NobodyChosen):
            seen.save(letter, by=who, reason="It came.")
        with pytest.raises(NobodyChosen):
            seen.add_files(law(folder), [a_file()], by=who, sharing=nobody)
        assert seen.read(fresh=True) == kept
        (entry,) = seen.add_files(law(folder), [a_file()], by=who)
        saved = seen.save(replace(letter, private=None), by=who, reason="It came.")
        for act in (
            lambda seen=seen, who=who, one=entry, to=nobody: seen.share_file(law(folder), one.sha256, to, by=who),
            lambda seen=seen, who=who, e=saved, to=nobody: seen.save(replace(e, private=to), by=who, reason="Why."),
        ):
            with pytest.raises(NobodyChosen):
                act()
        assert {f.private.shared_with for f in seen.files_of(law(folder))} == {()}
