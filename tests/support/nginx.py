"""Run nginx with the sample configuration in front of a dashboard, without TLS and on a port of its own."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.find_browser import find_other
from tests.support.server_process import ROOT, answers, free_port
from tests.support.waiting import wait_until


@contextmanager
def nginx_before(port: int, folder: Path, listening: int = 0) -> Iterator[int]:
    """Give the port of an nginx that passes requests on to the dashboard at `port`. Its files are in `folder`."""
    listening, program = listening or free_port(), find_other("nginx")
    assert program, "the tests need nginx: apt install nginx-light"
    sample = (ROOT / "docs" / "nginx.conf").read_text("utf-8")
    site = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", sample, count=1, flags=re.S)
    site = re.sub(r" +(ssl_certificate|listen \[::\]).*\n", "", site).replace(
        "listen 443 ssl", f"listen 127.0.0.1:{listening}"
    )
    site = site.replace("127.0.0.1:8501", f"127.0.0.1:{port}").replace("/dev/shm/tracker-pages", str(folder / "pages"))
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        + ("user root;\n" if folder.owner() == "root" else "")
        + "events { worker_connections 4000; }\nhttp {\n"
        + "".join(
            f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"{site}\n}}\n"
    )
    running = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{listening}/livez") or running.poll() is not None)
        assert running.poll() is None, (folder / "error.log").read_text()
        yield listening
    finally:
        running.terminate()
        running.wait(20)
