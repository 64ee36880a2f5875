"""The rule for the words of the State and of committees: they name the source in which they stand."""

from collections.abc import Iterator

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.errors import FieldPath, Said
from tracker.model.labels import N_
from tracker.model.lifecycle import events_until, is_withdrawn
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import OF_THE_STATE, WITH_GRADES, EventType, Issuer, Verification, Voice

_NO_GRADE_SOURCE = N_("a committee's grade names the committee's document in which it stands; add it as the source")
_NO_STATEMENT_SOURCE = N_("what the State says names where it says so; add the document, or evidence")
_ASKED_IN = N_("{document} makes the recommendation; what the State says of it stands in another document")
_ARCHIVED = N_("{record} is archived; name what is not archived")
_NOT_OF_STATE = N_("{document} is not written by the State; name it as what cites the State ('cited_by')")
_ONLY_CITED = N_("{document} cites the State; what it says of others is 'reported'")
_TOO_EARLY = N_("{document} is of {dates}, before this was said; name what says it since, or give it its date")
_OF_ANOTHER_DAY = N_("{document} is of {dates}; give what it says that date")
_GRADE_OF_ANOTHER_DAY = N_("{document} is of {dates}; give the grade that date")
_MAKES_IT = N_("{document} makes the recommendation; a grade stands in a later document")
_IS_EARLIER = N_("{document} is earlier than {asked}; a grade stands in a later document")
_WITHOUT_GRADES = N_(
    "{document} is no document in which a committee grades; name its report on follow-up, its letter or its later "
    "concluding observations"
)
_OF_ANOTHER_STATE = N_("{document} is about another State; name a document about this one")
_OF_ANOTHER_BODY = N_("{document} is a document of {other}; the grade of {body} stands in a document of {body}")


def words_stand_in_their_source(d: Dataset, r: Recommendation, a: Assessment) -> Iterator[tuple[FieldPath, Said]]:
    """Require that a committee's grade names a document about this State in which this committee grades, and has one of its dates.

    It is later than the document that makes the recommendation. The State's words on what a committee asked cannot stand
    there either. They name a document that the State wrote or one that cites it, a link, or evidence that was not archived
    when they were entered. If read, they have the date of the State's document; what only cites them is not read,
    and is not from before they were said.
    """
    graded, source = d.documents.get(r.document), d.documents.get((a.source and a.source.document) or "")
    if a.voice is Voice.CIVIL_SOCIETY or is_withdrawn(a.events) or graded is None:
        return
    for key in ("document", "cited_by"):
        named = d.documents.get(getattr(a.source, key, None) or "")
        if named and (other := d.state_of(named)) and other != d.state_of(r):
            yield ("source", key), Said(_OF_ANOTHER_STATE, document=named.id)
    if a.voice is Voice.STATE:
        yield from _state_says_it_there(d, r, a)
    if source is None:
        if (a.voice, r.issued_by) == (Voice.COMMITTEE, Issuer.COMMITTEE) and not (a.source and a.source.document):
            yield ("source",), Said(_NO_GRADE_SOURCE)
        places = (a.source.document, a.source.link, a.source.cited_by) if a.source else ()
        if a.voice is Voice.STATE and not (a.evidence or any(places)):
            yield ("source",), Said(_NO_STATEMENT_SOURCE)
        return
    days = _days_of(source, is_received=a.voice is not Voice.COMMITTEE)
    is_dated = not days or any(
        not (partial_dates.is_before(a.date, day) or partial_dates.is_before(day, a.date)) for day in days
    )
    if a.voice is Voice.STATE:
        if a.verification is Verification.SEEN and not is_dated:
            yield ("date",), Said(_OF_ANOTHER_DAY, document=source.id, dates=", ".join(days))
        return
    if source is graded:
        yield ("source", "document"), Said(_MAKES_IT, document=source.id)
        return
    if source.kind not in WITH_GRADES:
        yield ("source", "document"), Said(_WITHOUT_GRADES, document=source.id)
        return
    if (made := graded.adopted or graded.issued) and days and all(partial_dates.is_before(day, made) for day in days):
        yield ("source", "document"), Said(_IS_EARLIER, document=source.id, asked=graded.id)
    if source.body != graded.body:
        yield ("source", "document"), Said(_OF_ANOTHER_BODY, document=source.id, other=source.body, body=graded.body)
    if not is_dated:
        yield ("date",), Said(_GRADE_OF_ANOTHER_DAY, document=source.id, dates=", ".join(days))


def _days_of(document: Document, *, is_received: bool = True) -> list[str]:
    """Return the days that a document has, with that of its receipt if `is_received`."""
    days = (document.issued, document.adopted, document.considered, document.received if is_received else None)
    return [day for day in days if day]


def _state_says_it_there(d: Dataset, r: Recommendation, a: Assessment) -> Iterator[tuple[FieldPath, Said]]:
    """Require that the State's words stand in its own document, or name what cites them, which did not ask for it or was archived already."""
    restored = (e.recorded for e in a.events if e.type is EventType.RESTORED)
    entered = max(filter(None, (a.recorded, *restored)), default=None)
    for key in ("document", "cited_by"):
        if r.issued_by is Issuer.COMMITTEE and getattr(a.source, key, None) == r.document:
            yield ("source", key), Said(_ASKED_IN, document=r.document)
    own, cited_by = (
        d.documents.get(id or "") for id in ((a.source.document, a.source.cited_by) if a.source else ("", ""))
    )
    if own and own.kind not in OF_THE_STATE and not (r.issued_by is Issuer.COMMITTEE and own.id == r.document):
        yield ("source", "document"), Said(_NOT_OF_STATE, document=own.id)
    if cited_by and not own and a.verification is Verification.SEEN:
        yield ("verification",), Said(_ONLY_CITED, document=cited_by.id)
    known = _days_of(cited_by) if cited_by else []
    if cited_by and known and all(partial_dates.is_before(day, a.date) for day in known):
        yield ("source", "cited_by"), Said(_TOO_EARLY, document=cited_by.id, dates=", ".join(known))
    for i, id in enumerate(a.evidence):
        if id in d.evidence and is_withdrawn(events_until(d.evidence[id], entered)):
            yield ("evidence", i), Said(_ARCHIVED, record=id)
