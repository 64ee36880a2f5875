"""No file takes anything down: it is refused with a sentence, or harmless after it was cleaned, in a bounded time."""

import resource

import pytest

from tests.support.fuse import fuse
from tests.support.hostile_uploads import HOSTILE, NAMES, damaged_upload
from tests.support.kept_files import what_is_wrong_with
from tests.support.long import LONG
from tracker.files.cleaners.image import draw_preview
from tracker.files.kept_file import CleaningChoices
from tracker.files.process import clean_bytes, harmless_name, pages_of, prepare_upload, preview_of_file, text_of_file
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.limits import FileLimits

MOST_SECONDS = 10.0
"""Processor time of each step, which `make test-long` measures."""
MOST_KILOBYTES = 1_250_000
DAMAGED = 300 - len(HOSTILE) - len(NAMES)
QUICK = (
    "an SVG", "a page", "a bomb in a", "a document with", "a workbook that", "a PDF that", "an image and", "a deep",
    "a text",
)  # fmt: skip
"""How the names of those begin that are tried in the short run, in this process. The long run tries all as the app does."""
SLOW = {"a document with many fields", "a document with many changes", "a page of brackets", "a text of one line"}


REFUSED = {
    "a bomb in a document": "far larger inside",
    "a bomb of tags": "far larger inside",
    "a document with many files": "far larger inside",
    "an image of huge size": "megapixels",
    "a wide image": "megapixels",
    "a document with a bomb of an image": "megapixels",
    "a PDF with too many pages": "far larger inside",
    "a document with macros": "contains macros",
    "an open document with Basic": "contains macros",
    "entities in a document": "damaged",
    "a file in a document": "damaged",
    "an archive in archives": "an archive",
    "an image and an archive": "two different kinds",
}
"""What is refused before it is opened, and the words that say so."""


def named(name):
    is_quick = name in REFUSED or (name.startswith(QUICK) and name not in SLOW)
    return pytest.param(name, marks=() if is_quick else pytest.mark.long)


def clean(data, name=""):
    return (
        prepare_upload(data, name).cleaned if LONG else clean_bytes(data, name, CleaningChoices(), limits=FileLimits())
    )


def text_of(kept):
    return text_of_file(kept.data, kept.kind) if LONG else pages_of(kept.data, kept.kind, FileLimits())


def outcome(data, name=""):
    """What an editor would see: the sentence, or the kind of the harmless file."""
    kept = within_limits(lambda: clean(data, name))
    if isinstance(kept, str):
        return kept
    assert what_is_wrong_with(kept) == []
    within_limits(lambda: text_of(kept))
    within_limits(lambda: preview_of_file(kept.data) if LONG else draw_preview(kept.data, FileLimits()))
    return kept.kind


def within_limits(work):
    """Do the work. Return its result, or the sentence."""
    who = resource.RUSAGE_CHILDREN if LONG else resource.RUSAGE_SELF
    before = resource.getrusage(who)
    try:
        with fuse():
            result = work()
    except UnusableFile as error:
        result = str(error)
        assert result[0].isupper() and result.endswith("."), error
        assert "Error" not in result and "Traceback" not in result
    after = resource.getrusage(who)
    assert not LONG or after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < MOST_SECONDS
    # In the long run each file has a process of its own with a limit of memory, and other children of this worker may end now.
    # In the short run this process may have needed more before, for another test.
    assert LONG or after.ru_maxrss < max(MOST_KILOBYTES, before.ru_maxrss + 1)
    return result


@pytest.mark.parametrize("what", [named(what) for what in HOSTILE])
def test_a_hostile_file_is_refused_or_harmless(what):
    said = outcome(HOSTILE[what]())
    assert said and REFUSED.get(what, "") in said


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < 9 else pytest.mark.long) for seed in range(DAMAGED)]
)
def test_a_damaged_file_is_refused_or_harmless(seed):
    assert outcome(damaged_upload(seed))


def test_a_hostile_name_is_harmless():
    for name in NAMES:
        harmless = harmless_name(name, FileKind.TEXT)
        assert harmless.endswith(".txt")
        assert not set(harmless) & set('/\\\n\r\0<>:"|?*;%\u202e\u2066')
        assert 5 <= len(harmless) <= 84
    assert outcome(b"A text.", NAMES[2]) == FileKind.TEXT
