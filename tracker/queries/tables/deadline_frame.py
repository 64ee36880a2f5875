"""The table of deadlines: one row for each deadline that was known on the day of the view."""

from collections.abc import Container

import pandas as pd

from tracker.i18n import Language
from tracker.queries.deadlines import list_deadlines
from tracker.queries.tables.frame_values import make_frame
from tracker.queries.view import View


def deadline_frame(view: View, language: Language, documents: Container[str]) -> pd.DataFrame:
    """Return one row for each deadline of `documents`, which holds their ids. The earliest comes first.

    `what` says what is due, `state` where it stands on the day of the view. `source` is the document in which the date
    stands, `sentence` the committee's sentence in `language`.
    """
    rows = [item for item in list_deadlines(view) if item.document.id in documents]
    sentences = [item.deadline.sentence if item.deadline else None for item in rows]
    return make_frame(
        {
            "document": [item.document.id for item in rows],
            "body": [item.document.body for item in rows],
            "what": [item.label(language) for item in rows],
            "date": [item.date for item in rows],
            "state": [item.state(view.local_date).value for item in rows],
            "done": [item.met.date if item.met else None for item in rows],
            "met_by": [item.met.document.id if item.met and item.met.document else None for item in rows],
            "source": [item.source.document for item in rows],
            "paragraph": [item.source.paragraph for item in rows],
            "sentence": [language.resolve(sentence).text if sentence else None for sentence in sentences],
            "verification": [item.verification.value for item in rows],
        }
    )
