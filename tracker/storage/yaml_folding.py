"""Changing a folded text, as in `>-`: the lines that say the same stay, and only what lies between them is set anew."""

import re
from textwrap import wrap

FOLD_WIDTH = 80
"""A line may be this long even where the person's own are shorter."""


def refold(written: str, old: str, new: str) -> str | None:
    """The folded text saying something else; None where lines are not all that either text is made of."""
    head, *lines = written.split("\n")
    wanted = new.removesuffix("\n").split(" ")
    indent = re.match(" *", lines[0])[0] if lines else ""  # type: ignore[index]
    said = [line.removeprefix(indent).split(" ") for line in lines]
    # a blank line, a line further in and two blanks side by side mean something of their own
    simple = all(word.strip() for words in (*said, wanted) for word in words)
    if not lines or not simple or len(new.splitlines()) != 1 or old.endswith("\n") != new.endswith("\n"):
        return None
    first, before = _kept(said, wanted)
    last, behind = _kept([words[::-1] for words in said[first:]][::-1], wanted[before:][::-1])
    if not first and not last and len(new) <= FOLD_WIDTH:
        return None  # a short text that has nothing of the old one stands behind its key
    between = wrap(
        " ".join(wanted[before : len(wanted) - behind]), max(FOLD_WIDTH, *map(len, lines)), initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False,
    )  # fmt: skip
    return "\n".join([head, *lines[:first], *between, *lines[len(lines) - last :]])


def _kept(lines: list[list[str]], wanted: list[str]) -> tuple[int, int]:
    """How many lines the wanted words begin with, and how many words those are."""
    count = words = 0
    for line in lines:
        if wanted[words : words + len(line)] != line:
            break
        count, words = count + 1, words + len(line)
    return count, words
