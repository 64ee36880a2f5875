"""What editors see on "To do" about an attached file that is missing."""

from tests.support.form_pages import html, opening
from tests.support.story_folder import NEWS

DIGEST = "ab" * 32
FILES = f"""\
files:
  - {{sha256: {DIGEST}, kind: pdf, name: <b>law</b>.pdf, size: 3}}
"""


def test_a_missing_file_is_named_with_its_record_and_without_a_path(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, {"evidence/law.yaml": NEWS + FILES})
    shown = html(opened("data_health"))
    assert 'Evidence: <a href="/evidence?lang=en#e-law">24.kg</a>' in shown
    assert "the file &lt;b&gt;law&lt;/b&gt;.pdf is missing; restore it from a backup, or withdraw it" in shown
    assert (DIGEST in shown, ".yaml" in shown, "files/" in shown) == (False, False, False)
    kept = tmp_path / "data" / "files" / f"{DIGEST}.pdf"
    kept.parent.mkdir()
    kept.write_bytes(b"old")
    (kept.parent / f"{'c' * 64}.pdf").write_bytes(b"nobody names it")
    shown = html(opened("data_health"))
    assert "is missing; restore" not in shown
    assert "the preview of the file &lt;b&gt;law&lt;/b&gt;.pdf is missing; make it again on the server with" in shown
    assert "no record names" not in shown
