"""Render HTML from templates. Templates escape everything that comes from data or from an address."""

import inspect
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache, cached_property
from hashlib import blake2b
from html import unescape
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from tracker.i18n import LANGUAGES, Language, native_name
from tracker.model import organisations, partial_dates, vocabulary
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS, Use, fields_of
from tracker.model.lifecycle import active_files, is_unpublished, is_withdrawn, standing_contests
from tracker.model.localized_text import ResolvedText, TextVariant, strip_bidi_controls
from tracker.model.organisations import Privacy, is_for_all
from tracker.model.ownership import can_bring_back, can_contest, named_in, others_owner, owner_of, recorded_for
from tracker.model.permissions import READER, SEED_HANDLE, Permission, Person
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import VERIFICATION_MEANINGS, EvidenceKind, Issuer, TextOrigin, Voice
from tracker.publishing import sentences
from tracker.publishing.marks import Marks, render_text
from tracker.queries import field_diff
from tracker.queries.activity_log import last_removal
from tracker.queries.follow_up import (
    build_chain,
    grade_meaning,
    graded_paragraphs,
    is_by_states,
    list_unheard,
    printed_grades,
)
from tracker.queries.lists.filters import Filters, count_by_status
from tracker.queries.lists.url_filters import body_heading
from tracker.queries.localized_names import (
    is_article,
    link_in_language,
    public_link,
    publisher_in_words,
)
from tracker.queries.quotations import reading_of
from tracker.queries.recommendation_details import insistence, same_demand_links, withdrawn_assessments
from tracker.queries.search.file_search import FileTextIndex
from tracker.queries.search.text_search import MARKED_LATER, SearchTerm, SearchTexts, highlight, missing_terms, snippet
from tracker.queries.translations import translation_task
from tracker.queries.view import View, effective_date
from tracker.safety.redaction.terms import show_removed_words
from tracker.storage.cache_registry import cached_until_redaction

Params = Mapping[str, list[str]]
"""The parameters of an address: name → values."""
EVERYTHING = Filters()
PAST = ("as_of", "recorded")
"""The names of the URL parameters of a past view."""
HYPHEN_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])-(?=[0-9])")
TEMPLATES = Path(__file__).parent.parent / "templates"
ASSETS = Path(__file__).parent.parent / "assets"
PLOTLY = next((ASSETS / "vendor").glob("plotly-basic-*.min.js"))
"""The part of plotly.js that draws bars and points, from the package plotly.js-basic-dist-min. Its licence is beside it."""


_quoted = cached_until_redaction(maxsize=4096)(quote_plus)
"""The same as quote_plus. A page has dozens of links with the same parameters."""


def encode_params(params: Iterable[tuple[str, str]]) -> str:
    """Return the same as urlencode, which takes four times as long."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in params])


_PLACE = re.compile("<way>|<rest>|</?w>|<more>|<seen>")
"""Matches what no data can have in HTML: a place in an entry of a list (see pages/list.html).

The id stands between <way> and <rest>. Search words are marked in each <w>, and their excerpt replaces <more>. Below
<seen> is the text of the entry in which they need no excerpt.
"""


@dataclass(frozen=True)
class ViewRequest(Marks):
    """What a reader asks for: all that the functions and templates of a page or a file get. No person is in it.

    `origin` is the start of absolute links, never from the Host header. `id` is the id in the path, or "". `unread_since`
    is 0 if the data can be read, otherwise the time since which reading fails, in seconds since 1970. `texts` are the
    texts of attached files, or None if these are not searched. `is_page`: links are relative, and have `lang` only if
    the request keeps it; and there are marks at the places where an editor sees more. `has_past`: what answers it can
    show an earlier version; a mirror alone cannot.
    """

    view: View
    language: Language
    filters: Filters = EVERYTHING
    origin: str = ""
    id: str = ""
    params: Params = field(default_factory=dict)
    unread_since: float = 0.0
    texts: FileTextIndex | None = None
    is_page: bool = False
    has_past: bool = True

    @property
    def person(self) -> Person:
        """Return who sees the answer: a reader."""
        return READER

    @property
    def has_slots(self) -> bool:
        """Return whether there are marks where an editor sees more."""
        return self.is_page

    @cached_property
    def on_page(self) -> Self:
        """Return the same request for the templates of a page (see `is_page`)."""
        return self if self.is_page else replace(self, is_page=True)

    @property
    def keeps_language(self) -> bool:
        """Return whether links inside the dashboard have `lang`: the address has it, or the language is not English."""
        return "lang" in self.params or self.language.code != "en"

    @cached_property
    def sticky_params(self) -> tuple[tuple[str, str], ...]:
        """Return the URL parameters that every link keeps: `lang` and, for a past view, `as_of` and `recorded`."""
        lang = self.language.code if self.keeps_language or not self.is_page else ""
        as_of = self.view.as_of.isoformat() if self.view.as_of else ""
        params = (("lang", lang), ("as_of", as_of), ("recorded", self.view.recorded or ""))
        return tuple((name, value) for name, value in params if value)

    def self_link(self, path: str) -> str:
        """Return the link to `path` with the filters, the language and the past dates of this request."""
        return self.link(path, *self.filters.params())

    @property
    def base(self) -> str:
        """Return the start of every link: "" on the pages of the dashboard, and the public address in files."""
        return "" if self.is_page else self.origin

    def param(self, name: str) -> str:
        """Return the first value of a URL parameter, or ""."""
        return next(iter(self.params.get(name, ())), "")

    @cached_property
    def warnings(self) -> list[str]:
        """Return sentences that say which data cannot be read now; [] if all can."""
        view, language = self.view, self.language
        _, problems, outdated = language.gettext, view.dataset.problems, view.dataset.outdated_counts
        said = []
        if self.unread_since:
            moment = datetime.fromtimestamp(self.unread_since, ZoneInfo(view.settings.timezone))
            day = "" if moment.date() == view.today else f"{language.format_day(moment.date())}, "
            message = _("The data cannot be read since {time}; this is how it stood then.", time=f"{day}{moment:%H:%M}")
            said.append(message)
        if n := len([problem for problem in problems if problem.path not in outdated]):
            said.append(
                language.ngettext(
                    "{n} entry in the data files cannot be read and is left out here. The rest is shown.",
                    "{n} entries in the data files cannot be read and are left out here. The rest is shown.",
                    n,
                )
            )
        if problems and (n := sum(outdated.values())):
            words = _(
                "Some files are being edited and cannot be read now. Entries shown in an earlier version: {n}.", n=n
            )
            said.append(words)
        return said

    def slot(self, name: str, id: str = "") -> Markup:
        """Return an HTML comment that marks a place where an editor sees more; "" if not `has_slots`.

        `name` is the template in editors/ that fills the place. `id` is, in most cases, the id of a record. The marks
        "reader" and "end" stand around what a person who is signed in does not see.
        """
        mark = " ".join(filter(None, ["rt", name, id.replace(">", "")]))
        return Markup(f"<!--{mark}-->" if self.has_slots else "")

    @property
    def can_save(self) -> bool:
        """Return whether `person` may save from this view. A view of the past is read-only."""
        return self.person.can(Permission.SAVE) and not self.view.is_past

    def link(self, path: str, *pairs: tuple[str, str], without: Collection[str] = ()) -> str:
        """Return a link to `path` with the URL parameters `pairs`, and with those of `sticky_params` that are not in `pairs`.

        Those named in `without` are left out.
        """
        given = {*without, *(name for name, _ in pairs)}
        params = [*pairs, *(pair for pair in self.sticky_params if pair[0] not in given)]
        return self.base + path + ("?" + encode_params(params) if params else "")

    def issuer_heading(self, issuer: Issuer) -> str:
        """Return the heading of a list of recommendations by one issuer."""
        _ = self.language.gettext
        if issuer is Issuer.CIVIL_SOCIETY:
            return _("Civil society's recommendations")
        return _("Mechanisms' recommendations") if self.view.has_other_mechanisms else _("Committees' recommendations")

    @property
    def body_word(self) -> str:
        """Return "Committee" in the reader's language, or "Mechanism" if the dataset has other mechanisms too."""
        return body_heading(self.view, self.language)

    def document_kind_name(self, document: Document) -> str:
        """Return the name of the kind of a document: the one that its mechanism uses, if any, or the general one."""
        body = self.view.bodies.get(document.body)
        named = body.document_names.get(document.kind) if body else None
        return self.language.resolve(named).text if named else self.label(document.kind)

    def assessor(self, a: Assessment) -> str:
        """Return who made an assessment: the short name of an organisation, "State" or "Committee"."""
        return self.label(self.view.organisation_of(a) if a.voice is Voice.CIVIL_SOCIETY else a.voice)

    @property
    def own_organisation_name(self) -> str:
        """Return the short name of the organisation for which `person` makes entries; "" if the dataset has only editors."""
        return self.organisation_name(recorded_for(self.view.settings, self.person))

    def owner_name(self, record: Record) -> str:
        """Return the short name of the organisation to which a record belongs; "" if it is everybody's.

        "Own monitoring", and evidence that somebody entered as published by an organisation of the tracker, say so also if
        they are the editors', where there are organisations beside them.
        """
        owner, editors = owner_of(self.view.dataset, record), self.view.editors.id
        if isinstance(record, Evidence) and not record.private:
            is_signed = record.kind is EvidenceKind.MONITORING or bool(
                record.recorded_by and named_in(self.view.dataset, record)
            )
            is_theirs = is_signed and record.recorded_for in (None, editors) and len(self.view.organisations) > 1
            owner = owner or (editors if is_theirs else "")
        return self.organisation_name(owner)

    def unconfirmed_by(self, record: Record) -> str:
        """Return who published evidence that others entered, as names, until one of them or the editors mark it as read.

        What one of them entered and read itself is not confirmed by the others.
        """
        if not isinstance(record, Evidence) or record.private or not record.recorded_by:
            return ""
        named = [id for id in named_in(self.view.dataset, record) if id != record.recorded_for]
        readers, editors = (*named, self.view.editors.id), self.view.editors.id
        is_read = record.verification is vocabulary.Verification.SEEN
        if not named or (is_read and (reading_of(record) or record.recorded_for or editors) in readers):
            return ""
        return sentences.names_of_organisations(self.language, [self.view.organisations[id] for id in named])

    def brought_in_by(self, record: Record) -> str:
        """Return the short name of the organisation that entered what belongs to nobody; "" if there are only editors."""
        return "" if owner_of(self.view.dataset, record) else self.organisation_name(record.recorded_for)

    def entry_words(self, a: Assessment) -> str:
        """Return the `entry_words` of an assessment (see `tracker.publishing.sentences`)."""
        return sentences.entry_words(self.view, self.language, a)

    def withdrawn_later(self, item: Any) -> str:
        """Return when something that a view of the past shows was withdrawn after it, in words; "" if it was not."""
        event = last_removal(item, None) if self.view.recorded and is_withdrawn(item.events) else None
        if event is None or (event.recorded and event.recorded <= (self.view.recorded or "")):
            return ""
        _, day = self.language.gettext, event.recorded and self.language.format_timestamp(event.recorded)
        return _("withdrawn later, on {day}", day=day) if day else _("withdrawn later")

    def entered_by(self, record: Record) -> list[str]:
        """Return who entered a record and attached its files, and when, such as "a.pdf: editor-w1, 3 May 2026".

        Only people of the organisation to which the record or the file belongs get this, others get [].
        """
        own = self._own
        is_theirs = own == (owner_of(self.view.dataset, record) or self.view.editors.id)
        named = [(self.language.gettext("entered by"), record), *((file.name, file) for file in active_files(record))]
        mine: Iterable[tuple[str, Any]] = (pair for pair in named if is_theirs or pair[1].recorded_for == own)
        said = ((name, self.shown_handle(one.recorded_by), one.recorded) for name, one in mine)
        return [f"{name}: {by}, {self.language.format_timestamp(at)}" for name, by, at in said if by and at]

    def shown_handle(self, handle: str | None) -> str:
        """Return a handle as `person` sees it: always "" for readers, and "" for SEED_HANDLE, which belongs to no person."""
        return handle if handle and self.person.handle and handle != SEED_HANDLE else ""

    def owns(self, private: Privacy | None) -> bool:
        """Return whether `person` may change a private entry. `private` names its owner. If `private` is None, all may."""
        return organisations.can_change(private, self._own)

    @property
    def _own(self) -> str:
        return organisations.own_organisation(self.person, self.view.settings.organisations)

    def may_publish(self, private: Privacy | None, record: Record | None = None) -> bool:
        """Return whether `person` may publish a private entry. Nothing is published from a view of the past.

        With the record of another organisation, only a file that this organisation let publish.
        """
        owner = others_owner(self.view.dataset, record, self.person) if record else ""
        may = self.person.can(Permission.PUBLISH) and not self.view.is_past
        may = may and owner in ("", private and private.organisation)
        return may and organisations.can_publish(private, self._own)

    def may_retract(self, owner: str | None) -> bool:
        """Return whether `person` may make private again what is public for the organisation with the id `owner`."""
        return self.may_publish(None) and organisations.can_retract(owner, self._own, self.view.settings.organisations)

    def readers(self, private: Privacy | None) -> str:
        """Return who reads or shares a private entry: "Private: only EHRA"; "" if only the editors are here."""
        known, _ = self.view.organisations, self.language.gettext
        if all(o.is_editors for o in known.values()):
            return ""
        if is_for_all(private):
            return _("Private: all organisations of this tracker")
        assert private is not None

        def names(*ids: str) -> str:
            return sentences.names_of_organisations(self.language, [known[id] for id in ids if id in known])

        if not self.owns(private):
            return _("Private: shared by {organisation}", organisation=names(private.organisation))
        if shared := names(*private.shared_with):
            return _("Private: shared with {organisations}", organisations=shared)
        return _("Private: only {organisation}", organisation=names(private.organisation))

    def publishers(self, private: Privacy | None) -> str:
        """Return a sentence that says whose reviewers can publish a private file."""
        known, _ = self.view.organisations, self.language.gettext
        may = [o for o in known.values() if organisations.can_publish(private, o.id)]
        if private is None or len(known) < 2 or not may:
            return _("A reviewer can publish it.")
        names = sentences.names_of_organisations(self.language, may, any_of=True)
        return _("Who can publish it: a reviewer of {organisations}.", organisations=names)

    def right_html(self, right: str) -> Markup:
        """Return a right as HTML, with the name of its language if that is not the reader's."""
        words, requested = self.right(right), self.language.code
        lang = requested if words != right or is_article(right) else self.view.settings.language
        text = ResolvedText(text=words, lang=lang, origin=TextOrigin.OWN, reviewed=True, requested=requested)
        return render_text(text)

    def name(self, publisher: str) -> str:
        """Return the name of a publisher or of authors, in the reader's language if the settings have it in that language."""
        return publisher_in_words(publisher, self.view.publisher_names, self.language)

    def names(self, names: Iterable[str]) -> str:
        """Return names of States or publishers as `name` does, with a comma between them."""
        return ", ".join(map(self.name, names))

    def document_link(self, link: str) -> str:
        """Return `link`. A link to a UN document is changed so that it opens in the reader's language."""
        return link_in_language(link, self.language)

    def term_label(self, code: str) -> str:
        """Return the label of the theme or group `code`, or `code` itself if the settings define no label for it."""
        terms = (*self.view.settings.themes, *self.view.settings.groups)
        return next((self.label(term) for term in terms if term.id == code), code)

    @property
    def past_sentences(self) -> dict[str, str]:
        """Return a mapping: URL parameter (`as_of`, `recorded`) → a sentence about its past date. {} if the view is current."""
        view, language = self.view, self.language
        _, said = language.gettext, dict[str, str]()
        if view.as_of:
            said["as_of"] = _("Showing only what is dated on or before {day}.", day=language.format_day(view.as_of))
        if view.recorded:
            day = language.format_moment(view.moment)
            said["recorded"] = _("Showing this page as it was published on {day}.", day=day)
        return said

    def text(self, text: Mapping[str, TextVariant], terms: tuple[SearchTerm, ...] = ()) -> Markup:
        """Return a text as HTML, in the reader's language if possible (see `Language.resolve` and `render_text`)."""
        return render_text(self.language.resolve(text), terms)

    def entries(
        self,
        entry: Callable[[Recommendation], Markup],
        rs: Sequence[Recommendation],
        terms: tuple[SearchTerm, ...],
        *,
        way: str,
        key: Hashable,
    ) -> Markup:
        """Return the entries of a list as HTML: what `entry` renders for each, with `terms` in <mark>, and `way` as its link.

        The HTML is kept, and reused for all readers. It may depend only on the sources of the recommendation (see
        `View.row_sources`), on the language and on `key`. It has tags where something is put in, see `_PLACE`.
        """
        drawn = self.view.reused_pieces((self.language, key), rs, lambda r: tuple(_PLACE.split(str(entry(r)))))
        if terms:
            plain = dict(zip((r.id for r in rs), drawn, strict=True))
            drawn = self.view.reused_pieces(
                (self.language, key, terms), rs, lambda r: self._marked(r, plain[r.id], terms)
            )
        before, id, after = str(Markup.escape(way)).partition("id=")
        parts = ((start, before, id, one, after, *html[:-1]) for start, one, *html in drawn)
        return Markup("".join(chain.from_iterable(parts)))

    def _marked(self, r: Recommendation, drawn: tuple[str, ...], terms: tuple[SearchTerm, ...]) -> tuple[str, ...]:
        """Return an entry with `terms` in <mark>, and with an excerpt for those that are not seen in it."""
        start, id, *html, end, seen = drawn
        more, missing = "", missing_terms(unescape(seen), terms)
        if found := self._snippet(self.view.searchable.texts[r.id], missing, terms):
            more = Markup('<p class="rt-meta">{}</p>').format(found)
        if len(missing) < len(terms):
            html[1::2] = [highlight(unescape(text), terms) for text in html[1::2]]
        return start, id, "".join([*html, more, end]), seen

    def excerpt(self, texts: SearchTexts, seen: str, terms: tuple[SearchTerm, ...]) -> Markup:
        """Return an excerpt of `texts` as HTML, with search terms that do not occur in `seen`; "" if there are none."""
        return self._snippet(texts, missing_terms(seen, terms), terms)

    def _snippet(self, texts: SearchTexts, missing: tuple[SearchTerm, ...], terms: tuple[SearchTerm, ...]) -> Markup:
        """Return an excerpt with the `missing` words. What is not the record's own says where it is from, and whose it is."""
        if not (found := snippet(texts, missing, self.language)):
            return Markup()
        resolved, of = found
        return Markup("{}: {}" if of else "{}{}").format(self._origin_words(of), render_text(resolved, terms))

    def _origin_words(self, of: Assessment | Evidence | Document | None) -> str:
        """Return what a text is from, and whose entry that is, such as "Evidence, Entry of X, not confirmed by Y"; "" for None."""
        _, doubt = self.language.gettext, ""
        if of is None:
            return ""
        if isinstance(of, Assessment) and of.voice is Voice.CIVIL_SOCIETY:
            return f"{_('Assessment')}, {self.assessor(of)}"
        if isinstance(of, Assessment):
            kind, owner, said = self.label(of.voice), "", self.entry_words(of)
        else:
            kind, owner = _("Evidence") if isinstance(of, Evidence) else _("Document"), self.owner_name(of)
            by, who = self._other_than_editors(of.recorded_for), self.unconfirmed_by(of)
            changed = self.changes_of_entry(of, of.recorded_for)
            entered = [_("entered by {organisation}", organisation=by), *changed] if by and not owner else []
            said = self.unread_entry(of) or " · ".join(entered)
            doubt = _("not confirmed by {organisation}", organisation=who) if who else ""
        entry = said or (_("Entry of {organisation}", organisation=owner) if owner else "")
        return ", ".join(filter(None, [kind, entry, doubt]))


@dataclass(frozen=True)
class PersonalRequest(ViewRequest):
    """What `person` sees on a page of the dashboard: the same, with more in the places that are marked for readers."""

    is_page: bool = True
    person: Person = READER
    has_slots: bool = False

    @classmethod
    def of(cls, request: ViewRequest, person: Person) -> Self:
        """Return the request of a page as `person` sees it."""
        return cls(**{f.name: getattr(request, f.name) for f in fields(request)} | {"is_page": True}, person=person)


@cache
def standalone_css(*names: str) -> Markup:
    """Return the style sheet signs.css followed by the style sheets `names`, minified."""
    parts = [(ASSETS / part).read_text("utf-8") for part in ("signs.css", *names)]
    return Markup(re.sub(r"/\*.*?\*/|(?<=[;{}])\s+|\n", "", "".join(parts), flags=re.S))


@cache
def program_digest() -> str:
    """Return a hash of the program's own files. Every version of the program has a different hash."""
    root, digest = Path(__file__).parent.parent, blake2b(digest_size=8)
    suffixes = {".py", ".html", ".css", ".js", ".po", ".svg", ".png", ".ttf"}
    for path in sorted(path for path in root.rglob("*") if path.suffix in suffixes):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_SHARED_VALUES = {"s", "view", "_", "language", "ngettext", "localized", "label", "link", "date"}
"""The names of the values that `render` gives to every template. Imported templates in layout/ use only these."""
_SHOWN_BY_MACROS = attrgetter("language", "sticky_params", "person", "base", "has_slots")


class _Context(Context):
    def call(self, obj: Any, /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **kwargs: Any) -> Any:
        """Return the result of the function or macro `obj`."""
        return obj(*args, **kwargs)


class _Template(Template):
    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the macros of this template, for a template that imports it."""
        given, make = vars or {}, super().make_module
        context: Any = given.get("s")
        if type(context) not in (ViewRequest, PersonalRequest) or not str(self.name).startswith("layout/"):
            return make(vars, shared, locals)

        def make_once() -> Any:
            return make({**self.globals, **{name: given[name] for name in _SHARED_VALUES & given.keys()}}, shared)

        return context.view.cached("macros", (self.name, _SHOWN_BY_MACROS(context)), make_once)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,
        autoescape=True,
        cache_size=-1,  # all of them: a limited cache looks for each of 60 templates in a list
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.template_class, environment.context_class = _Template, _Context
    # no template has globals of its own; a chain of two dictionaries would be copied slowly for each include
    environment.make_globals = lambda _own: environment.globals  # type: ignore[assignment, method-assign]
    environment.filters["dashes"] = lambda text: HYPHEN_BETWEEN_DIGITS.sub("\u2013", text)
    environment.globals |= {name: value for name, value in vars(vocabulary).items() if isinstance(value, type)} | {
        "dated": effective_date,
        **{name: value for name, value in vars(sentences).items() if inspect.getmodule(value) is sentences},
        "chain_of": build_chain,
        "grades_of": printed_grades,
        "graded_paragraphs": graded_paragraphs,
        "unheard_of": list_unheard,
        "grade_meaning": grade_meaning,
        "is_by_states": is_by_states,
        "public_link": public_link,
        "same_demand_links": same_demand_links,
        "insistence": insistence,
        "filter_pairs": lambda name, codes: [(name, code) for code in codes],
        "translation_task": translation_task,
        "withdrawn_of": withdrawn_assessments,
        "contests_of": standing_contests,
        "removal_of": last_removal,
        "others_owner": others_owner,
        "can_bring_back": can_bring_back,
        "can_contest": can_contest,
        "is_unpublished": is_unpublished,
        "last_year": partial_dates.last_year,
        "status_counts": count_by_status,
        "verification_meanings": VERIFICATION_MEANINGS,
        "languages": LANGUAGES,
        "native_name": native_name,
        "marked": highlight,
        "MARKED_LATER": MARKED_LATER,
        "differences": field_diff.list_differences,
        "code_of": field_diff.code_of,
        "is_date": field_diff.is_date,
        "fields": FIELD_LABELS,
        "shown_fields": lambda record: [f for f in fields_of(type(record), use=Use.SHOWN) if getattr(record, f.name)],
        "marked_edit": field_diff.diff_html,
        "style": standalone_css,
        "not_selected": vocabulary.NOT_SELECTED,
    }
    return environment


def compile_templates(*folders: str) -> None:
    """Compile the templates in `folders`, such as "pages/", so that later calls of `render` need not do it."""
    for name in _environment().list_templates(filter_func=lambda name: name.startswith(folders)):
        _environment().get_template(name)


def render(template: str, context: ViewRequest, **values: Any) -> str:
    """Return the HTML of a template. Text from data is escaped; characters that change its direction are removed."""
    language = context.language
    html = strip_bidi_controls(
        _environment()
        .get_template(template)
        .render(
            s=context,
            view=context.view,
            _=language.gettext,
            language=language,
            ngettext=language.ngettext,
            localized=context.text,
            label=context.label,
            link=context.link,
            date=language.format_date,
            **values,
        )
    )
    return show_removed_words(html, context.language)
