"""What an empty tracker says: the three first steps, and which of them are done."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.model.vocabulary import Issuer
from tracker.queries.view import View

PAGES_OF_STEPS = ("/edit", "/import")
"""The pages on which the steps themselves are done."""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the first steps are done: concluding observations, own demands, colleagues."""

    observations: bool
    demands: bool
    colleagues: bool


def first_steps(view: View, path: str, *, can_save: bool, people: Callable[[], int]) -> FirstSteps | None:
    """Return the steps that the page at `path` shows, or None. `people` returns the number of accounts.

    As long as there is no recommendation, every page shows them; after that only the overview, to editors, until both
    committees and civil society ask for something.
    """
    asked = {r.issued_by for r in view.dataset.recommendations.values()}
    is_over = len(asked) > 1 or (asked and not (can_save and path == "/"))
    if is_over or view.is_past or path in PAGES_OF_STEPS:
        return None
    return FirstSteps(Issuer.COMMITTEE in asked, Issuer.CIVIL_SOCIETY in asked, people() > 1)
