"""Links to forms: a page that stood open for a while opens the form on the version of now."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import layout
from tests.pages import test_recommendation_editing
from tests.support.form_pages import html, press, put
from tests.support.small_dataset import BOLOT
from tracker.storage.dataset_reader import DatasetReader

WHEN = "2026-02-02T09:00:00.000000Z"
ASSESSED = f"{{voice: civil-society, status: implemented, date: 2026-02, recorded: {WHEN}, reason: It ended.}}"
FILES = dict(test_recommendation_editing.FILES)
FILES["recommendations/co-3-7.yaml"] += f"assessments: [{ASSESSED}]\n"


def versions(tmp_path: Path) -> dict[str, str]:
    d = DatasetReader(tmp_path / "data").read()
    registers: tuple[Any, ...] = (d.recommendations, d.evidence, d.documents)
    return {record.id: record.version for register in registers for record in register.values()}


def form_links(page: AppTest) -> list[tuple[str, dict[str, str]]]:
    """(page, parameters) of each link to a form."""
    links = [urlsplit(unescape(href)) for href in re.findall('href="([^"]+)"', html(page))]
    params = [(link.path.strip("/"), dict(parse_qsl(link.query))) for link in links]
    return [(path, p) for path, p in params if (path == "edit" and "id" in p) or "editing" in p]


@pytest.mark.parametrize("file", ["recommendation", "evidence", "treaty_bodies", "deadlines"])
def test_no_link_to_a_form_has_a_version(opened, tmp_path, file):
    there = set(versions(tmp_path).values())
    links = form_links(opened(file, **({"id": "co-3-7"} if file == "recommendation" else {})))
    assert [p for _, p in links if p.get("editing") in there] == []
    assert links or file == "deadlines"


def test_a_form_opens_without_a_warning_after_a_colleagues_save(opened, tmp_path):
    links = form_links(opened("recommendation", id="co-3-7"))
    opens = {p.get("form") or ("withdraw" if "withdraw" in p else "assess") for _, p in links}
    assert sorted(opens) == ["assess", "edit", "retire", "withdraw"]
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(file.read_text().replace("title: End it", "title: End it now"))
    now = versions(tmp_path)
    for path, params in links:
        page = opened(path, **params)
        assert "rt-conflict" not in html(page), params
        assert "".join(page.query_params["editing"]) == now[params["id"]], params


def test_the_version_on_which_a_form_was_opened_stays_in_the_address(opened, tmp_path):
    before = versions(tmp_path)["co-3-7"]
    page = opened("recommendation", id="co-3-7", form="edit", editing="now")
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(file.read_text().replace("title: End it", "title: End it now"))
    put(page, "edit_recommendation_co-3-7_", summary_en="Mine.", reason="Mine.")
    assert ("".join(page.query_params["editing"]), "rt-conflict" in html(page)) == (before, True)
    # the address survives a reload
    page = opened("recommendation", id="co-3-7", form="edit", editing=before)
    assert "rt-conflict" in html(page)
    press(put(page, "edit_recommendation_co-3-7_", summary_en="Mine.", reason="Mine."), "Replace with mine")
    assert "End it now" in file.read_text()


def test_an_editor_is_told_who_changed_it(opened, tmp_path):
    page = opened("recommendation", id="co-3-7", form="edit", editing="now")
    withdraws = opened("recommendation", id="co-3-7", editing="now", withdraw=WHEN)
    r = layout.store().reader.read(fresh=True).recommendations["co-3-7"]
    layout.store().save(replace(r, paragraph="8"), by=BOLOT, reason="A slip.")
    for form in (page, withdraws):
        assert f"Changed by {BOLOT.handle}.</p>" in html(form.run()).partition("rt-conflict")[2]
