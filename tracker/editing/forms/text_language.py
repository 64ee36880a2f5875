"""Tell by its letters and its commonest words in which language a text was typed: English, Russian or Kyrgyz."""

import re

from tracker.i18n import Language

WEB_OR_MAIL = re.compile(r"https?://\S+|\S+@\S+")
KYRGYZ = re.compile(
    r"[өүң]|\b(?:жана|менен|боюнча|эмес|болгон|керек|катары|тууралуу|ушул|алган|кылган|деген|жок|ошол|кабыл|барат|болду)\b"
)
RUSSIAN = re.compile(r"[ъщ]|\b(?:и|в|на|не|что|по|для|это|из|от|с|был[аои]?|как|его|ещ[её]|уже|или|нет)\b")


def language_of_letters(text: str) -> str:
    """Return "en", "ru" or "ky": the likely language of `text`. Return "" if it has no letters of these languages."""
    text = WEB_OR_MAIL.sub(" ", text).casefold()
    cyrillic, latin = len(re.findall(r"[а-яёөүң]", text)), len(re.findall("[a-z]", text))
    if cyrillic <= latin:
        return "en" if latin else ""
    return "ky" if len(KYRGYZ.findall(text)) * 100 > cyrillic else "ru"


def language_of_text(text: str, language: Language, code: str = "") -> str:
    """Return the language of a text that was typed in a field for the language `code`, by default `language`.

    It differs from `code` only if the letters or words of the text are clearly those of another language of the dataset.
    """
    code = code or language.code
    found, words = language_of_letters(text), len(re.findall(r"[^\W\d_]{3,}", WEB_OR_MAIL.sub(" ", text)))
    others = {language.code, language.default, *language.fallback} - {code}
    if found not in others or (found == "en" and (code not in ("ru", "ky") or not re.search("[a-z]{3}", text))):
        return code
    if code == "ky" and found == "ru" and not RUSSIAN.search(text.casefold()):
        return code  # a short Kyrgyz text may have only letters that Russian has, too
    return found if words else code
