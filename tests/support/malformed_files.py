"""Broken copies of the shipped files, the same ones for the same seed."""

import random
import re
from collections.abc import Callable, Iterator

from tests.support.server_process import ROOT

WRONG = [
    b"[]", b"{}", b"[[a, b], c]", b"{a: b}", b"''", b"!!binary aGk=", b"&a b", b"*a", b"|", b'"\\u0000"', b"[", b"}",
    b"@x", b"javascript:alert(1)", b"2024-02-30", b"NO", b"12:30", b"- - -",
]  # fmt: skip

Break = Callable[[random.Random, bytes], bytes]


def cut_off(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randrange(len(raw))]


def wrong_type(chance: random.Random, raw: bytes) -> bytes:
    return on_a_line(chance, raw, rb"^(\s*(?:- )?\w+:)( .*)?$", lambda m: m[1] + b" " + chance.choice(WRONG))


def tab_for_spaces(chance: random.Random, raw: bytes) -> bytes:
    return on_a_line(chance, raw, rb"^( +)(\S.*)$", lambda m: b"\t" * (len(m[1]) // 2) + m[2])


def other_encoding(chance: random.Random, raw: bytes) -> bytes:
    return raw.decode().encode(chance.choice(["utf-16", "utf-16-be", "cp1251", "utf-32"]), "replace")


def huge_scalar(chance: random.Random, raw: bytes) -> bytes:
    size = chance.choice([25_000, 500_000, 1_200_000])
    return on_a_line(chance, raw, rb"^(\s*(?:- )?\w+: )(\S.*)$", lambda m: m[1] + b"x" * size)


def doubled_key(chance: random.Random, raw: bytes) -> bytes:
    return on_a_line(chance, raw, rb"^(\s*)(\w+: \S.*)$", lambda m: m[0] + b"\n" + m[1] + m[2])


def deep_nesting(chance: random.Random, raw: bytes) -> bytes:
    levels = chance.choice([33, 200, 100_000])
    deep = chance.choice([b"[" * levels, b"[" * levels + b"]" * levels, b"{a: " * (levels // 4), b"- " * levels + b"a"])
    return on_a_line(chance, raw, rb"^(\s*(?:- )?\w+:)( .*)?$", lambda m: m[1] + b" " + deep)


def anchors(chance: random.Random, raw: bytes) -> bytes:
    bomb = b"[" + b", ".join([b"&a [x, x]", *[b"*a"] * 50]) + b"]"
    return on_a_line(
        chance, raw, rb"^(\s*(?:- )?\w+:)( .*)?$", lambda m: m[1] + b" " + chance.choice([bomb, b"&a", b"*b"])
    )


def deleted_colon(chance: random.Random, raw: bytes) -> bytes:
    return on_a_line(chance, raw, rb"^(\s*(?:- )?\w+):(.*)$", lambda m: m[1] + m[2])


def random_bytes(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + chance.randbytes(chance.randrange(1, 200)) + raw[at + chance.randrange(50) :]


def swapped_lines(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    depth = [len(line) - len(line.lstrip()) for line in lines]
    a = chance.randrange(len(lines))
    # two lines of one text, or two keys of one record, may stand in another order
    b = chance.choice([i for i in range(len(lines)) if depth[i] != depth[a]] or [a])
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def null_byte(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + b"\0" + raw[at:]


def unknown_key(chance: random.Random, raw: bytes) -> bytes:
    return on_a_line(
        chance, raw, rb"^(\s*)(\w{4,})(: \S.*)$", lambda m: m[1] + m[2] + chance.choice([b"s", b"_"]) + m[3]
    )


def second_document(chance: random.Random, raw: bytes) -> bytes:
    return raw + chance.choice([b"---\n", b"--- a\n", b"...\n---\na: b\n", b"---\n" + raw])


BREAKS: list[Break] = [
    cut_off, wrong_type, tab_for_spaces, other_encoding, huge_scalar, doubled_key, deep_nesting, anchors,
    deleted_colon, random_bytes, swapped_lines, null_byte, unknown_key, second_document,
]  # fmt: skip


def on_a_line(chance: random.Random, raw: bytes, pattern: bytes, put: Callable[[re.Match[bytes]], bytes]) -> bytes:
    """The file with one of the lines that fit the pattern changed, or as it is if none fits."""
    fitting = list(re.finditer(pattern, raw, re.M))
    found = chance.choice(fitting) if fitting else None
    return raw[: found.start()] + put(found) + raw[found.end() :] if found else raw


def shipped() -> list[str]:
    """The data files below data/, as paths from there."""
    return sorted(path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*.yaml"))


def variants(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """(path below data/, broken bytes): the breaks in turn, each on a file chosen by chance."""
    chance, names = random.Random(seed), shipped()
    for number in range(count):
        break_it, raw, changed = BREAKS[number % len(BREAKS)], b"", b""
        while changed == raw:
            name = chance.choice(names)
            raw = (ROOT / "data" / name).read_bytes()
            changed = break_it(chance, raw)
        yield name, changed
