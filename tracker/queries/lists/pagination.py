"""Long lists, shown one page at a time."""

from collections.abc import Sequence
from typing import TypeVar

PageItem = TypeVar("PageItem")


def paginate(items: Sequence[PageItem], number: int, *, per_page: int) -> tuple[Sequence[PageItem], int, int]:
    """Return (items on the page, number of the page, number of pages).

    The first page has the number 1. An empty list has one page. If `number` is too large, the last page is returned.
    """
    pages = max(1, -(-len(items) // per_page))
    number = min(number, pages)
    return items[(number - 1) * per_page : number * per_page], number, pages
