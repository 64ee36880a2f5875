"""One attached file: a reviewer publishes it, makes it private again, or removes it for good; an editor withdraws it."""

import re
from pathlib import Path

import pytest

from pages.forms.private.files import find_private_file
from tests.editing.test_private_files import REPORT, a_file
from tests.support.form_pages import errors, html, press
from tests.support.small_dataset import ANNA, REVIEWER
from tracker.editing.private.folder import PrivateFolder
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.permissions import READER

PRIVATE = True


def attach(folder: PrivateFolder, new: NewFile = REPORT) -> str:
    folder.add_files(folder.public.read(fresh=True).evidence["law"], [new], by=ANNA)
    return new.entry.sha256


def public_files(folder: PrivateFolder) -> tuple[AttachedFile, ...]:
    return folder.public.read(fresh=True).evidence["law"].files


def private_files(folder: PrivateFolder) -> tuple[AttachedFile, ...]:
    return folder.files_of(folder.public.read(fresh=True).evidence["law"])


def kept(root: Path) -> list[str]:
    return [path.name for path in sorted((root / "files").glob("*"))] if (root / "files").is_dir() else []


def test_a_reviewer_publishes_a_file_and_makes_it_private_again(opened, folder, tmp_path):
    digest = attach(folder)
    link = f"/edit?what=publish-file&amp;id=law&amp;file={digest}"
    assert [link in html(opened("evidence", who)) for who in (REVIEWER, ANNA, READER)] == [True, False, False]
    page = opened(who=REVIEWER, what="publish-file", id="law", file=digest)
    assert ("Publish this file?" in html(page), "report.pdf" in html(page)) == (True, True)
    assert "The file is public now" in html(press(page, "Publish"))
    assert [f.name for f in public_files(folder)] == ["report.pdf"]
    assert (private_files(folder), f"{digest}.pdf" in kept(tmp_path / "data")) == ((), True)

    edit = html(opened(who=REVIEWER, what="evidence", id="law"))
    assert f"/edit?what=unpublish-file&amp;id=law&amp;file={digest}" in edit
    page = press(opened(who=REVIEWER, what="unpublish-file", id="law", file=digest), "Make it private")
    assert "The file is private now" in html(page)
    assert (public_files(folder), kept(tmp_path / "data")) == ((), [])
    assert [f.name for f in private_files(folder)] == ["report.pdf"]


def test_what_may_identify_a_person_is_settled_first_with_its_page(opened, folder):
    digest = attach(folder, a_file(b"%PDF-1.7 two", text="Call +996 555 000 111. Then Qorvek Zintal wrote."))
    page = press(opened(who=REVIEWER, what="publish-file", id="law", file=digest), "Publish")
    assert errors(page) == ["Not published yet: first confirm or change what is listed above."]
    shown = html(page)
    assert "report.pdf, p. 1:</span> Call <mark>" in re.sub(r"<mark>\+996 555 000 111", "<mark>", shown)
    assert "report.pdf, p. 1:</span>" in shown and "<mark>Qorvek Zintal</mark>" in shown
    page.text_input[0].set_value("A number of the parliament.")
    page = press(page, "Confirm")
    next(box for box in page.checkbox if "Qorvek" in box.label).check().run()
    assert "The file is public now" in html(press(page, "Publish"))


def test_an_editor_withdraws_a_private_file_and_only_a_reviewer_removes_one(opened, folder, tmp_path):
    digest = attach(folder)
    assert "Remove this file for good?" not in html(opened(what="remove-file", id="law", file=digest))
    page = opened(who=REVIEWER, what="remove-file", id="law", file=digest)
    told = "Tick the box first: a file that is removed cannot be brought back."
    assert errors(press(page, "Remove for good")) == [told]
    assert len(private_files(folder)) == 1
    page = press(opened(what="withdraw-file", id="law", file=digest), "Withdraw the file")
    assert "This file is no longer here" in html(page)
    assert (private_files(folder), f"{digest}.pdf" in kept(tmp_path / "private")) == ((), True)


def test_a_file_that_is_removed_is_nowhere(opened, folder, tmp_path):
    digest = attach(folder)
    page = opened(who=REVIEWER, what="remove-file", id="law", file=digest)
    page.checkbox[0].check().run()
    told = html(press(page, "Remove for good"))
    assert "The file was removed for good" in told and "with the name and the caption, from all entries" in told
    assert (private_files(folder), kept(tmp_path / "private")) == ((), [])
    assert digest not in "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.yaml"))


@pytest.mark.parametrize("what", ["publish-file", "unpublish-file", "withdraw-file", "remove-file"])
def test_a_reader_sees_nothing_of_a_file_at_any_address(opened, folder, what):
    digest = attach(folder)
    for who, past in ((READER, {}), (REVIEWER, {"as_of": "2026-01-31"})):
        page = opened(who=who, what=what, id="law", file=digest, **past)
        assert ("report.pdf" in html(page), list(page.button)) == (False, [])


def test_a_download_reads_the_bytes_only_for_an_editor_with_the_cookie_of_the_page(opened, folder):
    attach(folder)
    addresses = re.findall(r'href="(/files/private/[^"]+)" download', html(opened("evidence", REVIEWER)))
    # the file, then its untouched original; a page in a test has no cookie
    found = [find_private_file(REVIEWER, "", address) for address in addresses]
    told = [(entry.name, data) for entry, data in found]
    assert told == [("report.pdf", REPORT.data), ("report.pdf", REPORT.original[1])]
    refused = [(READER, ""), (REVIEWER, "of another sign-in")]
    assert {find_private_file(*who, address) for who in refused for address in addresses} == {None}
