"""The Word file of a submission: in the usual form, or in a template of the data folder."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tracker.config import AnyPlace
from tracker.files.kept_file import FilePage
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.document import Submission
from tracker.publishing.submissions.docx_writer import render_part
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import RECOMMENDATION_FIELDS, Builder, RecommendationItem
from tracker.sandbox.host import JobLimits, run_job
from tracker.sandbox.limits import KEPT
from tracker.storage.open_storage import open_storage
from tracker.storage.word_templates import template_files

TEMPLATE_JOB = "tracker.publishing.submissions.template_filler.answer_template"


@dataclass(frozen=True, slots=True)
class SubmissionFile:
    """The bytes of a .docx file. If it was made from a template, also its name, its SHA-256 and the texts to check.

    `own_pages` is the text of the template alone, `pages` that of the whole file.
    """

    data: bytes
    template: str = ""
    digest: str = ""
    own_pages: tuple[FilePage, ...] = ()
    pages: tuple[FilePage, ...] = ()


def write_submission(
    place: AnyPlace, template: str, request: ViewRequest, *, choice: Choice, submission: Submission
) -> SubmissionFile:
    """Return the file to send. `template` is the name of a template in the data, or "" for the usual form.

    Raises TrackerError if there is no such template, and UnusableFile if it cannot be filled. The error quotes the
    paragraph with the mistake, if it is known.
    """
    if not template:
        return SubmissionFile(submission.write())
    if template not in (known := template_files(place)):
        names = ", ".join(known) or "–"
        raise TrackerError(N_("There is no template {name}. There are: {names}."), {"name": template, "names": names})
    raw, fields = open_storage(place).read(known[template], KEPT.file_bytes), template_fields(request, choice)
    sent = {
        "name": template,
        "properties": render_part("docProps/core.xml", fields),
        "fields": fields,
        "mark": submission.header if submission.is_confidential else "",
    }
    answer, filled = run_job(TEMPLATE_JOB, sent, raw, limits=JobLimits(KEPT.seconds, KEPT.memory))
    own, pages = (tuple(FilePage(*page) for page in answer[key]) for key in ("own", "pages"))
    return SubmissionFile(filled, template, sha256(raw).hexdigest(), own_pages=own, pages=pages)


def template_fields(request: ViewRequest, choice: Choice) -> dict[str, Any]:
    """Return a mapping of the fields that a template can use: name → value that JSON can hold. See docs/submissions.md."""
    found: dict[str, Any] = _plain_value(Builder(request, choice).fields())
    return found


def _plain_value(value: Any) -> Any:
    """Return the value of a field for JSON. A line is {"text": its words, "notes": [[words, links] of each footnote]}."""
    match value:
        case tuple():
            notes = [[run.note.words, list(run.note.links)] for run in value if run.note]
            return {"text": "".join(run.text for run in value), "notes": notes}
        case list():
            return [_plain_value(each) for each in value]
        case RecommendationItem():
            return {name: _plain_value(value[name]) for name in RECOMMENDATION_FIELDS}
        case dict():
            return {name: _plain_value(each) for name, each in value.items()}
    return value
