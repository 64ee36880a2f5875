"""The review of a spreadsheet on the import page: columns, cells that are not clear, ticks, and one save."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from pages.forms.imports import review, table
from pages.shared import import_drafts
from tests.support.form_pages import errors, html, opening, press
from tests.support.import_files import csv_bytes
from tests.support.story_folder import DOCUMENTS, TRACKER
from tests.support.view_requests import ask
from tracker.accounts.accounts import Account
from tracker.accounts.accounts_file import AccountsFile
from tracker.importing import uploads as table_uploads
from tracker.importing.uploads import answer_table
from tracker.model.organisations import ALL
from tracker.model.permissions import Person, Role
from tracker.publishing.exports.csv_export import render_csv
from tracker.storage.dataset_reader import DatasetReader

RUSSIAN = TRACKER + "languages: [en, ru]\n"
WITH_SYMBOL = DOCUMENTS.replace("title: CO 4,", "title: CO 4, symbol: E/C.12/KGZ/CO/4,")
TABLE = csv_bytes(
    "№;Символ;Пункт;Рекомендация;Статус;Дата;Комментарий",
    "1;E/C.12/KGZ/CO/4;12;Отменить наказание за хранение;Не выполнено;02.05.2026;Закон не изменён",
    "2;E/C.12/KGZ/CO/4;13;Обучить персонал;Частично выполнено;03/04/2025;Проведён один курс",
    "3;;;Открыть центры;;;",
    "4;E/C.12/KGZ/CO/4;15;Публиковать данные;почти готово;2026;Есть проект",
)


@pytest.fixture
def process() -> None:
    """Files are read in a process of its own, as in the dashboard."""


@pytest.fixture
def opened(tmp_path, monkeypatch, request) -> Callable[..., AppTest]:
    import_drafts.import_drafts().forget()
    if "process" not in request.fixturenames:  # one story starts a process; for the others it would only take time
        monkeypatch.setattr(
            table_uploads, "run_reading_job", lambda _job, data, values, **_: answer_table(data, **values)[1]
        )
    return opening(tmp_path, monkeypatch, {"tracker.yaml": RUSSIAN, "documents.yaml": WITH_SYMBOL})


def upload(page: AppTest, data: bytes, name: str = "table.csv") -> AppTest:
    page.file_uploader[0].set_value((name, data, "application/octet-stream"))
    page.run()
    assert page.exception == []
    return page


def recorded(root):
    return DatasetReader(root / "data").read().recommendations


def export(root, id, *edits: tuple[str, str]) -> bytes:
    """Our own export, with cells of one recommendation changed as in Excel."""
    body = render_csv(ask(DatasetReader(root / "data").read())).body
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))}
    rows[id].update(edits)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[id])
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue().encode()


def ticks(page: AppTest) -> dict[str, bool]:
    return {box.label.partition(" ·")[0]: box.value for box in page.checkbox if box.label.startswith("Row")}


@pytest.mark.usefixtures("process")
def test_what_is_clear_is_ticked_and_what_is_not_is_asked_once(opened, tmp_path):
    page = upload(opened("import_document"), TABLE)
    assert ticks(page) == {"Row 2": False}
    assert "The date can mean: 3 April 2025 / 4 March 2025." in html(page)
    assert "The row names no document. Choose one for all rows." in html(page)
    page.selectbox(key=choice_for(page, "Assessed: 03/04/2025")).select("2025-04-03")
    page.selectbox(key=choice_for(page, "Status: почти готово")).select("")
    page.selectbox(key="import_document").select("report").run()
    assert ("Everything is settled." in html(page), "Not understood." in html(page)) == (True, False)
    assert all("*" not in box.label for box in page.checkbox)
    assert ticks(page) == {"Row 2": False, "Row 3": False, "Row 4": False, "Row 5": False}
    press(page, "Tick all that are clear")
    page.checkbox(key="row_5").uncheck().run()

    # the review survives a reload
    page = opened("import_document")
    assert ticks(page) == {"Row 2": True, "Row 3": True, "Row 4": True, "Row 5": False}
    before = set(recorded(tmp_path))
    answer_whose(page, "editors")
    assert save_button(page).disabled
    next(
        box for box in page.checkbox if box.label.startswith("2 assessments will be published as those of: ")
    ).check().run()
    assert errors(press(page, "Save 3 recommendations")) == []
    assert "Saved: 3 recommendations, 2 assessments." in html(page)
    assert '<a href="/recommendation?id=cescr-2024-12&amp;lang=en#rt-timeline">' in html(page)
    found = {i: r for i, r in recorded(tmp_path).items() if i not in before}
    assert sorted(found) == ["cescr-2024-12", "cescr-2024-13", "report-4"]
    r = found["cescr-2024-13"]
    (a,) = r.assessments
    assert (r.document, r.issued_by, r.title["ru"].text) == ("co-4", "committee", "Обучить персонал")
    assert (a.status, a.date, a.reason["ru"].text) == ("partially-implemented", "2025-04-03", "Проведён один курс")

    press(page, "Undo the last save")
    assert all(recorded(tmp_path)[i].events[-1].type in ("withdrawn", "retired") for i in found)


def test_our_own_export_comes_back_as_changes_and_a_conflict_waits(opened, tmp_path):
    exported = export(tmp_path, "r1", ("summary", "The Excel wording."))
    page = upload(opened("import_document"), exported)
    assert "The Excel wording." in html(page)
    assert "<del>Use should not be punished.</del>" in html(page)
    press(page, "Tick all that are clear")
    assert list(ticks(page).values()) == [True]

    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text().replace("Use should not be punished.", "A colleague's wording."))
    page = opened("import_document")
    assert list(ticks(page).values()) == [False]
    assert "changed here too after the export" in html(page)
    assert "<del>A colleague&#39;s wording.</del>" in html(page)
    assert [button.disabled for button in page.button if button.label.startswith("Save")] == [True]
    page.checkbox[0].check().run()
    press(page, "Save 1 recommendation")
    assert recorded(tmp_path)["r1"].summary[""].text == "The Excel wording."


def test_no_button_ticks_rows_of_another_state_or_committee_and_what_is_not_imported_is_said_before(
    opened, tmp_path, monkeypatch
):
    monkeypatch.setattr("pages.forms.imports.table.MAX_COLUMNS", 3)
    table = csv_bytes(
        "Committee,State,Recommendation,By when",
        "CESCR,Kyrgyzstan,Build houses,2027-05-01",
        "CCPR,Kyrgyzstan,Free the press,",
        "UPR,Kyrgyzstan,Sign the treaty,",
        "CESCR,Marovia,Plant trees,",
    )
    page = upload(opened("import_document"), table)
    assert "Columns that are not imported: By when." in [info.value.replace("\\", "") for info in page.info]
    assert "3 of 4 columns will be imported" in [box.label for box in page.expander]
    page.session_state["sheet_columns"] = True  # the box is open
    page.run()
    assert "Here you can change the first 3 columns" in " ".join(caption.value for caption in page.caption)
    page.selectbox(key=choice_for(page, "Document for rows that name only CESCR")).select("co-4").run()
    press(page, "Tick all that are clear")
    assert ticks(page) == {"Row 2": True}
    page.selectbox(key=choice_for(page, "Document for rows that name only CCPR")).select("hrc-3").run()
    press(page, "Tick all that are clear")
    assert ticks(page) == {"Row 2": True, "Row 3": True}
    before = set(recorded(tmp_path))
    press(page, "Save 2 recommendations")
    found = {r.title[""].text: r.document for i, r in recorded(tmp_path).items() if i not in before}
    assert found == {"Build houses": "co-4", "Free the press": "hrc-3"}


def answer_whose(page: AppTest, answer: str) -> None:
    """Answer the question whose the assessments are: the id of an organisation, "+" for another one, or ""."""
    next(radio for radio in page.radio if str(radio.key).startswith("import_whose_")).set_value(answer).run()


def save_button(page: AppTest):
    return next(button for button in page.button if button.key == "bring_save")


def choice_for(page: AppTest, label: str) -> str:
    return next(str(box.key) for box in page.selectbox if box.label == label)


def test_who_hands_a_draft_to_another_organisation_is_told_so_before(opened, tmp_path):
    (tmp_path / "data" / "tracker.yaml").write_text(TWO)
    for who in (replace(ANNA, handle="editor-chinara"), BOLOT):
        account = Account(who.handle, who.role, organisation=who.organisation)
        AccountsFile(tmp_path / "state").update(lambda now, one=account: (now.with_account(one), None))
    page = upload(opened("import_document", who=ANNA), THEIRS)
    page.radio(key="hand_over_readers").set_value(ALL).run()
    for handle, told in (("editor-chinara", []), ("editor-bolot", ["editor-bolot belongs to Others."])):
        page.selectbox(key="hand_over_to").select(handle).run()
        assert [warning.value.partition(" This ")[0] for warning in page.warning] == told


def test_the_file_of_a_table_is_never_written_to_the_private_folder(opened, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
    upload(opened("import_document"), TABLE)
    assert "Review the spreadsheet" in html(opened("import_document"))
    assert list((tmp_path / "private").rglob("*.json")) == []


TWO = (
    RUSSIAN
    + "organisations: [{id: us, name: We, kind: civil-society}, {id: them, name: Others, kind: civil-society}]\n"
)
ANNA = Person(Role.EDITOR, "editor-anna", "us")
BOLOT = Person(Role.EDITOR, "editor-bolot", "them")
THEIRS = csv_bytes(
    "Символ;Пункт;Рекомендация;Статус;Дата;Комментарий;Кто оценил",
    "E/C.12/KGZ/CO/4;12;Отменить наказание;Не выполнено;02.05.2026;Закон не изменён;",
    "E/C.12/KGZ/CO/4;13;Обучить персонал;Частично выполнено;02.05.2026;Проведён один курс;Others",
)


def test_what_another_organisation_assessed_waits_for_it_and_is_never_published_for_it(opened, tmp_path):
    (tmp_path / "data" / "tracker.yaml").write_text(TWO)
    page = upload(opened("import_document", who=ANNA), THEIRS)
    answers = {radio.label: (radio.options, radio.value) for radio in page.radio if radio.label.startswith("Whose")}
    assert answers == {
        "Whose is this assessment? (1)": (
            ["ours: We", "of another organisation, which confirms them first", "not imported"],
            "",
        ),
        "Whose is this assessment? (1) The table says: “Others”.": (
            ["of Others, which confirms them first", "not imported"],
            "",
        ),
    }
    next(radio for radio in page.radio if "Others" in radio.label).set_value("them").run()
    answer_whose(page, "us")
    page = opened("import_document", who=ANNA)  # after a reload
    assert [radio.value for radio in page.radio if radio.label.startswith("Whose")] == ["us", "them"]
    answer_whose(page, "")
    press(page, "Ask Others to confirm 1 assessment")
    assert "You handed your draft of table.csv to Others." in html(page)
    press(page, "Tick all that are clear")
    press(page, "Save 2 recommendations")
    assert [recorded(tmp_path)[i].assessments for i in ("cescr-2024-12", "cescr-2024-13")] == [(), ()]

    for other in (replace(ANNA, handle="editor-chinara"), replace(ANNA, handle="editor-daniyar", organisation="")):
        assert "table.csv" not in html(opened("data_health", who=other))
    theirs = opened("data_health", who=BOLOT)
    assert "editor-anna has assessments of your organisation in table.csv." in html(theirs)
    theirs = press(opened("import_document", who=BOLOT), "Open")
    assert "Закон не изменён" not in html(theirs)  # nothing of the others' rows
    answer_whose(theirs, "them")
    press(theirs, "Tick all that are clear")
    assert save_button(theirs).disabled
    next(
        box for box in theirs.checkbox if box.label == "1 assessment will be published as that of: Others"
    ).check().run()
    press(theirs, "Save 1 recommendation")
    (a,) = recorded(tmp_path)["cescr-2024-13"].assessments
    assert (a.organisation, a.recorded_by, a.recorded_for) == ("them", "editor-bolot", "them")


def test_two_spellings_of_one_organisation_make_one_offer(opened, tmp_path):
    (tmp_path / "data" / "tracker.yaml").write_text(TWO)
    table = THEIRS.replace("изменён;".encode(), "изменён;Оthеrs".encode())  # with Cyrillic letters
    page = upload(opened("import_document", who=ANNA), table)
    for radio in [radio for radio in page.radio if radio.label.startswith("Whose")]:
        radio.set_value("them")
    assert page.run().exception == []
    press(page, "Ask Others to confirm 2 assessments")
    assert "You handed your draft of table.csv to Others." in html(page)


@pytest.mark.parametrize(
    ("written", "asked", "told"),
    [
        ("Комитет против пыток", [], "This is Committee against Torture: its grades come with its documents."),
        ("UN Committee against Torture", [], "its grades come with its documents. 1 row: not imported."),
        ("Правительство Кыргызской Республики", [], "This is the State: "),
        ("Government of KR", [], "This is the State: "),
        ("Правовая сеть", [["of another organisation, which confirms them first", "not imported"]], ""),
    ],
)
def test_what_a_committee_the_state_or_an_unknown_name_says_is_never_offered_as_ours(
    opened, tmp_path, written, asked, told
):
    (tmp_path / "data" / "tracker.yaml").write_text(TWO)
    page = upload(opened("import_document", who=ANNA), THEIRS.replace(b"Others", written.encode()))
    radios = [radio.options for radio in page.radio if written in radio.label]
    assert radios == asked
    assert told in " ".join(info.value for info in page.info)


def test_a_new_assessment_of_ours_replaces_no_reason_of_another(opened, tmp_path):
    there = tmp_path / "data" / "recommendations" / "r1.yaml"
    old = "voice: civil-society, status: not-implemented, date: 2025-05, reason: Nothing."
    there.write_text(there.read_text() + f"assessments: [{{{old}, recorded: 2026-01-01T12:00:00.000001Z}}]\n")
    page = upload(
        opened("import_document"), export(tmp_path, "r1", ("reason", "Our own reason."), ("assessed", "2026-05-01"))
    )
    answer_whose(page, "editors")
    assert "<ins>Our own reason.</ins>" in html(page)
    assert "<del>" not in html(page)


def test_a_sheet_that_names_what_is_here_by_its_page_asks_whose_the_assessments_are(opened, tmp_path, monkeypatch):
    # as st.context.url, which only a page knows that a browser shows
    is_in_page = lambda: "https://tracker.example" if get_script_run_ctx(suppress_warning=True) else ""  # noqa: E731
    monkeypatch.setattr(review, "site_origin", is_in_page)
    monkeypatch.setattr(table, "site_origin", is_in_page)
    at = "https://{}"
    lines = ["Paragraph,Assessment,Note,Date", *(f"{at},Not done,No law.,2026-05-02" for at in map(at.format, SITES))]
    page = upload(opened("import_document"), csv_bytes(*lines))
    assert "or by the link of its page." in html(page)
    answer_whose(page, "editors")
    assert not any(ticks(page).values())
    press(page, "Tick all that are clear")
    assert ticks(page) == {"Row 2": True}
    page.checkbox(key=next(str(b.key) for b in page.checkbox if "will be published" in b.label)).check().run()
    before = recorded(tmp_path)
    press(page, "Save 1 recommendation")
    assert "Saved: 1 assessment. 1 recommendation that is here already was changed." in html(page)
    after = recorded(tmp_path)
    assert (after.keys(), after["r1"].assessments[-1].reason[""].text) == (before.keys(), "No law.")


SITES = ("tracker.example/recommendation?id=r1", "other.example/recommendation?id=r1", "other.example/r/r1")


def test_what_could_identify_a_person_names_its_row_and_the_others_are_saved_without_it(opened, tmp_path):
    head = "Символ;Пункт;Рекомендация;Статус;Дата;Комментарий"
    first, second = (f"E/C.12/KGZ/CO/4;{n};Открыть центр {n};Не выполнено;2026-05;{{}}" for n in (31, 32))
    table = csv_bytes(head, first.format("Закона нет"), second.format("Звоните: +996 555 123 456"))
    page = press(upload(opened("import_document"), table), "Tick all that are clear")
    assert "Assessment of" not in html(page) and "The assessment is left out: “Не выполнено”" in html(page)
    answer_whose(page, "editors")
    assert "Assessment of May 2026" in html(page)
    for n in (2, 1):
        box = next(box for box in page.checkbox if str(box.key).startswith("publish_") and f"_{n}_" in box.key)
        box.check().run()
        press(page, f"Save {n} recommendation{'s' if n > 1 else ''}")
        if n == 2:
            said = html(page)
            assert "Row 3 · cescr-2024-32 · Reasons:" in said and "Untick this row: the others are then saved." in said
            assert "Change the wording, then" not in said and "cescr-2024-31" not in recorded(tmp_path)
            page.checkbox(key="row_3").uncheck().run()
    assert {"cescr-2024-31", "cescr-2024-32"} & {*recorded(tmp_path)} == {"cescr-2024-31"}
