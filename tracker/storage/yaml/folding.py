"""Change words in a folded YAML text (a text after `>-`).

Unchanged lines at the start and at the end of the text are kept. Only the lines between them are wrapped again.
"""

import re
from textwrap import wrap

FOLD_WIDTH = 80
"""The maximum length of new lines. If the text already has a longer line in the file, the length of that line is used.
"""


def refold(written: str, old: str, new: str) -> str | None:
    """Return a folded YAML text after its value changed from `old` to `new`, or None if this is not possible.

    `written` is the text as it is in the file, from the `>` on. The result is None in these cases: one of the texts has
    more than one paragraph, or more than one space between words; or `new` is short and has no line in common with
    `old`.
    """
    head, *lines = written.split("\n")
    new_words = new.removesuffix("\n").split(" ")
    indent = re.match(" *", lines[0])[0] if lines else ""  # type: ignore[index]
    old_lines = [line.removeprefix(indent).split(" ") for line in lines]
    # in a folded text, a blank line, a deeper indentation and double spaces have a special meaning
    is_simple = all(word.strip() for words in (*old_lines, new_words) for word in words)
    if not lines or not is_simple or len(new.splitlines()) != 1 or old.endswith("\n") != new.endswith("\n"):
        return None
    first, first_words = _unchanged_lines(old_lines, new_words)
    last, last_words = _unchanged_lines(
        [words[::-1] for words in old_lines[first:]][::-1], new_words[first_words:][::-1]
    )
    if not first and not last and len(new) <= FOLD_WIDTH:
        return None  # the caller writes a short text on the line of its key
    between = wrap(
        " ".join(new_words[first_words : len(new_words) - last_words]),
        max(FOLD_WIDTH, *map(len, lines)),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )
    return "\n".join([head, *lines[:first], *between, *lines[len(lines) - last :]])


def _unchanged_lines(lines: list[list[str]], new_words: list[str]) -> tuple[int, int]:
    """Return (number of lines, number of words) of the lines at the start that are unchanged in `new_words`.

    Each item of `lines` is the list of words of one line. The number of words is the sum over the unchanged lines.
    """
    count = words = 0
    for line in lines:
        if new_words[words : words + len(line)] != line:
            break
        count, words = count + 1, words + len(line)
    return count, words
