"""Check that the private folder does not overlap the data folder and cannot be committed to git."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from tracker.config import Config, StoragePlace
from tracker.storage.record_storage import display_path

HOW_TO_MOVE = "Set TRACKER_PRIVATE to a separate folder elsewhere"


def private_folder_problem(config: Config) -> str | None:
    """Return a sentence that says why the private folder may become public and what to do; None if there is no danger."""
    if not isinstance(config.private, Path):
        return None
    private = config.private.resolve()
    data = config.data.resolve() if isinstance(config.data, Path) else Path(__file__).resolve()
    name = f"The private folder {display_path(private)}"
    if private == data or data in private.parents:
        return f"{name} is inside the data folder, which is public. {HOW_TO_MOVE}."
    if private in data.parents:
        return f"{name} contains the data folder, which is public. {HOW_TO_MOVE}."
    places = (folder for path in (data, Path(__file__).resolve()) for folder in (path, *path.parents))
    for tree in dict.fromkeys(folder for folder in places if (folder / ".git").exists()):
        if private == tree or private in tree.parents:
            return f"{name} contains {display_path(tree)}, which is under git. {HOW_TO_MOVE}."
        if tree in private.parents and not _is_ignored(private, tree):
            return (
                f"{name} is inside the git repository {display_path(tree)}, so the next push could publish it. "
                f"{HOW_TO_MOVE}, or add it to .gitignore and remove its files from git."
            )
    return None


def restrict_private_folder(private: StoragePlace | None) -> None:
    """Close the folder `private` and its contents, two levels deep, to other users. Links are left out."""
    if not isinstance(private, Path):
        return
    with suppress(OSError):
        for path in [private, *private.iterdir(), *private.glob("*/*")]:
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(0o700 if path.is_dir() else 0o600)


def _is_ignored(private: Path, tree: Path) -> bool:
    """Return whether the git repository `tree` ignores the folder `private` and tracks no file in it. True if git is missing."""
    yaml = [f"{folder}/x.yaml" for folder in ("evidence", "notes", "evidence_files", "document_files")]
    names = (*yaml, "import-drafts/x.json", "submission-drafts/x.json", "proposals/x.json", "files/x.pdf")
    paths = [str(private / name) for name in names]
    # In a git hook, GIT_* variables are set, which would make git use another work tree.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def git(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "-C", str(tree), *arguments], env=environment, input=stdin, capture_output=True, text=True
        )

    try:
        ignored = git("check-ignore", "-z", "--stdin", stdin="\0".join(paths))
        tracked = git("ls-files", "-z", "--", str(private))
    except FileNotFoundError:
        return True
    # if git fails, the folder does not count as safe
    return [*filter(None, ignored.stdout.split("\0"))] == paths and tracked.returncode == 0 and not tracked.stdout
