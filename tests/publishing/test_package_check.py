"""`verify all.zip`: what was changed, taken out or added is named, and no package can do harm while it is checked."""

import hashlib
import random
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.package_files import BASE, PDF_DIGEST, attach_to, contents, packed, repacked, report, store_in
from tracker.publishing.exports import data_package as bagit
from tracker.publishing.exports.data_package import verify_package

FILE = f"data/files/{PDF_DIGEST}.pdf"


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("package")
    store = store_in(root / "data")
    attach_to(store, "x", report())
    packed(Path(store.root), root / "all.zip")
    return root / "all.zip"


def faults(package: Path, changes: dict[str, bytes | None], tmp_path: Path) -> list[str]:
    return list(verify_package(repacked(package, changes, tmp_path / "changed.zip")).faults)


def test_a_package_is_complete_also_if_another_program_packed_it_anew(package, tmp_path):
    assert verify_package(package).faults == ()
    assert faults(package, {}, tmp_path) == []


def oxum(package: Path, files: int, size: int) -> str:
    inside = [data for name, data in contents(package).items() if name.startswith("data/")]
    given, total = len(inside), sum(map(len, inside))
    return f"bag-info.txt: it gives {given} files with {total:,} bytes; there are {given + files} with {total + size:,}"


def test_a_changed_a_missing_and_an_added_file_are_named(package, tmp_path):
    name = "data/tracker.yaml"
    yaml = contents(package)[name]
    assert faults(package, {name: yaml.swapcase()}, tmp_path) == [f"{name}: this file was changed"]
    missing = [f"{name}: this file is missing", oxum(package, -1, -len(yaml))]
    assert faults(package, {name: None}, tmp_path) == missing
    added = "data/new.yaml: this file was added; manifest-sha256.txt does not list it"
    assert faults(package, {"data/new.yaml": b"x"}, tmp_path) == [added, oxum(package, 1, 1)]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("index.html", b"<p>Something else", ": this file was changed"),
        ("index.html", None, ": this file is missing"),
        ("run.exe", b"MZ", ": this file was added; tagmanifest-sha256.txt does not list it"),
        ("manifest-sha256.txt", None, ": this file is missing"),
        ("bagit.txt", None, ": this file is missing"),
        ("bagit.txt", b"BagIt 9", ": this version of BagIt is not known"),
        ("manifest-sha256.txt", b"\xff", ": this file is not UTF-8"),
        ("manifest-sha256.txt", b"x  data/x\n", ", line 1: this line cannot be read, or names a file again"),
        ("fetch.txt", b"https://x - x", ": "),
    ],
)
def test_the_page_and_the_manifests_are_checked_too(package, tmp_path, name, content, fault):
    found = faults(package, {name: content}, tmp_path)
    assert any(one.startswith(f"{name}{fault}") for one in found)
    if name in ("index.html", "run.exe"):  # what others rest on brings more faults with it
        assert found == [f"{name}{fault}"]


def test_another_file_under_the_name_of_an_attached_file_is_noticed_even_if_the_manifests_were_made_anew(
    package, tmp_path
):
    inside = contents(package)
    other = bytes(reversed(inside[FILE]))
    old, new = (hashlib.sha256(data).hexdigest() for data in (inside[FILE], other))
    manifest = inside["manifest-sha256.txt"].replace(f"{old}  ".encode(), f"{new}  ".encode())
    digests, _ = bagit.parse_manifest(inside["tagmanifest-sha256.txt"].decode())
    digests["manifest-sha256.txt"] = hashlib.sha256(manifest).hexdigest()
    tags = bagit.manifest_text(digests).encode()
    changes = {FILE: other, "manifest-sha256.txt": manifest, "tagmanifest-sha256.txt": tags}
    assert faults(package, changes, tmp_path) == [f"{FILE}: this is not the file that was attached"]


def with_entry(package: Path, tmp_path: Path, name: str | zipfile.ZipInfo, content: str = "x") -> Path:
    """A copy of the package that has one entry more."""
    target = tmp_path / "changed.zip"
    target.write_bytes(package.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content)
    return target


HARMFUL_NAMES = {
    "leads out of the package": (f"{BASE}data/../../x", "/etc/x", f"{BASE}data\\..\\x", "C:/x"),
    "has characters that no name has": (f"{BASE}data/x\n{BASE}y", f"{BASE}data/\u202efdp.exe"),
    "occurs more than once": (f"{BASE}data/tracker.yaml",),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_could_do_harm_are_faults(package, tmp_path):
    for fault, names in HARMFUL_NAMES.items():
        for name in names:
            found = verify_package(with_entry(package, tmp_path, name)).faults
            assert [one for one in found if one.endswith(f": this name {fault}")], name
            assert all(one.isprintable() for one in found)
    # a name that is cut when it is unpacked
    target = with_entry(package, tmp_path, f"{BASE}data/x.exe|.yaml")
    target.write_bytes(target.read_bytes().replace(b"x.exe|.yaml", b"x.exe\0.yaml"))
    assert verify_package(target).faults[0] == f"{BASE}data/x.exe: this name has characters that no name has"


def test_a_link_in_a_package_and_a_file_beside_the_folder_are_faults(package, tmp_path):
    link = zipfile.ZipInfo(f"{BASE}data/x")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = verify_package(with_entry(package, tmp_path, link, "/etc/passwd")).faults
    assert f"{BASE}data/x: this is no regular file" in found
    found = verify_package(with_entry(package, tmp_path, "README.txt")).faults
    assert found[0] == "The files are not in one folder."


def test_bytes_around_the_files_are_a_fault(package, tmp_path):
    around, raw = tmp_path / "around.zip", package.read_bytes()
    commented = raw[:-2] + b"\x05\x00words"
    for changed in (raw + b"x", raw + b"<script>", b"MZ" + raw, raw + raw, commented, raw + bytes(70_000)):
        around.write_bytes(changed)
        assert verify_package(around).faults[0] in (
            "There is something before or after the files, which no digest covers.",
            "This is no ZIP file, or it is damaged or cut off.",
        )


def faults_without_much_memory(package: Path) -> tuple[str, ...]:
    tracemalloc.start()
    found = verify_package(package).faults
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    return found


def test_a_bomb_is_not_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{BASE}data/{number}", bytes(50_000_000))
    too_large = "It is far larger inside than a package can be. It was not read."
    assert faults_without_much_memory(tmp_path / "bomb.zip") == (too_large,)


def test_what_lies_about_its_size_is_not_read_further_than_it_says(package, tmp_path):
    with zipfile.ZipFile(tmp_path / "lie.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{BASE}data/x", bytes(99_000_000))
    raw = (tmp_path / "lie.zip").read_bytes()
    (tmp_path / "lie.zip").write_bytes(raw.replace(struct.pack("<L", 99_000_000), struct.pack("<L", 10)))
    assert faults_without_much_memory(tmp_path / "lie.zip")[0] == "data/x: this file is damaged"


def test_a_list_of_contents_that_claims_to_be_huge_is_not_read(package, tmp_path):
    raw = bytearray(package.read_bytes()) + bytes(60_000_000)
    end = bytes(raw).rfind(b"PK\x05\x06")
    directory = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 59_000_000, end, 0)
    (tmp_path / "huge.zip").write_bytes(bytes(raw) + directory)
    found = faults_without_much_memory(tmp_path / "huge.zip")
    assert found == ("This is no ZIP file, or it is damaged or cut off.",)


def test_a_damaged_package_is_never_complete_and_never_an_error(package, tmp_path):
    raw, chance = package.read_bytes(), random.Random(17)
    target = tmp_path / "damaged.zip"
    for number in range(120):
        place = chance.randrange(len(raw)) if number % 2 else chance.randrange(len(raw) - 1500, len(raw))
        damaged = raw[:place] if number % 5 == 0 else raw[:place] + bytes([raw[place] ^ 0x40]) + raw[place + 1 :]
        target.write_bytes(damaged)
        found = verify_package(target)
        assert found.faults or contents(target) == contents(package), place


def test_the_command_prints_each_fault_and_ends_with_1(package, tmp_path):
    settings = {"TRACKER_DATA": str(tmp_path / "none"), "TRACKER_STATE": str(tmp_path / "state")}
    changed = repacked(package, {"data/tracker.yaml": b"x: 1\n", "index.html": None}, tmp_path / "changed.zip")
    code, out, err = run_command("verify", str(changed), settings=settings)
    assert (code, err) == (1, "")
    assert f"{changed}: data/tracker.yaml: this file was changed\n{changed}: index.html: this file is missing\n" in out
    missing = tmp_path / "no.zip"
    code, out, err = run_command("verify", str(missing), settings=settings)
    assert (code, out, err) == (2, "", f"{missing} cannot be read (No such file or directory).\n")
