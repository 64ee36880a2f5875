"""The safety check: what it finds in texts, what it leaves alone, and what `check` says of a data folder."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from tests.support.examples import examples
from tests.support.server_process import ROOT
from tests.support.small_dataset import said
from tests.support.story_folder import ASKED, BODIES, DOCUMENTS, NEWS, TRACKER, made
from tracker.editing.store import Store
from tracker.i18n import LANGUAGES, Language, get_language
from tracker.model.dataset import Dataset
from tracker.model.field_types import Url
from tracker.model.records import Evidence, Source
from tracker.model.registers import Document, TreatyBody
from tracker.model.safety_config import Match, SafetyFile
from tracker.safety.names.finder import WordKind, base_form, word_kind
from tracker.safety.patterns import default_rules
from tracker.safety.redaction.terms import replacement_text, show_removed_words
from tracker.safety.scanner import (
    LINK_FIELDS,
    check_publication,
    name_candidates,
    scan_dataset,
    scan_text,
    words_not_names,
)
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

EXAMPLES = examples(__file__)

DANGER = [(rule, text) for rule, texts in EXAMPLES["danger"].items() for text in texts]
CALM = EXAMPLES["calm"]
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_stands_for_removed_words_is_no_day_of_a_case(lang):
    stored = replacement_text(lang, date(2026, 12, 3))
    shown = show_removed_words(stored, get_language(lang))
    assert shown != stored
    for marker in (stored, shown, "https://removed-for-safety.invalid/2026-12-03", "removed-for-safety"):
        assert rules(f"A client, {marker}, died in custody.") == []
        assert rules(f"A client, {marker}, died in custody on 4 December 2026.") == ["date"]
    assert rules(f"A client {stored.replace('2026-12-03', 'died on 3 December 2026')} in custody.") == ["date"]


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


def test_the_day_by_which_a_committee_wants_something_is_not_that_of_a_case():
    asked = "The Committee requests the State party to adopt, by 31 December 2027, a protocol on the care of detainees."
    assert (
        rules(asked) == rules("Комитет рекомендует принять к 31 декабря 2027 года стандарт помощи задержанным.") == []
    )
    assert rules("A detainee of this centre had died by 31 December 2023.") == ["date"]
    assert rules("The Committee notes it. A detainee had died by 31 December 2023.") == ["date"]
    assert rules("The Committee heard that a detainee had died by 31 December 2023.") == ["date"]
    assert rules("The State party said that a client had been detained by 12 March 2024.") == ["date"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_says_why_and_what_is_safer_in(code):
    texts = [text for file in (default_rules(), THEIRS) for rule in file.rules for text in (rule.why, rule.instead)]
    assert [text for text in texts if Language(code).resolve(text).is_fallback] == []


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
        ("rules:\n  - {id: x, why: W, instead: I, patterns: ['<nobody> x']}\n", 2, "there is no word list 'nobody'"),
        ("rules:\n  - {id: x, why: W, instead: I, near: [none], patterns: [x]}\n", 2, "there is no word list 'none'"),
        ("rules:\n  - {id: x, why: W, instead: I, patterns: []}\n", 2, "a rule needs a pattern"),
        ("words:\n  case: [a*]\n", 2, "'a*' is too short; write at least three letters before a star"),
    ],
)  # fmt: skip
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


# Names of persons: words that the dataset knows are no names, and pairs of words that only may be names.

SHIPPED = DatasetReader(ROOT / "data").read()


def candidates(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    return [match.words for match in name_candidates(text, known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met Sampleson Exampleton near the river.", ["Sampleson Exampleton"]),
        ("Кийин Үлгүлүү Мисалдуу келди.", ["Үлгүлүү Мисалдуу"]),
        ("Sampleson went away.", []),
        ("The World Health Organization trains nurses.", []),
        ("Jane Sampleson was there.", []),  # a finding, not a candidate
    ],
)
def test_other_pairs_of_capitalised_words_are_candidates(text, found):
    assert candidates(text) == found


def test_words_of_the_dataset_are_no_candidates():
    text = "We met Sampleson Exampleton near the river."
    assert candidates(text, frozenset({"sampleson"})) == ["Sampleson Exampleton"]
    assert candidates(text, frozenset({"sampleson", "exampleton"})) == []


def test_the_dataset_knows_the_words_of_its_treaties_titles_and_organisations():
    known = words_not_names(SHIPPED)
    assert {"torture", "пыток", "пытка", "комитет", "eurasian", "ehra", "кыйноолорго", "bishkek"} <= known
    assert known is words_not_names(DatasetReader(ROOT / "data").read())


def test_a_word_that_is_also_a_place_is_a_name_before_sister():
    assert [match.words for match in scan_text("Чолпон эже арызданган.", known=frozenset({"чолпон"}))] == ["Чолпон эже"]
    assert not scan_text("Чолпон районунда пункт жок.", known=frozenset({"чолпон"}))


def test_a_name_typed_as_a_publisher_does_not_become_a_known_word(tmp_path: Path):
    folder = made(tmp_path / "data", {"recommendations/r1.yaml": ASKED, "evidence/law.yaml": EXAMPLES["evidence"]})
    dataset = DatasetReader(folder).read()
    assert "gazette" in words_not_names(dataset) and not {"aida", "testova"} & words_not_names(dataset)
    assert [violation.field_path for violation in scan_dataset(dataset)] == [("publisher",)]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Азаматка", WordKind.GIVEN),
        ("Jarkynay", WordKind.GIVEN),
        ("Шамшиевадан", WordKind.SURNAME),
        ("Эркинбековичу", WordKind.PATRONYMIC),
        ("Комитеттин", WordKind.NONE),
    ],
)
def test_a_word_is_recognised_in_every_case_and_spelling(word, kind):
    assert word_kind(word) == kind


def test_the_base_form_of_a_word():
    assert [base_form(word) for word in ("Пыток", "Кыргызстандын", "Torture's")] == ["пытка", "кыргызстан", "torture"]


def test_a_redaction_clears_the_words_that_were_looked_up():
    scan_text("Жаркынай Толпонбекова", SafetyFile())
    assert word_kind.cache_info().currsize > 0
    clear_caches()
    assert word_kind.cache_info().currsize == 0


# The safety check outside the texts: comments, file names, ids and links of the public files, with file and line.

SAFETY = (ROOT / "data" / "safety.yaml").read_text("utf-8")
"""What is told apart by the rules of the shipped data: numbers of one country."""


def told(tmp_path: Path, files: dict[str, str]) -> list[str]:
    """What `check` says, each with its file and line, the rule alone."""
    data = made(tmp_path / "data", {"safety.yaml": SAFETY, **files})
    said = [str(p).removeprefix(f"{data}/") for p in check_folder(data)]
    return [
        f"{one.partition(': ')[0]}: {one.partition(': ')[2].partition(':')[0]} ({one.rpartition(' (')[2]}"
        for one in said
    ]


COMMENTS = EXAMPLES["comments"]


def test_a_comment_that_leads_to_a_person_is_reported_on_its_line(tmp_path):
    files = {f"evidence/c{n}.yaml": comment + NEWS for n, (comment, _, _) in enumerate(COMMENTS)}
    assert told(tmp_path, files) == [
        f"evidence/c{n}.yaml:{line}: in a comment ({rule})" for n, (_, line, rule) in enumerate(COMMENTS)
    ]


def test_a_comment_behind_a_value_and_in_every_public_file_is_looked_at(tmp_path):
    number = "  # +996 555 000 111\n"
    assert told(
        tmp_path,
        {
            "tracker.yaml": TRACKER.replace("Kyrgyzstan\n", "Kyrgyzstan" + number),
            "documents.yaml": DOCUMENTS + number,
            "evidence/law.yaml": NEWS.replace("24.kg\n", "24.kg" + number),
            "safety.yaml": SAFETY + number,
        },
    ) == [
        "documents.yaml:6: in a comment (telephone)",
        "evidence/law.yaml:2: in a comment (telephone)",
        f"safety.yaml:{SAFETY.count(chr(10)) + 1}: in a comment (telephone)",
        "tracker.yaml:2: in a comment (telephone)",
    ]


def test_a_file_that_cannot_be_read_is_looked_at_all_the_same(tmp_path):
    said = told(tmp_path, {"evidence/law.yaml": "# +996 555 000 111\nkind: [news\n"})
    assert "evidence/law.yaml:1: in a comment (telephone)" in said and len(said) == 2


def test_a_text_is_told_of_once_though_it_looks_like_a_comment(tmp_path):
    text = NEWS.replace("The law was signed.", "|-\n  No.\n  # +996 555 000 111\n\n  'It' #2: +996 555 000 112")
    (one, two) = check_folder(made(tmp_path / "data", {"evidence/law.yaml": text}))
    assert [p.message.startswith("a phone number") for p in (one, two)] == [True, True]
    quoted = NEWS.replace("The law was signed.", '"a #1 +996 555 000 111"')
    assert [p.message[:14] for p in check_folder(made(tmp_path / "data", {"evidence/law.yaml": quoted}))] == [
        "a phone number"
    ]
    after = NEWS.replace("The law was signed.", "|-\n  No.\n# +996 555 000 111")
    assert [p.message[:12] for p in check_folder(made(tmp_path / "data", {"evidence/law.yaml": after}))] == [
        "in a comment"
    ]


LINKS = EXAMPLES["links"]


def test_a_link_that_leads_to_a_person_is_reported_on_its_line(tmp_path):
    end = "archived: https://example.org/a\n"
    files = {f"evidence/l{n}.yaml": NEWS + f"link: {link}\n{end}" for n, (link, _) in enumerate(LINKS)}
    folded = {f"evidence/m{n}.yaml": NEWS + f"archived: >-\n  {link}\n" for n, (link, _) in enumerate(LINKS)}
    source = ASKED.replace("paragraph: 1}", f"paragraph: 1, link: '{LINKS[0][0]}'}}")
    assert told(tmp_path, {**files, **folded, "recommendations/r1.yaml": source}) == [
        *(f"evidence/l{n}.yaml:6: in a link ({rule})" for n, (_, rule) in enumerate(LINKS)),
        *(f"evidence/m{n}.yaml:7: in a link ({rule})" for n, (_, rule) in enumerate(LINKS)),
        "recommendations/r1.yaml:6: in a link (telephone)",
    ]


def test_an_id_that_leads_to_a_person_is_reported(tmp_path):
    ids = (
        DOCUMENTS + "  - {id: x-0555-000-111, body: ccpr, kind: state-report, title: S, cycle: 4, verification: seen}\n"
    )
    assert told(tmp_path, {"documents.yaml": ids, "evidence/jane-11502198500011.yaml": NEWS}) == [
        "documents.yaml:6: in an id (telephone-national)",
        "evidence/jane-11502198500011.yaml:1: in the file name (personal-number)",
    ]


@pytest.mark.parametrize(
    "link",
    [
        "https://web.archive.org/web/20240312001234/https://24.kg/news/312000/",
        "https://example.org/2024/03/12/110-223-44",
        "https://www.facebook.com/x/posts/4111111111111111",
        "https://cbd.minjust.gov.kg/4-3423/edition/1251942/ru#t2024-03-12",
    ],
)
def test_dates_symbols_and_numbers_of_pages_are_left_alone(tmp_path, link):
    comment = "# CEDAW/C/KGZ/CO/5, paras. 43-44, 2024-03-12 / see https://example.org/2024/03/12\n"
    files = {"evidence/cat-2021-12-2024-03-12-110.yaml": comment + NEWS + f"link: {link}\n"}
    assert told(tmp_path, files) == []


def test_the_contact_is_public_on_purpose(tmp_path):
    text = TRACKER.replace("{name: The editors}", "{name: The editors, contact: 'mailto:name@example.org'}")
    assert told(tmp_path, {"tracker.yaml": "# contact: mailto:name@example.org\n" + text}) == []


def test_the_words_found_in_a_comment_are_not_repeated(tmp_path):
    data = made(tmp_path / "data", {"evidence/law.yaml": "# The client Jane Example, +996 555 000 111\n" + NEWS})
    said = "\n".join(map(str, check_folder(data)))
    assert (said.count("in a comment"), [w for w in ("Jane", "996") if w in said]) == (2, [])


def test_every_field_that_holds_a_link_is_known():
    found = {
        name
        for kind in (Evidence, Source, Document, TreatyBody)
        for name, hint in get_type_hints(kind, include_extras=True).items()
        if Url in (hint, *get_args(hint))
    }
    assert found == set(LINK_FIELDS)


# Before evidence is published, all of it is looked at: its texts, its links and its id, and what may be a name.


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return DatasetReader(made(tmp_path / "data")).read()


def found(dataset: Dataset, **changes: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(field, words) of the findings, and of the candidates, of an item with these changes."""
    check = check_publication(replace(dataset.evidence["law"], **changes), dataset, lambda finding: False)
    findings, candidates = (
        [(one.text_field.field, one.match.words) for one in some] for some in (check.findings, check.candidates)
    )
    return findings, candidates


@pytest.mark.parametrize("field", ["title", "summary", "publisher", "identifier"])
def test_words_that_no_rule_knows_are_candidates_in_every_text(dataset, field):
    text = "Then Qorvek Zintal spoke."
    changes = {field: said(text) if field in ("title", "summary") else text}
    assert found(dataset, **changes) == ([], [(field, "Qorvek Zintal")])


def test_names_that_a_rule_knows_and_known_words_are_no_candidates(dataset):
    assert found(dataset, summary=said("Aidana Testova spoke.")) == ([("summary", "Aidana Testova")], [])
    assert found(dataset, summary=said("The Human Rights Committee spoke in Kyrgyzstan.")) == ([], [])


def test_links_and_the_id_are_looked_at_too(dataset):
    assert found(dataset, link="https://example.org/news/aidana-testova-was-held") == ([], [("link", "Aidana Testova")])
    assert found(dataset, id="aidana-testova-2026") == ([], [("id", "Aidana Testova")])
    assert found(dataset, archived="https://example.org/t/+996555000111") == ([("archived", "+996555000111")], [])
    assert found(dataset, link="https://example.org/news/law-on-drugs-was-signed", id="held") == ([], [])


def test_what_a_reviewer_settled_is_not_asked_again(dataset):
    e: Evidence = replace(dataset.evidence["law"], summary=said("Qorvek Zintal spoke. Call +996 555 000 111."))
    check = check_publication(e, dataset, lambda finding: True)
    assert (check.findings, check.candidates) == ((), ())


def test_the_store_uses_its_own_dismissals(dataset):
    store = Store(DatasetReader(dataset.root), is_dismissed=lambda finding: finding.match.words == "Qorvek Zintal")
    e = replace(dataset.evidence["law"], summary=said("Qorvek Zintal and Brindle Fossoway spoke."))
    assert [one.match.words for one in store.check_publication(e).candidates] == ["Brindle Fossoway"]
