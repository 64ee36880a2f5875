"""From plain values to records: each wrong field is named with its line, and with what would be right."""

from pathlib import Path

import pytest

from tracker.model.localized_text import TextVariant
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import EvidenceEffect, TextOrigin
from tracker.storage.yaml.file_parser import parse_file
from tracker.storage.yaml.record_builder import allowed_keys, build_record

NEWS = """\
kind: news
publisher: 24.kg
summary: The President signs the law.
dimension: law
verification: reported
"""
ASKED = """\
issued_by: committee
document: co-4
title: Decriminalise possession
summary: Possession should not be a crime.
verification: reported
source: {publisher: INPUD}
"""
A_LINK = "a link starts with https:// or http://"
AN_ID = "lower-case letters a-z, digits and single hyphens only"


def told(text: str, file: str = "evidence/law.yaml") -> list[str]:
    """What is wrong in a file, as 'line: what'."""
    records, wrong = parse_file(Path(file), text.encode())
    assert bool(records) is not bool(wrong)
    return [f"{line}: {what}" for line, what in wrong]


def test_a_record_has_the_name_of_its_file_a_version_and_values_as_its_fields_need():
    text = NEWS + "happened: 2024-03\nrelevant_to:\n  - {recommendation: r1, part: 007, effect: setback}\n"
    (news,), wrong = parse_file(Path("evidence/law-69.yaml"), text.encode())
    assert (news.id, len(news.version), news.publisher, wrong) == ("law-69", 16, "24.kg", [])
    (bears,) = news.relevant_to
    assert (news.happened, bears.part, bears.effect) == ("2024-03", "007", EvidenceEffect.SETBACK)


def test_a_text_is_one_wording_or_one_for_each_language():
    text = NEWS + "title:\n  no: Lov\n  ru: {text: Закон, origin: machine, reviewed: true}\n"
    (news,), _ = parse_file(Path("evidence/x.yaml"), text.encode())
    assert news.title == {
        "no": TextVariant(text="Lov"),
        "ru": TextVariant(text="Закон", origin=TextOrigin.MACHINE, reviewed=True),
    }
    assert news.summary == {"": TextVariant(text="The President signs the law.")}


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("sumary: x", "unknown key 'sumary'; did you mean 'summary'?"),
        ("id: law", "the key 'id' does not belong in the file; delete it (the file name is the id)"),
        ("published: 2024-02-30", "there is no such day as '2024-02-30'; a date looks like 2024, 2024-06, 2024-06-18, 2021/2024, ../2021 or 2025-09~"),
        (f"files: [{{sha256: {'a' * 64}, kind: pdf, received_sha256: x, name: a.pdf, size: 1}}]", "the key 'received_sha256' may not be public, because it can show who gave the file; take it out with check --fix of version 1.0.0 (see docs/redaction.md)"),
        ("happened: [2024]", "happened is a list, not a text; write it on the same line or as a block after '>-'"),
        ("link: javascript:alert(1)", f"link 'javascript:alert(1)' does not have the right form; {A_LINK}"),
        ("link: ' https://x.org'", f"link ' https://x.org' does not have the right form; {A_LINK}"),
        ("document: ../../etc/passwd", f"document '../../etc/passwd' does not have the right form; {AN_ID}"),
        ("title: {}", "title is empty; write something or leave the key out"),
        ("relevant_to: [r1]", "relevant_to is 'r1', not a group of keys; write 'key: value' lines, indented"),
        ("tags: {tagged_by: ours}", "tags is a group of keys, not a list; start each item on its own line with '- '"),
        ("recorded: 2026-02-30T12:00:00.000000Z", "there is no such time as '2026-02-30T12:00:00.000000Z'; leave it out and the tracker fills it in"),
        ("title: {en: {text: Law, reviewed: perhaps}}", "reviewed is 'perhaps'; write true or false"),
        ("title: {en: {text: Law, origin: oficial}}", "unknown origin 'oficial'; one of official, official-translation, own, own-translation, machine"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_on_its_line(more, what):
    assert told(NEWS + more + "\n") == [f"6: {what}"]


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ("kind: news", "kind: gossip", "1: unknown kind 'gossip'; one of report, news, law, study, statement, meeting-record, project, monitoring"),
        ("dimension: law", "dimension: [law]", "4: unknown dimension a list; one of law, practice, outcome"),
        ("verification: reported\n", "", "1: 'verification' is missing; write 'verification: …' here"),
        ("publisher: 24.kg", "publisher: ''", "2: publisher is empty; write something or leave the key out"),
        ("publisher: 24.kg", "publisher: " + "x" * 501, "2: publisher has 501 of 500 characters; shorten it by 1, or link to the document"),
        ("The President", "x" * 20_000, "3: text has 20,015 of 20,000 characters; shorten it by 15, or link to the document"),
    ],
)  # fmt: skip
def test_a_field_that_every_record_needs(was, now, what):
    assert told(NEWS.replace(was, now)) == [what]


def test_everything_that_is_wrong_is_told_at_once():
    assert told("kind: newz\nsummary: x\ndimension: law\nverification: reportd\nlink: x\nsumary: y\n") == [
        "1: unknown kind 'newz'; one of report, news, law, study, statement, meeting-record, project, monitoring",
        "1: 'publisher' is missing; write 'publisher: …' here",
        "4: unknown verification 'reportd'; one of seen, reported, to-check",
        f"5: link 'x' does not have the right form; {A_LINK}",
        "6: unknown key 'sumary'; did you mean 'summary'?",
    ]


def test_a_wrong_value_deep_inside_has_its_own_line():
    text = ASKED + (
        "assessments:\n  - voice: state\n    date: 2020\n    reason: They say so.\n"
        "  - voice: civil-society\n    status: inprogres\n    date: 2024\n    reasons: It is not.\n    source: {publishr: P}\n"
    )
    assert told(text, "recommendations/x.yaml") == [
        "12: unknown status 'inprogres'; one of not-assessed, not-enough-information, assessments-differ, not-implemented, partially-implemented, implemented",
        "11: 'reason' is missing; write 'reason: …' here",
        "15: unknown key 'publishr'; did you mean 'publisher'?",
        "14: unknown key 'reasons'; did you mean 'reason'?",
    ]


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("evidence/law.yml", NEWS, "1: the file name ends in .yml; rename it to law.yaml"),
        ("evidence/закон.yaml", NEWS, "1: the file name 'закон' is not an id; use lower-case letters a-z, digits and single hyphens"),
        ("evidence/law.yaml", "", "1: the file is empty; delete it, or start with the fields of the schema"),
        ("evidence/law.yaml", "just words\n", "1: not a list of 'key: value' lines; start with the fields of the schema"),
        ("documents.yaml", "documents: co-4\n", "1: the list 'documents' is missing; start the file with 'documents:' and items after '- '"),
        ("documents.yaml", "documents: []\nfoo: bar\n", "2: unknown key 'foo'; only 'documents' belongs here"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_place_needs(file, text, what):
    assert told(text, file) == [what]


def test_a_bad_item_of_a_register_leaves_the_good_ones():
    text = (
        "treaty_bodies:\n  - {id: cat, code: CAT, name: A, treaty: T}\n  - {id: CCPR, code: CCPR, name: B, treaty: T}\n"
        "  - {id: cat, code: CAT, name: A, treaty: T}\n"
    )
    bodies, wrong = parse_file(Path("treaty_bodies.yaml"), text.encode())
    assert [body.id for body in bodies] == ["cat"]
    assert wrong == [
        (3, f"id 'CCPR' does not have the right form; {AN_ID}"),
        (4, "the id 'cat' is used twice; use each id once"),
    ]


def test_settings_name_a_timezone_a_colour_and_an_address_that_exist():
    text = (
        "title: T\nstate_party: S\npublisher: {name: P, contact: 'mailto:'}\ntimezone: Europe\nstale_after_months: often\n"
        "statuses:\n  implemented: {label: L, definition: D, colour: green, dark: '#6fe8dc'}\n"
    )
    assert told(text, "tracker.yaml") == [
        "4: there is no timezone 'Europe'; write one such as UTC or Asia/Bishkek",
        "5: stale_after_months is 'often'; write a whole number",
        f"3: contact 'mailto:' does not have the right form; {A_LINK}, an email address with mailto:",
        "7: colour 'green' does not have the right form; a colour looks like #1a6b4f",
    ]


def test_of_very_many_problems_the_first_are_told():
    found = told(NEWS + "".join(f"x{i}: 1\n" for i in range(20_000)))
    keys = ", ".join(sorted(allowed_keys(Evidence, ()) - {"version"}))
    assert (len(found), found[0]) == (51, f"6: unknown key 'x0'; one of {keys}")
    assert found[-1] == "1: 19,950 more problems in this record; correct the first 50, then look again"
    found = told("documents:\n" + "- x\n" * 20_000, "documents.yaml")
    assert (len(found), found[-1]) == (201, "201: 19,800 more problems in this file; correct these first")


def test_what_is_no_group_of_keys_is_no_record():
    problem = "not a list of 'key: value' lines; start with the fields of the schema"
    assert build_record(Recommendation, "x", id="x") == (None, [((), problem)])
