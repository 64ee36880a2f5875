"""`links`: what is printed about the links of the public data, and what is left out."""

import hashlib
import socket

import pytest

from tests.support.command_line import run_command
from tests.support.link_server import link_server
from tests.support.story_folder import ASKED, BODIES, DOCUMENTS, NEWS, RECORDED, made
from tracker.links.cited_links import CitedLink, cited_links
from tracker.queries.current_view import current_view

DIGEST = hashlib.sha256(b"x").hexdigest()
COPY = f"files: [{{sha256: {DIGEST}, kind: pdf, name: a.pdf, size: 1, is_copy_of_link: true, {RECORDED}}}]\n"
R1 = f"""\
{ASKED}assessments:
  - {{voice: civil-society, status: not-implemented, date: 2025, reason: R., evidence: [law], source: {{publisher: P, link: "http://a/state"}}, {RECORDED}}}
  - {{voice: civil-society, status: implemented, date: 2025, reason: R., source: {{publisher: P, link: "http://a/withdrawn"}}, {RECORDED[:-4]}001Z, events: [{{type: withdrawn, recorded: "2026-02-01T12:00:00.000000Z"}}]}}
{RECORDED}
"""


def evidence(link: str, more: str = "") -> str:
    return f'{NEWS}link: "{link}"\n{more}{RECORDED}\n'


@pytest.fixture
def data(tmp_path):
    relevant = f"relevant_to: [{{recommendation: r1, effect: progress, {RECORDED}}}]\n"
    return made(
        tmp_path / "data",
        {
            "recommendations/r1.yaml": R1,
            "evidence/law.yaml": evidence("http://a/law#art-3", relevant),
            "evidence/also-law.yaml": evidence("http://a/law", COPY),
            "evidence/kept.yaml": evidence("http://a/kept", 'archived: "http://a/archive"\n'),
            "evidence/retired.yaml": evidence("http://a/retired") + "events: [{type: retired, " + RECORDED + "}]\n",
            "documents.yaml": DOCUMENTS.replace("title: CO 3,", 'title: CO 3, link: "http://a/co-3",'),
            "treaty_bodies.yaml": BODIES.replace("code: CCPR", 'code: CCPR\n    link: "http://a/ccpr"'),
        },
    )


def test_every_link_that_counts_is_checked_once_the_most_cited_first(data):
    assert cited_links(current_view(data, {})) == (
        CitedLink("http://a/law", ("evidence law", "evidence also-law"), citations=2, has_copy=False),
        CitedLink("http://a/archive", ("evidence kept",), citations=0, has_copy=False),
        CitedLink("http://a/ccpr", ("treaty body ccpr",), citations=0, has_copy=False),
        CitedLink("http://a/co-3", ("document co-3",), citations=0, has_copy=False),
        CitedLink("http://a/kept", ("evidence kept",), citations=0, has_copy=True),
        CitedLink("http://a/state", ("recommendation r1",), citations=0, has_copy=False),
    )


def settings(tmp_path):
    return {"TRACKER_DATA": str(tmp_path / "data"), "TRACKER_STATE": str(tmp_path / "state")}


def test_what_is_gone_or_moved_is_printed_with_its_records_and_whether_there_is_a_copy(tmp_path):
    with link_server() as server:
        relevant = f"relevant_to: [{{recommendation: r1, effect: progress, {RECORDED}}}]\n"
        files = {
            "evidence/law.yaml": evidence(server.url("/gone"), relevant),
            "evidence/kept.yaml": evidence(server.url("/gone-for-good"), COPY),
            "evidence/old.yaml": evidence(server.url("/moved")),
            "evidence/secret.yaml": evidence(server.url("/forbidden")),
            "evidence/works.yaml": evidence(server.url("/ok")),
        }
        made(tmp_path / "data", files)
        command = ("links", "--pause", "0", "--allow-local", "--timeout", "20")
        code, out, err = run_command(*command, settings=settings(tmp_path))
        assert (code, err) == (1, "")
        assert out == (
            "Gone: 2\n"
            f"  {server.url('/gone')}: the server answers 404\n"
            "    evidence law; cited once; no copy\n"
            f"  {server.url('/gone-for-good')}: the server answers 410\n"
            "    evidence kept; there is a copy\n"
            "\n"
            "Moved for good: write the new address: 1\n"
            f"  {server.url('/moved')} → {server.url('/ok')}\n"
            "    evidence old; no copy\n"
            "\n"
            "Could not be reached: try again later, or open them in a browser: 1\n"
            f"  {server.url('/forbidden')}: the server answers 403; open it in a browser\n"
            "    evidence secret; no copy\n"
            "\n"
            "5 links checked: 1 work.\n"
        )


def test_if_all_links_work_the_command_ends_with_0(tmp_path):
    with link_server() as server:
        made(tmp_path / "data", {"evidence/law.yaml": evidence(server.url("/ok"))})
        command = ("links", "--pause", "0", "--allow-local")
        assert run_command(*command, settings=settings(tmp_path)) == (0, "1 links checked: 1 work.\n", "")


def test_this_machine_is_asked_only_if_that_is_wanted(tmp_path):
    with link_server() as server:
        made(tmp_path / "data", {"evidence/law.yaml": evidence(server.url("/ok"))})
        code, out, _ = run_command("links", settings=settings(tmp_path))
        assert (code, "leads to this machine or the local network" in out, server.asked) == (1, True, [])


def test_without_a_network_nothing_is_called_gone(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("tracker.links.web_request.socket.getaddrinfo", fail)
    made(
        tmp_path / "data",
        {"evidence/law.yaml": evidence("http://a.example/"), "evidence/b.yaml": evidence("http://b.example/")},
    )
    assert run_command("links", settings=settings(tmp_path)) == (
        2,
        "",
        "No server could be found. Is this machine connected to the internet?\n",
    )


@pytest.mark.parametrize("seconds", ["-1", "x", "nan", "1e9"])
def test_a_time_that_makes_no_sense_is_refused(tmp_path, seconds):
    code, _, err = run_command("links", "--timeout", seconds, settings=settings(tmp_path))
    assert (code, "argument --timeout" in err) == (2, True)
