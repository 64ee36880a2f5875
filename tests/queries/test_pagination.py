"""A long list is shown one page at a time."""

import pytest

from tracker.queries.lists.url_filters import paginate


@pytest.mark.parametrize(
    ("length", "number", "found"),
    [(5, 1, ([0, 1], 1, 3)), (5, 3, ([4], 3, 3)), (5, 99, ([4], 3, 3)), (4, 2, ([2, 3], 2, 2)), (0, 1, ([], 1, 1))],
)
def test_a_page_has_its_items_and_a_number_after_the_last_means_the_last(length, number, found):
    assert paginate(list(range(length)), number, per_page=2) == found
