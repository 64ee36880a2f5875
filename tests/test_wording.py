"""Screen texts are plain: phrases that new users did not understand stay out, in the interface and in the data."""

import re

from babel.messages.pofile import read_po

from tests.support.server_process import ROOT
from tracker.storage.dataset_reader import DatasetReader

ENGLISH = [
    "no. {n} no danger", "as well as it is known", "bears on", "by our reading", "can vanish", "cleaned apart",
    "clones anew", "coded by us", "our coding", "asks for nothing", "baseline", "claims none", "choose several",
    "counts no more", "drawn anew", "hear of them", "how fresh", "how sure", "in between", "is no danger",
    "kept of you", "lead on", "leads straight to a person", "main language", "nobody can sign in",
    "nothing is known to move", "place in the list", "picked by hand", "recorded last", "second reader", "seen: ",
    "still so", "stop choosing", "taken along", "take it back", "taken back", "the day of this view", "three voices",
    "to be checked", "what does it rest on", "what rests on", "what these are", "what was said when",
    "where they stand", "whose statement", "words stand",
]  # fmt: skip
"""What new users stumbled over. A text may not contain it, in any case."""

RUSSIAN = [
    "без опасности", "день, на который показано", "доказательства 7 доказательств", "как обстоят дела",
    "карточка, чтобы переслать", "клонируют", "насколько свежо", "на основном языке", "оптовую торговлю",
    "передачи среди своих", "предстоит проверить", "просмотрено", "ради безопасности", "рисуются заново",
    "следующая дата здесь", "статус не тот",
]  # fmt: skip


def catalogue(language: str) -> list[tuple[str, str]]:
    with open(ROOT / "tracker" / "locale" / language / "LC_MESSAGES" / "tracker.po", "rb") as file:
        messages = [m for m in read_po(file) if m.id]
    joined = [[text if isinstance(text, str) else "\n".join(text or ()) for text in (m.id, m.string)] for m in messages]
    return [(english, translated) for english, translated in joined]


def those_with(phrases: list[str], texts: list[str]) -> list[str]:
    pattern = re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE)
    return [text for text in texts if pattern.search(text)]


def test_no_screen_text_has_a_phrase_that_users_did_not_understand():
    assert those_with(ENGLISH, [english for english, _ in catalogue("ru")]) == []
    assert those_with(RUSSIAN, [russian for _, russian in catalogue("ru")]) == []


def test_the_shipped_data_has_none_either():
    dataset = DatasetReader(ROOT / "data").read()
    titles = [r.title for r in dataset.recommendations.values()] + [r.summary for r in dataset.recommendations.values()]
    titles += [e.summary for e in dataset.evidence.values()] + [e.title for e in dataset.evidence.values() if e.title]
    titles += [dataset.settings.title, dataset.settings.subtitle, dataset.settings.about]
    titles += [a.reason for r in dataset.recommendations.values() for a in r.assessments]
    assert those_with(ENGLISH, [text["en"].text for text in titles if "en" in text]) == []
    assert those_with(RUSSIAN, [text["ru"].text for text in titles if "ru" in text]) == []
