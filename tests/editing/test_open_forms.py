"""Who has a form open: seen by others at once, forgotten when it is closed or not heard of."""

import pytest

from tracker.editing.open_forms import FORGET_AFTER_SECONDS, MAX_OPEN_FORMS, OpenForms


@pytest.fixture
def now():
    return [0.0]


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
    forms.leave("a")
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
