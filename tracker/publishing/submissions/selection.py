"""Which recommendations belong to a submission, in which order and groups, and what is missing for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tracker.model import partial_dates
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.model.localized_text import natural_key
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.registers import Document, Grade, TreatyBody
from tracker.model.vocabulary import Code, DocumentKind, Issuer, MechanismKind, Status, SubmissionStage, Voice
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.wording import source_parts
from tracker.queries.follow_up import is_selected_for_follow_up, unrecorded_paragraphs
from tracker.queries.view import View, effective_date, group_by_key

OwnTexts = Mapping[str, Mapping[str, str]]
"""What the organisations wrote: id of a recommendation or theme → field → text. The id "" is for the summary of the whole."""


class Order(Code):
    """The order and the groups of the recommendations in a submission."""

    PARAGRAPH = "paragraph", N_("By document and paragraph")
    THEME = "theme", N_("By theme: the tracker's names of themes become headings")
    ARTICLE = "article", N_("By article")


_NONE_SELECTED = N_(
    "It is not known here which paragraphs {committee} selected for follow-up. Enter them in its document."
)
_SITUATION = N_("Current situation, in your own words")
_TITLE = {"title": N_("Heading, in your own words")}
_BEFORE = {
    **_TITLE,
    "words": N_("What was recommended, in your own words"),
    "state": N_("Actions taken by the State party"),
}
WRITTEN_FIELDS: Mapping[SubmissionStage, Mapping[str, str]] = {
    SubmissionStage.FOLLOW_UP: {
        **_BEFORE,
        "situation": _SITUATION,
        "impact": N_("Impact"),
        "comments": N_("Other comments"),
        "grade": N_("The organisations' grade"),
    },
    SubmissionStage.LIST_OF_ISSUES: {**_BEFORE, "situation": _SITUATION, "ask": N_("Suggested question")},
    SubmissionStage.LIST_OF_ISSUES_PRIOR: {**_BEFORE, "situation": _SITUATION, "ask": N_("Suggested question")},
    SubmissionStage.ALTERNATIVE_REPORT: {**_BEFORE, "situation": _SITUATION, "ask": N_("Proposed recommendation")},
    SubmissionStage.UPR: {**_BEFORE, "situation": _SITUATION, "ask": N_("Proposed recommendation")},
    SubmissionStage.BRIEF: {**_TITLE, "ask": N_("What to ask")},
}
"""Stage → name of a field → its label: what the organisations write about each recommendation."""

IN_REPORT: Mapping[str, str] = {
    "summary": N_("Summary"),
    "introduction": N_("Introduction: who you are, and how you gathered the facts"),
}
"""Name of a field → its label: what the organisations write of the whole in an alternative report or for the UPR."""

IN_LETTER: Mapping[str, str] = {
    "point": N_("For the letter: the main point in two sentences"),
    "publication": N_("For the letter: may it be published on the website of the United Nations?"),
}
"""Name of a field → its label: what the organisations write of the whole for the cover letter."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen and written for one submission. With `private_evidence`, the document is confidential.

    `body` is None for all committees. `asking` is the organisation of who writes: it speaks until somebody signs.
    `private_evidence` maps id of a recommendation → (evidence, link) pairs.
    """

    stage: SubmissionStage
    body: TreatyBody | None
    recommendations: tuple[Recommendation, ...]
    order: Order = Order.PARAGRAPH
    session: str = ""
    organisations: tuple[str, ...] = ()
    asking: str = ""
    own_texts: OwnTexts = field(default_factory=dict)
    private_evidence: Mapping[str, tuple[tuple[Evidence, EvidenceLink], ...]] = field(default_factory=dict)
    without: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Id of a recommendation → ids of public evidence that is not to be in the document."""
    with_files: bool = False
    """Whether the annex names the public files of the sources, with their digests."""

    @property
    def grades(self) -> tuple[Grade, ...]:
        """Return the grades of the committee's present scale, or () if it has none."""
        return self.body.scales[0].grades if self.body and self.body.scales else ()

    def own_text(self, id: str, name: str) -> str:
        """Return what the organisations wrote in the field `name` for `id` (see `OwnTexts`), or ""."""
        return self.own_texts.get(id, {}).get(name, "").strip()


def select_recommendations(view: View, stage: SubmissionStage, body: TreatyBody | None) -> tuple[Recommendation, ...]:
    """Return the recommendations that a submission at this stage proposes to editors.

    Follow-up: from the latest concluding observations with selected paragraphs, those in these paragraphs. Lists of
    issues and brief: all of the latest concluding observations in the register, except implemented ones. Alternative
    report: all of the same observations, with implemented ones, and all that civil society asked of the committee. UPR:
    all of `body` (None: of all committees), except implemented ones.

    Those of committees come first, the latest document first, then in the order of paragraphs. Raises TrackerError if
    there are none, or if `body` is None at a stage that is for one committee.
    """
    if stage is SubmissionStage.UPR:
        found = [r for r in view.by_issuer(Issuer.COMMITTEE) if body is None or view.body_of(r) == body]
        message = N_("There is no recommendation of a committee that is not implemented.")
    elif body is None:
        raise TrackerError(N_("A submission at this stage is for one committee. Name it."))
    elif stage is SubmissionStage.FOLLOW_UP:
        if (document := _selecting_document(view, body)) is None:
            raise TrackerError(_NONE_SELECTED, {"committee": body.code})
        found = [r for r in _of_body(view, body) if r.document == document.id and is_selected_for_follow_up(view, r)]
        message = N_("No recommendation of a paragraph that {committee} selected for follow-up is in the register.")
    else:
        of_committee = [r for r in _of_body(view, body) if r.issued_by is Issuer.COMMITTEE]
        named = {r.document for r in of_committee}
        latest = _latest(view, body, lambda d: d.id in named)
        found = [r for r in of_committee if latest and r.document == latest.id]
        message = N_("No recommendation of {committee} that fits this stage is in the register.")
    if stage is SubmissionStage.ALTERNATIVE_REPORT and body:
        found += [r for r in _of_body(view, body) if r.issued_by is Issuer.CIVIL_SOCIETY]
    elif stage is not SubmissionStage.FOLLOW_UP:
        found = [r for r in found if view.status(r) is not Status.IMPLEMENTED]
    if not found:
        raise TrackerError(message, {"committee": body.code} if body else {})

    def place(r: Recommendation) -> tuple[bool, tuple[bool, int], str, str]:
        """Return the sort key of a recommendation."""
        document = view.document(r.document)
        dated = partial_dates.descending_key(effective_date(document) if document else None)
        return r.issued_by is Issuer.CIVIL_SOCIETY, dated, r.document, natural_key(r.paragraph or r.id)

    return tuple(sorted(found, key=place))


def _of_body(view: View, body: TreatyBody) -> list[Recommendation]:
    return [r for r in view.recommendations.values() if view.body_of(r) == body]


def _selecting_document(view: View, body: TreatyBody) -> Document | None:
    """Return the latest concluding observations for which the committee selected paragraphs, or None."""
    return _latest(view, body, lambda d: bool(d.follow_up and d.follow_up.paragraphs))


def _latest(view: View, body: TreatyBody, fits: Callable[[Document], bool]) -> Document | None:
    """Return the latest concluding observations of a committee for which `fits` is true, or None."""
    concluding = (d for d in view.documents.values() if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS)
    found = [d for d in concluding if d.body == body.id and fits(d)]
    return min(found, key=lambda d: partial_dates.descending_key(effective_date(d)), default=None)


def group_by_order(context: ViewRequest, choice: Choice) -> list[tuple[str, str, list[Recommendation]]]:
    """Return (code, heading, recommendations) for each group: the documents, themes or articles of the chosen order.

    A recommendation is only in the group of its first theme or article. Those without any come last, under the code
    "".
    """
    view, _ = context.view, context.language.gettext
    groups: dict[str, list[Recommendation]] = {}
    for r in choice.recommendations:
        themes, rights = ({code for tags in r.tags for code in getattr(tags, name)} for name in ("themes", "rights"))
        # of its themes and articles, the first counts
        fitting = {
            Order.PARAGRAPH: [r.document],
            Order.THEME: [theme.id for theme in view.settings.themes if theme.id in themes],
            Order.ARTICLE: sorted(rights, key=natural_key),
        }
        groups.setdefault(next(iter(fitting[choice.order]), ""), []).append(r)
    if choice.order is Order.THEME:
        codes = [theme.id for theme in view.settings.themes if theme.id in groups]
        headings = {code: context.term_label(code) for code in codes} | {"": _("Other issues")}
    elif choice.order is Order.ARTICLE:
        codes = sorted(filter(None, groups), key=natural_key)
        headings = {code: context.right(code) for code in codes} | {"": _("Other issues")}
    else:
        codes = list(groups)
        found = {code: view.document(code) for code in codes}
        headings = {code: context.label(d) if d else code for code, d in found.items()} | {"": ""}
    return [(code, headings[code], groups[code]) for code in [*filter(None, codes), ""] if code in groups]


def chapter_gap(author: ViewRequest, choice: Choice) -> list[str]:
    """Return a sentence about the headings of the chapters: which are the tracker's, or who has no theme or article. Or []."""
    _, groups = author.language.gettext, group_by_order(author, choice)
    told = (
        [_("The headings of the chapters are the tracker's themes, not yours.")] if choice.order is Order.THEME else []
    )
    if choice.order is not Order.PARAGRAPH and groups and not groups[-1][0]:
        places = "; ".join(place_in_document(author, r) for r in groups[-1][2])
        none = _("No article is recorded, so it stands under “{heading}”: {places}.")
        none = (
            none
            if choice.order is Order.ARTICLE
            else _("No theme is recorded, so it stands under “{heading}”: {places}.")
        )
        told.append(none.format(heading=groups[-1][1], places=places))
    return told


def statements_of_state(view: View, r: Recommendation) -> list[Assessment]:
    """Return the State's own assessments of the latest date, of the whole and of parts; [] if there are none."""
    found = [a for a in view.assessments[r.id] if a.voice is Voice.STATE]
    return [a for a in reversed(found) if a.date == found[0].date]


def missing_paragraphs(view: View, choice: Choice) -> list[tuple[Document, str]]:
    """Return (document, paragraph) of what was selected for follow-up, but has no recommendation here. [] at other stages."""
    body = choice.body if choice.stage is SubmissionStage.FOLLOW_UP else None
    document = _selecting_document(view, body) if body else None
    return [(document, p) for p in unrecorded_paragraphs(view, document)] if document else []


def paragraphs_in_words(context: ViewRequest, numbers: Iterable[str | None]) -> str:
    """Return "para. 12, 14–15" for these paragraphs, or "" if there are none."""
    known = ", ".join(filter(None, numbers)).replace("-", "–")
    return context.language.gettext("para. {number}", number=known) if known else ""


def places_of(context: ViewRequest, rs: Iterable[Recommendation], choice: Choice) -> str:
    """Return "para. 12, 14, “A title”" for some of the chosen ones. If these are of several documents, name each: "A/B/XYZ/CO/3, para. 12"."""
    _, language, said = context.language.gettext, context.language, list[str]()
    is_one = len({r.document for r in choice.recommendations}) < 2
    for of_document in group_by_key((r.document, r) for r in rs).values():
        numbered = [r for r in of_document if r.paragraph]
        more = [r.paragraph for r in numbered[1:]]
        numbers = [paragraphs_in_words(context, [r.paragraph for r in numbered])]
        first = numbers if is_one or not numbered else [place_in_document(context, numbered[0]), *more]
        titles = (_("“{words}”", words=language.resolve(r.title).text) for r in of_document if not r.paragraph)
        said.append(", ".join(filter(None, [*first, *titles])))
    return "; ".join(said)


def place_parts(context: ViewRequest, r: Recommendation) -> list[str]:
    """Return the known parts of the place of a recommendation: authors, committee, document, paragraph."""
    parts = source_parts(context, r)
    return parts[: -2 if context.language.resolve(r.title).is_fallback else -1]  # without mark and language


def place_in_document(context: ViewRequest, r: Recommendation) -> str:
    """Return document and paragraph, such as "A/B/XYZ/CO/3, para. 13"; without a symbol, the committee comes first."""
    document, parts = context.view.document(r.document), place_parts(context, r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        return ", ".join(parts[-2 if r.paragraph else -1 :])
    return ", ".join(parts[1 if document and document.symbol else 0 :])


def heading_of(context: ViewRequest, r: Recommendation, *, is_own: bool) -> str:
    """Return the heading of what was recommended. It names the committee if the words are its own, not those of a State."""
    _, body = context.language.gettext, context.view.body_of(r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        return _("What civil society asked")
    is_committees = is_own and body is not None and body.kind is MechanismKind.TREATY_BODY
    return _("The Committee's recommendation") if is_committees else _("What was recommended")


def name_of(context: ViewRequest, r: Recommendation) -> str:
    """Return a recommendation in one line: its document, its paragraph and its title."""
    return f"{place_in_document(context, r)}: {context.language.resolve(r.title).text}"


def documents_of(
    context: ViewRequest, choice: Choice, title: Callable[[Recommendation], str] | None = None
) -> dict[str, str]:
    """Return a mapping: id of each document whose recommendations are chosen → its name with their paragraphs.

    A recommendation without a paragraph is named by its `title`, by default in quotation marks.
    """
    _, resolve = context.language.gettext, context.language.resolve
    named = title or (lambda r: _("“{words}”", words=resolve(r.title).text))
    groups = group_by_order(context, replace(choice, order=Order.PARAGRAPH))
    parts = {
        id: [
            heading,
            paragraphs_in_words(context, [r.paragraph for r in rs]),
            *(named(r) for r in rs if not r.paragraph),
        ]
        for id, heading, rs in groups
    }
    return {id: ", ".join(filter(None, each)) for id, each in parts.items()}
