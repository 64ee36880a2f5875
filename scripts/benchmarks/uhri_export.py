"""The time and the memory to filter a generated export of UHRI, compared with a bare pass of ijson over the same file."""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import ijson

from scripts.benchmarks.report import Row
from scripts.generate_data import WORDS

UHRI_RECORDS = 267_548
"""How many records the full export has."""
ROUNDS = 3
SHIPPED = Path(__file__).parent.parent.parent / "data"
STATES = [f"Country {number}" for number in range(192)] + ["Kyrgyzstan"]
BODIES = ["CESCR", "CCPR", "CAT", "CEDAW", "CRC", "CERD", "CRPD", "UPR"]
THEMES = [f"- {first} and {second}" for first in WORDS for second in WORDS[:5]]


def measure_uhri(folder: Path, count: int) -> Iterator[Row]:
    """Yield the processor time to filter an export by State and years, and the memory of the process that does it."""
    path = folder / "uhri.json"
    generate_export(path, count)
    floors, ours, peaks = [], [], []
    for _round in range(ROUNDS):
        for part, times in (("bare", floors), ("filter", ours)):
            command = [sys.executable, "-m", "scripts.benchmarks.uhri_export", part, str(path)]
            seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            times.append(seconds)
            if part == "filter":
                peaks.append(peak)
    size = path.stat().st_size / 1e6
    path.unlink()
    work = f"filter a UHRI export of {count:,} records ({size:,.0f} MB) by State and years"
    ms = [statistics.median(times) * 1e3 for times in (ours, floors)]
    yield Row(work, "a bare pass of ijson over it", ms[0], theirs=ms[1], goal=1.5)
    yield Row("the memory of the process that filters it", "", max(peaks), goal=150, unit="MB")


def generate_export(path: Path, count: int, seed: int = 1) -> None:
    """Write an export with `count` records of about 1,350 bytes each, in the format of UHRI's JSON."""
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=95)).capitalize() for _ in range(500)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            body, state = rng.choice(BODIES), rng.choice(STATES)
            record = {
                "AnnotationId": f"{number:08x}-0000-4000-8000-000000000000",
                "AnnotationType": rng.choice(["- Recommendations", "- Concerns/Observations"]),
                "Symbol": f"{body}/C/{rng.randrange(900)}/CO/{rng.randrange(9)}",
                "DocumentId": f"{rng.randrange(9000):08x}-0000-4000-8000-000000000000",
                "Body": f"- {body}",
                "Countries": [f"- {state}"],
                "Regions": ["- A region"],
                "Themes": rng.sample(THEMES, 4),
                "AffectedPersons": [f"-\u00a0Persons in {rng.choice(WORDS)}"],
                "Sdgs": [f"- {rng.randrange(1, 18)} - A GOAL"],
                "Text": f"{rng.randrange(1, 60)}. {rng.choice(texts)}.",
                "PublicationDate": f"{rng.randrange(2000, 2027)}-02-12T00:00:00",
                "PublicationDateOnUhri": "2025-03-01T00:00:00",
                "UprCycle": None,
                "UprPositions": [],
                "UprRecommendingCountry": [],
                "UprRecommendingRegions": [],
                "UprSession": [],
            }
            file.write(f"{',' if number else '['}\n{json.dumps(record, ensure_ascii=False)}")
        file.write("\n]" if count else "[]")


def _bare(path: Path) -> float:
    """Return the seconds of processor time for a pass that keeps nothing."""
    with path.open("rb") as file:
        start = time.process_time()
        sum(1 for _ in ijson.items(file, "item", use_float=True))
        return time.process_time() - start


def _filter(path: Path) -> float:
    """Return the seconds of processor time for our filter, without the time to load the tracker itself."""
    from tracker.i18n import Language
    from tracker.importing.tables.vocabulary import ImportVocabulary
    from tracker.importing.uhri.export import read_uhri
    from tracker.importing.uhri.records import JsonRecords, UhriChoice
    from tracker.queries.view import View
    from tracker.sandbox.limits import UHRI_FILE
    from tracker.storage.dataset_reader import DatasetReader

    language = Language("en")
    vocabulary = ImportVocabulary.from_view(View(DatasetReader(SHIPPED).read(), date(2026, 6, 1)), language)
    choice = UhriChoice(states=("Kyrgyzstan",), first_year=2010)
    with path.open("rb") as file:
        start = time.process_time()
        found = read_uhri(JsonRecords(file, language), choice, vocabulary, limits=UHRI_FILE)
        seconds = time.process_time() - start
    assert found.recommendations and not found.problem
    return seconds


def main() -> None:
    """Print the seconds and the peak memory in MB of one part, as JSON."""
    part, path = sys.argv[1], Path(sys.argv[2])
    seconds = {"bare": _bare, "filter": _filter}[part](path)
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


if __name__ == "__main__":
    main()
