"""Read a web page that was saved from the UN's site into blocks of text, without menus, cookie notices and scripts."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from tracker.importing.documents.docx_reader import format_number, with_whole_words
from tracker.importing.documents.imported_document import IS_UNIT, BlockRole, SourceText, TextBlock, clean_text
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.validation.state_party import SYMBOL

MAX_DEPTH_OF_PAGE = 400
NOT_A_PAGE = N_("The web page cannot be read. Open it in your browser, copy the text of the document, and paste it.")
_DROPPED = {
    *str.split("script style noscript template svg nav aside form button select option iframe object embed canvas"),
    *str.split("audio video dialog menu head title del s strike input textarea label map picture img"),
}
_BLOCKS = {
    *str.split("address article blockquote body caption center dd details div dl dt figcaption figure footer h1 h2"),
    *str.split("h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul"),
}
_PAGE_PARTS = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|nav|navbar|navigation|menu|breadcrumbs?|share|social|sidebar|skip|search|"
    r"banner|footer|copyright|related|toolbar|pagination|pager|newsletter|popup|modal|language-?switch\w*|hidden|"
    r"visually-hidden|sr-only|screen-reader\w*|print-only|advert\w*|subscribe)(?:$|[\s_-])",
    re.I,
)
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "complementary"})
_NOTE = re.compile(r"(?:^|[\s_-])(?:foot-?notes?|end-?notes?|fn\d*|ftn\d*|edn\d*|mso-?footnote\w*)(?:$|[\s_-])", re.I)
_NOTE_TAGS = ("div", "p", "li", "section", "ol", "ul", "aside")
_WEIGHT = re.compile(r"font-weight\s*:\s*(?:(bold|[6-9]00)|normal|[1-5]00)", re.I)
_RAISED = re.compile(r"\bsuper|foot-?note|fnref|noteref", re.I)
_NOTE_LINK = re.compile(r"#_?(?:ftn|fn|footnote|note|edn|endnote|cite)", re.I)
_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_CSS_TYPES = {
    **{f"{case}-{name}": f"{case}Letter" for case in ("lower", "upper") for name in ("alpha", "latin")},
    **{"lower-roman": "lowerRoman", "upper-roman": "upperRoman", "decimal": "decimal", "none": "none"},
    **dict.fromkeys(("disc", "circle", "square"), "bullet"),
}
_CSS_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_CSS_LIST = re.compile(
    r"list-style(?:-type)?\s*:\s*[^;]*?\b(" + "|".join(sorted(_CSS_TYPES, key=len, reverse=True)) + r")\b", re.I
)
_DIVIDED = re.compile(
    r"(?<=[^\W\d_])([-\u00ad])[ \t\r]*\n\s*(?=[^\W\d_]|$)(?!(?:and|or|to|и|или|до|жана|же|et|ou|y|o)\b)"
)
_LONGEST_CELL = 200


class _PageReader:
    """Collects `blocks` and `notes` of a page. `list_styles` maps a CSS selector → the number format of the list."""

    def __init__(self, list_styles: dict[str, str]) -> None:
        self.blocks: list[TextBlock] = []
        self.notes: list[str] = []
        self._list_styles = list_styles
        self._text: list[str] = []
        self._bold: list[bool] = []
        self._is_note = False
        self._label, self._level, self._heading = "", 0, -1
        self._role = BlockRole.BODY

    def flush(self) -> None:
        """End the block that is being read: add it to `blocks` if it has text, and begin an empty one."""
        text = clean_text("".join(self._text))
        if text and self._is_note:
            self.notes.append(text.replace("\n", " "))
        elif text:
            is_bold = self._role is BlockRole.BODY and bool(self._bold) and all(self._bold)
            role, level = BlockRole.BOLD if is_bold else self._role, self._level if self._label else 0
            if self._heading >= 0:
                role, level = BlockRole.HEADING, self._heading
            self.blocks.append(TextBlock(text, self._label, level, role=role))
            self._label = ""
        self._text, self._bold, self._is_note = [], [], False

    def walk(self, element: HtmlElement, *, bold: bool, depth: int, lists: int) -> None:
        """Read an element and everything in it, but not the text after it."""
        tag = element.tag
        if not isinstance(tag, str) or _is_left_out(element):
            return
        if tag == "sup" and _is_note_reference(element) and not "".join(self._text).strip() and not self._label:
            self._is_note = bool(element.text_content().strip())  # a block that begins with the mark is the note itself
            return
        if _is_note_reference(element) and not IS_UNIT.search("".join(self._text)[-3:]):
            return
        if depth > MAX_DEPTH_OF_PAGE:
            raise UnusableFile(NOT_A_PAGE)
        is_noted = tag in _NOTE_TAGS and _NOTE.search(f"{element.get('id', '')} {element.get('class', '')}")
        if is_noted and len(element.text_content()) < 20_000:
            note = clean_text(element.text_content()).replace("\n", " ")
            self.notes.append(re.sub(r"^(?:\*+|\[?\d{1,3}\]?)\s*(?=\D)", "", note))
            return
        if tag == "br":
            self._text.append("\n")
            return
        is_block = tag in _BLOCKS
        if is_block:
            self.flush()
        before = self._heading, self._role
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading = int(tag[1]) - 1
        if tag == "table" and _is_data_table(element):
            self._role = BlockRole.TABLE
        weight = _WEIGHT.search(element.get("style", ""))
        bold = bool(weight[1]) if weight else bold or tag in ("b", "strong", "th")
        self._add_text(element.text, bold)
        is_list = tag in ("ol", "ul")
        labels = _item_labels(element, self._list_styles)
        for child in element:
            if is_list and child.tag == "li":
                self.flush()
                self._label, self._level = next(labels), lists
            self.walk(child, bold=bold, depth=depth + 1, lists=lists + is_list)
            self._add_text(child.tail, bold)
        if is_block:
            self.flush()
        self._heading, self._role = before

    def _add_text(self, text: str | None, bold: bool) -> None:
        # line breaks in the source of a page are spaces; only <br> breaks a line, and one that divides a word
        plain = re.sub(r"[ \t\r\n]+", " ", _DIVIDED.sub(r"\1\v", text or "")).replace("\v", "\n")
        self._text.append(plain)
        if plain.strip():
            self._bold.append(bold)


def _item_labels(element: HtmlElement, styles: dict[str, str]) -> Iterator[str]:
    """Yield the label of each item of a list as it would be typed: "12." or "(a)"; "•" for a bullet, "" for none."""
    classes = [f".{name}" for name in element.get("class", "").split()]
    names = [*classes, *(f"{element.tag}{name}" for name in classes), f"#{element.get('id', '')}"]
    in_sheet = next((styles[name] for name in names if name in styles), "bullet" if element.tag == "ul" else "decimal")
    of_list = _css_type(element.get("style", "")) or _LIST_TYPES.get(element.get("type", "")) or in_sheet
    start = element.get("start", "")
    number = int(start) - 1 if re.fullmatch(r"\d{1,4}", start) else 0
    for item in element.iterchildren("li"):
        value = item.get("value", "")
        number = int(value) if re.fullmatch(r"\d{1,4}", value) else number + 1
        own = _LIST_TYPES.get(item.get("type", "")) or _css_type(item.get("style", "")) or of_list
        shown = {"none": "", "bullet": "•"}.get(own, format_number(number, own))
        is_letter = own not in ("none", "bullet", "decimal", "upperLetter", "upperRoman")
        yield f"({shown})" if is_letter else f"{shown}." if own not in ("none", "bullet") else shown


def _css_type(style: str) -> str | None:
    found = _CSS_LIST.search(style)
    return _CSS_TYPES[found[1].lower()] if found else None


def _page_styles(root: HtmlElement) -> dict[str, str]:
    """Return a mapping: CSS selector → number format of the list, from the style sheets in the page."""
    found: dict[str, str] = {}
    for style in root.iter("style"):
        for selectors, rules in _CSS_RULE.findall((style.text or "")[:200_000]):
            if list_format := _css_type(rules):
                found |= {names[-1]: list_format for each in selectors.split(",") if (names := each.split())}
    return found


def _is_left_out(element: HtmlElement) -> bool:
    tag, style = element.tag, re.sub(r"\s", "", element.get("style", "").lower())
    is_unseen = "display:none" in style or "visibility:hidden" in style or element.get("aria-hidden") == "true"
    if is_unseen or tag in _DROPPED or element.get("hidden") is not None:
        return True
    is_named = any(_PAGE_PARTS.search(element.get(name, "")) for name in ("class", "id"))
    is_page_part = is_named or tag in ("header", "footer") or element.get("role") in _ROLES
    # the masthead of the document may stand in a header
    return is_page_part and tag not in ("html", "body", "main", "article") and not _has_document(element)


def _has_document(element: HtmlElement) -> bool:
    text = element.text_content()
    if element.tag == "header" or "header" in element.get("class", ""):
        return bool(SYMBOL.search(text)) and len(element.findall(".//a")) < 4
    return len(text) > 4_000 and bool(re.search(r"(?m)^\s*\d{1,3}\.\s", text)) and len(element.findall(".//a")) < 60


def _is_note_reference(element: HtmlElement) -> bool:
    text = element.text_content().strip() if element.tag in ("sup", "span", "a") else ""
    look = f"{element.get('class', '')} {element.get('style', '')}"
    if element.tag == "sup" or (element.tag == "span" and text and _RAISED.search(look)):
        return bool(re.fullmatch(r"[\[(]?(?:\d{1,3}|\*+|[a-z])[\])]?", text)) or not text
    return element.tag == "a" and bool(_NOTE_LINK.search(element.get("href", ""))) and len(text) < 6


def _is_data_table(table: HtmlElement) -> bool:
    rows = table.findall(".//tr")
    cells = [[cell.text_content().strip() for cell in row if cell.tag in ("td", "th")] for row in rows[:300]]
    texts = [text for row in cells for text in row]
    is_short = all(len(text) < _LONGEST_CELL and not re.match(r"\(?\w{1,3}[.)]", text) for text in texts)
    has_columns = len(cells) > 1 and max(sum(map(bool, row)) for row in cells) > 1
    return has_columns and is_short and not any(map(SYMBOL.search, texts))


def read_html(text: str) -> SourceText:
    """Return a page's main part, its title as margin, and its footnotes. Raise UnusableFile if that fails."""
    try:
        how = {"no_network": True, "huge_tree": False, "remove_comments": True, "remove_pis": True}
        parser = html.HTMLParser(encoding="utf-8", **how)
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        raise UnusableFile(NOT_A_PAGE) from None
    reader = _PageReader(_page_styles(root))
    body = next(root.iter("body"), root)
    # the main part of the page, if most of the text is in it
    parts, whole = (*body.iter("main"), *body.iter("article")), len(body.text_content())
    main = next((part for part in parts if len(part.text_content()) > 0.6 * whole), body)
    reader.walk(main, bold=False, depth=0, lists=0)
    reader.flush()
    title = " ".join(found.text_content() for found in root.findall(".//title"))
    blocks = with_whole_words(tuple(reader.blocks))
    return SourceText(blocks, tuple(filter(None, [clean_text(title)])), tuple(filter(None, reader.notes)))
