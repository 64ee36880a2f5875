"""The text of a file is scanned by the rules for typed text, in a process with limits, and each passage is asked about once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary_documents import pdf_with_text, saved
from tests.support.story_folder import made
from tracker.files import scan as text_scan
from tracker.files.kept_file import FilePage
from tracker.files.process import prepare_upload
from tracker.files.scan import FileTextCheck, place_in_file, scan_file_text
from tracker.model.dataset import Dataset
from tracker.model.errors import UnusableFile
from tracker.model.safety_config import SafetyFinding
from tracker.safety.dismissals import fingerprint
from tracker.safety.scanner import name_candidates, scan_text, words_not_names
from tracker.sandbox.limits import FileLimits
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader

PAGES = (
    FilePage(1, "The Human Rights Committee spoke in Kyrgyzstan."),
    FilePage(2, "Aidana Testova said: call +996 555 000 111."),
    FilePage(3, ""),
    FilePage(4, "Qorvek Zintal and Aidana\nTestova agreed."),
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return DatasetReader(made(tmp_path_factory.mktemp("scan") / "data")).read()


@pytest.fixture(autouse=True)
def nothing_remembered():
    clear_caches()


def checked(dataset: Dataset, *pages: FilePage, **changes: Any) -> FileTextCheck:
    given: dict[str, Any] = {
        "record": "evidence law",
        "name": "law.pdf",
        "digest": "d1",
        "with_candidates": True,
        **changes,
    }
    return scan_file_text(pages, dataset, **given)


def places(findings: tuple[SafetyFinding, ...]) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.match.words, place[1]) for one in findings if (place := place_in_file(one))]


def test_each_passage_is_found_once_with_all_of_its_pages(dataset):
    check = checked(dataset, *PAGES)
    assert places(check.findings) == [("Aidana Testova", (2, 4)), ("+996 555 000 111", (2,))]
    assert places(check.candidates) == [("Qorvek Zintal", (4,))]
    assert (check.more_findings, check.more_candidates, check.is_whole) == (0, 0, True)
    name, phone = check.findings
    assert (name.match.rule.id, phone.match.rule.id) == ("name", "telephone")
    assert place_in_file(name) == ("law.pdf", (2, 4))
    assert (name.text_field.record, name.text_field.field) == ("evidence law", "file d1")
    assert (phone.before, phone.match.words, phone.after) == ("Aidana Testova said: call ", "+996 555 000 111", ".")
    assert phone.text_field.text[phone.match.start : phone.match.end] == "+996 555 000 111"


def test_a_date_of_birth_in_a_pdf_is_found_below_its_heading(dataset):
    pdf = saved(pdf_with_text("Date of birth) Tj 0 -18 Td (14.03.1987"))
    (found,) = checked(dataset, *prepare_upload(pdf, "card.pdf").pages).findings
    assert (found.match.rule.id, place_in_file(found)) == ("birth", ("law.pdf", (1,)))


def test_the_process_finds_what_the_scan_of_typed_text_finds_also_by_the_rules_of_the_dataset():
    dataset = DatasetReader(Path("data")).read()
    text = (
        "Call 0555 000 111. The car 01 KG 123 ABC. Айдана Тестова, 34 года. Qorvek Zintal came to Tokmok Osh. "
        "PIN 21503198512345."
    )
    check = checked(dataset, FilePage(None, text))
    known = words_not_names(dataset)
    expected = scan_text(text, dataset.safety, known)
    assert [(one.match.rule, one.match.words) for one in check.findings] == [(one.rule, one.words) for one in expected]
    assert {"telephone-national", "plate", "personal-number", "name"} <= {one.rule.id for one in expected}
    assert [one.match.words for one in check.candidates] == [one.words for one in name_candidates(text, known)]
    assert place_in_file(check.findings[0]) == ("law.pdf", ())


def test_candidates_are_looked_for_only_if_asked(dataset):
    check = checked(dataset, *PAGES, with_candidates=False)
    assert (len(check.findings), check.candidates) == (2, ())


def test_what_was_dismissed_for_these_bytes_is_left_out_and_other_bytes_are_asked_about_again(dataset):
    name, phone = checked(dataset, *PAGES).findings
    dismissed = fingerprint(b"key", name)
    assert checked(dataset, *PAGES, is_dismissed=lambda one: fingerprint(b"key", one) == dismissed).findings == (phone,)
    again = checked(dataset, *PAGES, digest="d2", is_dismissed=lambda one: fingerprint(b"key", one) == dismissed)
    assert len(again.findings) == 2
    renamed = checked(dataset, *PAGES, name="other.pdf", is_dismissed=lambda one: fingerprint(b"key", one) == dismissed)
    assert len(renamed.findings) == 1


def test_the_lists_are_bounded_and_the_rest_is_counted(dataset, monkeypatch):
    monkeypatch.setattr(text_scan, "MAX_SHOWN_PASSAGES", 3)
    text = "\n\n".join(f"Call +996 555 000 {number:03}." for number in range(2_005))
    check = checked(dataset, FilePage(1, text))
    assert places(check.findings) == [(f"+996 555 000 00{number}", (1,)) for number in range(3)]
    assert check.more_findings == 2_002
    all_dismissed = checked(dataset, FilePage(1, text), is_dismissed=lambda one: True)
    assert (all_dismissed.findings, all_dismissed.more_findings) == ((), 5)


def test_the_same_text_is_scanned_only_once(dataset, monkeypatch):
    first = checked(dataset, *PAGES)
    monkeypatch.setattr("tracker.files.scan.run_job", None)
    assert checked(dataset, *PAGES) == first
    assert checked(dataset, FilePage(1, " \n")) == FileTextCheck()
    clear_caches()  # as after a redaction
    with pytest.raises(TypeError):
        checked(dataset, *PAGES)


def test_other_rules_scan_again(dataset, monkeypatch):
    checked(dataset, *PAGES)
    monkeypatch.setattr("tracker.files.scan.run_job", None)
    with pytest.raises(TypeError):
        checked(replace(dataset, signature="other"), *PAGES)


def test_a_text_that_was_cut_is_not_called_whole(dataset):
    limits = FileLimits(characters=20)
    check = checked(dataset, FilePage(1, "The law was adopted."), limits=limits)
    assert (check.findings, check.is_whole) == ((), False)
    assert checked(dataset, FilePage(1, "The law was adopte."), limits=limits).is_whole


def test_a_text_that_takes_too_long_is_refused_with_a_sentence(dataset):
    with pytest.raises(UnusableFile, match="could not be checked for names"):
        checked(dataset, *PAGES, limits=FileLimits(seconds=0.01))
    with pytest.raises(UnusableFile, match="could not be checked for names"):
        checked(dataset, *PAGES, limits=FileLimits(memory=30_000_000))
