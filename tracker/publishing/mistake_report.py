"""The link with which a reader reports a mistake."""

from urllib.parse import quote

from tracker.i18n import Language
from tracker.model.registers import Publisher


def mistake_report_link(publisher: Publisher, language: Language, address: str) -> str:
    """Return the link to report a mistake on the page at `address`, or "" if the settings name no contact.

    If the contact is a mail address, the link opens a mail with a draft: the address of the page, and what to write.
    """
    contact = publisher.contact or ""
    if not contact.startswith("mailto:"):
        return contact
    _ = language.gettext
    lines = [
        _("Page: {address}", address=address),
        "",
        _("What is wrong:"),
        "",
        _("What would be right, and where it can be checked:"),
        "",
    ]
    subject, body = _("A mistake in the dashboard"), "\r\n".join(lines)
    return f"{contact}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
