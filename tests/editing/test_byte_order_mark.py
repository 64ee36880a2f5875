"""A file that Windows marked with a byte order mark keeps it, whatever is saved in it."""

from tests.support.small_dataset import ANNA, ASKED, folder
from tracker.editing.private.folder import PrivateFolder
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
