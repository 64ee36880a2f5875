"""Nothing public is computed from the untouched original of a file: who has it cannot be found by comparing."""

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator

from tests.support.canary_images import canary_jpeg, canary_png
from tests.support.command_line import run_command
from tests.support.server_process import Server
from tests.support.small_dataset import REVIEWER
from tests.support.story_folder import made
from tests.support.websocket_client import ask
from tests.web.test_private_leaks import fetched, unpacked
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.routes import ROUTES_BY_PATH

PRIVATELY, PUBLICLY = canary_jpeg(1), canary_png(2)
"""The originals of a file that is attached privately and published later, and of one that is public from the start."""
EXPORTS = ("all.zip", "all.csv", "all.xlsx", "all.json")


def marks_of(original: bytes) -> Iterator[bytes]:
    """Everything by which an original could be found again: its digests as they may be written, and its size."""
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
        digest = hashlib.new(name, original).digest()
        yield from (digest, digest.hex().encode(), base64.b64encode(digest), base64.urlsafe_b64encode(digest))
    yield from (b"%08x" % zlib.crc32(original), b"%d" % zlib.crc32(original))


def has_mark(raw: bytes) -> bool:
    marks = [mark for original in (PRIVATELY, PUBLICLY) for mark in marks_of(original)]
    sizes = "|".join(f"{len(one)}|{len(one):,}" for one in (PRIVATELY, PUBLICLY))
    return any(mark in raw or mark.upper() in raw for mark in marks) or bool(
        re.search(rf"(?<![\w.-])(?:{sizes})(?![\w.-])".encode(), raw)
    )


def test_no_digest_of_an_original_is_public(tmp_path):
    server = Server(tmp_path, {"TRACKER_PRIVATE": str(tmp_path / "private")}, forked=True)
    made(server.data)
    settings = {"TRACKER_DATA": str(server.data), "TRACKER_STATE": str(server.state), **server.settings}
    for name, original in (("a.jpg", PRIVATELY), ("b.png", PUBLICLY)):
        (tmp_path / name).write_bytes(original)
    public = ("co-4", str(tmp_path / "b.png"), "--document", "--public", "--looked-at")
    for command in (("law", str(tmp_path / "a.jpg"), "--keep-original"), public):
        assert run_command("attach", *command, settings=settings)[0] == 0
    reader = DatasetReader(server.data)
    folder, law = PrivateFolder(tmp_path / "private", reader, THE_HOST), reader.read().evidence["law"]
    (entry,) = folder.files_of(law)
    folder.publish_file(law, entry.sha256, Store(reader), by=REVIEWER)
    seen, digest = folder.seen_by(REVIEWER), hashlib.sha256(PRIVATELY).hexdigest()
    assert (seen.read_original(entry)[1], seen.received_digests([entry])) == (PRIVATELY, {digest})
    data = reader.read(fresh=True)
    files = [f for record in (data.evidence["law"], data.documents["co-4"]) for f in record.files]
    routes = [path.replace("{id:path}", "x").replace("{id}", "r1") for path in ROUTES_BY_PATH]
    routes += [f"/files/{file.file_name}" for file in files] + [f"/files/{file.sha256}.preview.webp" for file in files]
    with server:
        found = {path: fetched(server, path) for path in routes}
        pages = ("/evidence", "/recommendation?id=r1", "/treaty-bodies", "/activity")
        found |= {path: ask(f"{server.url}{path}").raw for path in pages}
    (tmp_path / "out").mkdir()
    for name in EXPORTS:
        assert run_command("export", str(tmp_path / "out" / name), settings=settings)[0] == 0
    places = (server.data, server.state, tmp_path / "out")
    found |= {str(path): path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}
    found |= {str(path): path.name.encode() for path in server.data.rglob("*")}
    found["the log"] = server.log.read_bytes()
    assert len(found) > 40
    assert files[0].sha256.encode() in found["/evidence"]
    assert [where for where, raw in found.items() if has_mark(raw + unpacked(raw))] == []
