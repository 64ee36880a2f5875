"""A dataset with nine mechanisms from the defaults of the program: treaty bodies, UPR, procedures, a regional body."""

from pathlib import Path

from tests.support.canary_folder import lay
from tracker.editing.new_tracker import NewTracker, format_files
from tracker.model.dataset import Dataset
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.defaults import known_mechanisms

NINE = ("cescr", "ccpr", "cat", "cedaw", "crc", "crpd", "upr", "special-procedures", "iachr")
PAGES = ["overview", "recommendations", "evidence", "treaty_bodies", "deadlines"]
PAGES += ["analysis", "activity", "search", "about", "data_health"]
NEW = NewTracker(
    state={"en": "Ruritania", "ru": "Руритания"},
    languages=("en", "ru"),
    timezone="UTC",
    organisations=("Ruritanian Rights",),
    contact="",
    mechanisms=NINE,
)
SHARED = "verification: reported\ntitle: Change the law\nsummary: The law should change.\n"
UPR = "recommending_states: [France, Chile]\nresponse: noted\n"


def symbol_of(body: str, state: str = "RUR") -> str:
    """Return the symbol of concluding observations of a treaty body, or of a report of the UPR. "" for all others."""
    start = next(iter(known_mechanisms()[body].symbols), "")
    return "A/HRC/57/12" if body == "upr" else f"{start}{state}/CO/4" if start else ""


def nine_files() -> dict[str, str]:
    """Return name → text of a dataset with a document and a recommendation for each mechanism."""
    files, documents = format_files(NEW), ["documents:"]
    for body in NINE:
        symbol = f"symbol: {symbol_of(body)}, " if symbol_of(body) else ""
        facts = f"{symbol}title: The text, cycle: '4', issued: 2024-03-28, verification: reported"
        documents.append(f"  - {{id: {body}-4, body: {body}, kind: concluding-observations, {facts}}}")
        more = UPR if body == "upr" else ""
        files[f"recommendations/{body}-1.yaml"] = (
            f"issued_by: committee\ndocument: {body}-4\nparagraph: '7'\nsource: {{document: {body}-4}}\n{SHARED}{more}"
        )
    documents.append(
        "  - {id: ours, body: upr, kind: alternative-report, title: Ours, cycle: '4', issued: 2024-01, verification: seen}"
    )
    files["recommendations/ours-1.yaml"] = (
        f"issued_by: civil-society\ndocument: ours\nparagraph: '1'\nsource: {{document: ours}}\n{SHARED}"
    )
    return {**files, "documents.yaml": "\n".join(documents) + "\n"}


def nine(root: Path) -> Dataset:
    """Return the dataset of `nine_files`. Fails if it has problems."""
    lay(root, nine_files())
    found = DatasetReader(root).read()
    assert [str(problem) for problem in found.problems] == []
    return found
