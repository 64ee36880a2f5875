"""One file with all that is public, in every language: read from a memory stick or a chat, without a connection."""

import os
import shlex
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from tracker.config import is_loopback
from tracker.i18n import LANGUAGES
from tracker.model.dataset import Dataset
from tracker.model.errors import TrackerError
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import TreatyBody
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.publishing import cli
from tracker.publishing.html import ASSETS, RenderContext, render
from tracker.publishing.provenance import as_of_notice, current_version_link
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.filters import LIST_FILTERS, YES_NO_FILTERS, Filters, count_by_status, filter_recommendations
from tracker.queries.view import View

Group = tuple[Issuer, list[tuple[TreatyBody | None, list[tuple[Recommendation, list[tuple[str, Markup]]]]]]]


def data_sha256(dataset: Dataset) -> str:
    """The SHA-256 of the data files: of the lines that sha256sum prints of them, in the order of their paths."""
    paths = sorted(dataset.checksums, key=os.fsencode)
    return sha256(b"".join(os.fsencode(f"{dataset.checksums[path]}  {path}\n") for path in paths)).hexdigest()


def checksum_lines(dataset: Dataset) -> str:
    """What a person types in the data folder to see `data_sha256`."""
    tops = sorted({path.split("/")[0] for path in dataset.checksums})
    return f"find {shlex.join(tops)} -name '*.y*ml' | LC_ALL=C sort | xargs sha256sum | sha256sum"


def render_snapshot(ask: ViewRequest) -> RenderedFile:
    """The snapshot of what a reader asks for."""
    return RenderedFile(snapshot_page(ask).encode())


def write_snapshot(file: Path, ask: ViewRequest) -> list[str]:
    """Writes a snapshot in the place of the file, or leaves what was there; gives what whoever asked for it should know."""
    if file.suffix.lower() not in (".html", ".htm"):
        raise TrackerError(f"{file}: a snapshot is a page; name a file that ends in .html.")
    cli.write_file(file, snapshot_page(ask).encode())
    return [
        f"{file}: SHA-256 of the data {data_sha256(ask.view.dataset)}",
        *([] if public_view(ask.origin) else ["Nothing in it leads to the dashboard: TRACKER_PUBLIC_URL is not set."]),
        *cli.unreadable_notes(ask),
    ]


def snapshot_page(ask: ViewRequest) -> str:
    """The HTML of a snapshot. It asks nothing of any place, and its policy lets it ask nothing."""
    view, found = ask.view, filter_recommendations(ask.view, ask.filters, ask.language.code)
    home = public_view(ask.origin)
    asks = {a.language.code: a for a in _in_every_language(replace(ask, origin=home))}
    sides = tuple(a.context for a in asks.values())
    statuses = [*count_by_status(view, found)]
    bodies = [body for body in view.bodies.values() if any(view.body_of(r) is body for r in found)]
    there = {(body.id, view.status(r)) for r in found if (body := view.body_of(r))}
    script = _script()
    return render(
        "published/snapshot.html", ask.context, sides=sides, home=home, groups=list(_groups(view, found, sides, home)),
        statuses=statuses, bodies=bodies, others=_others(view, ask.filters, found, sides),
        never=[(body.id, code) for body in bodies for code in statuses if (body.id, code) not in there],
        narrowed={code: narrowed_title(a.context, a.filters) for code, a in asks.items()},
        past={code: as_of_notice(a) for code, a in asks.items()}, now={code: current_version_link(a, "/snapshot.html") for code, a in asks.items()},
        stand=[pair for side in sides for pair in _in_each((side,), "published/snapshot_bars.html", bars=_bars(side, found))],
        foot=_in_each(sides, "published/snapshot_footer.html", home=home, command=checksum_lines(view.dataset)), sha256=data_sha256(view.dataset),
        css=Markup("".join((ASSETS / name).read_text("utf-8") for name in ("bars.css", "snapshot.css"))), script=script, policy=_policy(script),
    )  # fmt: skip


def public_view(origin: str) -> str:
    """The dashboard's address where others can reach it, else empty: then nothing leads to it."""
    return "" if is_loopback(urlsplit(origin).hostname) else origin


def _in_every_language(ask: ViewRequest) -> Iterator[ViewRequest]:
    """The same question in the language asked for, then in each in which the data says something."""
    said = {code for r in ask.view.recommendations.values() for code in r.title} | {ask.view.settings.language}
    mine = ask.language.code
    for code in sorted(LANGUAGES.keys() & (said | {mine}), key=lambda code: (code != mine, [*LANGUAGES].index(code))):
        yield replace(ask, language=replace(ask.language, code=code))


def narrowed_title(s: RenderContext, q: Filters) -> list[str]:
    """What a selection was made by, in words; empty where nothing was left out."""
    language = s.language
    _ = language.gettext
    words: dict[str, Any] = {
        "by": lambda code: s.label(Issuer(code)), "body": lambda code: s.view.bodies[code].code,
        "status": lambda code: s.label(Status(code)), "theme": s.term_label,
    }  # fmt: skip
    found = [words[name](code) for name in LIST_FILTERS for code in getattr(q, name)]
    stale = language.ngettext(
        "Assessed more than {n} month ago", "Assessed more than {n} months ago", s.view.settings.stale_after_months
    )
    heads = {"evidence": _("Has evidence"), "stale": stale}
    yes_no = {"yes": _("Yes"), "no": _("No")}
    found += [f"{heads[name]}: {yes_no[value]}" for name in YES_NO_FILTERS if (value := getattr(q, name))]
    found += [_("Picked by hand")] if q.id else []
    return [*found, f"“{q.q}”"] if q.q else found


def _bars(s: RenderContext, found: tuple[Recommendation, ...]) -> list[tuple[str, tuple[Recommendation, ...]]]:
    """(whose, their recommendations): civil society's, then each committee's. The two are never counted together."""
    language, view = s.language, s.view
    _ = language.gettext
    theirs = [r for r in found if r.issued_by is Issuer.COMMITTEE]
    each = [
        (_("What {committee} recommends", committee=body.code), tuple(r for r in theirs if view.body_of(r) is body))
        for body in view.bodies.values()
    ]
    return [(_("What civil society asks"), tuple(r for r in found if r.issued_by is Issuer.CIVIL_SOCIETY)), *each]


def _groups(
    view: View, found: Iterable[Recommendation], sides: tuple[RenderContext, ...], home: str
) -> Iterator[Group]:
    """Who asks → the committee that is asked or asks → its recommendations, each in every language."""
    order = list(view.bodies.values())

    def place(r: Recommendation) -> int:
        return order.index(body) if (body := view.body_of(r)) else len(order)

    found = tuple(found)
    inside = frozenset(r.id for r in found)
    for asker in Issuer:
        mine = sorted((r for r in found if r.issued_by is asker), key=place)
        parts = [
            (view.body_of(items[0]), [(r, _in_each(sides, "published/snapshot_recommendation.html", **_about(view, r, inside, home))) for r in items])
            for _, those in groupby(mine, key=place)
            if (items := list(those))
        ]  # fmt: skip
        if parts:
            yield asker, parts


def _about(view: View, r: Recommendation, inside: frozenset[str], home: str) -> dict[str, Any]:
    takes = [(view.recommendations[u.recommendation], u) for u in r.uptake if u.recommendation in view.recommendations]
    return {"r": r, "takes": takes, "earlier": earlier_texts(view, r), "inside": inside, "home": home}


def earlier_texts(view: View, r: Recommendation) -> list[Assessment]:
    """The assessments behind each voice's latest one, newest first."""
    parts = view.latest_by_part(r).values()
    latest = [a for voice in Voice if (a := view.latest(r, voice))]
    return [a for a in view.assessments[r.id] if not any(a is other for other in (*latest, *parts))]


def _others(
    view: View, query: Filters, found: Iterable[Recommendation], sides: tuple[RenderContext, ...]
) -> list[tuple[str, Markup]]:
    """The evidence that bears on nothing shown, where all is shown."""
    ids = {r.id for r in found}
    evidence = [e for e in view.evidence.values() if not any(b.recommendation in ids for b in e.relevant_to)]
    return (
        _in_each(sides, "published/snapshot_registers.html", evidence=evidence)
        if evidence and not query.params()
        else []
    )


def _in_each(sides: tuple[RenderContext, ...], template: str, **values: Any) -> list[tuple[str, Markup]]:
    """A piece in every language; what it makes is escaped already."""
    return [(s.language.code, Markup(render(template, s, **values).strip())) for s in sides]


@cache
def _script() -> Markup:
    return Markup((ASSETS / "snapshot.js").read_text("utf-8"))


def _policy(script: str) -> str:
    """A policy for the page: nothing is loaded from anywhere, and no script runs but the one inside."""
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
