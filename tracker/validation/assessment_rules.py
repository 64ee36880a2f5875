"""The rules for one assessment: for example, whether its voice may give a status or a grade."""

from datetime import date

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.organisations import EDITORS
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Scale
from tracker.model.vocabulary import NOT_SELECTED, Issuer, Status, Voice
from tracker.validation.references import RuleResults, id_exists, sources_exist


def check_assessment(d: Dataset, r: Recommendation, a: Assessment) -> RuleResults:
    """Yield a (field path, message) pair for each rule that the assessment `a` of the recommendation `r` breaks.

    The field path begins inside the assessment. Civil society and the State give a status. A committee gives a grade of
    its own scale.
    """
    if not any(w.text.strip() for w in a.reason.values()):
        yield ("reason",), "an assessment needs a reason; say in a sentence what it rests on"
    if a.status is Status.NOT_ASSESSED:
        yield (
            ("status",),
            "'not-assessed' means that there is no assessment; use 'not-enough-information', or delete the assessment",
        )
    if a.status is Status.DIFFER:
        yield (
            ("status",),
            "'assessments-differ' follows from the assessments of several organisations; give the status of this one",
        )
    yield from _organisation_fits_voice(d, a)
    if a.voice is Voice.COMMITTEE:
        if a.status is not None:
            yield ("status",), "a committee gives a grade of its own scale, not a status; use the key 'grade'"
        if a.grade is None:
            yield ("voice",), f"a committee's assessment needs its grade, or {NOT_SELECTED!r}"
        if r.issued_by is Issuer.CIVIL_SOCIETY:
            yield (
                ("voice",),
                "a committee grades only its own recommendations; record this with the committee's recommendation",
            )
        else:
            yield from _grade_is_in_scale(d, r, a)
    elif a.grade is not None:
        yield ("grade",), "only a committee gives grades; use the key 'status'"
    if a.voice is Voice.CIVIL_SOCIETY and a.status is None:
        yield ("voice",), "a civil-society assessment needs a status"
    if a.status is Status.IMPLEMENTED and a.voice is Voice.CIVIL_SOCIETY and not a.evidence:
        yield ("status",), "'implemented' needs evidence; name at least one item of the register"
    if a.scope is not None and a.grade is None:
        yield ("scope",), "only a grade has a scope as the committee prints it; use the key 'part'"
    if a.part is not None and a.part not in {p.id for p in r.parts}:
        yield (
            ("part",),
            f"{r.id} has no part {a.part!r}; "
            + (f"one of {', '.join(p.id for p in r.parts)}" if r.parts else "leave it out"),
        )
    for j, name in enumerate(a.evidence):
        yield from id_exists("evidence", name, d.evidence, where=("evidence", j))
    if a.source is not None:
        yield from sources_exist(d, a.source, ("source",))
    if a.recorded is None:
        yield (
            (),
            "the assessment does not say when it was recorded; it counts from its date, but no recorded view shows it",
        )


def _organisation_fits_voice(d: Dataset, a: Assessment) -> RuleResults:
    """Require that an organisation of tracker.yaml signs, if neither the State nor a committee speaks.

    In a dataset that lists no organisation, nobody needs to sign: all assessments are those of the tracker's editors.
    """
    organisations = [o.id for o in d.settings.organisations]
    if a.voice is not Voice.CIVIL_SOCIETY:
        if a.organisation is not None:
            yield ("organisation",), "the State and committees are not organisations; leave out the key 'organisation'"
        return
    if a.organisation is not None:
        yield from id_exists("organisation", a.organisation, organisations, where=("organisation",))
    elif a.assessor is not None:
        yield (
            ("assessor",),
            "the key 'assessor' is only for the State and committees; write 'organisation' with an id from tracker.yaml, "
            "or run: python -m tracker check --fix",
        )
    elif organisations != [EDITORS.id]:
        yield (
            ("voice",),
            f"the assessment names no organisation; write 'organisation', one of {', '.join(organisations)}",
        )
    if a.organisation is not None and a.assessor is not None:
        yield ("assessor",), "the key 'assessor' is only for the State and committees; leave it out"


def scale_in_use(d: Dataset, body: str, day: str | None) -> tuple[str, ...]:
    """Return the grades of the scale that a committee used on a day, in the order of treaty_bodies.yaml.

    `body` is the id of the committee. `day` is a partial date. If `day` is None, return the grades of the committee's
    first scale. Return () if no scale for that day is known.
    """
    scale = scale_on(d, body, day)
    return tuple(grade.grade for grade in scale.grades) if scale else ()


def scale_on(d: Dataset, body: str, day: str | None) -> Scale | None:
    """Return the scale that a committee used on a day, its first scale if `day` is None; None if it is not known."""
    for scale in d.bodies[body].scales if body in d.bodies else ():
        if day is None or _used_on(scale, partial_dates.last_day(day)):
            return scale
    return None


def _used_on(scale: Scale, day: date) -> bool:
    known = scale.period or scale.since
    if known is None:
        return True
    first, last = partial_dates.date_range(known)
    return (first is None or first <= day) and (scale.period is None or day <= last)


def _grade_is_in_scale(d: Dataset, r: Recommendation, a: Assessment) -> RuleResults:
    document = d.documents.get(r.document)
    grades = scale_in_use(d, document.body, a.date) if document else ()
    if grades and a.grade not in (None, NOT_SELECTED, *grades):
        yield (
            ("grade",),
            f"{a.grade!r} is not in the committee's scale of that time; one of {', '.join(grades)}, or {NOT_SELECTED}",
        )
