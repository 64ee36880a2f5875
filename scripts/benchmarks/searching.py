"""The search: against a scan of the same texts, and its index made again after one save."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scripts.benchmarks.report import Row, medians, seconds
from tracker.queries.text_search import normalize, parse_search
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

DAY = date(2026, 6, 1)


def searching(folder: Path) -> Iterator[Row]:
    """The rows of a search."""
    reader = DatasetReader(folder, look_every=0)
    view = View(reader.read(), DAY)
    made = seconds(lambda: view.searchable)
    plain = {name: normalize("\n".join(texts.all())) for name, texts in view.searchable.texts.items()}

    def scan() -> object:
        return [name for name, text in plain.items() if all(word in text for word in ("harm", "рекомендац"))]

    floor, ours = medians(15, scan, lambda: view.searchable.index.find(parse_search("harm рекомендации")))
    yield Row(f"one search of two words among {len(plain):,}", "a scan of the same texts", ours, floor)

    path = folder / "recommendations" / "cedaw-2021-7.yaml"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    after = View(reader.read(), DAY)
    again = seconds(lambda: after.searchable)
    yield Row("the words of all texts again after one save", "the first time", again * 1e3, made * 1e3)
