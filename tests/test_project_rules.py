"""Habits of the project that a test keeps, since memory does not."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.benchmarks.report import is_one_run

ROOT = Path(__file__).parent.parent
LONGEST = 600
"""Lines. A longer module is usually about two subjects."""
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home|tmp)/")
PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")
LOCKS = {
    "requirements.lock": (),
    "requirements-announce.lock": ("announce",),
    "requirements-dev.lock": ("announce", "dev", "test"),
}
DECISIONS = ROOT / "docs" / "decisions"


def ours() -> list[Path]:
    """Every file that is, or is about to be, under git."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """The name and the text of each of our files that is text."""
    for path in ours():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def lines_of(lock: str) -> list[str]:
    """One line for each package: continued lines joined, comments left out."""
    joined = re.sub(r"\s*\\\n\s*", " ", (ROOT / lock).read_text())
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def versions_in(lock: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in map(PINNED.match, lines_of(lock)) if found}


def test_imports_go_one_way():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "0 broken" in done.stdout) == (0, True), done.stdout


def test_no_module_is_long():
    lengths = {name: text.count("\n") for name, text in texts() if name.endswith(".py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_file_names_a_folder_of_one_machine():
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts()
        if name != ".gitignore"
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_its_hashes(lock):
    assert [line for line in lines_of(lock) if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [project["optional-dependencies"][extra] for extra in LOCKS[lock]]
    asked = [Requirement(line) for line in chain(project["dependencies"], *extras)]
    held = versions_in(lock)
    assert [str(one) for one in asked if held.get(canonicalize_name(one.name), "none") not in one.specifier] == []


def test_all_locks_pin_the_same_versions():
    smallest, larger, largest = (versions_in(lock).items() for lock in LOCKS)
    assert smallest <= larger <= largest


@pytest.mark.slow  # it reads the metadata of all packages: five seconds
def test_every_package_that_is_imported_is_declared():
    trees = [ast.parse(text) for name, text in texts() if re.match(r"(?:tracker|pages)/.*\.py$|app\.py$", name)]
    nodes = list(chain.from_iterable(map(ast.walk, trees)))
    names = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    theirs = names - set(sys.stdlib_module_names) - {"tracker", "pages"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["announce"]]
    declared = {canonicalize_name(Requirement(line).name) for line in asked}
    # parts of a package that have a name of their own
    parts = {"psycopg-pool": "psycopg", "pydantic-core": "pydantic"}
    packages = packages_distributions()
    given = {name: [canonicalize_name(one) for one in packages[name]] for name in theirs}
    assert {name for name, found in given.items() if not {parts.get(one, one) for one in found} & declared} == set()


def test_the_table_of_decisions_has_every_decision():
    said = {}
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        title, status = re.findall(r"\A# \d+\. (.+)\n\nStatus: ([a-z0-9 ]+)\.", path.read_text("utf-8"))[0]
        said[path.name] = (title, status)
    rows = re.findall(r"^\| \[\d{4}\]\((.+)\) \| (.+?) \| (.+?) \|", (DECISIONS / "README.md").read_text("utf-8"), re.M)
    assert {name: (title, status) for name, title, status in rows} == said
    assert [int(name[:4]) for name in said] == list(range(1, len(said) + 1))


def test_every_package_has_a_reason_in_the_decisions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(line) for line in chain(project["dependencies"], *project["optional-dependencies"].values())]
    rows = re.findall(r"^\| (`.+?) \| .+ \|$", (DECISIONS / "README.md").read_text("utf-8"), re.M)
    given = [name for row in rows for name in re.findall("`(.+?)`", row)]
    assert sorted(given) == sorted(one.name for one in asked)


def test_the_table_of_figures_is_one_run() -> None:
    text = (ROOT / "BENCHMARKS.md").read_text("utf-8")
    assert is_one_run(text)
    row = next(line for line in text.splitlines() if line.startswith("| ") and "×" in line)
    assert not is_one_run(text.replace(row, f"{row}\n{row}"))
