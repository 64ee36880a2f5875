"""The labels of the timeline."""

from tests.support.small_dataset import DOCUMENTS
from tests.support.view_requests import ask, small
from tracker.publishing.pages.deadlines import label_dots
from tracker.queries.deadlines import build_timeline

MORE = """\
  - {id: loi, body: cescr, kind: list-of-issues, title: L, cycle: cescr-2024, issued: 2023-11, verification: seen}
  - {id: next, body: cescr, kind: state-report, title: N, cycle: cescr-2030, due: 2029-03-31, verification: seen}
  - {id: co-2021, body: cat, kind: concluding-observations, title: CO, cycle: cat-2021, issued: 2021-12, verification: seen,
     follow_up: {verification: seen, steps: [{date: 2022-12, description: The State replied.}]}}
"""


def test_each_dot_says_its_year_and_what_it_is_and_no_label_covers_another(tmp_path):
    request = ask(small(tmp_path, ("documents", DOCUMENTS.rpartition("  - {id: co-2021")[0] + MORE)))
    line = build_timeline(request.view)
    labels = {body.id: label_dots(request, dots) for body, dots in line.lanes}
    assert [label[1:] for label in labels["cescr"]] == [
        ("2023", "List of issues", 2),
        ("2024", "Alternative report", 1),
        ("2024", "Concluding observations", 0),
        ("2029", "State report due", 0),
    ]
    assert [label[1] for label in labels["cat"]] == ["2021", "2022"]
    # the line goes on beyond what is to come
    assert line.has_upcoming and 0 < max(dot.at for dot, *_label in labels["cescr"]) < 98
