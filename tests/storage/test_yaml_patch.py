"""Changing a value in a person's own file: what stands there before and after, byte for byte."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.long import LONG
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.patch import patch_yaml
from tracker.storage.yaml.reader import compose, to_values

SENTENCE = "A sentence that is so long that nobody would want to read it on one line of a file, whatever it says."

STORIES = {
    "an item goes to the end of an indented list": ("a:\n  - x\n  - y\nb: 1\n", {"a": ["x", "y", "z"], "b": "1"}, "a:\n  - x\n  - y\n  - z\nb: 1\n"),
    "an item goes to the end of a list that is not indented": ("a:\n- k: x\nb: 1\n", {"a": [{"k": "x"}, {"k": "y"}], "b": "1"}, "a:\n- k: x\n- k: y\nb: 1\n"),
    "comments after the last item stay below the new one": (
        "a:\n  - x  # why x\n  # more to come\n\n# about b\nb: 1\n",
        {"a": ["x", "y"], "b": "1"},
        "a:\n  - x  # why x\n  - y\n  # more to come\n\n# about b\nb: 1\n",
    ),
    "an item goes in between": ("a:\n  - x\n  - z\n", {"a": ["x", "y", "z"]}, "a:\n  - x\n  - y\n  - z\n"),
    "an empty list in brackets becomes lines": ("a: []  # none yet\nb: 1\n", {"a": ["x"], "b": "1"}, "a:  # none yet\n  - x\nb: 1\n"),
    "a key that is missing goes behind the one before it": ("a: 1\n# about c\nc: 3\n", {"a": "1", "b": ["x"], "c": "3"}, "a: 1\nb:\n  - x\n# about c\nc: 3\n"),
    "a key with only a comment behind it is filled": (
        "a:   # to do\nb: 1\n",
        {"a": [SENTENCE], "b": "1"},
        "a:   # to do\n  - >-\n    A sentence that is so long that nobody would want to read it on one line of a file, whatever it says.\n"
        "b: 1\n",
    ),
    "a plain text is changed": ("a: old\nb: 1\n", {"a": "new", "b": "1"}, "a: new\nb: 1\n"),
    "a folded text is changed": ("a: >-\n  old\n  text\n\nb: 1\n", {"a": "new", "b": "1"}, "a: new\n\nb: 1\n"),
    "a comment stays behind the key of a text that grows long": ("a: old  # why\nb: 1\n", {"a": SENTENCE, "b": "1"}, "a: >-  # why\n  A sentence that is so long that nobody would want to read it on one line of a file, whatever it says.\nb: 1\n"),
    "a language is added to a plain text": ("a: Law # as signed\nb: 1\n", {"a": {"en": "Law", "ru": "Закон"}, "b": "1"}, "a: # as signed\n  en: Law\n  ru: Закон\nb: 1\n"),
    "a key is removed with its lines, not with the comments around": (
        "# top\na: 1\n# about b\nb:\n  - x\n# about c\nc: 3\n",
        {"a": "1", "c": "3"},
        "# top\na: 1\n# about b\n# about c\nc: 3\n",
    ),
    "an item is removed": ("a:\n  - x\n  # keep\n  - y\n", {"a": ["y"]}, "a:\n  # keep\n  - y\n"),
    "an item below its own dash is removed": ("a:\n  -\n    k: x\n  - k: y\n", {"a": [{"k": "y"}]}, "a:\n  - k: y\n"),
    "the first key behind a dash is removed": ("a:\n  - k: x\n    m: y\n", {"a": [{"m": "y"}]}, "a:\n  - m: y\n"),
    "the first key behind a dash makes way for another": ("a:\n  - k: x\n    m: y\n", {"a": [{"n": "z", "m": "y"}]}, "a:\n  - n: z\n    m: y\n"),
    "the only key of a group makes way for another": ("a:\n  en: x\nb: 1\n", {"a": {"ru": "y"}, "b": "1"}, "a:\n  ru: y\nb: 1\n"),
    "a list in brackets stays one": ("a: [x, y] # two\n", {"a": ["x", "y", "z, or z"]}, "a: [x, y, 'z, or z'] # two\n"),
    "a list in brackets with a long text becomes lines": ("a: [x]\n", {"a": ["x", SENTENCE]}, f"a:\n  - x\n  - >-\n    {SENTENCE}\n"),
    "a file may end without a line break": ("a:\n  - x", {"a": ["x", "y"]}, "a:\n  - x\n  - y\n"),
    "two keys may follow the end of such a file": ("a: 1", {"a": "1", "b": "2", "c": "3"}, "a: 1\nb: 2\nc: 3\n"),
    "line ends of Windows stay": ("a:\r\n  - x\r\nb: 1\r\n", {"a": ["x", SENTENCE[:81]], "b": "1"}, f"a:\r\n  - x\r\n  - >-\r\n    {SENTENCE[:81]}\r\nb: 1\r\n"),
    "odd indentation stays": ("a:\n    -   k: x\n", {"a": [{"k": "x", "m": "y"}]}, "a:\n    -   k: x\n        m: y\n"),
    "a list that loses its last item is empty, not gone": ("a:\n  - x\nb: 1\n", {"a": [], "b": "1"}, "a:\n  []\nb: 1\n"),
    "a register in braces goes on in braces": (
        "a:\n  - {id: x, k: 1}  # why\n  - {id: y}\n# end\n",
        {"a": [{"id": "x", "k": "1"}, {"id": "y"}, {"id": "z", "k": "2, 3"}]},
        "a:\n  - {id: x, k: 1}  # why\n  - {id: y}\n  - {id: z, k: '2, 3'}\n# end\n",
    ),
    "a long text in a register in braces gets lines": ("a:\n  - {id: x}\n", {"a": [{"id": "x"}, {"id": "y", "k": SENTENCE}]}, f"a:\n  - {{id: x}}\n  - id: y\n    k: >-\n      {SENTENCE}\n"),
    "a list with blank lines between its items goes on like that": (
        "a:\n  - id: x\n\n  # the second\n  - id: y\n\n# end\nb: 1\n",
        {"a": [{"id": "x"}, {"id": "y"}, {"id": "z"}], "b": "1"},
        "a:\n  - id: x\n\n  # the second\n  - id: y\n\n  - id: z\n\n# end\nb: 1\n",
    ),
    "a text in braces changes alone": (
        "a: {k: 'x', # why\n    m: [y, z]}\nb: 1\n",
        {"a": {"k": "it's, so", "m": ["y", "w"], "n": "3"}, "b": "1"},
        "a: {k: 'it''s, so', # why\n    m: [y, w], n: 3}\nb: 1\n",
    ),
    "a file in braces that says this already is left alone": ("{a: x}  # why\n", {"a": "x"}, "{a: x}  # why\n"),
    "a file of comments is filled below them": ("# top\n\n# end", {"a": ["x"]}, "# top\n\n# end\na:\n  - x\n"),
    "blank lines that belong to a text stay with it": ("a: |+\n  x\n\nb: 1\n", {"a": "x\n\n", "c": "2", "b": "1"}, "a: |+\n  x\n\nc: 2\nb: 1\n"),
}  # fmt: skip


def patch_text(text: str, new: dict, *, quoted: bool = False) -> str:
    return patch_yaml(text, compose(text), new, quoted=quoted)


@pytest.mark.parametrize("story", STORIES)
def test_only_what_must_change_does(story):
    before, new, after = STORIES[story]
    assert patch_text(before, new) == after
    assert to_values(compose(after)) == new


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
