"""The simple values that fields hold: ids, dates, links, short texts."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from tracker import dates

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID, max_length=80)]
Date = Annotated[
    str, AfterValidator(dates.edtf), WithJsonSchema({"type": ["string", "integer"], "description": dates.FORMS})
]
# A YAML editor reads 44 as a number: the schema takes both, the file keeps what was typed.
Short = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    WithJsonSchema({"type": ["string", "integer"], "maxLength": 120}),
]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$")]
