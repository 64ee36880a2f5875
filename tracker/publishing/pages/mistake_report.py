"""A reader's report of a mistake: a text to complete and send, and where to send it."""

from dataclasses import dataclass
from urllib.parse import quote

from tracker.model.organisations import Organisation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.publishing.citation import build_citation, entry_link
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.wording import site_name

MAIL = "mailto:"
Reported = Recommendation | Evidence | Document


@dataclass(frozen=True, slots=True)
class MistakeReport:
    """A report of a mistake that a reader can send.

    `contact` is a mail address or a page, which `link` opens. If the settings have no contact, both are "", and
    `organisations` are those that have a website, without the editors.
    """

    text: str
    contact: str = ""
    link: str = ""
    organisations: tuple[Organisation, ...] = ()


def draft_mistake_report(request: ViewRequest, address: str, record: Reported | None = None) -> MistakeReport:
    """Return the text of a report about the page at `address`, or about `record` on it, and where to send it."""
    settings, _ = request.view.settings, request.language.gettext
    text, contact = "\n".join(_report_lines(request, address, record)), settings.publisher.contact or ""
    if not contact:
        found = tuple(o for o in settings.organisations if o.link and not o.is_editors)
        return MistakeReport(text, organisations=found)
    if not contact.startswith(MAIL):
        return MistakeReport(text, contact, contact)
    subject, body = _("A mistake in the dashboard"), text.replace("\n", "\r\n")
    link = f"{contact}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
    return MistakeReport(text, contact.removeprefix(MAIL), link)


def _report_lines(request: ViewRequest, address: str, record: Reported | None) -> list[str]:
    language = request.language
    _, about, link = language.gettext, "", ""
    match record:
        case Recommendation():
            about = _("Recommendation: {title}", title=language.resolve(record.title).text)
            link = build_citation(request, record).link
        case Evidence():
            about = _("Evidence: {title}", title=language.resolve(record.title or record.summary).text)
            link = entry_link(request, record)
        case Document():
            name = " ".join(filter(None, [record.symbol, language.resolve(record.title).text]))
            about, link = _("Document: {title}", title=name), entry_link(request, record)
    return [
        _("A mistake in the dashboard"),
        site_name(request),
        *([about] if record else []),
        _("Page: {address}", address=address),
        *([_("What it said, permanent link: {address}", address=link)] if record else []),
        _("Seen on {day}", day=language.format_day(request.view.today)),
        "",
        _("What is wrong:"),
        "",
        _("What would be right, and where it can be checked:"),
        "",
    ]
