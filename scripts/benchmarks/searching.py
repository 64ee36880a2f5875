"""The time of a search, compared with a scan of the same texts, and the time to index the texts again after a save."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scripts.benchmarks.report import Row, median_milliseconds, time_call
from tracker.queries.search.text_search import parse_search
from tracker.queries.search.word_forms import normalize
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

DAY = date(2026, 6, 1)


def measure_search(folder: Path) -> Iterator[Row]:
    """Yield the time of one search of two words, and the time to index the texts again after one save."""
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
    second_build = time_call(lambda: after.searchable) * 1e3
    yield Row("the words of all texts again after one save", "the first time", second_build, theirs=first_build * 1e3)
