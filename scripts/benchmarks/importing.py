"""The time to read a document of sixty paragraphs, and the time of a reader's page while documents are read."""

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from docx import Document as new_docx

from scripts.benchmarks.load import percentile_95, read_in_turns
from scripts.benchmarks.report import Row
from scripts.benchmarks.serving import running_server

PARAGRAPHS = 60
ROUNDS = 5
FRONT_MATTER = (
    "CAT/C/RUR/CO/3",
    "Committee against Torture",
    "Concluding observations on the third periodic report of Ruritania",
    "1. The Committee considered the third periodic report of Ruritania at its meetings held on 16 and 17 November 2021, "
    "and adopted the present concluding observations at its 1873rd meeting, held on 29 November 2021.",
    "C. Principal subjects of concern and recommendations",
)
LOOP = """import sys
from pathlib import Path
from tracker.importing.documents.reader import parse_upload
while True:
    parse_upload(Path(sys.argv[1]))
"""


def measure_import(folder: Path, count: int) -> Iterator[Row]:
    """Yield the time to read a document, and the 95th percentile of a reader's pages while documents are read.

    The dashboard has `count` recommendations.
    """
    from tracker.importing.documents.reader import parse_upload

    path = folder / "observations.docx"
    path.write_bytes(document_of(PARAGRAPHS))
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        imported = parse_upload(path)
        times.append((time.perf_counter() - start) * 1e3)
    assert len(imported.recommendations) == PARAGRAPHS // 2
    yield Row(f"read a .docx of {PARAGRAPHS} paragraphs", "", statistics.median(times), goal=3000)
    with running_server(folder / "import", count) as server:
        alone, beside = read_in_turns(server, count, partial(_imports_running, path))
    work = f"a reader's page (list and recommendation of {count:,}) while two documents are read, p95"
    yield Row(work, "the same without an import", percentile_95(beside), theirs=percentile_95(alone), goal=2.0)


def document_of(paragraphs: int) -> bytes:
    """Return concluding observations with this number of paragraphs as the bytes of a .docx file.

    Every second paragraph is a recommendation with three parts.
    """
    file = new_docx()
    for text in FRONT_MATTER:
        file.add_paragraph(text)
    for number in range(2, paragraphs + 2, 2):
        file.add_heading(f"Conditions in place {number}", 2)
        file.add_paragraph(f"{number}. The Committee is concerned about the conditions in place {number} (art. 11).")
        file.add_paragraph(f"{number + 1}. The State party should:")
        for letter, what in (("a", "end the practice;"), ("b", "train the staff;"), ("c", "publish the figures.")):
            file.add_paragraph(f"({letter}) Take measures in place {number} to {what}")
    saved = io.BytesIO()
    file.save(saved)
    return saved.getvalue()


@contextmanager
def _imports_running(path: Path) -> Iterator[None]:
    """Read the document again and again in two processes, as many as the dashboard allows, while the block runs."""
    running = [subprocess.Popen([sys.executable, "-c", LOOP, str(path)]) for _ in range(2)]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()
