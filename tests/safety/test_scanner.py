"""The safety check: what it finds in texts, what it leaves alone, and what `check` says of a data folder."""

from pathlib import Path

import pytest

from tests.support import name_examples, safety_examples
from tests.support.server_process import ROOT
from tests.support.story_folder import ASKED, BODIES, NEWS, TRACKER, made
from tracker.i18n import LANGUAGES, Language
from tracker.model.safety_config import Match, SafetyFile
from tracker.safety.patterns import default_rules
from tracker.safety.scanner import nothing_dismissed, scan_dataset, scan_text
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

DANGER = safety_examples.DANGER + name_examples.DANGER
CALM = safety_examples.CALM + name_examples.CALM
THEIRS = DatasetReader(ROOT / "data").read().safety
ANYTHING = "Jane Example, a client, was detained on 12 March 2024 and paid 500 USD. Call +996 555 000 111."


def rules(text: str, theirs: SafetyFile | None = THEIRS) -> list[str]:
    return [concern.rule.id for concern in scan_text(text, theirs)]


@pytest.mark.parametrize(("rule", "text"), DANGER)
def test_it_finds(rule, text):
    assert rule in rules(text)


@pytest.mark.parametrize("text", CALM)
def test_it_leaves_alone(text):
    assert rules(text) == []


def test_half_of_the_examples_are_dangers_and_every_rule_has_some():
    assert len(DANGER) >= 60 and len(CALM) >= 60
    assert {rule for rule, _ in DANGER} == {rule.id for file in (default_rules(), THEIRS) for rule in file.rules}


def test_it_says_where_and_the_places_are_those_of_the_text():
    text = "Позвоните: +996\xa0555 00‑01‑11. Ещё: ул. Зелёная, 12"
    found = scan_text(text, THEIRS)
    assert [(text[c.start : c.end], c.words) for c in found] == [
        ("+996\xa0555 00‑01‑11",) * 2,
        ("ул. Зелёная, 12",) * 2,
    ]


def test_the_forms_of_one_country_are_known_by_its_own_data_alone():
    text = "Машина 01KG123ABC, ПИН 20101199012345, тел. 0555000111"
    assert (rules(text, None), rules(text)) == (["telephone"], ["plate", "personal-number", "telephone"])


def test_a_word_in_another_sentence_is_not_beside_it():
    assert rules("Clients reported threats. On 12 March 2024 the Government met.") == []
    assert rules("Clients reported threats on 12 March 2024; the Government met.") == ["date"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_says_why_and_what_is_safer_in(code):
    texts = [text for file in (default_rules(), THEIRS) for rule in file.rules for text in (rule.why, rule.instead)]
    assert [text for text in texts if Language(code).resolve(text).is_fallback] == []


def test_the_shipped_data_holds_no_concern():
    assert list(scan_dataset(DatasetReader(ROOT / "data").read(), nothing_dismissed)) == []


def test_every_text_of_every_kind_of_file_is_looked_at(tmp_path):
    """What nobody writes is left out: ids, dates, links, recorded times; the contact is public on purpose."""
    number = "+996 555 000 111"
    data = made(
        tmp_path / "data",
        {
            "tracker.yaml": TRACKER.replace("title: Drug policy", f"title: Drugs {number}"),
            "treaty_bodies.yaml": BODIES.replace("Human Rights Committee", number),
            "documents.yaml": "documents:\n  - {id: report, body: cescr, kind: alternative-report, title: A, cycle: 4, verification: seen}\n"
            f"  - {{id: co-4, body: cescr, kind: concluding-observations, title: B, cycle: 4, verification: seen, authors: {number}}}\n"
            "  - {id: hrc-3, body: ccpr, kind: concluding-observations, title: C, cycle: 3, verification: seen}\n",
            "recommendations/r1.yaml": ASKED
            + f"history:\n  - {{recorded: 2026-01-31T12:00:00.000000Z, recorded_by: anna, reason: Why, field: title, old: Ask {number}}}\n",
            "evidence/law.yaml": NEWS.replace("24.kg", f"24.kg {number}")
            + f"title:\n  en: >-\n    {number}\nlink: https://example.org/+996555000111\n",
        },
    )
    what = "a phone number identifies someone; please remove it (telephone)"
    assert [str(p).removeprefix(f"{data}/") for p in check_folder(data)] == [
        f"documents.yaml:3: {what}",
        f"evidence/law.yaml:2: {what}",
        f"evidence/law.yaml:7: {what}",
        f"evidence/law.yaml:9: in a link: {what}",
        f"recommendations/r1.yaml:8: {what}",
        f"tracker.yaml:1: {what}",
        f"treaty_bodies.yaml:8: {what}",
    ]


def test_a_name_is_found_whatever_the_text_before_it_ends_with(tmp_path):
    text = NEWS.replace("The law was signed.", "Jane Example, a client, was held.") + "title: On Human Rights\n"
    assert [p.line for p in check_folder(made(tmp_path / "data", {"evidence/law.yaml": text}))] == [3]
    text = NEWS.replace("24.kg", "On Human Rights").replace("The law was signed.", "Jane Example, a client, was held.")
    assert [p.line for p in check_folder(made(tmp_path / "data", {"evidence/law.yaml": text}))] == [3]


def test_the_words_found_are_not_repeated_where_others_may_read_them(tmp_path):
    data = made(tmp_path / "data", {"evidence/law.yaml": NEWS.replace("The law was signed.", ANYTHING)})
    said = "\n".join(map(str, check_folder(data)))
    assert (said.count("law.yaml:3: "), [w for w in ("Jane", "March", "500", "996") if w in said]) == (4, [])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("rules:\n  - {id: x, why: W, instead: I, patterns: ['(']}\n", 2, "not a pattern"),
        (
            "rules:\n  - {id: x, why: W, instead: I, patterns: ['<nobody> x']}\n",
            2,
            "there is no word list 'nobody'",
        ),
        (
            "rules:\n  - {id: x, why: W, instead: I, near: [none], patterns: [x]}\n",
            2,
            "there is no word list 'none'",
        ),
        ("rules:\n  - {id: x, why: W, instead: I, patterns: []}\n", 2, "a rule needs a pattern"),
        ("words:\n  case: [a*]\n", 2, "'a*' is too short; write at least three letters before a star"),
    ],
)
def test_a_rule_that_says_nothing_is_reported_on_its_line(tmp_path: Path, text: str, line: int, what: str):
    data = made(tmp_path / "data", {"safety.yaml": text})
    assert [(p.line, p.message.startswith(what)) for p in check_folder(data)] == [(line, True)]


def test_a_datasets_own_words_and_rules_add_to_ours(tmp_path):
    own = "words:\n  case: [apprentice*]\nrules:\n  - {id: locker, why: W., instead: Leave it., patterns: ['locker \\d{4}']}\n"
    theirs = DatasetReader(made(tmp_path / "data", {"safety.yaml": own})).read().safety
    text = "An apprentice came on 12 March 2024, locker 1234."
    assert (rules(text, theirs), rules(text, None)) == (["date", "locker"], [])


def test_one_place_is_told_of_once():
    (concern,) = scan_text("tel. +996 555 000 111", THEIRS)
    assert isinstance(concern, Match) and concern.words == "tel. +996 555 000 111"
