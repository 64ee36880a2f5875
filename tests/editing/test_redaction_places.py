"""Where words stand that are to be removed is shown as sentences, and the words themselves are not."""

from pathlib import Path

from tracker.editing.redaction.remove_words import list_redaction_places, mask_words
from tracker.safety.redaction.files import RedactedFile
from tracker.safety.redaction.terms import RedactionTerms

TERMS = RedactionTerms(["Ivan Testov"])


def places(path: str, text: str) -> list[tuple[str, str, str, str]]:
    file = RedactedFile(Path("/anywhere") / path, (1,), text.encode(), after=b"")
    return [(one.file.label, one.file.id, one.field, one.sentence) for one in list_redaction_places([file], TERMS)]


def test_each_sentence_is_shown_once_with_its_record_and_field():
    text = (
        "title: {en: A law, ru: Ivan Testov}\n"
        "summary: |\n  It rained. Then Ivan\n  Testov spoke! It ended.\n"
        "assessments:\n  - {reason: Ivan Testov asked.}\n"
        "history:\n  - {field: summary, old: 'Ivan Testov wrote.'}\n"
    )
    assert places("recommendations/r1.yaml", text) == [
        ("Recommendation", "r1", "Title", "[…]"),
        ("Recommendation", "r1", "Summary", "Then […] spoke!"),
        ("Recommendation", "r1", "Reason", "[…] asked."),
        ("Recommendation", "r1", "Earlier text", "[…] wrote."),
    ]


def test_a_long_sentence_is_shortened_around_the_words():
    (place,) = places("evidence/law.yaml", f"summary: {'before ' * 50}Ivan Testov {'after ' * 50}\n")
    assert place[3].startswith("…before ") and place[3].endswith(" after…") and "e […] a" in place[3]
    assert len(place[3]) < 260


def test_a_comment_an_id_and_a_file_of_another_kind_have_no_sentence():
    assert places("notes/r1.yaml", "# Ivan Testov\nnotes: []\n") == [("Private notes", "r1", "", "")]
    assert places("documents.yaml", "documents:\n  - {id: ivan-testov}\n") == [("Documents", "", "", "")]
    assert places("people.json", '{"ivan testov": 1}') == [("Another file of the dashboard", "", "", "")]


def test_words_that_stand_in_a_link_too_are_masked_with_all_around_them():
    assert mask_words("Ivan Testov: https://example.org/ivan-testov", TERMS) == "[…]"
    assert mask_words("Nobody spoke.", TERMS) == "Nobody spoke."
