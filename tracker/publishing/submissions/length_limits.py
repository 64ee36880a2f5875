"""Sentences about the length of a submission and the committee's limit."""

from tracker.i18n import native_name
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.render_context import RenderContext
from tracker.publishing.submissions.document import Submission, measure
from tracker.publishing.submissions.selection import Choice

PAGES_OF_BRIEF = 2
"""How long a brief may be, where the committee says nothing."""


def limit_sentences(author: RenderContext, choice: Choice, submission: Submission) -> list[str]:
    """Return sentences about the length of a submission and the committee's limit, with its source."""
    language, length = author.language, measure(submission)
    _, ngettext = language.gettext, language.ngettext
    words = ngettext("{n} word", "{n} words", length.words + length.in_notes)
    sentences = [
        _("{words} with footnotes, about {pages}.", words=words, pages=ngettext("{n} page", "{n} pages", length.pages))
    ]
    limit = choice.body.limit_for(choice.stage) if choice.body else None
    most_words, most_pages = (limit.words, limit.pages) if limit else (None, None)
    if choice.stage is SubmissionStage.BRIEF and not most_words:
        most_pages = most_pages or PAGES_OF_BRIEF
    if most_words or most_pages:
        n, most = (length.words, most_words) if most_words else (length.pages, most_pages or 0)
        allowed = ngettext("{n} word", "{n} words", most) if most_words else ngettext("{n} page", "{n} pages", most)
        said = _("Too long: the limit is {limit}.") if n > most else _("The limit is {limit}.")
        sentences.append(said.format(limit=allowed))
    else:
        sentences.append(_("It is not known here how long it may be."))
    if limit and limit.source:
        where = " ".join(filter(None, (limit.source.publisher, limit.source.paragraph, limit.source.link)))
        sentences.append(f"{where} ({author.label(limit.verification)})")
    for text in filter(None, (limit.not_counted, limit.note) if limit else ()):
        sentences.append(language.resolve(text).text)
    if limit and limit.languages and submission.lang not in limit.languages:
        names = ", ".join(map(native_name, limit.languages))
        sentences.append(_("The committee takes submissions in: {languages}.", languages=names))
    return sentences
