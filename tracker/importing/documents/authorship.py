"""Whose words a document has, by the signs in it: only what shows that a committee wrote it becomes the committee's words.

The committee's text has its title in the front matter, and tells of its adoption or of how the committee considered the
report. Others copy titles and symbols: what also names another author is not the committee's. The words are under
`authors` in `phrases.yaml`.
"""

import re
from collections.abc import Iterable, Sequence

from tracker.importing.documents.follow_up_lines import REPORT_SYMBOL
from tracker.importing.documents.imported_document import Author
from tracker.importing.documents.phrases import author_phrases, load_phrases, phrase_languages
from tracker.importing.symbols_and_changes import LATIN_LOOKALIKES
from tracker.model.localized_text import one_line
from tracker.validation.state_party import SYMBOL

_NATIONS = "United Nations|Nations Unies|Naciones Unidas|Организация Объедин[её]нных Наций|Бириккен Улуттар Уюму"
_ALONE = re.compile(
    rf"[^\w(]*(?:(?:{_NATIONS.translate(LATIN_LOOKALIKES)}|Symbol|\d+)\W+)?"
    r"(?P<symbol>[A-Z]{1,6}(?:/[A-Z0-9][\w.-]*)+)(?=(?:\s*\(Vol\. \w+\))?\W*\d*\W*$|\W+(?:Distr\b|GE\.|Advance\b))"
)
"""A line that has the symbol of a document and nothing else, apart from what stands beside it in a masthead."""
_OF_OTHERS = {
    Author.STATE: re.compile(r".*/CO/.+/Add\.\d|.*/(?:FCO|RQ)/|HRI/|(?:[A-Z]{2,6}/C(?:/OP\w+)?|E/C\.\d+)/[A-Z]{3}/\d"),
    Author.CIVIL_SOCIETY: re.compile(r"INT/|.*/(?:NGO|NHRI|CSS)\b"),
    Author.OTHER_PAPER: re.compile(r".*/Q(?:PR)?/"),
}
"""How the symbols of other papers begin: replies, reports of States, submissions, lists of issues."""
_QUOTED = re.compile(r"[“\"«][^“”\"«»]{0,2000}[”\"»]")
_OPENING = 400
"""In at most this many characters of a first paragraph it says that the committee considered the report."""
_FRONT_OF_REPORT = 15
"""So many lines at the top of a report on follow-up may name another author. Below them, the report tells of others."""


def symbols_alone(lines: Iterable[str]) -> list[str]:
    """Return the symbols that have a line of their own, in order. A symbol inside a text is that of another document."""
    plain = (re.sub(r"\s*/\s*", "/", line).translate(LATIN_LOOKALIKES).replace("–", "-") for line in lines)
    return [found["symbol"].rstrip(".") for line in plain if (found := _ALONE.match(line))]


def find_author(
    front: Sequence[str], title: str, texts: Iterable[str], *, opening: Sequence[str], notes: Sequence[str]
) -> Author:
    """Return who wrote a document with numbered paragraphs.

    `front` are the lines before the first paragraph, `texts` all lines, `opening` the first paragraphs.
    """
    words, all_phrases = author_phrases(), [load_phrases(code) for code in phrase_languages()]
    symbol = next(iter(symbols_alone(front)), "")
    if other := _other_author(front, symbol):
        return other
    for text in texts:
        if words["answer"].search(text):
            return Author.STATE
        if words["we"].search(_QUOTED.sub("", text)):
            return Author.CIVIL_SOCIETY
    lines = [one_line(line) for line in (title, *front)]
    titles = ((line, words["title"].match(line)) for line in lines)
    has_title = any(found and words["after_title"].fullmatch(line, found.end()) for line, found in titles)
    is_adopted = any(p.has("adoption", text) for text in (*opening, *notes, *front) for p in all_phrases)
    is_considered = any(
        words["committee"].match(text) and any(p.has("considered", text[:_OPENING]) for p in all_phrases)
        for text in opening
    )
    is_known = SYMBOL.fullmatch(symbol) is not None
    if (is_adopted and (has_title or is_known)) or (has_title and is_considered and (is_known or not symbol)):
        return Author.COMMITTEE
    hints = {Author.OTHER_PAPER: words["other-paper_hint"], Author.STATE: words["state_hint"]}
    hinted = (author for author, hint in hints.items() if not has_title and any(map(hint.search, front)))
    return next(hinted, Author.UNKNOWN)


def find_author_of_report(lines: Sequence[str]) -> Author:
    """Return who wrote a report on follow-up, or a rapporteur's letter."""
    words = author_phrases()
    if any(map(words["rapporteur"].search, lines)):
        return Author.COMMITTEE
    end = next((at for at, line in enumerate(lines) if "/CO/" in line), len(lines))
    # a text that lost its lines has all in one
    front = [one_line(line) for line in (*lines[:end], *(line.partition("/CO/")[0] for line in lines[end : end + 1]))]
    symbol = next(iter(symbols_alone(front)), "")
    top = [line for line in front if line][:_FRONT_OF_REPORT]
    if other := _other_author([line for line in top if line.casefold() not in ("addendum", "добавление")], symbol):
        return other
    is_adopted = any(load_phrases(code).has("adoption", line) for line in front for code in phrase_languages())
    is_own = (
        REPORT_SYMBOL.fullmatch(symbol) or symbol.startswith("A/") or any(map(words["rapporteurs_report"].match, front))
    )
    is_named = any(map(words["report"].match, front)) and any(map(REPORT_SYMBOL.match, front))
    return Author.COMMITTEE if is_own or is_named or is_adopted else Author.UNKNOWN


def _other_author(front: Iterable[str], symbol: str) -> Author | None:
    """Return the other author that the symbol or the front matter names, or None."""
    words = author_phrases()
    named = (author for author in (Author.CIVIL_SOCIETY, Author.STATE) if any(map(words[author].search, front)))
    return next((author for author, form in _OF_OTHERS.items() if form.match(symbol)), None) or next(named, None)
