"""doorstop over the same recommendations as items of its own: started by bench_read.py with the Python of .venv-bench.

python -m scripts.benchmarks.doorstop_peer FOLDER; then each line "load" or "check" is answered with the seconds that it took.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from doorstop import settings
from doorstop.core import builder
from doorstop.core.tree import Tree
from doorstop.core.vcs.mockvcs import WorkingCopy

# as its check is when it only looks: ours changes no file either
settings.REFORMAT = settings.REVIEW_NEW_ITEMS = False


def tree(root: Path) -> Tree:
    """The tree of a folder, not loaded yet. Its working copy is one that asks no git."""
    built = builder.build(cwd=str(root), root=str(root))
    built._vcs = WorkingCopy(str(root))
    return built


def load(root: Path) -> int:
    """Loads every item; how many there are."""
    built = tree(root)
    built.load()
    return sum(len(document.items) for document in built)


def check(root: Path) -> int:
    """Loads and checks every item; how many findings there are."""
    return sum(1 for _ in tree(root).get_issues())


if __name__ == "__main__":
    place = Path(sys.argv[1])
    deeds: dict[str, Callable[[Path], int]] = {"load": load, "check": check}
    for said in sys.stdin:
        start = time.perf_counter()
        found = deeds[said.strip()](place)
        print(time.perf_counter() - start, found, flush=True)
