"""Names that must be there: what a document, a source, a theme or a group refers to."""

import difflib
from collections.abc import Collection, Iterator

from tracker.dataset import Dataset
from tracker.model import Source, Tagging
from tracker.problems import Where

Found = Iterator[tuple[Where, str]]


def known(kind: str, name: str | None, there: Collection[str], where: Where) -> Found:
    """A name that is not there, with the nearest one that is."""
    if name is not None and name not in there:
        near = difflib.get_close_matches(name, there, n=1)
        yield (
            where,
            f"there is no {kind} {name!r}; " + (f"did you mean {near[0]!r}?" if near else "add it, or correct the id"),
        )


def source_is_known(d: Dataset, source: Source, where: Where) -> Found:
    yield from known("document", source.document, d.documents, (*where, "document"))
    yield from known("document", source.cited_by, d.documents, (*where, "cited_by"))
    if source.document is None and source.publisher is None:
        yield where, "a source names nobody; give the document of the register, or the publisher"


def tags_are_known(d: Dataset, tags: tuple[Tagging, ...]) -> Found:
    themes, groups = {t.id for t in d.settings.themes}, {g.id for g in d.settings.groups}
    for i, tagging in enumerate(tags):
        for j, theme in enumerate(tagging.themes):
            yield from known("theme", theme, themes, ("tags", i, "themes", j))
        for j, group in enumerate(tagging.groups):
            yield from known("group", group, groups, ("tags", i, "groups", j))
