"""Whether the private folder lies apart from everything that is made public; if not, the dashboard does not start."""

import os
import subprocess
from pathlib import Path

from tracker.config import Config
from tracker.storage.dataset_reader import display_path

HOW_TO_MOVE = "Set TRACKER_PRIVATE to a folder of its own elsewhere"


def private_folder_problem(places: Config) -> str | None:
    """Why the dashboard may not start with these places, and what to do; None where nothing stands in the way."""
    if places.private is None:
        return None
    private, data = places.private.resolve(), places.data.resolve()
    name = f"The private folder {display_path(private)}"
    if private == data or data in private.parents:
        return f"{name} lies inside the data folder, which is public. {HOW_TO_MOVE}."
    if private in data.parents:
        return f"{name} holds the data folder, which is public. {HOW_TO_MOVE}."
    for tree in _work_trees(data, Path(__file__).resolve()):
        if private == tree or private in tree.parents:
            return f"{name} holds {display_path(tree)}, which is under git. {HOW_TO_MOVE}."
        if tree in private.parents and not _is_ignored(private, tree):
            return (
                f"{name} lies among the files that git keeps in {display_path(tree)}: it would go along with the next push. "
                f"{HOW_TO_MOVE}, or add it to .gitignore and take what is there out of git."
            )
    return None


def _work_trees(*inside: Path) -> list[Path]:
    """The git work trees that these places lie in, from the innermost out. A .git may be a file as well."""
    around = (folder for place in inside for folder in (place, *place.parents) if (folder / ".git").exists())
    return list(dict.fromkeys(around))


def _is_ignored(private: Path, tree: Path) -> bool:
    """Whether git leaves the files of the private folder alone. Where there is no git, nothing is pushed from here."""
    asked = [str(private / folder / "x.yaml") for folder in ("evidence", "notes")]
    # Variables of git would make it look at another work tree.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def git(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", "-C", str(tree), *words], env=ours, input=given, capture_output=True, text=True)

    try:
        told = git("check-ignore", "-z", "--stdin", given="\0".join(asked))
        kept = git("ls-files", "-z", "--", str(private))
    except FileNotFoundError:
        return True
    # when git itself cannot say, nothing says that it is safe
    return [*filter(None, told.stdout.split("\0"))] == asked and kept.returncode == 0 and not kept.stdout
