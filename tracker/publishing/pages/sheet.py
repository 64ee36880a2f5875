"""Forward a recommendation: a short text for a chat, and a sheet to print on one page, with a QR code."""

from urllib.parse import quote

from tracker.model.localized_text import shorten
from tracker.model.records import Recommendation
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.request import RenderedFile, current_version_link
from tracker.publishing.wording import (
    LONGEST_TITLE,
    assessment_line,
    short_past_notices,
    site_name,
    source_parts,
    status_line,
)

LONGEST_FORWARD = 700
"""The largest number of characters of the text to forward: a chat shows it without "read more"."""


def forward_text(request: ViewRequest, r: Recommendation) -> str:
    """Return a short text to forward: title, status, whose it is, from when, and last the link to the card.

    If the settings ask for neutral previews, it has only the name of the tracker and the link.
    """
    language, link = request.language, request.link(f"/r/{r.id}")
    if request.view.settings.neutral_previews:
        return f"{site_name(request)}\n{link}"
    said = [f"{status_line(request, r)}.", assessment_line(request, r)]
    if changed := last_changed(request.view, r):
        said.append(language.gettext("Last change recorded on {day}.", day=language.format_timestamp(changed)))
    said += short_past_notices(request)
    title = language.resolve(r.title).cut(LONGEST_TITLE)
    whose = " · ".join(source_parts(request, r))
    room = LONGEST_FORWARD - len(title) - len(link) - 3
    lines = [title, shorten(" ".join(said), room - min(len(whose), room // 3))]
    return "\n".join([*lines, shorten(whose, room - len(lines[1])), link])


def render_sheet(request: ViewRequest) -> RenderedFile:
    """Return the sheet of the recommendation with the id of the request as HTML, or a text with 410 or 404."""
    import segno  # here, as other pages need no code

    r = request.view.recommendations.get(request.id)
    if r is None:
        status = 410 if request.view.is_retired(request.id) else 404
        return RenderedFile(b"There is no such recommendation.", "text/plain; charset=utf-8", status=status)
    link, path = request.link(f"/r/{r.id}"), f"/r/{quote(r.id, safe='')}/sheet"
    html = render(
        "published/sheet.html",
        request,
        r=r,
        here=path,
        keep=(),
        site=site_name(request),
        unrecorded=request.link(path, without=("recorded",)),
        today=current_version_link(request, path),
        home=link,
        code=segno.make(link, error="m", micro=False).png_data_uri(scale=8, border=4),
        text=forward_text(request, r),
        cited=build_citation(request, r),
        changed=last_changed(request.view, r),
    )
    return RenderedFile(html.encode())
