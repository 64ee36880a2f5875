"""A folded text says something else, and only the lines change that must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.storage.yaml.patch import FOLD_WIDTH, refold
from tracker.storage.yaml.reader import compose, to_values

OLD = ["Use should not be punished, neither", "under the criminal code nor under", "the administrative one."]


def folded(*lines, head=">-"):
    return "\n".join([head, *(f"  {line}" for line in lines)])


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (" ".join(OLD).replace("administrative", "civil"), [*OLD[:2], "the civil one."]),
        (" ".join(OLD).replace("criminal", "penal"), [OLD[0], "under the penal code nor under", OLD[2]]),
        (" ".join(OLD).replace("Use", "Drug use"), ["Drug use should not be punished, neither", *OLD[1:]]),
        (" ".join([OLD[0], OLD[2]]), [OLD[0], OLD[2]]),
        (" ".join([*OLD, "Nor in prison."]), [*OLD, "Nor in prison."]),
    ],
)
def test_the_lines_that_say_the_same_stay(new, lines):
    assert refold(folded(*OLD), " ".join(OLD), new) == folded(*lines)


def test_what_is_new_is_no_wider_than_the_widest_line():
    word = "word " * 40
    put = refold(folded(*OLD), " ".join(OLD), f"{OLD[0]} {word}{OLD[2]}").split("\n")
    assert (put[:2], put[-1]) == (folded(OLD[0]).split("\n"), f"  {OLD[2]}")
    assert max(map(len, put)) <= FOLD_WIDTH < len(put[2]) + len(" word")


def test_a_line_break_at_the_end_stays():
    text = " ".join(OLD)
    assert refold(folded(*OLD, head=">"), text + "\n", text + " No.\n") == folded(*OLD, "No.", head=">")
    assert refold(folded(*OLD, head=">"), text + "\n", text + " No.") is None


@pytest.mark.parametrize(
    ("written", "new"),
    [
        (folded(*OLD), "In two\nlines"),
        (folded(*OLD), "two  blanks"),
        (folded(*OLD), "nothing of it"),
        (folded(OLD[0], "", OLD[2]), " ".join(OLD)),
        (folded(OLD[0], "  further in", OLD[2]), " ".join(OLD)),
        (">-", "new"),
    ],
)
def test_what_is_not_simply_folded_is_left_to_others(written, new):
    assert refold(written, " ".join(OLD), new) is None


words = st.lists(st.text("abc#-:\u00a0яё", min_size=1, max_size=30), min_size=1, max_size=40)


@pytest.mark.slow
@given(st.lists(words, min_size=1, max_size=5), words, st.integers(0, 4), st.sampled_from([">-", ">"]))
def test_it_reads_back_as_what_was_asked(lines, more, place, head):
    old = [" ".join(line) for line in lines]
    new = " ".join([*old[:place], " ".join(more), *old[place + 1 :]])
    end = "" if head == ">-" else "\n"
    put = refold(folded(*old, head=head), " ".join(old) + end, new + end)
    if put is not None:
        assert to_values(compose(f"a: {put}\nb: c\n")) == {"a": new + end, "b": "c"}
