"""HTML of a view, from templates that escape everything which comes from data or from an address."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.i18n import LANGUAGES, Language, native_name
from tracker.model import partial_dates, vocabulary
from tracker.model.labels import LABELS, VERIFICATION_MEANINGS
from tracker.model.localized_text import ResolvedText, TextVariant, strip_bidi_controls
from tracker.model.permissions import READER, Permission, Person
from tracker.model.vocabulary import Status
from tracker.queries import field_diff, filters
from tracker.queries.search_documents import SearchDocument, snippet
from tracker.queries.text_search import SearchTerm, highlight, missing_terms
from tracker.queries.view import View, effective_date

RANGE = re.compile(r"(?<=[0-9])-(?=[0-9])")
TEMPLATES = Path(__file__).parent.parent / "templates"
ASSETS = Path(__file__).parent.parent / "assets"


@dataclass(frozen=True)
class RenderContext:
    """One page for one reader: the view, the language, who is looking, and the parameters that every link carries on.

    `base` stands before every link: empty inside the dashboard, the public address in what leaves it.
    """

    view: View
    language: Language
    sticky_params: tuple[tuple[str, str], ...] = ()
    person: Person = READER
    base: str = ""

    @property
    def can_save(self) -> bool:
        """Whether the person may save from this view: a past one is only read."""
        return self.person.can(Permission.SAVE) and not self.view.is_past

    def link(self, path: str, *pairs: tuple[str, str]) -> str:
        """An address in the dashboard that keeps the reader's language."""
        mine = {name for name, _ in pairs}
        params = [*pairs, *(pair for pair in self.sticky_params if pair[0] not in mine)]
        return self.base + path + ("?" + urlencode(params) if params else "")

    def label(self, code: Any) -> str:
        """The word for a code."""
        if isinstance(code, Status):
            said = self.view.settings.statuses.get(code)
            return self.language.resolve(said.label).text if said else code.value
        kinds = LABELS[type(code)]
        return self.language.gettext(kinds[code])

    def term_label(self, code: str) -> str:
        """The label of a theme or a group; the code itself when the dataset has none."""
        for item in (*self.view.settings.themes, *self.view.settings.groups):
            if item.id == code:
                return self.language.resolve(item.label).text
        return code

    def text(self, text: Mapping[str, TextVariant], found: tuple[SearchTerm, ...] = ()) -> Markup:
        """A text in the reader's language; where another language stands in, marked with that language."""
        return render_text(self.language.resolve(text), found)

    def once(self, *key: Hashable, caller: Callable[[], Markup]) -> Markup:
        """A piece of a page that depends on the view, the language and the key alone: drawn once for all who read it."""
        return self.view.cached("pieces", (self.language, *key), caller, most=2_000)

    def excerpt(self, texts: SearchDocument, seen: str, found: tuple[SearchTerm, ...]) -> Markup:
        """Where the words stand which the reader does not see yet; empty when there is nothing to add."""
        chosen = snippet(texts, missing_terms(seen, found), self.language.code, self.language.default)
        return render_text(chosen, found) if chosen else Markup()


def render_text(chosen: ResolvedText, found: tuple[SearchTerm, ...] = ()) -> Markup:
    """The text, with its own language where it is not the reader's, and the words of a search marked."""
    text = highlight(chosen.text, found)
    if not chosen.is_fallback:
        return text
    name = native_name(chosen.lang)
    return Markup('<span lang="{}">{}</span> <span class="rt-lang">{}</span>').format(chosen.lang, text, name)


@cache
def status_css(name: str) -> Markup:
    """A style sheet of ours, with the colours and signs, for a page that stands alone."""
    parts = [(ASSETS / part).read_text("utf-8") for part in ("signs.css", name)]
    return Markup(re.sub(r"/\*.*?\*/|(?<=[;{}])\s+|\n", "", "".join(parts), flags=re.S))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["dashes"] = lambda text: RANGE.sub("\u2013", text)
    made.globals |= {
        name: value for name, value in vars(vocabulary).items() if isinstance(value, type)
    } | {"dated": effective_date, "last_day": partial_dates.last_day, "status_counts": filters.count_by_status, "last_assessed": filters.last_assessed_key,
         "verification_meanings": VERIFICATION_MEANINGS, "languages": LANGUAGES, "marked": highlight,
         "differences": field_diff.list_differences, "code_of": field_diff.code_label, "fields": field_diff.FIELD_LABELS,
         "marked_edit": field_diff.diff_html, "style": status_css, "not_selected": vocabulary.NOT_SELECTED}  # fmt: skip
    return made


def render(template: str, shown: RenderContext, **values: Any) -> str:
    """The HTML of a template for one reader. Text from data is escaped, and turns nothing around."""
    language = shown.language
    return strip_bidi_controls(_environment().get_template(template).render(
        s=shown, view=shown.view, _=language.gettext, language=language, ngettext=language.ngettext, localized=shown.text, label=shown.label,
        link=shown.link, date=language.format_date, **values,
    ))  # fmt: skip
