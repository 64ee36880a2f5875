"""A reader's report of a mistake: a text that is ready to send, and where to send it."""

from dataclasses import dataclass
from urllib.parse import quote

from tracker.i18n import Language
from tracker.model.organisations import Organisation
from tracker.model.records import Recommendation
from tracker.publishing.citation import build_citation
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import site_name

MAIL = "mailto:"


@dataclass(frozen=True, slots=True)
class MistakeReport:
    """A report of a mistake that a reader can send.

    `text` names the page, and asks what is wrong. `contact` is the mail address or the page to which it can be sent, and
    `link` opens it; both are "" if the settings name no contact. Then `organisations` are those of the dataset that have
    a public website.
    """

    text: str
    contact: str = ""
    link: str = ""
    organisations: tuple[Organisation, ...] = ()

    @property
    def is_mail(self) -> bool:
        """Return whether `link` opens a mail with the text."""
        return self.link.startswith(MAIL)


def draft_mistake_report(request: ViewRequest, address: str, r: Recommendation | None = None) -> MistakeReport:
    """Return the report of a mistake on the page at `address`, which is about `r` if it is given."""
    settings, language = request.view.settings, request.language
    text = "\n".join(_lines(request, address, r))
    contact = settings.publisher.contact or ""
    if contact.startswith(MAIL):
        return MistakeReport(text, contact.removeprefix(MAIL), _mail_link(language, contact, text))
    if contact:
        return MistakeReport(text, contact, contact)
    return MistakeReport(text, organisations=tuple(o for o in settings.organisations if o.link and not o.is_editors))


def _lines(request: ViewRequest, address: str, r: Recommendation | None) -> list[str]:
    language = request.language
    _ = language.gettext
    lines = [_("A mistake in the dashboard"), site_name(request.context)]
    if r:
        lines.append(_("Recommendation: {title}", title=language.resolve(r.title).text))
    lines.append(_("Page: {address}", address=address))
    if r:
        lines.append(_("What it said, permanent link: {address}", address=build_citation(request, r).link))
    return [
        *lines,
        _("Seen on {day}", day=language.format_day(request.view.today)),
        "",
        _("What is wrong:"),
        "",
        _("What would be right, and where it can be checked:"),
        "",
    ]


def _mail_link(language: Language, contact: str, text: str) -> str:
    subject, body = language.gettext("A mistake in the dashboard"), text.replace("\n", "\r\n")
    return f"{contact}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
