"""Name organisations by their ids: replace the free text `assessor` of an assessment by the key `organisation`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.config import AnyPlace
from tracker.model.organisations import Organisation
from tracker.model.vocabulary import Voice
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import is_regular, list_files_in
from tracker.storage.yaml.patch import patch_text
from tracker.storage.yaml.reader import compose, to_values
from tracker.validation.rewrite_files import rewrite_files


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file in which assessments got the id of their organisation. `count` is the number of these assessments."""

    path: str
    count: int

    def __str__(self) -> str:
        return f"{self.path}: named the organisation of {self.count} assessment{'s' * (self.count > 1)}"


def sign_folder(root: AnyPlace, organisations: tuple[Organisation, ...]) -> tuple[SignedFile, ...]:
    """Replace `assessor` by `organisation` where it is the name or abbreviation of one of `organisations`.

    Return the files that were changed. Other assessors stay, and `check` reports them. A file that is not valid YAML is
    not changed. Raises LockTimeout or OSError; then no file was changed.
    """
    ids = {_comparable(name): o.id for o in organisations for name in _names(o)}
    files = {
        name: ids
        for name, file_stat in list_files_in(open_storage(root), "recommendations", ".yaml").items()
        if is_regular(file_stat)
    }
    changed = rewrite_files(root, files, lambda known, text: sign_assessments(text, known))
    return tuple(SignedFile(path, count) for path, count in changed)


def sign_assessments(text: str, ids: Mapping[str, str]) -> tuple[str, int]:
    """Return (the new text of a file, number of changed assessments). `ids` is name in small letters → id.

    Raises InvalidFile if `text` is not valid YAML.
    """
    values = to_values(compose(text))
    if not isinstance(values, dict) or not isinstance(values.get("assessments"), list):
        return text, 0
    signed = [_signed(a, ids) for a in values["assessments"]]
    count = sum(new != old for new, old in zip(signed, values["assessments"], strict=True))
    return (patch_text(text, {**values, "assessments": signed}) if count else text), count


def _signed(a: Any, ids: Mapping[str, str]) -> Any:
    if not isinstance(a, dict) or a.get("voice") != Voice.CIVIL_SOCIETY.value or "organisation" in a:
        return a
    found = next((ids[name] for name in map(_comparable, _texts(a.get("assessor"))) if name in ids), None)
    if found is None:
        return a
    # the new key takes the place of the old one
    return {("organisation" if key == "assessor" else key): (found if key == "assessor" else a[key]) for key in a}


def _texts(value: Any) -> list[str]:
    """Return the wordings of a localized text, as it is written in a file."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    wordings = [value["text"]] if "text" in value else list(value.values())
    return [text for wording in wordings for text in (_texts(wording) if isinstance(wording, dict) else [wording])]


def _names(organisation: Organisation) -> list[str]:
    texts = (organisation.name, organisation.short_name)
    return [organisation.id, *(variant.text for text in texts for variant in text.values())]


def _comparable(name: Any) -> str:
    return " ".join(str(name).casefold().split())
