"""What may lead to a person outside the texts of a dataset: in comments, ids and links of its public files."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile
from tracker.model.problems import Problem
from tracker.model.safety_config import Match, SafetyFile
from tracker.safety.patterns import compile_rules
from tracker.safety.scanner import WORD_SEPARATORS, describe_finding, scan_text
from tracker.storage.dataset_reader import display_path
from tracker.storage.yaml_reader import compose, decode

LINK_FIELDS = ("link", "archived")
"""The fields that hold a link. What stands in a text is looked at with the text."""
# Each begins with letters that are quick to look for: 5,000 files are looked through at every check.
COMMENT_PATTERN = re.compile(r"#[^\n]*")
LINK_PATTERN = {name: re.compile(rf"{name}:\s+(?:[>|][+-]?\s+)?[\"']?(https?://[^\s<>\"]+)") for name in LINK_FIELDS}
ID_FIELDS = re.compile(r"id:[ \t]+[\"']?([a-z0-9][a-z0-9-]*)")
CODED_KEYS = re.compile(r"\d(?:\W{0,3}\d){5}|@|[A-Z]\W?\d{4}")
"""Without one of these no rule finds anything in an id or a link."""
CONTACT_FIELD = re.compile(r"\bcontact:[ \t]+\S+")
"""Where mistakes are reported is public on purpose, also in a line that shows how to write it."""


def scan_files(dataset: Dataset) -> Iterator[Problem]:
    """What is found in the comments, ids and links of the public files, a file that nothing could be read from included."""
    harmless: set[str] = set()  # nearly all files begin with the same comment
    for name in sorted(dataset.checksums):
        path = dataset.root / name
        try:
            text = decode(path.read_bytes())
        except (InvalidFile, OSError):
            continue  # reading the dataset reported it
        found = {*_in_comments(text, dataset.safety, harmless), *_in_codes(text, path, dataset.safety)}
        yield from (Problem(display_path(path), line, what) for line, what in sorted(found))


def _in_comments(text: str, theirs: SafetyFile | None, harmless: set[str]) -> Iterator[tuple[int, str]]:
    blocks = [(start, _words(text[start:end])) for start, end in _comments(text)]
    # one look at all the comments of a file: nearly always there is nothing
    if (whole := WORD_SEPARATORS.join(words for _, words in blocks)) in harmless:
        return
    if not scan_text(whole, theirs):
        harmless.add(whole)
    else:
        for start, words in blocks:
            concerns = scan_text(words, theirs)
            if concerns and not _is_in_a_value(text, start):
                yield from (
                    (_line(text, start + one.start), f"in a comment: {describe_finding(one.rule)}") for one in concerns
                )


def _comments(text: str) -> list[tuple[int, int]]:
    """Where comments begin and end; lines of comments that follow each other are one."""
    blocks: list[tuple[int, int]] = []
    for found in COMMENT_PATTERN.finditer(text):
        start, end = found.span()
        if blocks and text[blocks[-1][1] : start].strip(" \t") == "\n":
            blocks[-1] = (blocks[-1][0], end)
        elif start == 0 or text[start - 1].isspace():
            blocks.append((start, end))
    return blocks


def _words(comment: str) -> str:
    return CONTACT_FIELD.sub(lambda known: " " * len(known[0]), comment.replace("#", " "))


def _is_in_a_value(text: str, place: int) -> bool:
    """Whether what looks like a comment is part of a value, which is looked at as a text."""
    try:
        return any(node.start_mark.index <= place < node.end_mark.index for node in _scalars(compose(text)))
    except InvalidFile:
        return False


def _scalars(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode | MappingNode):
        inside: Iterable[Node] = (
            node.value if isinstance(node, SequenceNode) else (n for pair in node.value for n in pair)
        )
        for one in inside:
            yield from _scalars(one)


def _in_codes(text: str, path: Path, theirs: SafetyFile | None) -> Iterator[tuple[int, str]]:
    places = [("the file name", 0, path.stem), *_ids(text), *_links(text)]
    for what, at, code in places:
        if CODED_KEYS.search(code):
            # the parts of a link stand for themselves, too: what stands in it is glued together
            parts = re.sub("[/?&=#;,|]", " | ", code) if what == "a link" else code.replace("-", " ")
            concerns = _by_form(code, theirs) or _by_form(parts, theirs)
            yield from ((_line(text, at), f"in {what}: {describe_finding(one.rule)}") for one in concerns)


def _ids(text: str) -> Iterator[tuple[str, int, str]]:
    yield from (("an id", found.start(1), found[1]) for found in ID_FIELDS.finditer(text))


def _links(text: str) -> Iterator[tuple[str, int, str]]:
    yield from (
        ("a link", found.start(1), unquote(found[1])) for one in LINK_PATTERN.values() for found in one.finditer(text)
    )


def _by_form(code: str, theirs: SafetyFile | None) -> list[Match]:
    """What its form alone gives away. The sum of a card's digits is right by chance in one of ten long numbers of a link."""
    if not (found := scan_text(code, theirs)):
        return []
    by_form = {one.rule.id for one in compile_rules(theirs).all if not one.beginnings and not one.rule.luhn}
    return [concern for concern in found if concern.rule.id in by_form]


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
