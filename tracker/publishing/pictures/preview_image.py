"""The preview image that a messenger shows beside a link: a PNG of 1200 by 630 pixels, drawn from the data."""

import io
from collections.abc import Callable
from functools import cache
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from tracker.model.localized_text import one_line, shorten
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Direction, Status
from tracker.publishing.render_context import ASSETS, ViewRequest
from tracker.publishing.request import RenderedFile
from tracker.publishing.sentences import directions_in_words, status_words
from tracker.publishing.wording import (
    assessment_line,
    filter_heading,
    matches_by_issuer,
    short_past_notices,
    site_name,
    source_parts,
    states_line,
)
from tracker.queries.lists.filters import count_by_status

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
CONTENT_WIDTH = WIDTH - 2 * MARGIN
FONTS = ASSETS / "fonts"
PAGE, INK, SOFT, LINE, ACCENT = "#fcfbf8", "#1d2126", "#565c64", "#ddd8cc", "#1f4f8f"
"""The colours of the dashboard's style sheet in its light version."""
DIRECTION_COLOURS = {Direction.FORWARD: "#0b6b57", Direction.UNCHANGED: SOFT, Direction.BACKWARD: "#a3341f"}
FontSizes = tuple[tuple[int, int], ...]
"""(font size in pixels, largest number of lines in this size) pairs, the preferred size first."""
TITLE_SIZES: FontSizes = ((60, 3), (46, 4))
MAX_IMAGE_TEXT_LENGTH = 500
"""Only this many characters of a text are drawn. More would never fit into the image."""


def render_preview(request: ViewRequest) -> RenderedFile:
    """Return the preview image, else a text (410 if retired, otherwise 404)."""
    view, id = request.view, request.id
    if r := view.recommendations.get(id):
        return _png(request, lambda: _draw_recommendation(request, r))
    status = 410 if view.is_retired(id) else 404
    return RenderedFile(b"There is no such picture.", "text/plain; charset=utf-8", status=status)


def render_general_preview(request: ViewRequest) -> RenderedFile:
    """Return the image of a list: recommendations counted by issuer and status. Neutral previews have only the site's name."""
    return _png(request, lambda: _draw_list(request))


def _png(request: ViewRequest, draw: Callable[[], "PreviewCanvas"]) -> RenderedFile:
    """Return as PNG what `draw` draws. If the settings ask for neutral previews, it shows only the site's name."""
    raw, canvas = io.BytesIO(), _draw_neutral(request) if request.view.settings.neutral_previews else draw()
    # the image has few colours: a palette of 128 halves the bytes, and nobody sees a difference
    canvas.image.quantize(128, Image.Quantize.FASTOCTREE).save(raw, "PNG")
    return RenderedFile(raw.getvalue(), "image/png")


def _draw_recommendation(request: ViewRequest, r: Recommendation) -> "PreviewCanvas":
    view = request.view
    status = view.status(r)
    colour = _status_colour(request, status)
    canvas = PreviewCanvas(colour)
    canvas.draw_site_name(site_name(request))
    title = request.language.resolve(r.title)
    bottom = canvas.draw_block(title.text, 116, TITLE_SIZES, weight="Bold", colour=INK, last=title.label)
    canvas.draw_block(" · ".join(source_parts(request, r)), bottom + 14, ((28, 2),), weight="Regular", colour=SOFT)
    canvas.draw.line((MARGIN, 448, WIDTH - MARGIN, 448), LINE, 2)
    words, *others = status_words(view, request.language, r)
    x = canvas.draw_icon_and_text(MARGIN, 466, status, text=words, weight="Bold", size=40, colour=colour)
    for direction, words in directions_in_words(request.language, view.headline(r)).items():
        if x + 40 + canvas.text_width(words, "Regular", 32) + 44 < WIDTH - MARGIN:
            colour = DIRECTION_COLOURS[direction]
            canvas.draw_icon_and_text(x + 40, 472, direction, text=words, weight="Regular", size=32, colour=colour)
    notice = " ".join([" · ".join(others) or assessment_line(request, r), *short_past_notices(request)])
    canvas.draw_block(notice, 530, ((24, 2), (22, 2), (20, 3)), weight="Regular", colour=SOFT)
    return canvas


def _draw_list(request: ViewRequest) -> "PreviewCanvas":
    language = request.language
    canvas = PreviewCanvas(ACCENT)
    state_party, title = language.resolve(request.view.settings.state_party).text, site_name(request)
    is_filtered = bool(request.filters.params())
    canvas.draw_site_name(title if is_filtered else state_party)
    heading = filter_heading(request) if is_filtered else title
    y = canvas.draw_block(heading, 116, ((52, 2), (34, 3)), weight="Bold", colour=INK) + 10
    y = canvas.draw_block(" ".join(short_past_notices(request)), y, ((24, 1),), weight="Regular", colour=SOFT) + 18
    groups = matches_by_issuer(request, request.filters)
    for issuer, rs in groups:
        n = language.ngettext("{n} recommendation", "{n} recommendations", len(rs))
        y = canvas.draw_block(f"{request.label(issuer)}: {n}", y, ((28, 1),), weight="Bold", colour=INK) + 8
        y = _draw_bar(canvas, request, y, counts=count_by_status(request.view, rs)) + 24
    states = states_line(request, request.filters)
    if states and not groups:
        canvas.draw_block(states, y, ((34, 4), (24, 8)), weight="Bold", colour=INK)
    elif not groups:
        none = language.ngettext("{n} recommendation", "{n} recommendations", 0)
        canvas.draw_block(none, y, ((28, 1),), weight="Bold", colour=INK)
    return canvas


def _draw_bar(canvas: "PreviewCanvas", context: ViewRequest, y: int, counts: dict[Status, int]) -> int:
    """Draw a bar: how many recommendations have each status. Below it, draw a legend. Return the y below both."""
    left, total = float(MARGIN), sum(counts.values())
    for status, n in counts.items():
        right = left + CONTENT_WIDTH * n / total
        canvas.draw.rectangle((round(left), y, round(right) - 3, y + 20), _status_colour(context, status))
        left = right
    x, y = MARGIN, y + 32
    for status, n in counts.items():
        words = f"{n} {context.label(status)}"
        if x > MARGIN and x + 30 + canvas.text_width(words, "Regular", 24) > WIDTH - MARGIN:
            x, y = MARGIN, y + 36
        colour = _status_colour(context, status)
        x = canvas.draw_icon_and_text(x, y, status, text=words, weight="Regular", size=24, colour=colour) + 28
    return y + 34


def draw_status_bar(context: ViewRequest, counts: dict[Status, int]) -> Image.Image:
    """Return an image of the bar that shows how many recommendations have each status, with its legend below."""
    canvas = PreviewCanvas(PAGE)
    end = _draw_bar(canvas, context, MARGIN, counts=counts)
    return canvas.image.crop((MARGIN, MARGIN - 8, WIDTH - MARGIN, end + 8))


def _draw_neutral(context: ViewRequest) -> "PreviewCanvas":
    canvas = PreviewCanvas(ACCENT)
    canvas.draw_block(site_name(context), 230, TITLE_SIZES, weight="Bold", colour=INK)
    return canvas


def _status_colour(context: ViewRequest, status: Status) -> str:
    labels = context.view.settings.statuses.get(status)
    return labels.colour if labels else SOFT


class PreviewCanvas:
    """An image to draw on, with a coloured left edge. Text that does not fit is cut."""

    def __init__(self, edge: str) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAGE)
        self.draw = ImageDraw.Draw(self.image)
        self.draw.rectangle((0, 0, 15, HEIGHT), edge)

    def text_width(self, text: str, weight: str, size: int) -> float:
        """Return the width in pixels of a text that is drawn in one line."""
        # Pillow cannot measure a text with a line break, of which Unicode has several kinds
        return _font(weight, size).getlength(one_line(text))

    def draw_site_name(self, name: str) -> None:
        """Draw the dashboard's icon and a name at the top, in one line."""
        lines, _is_whole = _wrap(name, "Bold", 28, width=CONTENT_WIDTH - 44, max_lines=1)
        self.draw_icon_and_text(MARGIN, 56, Status.PARTIALLY, text=lines[0], weight="Bold", size=28, colour=ACCENT)

    def draw_icon_and_text(self, x: int, y: int, code: str, *, text: str, weight: str, size: int, colour: str) -> int:
        """Draw an icon, and a text to its right, with the top left corner (x, y). Return the x where the text ends."""
        icon_size = round(size * 0.95)
        self.image.paste(colour, (x, y + round(size * 0.24)), icon_mask(code, icon_size))
        start = x + icon_size + round(size * 0.34)
        self.draw.text((start, y), one_line(text), colour, _font(weight, size))
        return round(start + self.text_width(text, weight, size))

    def draw_block(self, text: str, y: int, sizes: FontSizes, *, weight: str, colour: str, last: str = "") -> int:
        """Draw a text down from `y`, in the first size that fits, else cut in the last size. Return the y below the text.

        If it is cut, `last`, with which it ends, has the last line.
        """
        lines: list[str] = []
        for size, max_lines in sizes:
            lines, is_whole = _wrap(text, weight, size, width=CONTENT_WIDTH, max_lines=max_lines)
            if is_whole:
                break
            if last:
                cut = _wrap(text, weight, size, width=CONTENT_WIDTH, max_lines=max_lines - 1)[0]
                lines = [*cut, *_wrap(last, weight, size, width=CONTENT_WIDTH, max_lines=1)[0]]
        for line in lines:
            self.draw.text((MARGIN, y), line, colour, _font(weight, size))
            y += round(size * 1.24)
        return y


def _wrap(text: str, weight: str, size: int, width: int, max_lines: int) -> tuple[list[str], bool]:
    """Return (lines, whether they have the whole text): at most `max_lines` lines, none wider than `width` pixels."""
    font, lines = _font(weight, size), [""]
    text = shorten(normalize("NFC", text), MAX_IMAGE_TEXT_LENGTH)
    for word in text.split():
        pieces = [""]  # of a word that is wider than the line; usually there is only one
        for letter in word if font.getlength(word) > width else (word,):
            if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        for piece in pieces:
            longer = f"{lines[-1]} {piece}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    if len(lines) <= max_lines:
        return lines, True
    last = lines[max_lines - 1]
    while last and font.getlength(last + "…") > width:
        last = last[:-1]
    return [*lines[: max_lines - 1], last.rstrip(" .,;:") + "…"], False


@cache
def icon_mask(code: str, size: int) -> Image.Image:
    """Return the icon of the status or direction `code` as a mask of `size` by `size` pixels."""
    return Image.open(ASSETS / "icons" / f"{code}.png").resize((size, size), Image.Resampling.LANCZOS)


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans-{weight}.ttf", size)
