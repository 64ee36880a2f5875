"""The safety check outside the texts: comments, file names, ids and links of the public files, with file and line."""

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from tests.support.server_process import ROOT
from tests.support.story_folder import ASKED, DOCUMENTS, NEWS, TRACKER, made
from tracker.model.field_types import Url
from tracker.model.records import Evidence, Source
from tracker.model.registers import Document, TreatyBody
from tracker.safety.metadata_scanner import LINK_FIELDS, scan_files
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

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


@pytest.mark.parametrize(
    ("comment", "line", "rule"),
    [
        ("# Call +996 555 000 111.\n", 1, "telephone"),
        ("# Ask first.\n# Then 0555-000-111.\n", 2, "telephone-national"),
        ("   # jane.example@example.org\n", 1, "mail"),
        ("# ПИН 11502198500011\n", 1, "personal-number"),
        ("# card 4111 1111 1111 1111\n", 1, "card"),
        ("# From the client\n# Jane Example herself.\n", 2, "name"),
        ("# Следователь Тестов отказал.\n", 1, "name"),
    ],
)
def test_a_comment_that_leads_to_a_person_is_reported_on_its_line(tmp_path, comment, line, rule):
    assert told(tmp_path, {"recommendations/r1.yaml": comment + ASKED}) == [
        f"recommendations/r1.yaml:{line}: in a comment ({rule})"
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


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("https://wa.me/996555000111", "telephone"),
        ("https://t.me/+996555000111", "telephone"),
        ("https://example.org/call?to=%2B996555000111", "telephone"),
        ("https://example.org/0555000111", "telephone-national"),
        ("https://example.org/?mail=jane.example%40example.org", "mail"),
        ("https://example.org/jane.example@example.org", "mail"),
        ("https://example.org/case?pin=11502198500011&x=1", "personal-number"),
    ],
)
def test_a_link_that_leads_to_a_person_is_reported_on_its_line(tmp_path, link, rule):
    text = NEWS + f"link: {link}\narchived: https://example.org/a\n"
    assert told(tmp_path, {"evidence/law.yaml": text}) == [f"evidence/law.yaml:6: in a link ({rule})"]
    assert told(tmp_path, {"evidence/law.yaml": NEWS + f"archived: >-\n  {link}\n"}) == [
        f"evidence/law.yaml:7: in a link ({rule})"
    ]
    source = ASKED.replace("{document: report}", f"{{document: report, link: '{link}'}}")
    assert told(tmp_path, {"evidence/law.yaml": NEWS, "recommendations/r1.yaml": source}) == [
        f"recommendations/r1.yaml:6: in a link ({rule})"
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
        "https://docs.un.org/E/C.12/KGZ/CO/4",
        "https://example.org/2024/03/12/110-223-44",
        "https://www.facebook.com/x/posts/4111111111111111",
        "https://tbinternet.ohchr.org/_layouts/15/x.aspx?symbolno=CAT%2FC%2FKGZ%2FCO%2F3&Lang=en",
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


def test_the_words_found_are_not_repeated_and_the_shipped_data_hold_none(tmp_path):
    data = made(tmp_path / "data", {"evidence/law.yaml": "# The client Jane Example, +996 555 000 111\n" + NEWS})
    said = "\n".join(map(str, check_folder(data)))
    assert (said.count("in a comment"), [w for w in ("Jane", "996") if w in said]) == (2, [])
    assert list(scan_files(DatasetReader(ROOT / "data").read())) == []


def test_every_field_that_holds_a_link_is_known():
    found = {
        name
        for kind in (Evidence, Source, Document, TreatyBody)
        for name, hint in get_type_hints(kind, include_extras=True).items()
        if Url in (hint, *get_args(hint))
    }
    assert found == set(LINK_FIELDS)
