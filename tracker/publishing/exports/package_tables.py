"""The tables of a package as CSV, and datapackage.json, which describes them (Frictionless Data Package, version 1).

The table of fields (`tracker.model.fields`) gives each column its type and its meaning. The texts are in the main language of
the dataset. The tables are those of the day of the last change: so the same data give the same bytes on any day.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.model.dataset import Dataset
from tracker.model.fields import Field, FieldType, ValueKind
from tracker.model.labels import N_
from tracker.model.localized_text import LocalizedText, resolve
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports.csv_export import recommendation_table, safe_cells
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import public_origin
from tracker.queries.tables.values import Columns, TableValues
from tracker.storage.timestamps import latest_timestamp
from tracker.storage.yaml.json_schema import DATA_VERSION

DATA_PACKAGE_FILE = "datapackage.json"
TABLES_FOLDER = "tables/"
_TYPES: Mapping[ValueKind, Mapping[str, Any]] = {
    ValueKind.NUMBER: {"type": "integer"},
    ValueKind.FLAG: {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    ValueKind.TIME: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
}
"""Kind of a column → its type. All others are texts, also dates: a partial date such as 2024-06 is no date to Frictionless."""
_CREATIVE_COMMONS = re.compile(r"\bCC[ -]?(BY(?:-(?:NC|ND|SA))*|0)[ -]?([1-4]\.0)")


def day_of_tables(dataset: Dataset, otherwise: date) -> date:
    """Return the day of the last change in a dataset, or `otherwise` if no change was recorded."""
    latest = latest_timestamp(dataset)
    return date.fromisoformat(latest[:10]) if latest else otherwise


def render_tables(request: ViewRequest) -> dict[str, bytes]:
    """Return path in the package → bytes, for each table and for datapackage.json, which comes last."""
    request = replace(request, origin=public_origin(request.origin))
    values, files, resources = TableValues(request.view, request.language), dict[str, bytes](), list[Any]()
    columns = tuple(c for c in export_columns.RECOMMENDATION_COLUMNS if c.name != "version")
    tables: list[tuple[str, str, Sequence[Field], Columns]] = [
        ("recommendations", N_("Recommendations"), columns, recommendation_table(request, columns)),
        ("assessments", N_("Assessments"), export_columns.ASSESSMENT_COLUMNS, values.assessment_columns()),
        ("evidence", N_("Evidence"), export_columns.EVIDENCE_COLUMNS, values.evidence_columns()),
        ("documents", N_("Documents"), export_columns.DOCUMENT_COLUMNS, values.document_columns()),
        ("deadlines", N_("Deadlines"), export_columns.DEADLINE_COLUMNS, values.deadline_columns()),
    ]
    for name, title, fields, table in tables:
        text, path = io.StringIO(newline=""), f"{TABLES_FOLDER}{name}.csv"
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(field.name for field in fields)
        writer.writerows(zip(*(safe_cells(f.value_kind, table[f.name]) for f in fields), strict=True))
        files[path] = text.getvalue().encode()
        schema: dict[str, Any] = {"fields": [_describe(request, field) for field in fields], "missingValues": [""]}
        if "id" in table:
            schema["primaryKey"] = ["id"]
        about: dict[str, Any] = {"name": name, "title": request.language.gettext(title), "path": path, "schema": schema}
        about |= {"profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
        about |= {"bytes": len(files[path]), "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}"}
        resources.append(about)
    package = {**describe_dataset(request), "resources": resources}
    files[DATA_PACKAGE_FILE] = json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n"
    return files


def describe_dataset(request: ViewRequest) -> dict[str, Any]:
    """Return datapackage.json without its tables: title, licence, language, States, version of the schema, date."""
    dataset, settings = request.view.dataset, request.view.settings
    main = settings.language

    def text(localized: LocalizedText) -> str:
        return resolve(localized, main, main).text

    licence = settings.publisher.licence
    about: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "recommendation-tracker",
        "title": text(settings.title),
        "homepage": request.origin,
        "created": latest_timestamp(dataset),
        "as_of": request.view.today.isoformat(),
        "language": main,
        "languages": [*settings.languages],
        "schema_version": DATA_VERSION,
        "states": [
            {"id": state.id, "name": {code or main: one.text for code, one in state.name.items()}}
            for state in settings.all_states
        ],
        "licenses": [_describe_licence(text(licence))] if licence else [],
        "contributors": [{"title": text(settings.publisher.name), "role": "publisher"}],
    }
    return {name: value for name, value in about.items() if value}


def _describe_licence(words: str) -> dict[str, str]:
    found = _CREATIVE_COMMONS.search(words)
    return {"name": f"CC-{found[1]}-{found[2]}" if found else "see-title", "title": words}


def _describe(request: ViewRequest, field: Field) -> dict[str, Any]:
    """Return the description of a column: its name, type and meaning and, for a code, what each code means."""
    about: dict[str, Any] = {"name": field.name, "title": request.language.gettext(field.label)}
    about |= _TYPES.get(field.value_kind, {"type": "string"})
    if field.kind is FieldType.CODE and field.of:
        codes: list[Any] = list(field.of.__members__.values())
        about["description"] = "; ".join(f"{code.value}: {request.label(code)}" for code in codes)
        about["constraints"] = {"enum": [code.value for code in codes]}
    return about
