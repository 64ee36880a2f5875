"""The snapshot: one HTML file with all public data in every language, to read offline from a memory stick or a chat."""

import os
import shlex
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tracker.i18n import LANGUAGES
from tracker.model.dataset import Dataset
from tracker.model.errors import TrackerError
from tracker.model.records import Recommendation
from tracker.model.registers import TreatyBody
from tracker.model.vocabulary import Issuer, Voice
from tracker.publishing import cli
from tracker.publishing.pages.frame import draft_mistake_report
from tracker.publishing.render_context import ASSETS, ViewRequest, render
from tracker.publishing.request import RenderedFile, current_version_link, public_origin
from tracker.publishing.wording import filter_labels, site_name, unreadable_notes
from tracker.queries.lists.filters import Filters, count_by_status, count_options, filter_recommendations
from tracker.queries.recommendation_details import same_demand_links, uptake_by
from tracker.queries.view import View

HtmlInLanguages = list[tuple[str, Markup]]
"""(language code, HTML in this language) pairs, in the order of the languages."""
IssuerGroup = tuple[Issuer, list[tuple[TreatyBody | None, list[tuple[Recommendation, HtmlInLanguages]]]]]
"""An issuer and, for each committee (None if it is not known), its recommendations, each with its HTML."""
MAX_SNAPSHOT_BYTES = 2_000_000
"""The largest snapshot that the dashboard makes, because a phone must open it. The command line has no limit."""
LEAST_BYTES = 1_000
"""The smallest expected size in bytes of a recommendation in one language. It detects large snapshots before rendering."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of a snapshot: it loads nothing, and runs no script but its own."""
NO_LINKS = "It has no links to the dashboard, because TRACKER_PUBLIC_URL is not set."


class SnapshotTooLarge(TrackerError):
    """The snapshot would have more bytes than allowed."""


def data_sha256(dataset: Dataset) -> str:
    """Return one SHA-256 for all data files: the digest of the lines that `sha256sum` prints for the files, sorted by path."""
    paths = sorted(dataset.checksums, key=os.fsencode)
    return sha256(b"".join(os.fsencode(f"{dataset.checksums[path]}  {path}\n") for path in paths)).hexdigest()


def checksum_command(dataset: Dataset) -> str:
    """Return the shell command that, run in the data folder, prints the result of `data_sha256`."""
    folders = sorted({path.split("/")[0] for path in dataset.checksums})
    return f"find {shlex.join(folders)} -name '*.y*ml' | LC_ALL=C sort | xargs sha256sum | sha256sum"


def render_snapshot(request: ViewRequest) -> RenderedFile:
    """Return the snapshot of the recommendations that match the filters, or a page with links to smaller ones."""
    try:
        return RenderedFile(snapshot_page(request, most=MAX_SNAPSHOT_BYTES).encode())
    except SnapshotTooLarge:
        return render_snapshot_choice(request)


def write_snapshot(file: Path, request: ViewRequest) -> list[str]:
    """Write a snapshot and return notes about it. Raises TrackerError if this fails or the name does not end in .html or .htm."""
    if file.suffix.lower() not in (".html", ".htm"):
        raise TrackerError(f"{file}: the name of a snapshot ends in .html.")
    cli.write_file(file, snapshot_page(request).encode())
    return [
        f"{file}: SHA-256 of the data {data_sha256(request.view.dataset)}",
        *([] if public_origin(request.origin) else [NO_LINKS]),
        *unreadable_notes(request.view.dataset),
    ]


def snapshot_page(request: ViewRequest, *, most: int | None = None) -> str:
    """Return a snapshot as HTML that loads nothing from other addresses. Raises SnapshotTooLarge above `most` bytes."""
    view, rs = request.view, filter_recommendations(request.view, request.filters, request.language.code)
    home, filters = public_origin(request.origin), request.filters
    requests = tuple(_requests_by_language(replace(request, origin=home)))
    if most and len(rs) * len(requests) * LEAST_BYTES > most:
        raise SnapshotTooLarge
    statuses, is_whole = [*count_by_status(view, rs)], not filters.params()
    bodies = [body for body in view.bodies.values() if any(view.body_of(r) is body for r in rs)]
    combinations = {(body.id, view.status(r)) for r in rs if (body := view.body_of(r))}
    script = Markup((ASSETS / "snapshot.js").read_text("utf-8"))
    shown = {r.id for r in rs}
    unlinked = [e for e in view.evidence.values() if not {link.recommendation for link in e.relevant_to} & shown]
    return render(
        "published/snapshot.html",
        request,
        sides=requests,
        home=home,
        groups=list(_groups(view, rs, requests, home=home, most=most)),
        statuses=statuses,
        bodies=bodies,
        others=_render_in_languages(requests, "published/snapshot_registers.html", evidence=unlinked, home=home)
        if unlinked and is_whole
        else [],
        never=[(body.id, code) for body in bodies for code in statuses if (body.id, code) not in combinations],
        narrowed={context.language.code: filter_labels(context, filters) for context in requests},
        now={each.language.code: current_version_link(each, "/snapshot.html", *filters.params()) for each in requests},
        stand=[
            pair
            for context in requests
            for pair in _render_in_languages([context], "published/snapshot_bars.html", bars=_bars(context, rs))
        ],
        foot=_render_in_languages(
            requests, "published/snapshot_footer.html", home=home, command=checksum_command(view.dataset)
        ),
        sha256=data_sha256(view.dataset),
        css=Markup("".join((ASSETS / name).read_text("utf-8") for name in ("bars.css", "snapshot.css"))),
        script=script,
        policy=_POLICY.format(script=b64encode(sha256(script.encode()).digest()).decode()),
    )


def _requests_by_language(request: ViewRequest) -> Iterator[ViewRequest]:
    """Yield the request in its own language, then in the others of the dataset."""
    own, settings = request.language.code, request.view.settings
    for code in dict.fromkeys((own, settings.language, *settings.languages)):
        if code in LANGUAGES:
            yield replace(request, language=replace(request.language, code=code))


def _bars(context: ViewRequest, rs: tuple[Recommendation, ...]) -> list[tuple[str, tuple[Recommendation, ...]]]:
    """Return (heading, recommendations) for civil society, then for each committee. Some may have no recommendations.

    If they are to several States, return them State by State: nothing is counted over States.
    """
    _, view = context.language.gettext, context.view
    if len(states := view.states_of(*rs)) > 1:
        of_states = [(context.label(one), tuple(r for r in rs if view.state_of(r) is one)) for one in states]
        return [(f"{name}: {title}", own) for name, part in of_states for title, own in _bars(context, part)]
    bars = [(_("Civil society's recommendations"), tuple(r for r in rs if r.issued_by is Issuer.CIVIL_SOCIETY))]
    for body in view.bodies.values():
        own = tuple(r for r in rs if r.issued_by is Issuer.COMMITTEE and view.body_of(r) is body)
        bars.append((_("Recommendations of {committee}", committee=context.label(body)), own))
    return bars


def _groups(
    view: View, rs: Iterable[Recommendation], requests: tuple[ViewRequest, ...], *, home: str, most: int | None
) -> Iterator[IssuerGroup]:
    """Yield `rs` grouped by issuer and then by committee, each with its HTML in the language of each context."""
    size, order, rs = 0, list(view.bodies.values()), tuple(rs)
    shown = frozenset(r.id for r in rs)

    def body_position(r: Recommendation) -> int:
        return order.index(body) if (body := view.body_of(r)) else len(order)

    def html_of(r: Recommendation) -> HtmlInLanguages:
        nonlocal size
        linked = {"takes": list(uptake_by(view, r)), "same": same_demand_links(view, r), "inside": shown, "home": home}
        # the latest of each voice, and those that count, of the whole and of each part, are shown above the others
        latest = (*view.counting_assessments(r), *(view.latest(r, voice) for voice in Voice))
        earlier = [a for a in view.assessments[r.id] if not any(a is other for other in latest)]
        template = "published/snapshot_recommendation.html"
        translations = _render_in_languages(requests, template, r=r, earlier=earlier, **linked)
        size += sum(len(html.encode()) for _, html in translations) if most else 0
        if most and size > most:
            raise SnapshotTooLarge
        return translations

    for issuer in Issuer:
        issued = sorted((r for r in rs if r.issued_by is issuer), key=body_position)
        grouped = [list(group) for _, group in groupby(issued, key=body_position)]
        if issued:
            yield issuer, [(view.body_of(group[0]), [(r, html_of(r)) for r in group]) for group in grouped]


def _render_in_languages(requests: Iterable[ViewRequest], template: str, **values: Any) -> HtmlInLanguages:
    """Return (language code, HTML) for each context: the template rendered with it and with `values`."""
    # `render` has already escaped the texts, so the result is safe HTML
    return [(context.language.code, Markup(render(template, context, **values).strip())) for context in requests]


def render_snapshot_choice(request: ViewRequest) -> RenderedFile:
    """Return a page with links to smaller snapshots, one for each filter value that some, but not all, recommendations have."""
    view, filters = request.view, request.filters
    count, left = len(filter_recommendations(view, filters, request.language.code)), count_options(view, filters)
    path, groups = "/snapshot.html", []
    for row in Filters.rows():
        known = row.options(view) if row.is_list and row.options and not getattr(filters, row.attribute) else {}
        options = []
        for code, option in known.items():
            if 0 < (n := left.get(row.name, {}).get(code, 0)) < count:
                narrowed: Filters = replace(filters, **{row.attribute: (code,)})  # type: ignore[arg-type]
                options.append((request.label(option), n, request.link(path, *narrowed.params())))
        if options:
            groups.append((row.title(view, request.language), options))
    keep = filters.params()
    html = render(
        "published/snapshot_choice.html",
        request,
        here=path,
        keep=keep,
        site=site_name(request),
        # without the timestamp, but still as of the same date
        unrecorded=request.link(path, *keep, without=("recorded",)),
        today=current_version_link(request, path, *keep),
        report=draft_mistake_report(request, request.link(path, *keep)),
        count=count,
        groups=groups,
    )
    return RenderedFile(html.encode())
