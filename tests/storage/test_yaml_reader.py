"""From bytes to plain values: everything is text, and what is not plain YAML is named with its line."""

import pytest

from tests.support.fuse import fuse
from tracker.model.errors import InvalidFile
from tracker.storage.yaml.reader import compose, decode, find_line, to_values

TOO_DEEP = "nested more than 32 levels deep; no field needs that"
ANCHOR = "an anchor or alias (& or *); write the value itself, or put a text in quotes"
HERE = "check the indentation, the colon and the quotes here and on the line above"
SPACES = "indent with spaces, and put a text that starts with a special character in quotes"


def values(text: str | bytes):
    return to_values(compose(decode(text.encode() if isinstance(text, str) else text)))


def broken(text: str | bytes) -> str:
    with pytest.raises(InvalidFile) as told:
        values(text)
    return f"{told.value.line}: {told.value.message}"


def test_norway_stays_norway():
    words = ("NO", "12:30", "0123", "2024-06-18", "yes", "1e3", "null", "~")
    assert values("".join(f"k{n}: {word}\n" for n, word in enumerate(words))) == {
        f"k{n}": word for n, word in enumerate(words)
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # a key with nothing behind it counts as absent
        ("title:\nparagraph: 44\nnote: ''\n", {"paragraph": "44", "note": ""}),
        *((text, {}) for text in ("", "\n\n", "# only a remark\n")),
        # ampersands and stars inside a text are text
        ("a: R&D *bold* a & b\nb: '&c *d'\n# &e *f\n", {"a": "R&D *bold* a & b", "b": "&c *d"}),
        # a byte order mark and line ends of Windows are read
        (b"\xef\xbb\xbfa: 1\r\nb: |\r\n  one\r\n  two\r\n", {"a": "1", "b": "one\ntwo\n"}),
        # a document may say where it begins and ends
        *((text, {"a": "1"}) for text in ("---\na: 1\n", "---\na: 1\n...\n", "%YAML 1.2\n---\na: 1\n")),
    ],
)
def test_plain_yaml_is_read(text, found):
    assert values(text) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("verification: seen\nby: us\nverification: reported\n", "3: the key 'verification' appears twice; keep one of them"),
        ("by: us\ntitle: {en: Training was given, and then it stopped}\n", "2: the text continues after a comma: 'and then it stopped'; put all of it in quotes"),
        ("a:\n  b: 1\n  'b': 2\n", "3: the key 'b' appears twice; keep one of them"),
        ("a: 1\n---\nb: 2\n", "2: several documents in one file; keep one and delete the line '---'"),
        ("a: 1\n[b, c]: 2\n", "2: a key that is not a word; write 'key: value'"),
        ("a: 1\nb: !!python/object:os.system x\n", "2: the tag 'tag:yaml.org,2002:python/object:os.syste'; write the value without a tag"),
        ("a: !text {b: c}\n", "1: the tag '!text'; write the value without a tag"),
        ("a: 1\n!!str b: 2\n", "2: the tag 'tag:yaml.org,2002:str'; write the key without a tag"),
        ("a: 1\nb: &x 2\n", f"2: {ANCHOR}"),
        ("a: 1\nb: [*x]\n", f"2: {ANCHOR}"),
        ("a:\n\tb: 1\n", f"2: found character that cannot start any token; {SPACES}"),
        ("a: 1\nb: c: d\n", f"2: mapping values are not allowed in this context; {HERE}"),
        ("a: ж\nb: ж\x07\n", "2: a character that YAML does not allow; delete it"),
        ('a: 1\nb: "x\\0"\n', "2: an escaped control character; delete it"),
    ],
)  # fmt: skip
def test_what_is_not_plain_yaml_is_named_with_its_line(text, told):
    assert broken(text) == told


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("a: 1\nb: 2\nc: ж\n".encode("cp1251"), 3),
        ("\ufeffa: 1\n".encode("utf-16-le"), 1),
        ("a: ж\nb: ".encode() + b"\xd0", 2),
        (b"a: 1\nb: \xed\xa0\x80\n", 2),
    ],
)
def test_another_encoding_is_named_with_the_line_where_it_shows(raw, line):
    assert broken(raw) == f"{line}: not UTF-8; save the file with the encoding UTF-8"


def test_a_huge_file_is_not_read_and_the_biggest_is():
    assert broken(b"a: " + b"x" * 1_000_000) == "1: the file has 1,000,003 bytes; the limit is 1,000,000"
    assert values(b"a: " + b"x" * 999_997) == {"a": "x" * 999_997}


def nested(levels: int) -> dict[str, str]:
    """The same depth, written in several ways."""
    half = levels // 2
    return {
        "lists on one line": "[" * levels + "]" * levels,
        "groups on one line": "{a: " * (levels - 1) + "{}" + "}" * (levels - 1),
        "groups by indentation": "".join(" " * i + "a:\n" for i in range(levels - 1)) + " " * levels + "a: b\n",
        "lists by indentation": "- " * levels + "a\n",
        "both": "".join(" " * i + "a:\n" for i in range(half)) + " " * half + "[" * half + "]" * half + "\n",
    }


@pytest.mark.parametrize("way", nested(32))
def test_thirty_two_levels_are_read_and_one_more_is_too_many(way):
    assert values(nested(32)[way])
    assert broken("[" * 33 + "]" * 33) == f"1: {TOO_DEEP}"


@pytest.mark.parametrize("levels", [34, 500, pytest.param(20_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("way", nested(34))
def test_more_levels_are_refused_at_once(way, levels):
    text = nested(min(levels, 900) if "indentation" in way or way == "both" else levels)[way]
    with fuse():
        assert broken(text).partition(": ")[2] == TOO_DEEP


def test_an_alias_bomb_is_refused_at_once():
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    lines = [f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in pairs]
    with fuse():
        assert broken("".join(["a: &a [x, x, x, x, x, x, x, x, x]\n", *lines])) == f"1: {ANCHOR}"


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it():
    node = compose("title: T\nparts:\n  - id: a\n    summary: S\n  - id: b\n")
    places = [("title",), ("parts", 0, "summary"), ("parts", 1, "summary"), ("parts", "b", "id"), ("parts", 7), ("x",)]
    assert [find_line(node, place) for place in places] == [1, 4, 5, 5, 2, 1]
