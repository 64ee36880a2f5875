"""The time of a search, compared with a scan of the same texts; and the time to build the index again after a save.

Also the time of a search in attached files, and the time to read them.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from scripts.benchmarks.report import Row, median_milliseconds, time_call
from tracker.model.attached_files import AttachedFile
from tracker.model.file_kind import FileKind
from tracker.queries.search.file_search import FileTexts, look_at_texts, search_files
from tracker.queries.search.text_search import parse_search
from tracker.queries.search.word_forms import normalize
from tracker.queries.view import View
from tracker.storage.attached_files import PAGE_BREAK, read_text_pages, text_path
from tracker.storage.dataset_reader import DatasetReader

DAY = date(2026, 6, 1)
REPORTS, PAGES, PAGE_LENGTH = 60, 100, 2_500


def measure_search(folder: Path) -> Iterator[Row]:
    """Yield the time of one search, and the time to build the index again."""
    reader = DatasetReader(folder, look_every=0)
    view = View(reader.read(), DAY)
    first_build = time_call(lambda: view.searchable)
    plain = {name: normalize("\n".join(texts.all())) for name, texts in view.searchable.texts.items()}

    def scan() -> object:
        return [name for name, text in plain.items() if all(word in text for word in ("harm", "рекомендац"))]

    floor, ours = median_milliseconds(15, scan, lambda: view.searchable.index.find(parse_search("harm рекомендации")))
    yield Row(f"one search of two words among {len(plain):,}", "a scan of the same texts", ours, theirs=floor)

    path = folder / "recommendations" / "cedaw-2021-7.yaml"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    after = View(reader.read(), DAY)
    second_build = time_call(lambda: after.searchable)
    yield Row(
        "the words of all texts again after one save", "the first time", second_build * 1e3, theirs=first_build * 1e3
    )
    yield from _measure_files(folder, after)


def _measure_files(folder: Path, view: View) -> Iterator[Row]:
    words = " ".join(" ".join(texts.all()) for texts in view.searchable.texts.values()).split()
    item = next(iter(view.evidence.values()))
    changed = replace(item, files=tuple(_write_reports(folder, words)))
    view = View(replace(view.dataset, evidence={**view.dataset.evidence, item.id: changed}), DAY)
    texts = FileTexts(folder, folder.with_name("state"))
    start = time.perf_counter()
    look_at_texts(view, texts)
    texts.wait(600)
    reports = f"{REPORTS} attached reports of {PAGES} pages"
    yield Row(f"the words of {reports}, read in the background", "", (time.perf_counter() - start) * 1e3)
    indexed = look_at_texts(view, texts)
    terms = view.search_terms("harm рекомендации")
    pages = [page.lower() for file in changed.files for page in read_text_pages(folder, file.sha256).values()]

    def scan() -> object:
        return [page for page in pages if all(word in page for word in ("harm", "рекомендац"))]

    floor, ours = median_milliseconds(15, scan, lambda: search_files(view, terms, texts, indexed=indexed))
    yield Row(f"one search of two words in {reports}, with excerpts", "a scan of the same texts", ours, theirs=floor)
    texts.clear()


def _write_reports(folder: Path, words: Sequence[str]) -> Iterator[AttachedFile]:
    """Write texts of reports that are made of `words`, and yield the files to which they belong."""
    endless = cycle(words)
    for number in range(REPORTS):
        digest = hashlib.sha256(f"{number}".encode()).hexdigest()
        text = PAGE_BREAK.join(" ".join(islice(endless, PAGE_LENGTH // 7)) for _ in range(PAGES))
        text_path(folder, digest).parent.mkdir(exist_ok=True)
        text_path(folder, digest).write_text(text, "utf-8")
        yield AttachedFile(sha256=digest, kind=FileKind.PDF, name=f"{number}.pdf", size=1)
