"""Who has a form open: seen by others at once, forgotten when it is closed or not heard of."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.postgres_server import TestDatabase
from tests.support.waiting import wait_until
from tracker.config import Area
from tracker.editing.open_forms import (
    DELETE_COPY_SECONDS,
    FORGET_AFTER_SECONDS,
    FORGET_COPY_SECONDS,
    MAX_OPEN_FORMS,
    FormsOfCopies,
    OpenForms,
)
from tracker.storage.database.errors import DatabaseProblem
from tracker.storage.database.storage import DatabaseStorage, DatabaseTransaction


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def forms(now):
    return OpenForms(lambda: now[0])


def test_others_on_the_same_record_are_named_once_and_nobody_is_told_of_themselves(forms):
    assert forms.register("a1", "Recommendation r1", "editor-anna") == ()
    assert forms.register("a2", "Recommendation r1", "editor-anna") == ()  # a second tab, or a reload
    assert forms.register("b", "Recommendation r1", "editor-bermet") == ("editor-anna",)
    assert forms.register("c", "Recommendation r2", "editor-cholpon") == ()
    assert forms.register("a1", "Recommendation r1", "editor-anna") == ("editor-bermet",)


def test_a_form_that_is_closed_or_not_heard_of_is_forgotten(forms, now):
    forms.register("a", "r1", "editor-anna")
    forms.unregister("a")
    assert forms.register("b", "r1", "editor-bermet") == ()
    now[0] += FORGET_AFTER_SECONDS - 1
    assert forms.register("c", "r1", "editor-cholpon") == ("editor-bermet",)
    now[0] += 1
    assert forms.register("c", "r1", "editor-cholpon") == ()


def test_a_tab_has_one_form_and_the_number_of_tabs_has_a_bound(forms):
    forms.register("a", "r1", "editor-anna")
    forms.register("a", "r2", "editor-anna")
    assert forms.register("b", "r1", "editor-bermet") == ()
    for n in range(MAX_OPEN_FORMS + 10):
        forms.register(f"tab-{n}", "r3", "editor-cholpon")
    assert len(forms._by_tab) == MAX_OPEN_FORMS
    assert forms.register("d", "r2", "editor-daniyar") == ()  # the oldest went


# All copies of the dashboard on one database know it, with few and small writes.

R = "Recommendation r1"


@pytest.fixture
def copy(database: TestDatabase, now: list[float]) -> Iterator[Callable[[], tuple[OpenForms, DatabaseStorage]]]:
    """`copy()` are the open forms of one more copy of the dashboard, and its storage."""
    storages: list[DatabaseStorage] = []

    def another() -> tuple[OpenForms, DatabaseStorage]:
        storages.append(DatabaseStorage(database.place(Area.STATE)))
        return OpenForms(lambda: now[0], FormsOfCopies(storages[-1], lambda: now[0])), storages[-1]

    yield another
    for storage in storages:
        storage.close()


def test_a_form_that_is_open_in_one_copy_is_known_in_the_other_until_it_is_closed(copy, now):
    (one, _), (two, storage) = copy(), copy()
    assert one.register("a", R, "editor-anna") == ()
    wait_until(lambda: two.register("b", R, "editor-bermet") == ("editor-anna",))
    assert two.register("c", "Recommendation r2", "editor-cholpon") == ()
    wait_until(lambda: one.register("a", R, "editor-anna") == ("editor-bermet",))
    one.unregister("a")
    wait_until(lambda: two.register("b", R, "editor-bermet") == ())
    now[0] += 3  # that cholpon has a form too is written with the next look
    two.register("b", R, "editor-bermet")
    two.unregister("b")
    two.unregister("c")
    wait_until(lambda: storage.list_files("open-forms") == {})


def test_a_copy_that_ended_is_forgotten_and_then_deleted(copy, now):
    (one, _), (two, storage) = copy(), copy()
    one.register("a", R, "editor-anna")
    wait_until(lambda: two.register("b", R, "editor-bermet") == ("editor-anna",))
    now[0] += FORGET_COPY_SECONDS
    assert two.register("b", R, "editor-bermet") == ()
    assert len(storage.list_files("open-forms")) == 2
    now[0] += DELETE_COPY_SECONDS
    two.register("b", R, "editor-bermet")
    assert len(storage.list_files("open-forms")) == 1


def test_fifty_open_forms_cost_one_write_in_ten_seconds(copy, now, monkeypatch):
    commits = list[int]()
    commit = DatabaseTransaction.commit
    monkeypatch.setattr(DatabaseTransaction, "commit", lambda self: (commits.append(len(self._staged)), commit(self)))
    forms, _storage = copy()
    for _look in range(24):  # two minutes
        for tab in range(50):
            forms.register(f"{tab}", f"Recommendation r{tab}", "editor-anna")
        now[0] += 5
    assert 12 <= len(commits) <= 14


def test_without_the_database_everybody_goes_on(copy, now, monkeypatch):
    (one, storage), (two, _) = copy(), copy()

    def away(*_: object, **__: object) -> None:
        raise DatabaseProblem.AWAY.as_error()

    monkeypatch.setattr(storage, "transaction", away)
    assert (one.register("a", R, "editor-anna"), one.register("b", R, "editor-bermet")) == ((), ("editor-anna",))
    monkeypatch.undo()
    now[0] += 3
    one.register("a", R, "editor-anna")
    wait_until(lambda: two.register("c", R, "editor-cholpon") == ("editor-anna", "editor-bermet"))
