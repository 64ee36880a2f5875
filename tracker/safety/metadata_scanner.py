"""Scan the comments, ids, links and names of the public files for anything that may identify a person."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from urllib.parse import unquote

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile, Problem
from tracker.model.fields import FIELDS, FieldType, fields_of
from tracker.model.safety_config import Match, SafetyFile
from tracker.safety.patterns import compile_rules
from tracker.safety.scanner import WORD_SEPARATORS, describe_finding, scan_text
from tracker.storage.dataset_reader import display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml.reader import compose, decode

LINK_FIELDS = tuple(dict.fromkeys(f.name for kind in FIELDS for f in fields_of(kind, FieldType.LINK)))
"""The fields that contain a link. Links inside a text are scanned together with the text."""
# Each pattern starts with fixed characters, which makes the search fast: every check searches up to 5,000 files.
COMMENT_PATTERN = re.compile(r"#[^\n]*")
LINK_PATTERNS = tuple(re.compile(rf"{name}:\s+(?:[>|][+-]?\s+)?[\"']?(https?://[^\s<>\"]+)") for name in LINK_FIELDS)
ID_LINE_PATTERN = re.compile(r"id:[ \t]+[\"']?([a-z0-9][a-z0-9-]*)")
PREFILTER_PATTERN = re.compile(r"\d(?:\W{0,3}\d){5}|@|[A-Z]\W?\d{4}")
"""Ids and links that do not match this pattern are not scanned, because no rule could match them."""
CONTACT_PATTERN = re.compile(r"\bcontact:[ \t]+\S+")
"""Matches a contact address. It is public on purpose, so it is not reported in a comment that shows how to write it."""


def scan_files(dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each passage in comments, ids, links and names of public files that may identify a person.

    Files from which no record could be read are scanned too.
    """
    clean_comments: set[str] = set()  # nearly all files begin with the same comment
    files = open_storage(dataset.root)
    for name in sorted(dataset.checksums):
        path = dataset.root / name
        try:
            text = decode(files.read(name))
        except (InvalidFile, OSError):
            continue  # this problem was already reported when the dataset was read
        found = scan_metadata(text, path, dataset.safety, clean_comments=clean_comments)
        yield from (Problem(display_path(path), line, message) for line, message in found)


def scan_metadata(
    text: str, path: PurePath, dataset_rules: SafetyFile | None, *, clean_comments: set[str] | None = None
) -> list[tuple[int, str]]:
    """Return (line, message) for each passage in comments, ids, links and the name of one file, sorted.

    `clean_comments` are comments that were scanned before, see `_scan_comments`.
    """
    comments = _scan_comments(text, dataset_rules, set() if clean_comments is None else clean_comments)
    return sorted({*comments, *_scan_codes(text, path, dataset_rules)})


def _scan_comments(text: str, dataset_rules: SafetyFile | None, clean_comments: set[str]) -> Iterator[tuple[int, str]]:
    """Yield a (line, message) pair for each match of a rule in the comments of a file.

    `dataset_rules` are the rules of the dataset, or None. If a file has no match, the text of all its comments is
    added to `clean_comments`, so that another file with the same comments is not scanned again.
    """
    blocks = [(start, _comment_words(text[start:end])) for start, end in _comment_spans(text)]
    # scan all the comments of a file at once: nearly always there is no match
    if (whole := WORD_SEPARATORS.join(words for _, words in blocks)) in clean_comments:
        return
    if not scan_text(whole, dataset_rules):
        clean_comments.add(whole)
    else:
        for start, words in blocks:
            matches = scan_text(words, dataset_rules)
            if matches and not _is_inside_value(text, start):
                yield from (
                    (_line_at(text, start + match.start), f"in a comment: {describe_finding(match.rule)}")
                    for match in matches
                )


def _comment_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) positions of each block of comments. Comments on consecutive lines are one block."""
    blocks: list[tuple[int, int]] = []
    for comment in COMMENT_PATTERN.finditer(text):
        start, end = comment.span()
        if blocks and text[blocks[-1][1] : start].strip(" \t") == "\n":
            blocks[-1] = (blocks[-1][0], end)
        elif start == 0 or text[start - 1].isspace():
            blocks.append((start, end))
    return blocks


def _comment_words(comment: str) -> str:
    return CONTACT_PATTERN.sub(lambda contact: " " * len(contact[0]), comment.replace("#", " "))


def _is_inside_value(text: str, place: int) -> bool:
    """Return whether the position `place` is inside a YAML value. A part of a value can look like a comment."""
    try:
        return any(node.start_mark.index <= place < node.end_mark.index for node in _scalars(compose(text)))
    except InvalidFile:
        return False


def _scalars(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode | MappingNode):
        children: Iterable[Node] = (
            node.value if isinstance(node, SequenceNode) else (n for pair in node.value for n in pair)
        )
        for child in children:
            yield from _scalars(child)


def _scan_codes(text: str, path: PurePath, dataset_rules: SafetyFile | None) -> Iterator[tuple[int, str]]:
    """Yield a (line, message) pair for each match of a rule in the name, the ids and the links of a file."""
    places = [("the file name", 0, path.stem), *_ids(text), *_links(text)]
    for kind, at, code in places:
        _text, matches = scan_code(code, dataset_rules, is_link=kind == "a link")
        yield from ((_line_at(text, at), f"in {kind}: {describe_finding(match.rule)}") for match in matches)


def scan_code(code: str, dataset_rules: SafetyFile | None, *, is_link: bool) -> tuple[str, list[Match]]:
    """Return (text that was scanned, passages of it that may identify a person), for a link, an id or a file name.

    The text is `code`, or the parts of `code` with spaces between them.
    """
    if not PREFILTER_PATTERN.search(code):
        return code, []
    if matches := _scan_code(code, dataset_rules):
        return code, matches
    # scan the parts separately, too: in a link they are joined without spaces
    parts = re.sub("[/?&=#;,|]", " | ", code) if is_link else code.replace("-", " ")
    return parts, _scan_code(parts, dataset_rules)


def _ids(text: str) -> Iterator[tuple[str, int, str]]:
    yield from (("an id", found.start(1), found[1]) for found in ID_LINE_PATTERN.finditer(text))


def _links(text: str) -> Iterator[tuple[str, int, str]]:
    yield from (
        ("a link", found.start(1), unquote(found[1])) for pattern in LINK_PATTERNS for found in pattern.finditer(text)
    )


def _scan_code(code: str, dataset_rules: SafetyFile | None) -> list[Match]:
    """Return the matches of rules in `code`, which is an id, a link or a file name.

    Only rules that need no word from a word list are used. Such a rule recognises a passage by its form, for example a
    phone number. Rules with a Luhn checksum are not used, because the checksum of one in ten long numbers in links is
    correct by chance.
    """
    if not (found := scan_text(code, dataset_rules)):
        return []
    by_form = {one.rule.id for one in compile_rules(dataset_rules).all if not one.beginnings and not one.rule.luhn}
    return [match for match in found if match.rule.id in by_form]


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
