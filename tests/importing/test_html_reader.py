"""Pages as browsers save them."""

from tracker.importing.documents.html_reader import read_html


def blocks(body: str) -> list[str]:
    page = f"<html><head><title>Page</title></head><body>{body}</body></html>"
    return [f"{block.label} {block.text}".strip() for block in read_html(page).blocks]


def test_menus_notices_scripts_and_hidden_text_are_left_out():
    assert blocks(
        "<nav>Home</nav><div class='cookie-consent'>Accept</div><script>x()</script><div role=navigation>Menu</div>"
        "<p style='display: none'>hidden</p><p aria-hidden=true>hidden</p><aside>See also</aside>"
        "<p>1. The text&nbsp;of the <b>docu</b>ment.</p><div id='site-footer'>Contact</div><button>Print</button>"
        "<p><del>old</del><ins>new</ins></p>"
    ) == ["1. The text of the document.", "new"]


def test_lists_are_counted_as_the_browser_does():
    assert blocks(
        "<style>ol.x {color: red; list-style: lower-alpha}</style><ol start=5><li>five<li value=9>nine<li>ten</ol>"
        "<ol class=x><li>one<ol type=i><li>sub</li><li>sub</li></ol></li><li>two</li></ol>"
        "<ol type=A><li>head</ol><ul><li>dot</ul><ol style='list-style-type:none'><li>7. typed</ol>"
    ) == [
        "5. five", "9. nine", "10. ten", "(a) one", "(i) sub", "(ii) sub", "(b) two", "A. head", "• dot", "7. typed",
    ]  # fmt: skip


def test_footnotes_are_notes_and_their_marks_go():
    source = read_html(
        "<p>Text.<sup>1</sup> More<a href='#_ftn2'>[2]</a>, 5 m<sup>th</sup>.</p><div id=ftn1><p>1 First note.</p></div>"
        "<ol class=footnotes><li>Second note.</ol><p><sup>*</sup> Adopted.</p><p> <sup>3</sup>See 4.</p><p>End.<sup>3</sup></p>"
    )
    assert [block.text for block in source.blocks] == ["Text. More, 5 mth.", "End."]
    assert source.notes == ("First note.", "Second note.", "Adopted.", "See 4.")


def test_the_masthead_in_a_header_is_kept():
    page = "<header><p>CAT/C/RUR/CO/3</p></header><header><a>Site</a></header><p>1. Text.</p>"
    assert blocks(page) == ["CAT/C/RUR/CO/3", "1. Text."]
