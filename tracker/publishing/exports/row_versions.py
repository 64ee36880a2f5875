"""The version of a row in an export: with it, edits made in Excel can be compared with what was exported.

It has the language of the texts, the version of the recommendation, and a short checksum of each value that may be
edited, so that an edit in Excel and a change in the dashboard are told apart field by field. An example:
"en 3f2a9c id:1a2b3c4d title:5e6f7a8b".
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.model.fields import FIELDS
from tracker.model.records import Recommendation
from tracker.publishing.request import ViewRequest
from tracker.queries.tables.values import Columns

EDITABLE_COLUMNS = tuple(f.name for f in FIELDS[Recommendation] if f.sheet.is_recorded and f.sheet.is_edited)
"""The codes of the columns whose edits an import brings back. Others are worked out from other records."""


@dataclass(frozen=True, slots=True)
class RowVersion:
    """The version of an exported row. `checksums` maps code of a column → checksum of its value, for "id" too."""

    language: str
    version: str
    checksums: Mapping[str, str]

    def is_value(self, column: str, value: str) -> bool | None:
        """Return whether the row had this value when it was exported, or None if this is not known."""
        return checksum(value) == self.checksums[column] if column in self.checksums else None


def checksum(value: str) -> str:
    """Return a short checksum of a value, in which spaces and line breaks count alike."""
    return f"{zlib.crc32(' '.join(value.split()).encode()):08x}"


def row_versions(request: ViewRequest, table: Columns) -> list[str]:
    """Return the version of each row of an exported table. It has the column `id` and any of `EDITABLE_COLUMNS`.

    The versions are "" if the view is of a past date: from such an export nothing can be brought back.
    """
    if request.view.is_past:
        return [""] * len(table["id"])
    columns = ["id", *(code for code in EDITABLE_COLUMNS if code in table)]
    values = [table[code] for code in columns]
    recommendations = request.view.recommendations
    return [
        " ".join(
            (
                request.language.code,
                recommendations[row[0]].version or "-",
                *(f"{code}:{checksum(_text(value))}" for code, value in zip(columns, row, strict=True)),
            )
        )
        for row in zip(*values, strict=True)
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def parse_row_version(text: str) -> RowVersion | None:
    """Return the version that an exported row has, or None if `text` is not one."""
    language, _, rest = text.strip().partition(" ")
    version, _, pairs = rest.partition(" ")
    checksums = dict(pair.split(":", 1) for pair in pairs.split() if ":" in pair)
    if not language.isalpha() or not version or "id" not in checksums:
        return None
    return RowVersion(language, version, checksums)
