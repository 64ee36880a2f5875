"""Every language is a first language: written in Russian, read in Kyrgyz, translated into English."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.server_process import Server
from tracker.i18n import get_language

pytestmark = pytest.mark.browser

TITLE, SUMMARY = "Обучение прошло один раз", "Обучение провели один раз и больше не проводили."
REASON = "Обучение провели один раз."


@pytest.mark.long
def test_what_is_written_only_in_russian_is_read_and_then_translated(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    say, app = get_language("ru").gettext, server()
    editor = app.signed_in(page(locale="ru-RU"))

    # evidence in Russian only
    editor.goto(f"{app.url}/edit?what=evidence&lang=ru")
    editor.get_by_label(f"{say('Title')} · Русский").fill(TITLE)
    editor.get_by_label(f"{say('Summary in your own words')} · Русский").fill(SUMMARY)
    editor.get_by_label(say("Publisher (who says it)")).fill("UNODC")
    editor.get_by_label(say("When it was published")).fill("2026-10")
    editor.get_by_label(say("When it was published")).press("Tab")
    choose(editor, say("Kind of source"), say("news"))
    tick(editor, say("practice"), say("reported by others"))
    editor.get_by_role("button", name=say("Add the evidence"), exact=True).click()
    expect(editor.locator(".rt-saved")).to_have_text(say("The evidence is added."))

    # an assessment in Russian only
    editor.goto(f"{app.url}/recommendation?id=ngo-2024-r9&lang=ru")
    editor.get_by_role("link", name=say("Record an assessment")).click()
    choose(editor, say("Status"), "Выполнена частично")
    editor.get_by_label(say("Reasons")).fill(REASON)
    editor.get_by_label(say("Reasons")).press("Tab")
    is_settled(editor)
    editor.get_by_role("button", name=say("Record"), exact=True).click()
    expect(editor.locator(".rt-saved")).to_contain_text("Оценки нет → Выполнена частично")

    # a reader of Kyrgyz sees the Russian, and that it is Russian
    reader = page(locale="ky-KG")
    reader.goto(f"{app.url}/recommendation?id=ngo-2024-r9&lang=ky")
    answer = reader.locator(".rt-answer p", has_text=REASON)
    expect(answer).to_have_text(f"{REASON} Русский")
    reader.goto(f"{app.url}/evidence?lang=ky")
    expect(reader.locator(".rt-item-title", has_text=TITLE)).to_have_text(f"{TITLE} Русский")

    # the queue has what is missing in English
    editor.goto(f"{app.url}/health?lang=ru")
    missing = editor.locator("#rt-translations-en + .rt-calm, #rt-translations-en + .rt-work > li")
    expect(missing).to_have_count(2)
    for title, texts in (
        ("Ввести обязательное обучение", {say("Reason for the assessment"): "Training was given once."}),
        (TITLE, {say("Title"): "Training was given once", say("Summary"): "Training was given once, and not again."}),
    ):
        editor.locator("#rt-translations-en + .rt-work > li", has_text=re.compile(title)).get_by_role(
            "link", name=say("Translate"), exact=True
        ).click()
        expect(editor.locator(".rt-source-text")).to_have_count(len(texts))
        for label, words in texts.items():
            field = editor.get_by_label(re.compile(f"{label}.* · English"))
            field.fill(words)
            field.press("Tab")
        is_settled(editor)
        editor.get_by_role("button", name=say("Save the translation"), exact=True).click()
        expect(editor.locator(".rt-saved")).to_have_text(say("The translation is saved."))
        expect(editor.get_by_text(say("Nothing is left to translate here."))).to_be_visible()
        editor.get_by_role("link", name=say("To the translation queue")).click()
        expect(editor.locator("#rt-translations")).to_be_visible()
    expect(missing).to_have_text(say("Nothing is missing in this language."))

    english = page()
    english.goto(f"{app.url}/recommendation?id=ngo-2024-r9&lang=en")
    expect(english.locator(".rt-answer")).to_contain_text("Training was given once.")
