"""Start the text editor of the person at the terminal."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker.model.errors import TrackerError

DEFAULT_EDITORS = ("vi", "nano")
_NO_EDITOR = "There is no text editor. Set EDITOR to the program with which you edit text, such as nano."


def find_editor(environment: Mapping[str, str] = os.environ, *, with_default: bool) -> list[str]:
    """Return the words of the command that starts the editor: $VISUAL, else $EDITOR.

    If neither is set, it is the first of DEFAULT_EDITORS that is installed, but only `with_default`. Raises TrackerError
    if there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environment.get(name, ""))
        except ValueError:
            raise TrackerError(f"{name} cannot be read: a quotation mark is missing.") from None
        if words:
            return words
    installed = [name for name in DEFAULT_EDITORS if shutil.which(name)] if with_default else []
    if not installed:
        raise TrackerError(_NO_EDITOR)
    return installed[:1]


def run_editor(editor: Sequence[str], path: Path) -> None:
    """Let the person edit the file `path`, and wait until the editor ends. Raises TrackerError if it fails."""
    # Ctrl+C is for the editor, which gets it too. With SIG_IGN, the editor would ignore it as well.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        code = subprocess.Popen([*editor, str(path)]).wait()
    except OSError as error:
        raise TrackerError(f"The editor {editor[0]} cannot be started ({error.strerror}). Set EDITOR.") from None
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise TrackerError(f"The editor {editor[0]} ended with an error. Nothing was saved.")
