"""Who may sign in: roles, one-time links, sessions, and what ends them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.accounts.accounts import (
    DAYS_OF_A_SESSION,
    NotInvited,
    NotLetIn,
    People,
    Why,
    invited,
    let_in,
    own_path,
    person,
    proposal,
    revoked,
    session,
    signed_out,
    whose,
)
from tracker.model.fields import Handle
from tracker.model.permissions import PERMISSIONS, READER, Permission, Person, Role, is_handle

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = "editor-anna"


def later(**time: int) -> datetime:
    return NOW + timedelta(**time)


@pytest.fixture
def people() -> tuple[People, str]:
    """Anna is invited as an editor; the token of her link."""
    return invited(People(key="k" * 64), ANNA, Role.EDITOR, at=NOW)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.READER, [Permission.READ]),
        (Role.EDITOR, [Permission.READ, Permission.SAVE, Permission.SEE_HEALTH, Permission.SEE_PRIVATE]),
        (Role.REVIEWER, list(Permission)),
    ],
)
def test_who_may_do_what_is_one_table(role, may):
    assert [deed for deed in Permission if Person(role).can(deed)] == may
    assert set(PERMISSIONS) == set(Role)


def test_a_link_lets_somebody_in_once(people):
    now, token = people
    after, one = let_in(now, token, later(days=6))
    assert (one.handle, person(after, session(after, one, NOW), NOW)) == (ANNA, Person(Role.EDITOR, ANNA))
    with pytest.raises(NotLetIn, match="was used already") as refused:
        let_in(after, token, NOW)
    assert refused.value.why is Why.USED


def test_a_look_at_a_link_uses_nothing_up(people):
    now, token = people
    assert [whose(now, token, NOW).handle for _look in range(3)] == [ANNA] * 3
    assert let_in(now, token, NOW)[1].handle == ANNA


def test_only_a_hash_of_the_token_is_kept(people):
    now, token = people
    assert (len(token) >= 43, token in repr(now)) == (True, False)


@pytest.mark.parametrize("token", ["", "x", "я", "a" * 43, "\0"])
def test_a_wrong_link_lets_nobody_in(people, token):
    with pytest.raises(NotLetIn, match="not known here"):
        whose(people[0], token, NOW)


def test_a_link_is_good_for_seven_days_unless_it_says_otherwise(people):
    now, token = people
    assert whose(now, token, later(days=7, seconds=-1)).handle == ANNA
    with pytest.raises(NotLetIn, match="too old"):
        whose(now, token, later(days=7))
    short, token = invited(now, "editor-bolot", Role.EDITOR, at=NOW, days=1)
    with pytest.raises(NotLetIn, match="too old"):
        whose(short, token, later(days=1))


def test_a_newer_link_takes_the_place_of_the_older_and_sessions_stay(people):
    now, first = people
    used, one = let_in(now, first, NOW)
    cookie = session(used, one, NOW)
    after, second = invited(used, ANNA, Role.REVIEWER, at=NOW, again=True)
    with pytest.raises(NotLetIn, match="not known here"):
        whose(after, first, NOW)
    assert whose(after, second, NOW).handle == ANNA
    assert person(after, cookie, NOW) == Person(Role.REVIEWER, ANNA)  # the role is asked as of now


def test_two_people_with_the_same_handle_are_not_possible(people):
    now, _token = people
    with pytest.raises(NotInvited, match="editor-anna is somebody's handle already"):
        invited(now, ANNA, Role.EDITOR, at=NOW)
    with pytest.raises(NotInvited, match="editor-bolot is somebody's handle already"):
        invited(now, "editor-bolot", Role.EDITOR, at=NOW, taken={"editor-bolot"})
    gone = revoked(now, ANNA)
    with pytest.raises(NotInvited, match="For the same person, say --again"):
        invited(gone, ANNA, Role.EDITOR, at=NOW)
    back, token = invited(gone, ANNA, Role.EDITOR, at=NOW, again=True)
    assert (whose(back, token, NOW).handle, len(back.people)) == (ANNA, 1)


@pytest.mark.parametrize("handle", ["", "a", "a" * 32, "Anna", "анна", "a b", "-ab", "ab\n", "a_b", "../x", "é1"])
def test_what_is_no_handle_is_refused_with_a_proposal(handle):
    with pytest.raises(
        NotInvited, match=r"files that may become public: choose one that tells nothing, such as editor-"
    ):
        invited(People(key="k"), handle, Role.EDITOR, at=NOW)


def test_a_proposal_is_a_handle_that_tells_nothing():
    assert all(is_handle(proposal()) and proposal().startswith("editor-") for _ in range(50))
    assert Handle.__metadata__[0].pattern == "^[a-z0-9][a-z0-9-]{1,30}$"


@pytest.mark.parametrize(("role", "days"), [(Role.READER, 7), (Role.EDITOR, 0), (Role.EDITOR, -1), (Role.EDITOR, 91)])
def test_an_invitation_has_a_role_that_edits_and_some_days(role, days):
    with pytest.raises(NotInvited, match="Only an editor or a reviewer is invited, for 1 to 90 days"):
        invited(People(key="k"), ANNA, role, at=NOW, days=days)


def test_a_session_ends_by_itself(people):
    now, token = people
    after, one = let_in(now, token, NOW)
    cookie = session(after, one, NOW)
    assert person(after, cookie, later(days=DAYS_OF_A_SESSION, seconds=-1)).handle == ANNA
    assert person(after, cookie, later(days=DAYS_OF_A_SESSION)) == READER


def test_signing_out_ends_every_session_and_no_one_elses(people):
    both, _ = invited(people[0], "editor-bolot", Role.EDITOR, at=NOW)
    anna, bolot = both.people
    cookies = [session(both, anna, NOW), session(both, anna, later(days=1)), session(both, bolot, NOW)]
    after = signed_out(both, ANNA)
    assert [person(after, cookie, NOW).handle for cookie in cookies] == ["", "", "editor-bolot"]
    again = after.known(ANNA)
    assert person(after, session(after, again, NOW), NOW).handle == ANNA
    assert signed_out(after, "nobody") == after


def test_revoking_ends_sessions_and_the_link(people):
    now, token = people
    cookie = session(now, now.people[0], NOW)
    after = revoked(now, ANNA)
    assert person(after, cookie, NOW) == READER
    with pytest.raises(NotLetIn, match="taken back"):
        let_in(after, token, NOW)
    marked_by_hand = now.put(replace(now.people[0], revoked=True))
    assert person(marked_by_hand, cookie, NOW) == READER
    # an invitation of later brings no session of before back
    back, _token = invited(after, ANNA, Role.EDITOR, at=NOW, again=True)
    assert person(back, cookie, NOW) == READER
    with pytest.raises(NotInvited, match="Nobody has the handle 'nobody'"):
        revoked(now, "nobody")


def test_a_cookie_that_somebody_changed_is_a_readers(people):
    now, _token = people
    cookie = session(now, now.people[0], NOW)
    assert person(now, cookie, NOW).handle == ANNA
    for at in range(len(cookie)):
        other = "A" if cookie[at] != "A" else "B"
        changed = cookie[:at] + other + cookie[at + 1 :]
        # the last letter of a signature has bits that mean nothing
        assert at == len(cookie) - 1 or person(now, changed, NOW) == READER, at
    for wrong in ("", "x", cookie + "x", cookie[:-5], "я", "." * 5, "a" * 10_000):
        assert person(now, wrong, NOW) == READER, wrong
    assert person(People(key="other", people=now.people), cookie, NOW) == READER
    keyless = People(people=now.people)
    assert person(keyless, session(keyless, now.people[0], NOW), NOW) == READER  # without a key nobody is anybody


@pytest.mark.parametrize(
    "value",
    [None, 7, [], ["editor-anna"], {"handle": "editor-anna"}, [None, 0, 9e12], [[], 0, 9e12], ["editor-anna", 0, None]],
)
def test_a_signed_cookie_of_another_form_is_a_readers(people, value):
    from tracker.accounts.accounts import _signer

    assert person(people[0], _signer(people[0]).dumps(value), NOW) == READER


@pytest.mark.parametrize("address", ["/", "/recommendation?id=r1&lang=ru#e-x", "/?q=https://x.example//y", "/é"])
def test_a_link_leads_on_to_an_own_page(address):
    assert own_path(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "x", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example",
     "/a\nb", "/a\r\nSet-Cookie: x=y", " /x", "/\0", "/\u202e", "/" + "a" * 2001, "/a\\b"],
)  # fmt: skip
def test_a_link_leads_nowhere_else(address):
    assert own_path(address) == "/"
