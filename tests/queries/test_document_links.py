"""Where a document can be read."""

import pytest

from tests.support.small_dataset import said
from tracker.model.registers import Document
from tracker.queries.localized_names import public_link


@pytest.mark.parametrize(
    ("symbol", "link", "expected"),
    [
        ("CAT/C/KGZ/CO/4", None, "https://undocs.org/CAT/C/KGZ/CO/4"),
        ("CEDAW/C/KGZ/CO/4/Add.1", None, "https://undocs.org/CEDAW/C/KGZ/CO/4/Add.1"),
        ("CAT/C/KGZ/CO/4", "https://example.org/copy", "https://example.org/copy"),
        ("Report 12/2024", None, ""),
        ('CAT/C/"><script>', None, ""),
    ],
)
def test_a_un_symbol_gives_an_address_if_none_is_recorded(symbol, link, expected):
    document = Document(
        id="d",
        body="cat",
        kind="state-report",
        symbol=symbol,
        link=link,
        title=said("T"),
        cycle="4",
        verification="seen",
    )
    assert public_link(document) == expected
