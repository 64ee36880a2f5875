"""What people see while a file or the folder cannot be read: the last good state, a line that says so, and their own words."""

import re

from streamlit.testing.v1 import AppTest

from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import ANNA
from tests.support.story_folder import ASKED
from tracker.model.permissions import READER

R = "edit_recommendation_r1_"
KEPT = "Some files are being edited and cannot be read now. Entries shown in an earlier version: 1."
BROKEN = "by: [\n"
WRONG = "did not find expected node content"
PLACE = 'Recommendation: <a href="/recommendation?id=r1&amp;lang=en">Repeal the punishments</a></p><p>'


def warnings(page: AppTest) -> list[str]:
    said = re.findall(r'<p class="rt-banner" role="status">([^<]+)</p>', html(page))
    return [*said, *(warning.value for warning in page.warning)]


def test_a_broken_record_is_shown_as_it_was_and_editors_see_which_one(opened, tmp_path):
    r1 = tmp_path / "data" / "recommendations" / "r1.yaml"
    assert warnings(opened("recommendation", id="r1")) == []
    r1.write_text(BROKEN)
    (r1.parent / "r9.yaml").write_text(BROKEN)
    left_out = "1 entry in the data files cannot be read and is left out here. The rest is shown."
    for who, sees in ((READER, False), (ANNA, True)):
        page = opened("recommendation", who, id="r1")
        assert (warnings(page), "Repeal the punishments" in html(page)) == ([left_out, KEPT], True)
        assert (PLACE + WRONG in html(page), "Recommendation: r9" in html(page)) == (sees, sees)
        assert (".yaml" in html(page), list(page.code)) == (False, [])
    health = opened("data_health")
    assert (PLACE + WRONG in html(health), ".yaml" in html(health)) == (True, False)
    (r1.parent / "r9.yaml").unlink()
    r1.write_text(ASKED.replace("Repeal", "Abolish"))
    page = opened("recommendation", id="r1")
    assert (warnings(page), "Abolish the punishments" in html(page)) == ([], True)


def test_a_form_keeps_what_was_typed_while_its_file_is_broken(opened, tmp_path):
    r1 = tmp_path / "data" / "recommendations" / "r1.yaml"
    page = opened(what="recommendation", id="r1")
    put(page, R, title_en="Repeal them all", reason="Clearer.")
    r1.write_text(BROKEN)
    press(page, "Save the edit")
    assert errors(page) == ["The file was removed or damaged in the meantime. Nothing was recorded; copy your text."]
    assert (page.text_input(key=f"{R}title_en").value, r1.read_text()) == ("Repeal them all", BROKEN)
    r1.write_text(ASKED)
    press(page, "Save the edit")
    assert (errors(page), "title: Repeal them all" in r1.read_text()) == ([], True)
