"""The command `submission`: write a document for a committee from the public data."""

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tracker.config import Config
from tracker.i18n import get_language
from tracker.model.errors import TrackerError
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.cli import notes_on_export, request_from_arguments, write_file
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.selection import Choice, Order, select_recommendations
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import describe_finding


def add_submission_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `submission` to the command line."""
    parser = commands.add_parser(
        "submission",
        help="write a document for a committee as a Word file, from the public data",
        description="Write a submission to a committee as a Word file, from the public data. What is missing is printed.",
        epilog="Stages: "
        "follow-up (a table for each paragraph that the committee selected), "
        "list-of-issues and list-of-issues-prior-to-reporting (by theme, with a suggested question), "
        "alternative-report (by theme or article, with proposed recommendations and an annex), "
        "upr (by theme; --body is not needed), brief (two pages for a meeting).",
    )
    parser.add_argument("file", type=Path, metavar="FILE.docx")
    parser.add_argument("--body", default="", metavar="CODE", help="the committee: its code or id")
    parser.add_argument(
        "--state", default="", metavar="CODE", help="the State, if the dataset has several, such as kgz"
    )
    parser.add_argument("--stage", required=True, choices=[stage.value for stage in SubmissionStage], help="see below")
    parser.add_argument("--order", choices=[order.value for order in Order], help="by default the order of the stage")
    parser.add_argument("--session", default="", help="the session, as it is to stand on the first page")
    parser.add_argument(
        "--organisation", action="append", default=[], metavar="ID", help="the organisation that submits it"
    )
    template_help = "a form of your own: the file templates/NAME.docx of the data folder"
    parser.add_argument("--template", default="", metavar="NAME", help=template_help)
    parser.add_argument("--lang", default="", help="the language of the document; by default that of the dataset")
    parser.add_argument("--files", action="store_true", help="name the public files of the sources, with their digests")
    parser.add_argument("--letter", type=Path, metavar="LETTER.docx", help="write a cover letter, too")
    parser.add_argument(
        "--thematic-list",
        type=Path,
        metavar="LIST.docx",
        help="with --stage upr: fill OHCHR's thematic list of recommendations instead, and write it to FILE.docx",
    )
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="NUMBER=ID",
        help="with --thematic-list: the recommendation of the register that a row is; may be repeated",
    )
    parser.set_defaults(run=run_submission_command, as_of="", recorded="")


def run_submission_command(options: argparse.Namespace, config: Config, now: datetime) -> str:
    """Run the command `submission`: write the file, and return the text to print. Raises TrackerError."""
    # other commands need no library for pictures
    from tracker.publishing.submissions.before_writing import ask_to_change, language_sentence
    from tracker.publishing.submissions.safety_check import check_submission, limit_sentences
    from tracker.publishing.submissions.stages import LETTER, build_submission
    from tracker.publishing.submissions.thematic_list import fill_thematic_list
    from tracker.publishing.submissions.word_file import write_submission

    if options.file.suffix.lower() != ".docx":
        raise TrackerError(f"{options.file}: a submission is a Word file; its name ends in .docx.")
    request, stage = request_from_arguments(options, config, now), SubmissionStage(options.stage)
    if request.view.has_several_states:
        codes = [state.id for state in request.view.states]
        if options.state.lower() not in codes:
            raise TrackerError(f"A submission is about one State: write --state, one of {', '.join(codes)}.")
        request = replace(request, view=request.view.of_state(options.state.lower()))
    bodies, code = request.view.bodies.values(), options.body.casefold()
    body = next((body for body in bodies if code in (body.code.casefold(), body.id)), None)
    if options.body and body is None:
        names = ", ".join(body.code for body in bodies)
        raise TrackerError(f"There is no committee {options.body!r}. The dataset has: {names}.")
    if options.thematic_list:
        if stage is not SubmissionStage.UPR:
            raise TrackerError("--thematic-list is for --stage upr.")
        confirmed = {number: id for number, _equals, id in (pair.partition("=") for pair in options.confirm)}
        try:
            raw = options.thematic_list.read_bytes()
        except OSError as error:
            raise TrackerError(f"{options.thematic_list} cannot be read ({error.strerror}).") from None
        filled, notes = fill_thematic_list(request, raw, body, confirmed=confirmed)
        write_file(options.file, filled)
        return "\n".join([str(options.file), *notes])
    known = request.view.organisations
    if unknown := [id for id in options.organisation if id not in known]:
        raise TrackerError(f"There is no organisation {unknown[0]!r}. The dataset has: {', '.join(known)}.")
    if len(options.organisation) > 1:
        raise TrackerError("Name one organisation. Others are asked to sign on the page Submissions.")
    choice = Choice(
        stage,
        body,
        select_recommendations(request.view, stage, body),
        order=Order(options.order) if options.order else Order.PARAGRAPH,
        session=options.session,
        organisations=tuple(options.organisation),
        with_files=options.files,
    )
    author = ViewRequest(request.view, get_language("en", request.view.settings))
    submission = build_submission(request, choice, author)
    file = write_submission(config.data, options.template, request, choice=choice, submission=submission)
    write_file(options.file, file.data)
    if options.letter:
        write_file(options.letter, build_submission(request, choice, author, kind=LETTER).write())
    dismissed = load_dismissals(config).covers
    found = check_submission(request, choice, submission, is_dismissed=dismissed, file=file).findings
    lines = [f"{options.file}: {describe_finding(each.match.rule)}" for each in found]
    ended, question, _other = ask_to_change(author, choice)
    told = filter(None, (ended, question, language_sentence(author, choice, submission.lang)[0]))
    lines += [*told, *limit_sentences(author, choice, submission)]
    lines += [line for heading, notes in submission.groups if notes for line in (f"{heading}:", *notes)]
    return "\n".join([str(options.file), *notes_on_export(request, config), *lines])
