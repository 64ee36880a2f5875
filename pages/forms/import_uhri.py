"""The review of an export of UHRI: choose State, bodies, years and themes; then tick recommendations and save them."""

from pages.shared.import_drafts import ReviewDraft
from pages.shared.layout import Page
from tracker.importing.table_uploads import UhriUpload


def show_uhri_review(page: Page, draft: ReviewDraft, upload: UhriUpload) -> None:
    """Show what an export of UHRI holds, let the editor choose from it, and save the ticked recommendations."""
