"""The wheel has all that the dashboard needs, and works in an environment outside of the repository."""

import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.support.server_process import ROOT, answers, free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow
WHEN = "1790000000"


def run(*command: str | Path, **settings: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "PYTHON"))}
    done = subprocess.run(command, env=environment | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel, built twice from what is, or is about to be, under git."""
    folder = tmp_path_factory.mktemp("wheels")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "tracker", "pages", ".streamlit"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in ("pyproject.toml", "LICENSE", "app.py", *filter(None, names)):
        (folder / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "code" / name).write_bytes((ROOT / name).read_bytes())
    for number in "12":
        build: list[str | Path] = [
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            folder / number,
            folder / "code",
        ]
        run(sys.executable, *build, SOURCE_DATE_EPOCH=WHEN)
    return [next((folder / number).glob("*.whl")) for number in "12"]


def test_two_builds_have_the_same_bytes_and_every_file_of_the_product(wheels: list[Path]) -> None:
    assert wheels[0].read_bytes() == wheels[1].read_bytes()
    with zipfile.ZipFile(wheels[0]) as wheel:
        inside = {re.sub(r"^.*\.data/data/share/recommendation-tracker/", "", name) for name in wheel.namelist()}
    code = wheels[0].parent.parent / "code"
    parts = [file.relative_to(code) for file in code.rglob("*") if file.is_file()]
    product = {str(file) for file in parts if file.parts[0] in ("tracker", "pages", ".streamlit", "app.py")}
    assert product - inside == set()


def test_it_makes_checks_and_shows_a_tracker_outside_of_the_repository(wheels: list[Path], tmp_path: Path) -> None:
    environment, folder, port = tmp_path / "environment", tmp_path / "demo", free_port()
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python, tracker = environment / "bin" / "python", environment / "bin" / "tracker"
    site = sysconfig.get_path("purelib", vars={"base": str(environment)})
    Path(site, "packages.pth").write_text(sysconfig.get_path("purelib"))
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheels[0])
    about = ["--state", "Someland", "--languages", "en", "--time-zone", "UTC", "--organisation", "Someone"]
    run(tracker, "new", folder, *about, "--contact", "", "--mechanism", "cescr")
    assert run(tracker, "check", folder) == f"{folder}: no problems\n"
    settings = {"TRACKER_DATA": str(folder), "TRACKER_STATE": str(tmp_path / "state"), "PATH": os.environ["PATH"]}
    server = subprocess.Popen(
        [tracker, "run", "--port", str(port)], cwd=tmp_path, env=settings, stdout=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/livez"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert "Human rights recommendations: Someland" in answer.read().decode()
    finally:
        server.terminate()
        server.wait(30)
