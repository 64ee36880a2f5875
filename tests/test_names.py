"""Rules about names and calls that the linters do not know."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_POSITIONAL = 3


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """The dotted name and the syntax tree of each of our modules."""
    paths = [*(ROOT / "tracker").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text("utf-8"))) for path in paths
    ]


def defined(tree: ast.Module) -> Iterator[str]:
    """The public names that a module defines at its top level."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_has_one_meaning():
    scripts = {path.stem for path in (ROOT / "pages").glob("*.py")}  # a page is a script: its names are its own
    places = defaultdict(set)
    for module, tree in modules():
        if module.removeprefix("pages.") not in scripts:
            for name in defined(tree):
                places[name].add(module)
    type_variables = {"T", "R"}
    twice = {name: sorted(found) for name, found in places.items() if len(found) > 1 and name not in type_variables}
    assert twice == {}


def test_from_the_fourth_argument_on_calls_of_our_own_name_them():
    ours = {f"{module}.{name}" for module, tree in modules() for name in defined(tree)}
    private = {
        f"{module}.{node.name}"
        for module, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    wrong = []
    for module, tree in modules():
        imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) <= MOST_POSITIONAL:
                continue
            if isinstance(node.func, ast.Name):
                target = imported.get(node.func.id, f"{module}.{node.func.id}")
            elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                target = f"{imported.get(node.func.value.id, '')}.{node.func.attr}"
            else:
                continue
            if target in ours | private and not any(isinstance(arg, ast.Starred) for arg in node.args):
                wrong.append(
                    f"{module}:{node.lineno}: {target.rpartition('.')[2]} has {len(node.args)} positional arguments"
                )
    assert wrong == []
