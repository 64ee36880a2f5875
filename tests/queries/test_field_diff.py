"""What an edit changed, word by word."""

from dataclasses import fields

import pytest

from tests.support.examples import examples
from tracker.model.fields import FIELDS, RECORD_TYPES
from tracker.model.records import Recommendation, TagSet
from tracker.queries.field_diff import diff_html, list_differences

EXAMPLES = examples(__file__)


@pytest.mark.parametrize(("was", "said_now", "shown"), EXAMPLES["words that went and words that came are marked"])
def test_words_that_went_and_words_that_came_are_marked(was, said_now, shown):
    assert diff_html(was, said_now) == shown


def test_a_very_long_edit_is_shown_as_a_whole():
    # comparing these word by word takes 12 seconds
    round_and_round = [f"w{i}" for i in range(101)] * 150
    was, after = " ".join([*round_and_round, "old"]), " ".join([*reversed(round_and_round), "new"])
    assert diff_html(was, after) == f"<del>{was}</del> <ins>{after}</ins>"


@pytest.mark.parametrize(("field", "was", "after", "where"), EXAMPLES["only the places that differ are shown"])
def test_only_the_places_that_differ_are_shown(field, was, after, where):
    assert [[[*d.field], d.old, d.new] for d in list_differences(field, was, after, "en")] == where


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_every_field_of_a_record_has_a_row_in_the_table_of_fields(kind):
    tags = {f.name for f in fields(TagSet)} - {"tagged_by"} if kind is Recommendation else set()
    assert ({f.name for f in fields(kind)} | tags) - {f.name for f in FIELDS[kind]} == set()
