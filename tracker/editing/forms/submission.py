"""Turn a submission that was sent into records: an alternative report, and what it asks of the State."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.values import free_id, update_text
from tracker.i18n import get_language
from tracker.model.dataset import Record
from tracker.model.localized_text import MAX_TEXT_LENGTH, clean_input, one_line
from tracker.model.records import Recommendation, SameDemand, Source, TagSet
from tracker.model.vocabulary import Issuer, TagSource, TextOrigin, Verification
from tracker.queries.view import View

TITLE_WORDS = 10
"""How many words of a demand are its title, if the recommendation that it is about has no title in the language."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a submission asks of the State: its number there, its words, and the recommendation that they are about."""

    number: int
    text: str
    about: Recommendation


def submission_records(
    view: View, document: DocumentForm, demands: Sequence[Demand], lang: str, *, is_read: bool
) -> tuple[Record, ...]:
    """Return the document, and a recommendation of civil society for each demand. The form must be valid.

    `lang` is the language of the submission. With `is_read` somebody compared the words with what was sent: then they are
    a quotation. A demand that repeats one of civil society is linked with it.
    """
    main, language = view.settings.language, get_language(lang, view.settings)
    mark = Verification.SEEN if is_read else Verification.TO_CHECK
    (report,) = replace(document, verification=mark).apply(view, None, {}, language)
    taken, records = dict(view.dataset.recommendations), list[Record]()
    for demand in demands:
        about, text = demand.about, clean_input(demand.text)[:MAX_TEXT_LENGTH]
        resolved = language.resolve(about.title)
        title = " ".join(one_line(text).split()[:TITLE_WORDS]) if resolved.is_fallback else resolved.text
        r = Recommendation(
            id=free_id(f"{report.id}-r{demand.number}", taken),
            issued_by=Issuer.CIVIL_SOCIETY,
            document=report.id,
            paragraph=str(demand.number),
            title=update_text(None, {lang: title}, main),
            text=update_text(None, {lang: text}, main, origins={lang: TextOrigin.OFFICIAL}) if is_read else None,
            summary=update_text(None, {lang: text}, main),
            verification=mark,
            source=Source(document=report.id, paragraph=str(demand.number)),
            tags=_tags_of(about),
            same_demand=(SameDemand(recommendation=about.id),) if about.issued_by is Issuer.CIVIL_SOCIETY else (),
        )
        taken[r.id] = r
        records.append(r)
    return report, *records


def _tags_of(r: Recommendation) -> tuple[TagSet, ...]:
    """Return the themes, rights, groups and targets of a recommendation as our own tags."""
    names = ("themes", "rights", "groups", "sdg")
    found = {name: tuple(dict.fromkeys(tag for tags in r.tags for tag in getattr(tags, name))) for name in names}
    return (TagSet(tagged_by=TagSource.OURS, **found),) if any(found.values()) else ()
