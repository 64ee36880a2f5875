"""A page, a form, a fragment, a callback and a component fail in a real browser: a sentence of ours, and the input is kept."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import is_settled
from tests.support.server_process import ROOT, Server

pytestmark = pytest.mark.browser
BREAKS = """\
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
import streamlit as st
from pages.forms.records import record_forms
from pages.shared import form_drafts, layout
from streamlit.proto.PlotlyChart_pb2 import PlotlyChart

def fails(kind):
    if Path({flag!r}).read_text() == kind:
        raise RuntimeError("Qasterr was here")

def breaking(module, name, kind):
    def call(*about, _call=getattr(module, name), **named):
        fails(kind)
        return _call(*about, **named)
    setattr(module, name, call)

def open_page(path, _open=layout.open_page):
    fails("page")
    page = _open(path)
    if Path({flag!r}).read_text() == "component":
        st._main._enqueue("plotly_chart", PlotlyChart(spec="{{", config="{{"))
    return page

if not hasattr(layout, "is_broken"):
    layout.is_broken, layout.open_page = True, open_page
    breaking(record_forms, "show_rarer_fields", "form")
    breaking(form_drafts, "_open_forms", "fragment")
    breaking(form_drafts, "has_input", "callback")
"""
CRASH, DIALOG = '[data-testid="stAlertContainer"]', '[role="dialog"]'
RUSSIAN, LOST = "Что-то пошло не так", "На странице сбой или потеряна связь."


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    (tmp_path / "flag").write_text("")
    return tmp_path / "flag"


@pytest.fixture
def app(tmp_path: Path, flag: Path) -> Iterator[Server]:
    (tmp_path / "pages").symlink_to(ROOT / "pages")
    (tmp_path / "data").symlink_to(ROOT / "data")
    script, own = tmp_path / "app.py", (ROOT / "app.py").read_text("utf-8")
    breaks = BREAKS.format(root=str(ROOT), flag=str(flag))
    script.write_text(own.replace("import streamlit as st\n", f"{breaks}import streamlit as st\n", 1), "utf-8")
    with Server(tmp_path, script=script) as running:
        yield running
    assert "Qasterr" not in running.log.read_text("utf-8")


def shows_only_ours(page: Page, sentence: str) -> None:
    expect(page.get_by_text(sentence).first).to_be_visible()
    seen = page.locator("#root").inner_text()
    assert not re.search("Traceback|Google|ChatGPT|redacted|Qasterr|Streamlit|JSON|at position", seen), seen
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator(":is([role=alert], [role=dialog]) :is(a[href^=http], button)").count() == 0


def test_whatever_fails_the_person_reads_our_sentence_and_what_was_typed_is_kept(
    app: Server, page: Callable[..., Page], flag: Path
) -> None:
    editor = app.signed_in(page(viewport={"width": 390, "height": 844}))
    address, publisher = f"{app.url}/edit?what=evidence&id=24kg-2025-hiv-programme&lang=ru", "Кто это опубликовал"
    editor.goto(address)
    for number, kind in enumerate(("page", "form", "fragment")):
        field = editor.get_by_label(publisher)
        field.fill(f"Qazet {number}")
        flag.write_text(kind)
        field.blur()  # a run that fails brings the text along
        shows_only_ours(editor, RUSSIAN)
        flag.write_text("")
        editor.get_by_role("link", name="Попробовать ещё раз").first.click()
        expect(editor.get_by_label(publisher)).to_have_value(f"Qazet {number}")
        is_settled(editor)
        # and after a failure, loading the page again finds it too
        field.fill(f"Qazet {number} again")
        flag.write_text(kind)
        field.blur()
        shows_only_ours(editor, RUSSIAN)
        is_settled(editor)  # a run of the page's own may have failed before the text was sent
        flag.write_text("")
        editor.reload()
        expect(editor.get_by_label(publisher)).to_have_value(f"Qazet {number} again")
        is_settled(editor)
    flag.write_text("callback")
    editor.get_by_role("button", name="Закрыть без сохранения").click()
    shows_only_ours(editor, RUSSIAN)
    flag.write_text("")
    editor.get_by_role("link", name="Попробовать ещё раз").click()
    expect(editor.get_by_label(publisher)).to_have_value("Qazet 2 again")


def test_a_component_that_fails_in_the_browser_and_a_lost_server_have_our_sentence(
    app: Server, page: Callable[..., Page], flag: Path
) -> None:
    flag.write_text("component")
    editor = app.signed_in(page(viewport={"width": 390, "height": 844}))
    editor.goto(f"{app.url}/edit?what=evidence&lang=ru")
    expect(editor.locator(CRASH)).to_have_count(1)
    words = "element => getComputedStyle(element, '::after').content"
    assert LOST in editor.locator(CRASH).evaluate(words)
    shows_only_ours(editor, "Открыто: это увидят все")

    flag.write_text("")
    editor.reload()
    is_settled(editor)
    app.stop()
    expect(editor.locator(DIALOG)).to_have_count(1)
    assert LOST in editor.locator(DIALOG).evaluate(words)
    assert editor.locator(DIALOG).inner_text() == ""
    app.start()
    expect(editor.locator(DIALOG)).to_have_count(0)
    editor.evaluate(
        "document.getElementById('root').replaceChildren()"
    )  # as React does after an error outside of a component
    expect(editor.locator("#root.rt-empty")).to_have_count(1)
    assert LOST in editor.locator("#root").evaluate(words)
