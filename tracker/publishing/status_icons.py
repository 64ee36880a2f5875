"""Draw the icons of statuses and directions with Pillow.

The shapes are those of signs.css. Their coordinates are on a grid of 16 by 16.
"""

from collections.abc import Callable, Sequence
from functools import cache

from PIL import Image, ImageDraw

from tracker.model.vocabulary import Direction, Status

SUPERSAMPLING = 20
"""Icons are drawn this many times larger and then scaled down, because Pillow does not draw smooth edges."""


@cache
def draw_icon(code: str, size: int) -> Image.Image:
    """Return the icon of the status or direction `code`, as a mask of `size` by `size` pixels."""
    pen = _Pen()
    ICON_SHAPES[code](pen)
    return pen.mask.resize((size, size), Image.Resampling.LANCZOS)


class _Pen:
    """Draws shapes on a mask. All coordinates and line widths are on the grid of 16 by 16."""

    def __init__(self) -> None:
        self.mask = Image.new("L", (16 * SUPERSAMPLING, 16 * SUPERSAMPLING))
        self.draw = ImageDraw.Draw(self.mask)

    def circle(self, radius: float, x: float = 8, y: float = 8, *, width: float = 0) -> None:
        box = _scaled([x - radius, y - radius, x + radius, y + radius])
        if width:
            self.draw.ellipse(box, outline=255, width=round(width * SUPERSAMPLING))
        else:
            self.draw.ellipse(box, fill=255)

    def ring(self) -> None:
        self.circle(7.05, width=1.7)

    def arc(self, first: float, last: float, radius: float, x: float = 8, y: float = 8, *, width: float) -> None:
        box = _scaled([x - radius, y - radius, x + radius, y + radius])
        self.draw.arc(box, first, last, 255, round(width * SUPERSAMPLING))

    def line(self, points: Sequence[float], width: float) -> None:
        self.draw.line(_scaled(points), 255, round(width * SUPERSAMPLING), "curve")


def _scaled(points: Sequence[float]) -> list[float]:
    return [point * SUPERSAMPLING for point in points]


def _implemented(pen: _Pen) -> None:
    pen.circle(7)
    pen.draw.polygon(_scaled([7, 11.6, 3.9, 8.5, 5.1, 7.3, 7, 9.2, 11, 4.8, 12.3, 5.9]), fill=0)


def _partially(pen: _Pen) -> None:
    pen.ring()
    pen.draw.pieslice(_scaled([1.8, 1.8, 14.2, 14.2]), 90, 270, fill=255)


def _not_implemented(pen: _Pen) -> None:
    pen.ring()
    pen.line([5.4, 5.4, 10.6, 10.6], 1.7)
    pen.line([10.6, 5.4, 5.4, 10.6], 1.7)


def _no_information(pen: _Pen) -> None:
    pen.ring()
    pen.arc(180, 400, 2.5, y=6.5, width=1.5)
    pen.line([9.2, 7.6, 8, 9.3], 1.5)
    pen.circle(1, y=11.6)


def _not_assessed(pen: _Pen) -> None:
    for first in range(0, 360, 45):
        pen.arc(first, first + 23, 7.05, width=1.7)


def _forward(pen: _Pen) -> None:
    pen.line([3, 13, 12, 4], 2)
    pen.line([6, 3.6, 12.4, 3.6, 12.4, 10], 2)


def _backward(pen: _Pen) -> None:
    pen.line([13, 3, 4, 12], 2)
    pen.line([3.6, 6, 3.6, 12.4, 10, 12.4], 2)


def _unchanged(pen: _Pen) -> None:
    pen.line([2, 8, 13, 8], 2)
    pen.line([9, 4, 13, 8, 9, 12], 2)


ICON_SHAPES: dict[str, Callable[[_Pen], None]] = {
    Status.IMPLEMENTED: _implemented,
    Status.PARTIALLY: _partially,
    Status.NOT_IMPLEMENTED: _not_implemented,
    Status.NO_INFORMATION: _no_information,
    Status.NOT_ASSESSED: _not_assessed,
    Direction.FORWARD: _forward,
    Direction.BACKWARD: _backward,
    Direction.UNCHANGED: _unchanged,
}
