"""`attach`: files from the command line, cleaned, private unless they are to be public, and all of them or none."""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from tests.editing.test_private_evidence import LETTER
from tests.support.command_line import run_command
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.model.attached_files import AttachedFile
from tracker.model.localized_text import TextVariant
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.slow
HARMLESS = b"The law was read once.\n"
DIGEST = hashlib.sha256(HARMLESS).hexdigest()


def photo() -> bytes:
    image, file = Image.new("RGB", (20, 20), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "CANARY camera"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


class Desk:
    """A data folder, a private folder, and files beside them."""

    def __init__(self, root: Path) -> None:
        self.root, self.public = root, DatasetReader(made(root / "data"), look_every=0.0)
        self.private = PrivateFolder(root / "private", self.public, THE_HOST)
        files = {
            "law.txt": HARMLESS,
            "unsafe.txt": b"The law was read.\nCall +996 555 000 111.\n",
            "page.html": b"<html><head><script>alert(1)</script></head><body><p>The law was read.</p></body></html>",
            "photo.jpg": photo(),
            "bad.jpg": b"\xff\xd8\xff",
        }
        for name, data in files.items():
            (root / name).write_bytes(data)

    def attach(self, *arguments: str, private: bool = True, **more: str) -> tuple[int, str, str]:
        areas = ("data", "state", "private") if private else ("data", "state")
        settings = {f"TRACKER_{area.upper()}": str(self.root / area) for area in areas}
        return run_command("attach", *arguments, settings=settings | more, cwd=self.root)

    @property
    def law(self) -> tuple[AttachedFile, ...]:
        """The public files of the public evidence `law`."""
        return self.public.read(fresh=True).evidence["law"].files

    @property
    def kept(self) -> dict[str, int]:
        """The number of files that are kept in each folder."""
        return {name: len(list((self.root / name).glob("files/*"))) for name in ("data", "private")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


NOTHING = {"data": 0, "private": 0}


def test_files_of_public_evidence_are_private_at_first(desk):
    code, out, err = desk.attach("law", "law.txt", "page.html", "--caption", "As read", "--language", "ru")
    first, second = desk.private.files_of(desk.public.read().evidence["law"])
    assert (code, err) == (0, "")
    assert out == (
        f"law.txt: kept as law.txt, 1 kB, SHA-256 {DIGEST}\n"
        f"page.html: kept as page.html, 1 kB, SHA-256 {second.sha256}\n  removed: Scripts: 1\n"
        "Attached to law privately: it is not shown to readers until a reviewer publishes it.\n"
    )
    told = (first.sha256, first.recorded_by, first.language, first.caption)
    assert told == (DIGEST, "terminal", "ru", {"": TextVariant(text="As read")})
    assert (second.name, desk.law) == ("page.html", ())


def test_private_evidence_has_its_files_itself_and_the_original_if_it_is_wanted(desk):
    desk.private.save(LETTER, by=ANNA, reason="It came.")
    code, out, err = desk.attach("letter", "photo.jpg", "--keep-original", "--where", "top left", "--copy-of-link")
    told = (code, err, out.splitlines()[-1])
    assert told == (0, "", "Attached to the private evidence letter. It is not shown to readers.")
    (file,) = desk.private.read(fresh=True).evidence["letter"].files
    assert (file.pages, file.is_copy_of_link) == ("top left", True)
    assert b"CANARY" not in desk.private.read_file(file)
    assert desk.private.seen_by(ANNA).read_original(file)[1] == (desk.root / "photo.jpg").read_bytes()
    refused = (
        "letter is private evidence, so its files are private. Leave out --public; publish the evidence on its page.\n"
    )
    assert desk.attach("letter", "law.txt", "--public")[1:] == ("", refused)


def test_a_document_has_files_too(desk):
    told = desk.attach("co-4", "law.txt")[::2]
    assert told == (2, "There is no evidence with the id 'co-4'. For a document, add --document.\n")
    assert desk.attach("co-4", "law.txt", "--document", "--public")[0] == 0
    (file,) = desk.public.read(fresh=True).documents["co-4"].files
    assert (file.sha256, desk.kept) == (DIGEST, {"data": 2, "private": 0})


def test_without_a_private_folder_a_file_has_to_be_called_public(desk):
    code, out, err = desk.attach("law", "law.txt", private=False)
    assert (code, out, desk.kept) == (2, "", NOTHING)
    assert err == (
        "There is no private folder (TRACKER_PRIVATE), so a file can only be attached publicly: everybody can download "
        "it. If that is right, add --public.\n"
    )
    code, out, err = desk.attach("law", "law.txt", "--public", private=False)
    assert (code, out.splitlines()[-1], err) == (0, "Attached to law publicly: everybody can download it.", "")
    assert [file.sha256 for file in desk.law] == [DIGEST]


def test_a_public_file_goes_through_the_safety_check_and_the_words_are_not_repeated(desk):
    code, out, err = desk.attach("law", "law.txt", "unsafe.txt", "--public", "--looked-at")
    assert (code, desk.law, desk.kept) == (2, (), NOTHING)
    assert err == (
        "unsafe.txt, text: a phone number identifies someone; please remove it (telephone)\n"
        "Nothing was saved. Take these words out of the file, or attach it privately.\n"
    )
    assert "+996" not in out + err
    assert desk.attach("law", "unsafe.txt")[0] == 0  # privately it may say so


def test_what_a_machine_cannot_check_needs_somebody_who_looked(desk):
    (desk.root / "names.txt").write_text("The letter was read by Green Valley Aid.")
    code, _, err = desk.attach("law", "photo.jpg", "names.txt", "--public")
    assert (code, desk.kept) == (2, NOTHING)
    assert err == (
        "photo.jpg: a picture. A machine cannot see faces, number plates and handwriting.\n"
        "names.txt: words that may be names, in: text\n"
        "Look at them yourself. If nobody can be recognized, add --looked-at. Nothing was saved.\n"
    )
    assert desk.attach("law", "photo.jpg", "names.txt", "--public", "--looked-at")[0] == 0
    assert [file.name for file in desk.law] == ["photo.jpg", "names.txt"]


def test_the_caption_is_checked_too(desk):
    code, _, err = desk.attach("law", "law.txt", "--public", "--caption", "Call +996 555 000 111")
    assert (code, desk.kept, "a phone number identifies someone" in err) == (2, NOTHING, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["law", "law.txt", "bad.jpg"], "bad.jpg: The file is damaged or cut off."),
        (["law", "law.txt", "no.txt"], "no.txt cannot be read (No such file or directory). Nothing was saved."),
        (["law", "law.txt", "law.txt"], "law.txt is attached already. Nothing was saved."),
        (["none", "law.txt"], "There is no evidence with the id 'none'."),
        (["law", "law.txt", "--language", "Russian"], "--language: write the code of a language, such as ru."),
        (["law", "law.txt", "--where", "x" * 121], "--where: write 1 to 120 characters."),
        (["law", "photo.jpg", "--public", "--keep-original"], "The untouched original is only ever kept privately"),
    ],
)
def test_what_cannot_be_attached_is_said_and_nothing_is_saved(desk, arguments, said):
    code, _, err = desk.attach(*arguments)
    assert (code, err[: len(said)], desk.kept) == (2, said, NOTHING)


def test_a_file_larger_than_the_setting_is_refused(desk):
    (desk.root / "large.txt").write_bytes(b"words " * 200_000)
    code, _, err = desk.attach("law", "large.txt", "--public", private=False, TRACKER_UPLOAD_MEGABYTES="1")
    assert (code, err) == (2, "large.txt cannot be read (more than 1,000,000 bytes). Nothing was saved.\n")
