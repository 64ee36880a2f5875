"""The page for editors that imports a document, a spreadsheet or an export of UHRI: read it, review it, save."""

import streamlit as st

from pages.forms.imports.review import show_follow_up_review, show_review, show_start
from pages.forms.imports.save import LEFT_OUT, show_left_out, show_offered_drafts
from pages.forms.imports.table import show_sheet_review, show_uhri_review, show_upr_review
from pages.forms.this_week import last_import
from pages.shared import import_drafts
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.saving import show_saved
from tracker.importing.uploads import SheetUpload, UhriUpload
from tracker.model.permissions import Permission

page = open_page("/import")
show_header(page, ())
if not page.can_edit or not page.context.person.can(Permission.SAVE):
    page.show("layout/no_form.html", past=page.view.is_past, id="", back=page.context.link("/treaty-bodies"))
    show_footer(page)
    st.stop()
show_saved(page, "import")
page.show("forms/last_import.html", line=last_import(page))
if (done := st.session_state.pop("bring_in_done", "")) in page.view.documents:
    page.show("forms/import_done.html", document=page.view.documents[done])
if import_drafts.has_review():
    st.session_state.pop(LEFT_OUT, None)
show_left_out(st.session_state.get(LEFT_OUT, ()))
show_offered_drafts(page)
draft = import_drafts.own_review()
if draft is None:
    show_start(page)
elif isinstance(draft.reviewed.imported, SheetUpload):
    show_sheet_review(page, draft, draft.reviewed.imported)
elif isinstance(draft.reviewed.imported, UhriUpload):
    show_uhri_review(page, draft, draft.reviewed.imported)
elif draft.reviewed.imported.upr:
    show_upr_review(page, draft, draft.reviewed.imported, upr=draft.reviewed.imported.upr)
elif draft.reviewed.imported.follow_up_reports:
    show_follow_up_review(page, draft)
else:
    show_review(page, draft)
show_footer(page)
