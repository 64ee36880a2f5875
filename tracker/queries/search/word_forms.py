"""Split a text into words, and bring each word into the forms that the search compares: normalized word and stem."""

import re
import unicodedata
from collections.abc import Iterator

# The classes themselves: snowballstemmer.stemmer() would use PyStemmer instead if it is installed.
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.russian_stemmer import RussianStemmer

from tracker.storage.cache_registry import cached_until_redaction

_KYRGYZ_LETTERS = str.maketrans("өүң", "оун")
_BREVE = "\u0306"  # not removed as an accent: й is a letter of its own
_WORD = r"[\w\u0300-\u036f]+"
TOKEN = re.compile(rf"\(\w{{1,3}}\)|{_WORD}(?:[./]{_WORD})*")
"""Matches a word, a document symbol such as E/C.12/KGZ/CO/4, or a letter in brackets, as in 36 (c)."""
_SEPARATORS = re.compile(r"[\W_]+")
_VERB_ENDING = re.compile("из(?:ир)?ова(?:н|нн)?$")
"""Matches the ending of the stem of verbs such as декриминализовать. It is replaced by that of the noun."""
_FLEETING_VOWEL = re.compile("(?<=..[^аеиоуыэюя])[ое](?=к$)")
"""Matches the vowel that only some forms of a Russian word have, as пыток has and пытка has not."""
_GENITIVES = {"тюрем": "тюрьм", "писем": "письм", "судеб": "судьб", "сестер": "сестр", "чисел": "числ"}
_GENITIVES |= {"земель": "земл", "денег": "деньг"} | {word: word for word in ("систем", "проблем", "объем", "прием")}
"""The stems of forms that the stemmer takes for others: it would cut тюрем to тюр, as if -ем were an ending."""
_KYRGYZ_ENDING = re.compile(
    "(?:(?:л|д|т)[аео]р|(?:н|д|т)[ыиу]н|(?:д|т|н)[аео]н|[гк][аео]|(?:н|д|т)[ыиу]|[дт][аео]|с[ыиу]|[ыиу])$"
)
"""Matches one Kyrgyz ending (plural, case or possession) of a normalized word. A word may have several."""
MIN_LENGTH_WITHOUT_ENDING = 4
MAX_WORD_LENGTH = 60
STEM_CACHE_SIZE = 2**17
"""Each cache keeps the results of at most this many tokens or words. To stem a word takes 20 to 50 µs."""


def normalize(text: str) -> str:
    """Return a text as the search compares it: lower case, no accents, and the letters е, о, у, н for ё, ө, ү, ң."""
    letters = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c) or c == _BREVE)
    return unicodedata.normalize("NFC", plain).translate(_KYRGYZ_LETTERS)


@cached_until_redaction(maxsize=STEM_CACHE_SIZE)
def stem_word(word: str) -> str:
    """Return the Russian stem of a Cyrillic word, or else an English one. Keep numbers, symbols and very long words."""
    if not word.isalpha() or len(word) > MAX_WORD_LENGTH or word == "aids":  # the disease is not the plural of aid
        return word
    # A new stemmer for each word: a stemmer stores the word in itself, and sessions run in threads.
    if not "\u0400" <= word[0] <= "\u04ff":
        return str(EnglishStemmer().stemWord(word.replace("iz", "is")))  # decriminalization is decriminalisation
    if word.endswith("пись"):
        return word[:-1]  # the stemmer would take подпись and запись for reflexive verbs
    if word in _GENITIVES:
        return _GENITIVES[word]
    return _VERB_ENDING.sub("изац", _FLEETING_VOWEL.sub("", RussianStemmer().stemWord(word)))


@cached_until_redaction(maxsize=STEM_CACHE_SIZE)
def split_token(token: str) -> tuple[str, ...]:
    """Return the words of a match of TOKEN, first the whole symbol or letter in brackets, as in ("36/1", "36", "1")."""
    whole = normalize(token)
    words = tuple(filter(None, _SEPARATORS.split(whole)))
    return (whole, *words) if "/" in whole or whole.startswith("(") else words


def without_endings(word: str) -> Iterator[str]:
    """Yield a Cyrillic word without its last Kyrgyz ending, then without the one before, and so on, until it is short."""
    while word[:1] > "\u0400" and len(word) > MIN_LENGTH_WITHOUT_ENDING + 1:
        shorter = _KYRGYZ_ENDING.sub("", word)
        if shorter == word:
            return
        yield shorter
        word = shorter


def words_of(text: str) -> tuple[str, ...]:
    """Return the normalized words of a text, in its order. A symbol of a document is split into its words."""
    return tuple(word for token in TOKEN.findall(unicodedata.normalize("NFC", text)) for word in plain_words(token))


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text, in its order."""
    return tuple(map(stem_word, words_of(text)))


@cached_until_redaction(maxsize=STEM_CACHE_SIZE)
def plain_stems(token: str) -> tuple[str, ...]:
    """Return the stems of the words of a token (see `plain_words`)."""
    return tuple(map(stem_word, plain_words(token)))


def plain_words(token: str) -> tuple[str, ...]:
    """Return the normalized words of a token. A symbol is only split, and not returned as a whole."""
    words = split_token(token)
    return words[1:] if words and not words[0].isalnum() else words
