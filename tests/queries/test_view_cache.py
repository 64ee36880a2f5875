"""What is worked out once for a view, and drawn once for all who read it."""

from datetime import date

from tests.support.story_folder import ASKED, made
from tracker.i18n import get_language
from tracker.publishing.render_context import RenderContext, render
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.text_search import parse_search
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)


def view_of(root):
    return View(DatasetReader(root).read(), TODAY)


def listed(view, lang="en", query=Filters()):  # noqa: B008
    rows = [(r.issued_by, [r], 1) for r in filter_recommendations(view, query, lang)]
    page = RenderContext(view, get_language(lang))
    return render(
        "pages/list.html",
        page,
        groups=rows,
        words=parse_search(query.q),
        carry=query.params(),
        page=1,
        pages=1,
        turn=("", ""),
    )


def test_a_question_is_answered_once_for_each_view(tmp_path):
    view, another, asked = view_of(made(tmp_path)), view_of(tmp_path), []

    def answer():
        asked.append("asked")
        return len(asked)

    assert [v.cached("n", "key", answer) for v in (view, view, another, view)] == [1, 1, 2, 1]
    assert [view.cached(about, key, answer) for about, key in (("n", "other"), ("m", "key"))] == [3, 4]


def test_only_so_many_answers_are_kept(tmp_path):
    view = view_of(made(tmp_path))
    for number in range(10):
        view.cached("numbers", number, lambda number=number: number, most=4)
    assert list(view.__dict__["cached numbers"]) == [8, 9]


def test_a_row_that_is_there_already_says_what_another_reader_asks_for(tmp_path):
    view = view_of(
        made(
            tmp_path,
            {
                "recommendations/r1.yaml": ASKED.replace(
                    "title: Repeal the punishments", "title: {en: Repeal it, ru: Отменить}"
                )
            },
        )
    )
    first = listed(view)
    assert "Repeal it</a>" in first
    assert listed(view) == first
    assert "Отменить</a>" in listed(view, "ru")
    assert "<mark>Repeal</mark> it</a>" in listed(view, query=Filters(q="repeal"))
    assert 'href="/recommendation?id=r1&amp;status=not-assessed"' in listed(
        view, query=Filters(status=("not-assessed",))
    )
    assert 'href="/recommendation?id=r1"' in listed(view)


def test_a_row_is_drawn_anew_after_a_save(tmp_path):
    assert "Repeal the punishments</a>" in listed(view_of(made(tmp_path)))
    made(tmp_path, {"recommendations/r1.yaml": ASKED.replace("Repeal the punishments", "Repeal them")})
    assert "Repeal them</a>" in listed(view_of(tmp_path))
