"""One item of a list is cut out of its file, edited by itself, and put back, and nothing around it changes."""

import pytest

from tests.support.server_process import ROOT
from tracker.storage.yaml.excerpt import cut_item
from tracker.storage.yaml.reader import compose, to_values

LIST = """\
# the first line
documents:
  # about a
  - id: a   # the id of a
    title: >-
      Folded
      text

    note: |
      Kept

        deeper
      # no comment
    tags: [x,
      y]   # at the end
  # about b

  - {id: b, title: B}   # in braces
  -
    id: c
    title: "A text
      on two lines"
"""


def cut(text: str, item_id: str) -> str | None:
    found = cut_item(text, "documents", item_id)
    return found.text if found else None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_item_is_cut_out_as_it_stands_without_its_indentation(newline):
    text = LIST.replace("\n", newline)
    expected = {
        "a": "id: a   # the id of a\ntitle: >-\n  Folded\n  text\n\nnote: |\n  Kept\n\n    deeper\n  # no comment\ntags: [x,\n  y]   # at the end\n",
        "b": "{id: b, title: B}   # in braces\n",
        "c": 'id: c\ntitle: "A text\n  on two lines"\n',
    }
    assert {item: (cut(text, item) or "").replace("\r", "") for item in expected} == expected
    assert cut(text, "d") is None


@pytest.mark.parametrize("item_id", ["a", "b", "c"])
def test_what_was_typed_takes_its_place_and_all_around_it_stays(item_id):
    found = cut_item(LIST, "documents", item_id)
    new = found.put_back(LIST, "id: new\nnote: |\n  One\n\n  Two\n\n\n")
    values = [item if item["id"] != item_id else {"id": "new", "note": "One\n\nTwo\n"} for item in items(LIST)]
    assert items(new) == values
    assert new.startswith(LIST[: found.start])
    assert new.endswith(LIST[found.end :])
    assert found.line == {"a": 4, "b": 18, "c": 20}[item_id]


def items(text: str) -> list[dict[str, str]]:
    return to_values(compose(text))["documents"]


@pytest.mark.parametrize(
    "text",
    [
        "documents:\n  - id: a\n# not indented\n    title: A\n",
        'documents:\n    - id: a\n      title: "A text\n   on two lines"\n',
        "documents:\n  - id: a\n    note: |+\n      Kept\n\n\n",
        "documents: {id: a}\n",
        "",
    ],
)
def test_what_would_not_be_the_same_again_is_not_cut_out(text):
    assert cut(text, "a") is None


def test_each_document_and_treaty_body_that_is_shipped_can_be_cut_out():
    for name in ("documents", "treaty_bodies"):
        text = (ROOT / "data" / f"{name}.yaml").read_text()
        known = to_values(compose(text))[name]
        assert len(known) > 3
        for item in known:
            found = cut_item(text, name, item["id"])
            assert to_values(compose(found.text)) == item
            assert found.put_back(text, found.text) == text
