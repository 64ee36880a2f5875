"""The pictures of the page Analysis. Each has a title that states the finding, a table in words, and a figure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import compress, islice
from typing import Any

from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.records import Recommendation, SameDemand, Uptake
from tracker.model.vocabulary import NOT_SELECTED, DocumentKind, EvidenceEffect, Issuer, Status, UptakeResult, Voice
from tracker.publishing.pictures.figures import (
    PAGE_COLOURS,
    PATTERNS,
    SHAPES,
    Palette,
    Sign,
    Spec,
    draw_bars,
    draw_lines,
    draw_matrix,
)
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import notes_on_editors, status_words
from tracker.queries.deadlines import lanes
from tracker.queries.tables import analysis
from tracker.queries.tables.analysis import PictureData
from tracker.queries.tables.values import Columns, TableValues, columns_of_rows
from tracker.queries.view import effective_date

MAX_PICTURE_ROWS = 12
"""The largest number of rows of a matrix and of its table. All recommendations are in the list."""
LANES = {"report": N_("Reports"), "law": N_("Laws"), "evidence": N_("Evidence"), "assessment": N_("Assessments")}
ANSWERS = {
    analysis.SAME_DEMAND: (N_("asks for the same"), "square"),
    analysis.SAME_IN_PART: (N_("asks for the same, in part"), "triangle-sw"),
    # a dot: not checked
    analysis.SAME_UNCHECKED: (N_("asks for the same, extent not checked"), "hexagon-open-dot"),
    UptakeResult.TAKEN_UP.value: ("", "star"),
    UptakeResult.PARTLY.value: ("", "star-diamond"),
    UptakeResult.NOT_ADDRESSED.value: ("", "x-thin-open"),
    UptakeResult.TO_CHECK.value: (N_("not checked whether the committee took it up"), "square-open-dot"),
    analysis.ADDRESSED: (N_("recommended; no later document yet"), "square-open"),
}
"""Code of a committee's answer to a demand → (label, shape); see `answers_in_words`. app.css has the shapes, too."""
NO_VALUE = "–"
"""The text of a table cell where nothing is known or counted."""
MatrixColumn = tuple[Sequence[Sign | None], Sequence[Any]]
"""(signs in the picture, words in the table) of a column of a matrix. Each has one entry for each row."""
CONCLUSIONS = DocumentKind.CONCLUDING_OBSERVATIONS


def answers_in_words(context: ViewRequest) -> dict[str, str]:
    """Return a mapping: code in ANSWERS → its words in the reader's language."""
    _, label = context.language.gettext, context.label
    labels = ((code, words) for code, (words, _shape) in ANSWERS.items())
    return {code: _(words) if words else label(UptakeResult(code)) for code, words in labels}


@dataclass(frozen=True)
class Picture:
    """A picture with its table in words. `title` states the finding, `note` says what is counted.

    `links` has a link for the first cell of each row, or is empty. `left_out` is the number of rows not shown.
    """

    name: str
    title: str
    note: str
    table: Mapping[str, Sequence[Any]]
    spec: Spec
    links: Sequence[str] = ()
    left_out: int = 0

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows of the table."""
        return list(zip(*self.table.values(), strict=True))


@dataclass(frozen=True)
class Pictures:
    """The pictures of the data in `values`, for a light or dark page. Methods get the table and facts of a picture as `count`."""

    values: TableValues
    context: ViewRequest
    is_dark: bool = False

    def all(self, story_id: str) -> list[Picture]:
        """Return the pictures that are not empty, in the order of the page. If `story_id` is "", the story is left out."""
        view, values = self.context.view, self.values
        own = replace(values, selected=(view.recommendations[story_id],)) if story_id else None
        counts: list[tuple[Callable[[PictureData], Picture], PictureData]] = []
        if self.is_of_several_states:
            counts.append((self.states, analysis.themes_and_states(values)))
            counts.append((self.same_demands, analysis.same_demands_and_states(values)))
        else:  # their figures are about one State
            counts.append((self.demands, analysis.demands_and_committees(values)))
            counts.append((self.claims, analysis.claims_and_findings(values)))
            counts.append((self.follow_up, analysis.follow_up_of_cycle(values)))
            counts.append((self.themes, analysis.themes_and_committees(values)))
        counts += [(partial(self.story, story_id), analysis.dates_of_recommendation(own))] if own else []
        if not self.is_of_several_states:
            counts.append((self.statuses, analysis.statuses_by_year(values)))
        counts.append((self.dates, analysis.dates_by_committee(values)))
        return [picture(count) for picture, count in counts if len(count)]

    @property
    def is_of_several_states(self) -> bool:
        """Return whether the recommendations are to several States."""
        return len(self.context.view.states_of(*self.values.recommendations)) > 1

    def states(self, count: PictureData) -> Picture:
        """Return a matrix of themes and States: what the mechanisms recommended to each, and when."""
        _ = self._gettext
        return self._matrix(
            "states",
            _("Who was asked what, by which mechanism and when"),
            _(
                "Recommendations of the mechanisms by theme and State, in the order of the tracker. A recommendation with several themes counts once for each. How often a State was asked does not say how it does."
            ),
            rows=(_("Theme"), count.table["theme"]),
            columns=self._state_columns(count, is_counted=True),
        )

    def same_demands(self, count: PictureData) -> Picture:
        """Return a matrix of demands that are made of several States: who asks each State, and when."""
        _ = self._gettext
        return self._matrix(
            "same",
            _("The same demand, made of several States"),
            _("That they ask for the same is judged in this tracker, not by the committees or the authors."),
            rows=(_("Recommendation"), count.table["id"]),
            columns=self._state_columns(count, is_counted=False),
        )

    def _state_columns(self, count: PictureData, *, is_counted: bool) -> dict[str, MatrixColumn]:
        """Return a column for each State of a table with recommendations: its sign, and in words who asks and when."""

        def sign(n: int) -> Sign | None:
            size = 22 + 3 * min(n - 1, 3)
            return Sign("circle", self._palette.accent, text=str(n) if is_counted else "", size=size) if n else None

        columns, shown = dict[str, MatrixColumn](), _first_rows(count)
        for state in self.context.view.states:
            if (cells := shown.get(state.id)) is not None:
                words = [self._who_asked(rs) for rs in cells]
                columns[self.context.label(state)] = [sign(len(rs)) for rs in cells], words
        return columns

    def _who_asked(self, rs: Sequence[Recommendation]) -> str:
        """Return who made recommendations and when, each once with their number, such as "(mechanism) 2021 (2)"."""
        view, said = self.context.view, Counter[str]()
        for r in rs:
            body, document = view.body_of(r), view.document(r.document)
            year = partial_dates.last_year((effective_date(document) if document else "") or "")
            who = self.context.label(body if body and r.issued_by is Issuer.COMMITTEE else r.issued_by)
            said[f"{who} {year}".strip()] += 1
        return ", ".join(f"{who} ({n})" if n > 1 else who for who, n in said.items()) or NO_VALUE

    def demands(self, count: PictureData) -> Picture:
        """Return a matrix of civil society's demands: the status of each, and what each committee made of it."""
        _, bodies = self._gettext, self.context.view.bodies
        labels = answers_in_words(self.context)
        signs = {code: Sign(shape, self._palette.accent, labels[code]) for code, (_words, shape) in ANSWERS.items()}
        shown = _first_rows(count)
        statuses, names = self._status_column(shown["status"])
        said = (status_words(self.context.view, self.context.language, self._recommendation(id)) for id in shown["id"])
        # who else says something, and of when; what the State says is in the next picture
        others = ([each.partition(":")[0] for each in words[1:]] for words in said)
        words = [" · ".join([name, *more]) for name, more in zip(names, others, strict=True)]
        columns: dict[str, MatrixColumn] = {_("Status"): (statuses, words)}
        for b in bodies.values():
            links = [count.facts["links"][id, b.id] for id in shown["id"]]
            answers = (self._judged_by(signs.get(code), *own) for code, own in zip(shown[b.id], links, strict=True))
            columns[self.context.label(b)] = _named_column(answers)
        return self._matrix(
            "demands",
            _(
                "Committees make {n} of civil society's {all} demands, fully or partly",
                n=count.facts["shared"],
                all=count.facts["all"],
            ),
            _(
                "Civil society's recommendations, their status, and which committees made the same call. Matching wording does not prove influence."
            )
            + self._notes_on_editors(),
            rows=(_("Civil society's recommendations"), count.table["id"]),
            columns=columns,
        )

    def claims(self, count: PictureData) -> Picture:
        """Return a matrix of recommendations: the State's claim, what others find, the gap, the committee's grade."""
        _, label = self._gettext, self.context.label
        shown = _first_rows(count)
        gaps, unassessed = count.facts["gaps"], count.facts["unassessed"]
        ngettext = self.context.language.ngettext
        if gaps:
            title = ngettext(
                "On {n} recommendation the State claims more than the assessment finds",
                "On {n} recommendations the State claims more than the assessment finds",
                gaps,
            )
        elif unassessed:
            title = ngettext(
                "{n} claim of the State has not been assessed",
                "{n} claims of the State have not been assessed",
                unassessed,
            )
        else:
            title = _("The State claims nowhere more than the assessment finds")
        no_claim = Sign("line-ew-open", self._palette.ink, _("claims no progress"))
        claims = (
            self._entered_by(self._status_sign(code) if code else no_claim, by)
            for code, by in zip(shown["state_status"], shown["state_entry_of"], strict=True)
        )
        gaps_in_words = [NO_VALUE if gap is None else f"+{gap}" if gap else "0" for gap in shown["claim_gap"]]
        columns = {
            label(Voice.STATE): _named_column(claims),
            _("Assessment"): self._status_column(shown["status"]),
            _("Gap"): self._text_column(gaps_in_words),
        }
        if any(shown["grade"]):
            columns[self.context.body_word] = self._text_column(shown["grade"], self._grade_in_words)
        return self._matrix(
            "claims",
            title,
            _(
                "The gap is how much better the State rates itself than the assessors do, in steps. Where organisations differ, there is no gap. We classify the State's words ourselves."
            )
            + self._notes_on_editors(),
            rows=(_("Recommendation"), count.table["id"]),
            columns=columns,
            more={_("Evidence"): list(map(self._effects_in_words, shown["setbacks"], shown["progress"]))},
        )

    def _judged_by(self, sign: Sign | None, *links: SameDemand | Uptake) -> Sign | None:
        """Return the sign of an answer, with the organisation that alone judged so."""
        judged = self.context.judged(*links)
        return replace(sign, name=f"{sign.name} ({judged})") if sign and judged else sign

    def _entered_by(self, sign: Sign, organisation: str | None) -> Sign:
        """Return the sign of what the State said, with the organisation that entered it, if not the tracker's editors."""
        who = self.context.organisation_name(organisation)
        said = self._gettext("Entry of {organisation}", organisation=who)
        return replace(sign, name=f"{sign.name} · {said}") if who else sign

    def follow_up(self, count: PictureData) -> Picture:
        """Return a matrix of the follow-up in one cycle of a committee: what was selected, replied to, assessed, graded."""
        _, language = self._gettext, self.context.language
        shown = _first_rows(count)
        document = count.facts["document"]
        facts = count.facts | {"document": document.symbol or language.resolve(document.title).text}
        if facts["missing"]:
            title = _(
                "{document}: {all} under follow-up (paragraphs that are not in the register: {missing}); the State replied on {replied}, civil society assessed {assessed}, the committee graded {graded}",
                **facts,
            )
        else:
            title = _(
                "{document}: {all} under follow-up; the State replied on {replied}, civil society assessed {assessed}, the committee graded {graded}",
                **facts,
            )
        selected = Sign("circle", self._palette.accent, _("Under follow-up"))
        replied = Sign("square", self._palette.accent, _("Replied"))
        columns: dict[str, MatrixColumn] = {
            selected.name: ([selected] * len(shown["id"]), [_("Yes")] * len(shown["id"])),
            replied.name: (
                [replied if day else None for day in shown["replied"]],
                [language.format_date(day) if day else NO_VALUE for day in shown["replied"]],
            ),
            _("Assessment"): self._status_column(shown["status"]),
            self.context.body_word: self._text_column(shown["grades"]),
        }
        return self._matrix(
            "chain",
            title,
            _("One cycle of one committee. Several grades are for several parts, in the committee's order.")
            + self._notes_on_editors(shown["id"]),
            rows=(_("Recommendation"), count.table["id"]),
            columns=columns,
        )

    def themes(self, count: PictureData) -> Picture:
        """Return a matrix of themes: how many recommendations civil society and each committee have on each."""
        _, facts, shown = self._gettext, count.facts, _first_rows(count)
        names = {Issuer.CIVIL_SOCIETY.value: self.context.label(Issuer.CIVIL_SOCIETY)}
        names |= {body.id: self.context.label(body) for body in self.context.view.bodies.values()}

        def sign(n: int) -> Sign | None:
            return Sign("circle", self._palette.accent, text=str(n), size=22 + 3 * min(n - 1, 3)) if n else None

        title = _("Civil society's recommendations, by theme")
        if facts["most"]:
            title = _(
                "Raised by the most committees ({n} of {all}): {themes}",
                n=facts["most"],
                all=facts["committees"],
                themes=", ".join(self.context.term_label(code) for code in facts["themes"][:3]),
            )
        return self._matrix(
            "themes",
            title,
            _(
                "Recommendations by theme. A recommendation with several themes counts once for each. Civil society's and committees' recommendations are counted separately."
            ),
            rows=(_("Theme"), count.table["theme"]),
            columns={
                names[code]: (list(map(sign, shown[code])), [n or NO_VALUE for n in shown[code]])
                for code in islice(shown, 1, None)
            },
        )

    def _matrix(
        self,
        name: str,
        title: str,
        note: str,
        *,
        rows: tuple[str, Sequence[str]],
        columns: Mapping[str, MatrixColumn],
        more: Mapping[str, list[Any]] = {},
    ) -> Picture:
        """Return a matrix of the first MAX_PICTURE_ROWS rows, and its table."""
        heading, ids = rows
        shown = list(ids[:MAX_PICTURE_ROWS])
        of_themes = name in ("themes", "states")
        labels = [(self.context.term_label if of_themes else self._title)(id) for id in shown]
        signs = {column: own for column, (own, _words) in columns.items()}
        words = {column: own for column, (_signs, own) in columns.items()}
        path, param = ("/recommendations", "theme") if of_themes else ("/recommendation", "id")
        return Picture(
            name,
            title,
            note,
            table={heading: [" ".join(label.split("\n")) for label in labels], **words, **more},
            spec=draw_matrix(labels, signs, self._palette, may_turn=name in ("states", "same")),
            links=[self.context.link(path, (param, id)) for id in shown],
            left_out=len(ids) - len(shown),
        )

    def story(self, id: str, count: PictureData) -> Picture:
        """Return what happened around the recommendation `id`, by date: reports, laws, evidence and assessments."""
        _ = self._gettext
        lanes = [lane for lane in LANES if lane in count.table["lane"]]
        points, rows = [], []
        for number, (day, lane, *item) in enumerate(count.rows("date", "lane", "code", "voice", "id"), 1):
            sign, what, result = self._story_sign(lane, *item)
            sign = replace(sign, text=str(number), size=34 if "triangle" in sign.shape else 26)
            points.append((lanes.index(lane), _day_range(day), sign, f"{what}: {result}"))
            rows.append((number, self.context.language.format_date(day), _(LANES[lane]), what, result))
        return Picture(
            "story",
            " ".join(self._title(id).split("\n"))
            + ". "
            + _("Evidence: {setbacks} of setbacks, {progress} of progress", **count.facts),
            _(
                "The numbers are those of the table. If only the year is known, the mark is placed in the middle of that year."
            ),
            table=columns_of_rows([_("No."), _("Date"), _("Kind"), _("What"), _("Result")], rows),
            spec=draw_lines([_(LANES[lane]) for lane in lanes], points, self._palette),
        )

    def _story_sign(self, lane: str, code: str, voice: str, id: str) -> tuple[Sign, str, str]:
        """Return (sign, name, result) for a row of `dates_of_recommendation`. The result is, for example, a status."""
        label, palette, resolve = self.context.label, self._palette, self.context.language.resolve
        if lane == "report":
            document = self.context.view.document(id)
            assert document
            name = document.symbol or resolve(document.title).text
            return Sign("hexagon", palette.accent), name, label(DocumentKind(code))
        if lane == "assessment":
            organisation = self.context.view.organisations.get(id)
            name = label(organisation) if organisation else label(Voice(voice))
            if code in set(Status):
                return self._status_sign(code), name, label(Status(code))
            claim = self._grade_in_words(code) if code else self._gettext("no status claimed")
            return Sign("hexagon-open", palette.ink), name, claim
        effect, e = EvidenceEffect(code), self.context.view.evidence[id]
        name = resolve(e.title).text if e.title else self.context.name(e.publisher)
        return Sign(SHAPES[effect], palette.colour(effect), label(effect)), name, label(effect)

    def statuses(self, count: PictureData) -> Picture:
        """Return bars of the statuses in each year. A year without an assessment has a row in the table, but no bar."""
        _, facts, table = self._gettext, count.facts, count.table
        if facts["changed"]:
            title = _("The status of {n} of {all} has changed", n=facts["changed"], all=facts["assessed"])
        elif facts["reviewed"]:
            title = _("No status has changed since {year}", year=facts["first"])
        elif facts["first"] == facts["last"]:
            title = _("Assessed once, in {year}; not reviewed since", year=facts["first"])
        else:
            title = self.context.language.ngettext(
                "{n} recommendation assessed since {year}, once",
                "{n} recommendations assessed since {year}, each once",
                facts["assessed"],
                year=facts["first"],
            )
        used = [status for status in PATTERNS if status.value in table]
        years, assessed = table["year"], list(map(sum, count.rows(*(status.value for status in used))))
        silent = (_("no assessment, but reviewed") if n else _("no assessment") for n in table["checked"])
        words: Columns = {
            _("Year"): years,
            _("Assessments"): [n or said for n, said in zip(assessed, silent, strict=True)],
        }
        counted = [(self.context.label(status), table[status.value]) for status in used]
        counted += [
            (heading, table[name])
            for name, heading in (("changed", _("Changed")), ("checked", _("Reviewed")))
            if any(table[name])
        ]
        words |= {heading: [n or NO_VALUE for n in numbers] for heading, numbers in counted}
        # a bar stands for assessments: a year without one has none, and no empty place that looks like a fall to zero
        counts = {s: (self.context.label(s), list(compress(table[s.value], assessed))) for s in used}
        kind = _("Recommendations of civil society, by their status in each year in which they were assessed.")
        if facts["issuer"] is Issuer.COMMITTEE:
            kind = _("Recommendations of committees, by their status in each year in which they were assessed.")
        return Picture(
            "statuses",
            title,
            kind + " " + _("The status of an earlier year is not repeated.") + self._notes_on_editors(),
            table={heading: column[::-1] for heading, column in words.items()},
            spec=draw_bars(list(map(str, compress(years, assessed))), counts, _("Assessments"), palette=self._palette),
        )

    def dates(self, count: PictureData) -> Picture:
        """Return the dates of each committee on a line: past dates, and dates to come."""
        _, view, language = self._gettext, self.context.view, self.context.language
        coming = _("To come")
        names = {lane.id: self.context.label(lane) for lane in lanes(view)}
        bodies = [id for id in names if id in count.table["body"]]
        points, rows = [], []
        for number, (body, item, ahead) in enumerate(count.rows("body", "item", "ahead"), 1):
            shape, name = ("circle-open", coming) if ahead else ("circle", "")
            if not ahead and item.document.kind is CONCLUSIONS and not item.step:
                shape, name = "diamond", self.context.label(CONCLUSIONS)
            document = item.document.symbol or language.resolve(item.document.title).text
            who = [self.context.label(view.bodies[item.document.body])] if view.has_several_states else []
            what = self.context.date_words(item, *who, self.context.date_label(item), document)
            sign = Sign(shape, self._palette.accent, name, text=str(number), size=26)
            points.append((bodies.index(body), _day_range(item.date), sign, what))
            when = coming if ahead else _("Past")
            rows.append((number, names[body], language.format_date(item.date), what, when))
        title = _("No upcoming date is known for any committee")
        if item := count.facts["next"]:
            title = _(
                "Next: {committee}, {what}, {day}",
                committee=", ".join(
                    filter(
                        None,
                        [self.context.of_state(item.document), self.context.label(view.bodies[item.document.body])],
                    )
                ),
                what=self.context.date_words(item, self.context.date_label(item)),
                day=language.format_date(item.date),
            )
        today, of_lane = (view.local_date, _("today")), self.context.body_word
        if view.has_several_states:
            of_lane = _("State party")
        return Picture(
            "dates",
            title,
            _(
                "Each date says whether it was compared with its source, and which organisation entered, changed, calculated or set it."
            ),
            table=columns_of_rows([_("No."), of_lane, _("Date"), _("What"), _("When")], rows),
            spec=draw_lines([names[id] for id in bodies], points, self._palette, today=today),
        )

    @cached_property
    def _palette(self) -> Palette:
        words = self.context.view.settings.statuses
        colours = {code: (word.colour, word.dark) for code, word in words.items()}
        return Palette(self.is_dark, colours, *PAGE_COLOURS[self.is_dark])

    @property
    def _gettext(self) -> Callable[..., str]:
        return self.context.language.gettext

    def _status_sign(self, code: str) -> Sign:
        status = Status(code)
        return Sign(SHAPES[status], self._palette.colour(status), self.context.label(status))

    def _status_column(self, codes: Iterable[str]) -> MatrixColumn:
        return _named_column(map(self._status_sign, codes))

    def _text_column(self, texts: Iterable[Any], in_words: Callable[[str], str] = str) -> MatrixColumn:
        """Return a column of texts, without shapes. `in_words` changes a text for the table; a missing text is NO_VALUE."""
        signs = [Sign("", self._palette.ink, text=text) if text else None for text in texts]
        return signs, [in_words(sign.text) if sign else NO_VALUE for sign in signs]

    def _grade_in_words(self, grade: str) -> str:
        return self._gettext("not selected for follow-up") if grade == NOT_SELECTED else grade

    def _effects_in_words(self, setbacks: int, progress: int) -> str:
        counts = {EvidenceEffect.SETBACK: setbacks, EvidenceEffect.PROGRESS: progress}
        return ", ".join(f"{self.context.label(effect)}: {n}" for effect, n in counts.items() if n) or NO_VALUE

    def _notes_on_editors(self, ids: Iterable[str] | None = None) -> str:
        """Return the sentences of `notes_on_editors` about `ids`, or about all of `values`, each after a space."""
        view = self.context.view
        rs = self.values.recommendations if ids is None else list(map(self._recommendation, ids))
        return "".join(f" {note}" for note in notes_on_editors(view, self.context.language, rs))

    def _title(self, id: str) -> str:
        r = self._recommendation(id)
        state = self.context.of_state(r) if self.is_of_several_states else ""
        return ": ".join(filter(None, [state, self.context.title_words(r)]))

    def _recommendation(self, id: str) -> Recommendation:
        return self.context.view.recommendations[id]


def _first_rows(count: PictureData) -> Columns:
    return {name: column[:MAX_PICTURE_ROWS] for name, column in count.table.items()}


def _named_column(signs: Iterable[Sign | None]) -> MatrixColumn:
    """Return a column of signs. In the table, it has the names of the signs."""
    signs = list(signs)
    return signs, [sign.name if sign else NO_VALUE for sign in signs]


def _day_range(known: str) -> tuple[date, date]:
    """Return the first and the last day of a partial date. For "../2021", both are the last day."""
    first, last = partial_dates.date_range(known)
    return first or last, last
