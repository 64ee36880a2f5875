"""The words in attached files are found with the number of the page, and never after they were removed."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.queries.test_site_search import SEARCHES
from tests.support.file_texts import (
    RECORDED,
    digest_of,
    entry,
    evidence_with,
    index_of_texts,
    places,
    read_all,
    search_in,
    write_text,
)
from tests.support.server_process import ROOT
from tests.support.small_dataset import DOCUMENTS, SHOWN, TRACKER, dataset, folder
from tracker.model.attached_files import AttachedFile
from tracker.model.file_kind import FileKind
from tracker.queries.search import file_search
from tracker.queries.search.file_search import FileTextIndex, match_expression, open_index, prepare_file_search
from tracker.queries.search.file_text_reading import index_texts
from tracker.queries.search.site_search import search_everything
from tracker.queries.view import View
from tracker.sandbox.host import JobAnswer, ProcessTooSlow, run_job
from tracker.storage.attached_files import text_name
from tracker.storage.cache_registry import clear_caches, redaction_marker_change
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 26)
REPORT = ("Contents", "The State party stopped methadone in prisons.", "Nothing else.")


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileTextIndex]:
    """An index that is made in this process, which is faster. Two tests below start the other process."""
    monkeypatch.setattr(file_search, "run_job", index_here)
    with index_of_texts(tmp_path / "data", tmp_path / "state") as found:
        yield found


def index_here(_job: str, values: Any, **_: object) -> JobAnswer:
    return index_texts(b"", **values)


def view_of(tmp_path: Path, files: dict[str, str]) -> View:
    return View(dataset(tmp_path / "data", files), TODAY)


def view_with(tmp_path: Path, files: dict[str, Any], law: str | None = None) -> View:
    """A view in which evidence has these files: name → its text, or the texts of its pages."""
    view = view_of(tmp_path, {"e/law": law or evidence_with(*files)})
    for name, pages in files.items():
        write_text(tmp_path / "data", name, *([pages] if isinstance(pages, str) else pages))
    return view


SAYS_ZINC = evidence_with("a.pdf").replace("summary: S", "summary: zinc")
"""Evidence that says the word itself, and has a file."""


def state_bytes(tmp_path: Path) -> bytes:
    """All bytes in the state folder."""
    return b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())


def test_a_file_is_found_with_its_record_its_page_and_an_excerpt(tmp_path, texts):
    view = view_with(tmp_path, {"report.pdf": REPORT})
    (found,) = search_in(view, texts, "methadone prison").files
    assert ([record.id for record in found.records], found.more) == (["law"], 0)
    assert [(place.page, place.excerpt) for place in found.places] == [(2, REPORT[1])]


def test_other_forms_of_a_word_and_synonyms_are_found(tmp_path, texts):
    tracker = TRACKER + "synonyms:\n  - [methadone, ОЗТ, заместительная терапия]\n"
    view = view_of(tmp_path, {"tracker": tracker, "e/law": evidence_with("a.pdf", "b.pdf", "c.pdf")})
    write_text(tmp_path / "data", "a.pdf", "Методы заместительной терапии для заключённых")
    write_text(tmp_path / "data", "b.pdf", "the METHADONE pro-\ngramme, see E/C.12/KGZ/CO/4")
    write_text(tmp_path / "data", "c.pdf", "укуктарды коргоо өнөктүгү")
    for typed, names in {
        "ОЗТ": ["a.pdf", "b.pdf"],
        "methadone": ["a.pdf", "b.pdf"],
        "заключенные": ["a.pdf"],
        "programmes": ["b.pdf"],
        "E/C.12/KGZ/CO/4": ["b.pdf"],
        "c.12/kgz": ["b.pdf"],
        "укук": ["c.pdf"],
        "онокту": ["c.pdf"],
        "терапия метод": ["a.pdf"],
        "me": [],  # one or two letters find only the same word
        "!!": [],
    }.items():
        found = search_in(view, texts, typed)
        assert sorted(one.file.name for one in found.files) == names, typed
        assert all(place.excerpt for one in found.files for place in one.places), typed


def test_files_are_found_by_the_same_words_as_records(tmp_path):
    shipped = View(DatasetReader(ROOT / "data").read(), TODAY)
    files = {}
    for id, texts in shipped.searchable.texts.items():
        write_text(tmp_path, f"{id}.txt", "\n".join(texts.all()))
        digest = digest_of(f"{id}.txt")
        files[digest] = AttachedFile(sha256=digest, kind=FileKind.TEXT, name=id, size=1)
    with index_of_texts(tmp_path, tmp_path / "state") as index:
        index.look(files)
        assert index.wait(120)
        indexed = index.look(files)
        assert indexed.index is not None
        different = {}
        connection = open_index(indexed.index)
        terms = [term for typed in SEARCHES["development"] for term in shipped.search_terms(typed)]
        for term in [term for term in terms if "/" not in term.word and len(term.word) > 2]:
            rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", [match_expression([term])])
            found = {files[indexed.digests[id >> 40]].name for (id,) in rows}
            if found != shipped.searchable.index.find([term]):
                different[term.word] = found ^ shipped.searchable.index.find([term])
        connection.close()
    assert different == {}


def test_all_words_have_to_be_on_one_page(tmp_path, texts):
    view = view_with(tmp_path, {"a.pdf": ("zinc", "lead", "lead in zinc")})
    assert places(search_in(view, texts, "zinc lead")) == [("a.pdf", [3])]


def test_a_file_with_many_pages_shows_the_best_three_in_their_order(tmp_path, texts):
    pages = ["zinc " + "other words " * 50] * 15
    pages[4] = pages[9] = pages[12] = "zinc"
    found = search_in(view_with(tmp_path, {"a.pdf": pages}), texts, "zinc")
    assert (places(found), found.files[0].more) == ([("a.pdf", [5, 10, 13])], 12)


def test_a_sheet_has_a_number_and_a_text_without_pages_none(tmp_path, texts):
    document = "words " * 2000 + "\nzinc\n" + "words " * 2000 + "\nzinc"
    found = search_in(view_with(tmp_path, {"a.xlsx": ("zinc", "other"), "b.docx": document}), texts, "zinc")
    assert sorted(places(found)) == [("a.xlsx", [1]), ("b.docx", [None, None])]


def test_a_file_of_several_records_is_one_result(tmp_path, texts):
    files = {
        "e/law": evidence_with("a.pdf"),
        "e/news": evidence_with("a.pdf"),
        "documents": DOCUMENTS.replace(
            "verification: seen}", f"verification: seen, files: [{entry('a.pdf').strip(' -')}]}}", 1
        ),
    }
    view = view_of(tmp_path, files)
    write_text(tmp_path / "data", "a.pdf", "zinc")
    (found,) = search_in(view, texts, "zinc").files
    assert [record.id for record in found.records] == ["law", "news", "report-2024"]


def test_a_withdrawn_file_is_found_only_in_the_past(tmp_path, texts):
    withdrawn = ", events: [{type: withdrawn, reason: Wrong., recorded: 2026-02-01T10:00:00.000000Z}]"
    report = f"verification: seen, files: [{entry('b.pdf', events=withdrawn).strip(' -')}]}}"
    files = {
        "e/law": evidence_with("a.pdf", events=withdrawn),
        "e/news": evidence_with("c.pdf"),
        "documents": DOCUMENTS.replace("verification: seen}", report, 1).replace(
            "cycle: cescr-2024,", f"cycle: cescr-2024, recorded: {RECORDED}, recorded_by: editor-anna,", 1
        ),
    }
    view = view_of(tmp_path, files)
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        write_text(tmp_path / "data", name, "zinc")
    past = View(view.dataset, TODAY, recorded="2026-01-15T10:00:00.000000Z")
    assert sorted(places(search_in(past, texts, "zinc"))) == [("a.pdf", [1]), ("b.pdf", [1]), ("c.pdf", [1])]
    assert places(search_in(view, texts, "zinc")) == [("c.pdf", [1])]


def test_a_text_that_cannot_be_read_is_skipped(tmp_path, texts, monkeypatch):
    monkeypatch.setattr(file_search, "run_job", run_job)
    names = ["missing.pdf", "folder.pdf", "link.pdf", "large.pdf", "damaged.pdf", "empty.pdf", "good.pdf"]
    view = view_of(tmp_path, {"e/law": evidence_with(*names)})
    root = tmp_path / "data"
    write_text(root, "good.pdf", "zinc")
    write_text(root, "empty.pdf", "")
    write_text(root, "large.pdf", "zinc " * 2_000_001)
    write_text(root, "damaged.pdf").write_bytes(b"\xff\xfe zinc \xd0\f\x00\xd0 zinc")
    (root / text_name(digest_of("folder.pdf"))).mkdir()
    outside = write_text(tmp_path, "secret.pdf", "zinc")
    (root / text_name(digest_of("link.pdf"))).symlink_to(outside)
    found = search_in(view, texts, "zinc")
    assert sorted(places(found)) == [("damaged.pdf", [1, 2]), ("good.pdf", [1])]
    assert found.reading == 0


def test_a_folder_of_files_that_leads_out_of_the_data_is_not_read(tmp_path, texts):
    view = view_of(tmp_path, {"e/law": evidence_with("a.pdf")})
    (tmp_path / "private").mkdir()
    write_text(tmp_path / "private", "a.pdf", "zinc")
    (tmp_path / "data" / "files").symlink_to(tmp_path / "private" / "files")
    assert search_in(view, texts, "zinc").count == 0


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_text_that_is_gone_or_different_is_not_found_any_more(tmp_path, texts, is_replaced):
    view = view_with(tmp_path, {"a.pdf": "zincish", "b.pdf": "lead"})
    assert search_in(view, texts, "zincish").count == 1
    assert b"zincish" in state_bytes(tmp_path)
    (tmp_path / "data" / text_name(digest_of("a.pdf"))).unlink()
    if is_replaced:
        write_text(tmp_path / "data", "a.pdf", "lead")
    assert search_in(view, texts, "zincish").count == 0
    assert search_in(view, texts, "lead").count == 1 + is_replaced
    assert b"zincish" not in state_bytes(tmp_path)


@pytest.mark.parametrize("prefix", ["", "unpublished "])
def test_after_a_redaction_the_index_is_gone_and_made_from_what_is_left(tmp_path, texts, prefix):
    root = folder(tmp_path / "data", {"e/law": evidence_with("a.pdf"), "e/news": evidence_with("b.pdf")})
    write_text(root, "a.pdf", "zincish")
    write_text(root, "b.pdf", "lead")
    reader = DatasetReader(root)
    assert search_in(View(reader.read(), TODAY), texts, "zincish").count == 1
    # evidence that was made private has no files any more; here their text is still there
    folder(root, {"e/law": SHOWN})
    with reader.storage.transaction() as transaction:
        transaction.stage([redaction_marker_change(transaction, prefix, RECORDED, handle="reviewer")])
        transaction.commit()
    view = View(reader.read(fresh=True), TODAY)
    assert state_bytes(tmp_path) == b""
    assert [search_in(view, texts, typed).count for typed in ("zincish", "lead")] == [0, 1]
    assert b"zincish" not in state_bytes(tmp_path)


def test_while_files_are_read_the_search_says_so_and_finds_records(tmp_path, texts, monkeypatch):
    started, may_go_on = threading.Event(), threading.Event()

    def slow(*args, **kwargs):
        started.set()
        assert may_go_on.wait(60)
        return index_here(*args, **kwargs)

    monkeypatch.setattr(file_search, "run_job", slow)
    view = view_with(tmp_path, {"a.pdf": "zinc"}, SAYS_ZINC)
    first = search_everything(view, "zinc", texts=texts)
    assert started.wait(20)
    again = search_everything(view, "zinc", texts=texts)
    assert [(found.count, found.in_files.count, found.in_files.reading) for found in (first, again)] == [(1, 0, 1)] * 2
    may_go_on.set()
    assert texts.wait(60)
    last = search_everything(view, "zinc", texts=texts)
    assert (last.count, last.in_files.count, last.in_files.reading) == (1, 1, 0)


def test_what_is_read_during_a_redaction_is_dropped(tmp_path, texts, monkeypatch):
    started, ended = threading.Event(), threading.Event()

    def cancelled(*args, is_cancelled, **kwargs):
        printed = index_here(*args, **kwargs)
        started.set()
        while not is_cancelled():
            ended.wait(0.01)
        ended.set()
        return printed

    view = view_with(tmp_path, {"a.pdf": "zincish"})
    with monkeypatch.context() as patched:
        patched.setattr(file_search, "run_job", cancelled)
        prepare_file_search(view, texts)
        assert started.wait(60)
        clear_caches()
        assert ended.wait(20)
    assert state_bytes(tmp_path) == b""
    write_text(tmp_path / "data", "a.pdf", "lead")
    assert [search_in(view, texts, typed).count for typed in ("zincish", "lead")] == [0, 1]


def test_one_text_that_cannot_be_indexed_does_not_keep_the_others_out(tmp_path, texts, monkeypatch):
    def failing(job, values, **kwargs):
        if digest_of("bad.pdf") in str(values):
            raise ProcessTooSlow
        return index_here(job, values, **kwargs)

    monkeypatch.setattr(file_search, "run_job", failing)
    view = view_with(tmp_path, dict.fromkeys(("a.pdf", "bad.pdf", "c.pdf"), "zinc"))
    found = search_in(view, texts, "zinc")
    assert (sorted(places(found)), found.reading) == ([("a.pdf", [1]), ("c.pdf", [1])], 0)


def test_a_disk_on_which_nothing_can_be_written_ends_the_reading(tmp_path, texts):
    (tmp_path / "state").write_text("not a folder")
    view = view_with(tmp_path, {"a.pdf": "zinc"}, SAYS_ZINC)
    read_all(view, texts)
    found = search_everything(view, "zinc", texts=texts)
    assert (found.count, found.in_files.count, found.in_files.reading) == (1, 0, 0)


def test_too_much_text_is_left_out_and_counted(tmp_path, texts, monkeypatch):
    monkeypatch.setattr(file_search, "MAX_INDEXED_BYTES", 100)
    view = view_with(tmp_path, {"a.pdf": "zinc".ljust(60), "b.pdf": "zinc".ljust(60), "c.pdf": "zinc".ljust(10)})
    found = search_in(view, texts, "zinc")
    assert (sorted(name for name, _ in places(found)), found.left_out) == (["a.pdf", "c.pdf"], 1)


def test_a_deleted_or_damaged_index_is_made_again(tmp_path, texts):
    view = view_with(tmp_path, {"a.pdf": "zinc"})
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"no index" * 600)):
        read_all(view, texts)
        index = prepare_file_search(view, texts).index
        assert index is not None
        damage(index)
        assert search_everything(View(view.dataset, TODAY), "zinc", texts=texts).in_files.reading == 1
        assert search_in(View(view.dataset, TODAY), texts, "zinc").count == 1


def test_a_word_that_only_a_file_has_is_no_typo(tmp_path, texts):
    files = {"e/law": SHOWN.replace("summary: S", "summary: methadone"), "e/x": evidence_with("a.pdf")}
    view = view_of(tmp_path, files)
    write_text(tmp_path / "data", "a.pdf", "metadone")
    read_all(view, texts)
    found = search_everything(view, "metadone", texts=texts)
    assert (found.is_corrected, found.count, found.in_files.count, found.similar) == (False, 0, 1, "methadone")
    corrected = search_everything(view, "methadonne", texts=texts)
    assert (corrected.used, corrected.count, corrected.in_files.count) == ("methadone", 1, 0)
