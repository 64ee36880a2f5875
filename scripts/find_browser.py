"""Print the path of a Chromium for the tests; install one if there is none: python -m scripts.find_browser.

With --all, install what else the tests start: a second browser and a web server.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Commands of Chromium, in this order: the headless shell opens a page in half the CPU time of the full browser."""
OTHERS = {"firefox-esr": "firefox", "nginx": "nginx-light"}
"""Debian's command → another command or package with the same program."""
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
"""Debian's installer; it waits for another one that runs, instead of giving up."""
NOT_FOUND = "The tests need Chromium: install it (apt install chromium), or set BROWSER to its path."


def find_browser() -> str | None:
    """Return the path of the first Chromium that runs, or None. If none is installed, try to install one."""
    return next(filter(is_chromium, candidate_paths()), None)


def candidate_paths() -> Iterator[str | None]:
    """Yield the paths where a browser may be. A path is None if a command is not installed.

    The paths that need the least work come first. A browser is installed only when the caller asks for another path
    after all earlier ones.
    """
    yield os.environ.get("BROWSER")
    yield from map(shutil.which, NAMES)
    yield playwright_chromium()
    run_installer([sys.executable, "-m", "playwright", "install", "chromium"])
    yield playwright_chromium()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # ignore a failure: if one package source is broken, Chromium may be in another one
        run_installer([*APT, "update"])
        for package in NAMES[:2]:
            run_installer([*APT, "install", "-y", package])
            yield shutil.which(package)


def find_other(command: str) -> str | None:
    """Return the path of a program of OTHERS, or None. If it is not installed, try to install it."""
    other = OTHERS[command]
    # servers are in a folder that only the path of root has
    places = os.environ.get("PATH", "") + ":/usr/sbin"
    if not (path := shutil.which(command, path=places) or shutil.which(other, path=places)):
        if os.geteuid() == 0 and shutil.which("apt-get"):
            run_installer([*APT, "update"])
            run_installer([*APT, "install", "-y", command if command == "firefox-esr" else other])
        path = shutil.which(command, path=places)
    return path


def playwright_chromium() -> str:
    """Return the path at which Playwright keeps its Chromium. There may be no file at this path."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def run_installer(command: list[str]) -> None:
    """Run a command for at most ten minutes, whether it succeeds or not. Its output goes to the error stream."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with suppress(subprocess.TimeoutExpired):
        # standard output is for the path alone
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=600)


def is_chromium(path: str | None) -> bool:
    """Return whether the program at `path` is a Chromium that starts.

    $BROWSER may be any browser, and in some distributions the command is an empty wrapper.
    """
    try:
        version = subprocess.run([path or "", "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return version.returncode == 0 and "Chrom" in version.stdout


def main() -> int:
    """Print the path of a browser and return 0, or print what to install and return 1."""
    path = find_browser()
    if missing := [name for name in OTHERS if "--all" in sys.argv and not find_other(name)]:
        print(
            f"The tests also need: {', '.join(missing)}. Install it (apt install {' '.join(missing)}).", file=sys.stderr
        )
        return 1
    print(path or NOT_FOUND, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
