"""What is wrong, old or unfinished in the data."""

from datetime import date

import pytest
from lxml.html import fromstring

from tests.support.story_folder import ASKED, DOCUMENTS, GRADED, NEWS, RECOMMENDED, TRACKER, made
from tests.support.view_requests import ask
from tracker.i18n import native_name
from tracker.publishing.render_context import render
from tracker.queries import data_health
from tracker.queries.translations import translation_queue
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)


@pytest.fixture
def view(tmp_path, monkeypatch):
    """`view({name: yaml})` reads a folder with these files, from the folder above it."""
    monkeypatch.chdir(tmp_path)
    return lambda files: View(DatasetReader(made(tmp_path / "data", files)).read(), TODAY)


def assessed(day, more=""):
    return (
        f"assessments:\n  - {{voice: civil-society, status: not-implemented, date: {day}, reason: R.,"
        f" recorded: 2026-01-01T00:00:00.000000Z{more}}}\n"
    )


def test_the_oldest_assessment_comes_first_and_a_fresh_one_not_at_all(view):
    checked = assessed("2024", ", events: [{type: checked, date: 2026-05-01}]")
    days = [assessed("2025-03"), assessed("2024"), assessed("2026-06-01"), checked]
    v = view({f"recommendations/r{n}.yaml": ASKED + day for n, day in enumerate(days, 1)})
    assert [r.id for r in data_health.stale_recommendations(v)] == ["r2", "r1"]


def test_what_is_cited_most_comes_first_and_a_saved_copy_is_a_copy(view):
    copy = f"{{sha256: {'a1' * 32}, kind: pdf, name: copy.pdf, size: 9, is_copy_of_link: "
    relevant = "relevant_to: [{recommendation: r1, effect: context}]\n"
    evidence = {
        "a": "",
        "b": "",
        "c": relevant,
        "archived": relevant + "archived: https://archive.example/b\n",
        "copied": relevant + f"files: [{copy}'yes'}}]\n",
        "other-file": relevant + f"files: [{copy}'no'}}]\n",
        "withdrawn": f"files: [{copy}'yes', events: [{{type: withdrawn, reason: No.}}]}}]\n",
    }
    files = {f"evidence/{name}.yaml": NEWS + "link: https://example.org/a\n" + more for name, more in evidence.items()}
    files["recommendations/r1.yaml"] = ASKED + assessed("2025", ", evidence: [b, c]")
    files["recommendations/r2.yaml"] = ASKED + assessed("2025", ", evidence: [c]")
    found = [(task.record.id, task.citations) for task in data_health.list_without_archived_copy(view(files))]
    assert found == [("c", 3), ("b", 1), ("other-file", 1), ("a", 0), ("withdrawn", 0)]


def test_what_is_to_be_checked_is_named(view):
    day, uptake = "issued: 2022-12-09, verification: seen", "uptake: [{recommendation: r1, result: to-check}]\n"
    v = view(
        {
            "documents.yaml": DOCUMENTS.replace(day, f"{day}, follow_up: {{verification: to-check}}"),
            "recommendations/co-4-12.yaml": RECOMMENDED.replace("reported", "to-check") + "paragraph: 12\n" + uptake,
            "recommendations/hrc-3-20.yaml": GRADED + assessed("2026", ", verification: to-check"),
            "evidence/law.yaml": NEWS.replace("reported", "to-check"),
        }
    )
    assert [(piece.record.id, piece.what) for piece in data_health.list_unverified(v)] == [
        ("hrc-3", ("follow_up",)),
        ("co-4-12", ("verification", "uptake")),
        ("hrc-3-20", ("paragraph", "assessments")),
        ("law", ("verification",)),
    ]


def test_an_assessment_written_by_hand_is_found(view):
    by_hand = "  - {voice: civil-society, status: not-implemented, date: 2026-05, reason: By hand.}\n"
    v = view({"recommendations/r1.yaml": ASKED + assessed("2026-05") + by_hand})
    assert [piece.record.id for piece in data_health.list_without_timestamp(v)] == ["r1"]


def test_retired_records_are_nobodys_work(view):
    gone = "events: [{type: retired, recorded: 2026-01-01T00:00:00.000000Z, recorded_by: editor-anna}]\n"
    v = view({"evidence/law.yaml": NEWS + "link: https://example.org\n" + gone})
    assert (data_health.list_without_archived_copy(v), translation_queue(v)) == ((), {"en": ()})


@pytest.mark.parametrize(("lang", "name"), [("ky", "Кыргызча"), ("qqq", "qqq")])
def test_a_language_is_called_what_its_speakers_call_it(lang, name):
    assert native_name(lang) == name


def test_an_organisation_is_told_for_thirty_days_what_others_did_to_its_word(view):
    organisations = (
        "organisations: [{id: watch, name: W, kind: civil-society}, {id: centre, name: C, kind: civil-society}]\n"
    )
    by = "recorded: 2026-06-0{}T00:00:00.000000Z, recorded_by: {}, recorded_for: {}"
    new = f"{NEWS}{by.format(1, 'editor-{}', 'watch')}\n".replace(", recorded_", "\nrecorded_")
    contested = f"events:\n  - {{type: contested, reason: No., {by.format(2, 'editor-c', 'centre')}}}\n"
    older = contested.replace("2026-06-02", "2026-05-18")
    edited = f"history:\n  - {{field: publisher, old: V, reason: R., {by.format(3, 'editor-c', 'centre')}}}\n"
    files = {
        "tracker.yaml": TRACKER + organisations,
        "evidence/published.yaml": new.format("c"),
        "evidence/mine.yaml": new.format("w") + contested,
        "evidence/older.yaml": new.format("w") + older,
        "evidence/theirs.yaml": new.format("c").replace("watch", "centre"),
        "evidence/named.yaml": new.format("x").replace("watch", "editors").replace("24.kg", "W") + edited,
    }
    files["evidence/taken.yaml"] = (
        files["evidence/named.yaml"].replace("publisher: W", "publisher: X").replace("old: V", "old: W")
    )
    files["recommendations/brought.yaml"] = (
        RECOMMENDED
        + f"{by.format(1, 'editor-w', 'watch')}\n".replace(", recorded_", "\nrecorded_")
        + f"same_demand: [{{recommendation: r1, recorded: 2026-06-04T00:00:00.000000Z, events: [{{type: withdrawn, {by.format(5, 'editor-c', 'centre')}}}]}}]\n"
        + f"assessments: [{{voice: civil-society, organisation: centre, status: implemented, date: 2026, reason: R., {by.format(6, 'editor-c', 'centre')}}}]\n"
        + f"history: [{{field: text, old: Words., reason: R., {by.format(7, 'editor-c', 'centre')}}}]\n"
    )
    files["recommendations/r1.yaml"] = ASKED
    graded = (
        "assessments: [{voice: committee, grade: C, date: 2026, reason: R., {}, events: [{type: withdrawn, {}}]}]\n"
    )
    watched = graded.replace("{}", by.format(1, "editor-w", "watch"), 1)
    rival = (
        graded.replace("grade: C", "grade: A")
        .partition(", events")[0]
        .replace("{}", by.format(9, "editor-c", "centre"))
    )
    files["recommendations/twice.yaml"] = (
        RECOMMENDED
        + graded.partition(", events")[0].replace("{}", by.format(1, "editor-w", "watch"))
        + "}, "
        + rival.partition("[")[2]
        + "}]\n"
    )
    files["recommendations/graded.yaml"] = RECOMMENDED + watched.replace("{}", by.format(8, "editor-c", "centre"))
    document = "  - {{id: {}, body: cescr, kind: concluding-observations, title: T, cycle: 4, verification: seen{}}}\n"
    turned = f", history: [{{field: follow_up, reason: R., {by.format(9, 'editor-c', 'centre')}}}]"
    authored = turned.replace("field: follow_up", "field: authors")  # nobody was named before
    files["documents.yaml"] = DOCUMENTS + document.format("co-9", turned) + document.format("co-8", authored)
    files["recommendations/of-9.yaml"] = RECOMMENDED.replace(
        "co-4", "co-9"
    ) + f"{by.format(1, 'editor-w', 'watch')}\n".replace(", recorded_", "\nrecorded_")
    # of a text of everybody's, whoever changed it before
    ours = f"{{field: text, old: A., reason: R., {by.format(1, 'editor-w', 'watch')}}}"
    others = f"{{field: FIELD, old: B., reason: R., {by.format(2, 'editor-c', 'centre')}}}"
    for field in ("text", "summary"):
        files[f"recommendations/again-{field}.yaml"] = (
            RECOMMENDED + f"history: [{ours}, {others.replace('FIELD', field)}]\n"
        )
    found = data_health.affected_by_others(view(files), "watch", {"editor-c"})
    said = [(c.record.id, c.event.type.value if c.event else c.kind.value) for c in found]
    named = [("named", "edit"), ("mine", "contested"), ("named", "evidence"), ("published", "evidence")]
    named += [("taken", "edit")]
    brought = [("brought", "withdrawn"), ("brought", "assessment"), ("brought", "edit")]
    brought += [("graded", "withdrawn"), ("co-9", "edit")]
    assert sorted(said) == sorted([*named, *brought, ("again-text", "edit"), ("twice", "assessment")])
    of_editors = data_health.affected_by_others(view(files), "editors", set())
    assert ("co-8", "edit") in [(c.record.id, c.event.type.value if c.event else c.kind.value) for c in of_editors]
    (rival,) = data_health.affected_by_others(view(files), "centre", {"editor-w"})
    assert (rival.record.id, rival.kind.value) == ("twice", "assessment")
    request = ask(view(files).dataset)
    html = render(
        "forms/affected.html",
        request,
        entries=found,
        proposals=[],
        records={},
        own="watch",
        whose=lambda _entry: "watch",
        who={},
        sentence=str,
    )
    words = " ".join(fromstring(html).text_content().split())
    for who_and_what in ("C", "Words.", "24.kg", "V", "R."):
        assert who_and_what in words
