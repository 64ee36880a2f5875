"""The page that makes evidence private again, and what undoes a private save."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from tests.editing.test_private_evidence import SECRET
from tests.editing.test_unpublish import EVIDENCE, KEPT, NAME, WORD
from tests.editing.test_unpublish import FILES as FILES
from tests.support.canary_folder import lay
from tests.support.form_pages import CHOSEN, html, press, put
from tests.support.small_dataset import ANNA, REVIEWER
from tracker.model.permissions import READER

PRIVATE = True
LINK = "/edit?what=unpublish&amp;id=held"


def test_a_reviewer_sees_what_rests_on_it_and_makes_it_private_again(opened, tmp_path):
    assert [LINK in html(opened("evidence", who)) for who in (REVIEWER, ANNA, READER)] == [True, False, False]
    page = opened(who=REVIEWER, what="unpublish", id="held")
    shown = html(page)
    for words in (
        f"{WORD} was held",
        "What was public may have been copied.",
        "Repeal the punishments</a>: 1 assessment names it (Editors of this tracker, February 2026)",
        "With 1 edit of its texts.",
    ):
        assert words in shown, words
    press(page, "Make it private")
    assert ("It is private now" in html(page), WORD in html(page)) == (True, False)
    assert "#e-held-private" in html(page)
    assert (tmp_path / "private" / "evidence" / f"{NAME}.yaml").read_text("utf-8") == KEPT
    public = html(opened("recommendation", READER, id="r1"))
    assert ('href="/evidence?id=held&amp;lang=en">no longer public (' in public, WORD in public) == (True, False)
    assert 'href="/evidence?id=held&amp;lang=en">no longer public (' in public.partition('id="rt-evidence"')[2], (
        "in sight"
    )
    # when added and when archived; the reason does not repeat it
    assert html(opened("activity", READER)).count("no longer public (") == 2
    assert WORD in html(opened("evidence", ANNA))


def test_who_may_not_is_shown_nothing_of_it(opened, monkeypatch):
    for who in (ANNA, READER):
        assert "Make this evidence private?" not in html(opened(who=who, what="unpublish", id="held"))
    monkeypatch.delenv("TRACKER_PRIVATE")
    page = opened(who=REVIEWER, what="unpublish", id="held")
    assert "There is nothing to make private here" in html(page)
    assert LINK not in html(opened("evidence", REVIEWER))


def test_what_a_colleague_changed_in_between_is_looked_at_first(opened, tmp_path):
    page = opened(who=REVIEWER, what="unpublish", id="held")
    lay(tmp_path / "data", {"evidence/held.yaml": EVIDENCE.replace("was held", "was freed")})
    press(page, "Make it private")
    assert ("was freed" in html(page), (tmp_path / "private" / "evidence").exists()) == (True, False)
    press(page, "Make it private")
    assert len([*(tmp_path / "private" / "evidence").glob("held-private-*.yaml")]) == 1


def test_what_stopped_in_between_is_said_and_ended(opened, tmp_path):
    lay(tmp_path / "private", {f"evidence/{NAME}.yaml": KEPT})
    page = opened(who=REVIEWER, what="unpublish", id="held")
    assert "Last time this stopped halfway: there is a private copy already" in html(page)
    press(page, "Make it private")
    assert [path.name for path in (tmp_path / "private" / "evidence").iterdir()] == [f"{NAME}.yaml"]
    assert WORD not in (tmp_path / "data" / "evidence" / "held.yaml").read_text("utf-8")


def test_who_was_signed_out_moves_nothing(opened, tmp_path, monkeypatch):
    page = opened(who=REVIEWER, what="unpublish", id="held")
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: ANNA)
    next(button for button in page.button if button.label == "Make it private").click().run()
    assert (tmp_path / "data" / "evidence" / "held.yaml").read_text("utf-8") == EVIDENCE


def test_a_new_private_item_is_undone(opened, folder):
    page = opened(what="evidence")
    page.checkbox(key="edit_evidence__private").set_value(True).run()
    put(page, "edit_evidence__", publisher="A lawyer", summary_en="She wrote.", id="letter", **CHOSEN)
    press(page, "Save privately")
    press(page, "Undo the last save")
    assert "Undone. What was saved stays in the history but no longer counts." in html(page)
    assert [event.type for event in folder.read().evidence["letter-c0ffee"].events] == ["retired"]
    assert "She wrote." not in html(opened("evidence"))
    letter = {"what": "publish", "id": "letter-c0ffee"}
    assert "There is nothing to publish here" in html(opened(who=REVIEWER, **letter, **CHOSEN))


def test_an_edit_of_a_private_item_is_undone(opened, folder):
    lay(folder.root, {"evidence/letter.yaml": SECRET})
    page = opened(what="evidence", id="letter", editing=folder.read().evidence["letter"].version)
    put(page, "edit_evidence_letter_", publisher="Another", reason="A slip.")
    press(page, "Save the edit")
    assert folder.read().evidence["letter"].publisher == "Another"
    press(page, "Undo the last save")
    e = folder.read().evidence["letter"]
    assert (e.publisher, [change.old for change in e.history[-2:]]) == ("24.kg", ["24.kg", "Another"])
    assert [button.label for button in page.button if button.label == "Undo the last save"] == []


def test_a_private_save_is_undone_after_a_reload_and_shared_as_before(opened, folder):
    lay(folder.root, {"evidence/letter.yaml": SECRET})
    page = opened(what="evidence", id="letter", editing=folder.read().evidence["letter"].version)
    press(put(page, "edit_evidence_letter_", publisher="Another", reason="A slip."), "Save the edit")
    (href,) = re.findall(
        r'href="([^"]+what=undo[^"]+private=yes[^"]*)"[^>]*>Undo the last save<', html(opened("evidence"))
    )
    assert "what=undo" not in html(opened("evidence", REVIEWER))
    params = dict(parse_qsl(href.partition("?")[2].replace("&amp;", "&")))
    assert "Undo 1 entry" not in [button.label for button in opened(who=REVIEWER, **params).button]
    page = press(opened(**params), "Undo 1 entry")
    assert folder.read(fresh=True).evidence["letter"].publisher == "24.kg"
    assert "Another" not in html(page) and "Redo" in [button.label for button in page.button]
    assert ">Redo</a>" in html(opened("evidence"))


UNDO = "Undo: make it private"
UNDO_LINK = f'<a href="/edit?what=unpublish&amp;id=letter&amp;lang=en">{UNDO}</a>'


def published(opened, tmp_path) -> AppTest:
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    return press(opened(who=REVIEWER, what="publish", id="letter"), "Publish")


def test_a_publication_is_undone_at_once_also_after_a_reload(opened, tmp_path):
    assert UNDO in [button.label for button in published(opened, tmp_path).button]
    assert UNDO not in [button.label for button in opened(who=ANNA, what="publish", done="letter").button]
    page = press(opened(who=REVIEWER, what="publish", done="letter"), UNDO)
    assert ("It is private now" in html(page), "#e-letter-private" in html(page)) == (True, True)
    assert "A letter." not in html(opened("recommendation", READER, id="r1"))
    assert UNDO not in [button.label for button in page.button]
    assert re.findall("<h1[^>]*>([^<]+)", html(page)) == ["It is private now"]


def test_activity_offers_it_to_reviewers_for_a_day(opened, tmp_path, monkeypatch):
    published(opened, tmp_path)
    assert [UNDO_LINK in html(opened("activity", who)) for who in (REVIEWER, ANNA, READER)] == [True, False, False]
    # the evidence that was recorded long ago is not offered
    assert html(opened("activity", REVIEWER)).count(UNDO) == 1
    monkeypatch.setattr("tracker.editing.undo.UNDO_PERIOD", timedelta(0))
    assert UNDO not in html(opened("activity", REVIEWER))
    assert UNDO not in [button.label for button in opened(who=REVIEWER, what="publish", done="letter").button]


def test_an_undo_that_comes_too_late_changes_nothing(opened, tmp_path, monkeypatch):
    page = published(opened, tmp_path)
    monkeypatch.setattr("tracker.editing.undo.UNDO_PERIOD", timedelta(0))
    next(button for button in page.button if button.label == UNDO).click().run()
    assert list((tmp_path / "private").glob("evidence/letter-private*")) == []
