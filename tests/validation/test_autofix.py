"""`check --fix`: what a machine knows is filled in files edited by hand, and nothing else moves."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.command_line import run_command
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, ASKED, BODIES, CONCLUDED, DOCUMENTS, SHOWN, TRACKER, Clock, folder, said
from tracker.__main__ import NO_CONTACT
from tracker.editing.store import Store
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import fix_folder

SCHEMA = "# yaml-language-server: $schema="
TIMED = "recorded: 2026-01-01T00:00:00.000000Z\n"
REGISTERS = {
    "tracker": f"{SCHEMA}schema/tracker.json\n{TRACKER}",
    "treaty_bodies": f"{SCHEMA}schema/treaty_bodies.json\n{BODIES}",
    "documents": f"{SCHEMA}schema/documents.json\n{DOCUMENTS}",
}
R, E = f"{SCHEMA}../schema/recommendation.json\n", f"{SCHEMA}../schema/evidence.json\n"
"""The first lines of the files of a recommendation and of evidence."""


@pytest.fixture
def fixed(tmp_path):
    """`fixed(files)` fills such files and says what was done; the registers are complete, unless they are given."""

    def fixed(files, handle="editor-anna"):
        folder(tmp_path, {**REGISTERS, **files})
        return [str(one).replace(f"{tmp_path}/", "") for one in fix_folder(tmp_path, handle=handle, clock=Clock())]

    return fixed


BY_HAND = f"""\
{R}# Ours. Ask Bolot before you change it.
issued_by: committee   # not ours
document: co-2024
title: "T"
summary: >-
  S
verification: seen
source: {{document: co-2024, paragraph: 1}}
same_demand:
  - recommendation: y # as Bolot says
assessments:
  # the baseline
  -   voice: civil-society
      status: not-implemented
      date: 2024-02
      reason: Nothing moved.
      recorded: 2024-03-01T00:00:00.000000Z
      events:
        - {{type: checked, date: 2025-01,
           reason: Asked again. # by phone
          }}
  - {{voice: state,   status: 'implemented', # so they say
     date: 2024, source: {{cited_by: report-2024, paragraph: 1}}, reason: "A speech."}}

  - voice: civil-society
    status: not-implemented
    date: 2026
    reason: >-
      Still
      nothing.
    recorded:
    recorded_by: editor-bolot
    # to be added: the law of 2025
uptake: [{{recommendation: z, result: partly}}]
# the end
"""
T0, T1, T2, T3, T4, T5 = (f"2026-01-31T12:00:01.00000{n}Z" for n in range(6))
ANNAS = "recorded_by: editor-anna"
FILLED = BY_HAND
for was, now in {
    "says\n": f"says\n    recorded: {T0}\n",
    "again. #": f"again., recorded: '{T1}', {ANNAS} #",
    '"A speech."': f"\"A speech.\", recorded: '{T2}', {ANNAS}",
    "recorded:\n": f"recorded: {T3}\n",
    "partly}]\n": f"partly, recorded: '{T4}'}}]\nrecorded: {T5}\n{ANNAS}\n",
}.items():
    FILLED = FILLED.replace(was, now)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_missing_is_filled_in_the_order_of_the_file_and_nothing_else_moves(fixed, tmp_path, end, mark):
    files = {"r/x": (mark + BY_HAND).replace("\n", end), "r/y": R + CONCLUDED + TIMED, "r/z": R + ASKED + TIMED}
    assert fixed(files) == ["recommendations/x.yaml: added 6 recorded times"]
    assert (tmp_path / "recommendations" / "x.yaml").read_bytes() == (mark + FILLED).replace("\n", end).encode()
    assert fixed({}) == []


def test_the_schema_line_comes_first_behind_a_byte_order_mark(fixed, tmp_path):
    files = {
        "tracker": TRACKER,
        "treaty_bodies": "# Ours.\n" + BODIES,
        "documents": ("\ufeff" + DOCUMENTS).replace("\n", "\r\n"),
        "r/x": ASKED + TIMED,
        "e/law": "---\n" + SHOWN + TIMED,
        "e/other": "# Mine.\n# yaml-language-server: $schema=/elsewhere.json\n" + SHOWN + TIMED,
    }
    names = ("documents", "tracker", "treaty_bodies", "evidence/law", "recommendations/x")
    assert fixed(files) == [f"{name}.yaml: added the schema line" for name in names]
    assert (tmp_path / "tracker.yaml").read_text() == REGISTERS["tracker"]
    documents = "\ufeff" + REGISTERS["documents"].replace("\n", "\r\n")
    assert (tmp_path / "documents.yaml").read_bytes().decode() == documents
    assert (tmp_path / "evidence" / "law.yaml").read_text() == f"{E}---\n{SHOWN}{TIMED}"


def test_evidence_and_what_it_bears_on_are_filled(fixed, tmp_path):
    text = SHOWN + "relevant_to:\n  - {recommendation: x, effect: progress}\nevents:\n  - type: retired\n"
    done = fixed({"r/x": R + ASKED + TIMED, "e/law": text})
    assert done == ["evidence/law.yaml: added 3 recorded times and the schema line"]
    assert (tmp_path / "evidence" / "law.yaml").read_text() == (
        f"{E}{SHOWN}relevant_to:\n  - {{recommendation: x, effect: progress, recorded: '{T0}'}}\n"
        f"recorded: {T1}\n{ANNAS}\nevents:\n  - type: retired\n    recorded: {T2}\n    {ANNAS}\n"
    )


def test_a_file_with_a_problem_is_left_alone_and_said_so(fixed, tmp_path):
    files = {"r/x": "by: [\n", "e/law": SHOWN + "relevant_to: [{recommendation: nowhere, effect: progress}]\n"}
    assert fixed({**files, "e/good": SHOWN + TIMED}) == [
        "evidence/good.yaml: added the schema line",
        "evidence/law.yaml: skipped; correct its problems first",
        "recommendations/x.yaml: skipped; correct its problems first",
    ]
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == files["r/x"]
    assert (tmp_path / "evidence" / "law.yaml").read_text() == files["e/law"]


def test_a_file_that_cannot_be_filled_without_changing_more_is_left_alone(fixed, tmp_path):
    braces = "{kind: news, publisher: A paper, summary: S, dimension: law, verification: seen} # all in one\n"
    (told,) = fixed({"e/law": braces})
    assert told.startswith(
        "evidence/law.yaml: skipped; more than the missing lines would have to change; write one key"
    )
    assert (tmp_path / "evidence" / "law.yaml").read_text() == braces


def test_the_times_are_later_than_every_one_known_and_the_next_save_goes_on(tmp_path):
    late, later = "2031-01-31T12:00:00.000000Z", "2031-01-31T12:00:00.000001Z"
    root = folder(tmp_path, {**REGISTERS, "e/law": f"{E}{SHOWN}recorded: {late}\n", "r/x": R + ASKED})
    (root / ".lock").write_text("2030-01-31T12:00:00.000000Z")
    fix_folder(root, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    store = Store(DatasetReader(root), clock=Clock())
    x = store.reader.read().recommendations["x"]
    assert (x.recorded, (root / ".lock").read_text()) == (later, later)
    (saved,) = store.save(replace(x, title=said("New")), by=ANNA, reason="-")
    assert saved.history[0].recorded == "2031-01-31T12:00:00.000002Z"


def test_the_command_says_what_was_filled_then_what_is_wrong(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "handle").write_text("editor-anna\n")
    folder(tmp_path / "data", {**REGISTERS, "e/law": SHOWN})
    found = run_command("check", "--fix", settings={"TRACKER_STATE": str(state)}, cwd=tmp_path)
    filled = "added 1 recorded time and the schema line"
    assert found == (0, f"data/evidence/law.yaml: {filled}\ndata: no problems\n", f"{NO_CONTACT}\n")
    assert (tmp_path / "data" / "evidence" / "law.yaml").read_text().endswith("\nrecorded_by: editor-anna\n")
    folder(tmp_path / "data", {**REGISTERS, "r/x": ASKED, "e/broken": SHOWN + "relevant: x\n"})
    nobody = {"TRACKER_STATE": str(tmp_path / "none")}
    code, out, wrong = run_command("check", "--fix", "data", settings=nobody, cwd=tmp_path)
    assert (code, wrong) == (1, f"{NO_CONTACT}\n")
    assert out.splitlines() == [
        "data/evidence/broken.yaml: skipped; correct its problems first",
        f"data/recommendations/x.yaml: {filled}",
        "data/evidence/broken.yaml:6: unknown key 'relevant'; did you mean 'relevant_to'?",
    ]
    assert "recorded_by" not in (tmp_path / "data" / "recommendations" / "x.yaml").read_text()


def test_what_interrupted_saves_left_is_removed_from_all_folders_and_named(tmp_path):
    folder(tmp_path / "data", {**REGISTERS, "r/x": R + ASKED + "recorded: 2026-01-31T12:00:00.000000Z\n"})
    left = ("data/files/.a.pdf.new", "private/import-drafts/old/.x.json.new", "state/.sign-in.json.new")
    for name in (*left, "state/cache/999999999/words", "private/letter.new"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Ivan Testov")
    settings = {f"TRACKER_{area.upper()}": str(tmp_path / area) for area in ("data", "private", "state")}
    _, out, wrong = run_command("check", "--fix", settings=settings, cwd=tmp_path)
    assert ([line for line in out.splitlines() if "had left it" in line], wrong) == (
        [f"{name}: removed; an interrupted save had left it" for name in left],
        f"{NO_CONTACT}\n",
    )
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and "Testov" in path.read_text()] == [
        "letter.new"
    ]


def test_the_shipped_data_needs_nothing(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    assert fix_folder(tmp_path / "data", clock=Clock()) == ()
