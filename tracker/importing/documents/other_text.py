"""Find out whether a file is another text than the concluding observations that the tracker has."""

from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.entry import differs_in_report, observations_of_symbol
from tracker.model import partial_dates
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View


def find_other_facts(view: View, file: ImportedDocument, document: Document | None) -> dict[str, str]:
    """Return what shows that a file is another text than the document: {"found": …, "recorded": …}, or {}.

    Observations in the tracker with its symbol, or of its committee and the same day, have its day of adoption, too.
    """
    listed = [] if view.settings.allow_other_states else view.documents.values()
    listed = [d for d in listed if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS]
    same = [d for d in listed if d.considered and d.body == file.body and d.considered == file.considered]
    same += [found] if (found := observations_of_symbol(view, file.symbol)) else []
    pairs = [(file.adopted, d.adopted) for d in same]
    pairs += [(file.adopted, document.adopted), (file.considered, document.considered)] if document else []
    for adopted, there in pairs:
        if adopted and there and (partial_dates.is_before(adopted, there) or partial_dates.is_before(there, adopted)):
            return {"found": adopted, "recorded": there}
    if document is None:
        return {}
    recorded = " · ".join([document.cycle or "", *(text.text for text in document.title.values())])
    return {"found": file.title, "recorded": recorded} if differs_in_report(file.title, recorded) else {}
