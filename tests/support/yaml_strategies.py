"""Hostile YAML for property tests: fragments, whole files, and good files with something wrong put into them."""

import json

from hypothesis import strategies as st

SIZES = st.sampled_from([1, 2, 31, 33, 300, 5_000, 40_000, 300_000])
"""How often a fragment is repeated."""
MOST = 1_050_000
"""The maximum size of a file, a little more than what is read."""
TAGS = [
    "!!python/object/apply:os.system [touch CANARY]", "!!python/object/new:os.system [touch CANARY]",
    "!!python/name:os.system", "!!python/module:subprocess", "!!python/tuple [a]", "!!binary aGk=", "!!set {a, b}",
    "!!omap [a: b]", "!!timestamp 2024-01-01", "!<tag:yaml.org,2002:str> a", "!%21 a", "! a", "!!float .nan",
    "!!int 1e9", "!!null ''", "!!merge <<", f"!{'t' * 5000} a", "!e!x a",
]  # fmt: skip
SCALARS = [
    "1e999999", "-1e999999", ".inf", "-.INF", ".NaN", "0x" + "f" * 5000, "0o777", "1_000", "12:30:45", "9" * 5000,
    "-0", "+1.", "2024-02-30", "2024-13", "0000-00-00", "9999-12-31T23:59:60Z", "+10000-01-01", "2024/2021", "../..",
    "2024-02-30~", "10000", "2024-06-18T25:61:61.9999999Z", "~", "null", "NO", "yes", "=", "<<", "---", "...", "-",
    "?", ":", "&", "*", "!", "%", "@", "`", r'"\0"', r'"\ud800"', r'"\udfff\ud800"', r'"\U00110000"', r'"\x85"',
    r'"\N\_\L\P"', r'"\xff\xfe"', r'"\q"', '"\\\n  a"', '"a', "'a", "''''", "\u202e\u2066a", "\u2028", "\u0085",
    "\ufeffa", "\U0001f600", "a\u0300" * 2000, "|", "|9\n a", ">+10\n a", "|-\n\ta", "|\n  a\n b", "| # c\n a",
    "javascript:alert(1)", "file:///etc/passwd", "{{7*7}}", "=cmd|' /C calc'!A0", "# only a comment", "a #b: c",
    "a: b: c", "[a, b", "{a, b", "[a]]", "{a: b}}", "[a b: c]", "{? a : b}", "{[a]: b}", "? [a]\n: b", "[? a, : b]",
    "a\n  b: c", "\ta", " \t- a",
]  # fmt: skip
KEYS = [
    "issued_by", "document", "paragraph", "title", "summary", "text", "verification", "source", "parts", "tags",
    "same_demand", "uptake", "assessments", "recorded", "events", "history", "id", "version", "<<", "kind",
    "relevant_to", "statuses", "documents", "treaty_bodies", "themes", "rules", "settings", "''", "? a", "[a]",
    "{a: b}", "!!str by", "null", "1", "true",
]  # fmt: skip
FILES = [
    *["recommendations/x.yaml"] * 5, "evidence/x.yaml", "evidence/x.yaml", "tracker.yaml", "documents.yaml",
    "treaty_bodies.yaml", "safety.yaml", "recommendations/Not An Id.yaml", "recommendations/x.yml",
]  # fmt: skip
ENCODINGS = ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1251", "utf-7", "shift_jis", "cp037", "utf-8-sig"]
BYTES = [
    b"\0", b"\xc0\x80", b"\xed\xa0\x80", b"\xff\xfe", b"\xf5", b"\xef\xbb\xbf", b"\r", b"\t", b"\x1b[2J", b"\x7f",
    b"\xc2\x85",
]  # fmt: skip

deep = st.builds(
    lambda one, n, end: one * n + end * n,
    st.sampled_from(["[", "{a: ", "- ", "? ", "!!seq [", "{[", "[{", "> "]),
    SIZES,
    st.sampled_from(["", "]", "}", "a", "]}"]),
)
wide = st.builds(
    lambda parts, n: parts[0] + parts[1] * n + parts[2],
    st.sampled_from(
        [
            ("[", "a,", "]"),
            ("[", "[],", "]"),
            ("[", "{},", "]"),
            ("[", "{a: b},", "]"),
            ("{", "a: b,", "}"),
            ("", "\n- a", ""),
            ("", "\n-", ""),
            ("", "\n- {}", ""),
            ("", "\n- a: b\n  c: d", ""),
            ("'", "''", "'"),
            ('"', "\\x41", '"'),
            ("", "\n# c", ""),
            ("", "\n", ""),
            ("|", "\n  a", ""),
        ]
    ),
    SIZES,
)
keyed = st.builds(
    lambda n, m: "{" + ",".join(f"{'k' * m}{i}: a" for i in range(min(n, MOST // (m + 8)))) + "}",
    SIZES,
    st.sampled_from([1, 100, 1024, 2000, 70_000]),
)
bombs = st.builds(
    lambda n, m, shape: shape(n, m),
    st.sampled_from([2, 9, 30, 200]),
    st.sampled_from([2, 9, 100]),
    st.sampled_from(
        [
            lambda n, m: "[&a0 [x]," + ",".join(f"&a{i} [{','.join([f'*a{i - 1}'] * m)}]" for i in range(1, n)) + "]",
            lambda n, m: "&a [*a]",
            lambda n, m: "&a {<<: *a}",
            lambda n, m: "{<<: [&a {a: b}" + ", *a" * (n * m) + "]}",
            lambda n, m: "[" + "&a x, " * (n * m) + "]",
            lambda n, m: "*" + "a" * (n * m),
        ]
    ),
)
long = st.builds(
    lambda one, n: one * min(n, MOST // len(one.encode())),
    st.sampled_from(["x", "x ", "я", " ", "\t", "'", "\\", "%", "\u0300"]),
    SIZES,
)
nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
).map(json.dumps)
fragments = st.one_of(
    st.sampled_from(TAGS), st.sampled_from(SCALARS), deep, wide, keyed, bombs, long, nested, st.text(max_size=40)
)
"""Fragments to put in the place of a value."""


def _file(good: str, key: str, value: str, shape: int, more: str) -> str:
    """Return a file with a hostile value in it, in one of eight shapes, such as alone, at a key, or after `...`."""
    return [
        value,
        f"{good}{key}: {value}\n",
        f"{good}{key}: {value}\n{key}: {more}\n",
        "".join(
            f"{line.split(':')[0]}: {value}\n" if line.startswith(key) else f"{line}\n" for line in good.splitlines()
        ),
        f"{good}{key}:\n  - {more}\n  - {key}: {value}\n",
        f"%YAML 9.9\n%TAG !e! tag:x,2000:\n---\n{good}...\n--- {value}\n",
        f"{good}? {value}\n: {more}\n",
        f"{key}: [{value}, {more}, {{{key}: {value}}}]\n",
    ][shape]


def _mutated(text: str, cuts: list[tuple[float, float, str]], raw: bytes, at: float, encoding: str | None) -> bytes:
    """Return a text with slices replaced by other texts, in an encoding, and with the bytes `raw` put into it."""
    for start, length, put in cuts:
        begin = int(start * len(text))
        text = text[:begin] + put + text[begin + int(length * 30) :]
    out = text.encode(encoding or "utf-8", "surrogatepass" if encoding is None else "replace")
    begin = int(at * len(out))
    return (out[:begin] + raw + out[begin:])[:MOST]


def hostile(good: dict[str, str]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Return a strategy for (path below the data folder, bytes). `good` is path → text of a good file."""
    part = st.floats(0, 1, allow_nan=False)

    def of(name: str) -> st.SearchStrategy[tuple[str, bytes]]:
        text = good.get(name, good["recommendations/x.yaml"])
        texts = st.builds(
            _file, st.just(text), st.sampled_from(KEYS), fragments, st.integers(0, 7), fragments
        ) | st.just(text)
        none: list[tuple[float, float, str]] = []
        cuts = st.just(none) | st.lists(st.tuples(part, part, fragments), max_size=3)
        raws = st.builds(
            _mutated,
            texts,
            cuts,
            st.just(b"") | st.sampled_from(BYTES) | st.binary(max_size=30),
            part,
            st.none() | st.sampled_from(ENCODINGS),
        )
        return st.tuples(st.just(name), raws | st.binary(max_size=300))

    return st.sampled_from(FILES).flatmap(of)
