"""A million letters in any field, and links that are none: reported with file and line, and everything else goes on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.publishing.test_escaping import FORMS
from tests.support.form_pages import html, opening
from tests.support.fuse import fuse
from tests.support.hostile_records import lay, saying
from tests.support.long import LONG
from tests.support.small_dataset import ANNA
from tracker.i18n import get_language
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.reader import MAX_BYTES
from tracker.validation.check import find_problems
from tracker.web.routes import ROUTES_BY_PATH

pytestmark = pytest.mark.slow

"""Seconds that a folder with a huge field may take to be read and checked, on a slow machine."""
FILES = dict(saying("Calm words.").files())
NO_LINKS = (
    "javascript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "vbscript:x",
    " javascript:x",
    "JaVaScRiPt:x",
    "//x.invalid",
    "file:///x",
)


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a file with the way to it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inside:
        yield from places(one, (*where, step))
    if not isinstance(value, dict | list):
        yield where, value


def put(value: Any, where: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a place."""
    if not where:
        return new
    step, *rest = where
    made = dict(value) if isinstance(value, dict) else list(value)
    made[step] = put(value[step], tuple(rest), new)
    return made


def written(values: Any) -> str:
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10**6)


def with_huge(name: str, where: tuple[Any, ...], size: int) -> str:
    """The text of a file with a huge text at a place; put there afterwards, since writing YAML is slow."""
    return written(put(FILES[name], where, "HUGE")).replace("HUGE", "x" * size)


TEXTS = [(name, where) for name, values in FILES.items() for where, value in places(values) if value == "Calm words."]
LINKS = [
    (name, where)
    for name, values in FILES.items()
    for where, value in places(values)
    if str(value).startswith(("https://", "mailto:"))
]


EVERY = [(name, size) for name in FILES for size in (940_000, 1_100_000)]


def test_every_kind_of_file_is_among_them():
    assert {name for name, _ in TEXTS} == set(FILES)
    assert {where[-1] for _, where in LINKS} == {"link", "archived", "contact"}
    assert len(TEXTS) > 150 and len(LINKS) > 10


@pytest.mark.parametrize("name", FILES)
def test_a_huge_text_in_any_field_is_a_problem_on_its_line(tmp_path: Path, name: str) -> None:
    root = lay(tmp_path, saying("Calm words."))
    reader = DatasetReader(root, look_every=0)
    seen = set()
    for where in [where for other, where in TEXTS if other == name][:: 1 if LONG else 4]:
        text = with_huge(name, where, 940_000)
        assert len(text) < MAX_BYTES
        (root / name).write_text(text, "utf-8")
        with fuse():
            found = [p for p in reader.read(fresh=True).problems if p.path.endswith(name)]
        line = text[: text.index("xxx")].count("\n") + 1
        assert [p.line for p in found] == [line], (where, found)
        assert len(found[0].message) < 500 and "xxxx" * 30 not in found[0].message
        seen.add(where[-1])
    assert seen


@pytest.mark.parametrize(("name", "size"), EVERY if LONG else EVERY[::3])
def test_pages_and_routes_go_on_beside_a_huge_text(tmp_path, monkeypatch, name: str, size: int) -> None:
    open_ = opening(tmp_path, monkeypatch, {})
    root = lay(tmp_path / "data", saying("Calm words."))
    where = next(where for other, where in TEXTS if other == name)
    (root / name).write_text(with_huge(name, where, size), "utf-8")
    data = DatasetReader(root).read()
    assert [p for p in find_problems(data) if p.path.endswith(name)]
    view = View(data, date(2026, 11, 24))
    for path, route in ROUTES_BY_PATH.items():
        for record in ("r1", "co-1") if "{id}" in path else ("",):
            answer = route.render(
                ViewRequest(
                    view, get_language("en"), Filters.from_params(view, {}), "https://tracker.example", record, {}
                )
            )
            assert b"xxxx" * 30 not in answer.body and answer.status < 500, path
    for file, params in (
        [("overview", {}), ("recommendations", {}), ("data_health", {}), *FORMS[:2]] if size > MAX_BYTES else []
    ):
        page = open_(file, ANNA, **params)
        assert page.exception == [] and "xxxx" * 30 not in html(page), (file, params)


@pytest.mark.parametrize("link", NO_LINKS)
def test_what_is_no_link_is_a_problem_and_shown_nowhere(tmp_path: Path, link: str) -> None:
    root = lay(tmp_path, saying("Calm words."))
    reader = DatasetReader(root, look_every=0)
    for name, where in LINKS:
        text = written(put(FILES[name], where, link))
        (root / name).write_text(text, "utf-8")
        data = reader.read(fresh=True)
        found = [(p.line, p.message) for p in data.problems if p.path.endswith(name)]
        line = next(i for i, one in enumerate(text.splitlines(), 1) if link.strip() in one)
        assert [one for one, _ in found] == [line], (name, where, found)
        view = View(data, date(2026, 11, 24))
        if where == LINKS[-1][1]:
            for route in (
                ROUTES_BY_PATH[path] for path in ("/snapshot.html", "/brief.html", "/feed.xml", "/calendar.ics")
            ):
                body = route.render(
                    ViewRequest(
                        view, get_language("en"), Filters.from_params(view, {}), "https://tracker.example", "", {}
                    )
                ).body
                assert link.strip().encode() not in body
        (root / name).write_text(written(FILES[name]), "utf-8")
