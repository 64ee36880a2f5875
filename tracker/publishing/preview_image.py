"""The picture that a messenger shows beside a link: 1200 by 630, drawn from the data."""

import io
from functools import cache
from pathlib import Path
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from tracker.model.records import Recommendation
from tracker.model.vocabulary import Direction, Status, Voice
from tracker.publishing.card import missing_card
from tracker.publishing.html import RenderContext
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.status_icons import draw_icon
from tracker.publishing.wording import (
    assessment_line,
    filter_heading,
    group_by_issuer,
    past_notices,
    shorten,
    site_name,
    source_line,
    uses_neutral_previews,
)
from tracker.queries.filters import count_by_status

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
MARGIN = WIDTH - 2 * MARGIN
FONTS = Path(__file__).parent.parent / "assets" / "fonts"
PAGE, INK, SOFT, LINE, ACCENT = "#fcfbf8", "#1d2126", "#565c64", "#ddd8cc", "#1f4f8f"
"""The light colours of the dashboard's style sheet."""
DIRECTION_ARROWS = {Direction.FORWARD: "#0b6b57", Direction.UNCHANGED: SOFT, Direction.BACKWARD: "#a3341f"}
FontSizes = tuple[tuple[int, int], ...]
"""(height of a letter, how many lines have room)"""
TITLE_SIZES: FontSizes = ((60, 3), (54, 3), (46, 4))
MAX_LINES = 500
"""Letters of a title that are looked at: more have no place."""


def render_preview(ask: ViewRequest) -> RenderedFile:
    """The picture of one recommendation."""
    r = ask.view.recommendations.get(ask.id)
    if r is None:
        found = missing_card(ask, ".png")
        return (
            found
            if found.redirect_to
            else RenderedFile(b"There is no such picture.", "text/plain; charset=utf-8", status=found.status)
        )
    return _png(_neutral(ask.context) if uses_neutral_previews(ask.view) else _of(ask, r))


def render_general_preview(ask: ViewRequest) -> RenderedFile:
    """The picture of the overview and of a list: how many stand where."""
    return _png(_neutral(ask.context) if uses_neutral_previews(ask.view) else _of_list(ask))


def _png(sheet: "PreviewCanvas") -> RenderedFile:
    raw = io.BytesIO()
    # few colours and their edges: less than half the bytes, and nothing to see of it
    sheet.image.quantize(128, Image.Quantize.FASTOCTREE).save(raw, "PNG")
    return RenderedFile(raw.getvalue(), "image/png")


def _of(ask: ViewRequest, r: Recommendation) -> "PreviewCanvas":
    s, view = ask.context, ask.view
    status, latest = view.status(r), view.latest(r, Voice.CIVIL_SOCIETY)
    colour = _colour(s, status)
    sheet = PreviewCanvas(colour)
    sheet.wordmark(site_name(s))
    end = sheet.block(ask.language.resolve(r.title).text, 116, "Bold", TITLE_SIZES, INK)
    sheet.block(" · ".join(source_line(s, r)), end + 14, "Regular", ((28, 2),), SOFT)
    sheet.draw.line((MARGIN, 448, WIDTH - MARGIN, 448), LINE, 2)
    x = sheet.signed(MARGIN, 466, status, s.label(status), "Bold", 40, colour)
    if latest and latest.direction:
        words, way = s.label(latest.direction), DIRECTION_ARROWS[latest.direction]
        if x + 40 + sheet.width(words, "Regular", 32) + 44 < WIDTH - MARGIN:
            sheet.signed(x + 40, 472, latest.direction, words, "Regular", 32, way)
    sheet.block(
        " ".join([assessment_line(s, r), *past_notices(ask)]), 530, "Regular", ((24, 1), (24, 2), (22, 2)), SOFT
    )
    return sheet


def _of_list(ask: ViewRequest) -> "PreviewCanvas":
    s, language = ask.context, ask.language
    sheet = PreviewCanvas(ACCENT)
    name, title = language.resolve(s.view.settings.state_party).text, site_name(s)
    sheet.wordmark(title if ask.filters.params() else name)
    y = (
        sheet.block(
            filter_heading(ask) if ask.filters.params() else title, 116, "Bold", ((52, 2), (40, 2), (34, 3)), INK
        )
        + 10
    )
    y = sheet.block(" ".join(past_notices(ask)), y, "Regular", ((24, 1),), SOFT) + 18
    for asker, rows in group_by_issuer(ask, ask.filters):
        n = language.ngettext("{n} recommendation", "{n} recommendations", len(rows))
        y = sheet.block(f"{s.label(asker)}: {n}", y, "Bold", ((28, 1),), INK) + 8
        y = _bar(sheet, s, y, count_by_status(s.view, rows)) + 24
    if not group_by_issuer(ask, ask.filters):
        sheet.block(language.ngettext("{n} recommendation", "{n} recommendations", 0), y, "Bold", ((28, 1),), INK)
    return sheet


def _bar(sheet: "PreviewCanvas", s: RenderContext, y: int, counts: dict[Status, int]) -> int:
    """A bar of how many stand where with the words under it; gives where it ends."""
    left, total = float(MARGIN), sum(counts.values())
    for status, n in counts.items():
        right = left + MARGIN * n / total
        sheet.draw.rectangle((round(left), y, round(right) - 3, y + 20), _colour(s, status))
        left = right
    x, y = MARGIN, y + 32
    for status, n in counts.items():
        words = f"{n} {s.label(status)}"
        if x > MARGIN and x + 30 + sheet.width(words, "Regular", 24) > WIDTH - MARGIN:
            x, y = MARGIN, y + 36
        x = sheet.signed(x, y, status, words, "Regular", 24, _colour(s, status)) + 28
    return y + 34


def _neutral(s: RenderContext) -> "PreviewCanvas":
    sheet = PreviewCanvas(ACCENT)
    sheet.block(site_name(s), 230, "Bold", TITLE_SIZES, INK)
    return sheet


def _colour(s: RenderContext, status: Status) -> str:
    words = s.view.settings.statuses.get(status)
    return words.colour if words else SOFT


class PreviewCanvas:
    """A sheet of the picture's size, with an edge in one colour; text that does not fit is cut."""

    def __init__(self, edge: str) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAGE)
        self.draw = ImageDraw.Draw(self.image)
        self.draw.rectangle((0, 0, 15, HEIGHT), edge)

    def width(self, text: str, weight: str, size: int) -> float:
        """How wide a text is in one line."""
        return _font(weight, size).getlength(_in_one_line(text))

    def wordmark(self, name: str) -> None:
        """The dashboard's sign and a name, at the top."""
        words = _lines(name, "Bold", 28, MARGIN - 44, 1)[0][0]
        self.signed(MARGIN, 56, Status.PARTIALLY, words, "Bold", 28, ACCENT)

    def signed(self, x: int, y: int, code: str, words: str, weight: str, size: int, colour: str) -> int:
        """A sign with its words, in one line; gives where it ends."""
        high = round(size * 0.95)
        self.image.paste(colour, (x, y + round(size * 0.24)), draw_icon(code, high))
        start = x + high + round(size * 0.34)
        self.draw.text((start, y), _in_one_line(words), colour, _font(weight, size))
        return round(start + self.width(words, weight, size))

    def block(self, text: str, y: int, weight: str, sizes: FontSizes, colour: str) -> int:
        """A text in the first of the sizes that holds it, cut in the last; gives where it ends."""
        lines: list[str] = []
        for size, most in sizes:
            lines, whole = _lines(text, weight, size, MARGIN, most)
            if whole:
                break
        for line in lines:
            self.draw.text((MARGIN, y), line, colour, _font(weight, size))
            y += round(size * 1.24)
        return y


def _in_one_line(text: str) -> str:
    # a line break, of which there are several kinds, ends the drawing
    return " ".join(text.split())


def _lines(text: str, weight: str, size: int, width: int, most: int) -> tuple[list[str], bool]:
    """(the text in lines of a width, whether it is all there); where it is not, the last line ends in an ellipsis."""
    font, lines = _font(weight, size), [""]
    text = shorten(normalize("NFC", text), MAX_LINES)
    for word in text.split():
        for piece in _pieces(word, font, width):
            longer = f"{lines[-1]} {piece}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    if len(lines) <= most:
        return lines, True
    last = lines[most - 1]
    while last and font.getlength(last + "…") > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip(" .,;:") + "…"], False


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A word in pieces that fit in a line."""
    pieces = [""]
    for letter in word if font.getlength(word) > width else (word,):
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans-{weight}.ttf", size)
