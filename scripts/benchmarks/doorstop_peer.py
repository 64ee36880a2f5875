"""Run doorstop on its own copy of the recommendations. Started by reading.py with the Python of .venv-bench.

Run it with python scripts/benchmarks/doorstop_peer.py FOLDER. It reads lines with the command "load" or "check". For
each line, it runs the command, then prints the time in seconds and the result.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from doorstop import settings
from doorstop.core import builder
from doorstop.core.tree import Tree
from doorstop.core.vcs.mockvcs import WorkingCopy

# doorstop must only read and check, because our own check does not change any file either
settings.REFORMAT = settings.REVIEW_NEW_ITEMS = False


def build_tree(root: Path) -> Tree:
    """Return the doorstop tree of a folder. Its items are not loaded yet. Its working copy does not call git."""
    tree = builder.build(cwd=str(root), root=str(root))
    tree._vcs = WorkingCopy(str(root))
    return tree


def load(root: Path) -> int:
    """Load every item, and return the number of items."""
    tree = build_tree(root)
    tree.load()
    return sum(len(document.items) for document in tree)


def check(root: Path) -> int:
    """Load and check every item, and return the number of issues."""
    return sum(1 for _ in build_tree(root).get_issues())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    commands: dict[str, Callable[[Path], int]] = {"load": load, "check": check}
    for line in sys.stdin:
        start = time.perf_counter()
        result = commands[line.strip()](folder)
        print(time.perf_counter() - start, result, flush=True)
