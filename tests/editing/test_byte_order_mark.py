"""A file that Windows marked with a byte order mark keeps it, whatever is saved in it."""

from types import SimpleNamespace

from tests.support.small_dataset import ANNA, ASKED, folder
from tracker.editing.private_evidence import PrivateFolder
from tracker.editing.small_count_settings import permit_counts
from tracker.editing.store import Store
from tracker.model.permissions import Person, Role
from tracker.storage.dataset_reader import DatasetReader

MARK = b"\xef\xbb\xbf"


def test_a_private_note_keeps_it(tmp_path):
    reader = DatasetReader(folder(tmp_path / "data", {"r/x": ASKED}))
    private = PrivateFolder(tmp_path / "private", reader)
    private.note("x", "First.", by=ANNA)
    path = tmp_path / "private" / "notes" / "x.yaml"
    path.write_bytes(MARK + path.read_bytes())
    private.note("x", "Second.", by=ANNA)
    assert (path.read_bytes().startswith(MARK), b"Second." in path.read_bytes()) == (True, True)


def test_a_small_count_keeps_it(tmp_path):
    root = folder(tmp_path, {"safety": b"\xef\xbb\xbf# ours\nwords: {}\n"})
    store = Store(DatasetReader(root))
    finding = SimpleNamespace(
        text_field=SimpleNamespace(record="recommendation x", field="summary"),
        match=SimpleNamespace(words="three", rule=SimpleNamespace(shown={"en": "x"})),
    )
    permit_counts(store, [finding], Person(Role.REVIEWER, "reviewer-x1"))
    kept = (root / "safety.yaml").read_bytes()
    assert (kept.startswith(MARK + b"# ours\n"), b"three" in kept) == (True, True)
