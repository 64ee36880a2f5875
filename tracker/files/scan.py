"""Find passages in the text of a file that may identify a person. The rules are the same as for typed text.

The text of a file can be long, and anyone may have written it. So it is scanned in a process with limits, like the
one that cleans files. `scan_file_text` starts the process, `find_in_pages` runs in it.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter

from tracker.files.kept_file import FilePage
from tracker.model.dataset import Dataset
from tracker.model.labels import N_
from tracker.model.safety_config import Match, SafetyFile, SafetyFinding, SafetyRule, TextField
from tracker.safety.patterns import compile_rules
from tracker.safety.scanner import IsDismissed, name_candidates, nothing_dismissed, scan_text, words_not_names
from tracker.sandbox.host import IsCancelled, JobAnswer, JobLimits, never, run_job
from tracker.sandbox.limits import KEEPING, KEPT, FileLimits
from tracker.storage.cache_registry import register_cache

MAX_SHOWN_PASSAGES = 100
"""At most this many findings, and as many candidates, are returned. The others are only counted."""
MAX_CHECKED_PASSAGES = 2_000
"""At most this many findings, and as many candidates, are looked at. A file with more is never found safe."""
MAX_PAGE_NUMBERS = 10
"""The largest number of page numbers that are returned with a passage."""
MAX_PASSAGE_LENGTH = 300
MAX_RESULTS = 8
"""The number of texts whose results are kept in memory. The texts themselves are not kept."""
CONTEXT_AROUND = 120
"""The number of characters that are returned before and after a passage."""
CANNOT_BE_CHECKED = N_(
    "The text of this file could not be checked for names and other details: it takes too long, or it needs too much memory. "
    "Split the file into smaller ones."
)
_SAFETY_FILE = TypeAdapter(SafetyFile | None)
_Found = dict[str, Any]
"""The result of `_list_passages`: {"passages": list of passages, "more": number of those left out}."""
_results: dict[tuple[bytes, PurePath, str, bool], list[_Found]] = {}


@dataclass(frozen=True, slots=True)
class FileTextCheck:
    """The passages in the text of a file that must be dismissed or removed before the file is public.

    `findings` are from rules; `candidates` are other pairs of capitalised words, which may be names. Each is listed
    once; `more_…` count those not listed. If not `is_whole`, the file may have more text, which was not checked.
    """

    findings: tuple[SafetyFinding, ...] = ()
    candidates: tuple[SafetyFinding, ...] = ()
    more_findings: int = 0
    more_candidates: int = 0
    is_whole: bool = True


register_cache(_results.clear)


def scan_file_text(
    pages: tuple[FilePage, ...],
    dataset: Dataset,
    is_dismissed: IsDismissed = nothing_dismissed,
    *,
    record: str,
    name: str,
    digest: str,
    with_candidates: bool = False,
    limits: FileLimits = KEPT,
    is_cancelled: IsCancelled = never,
) -> FileTextCheck:
    """Return the passages in a file that are not dismissed, and whether all of its text was checked.

    `pages` is from `text_of_file`. A dismissal counts only for this `record` (see `record_name`) and for the file with
    the SHA-256 `digest`. The path of a finding is ("files", `name`, number of page, …). Raises UnusableFile if the
    text cannot be checked: then the file must not become public.
    """
    is_whole = len(pages) < limits.pages and sum(len(page.text) for page in pages) < limits.characters
    if not any(page.text.strip() for page in pages):
        return FileTextCheck(is_whole=is_whole)
    digest_of_pages = blake2b(repr(pages).encode(), digest_size=32).digest()
    key = (digest_of_pages, dataset.root, dataset.signature, with_candidates)
    scanned: list[_Found] | None = _results.get(key)
    if scanned is None:
        job = {
            "pages": [[page.number, page.text] for page in pages],
            "rules": _SAFETY_FILE.dump_python(dataset.safety, mode="json"),
            "known": sorted(words_not_names(dataset)),
            "with_candidates": with_candidates,
        }
        data, allowed = json.dumps(job).encode(), JobLimits(limits.seconds, limits.memory)
        sentences = replace(KEEPING, too_slow=CANNOT_BE_CHECKED, stopped=CANNOT_BE_CHECKED)
        name_of_job = "tracker.files.scan.find_in_pages"
        answer, _ = run_job(name_of_job, {}, data, limits=allowed, sentences=sentences, is_cancelled=is_cancelled)
        scanned = _results[key] = answer["found"]
        for old in list(_results)[:-MAX_RESULTS]:
            _results.pop(old, None)
    rules = compile_rules(dataset.safety).all

    def open_passages(found: _Found) -> tuple[tuple[SafetyFinding, ...], int]:
        """Return the passages that are not dismissed, at most MAX_SHOWN_PASSAGES, and the number of the others."""
        all_of_them = (_to_finding(one, rules[one["rule"]].rule, (record, name, digest)) for one in found["passages"])
        left = [one for one in all_of_them if not is_dismissed(one)]
        return tuple(left[:MAX_SHOWN_PASSAGES]), len(left[MAX_SHOWN_PASSAGES:]) + found["more"]

    (findings, more_findings), (candidates, more_candidates) = map(open_passages, scanned)
    return FileTextCheck(findings, candidates, more_findings, more_candidates=more_candidates, is_whole=is_whole)


def place_in_file(finding: SafetyFinding) -> tuple[str, tuple[int, ...]] | None:
    """Return the file name of a finding and the numbers of its pages, or None if the finding is in typed text."""
    match finding.text_field.field_path:
        case ("files", str(name), *pages) if all(isinstance(page, int) for page in pages):
            return name, tuple(int(page) for page in pages)
    return None


def find_in_pages(data: bytes) -> JobAnswer:
    """Return {"found": [findings, candidates]}; each of the two is a `_Found`. This runs in the process with limits."""
    job = json.loads(data)
    rules, known = _SAFETY_FILE.validate_python(job["rules"]), frozenset(job["known"])
    compiled = compile_rules(rules)
    numbers = {id(one.rule): number for number, one in reversed(list(enumerate(compiled.all)))}
    pages = [(number, text) for number, text in job["pages"]]
    found = _list_passages(pages, lambda text: scan_text(text, rules, known), lambda match: numbers[id(match.rule)])
    name_rule, asked = numbers[id(compiled.name_rule)], pages if job["with_candidates"] else ()
    candidates = _list_passages(asked, lambda text: name_candidates(text, known), lambda match: name_rule)
    return {"found": [found, candidates]}, b""


def _to_finding(passage: dict[str, Any], rule: SafetyRule, place: tuple[str, str, str]) -> SafetyFinding:
    """Return a passage as a finding of a rule. `place` is the record, the name of the file and its SHA-256."""
    record, name, digest = place
    before, words, path = passage["before"], passage["words"], ("files", name, *passage["pages"])
    text = TextField(record, f"file {digest}", path, text=before + words + passage["after"])
    return SafetyFinding(text, Match(rule, len(before), len(before) + len(words), words=words))


def _list_passages(
    pages: Iterable[tuple[int | None, str]], scan: Callable[[str], tuple[Match, ...]], number_of: Callable[[Match], int]
) -> _Found:
    """Return each different passage once, with its pages and the text around it, as a `_Found`."""
    passages: dict[tuple[int, str], dict[str, Any]] = {}
    others: set[bytes] = set()
    for page, text in pages:
        for match in scan(text):
            words = " ".join(match.words.split())[:MAX_PASSAGE_LENGTH]
            key = number_of(match), words.casefold()
            if key not in passages and len(passages) >= MAX_CHECKED_PASSAGES:
                others.add(blake2b(repr(key).encode(), digest_size=16).digest())
                continue
            found = {
                "rule": key[0],
                "before": text[max(0, match.start - CONTEXT_AROUND) : match.start],
                "words": words,
                "after": text[match.end : match.end + CONTEXT_AROUND],
                "pages": [],
            }
            passage = passages.setdefault(key, found)
            if page and page not in passage["pages"] and len(passage["pages"]) < MAX_PAGE_NUMBERS:
                passage["pages"].append(page)
    return {"passages": list(passages.values()), "more": len(others)}
