"""An uploaded table under review: it can be kept as JSON, and be read again with other choices."""

from pydantic import TypeAdapter

from tests.support.import_files import ENGLISH, csv_bytes, small_vocabulary, uhri_json, uhri_record
from tracker.importing.tables.sheet_reader import SheetChoices
from tracker.importing.uhri import UhriChoice
from tracker.importing.uploads import SheetUpload, TableRequest, UhriUpload, read_new_table, read_table_again
from tracker.sandbox.limits import UPLOAD


def test_a_review_of_a_table_survives_json_and_reads_its_file_again(tmp_path):
    words = small_vocabulary(tmp_path)
    adapter = TypeAdapter(SheetUpload | UhriUpload)
    sheet = read_new_table(csv_bytes("Text,Words", "A,B"), TableRequest(words, ENGLISH), UPLOAD)
    kept = adapter.validate_json(adapter.dump_json(sheet))
    assert kept == sheet
    again = read_table_again(kept, TableRequest(words, ENGLISH, SheetChoices(fields={"B": "title"})))
    assert [row.value("title") for row in again.result.rows] == ["B"]

    export = uhri_json(uhri_record(), uhri_record(AnnotationId="a2", Countries=["- Utopia"])).getvalue()
    uhri = read_new_table(export, TableRequest(words, ENGLISH), UPLOAD)
    assert (uhri.survey.records, uhri.survey.states, uhri.survey.bodies) == (2, ("Ruritania", "Utopia"), ("cat",))
    assert uhri.survey.names_of_state_party(words) == ("Ruritania",)
    chosen = read_table_again(uhri, TableRequest(words, ENGLISH, uhri=UhriChoice(states=("Utopia",))))
    assert chosen.result.wanted == 1
    assert adapter.validate_json(adapter.dump_json(chosen)) == chosen
