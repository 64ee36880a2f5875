"""Changing a value in a person's own file: what stands there before and after, byte for byte."""

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.long import LONG
from tracker.storage.yaml import format as yaml_format
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.patch import patch_yaml
from tracker.storage.yaml.reader import compose, to_values

SENTENCE = "A sentence that is so long that nobody would want to read it on one line of a file, whatever it says."

STORIES = examples(__file__)


def patch_text(text: str, new: dict, *, quoted: bool = False) -> str:
    return patch_yaml(text, compose(text), new, quoted=quoted)


@pytest.mark.parametrize("story", STORIES)
def test_only_what_must_change_does(story):
    change = STORIES[story]
    assert patch_text(change["before"], change["values"]) == change["after"]
    assert to_values(compose(change["after"])) == change["values"]


TRICKY = {
    "a: b": "'a: b'",
    "a #b": "'a #b'",
    'say "no"': 'say "no"',
    "it's": "it's",
    "'quoted'": "'''quoted'''",
    "- dash": "'- dash'",
    "NO": "NO",
    "2024": "2024",
    "null": '"null"',
    "true": '"true"',
    "": '""',
    "🌿 конопля": "🌿 конопля",
    "More to come...": "More to come...",
    "...": "'...'",
    "  indented\nlines": "|2-\n    indented\n  lines",
    "one\ntwo": "|-\n  one\n  two",
}


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_is_written_as_a_careful_person_would(text):
    after = patch_text("# top\na: old\nb: 1\n", {"a": text, "b": "1"})
    assert after == f"# top\na: {TRICKY[text]}\nb: 1\n"
    assert to_values(compose(after)) == {"a": text, "b": "1"}


WORDS = st.one_of(
    st.sampled_from([*TRICKY, SENTENCE, f"{SENTENCE}\n\n{SENTENCE}", "x\n", "x\n\n", " x", "x ", *"[{&*?!%"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\x85\u2028"), max_size=12),
)
KEYS = st.sampled_from(["title", "summary", "en", "ru", "tags", "themes", "source", "note", "NO", "2024"])
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, min_size=1, max_size=4),
    max_leaves=8,
)
RECORDS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=6)


@st.composite
def changes(draw):
    """A file with comments between its keys, and what it should say after a change of some of them."""
    old = draw(RECORDS)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = "".join(f"# about {key}\n{to_block({key: value})}\n" for key, value in old.items()) + "# the end\n"
    new = {key: value for key, value in old.items() if draw(st.booleans())}
    for key in draw(st.lists(KEYS, max_size=2)):
        match new.get(key):
            case list(now):
                new[key] = [*now, draw(VALUES)]
            case dict(now):
                new[key] = now | draw(RECORDS)
            case _:
                new[key] = draw(VALUES)
    return old, text.replace("\n", end), new or old


@pytest.mark.slow
@given(changes())
@settings(max_examples=400 if LONG else 60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_change_reads_back_and_keeps_every_comment(change):
    old, text, new = change
    after = next((t for t in (patch_text(text, new), patch_text(text, new, quoted=True)) if reads(t) == new), None)
    assert after is not None
    about = [f"# about {key}" for key in old] + ["# the end"]
    assert [line for line in after.splitlines() if line in about] == about


def reads(text):
    try:
        return to_values(compose(text))
    except Exception:
        return None


WORDS = st.text("aZя09 .,:-_()+#'\"é\u00ad\u2028\n/&*!|>%@`~?[]{}", max_size=12) | st.sampled_from(
    ["true", "null", "A. b", "12:30"]
)
PLAIN = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([0, 2, 80]))
def test_the_short_way_to_write_plain_texts_writes_the_same_bytes(value, column):
    written = to_block(value, column)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_format, "_PLAIN", re.compile("(?!)"))
        assert to_block(value, column) == written


def test_a_number_with_a_point_is_quoted_so_that_no_program_reads_76_50_as_76_5():
    text = to_block({"paragraph": "76.50", "numbers": ["3.5", "15", "14 (a)", "2024-06", "v1.0.0"]})
    assert text == 'paragraph: "76.50"\nnumbers:\n  - "3.5"\n  - 15\n  - 14 (a)\n  - 2024-06\n  - v1.0.0\n'
    assert yaml.safe_load(text)["paragraph"] == "76.50"
    # what was typed without quotes stays as it is until it is changed
    typed = "paragraph: 76.50\nsdg:\n  - 3.3  # as printed\n"
    assert patch_text(typed, {"paragraph": "76.50", "sdg": ["3.3", "3.5"]}) == f'{typed}  - "3.5"\n'
