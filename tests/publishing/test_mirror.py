"""The mirror: what is in it, that every link in it leads somewhere, and what a build leaves as it is."""

import hashlib
import json
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.support import canary_folder
from tests.support.small_dataset import CONCLUDED, folder
from tests.support.view_requests import FILES, TODAY
from tracker.model.errors import TrackerError
from tracker.publishing.mirror.build import BuiltMirror, build_mirror
from tracker.publishing.mirror.pages import MirrorPages
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

LANGUAGES = ("en", "ru", "ky")
BASE, DASHBOARD = "https://mirror.example/copy", "https://tracker.example"


def build(data: Path, target: Path, *, base: str = "", dashboard: str = "", day: date = TODAY) -> BuiltMirror:
    view = View(DatasetReader(data).read(), day)
    return build_mirror(target, MirrorPages(view, LANGUAGES, base, dashboard))


def content(target: Path) -> dict[str, bytes]:
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


class Links(HTMLParser):
    """The links, sources and ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.links += [found[name] or "" for name in ("href", "src", "action") if name in found]


def broken_links(target: Path, base: str = "") -> list[str]:
    """Follow every link of every page, as a browser does that has opened it from a file."""
    parsed = {path.resolve(): Links(path.read_text("utf-8")) for path in target.rglob("*.html")}
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            is_absolute = bool(base) and link.startswith(f"{base}/")
            address = urlsplit(link.removeprefix(f"{base}/") if is_absolute else link)
            if address.scheme or address.netloc:
                continue
            above = urlsplit(base).path + "/"
            from_root = is_absolute or (path.name == "404.html" and base and address.path.startswith(above))
            there = unquote(address.path.removeprefix(above))
            there = ((target if from_root else path.parent) / there).resolve() if address.path else path
            inside = there.is_relative_to(target.resolve()) and there.is_file()
            has_place = not address.fragment or there not in parsed or address.fragment in parsed[there].ids
            if not inside or not has_place:
                broken.append(f"{path.relative_to(target.resolve())}: {link}")
    return broken


@pytest.mark.parametrize(
    ("base", "dashboard"), [("", ""), (BASE, ""), (BASE, DASHBOARD)], ids=["from a file", "alone", "beside a dashboard"]
)
def test_every_link_of_the_shipped_data_leads_somewhere(tmp_path, dataset, base, dashboard):
    build(dataset.root, tmp_path / "m", base=base, dashboard=dashboard)

    assert broken_links(tmp_path / "m", base) == []
    everything = b"".join(raw for path, raw in content(tmp_path / "m").items() if not path.endswith((".png", ".xlsx")))
    assert b"mirror.invalid" not in everything
    assert (b"127.0.0.1" in everything) is False
    assert (DASHBOARD.encode() in everything) is bool(dashboard)
