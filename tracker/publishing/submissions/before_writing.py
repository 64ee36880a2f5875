"""What an author is told before writing: which procedures are open, which languages are taken, what is to be translated."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.records import Recommendation
from tracker.model.registers import Document, TreatyBody
from tracker.model.vocabulary import DeadlineKind, SubmissionStage
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import completion_sentence
from tracker.publishing.submissions.selection import Choice, place_in_document, statements_of_state
from tracker.publishing.submissions.speakers import Speakers
from tracker.queries.deadlines import list_agenda
from tracker.queries.follow_up import reply_dates
from tracker.queries.procedures import Procedure, closed_procedure, list_procedures, propose_procedure
from tracker.queries.view import effective_date

_QUESTIONS = {
    SubmissionStage.FOLLOW_UP: N_("Write for the follow-up to {document}?"),
    SubmissionStage.ALTERNATIVE_REPORT: N_("Write an alternative report for the coming review?"),
}


def _name(author: ViewRequest, d: Document) -> str:
    return d.symbol or author.language.resolve(d.title).text


def closed_sentence(author: ViewRequest, body: TreatyBody, p: Procedure) -> str:
    """Return how a procedure that is over ended, with the year."""
    _, year = author.language.gettext, partial_dates.last_year(p.date or "")
    said = {"committee": author.label(body), "year": year, "document": _name(author, p.document)}
    if p.stage is not SubmissionStage.FOLLOW_UP:
        if p.by is None:
            return _("Alternative reports were due by {day}.", day=author.language.format_date(p.date or ""))
        if p.stage is SubmissionStage.ALTERNATIVE_REPORT:
            return _("{committee} concluded its last review in {year}.").format(**said)
        return _("{committee} adopted this list of issues in {year}.").format(**said)
    if p.is_said:
        return _("{committee} ended the follow-up to {document} in {year}.").format(**said)
    if p.by and p.by.kind is p.document.kind:
        return _("{committee} concluded a later review in {year}; the follow-up to {document} is over.").format(**said)
    return _("{committee} reported on the follow-up to {document} in {year}; no later reply is due.").format(**said)


def ask_to_change(author: ViewRequest, choice: Choice) -> tuple[str, str, Procedure | None]:
    """Return (how the procedure of a choice ended, the question whether to write for another one, that one).

    Both are "" if the procedure is open, or nothing is known of it; the question is, too, if no other one is open.
    """
    body, view, _ = choice.body, author.view, author.language.gettext
    closed = closed_procedure(view, body, choice.stage) if body else None
    known = {p.stage for p in list_procedures(view, body)} if body else set()
    if body is None or (
        closed is None and (not known or choice.stage in known | {SubmissionStage.BRIEF, SubmissionStage.UPR})
    ):
        return "", "", None
    told, other = (
        _("As far as is recorded here, {committee} has no procedure for this kind of document."),
        propose_procedure(view, body),
    )
    said = closed_sentence(author, body, closed) if closed else told.format(committee=author.label(body))
    return said, _question(author, other) if other else "", other


def _question(author: ViewRequest, p: Procedure) -> str:
    _ = author.language.gettext
    if question := _QUESTIONS.get(p.stage):
        return _(question, document=_name(author, p.document))
    if p.date:
        return _("Write for the list of issues of {year}?", year=partial_dates.last_year(p.date))
    return _("Write for the next list of issues?")


def procedure_line(author: ViewRequest, body: TreatyBody, p: Procedure) -> str:
    """Return where a procedure stands: open or not, and of a follow-up what was selected, due, replied, and what is next."""
    _, language, d = author.language.gettext, author.language, p.document
    if p.is_open is False and p.date:
        said = [closed_sentence(author, body, p)]
    else:
        words = {True: _("Open."), None: _("It is not known here which paragraphs were selected.")}
        said = [words.get(p.is_open, _("No paragraph was selected."))]
        if p.is_open and p.stage is SubmissionStage.FOLLOW_UP and (since := effective_date(d)):
            why = N_(
                "Open: as far as is recorded here, {committee} has not ended the follow-up to its observations of {day}."
            )
            said = [_(why, committee=author.label(body), day=language.format_date(since))]
    if p.stage is not SubmissionStage.FOLLOW_UP:
        if p.is_open:
            day = p.date and _("Expected: {date}.", date=language.format_date(p.date))
            said.append(day or _("No date is announced, as far as we know."))
        return " ".join(said)
    if d.follow_up and d.follow_up.paragraphs:
        said.append(_("Selected: para. {number}.", number=", ".join(d.follow_up.paragraphs)))
    kinds = (DeadlineKind.REPLY, DeadlineKind.NEXT_REPORT)
    items = [i for i in list_agenda(author.view) if i.document.id == d.id]
    said += [f"{i.label(language).rstrip('.')} ({language.format_date(i.date)})." for i in items if i.step]
    said += [_("The State replied on {day}.", day=language.format_date(day)) for day in reply_dates(author.view, d)]
    for i in (i for i in items if i.deadline and i.deadline.kind in kinds):
        met = [completion_sentence(language, i)] if i.met else []
        when = f"{author.date_label(i)}: {language.format_date(i.date)}"
        said.append(f"{author.date_words(i, ', '.join([when, *met]))}.")
    return " ".join(one[:1].upper() + one[1:] for one in said)


def language_sentence(author: ViewRequest, choice: Choice, lang: str) -> tuple[str, bool]:
    """Return a sentence about the languages that the committee takes, and whether `lang` is none of them; "" if all is well."""
    body, _ = choice.body, author.language.gettext
    if body is None or choice.stage is SubmissionStage.BRIEF:
        return "", False
    said = {"committee": author.label(body), "language": author.language.language_name(lang)}
    if not (limit := body.languages_for(choice.stage)):
        return _(
            "It is not known here in which languages {committee} takes submissions. Ask its secretariat: it may have to be translated."
        ).format(**said), False
    if lang in limit.languages:
        return "", False
    names = ", ".join(map(author.language.language_name, limit.languages))
    told = _(
        "{committee} takes submissions in {languages}, not in {language}. It has to be translated before it is sent."
    )
    source = limit.source and " ".join(
        filter(None, (limit.source.publisher, limit.source.paragraph, limit.source.link))
    )
    return told.format(languages=names, **said) + (
        f" {source} ({author.label(limit.verification)})" if source else ""
    ), True


class LanguageRow(NamedTuple):
    """How many of the texts about a recommendation exist in each language, of how many, and the names of those to translate."""

    place: str
    counts: dict[str, int]
    total: int
    missing: tuple[str, ...]


def texts_by_language(request: ViewRequest, choice: Choice, author: ViewRequest) -> tuple[str, tuple[LanguageRow, ...]]:
    """Return (the language in which the document has to be sent, one row for each recommendation).

    That language is the one of the document if the committee takes it or nobody knows, else the first that the committee takes.
    """
    to, settings = request.language.code, request.view.settings
    limit = choice.body.languages_for(choice.stage) if choice.body else None
    target = to if limit is None or to in limit.languages else limit.languages[0]
    languages, speakers = dict.fromkeys([target, to, *settings.languages]), Speakers(request, choice, author)
    rows = []
    for r in choice.recommendations:
        texts = [(name, {code or settings.language for code in there}) for name, there in _texts(author, speakers, r)]
        counts = {code: sum(code in there for _name, there in texts) for code in languages}
        missing = tuple(dict.fromkeys(name for name, there in texts if target not in there))
        rows.append(LanguageRow(place_in_document(author, r), counts, total=len(texts), missing=missing))
    return target, tuple(rows)


def _texts(author: ViewRequest, speakers: Speakers, r: Recommendation) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield (name, languages) for each text about a recommendation that may stand in the document."""
    _, to, typed = author.language.gettext, speakers.request.language.code, speakers.choice.own_texts.get(r.id, {})
    yield _("the recommendation"), r.text or r.summary
    yield from ((_("the State's statement"), a.reason) for a in statements_of_state(author.view, r))
    yield from ((_("your own text"), (to,)) for name in typed if name != "grade")
    own = speakers.own_assessments(r)
    yield from ((_("the assessment of {name}", name=author.assessor(a)), a.reason) for a in own)
    yield from ((_("evidence: {name}", name=author.name(e.publisher)), e.summary) for e, _l in speakers.evidence(r))
