"""Own templates of submissions: Word files in `templates` of the data folder, with fields (docs/submissions.md).

A template is data: `template_filler.py` fills it in a process of its own.
"""

from tracker.config import AnyPlace
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.publishing.request import ViewRequest
from tracker.publishing.submissions.document import Submission
from tracker.publishing.submissions.docx_writer import core_properties, write_docx
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import template_fields
from tracker.sandbox.host import JobLimits, run_job
from tracker.sandbox.limits import KEPT
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import list_files_in

TEMPLATE_FOLDER = "templates"
TEMPLATE_JOB = "tracker.publishing.submissions.template_filler.answer_template"


def template_names(place: AnyPlace) -> list[str]:
    """Return the names of the templates in the data folder, without the ending."""
    found = list_files_in(open_storage(place).snapshot(), TEMPLATE_FOLDER, ".docx")
    return [name.partition("/")[2].removesuffix(".docx") for name in found]


def write_submission(
    place: AnyPlace, template: str, request: ViewRequest, *, choice: Choice, submission: Submission
) -> bytes:
    """Return the bytes of a .docx file: in the form of the template with this name or, for "", in the usual form.

    Raises TrackerError if there is no such template, and UnusableFile with the place of what is wrong in it.
    """
    if not template:
        return write_docx(submission)
    if template not in (known := template_names(place)):
        names = ", ".join(known) or "–"
        raise TrackerError(N_("There is no template {name}. There are: {names}."), {"name": template, "names": names})
    raw = open_storage(place).read(f"{TEMPLATE_FOLDER}/{template}.docx", KEPT.file_bytes)
    sent = {
        "name": template,
        "properties": core_properties(submission),
        "fields": {**template_fields(request, choice, submission), "header": submission.header},
        "mark": submission.header if submission.is_confidential else "",
    }
    return run_job(TEMPLATE_JOB, sent, raw, limits=JobLimits(KEPT.seconds, KEPT.memory))[1]
