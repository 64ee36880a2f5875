"""What people see while a file or the folder cannot be read: the last good state, a line that says so, and their own words."""

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import errors, html, opening, press, put
from tests.support.long import LONG
from tests.support.server_process import Server, answers
from tests.support.story_folder import ASKED, made
from tests.support.websocket_client import ask
from tracker.model.permissions import READER, Person, Role

ROUNDS = 10 if LONG else 3
R = "edit_recommendation_r1_"
KEPT = "Some files are being edited and cannot be read now. Entries shown in an earlier version: 1."
BROKEN = "by: [\n"
WRONG = "did not find expected node content"
PLACE = 'Recommendation: <a href="/recommendation?id=r1&amp;lang=en">Repeal the punishments</a></p><p>'


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    return opening(tmp_path, monkeypatch, {})


def warnings(page: AppTest) -> list[str]:
    return [warning.value for warning in page.warning]


def test_a_broken_record_is_shown_as_it_was_and_editors_see_which_one(opened, tmp_path):
    r1 = tmp_path / "data" / "recommendations" / "r1.yaml"
    assert warnings(opened("recommendation", id="r1")) == []
    r1.write_text(BROKEN)
    (r1.parent / "r9.yaml").write_text(BROKEN)
    left_out = "1 entry in the data files cannot be read and is left out here. The rest is shown."
    for who, sees in ((READER, False), (None, True)):
        page = opened("recommendation", id="r1", **({"who": who} if who else {}))
        assert (warnings(page), "Repeal the punishments" in html(page)) == ([left_out, KEPT], True)
        assert (PLACE + WRONG in html(page), "Recommendation: r9" in html(page)) == (sees, sees)
        assert (".yaml" in html(page), list(page.code)) == (False, [])
    health = opened("data_health")
    assert (PLACE + WRONG in html(health), ".yaml" in html(health)) == (True, False)
    (r1.parent / "r9.yaml").unlink()
    r1.write_text(ASKED.replace("Repeal", "Abolish"))
    page = opened("recommendation", id="r1")
    assert (warnings(page), "Abolish the punishments" in html(page)) == ([], True)


def test_a_form_keeps_what_was_typed_while_its_file_is_broken(opened, tmp_path):
    r1 = tmp_path / "data" / "recommendations" / "r1.yaml"
    page = opened(what="recommendation", id="r1")
    put(page, R, title_en="Repeal them all", reason="Clearer.")
    r1.write_text(BROKEN)
    press(page, "Save the edit")
    assert errors(page) == ["The file was removed or damaged in the meantime. Nothing was recorded; copy your text."]
    assert (page.text_input(key=f"{R}title_en").value, r1.read_text()) == ("Repeal them all", BROKEN)
    r1.write_text(ASKED)
    press(page, "Save the edit")
    assert (errors(page), "title: Repeal them all" in r1.read_text()) == ([], True)


def test_a_folder_that_is_gone_is_shown_as_it_stood_with_the_time(opened, tmp_path):
    data = tmp_path / "data"
    page = opened(what="recommendation", id="r1")
    put(page, R, title_en="Repeal them all", reason="Clearer.")
    data.rename(tmp_path / "elsewhere")
    now = datetime.now(ZoneInfo("UTC"))
    press(page, "Save the edit")
    (sentence,) = errors(page)
    assert sentence == "Nothing was saved. Your text is still here. The data folder cannot be read now."
    assert page.text_input(key=f"{R}title_en").value == "Repeal them all"

    times = {rf"{at:%H}\:{at:%M}" for at in (now, datetime.now(ZoneInfo("UTC")))}
    lines = {f"The data cannot be read since {time}; this is how it stood then." for time in times}
    for file, words in (("recommendations", "Repeal the punishments"), ("evidence", "The law was signed.")):
        shown = opened(file, READER)
        assert (lines >= set(warnings(shown)), len(warnings(shown)), words in html(shown)) == (True, 1, True)
    assert str(tmp_path) not in html(opened("recommendations"))

    (tmp_path / "elsewhere").rename(data)
    press(page, "Save the edit")
    assert (errors(page), warnings(opened("recommendations"))) == ([], [])
    assert "title: Repeal them all" in (data / "recommendations" / "r1.yaml").read_text()


@pytest.mark.long
def test_twenty_readers_keep_the_last_good_version(server: Callable[..., Server], tmp_path: Path) -> None:
    app = server(made(tmp_path / "made"))
    r1, paths = app.data / "recommendations" / "r1.yaml", ("/r/r1?lang=en", "/api/recommendations/r1.json")

    def reads(_: int) -> list[str]:
        found = []
        for path in paths * ROUNDS:
            with urlopen(app.url + path, timeout=30) as answer:
                body = answer.read().decode()
            found.append(next((word for word in ("Repeal", "Abolish") if word in body), f"{answer.status}"))
        return found

    def everybody() -> Counter[str]:
        with ThreadPoolExecutor(20) as readers:
            return sum(map(Counter, readers.map(reads, range(20))), Counter())

    with ThreadPoolExecutor(1) as hand:
        # in the middle of what they ask for
        breaking = hand.submit(lambda: (sleep(0.3), r1.write_text(BROKEN)))
        first = everybody()
        breaking.result()
    sleep(1.1)
    seen = everybody()
    editor = ask(f"{app.url}/health?lang=en", Cookie="=".join(app.cookie()))
    reader = ask(f"{app.url}/recommendation?id=r1&lang=en")
    assert (WRONG.encode() in editor.raw, WRONG.encode() in reader.raw, reader.alerts) == (True, False, [KEPT])
    shutil.move(app.data, app.folder / "elsewhere")
    sleep(1.1)
    gone = everybody()
    alive = answers(f"{app.url}/livez")
    shutil.move(app.folder / "elsewhere", app.data)
    r1.write_text(ASKED.replace("Repeal", "Abolish"))
    sleep(1.1)
    mended = everybody()
    print(f"20 readers: {first + seen + gone} while it was broken, then gone; {mended} when it was mended")
    assert (first + seen + gone, alive, mended) == (Counter(Repeal=120 * ROUNDS), True, Counter(Abolish=40 * ROUNDS))


def test_a_reviewer_has_forgotten_what_no_file_says_any_more(opened, tmp_path, monkeypatch):
    # there are no sessions here; tests/web/test_redaction_running.py has them
    monkeypatch.setattr("pages.shared.streamlit_internals.runtime", SimpleNamespace(exists=lambda: False))
    r1 = tmp_path / "data" / "recommendations" / "r1.yaml"
    r1.write_text(ASKED.replace("Use should", "Ivan Testov was held, use should"))
    assert "Ivan Testov" in html(opened("recommendation", READER, id="r1"))
    # the name is taken out by hand, and the file is broken by it
    r1.write_text(ASKED + "tags: [\n")
    assert "Ivan Testov" in html(opened("recommendation", READER, id="r1"))
    page = opened("edit", Person(Role.REVIEWER, "reviewer-x1"), what="redact")
    page.text_area[0].set_value("Ivan Testov")
    press(page, "Find them")
    assert [info.value for info in page.info] == [
        "These words were not found in the files of this dashboard.",
        "Some files could not be read, and their last good version was still shown. That version has been discarded.",
    ]
    assert "Testov" not in html(opened("recommendation", READER, id="r1"))
