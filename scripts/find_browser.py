"""Print the path of the Chromium that the tests drive; install one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome")
WHERE_FROM = "The tests need Chromium: install it (apt install chromium), or name it with BROWSER=."


def places() -> Iterator[str | None]:
    """Where a browser may be, the cheapest first: each place is made only when the ones before it had none."""
    yield os.environ.get("BROWSER")
    yield from map(shutil.which, NAMES)
    yield playwrights_own()
    succeeds(sys.executable, "-m", "playwright", "install", "chromium")
    yield playwrights_own()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        succeeds("apt-get", "update")  # One broken source fails it, and Chromium may be in another.
        succeeds("apt-get", "install", "-y", "chromium")
        yield from map(shutil.which, NAMES)


def playwrights_own() -> str:
    """Where Playwright keeps its Chromium, there or not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def succeeds(*command: str) -> bool:
    """Run an installer; what it prints goes to the error stream, since ours is the path alone."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=600)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def runs(path: str | None) -> bool:
    """True of a Chromium that starts: $BROWSER may be any browser, and some distributions ship an empty wrapper."""
    try:
        said = subprocess.run([path or "", "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "Chrom" in said.stdout


def main() -> int:
    """Print the first browser that runs, and return 0; else say what to install, and return 1."""
    found = next(filter(runs, places()), None)
    print(found or WHERE_FROM, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
