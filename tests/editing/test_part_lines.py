"""The lettered parts of a recommendation as lines, and the lines as parts."""

import pytest

from tests.support.examples import examples
from tracker.editing.forms.recommendation import format_parts, parse_parts, part_errors, update_parts
from tracker.i18n import get_language
from tracker.model.localized_text import TextVariant
from tracker.model.records import Part
from tracker.model.vocabulary import TextOrigin

EXAMPLES = examples(__file__)

ENGLISH = get_language("en")
TWICE = {"en": TextVariant(text="End the\npractice.", reviewed=True), "ru": TextVariant(text="Прекратить.")}
OLD = (
    Part(id="a", summary=TWICE),
    Part(id="B", summary={"en": TextVariant(text="Train judges.", origin=TextOrigin.OFFICIAL)}),
)
FIELDS = {"en": "a) End the practice.\nB) Train judges.", "ru": "a) Прекратить."}


def wrong(**by):
    return part_errors(OLD, {**FIELDS, **by}, {}, ENGLISH)


def test_parts_become_lines_and_untouched_lines_the_same_parts():
    assert format_parts(OLD, ("en", "ru", "ky"), "en") == {**FIELDS, "ky": ""}
    assert update_parts(OLD, FIELDS, "en") == OLD
    assert wrong() == []


@pytest.mark.parametrize("text", EXAMPLES["parts can be pasted as documents write them"])
def test_parts_can_be_pasted_as_documents_write_them(text):
    assert parse_parts(text) == ({"a": "End it.", "b": "Train judges."}, [])


def test_a_line_without_a_letter_goes_on_with_the_part_above_it():
    text = "a) Amend the Criminal Code (article\n149).\n12 months later, report.\nb) Train."
    told = parse_parts(text)[0]
    assert told == {"a": "Amend the Criminal Code (article 149). 12 months later, report.", "b": "Train."}


def test_a_part_that_holds_lines_of_its_own_stays_one_part():
    nested = (Part(id="a", summary={"en": TextVariant(text="End:\ni) this,\nii) that.\n")}),)
    fields = format_parts(nested, ("en",), "en")
    assert fields == {"en": "a) End: i) this, ii) that."}
    assert update_parts(nested, fields, "en") == nested


def test_parts_with_names_of_their_own_and_parts_without_the_main_language_stay():
    named = tuple(Part(id=i, summary={"en": TextVariant(text="T.")}) for i in ("a-i", "(x)", "цель", "а"))
    only_in_russian = (*OLD, Part(id="c", summary={"ru": TextVariant(text="Обучить.")}))
    for old in (named, only_in_russian):
        fields = format_parts(old, ("en", "ru"), "en")
        assert (update_parts(old, fields, "en"), part_errors(old, fields, {}, ENGLISH)) == (old, [])


def test_what_cannot_be_placed_is_said():
    for typed, unplaced in (
        ({"ru": "Прекратить."}, "Прекратить."),
        ({"en": "a) End.\nb) Train.\na) Again."}, "a) Again."),
        ({"ru": "а) Прекратить.\nб) Обучить."}, "б) Обучить."),
    ):
        told = f"Start each part with its own Latin letter, such as “a) …”. Not understood: {unplaced}"
        assert wrong(**typed) == [told]


def test_a_part_needs_only_one_language():
    typed = {"en": "a) End the practice.", "ru": "a) Прекратить.\nc) Обучить."}
    assert wrong(**typed) == []
    assert update_parts(OLD, typed, "en")[1:] == (Part(id="c", summary={"ru": TextVariant(text="Обучить.")}),)


def test_a_part_is_edited_added_and_taken_out():
    first = update_parts(OLD, {"en": "a) End the practice.\nc) Pay.", "ru": "a) Прекратить.\nc) Платить."}, "en")
    assert first == (OLD[0], Part(id="c", summary={"en": TextVariant(text="Pay."), "ru": TextVariant(text="Платить.")}))
    edited = update_parts(OLD, {**FIELDS, "en": "a) End it.\nb) Train judges."}, "en")
    assert edited == (Part(id="a", summary={**TWICE, "en": TextVariant(text="End it.")}), OLD[1])
    assert update_parts(OLD, {"en": " \n", "ru": ""}, "en") == ()
