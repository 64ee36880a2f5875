"""How many recommendations have which status, by who asks for them: as lines and as pictures."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.model.vocabulary import Status
from tracker.publishing.pictures.preview_image import draw_status_bar
from tracker.publishing.submissions.speakers import Speakers
from tracker.queries.lists.filters import STATUS_ORDER, group_by_issuer


@dataclass(frozen=True)
class StatusCounts:
    """The statuses that those who sign give the whole of a recommendation alike.

    What they have not assessed has none: that is a gap to fill, and not in the document.
    """

    speakers: Speakers

    def lines(self) -> Iterator[tuple[str, dict[Status, int]]]:
        """Yield (a line that says whose these are, number of recommendations by status) for each issuer that has any."""
        request, choice = self.speakers.request, self.speakers.choice
        _, by = request.language.gettext, ", ".join(map(request.organisation_name, sorted(self.speakers.signing)))
        for issuer, rs in group_by_issuer(choice.recommendations):
            own = ({a.status for a in self.speakers.own_assessments(r) if not a.part} for r in rs)
            found = Counter(codes.pop() if len(codes) == 1 else Status.NOT_ASSESSED for codes in own)
            count: dict[Status, int] = {
                code: n for code in STATUS_ORDER if (n := found[code]) and code is not Status.NOT_ASSESSED
            }
            if count:
                of = request.language.ngettext("{n} recommendation", "{n} recommendations", len(rs))
                said = ", ".join(f"{request.label(code)}: {k}" for code, k in count.items())
                told = _("assessed by {who}: {statuses}", who=by, statuses=said) if by else said
                yield f"{request.label(issuer)}: {of} ({told}).", count

    def pictures(self) -> list[dict[str, Any]]:
        """Return for each line a bar that shows the numbers: `png` (bytes), `size` in pixels, `words`."""
        pictures = []
        for words, count in self.lines():
            image, raw = draw_status_bar(self.speakers.request, count), io.BytesIO()
            image.save(raw, "PNG", optimize=True)
            pictures.append({"png": raw.getvalue(), "size": image.size, "words": words})
        return pictures
