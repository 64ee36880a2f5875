"""Concluding observations of invented States, with what the import has to find in them.

`content` of a corpus file has one block a line: `# ` a section, `## ` and `### ` topics, `12. ` a paragraph, `!12.
` one that is a recommendation, `& ` more text under the same number (`!& ` if it recommends), `(a) ` a part, `(i) `
a nested item. `||` stands between the concern and the recommendation of one paragraph, `{a}` before a part in
running text, `{/}` after the last of them, `^[…]` for a footnote.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "importing" / "corpus"
LETTERS = dict(zip("абвгдежзсе", "abcdefghce", strict=True))


@dataclass(frozen=True)
class Block:
    """A block of a document. `label` is such as "12", "a" or "ii", and `shown` is the label as it is printed.

    `kind` is h1, h2, h3, paragraph, more, part or nested.
    """

    kind: str
    text: str
    label: str = ""
    shown: str = ""


@dataclass(frozen=True)
class CorpusDocument:
    name: str
    facts: dict[str, Any]
    blocks: tuple[Block, ...]
    expected: dict[str, Any]
    """What the import has to find, with the keys of `import --dry-run --json`."""


def blocks_of(content: str) -> list[tuple[Block, bool]]:
    """Return (block, whether it is marked as a recommendation) for each line of `content`."""
    found = []
    for line in filter(None, map(str.strip, content.splitlines())):
        marked = line.startswith("!")
        line = line.removeprefix("!")
        if heading := re.match(r"(#+) (.+)", line):
            found.append((Block(f"h{len(heading[1])}", heading[2]), marked))
        elif number := re.match(r"(\d+)\. (.+)", line):
            found.append((Block("paragraph", number[2], number[1], f"{number[1]}."), marked))
        elif line.startswith("& "):
            found.append((Block("more", line[2:]), marked))
        elif nested := re.match(r"(\(?([ivx]+)\)) (.+)", line):
            found.append((Block("nested", nested[3], nested[2], nested[1]), marked))
        elif part := re.match(r"(\(?(\w)\)) (.+)", line):
            found.append((Block("part", part[3], LETTERS.get(part[2], part[2]), part[1]), marked))
        else:
            raise ValueError(line)
    return found


def plain(text: str) -> str:
    """Return a text as it is printed, without the marks of the corpus."""
    text = re.sub(r"\^\[[^\]]*\]", "", text).replace("||", "").replace(" {/}", "")
    return re.sub(r"\{(\w)\}", r"(\1)", text)


def recommendations_in(marked: list[tuple[Block, bool]]) -> tuple[dict[str, Any], ...]:
    found: list[dict[str, Any]] = []
    heading = number = ""
    current: dict[str, Any] | None = None
    for block, is_marked in marked:
        if block.kind.startswith("h"):
            # a heading over two lines; a letter before it is no part of it
            heading = f"{heading} {block.text}" if block.text[:1].islower() else re.sub(r"^.\. ", "", block.text)
            current = None
        elif block.kind == "paragraph" or (block.kind == "more" and is_marked):
            number = block.label or number
            current = {"paragraph": number, "heading": heading, "text": "", "parts": []} if is_marked else None
            if current is not None:
                found.append(current)
                text = re.sub(r"\^\[[^\]]*\]", "", block.text).rpartition("||")[2].strip()
                chapeau, *parts = re.split(r"\s*\{(\w|/)\}\s*", text)
                current["text"] = chapeau
                for letter, part in zip(parts[::2], parts[1::2], strict=True):
                    if letter == "/":
                        current["text"] += f" {part}"
                    else:
                        current["parts"].append({"id": LETTERS.get(letter, letter), "text": part})
        elif current is None:
            continue
        elif block.kind == "part":
            current["parts"].append({"id": block.label, "text": plain(block.text)})
        elif block.kind == "nested":
            current["parts"][-1]["text"] += f" {block.shown} {plain(block.text)}"
        else:
            current["text"] += f" {plain(block.text)}"
    return tuple(found)


def as_texts(value: Any) -> Any:
    """Return values of a corpus file as the JSON of an import has them: dates and numbers are texts."""
    if isinstance(value, dict):
        return {name: as_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one) for one in value]
    return value if value is None else str(value)


def load_corpus() -> list[CorpusDocument]:
    documents = []
    for path in sorted(FOLDER.glob("*.yaml")):
        facts = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        marked = blocks_of(facts["content"])
        expected = as_texts(
            {name: facts[name] for name in ("symbol", "adopted", "considered", "follow_up", "next_report")}
        )
        expected["recommendations"] = recommendations_in(marked)
        documents.append(CorpusDocument(path.stem, facts, tuple(block for block, _mark in marked), expected))
    return documents
