"""Who may sign in: roles, one-time links, sessions, and what ends them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.examples import examples
from tracker.accounts.accounts import (
    SESSION_DAYS,
    Accounts,
    _session_signer,
    account_for_token,
    create_invite,
    issue_session,
    person_from_cookie,
    redeem_invite,
    revoke_account,
    safe_redirect_path,
    sign_out_everywhere,
    suggest_handle,
)
from tracker.model.errors import InvalidInvite, InviteRejected, RejectReason
from tracker.model.field_types import Handle
from tracker.model.permissions import PERMISSIONS, READER, Permission, Person, Role, is_handle

EXAMPLES = examples(__file__)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = "editor-anna"


def later(**time: int) -> datetime:
    return NOW + timedelta(**time)


@pytest.fixture
def people() -> tuple[Accounts, str]:
    """Anna is invited as an editor; the token of her link."""
    return create_invite(Accounts(key="k" * 64), ANNA, Role.EDITOR, at=NOW)


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
    after, one = redeem_invite(now, token, later(days=6))
    assert (one.handle, person_from_cookie(after, issue_session(after, one, NOW), NOW)) == (
        ANNA,
        Person(Role.EDITOR, ANNA),
    )
    with pytest.raises(InviteRejected, match="was used already") as refused:
        redeem_invite(after, token, NOW)
    assert refused.value.why is RejectReason.USED


def test_a_look_at_a_link_uses_nothing_up(people):
    now, token = people
    assert [account_for_token(now, token, NOW).handle for _look in range(3)] == [ANNA] * 3
    assert redeem_invite(now, token, NOW)[1].handle == ANNA


def test_only_a_hash_of_the_token_is_kept(people):
    now, token = people
    assert (len(token) >= 43, token in repr(now)) == (True, False)


@pytest.mark.parametrize("token", ["", "x", "я", "a" * 43, "\0"])
def test_a_wrong_link_lets_nobody_in(people, token):
    with pytest.raises(InviteRejected, match="is not known"):
        account_for_token(people[0], token, NOW)


def test_a_link_is_good_for_seven_days_unless_it_says_otherwise(people):
    now, token = people
    assert account_for_token(now, token, later(days=7, seconds=-1)).handle == ANNA
    with pytest.raises(InviteRejected, match="too old"):
        account_for_token(now, token, later(days=7))
    short, token = create_invite(now, "editor-bolot", Role.EDITOR, at=NOW, days=1)
    with pytest.raises(InviteRejected, match="too old"):
        account_for_token(short, token, later(days=1))


def test_a_newer_link_takes_the_place_of_the_older_and_its_use_ends_the_sessions_before(people):
    now, first = people
    used, one = redeem_invite(now, first, NOW)
    cookie = issue_session(used, one, NOW)
    after, second = create_invite(used, ANNA, Role.REVIEWER, at=NOW, again=True)
    with pytest.raises(InviteRejected, match="is not known"):
        account_for_token(after, first, NOW)
    assert account_for_token(after, second, NOW).handle == ANNA
    assert person_from_cookie(after, cookie, NOW) == Person(Role.REVIEWER, ANNA)  # the role is asked as of now
    # who intercepted the first link and used it is out when the person uses the second one
    after, again = redeem_invite(after, second, NOW)
    assert person_from_cookie(after, cookie, NOW) == READER
    assert person_from_cookie(after, issue_session(after, again, NOW), NOW) == Person(Role.REVIEWER, ANNA)


def test_a_new_link_changes_only_what_it_names(people):
    now, _token = create_invite(people[0], ANNA, Role.REVIEWER, at=NOW, again=True, organisation="watch")
    same, _token = create_invite(now, ANNA, at=NOW, again=True)
    assert (same.people[0].role, same.people[0].organisation) == (Role.REVIEWER, "watch")
    gone = revoke_account(now, ANNA)
    with pytest.raises(InvalidInvite, match=r"editor-anna was revoked.*add --lift-revocation"):
        create_invite(gone, ANNA, at=NOW, again=True)


def test_two_people_with_the_same_handle_are_not_possible(people):
    now, _token = people
    with pytest.raises(InvalidInvite, match="editor-anna is already in use as a handle"):
        create_invite(now, ANNA, Role.EDITOR, at=NOW)
    with pytest.raises(InvalidInvite, match="editor-bolot is already in use as a handle"):
        create_invite(now, "editor-bolot", Role.EDITOR, at=NOW, taken={"editor-bolot"})
    gone = revoke_account(now, ANNA)
    with pytest.raises(InvalidInvite, match="For the same person, add --again"):
        create_invite(gone, ANNA, Role.EDITOR, at=NOW)
    back, token = create_invite(gone, ANNA, at=NOW, again=True, lift_revocation=True)
    assert (account_for_token(back, token, NOW).handle, len(back.people)) == (ANNA, 1)


@pytest.mark.parametrize("handle", ["", "a", "a" * 32, "Anna", "анна", "a b", "-ab", "ab\n", "a_b", "../x", "é1"])
def test_what_is_no_handle_is_refused_with_a_proposal(handle):
    with pytest.raises(InvalidInvite, match=r"so choose one that says nothing about them, such as editor-"):
        create_invite(Accounts(key="k"), handle, Role.EDITOR, at=NOW)


def test_a_proposal_is_a_handle_that_tells_nothing():
    assert all(is_handle(suggest_handle()) and suggest_handle().startswith("editor-") for _ in range(50))
    assert Handle.__metadata__[0].pattern == "^[a-z0-9][a-z0-9-]{1,30}$"


@pytest.mark.parametrize(("role", "days"), [(Role.READER, 7), (Role.EDITOR, 0), (Role.EDITOR, -1), (Role.EDITOR, 91)])
def test_an_invitation_has_a_role_that_edits_and_some_days(role, days):
    with pytest.raises(InvalidInvite, match="Only editors and reviewers can be invited, for 1 to 90 days"):
        create_invite(Accounts(key="k"), ANNA, role, at=NOW, days=days)


def test_a_session_ends_by_itself(people):
    now, token = people
    after, one = redeem_invite(now, token, NOW)
    cookie = issue_session(after, one, NOW)
    assert person_from_cookie(after, cookie, later(days=SESSION_DAYS, seconds=-1)).handle == ANNA
    assert person_from_cookie(after, cookie, later(days=SESSION_DAYS)) == READER


def test_signing_out_ends_every_session_and_no_one_elses(people):
    both, _ = create_invite(people[0], "editor-bolot", Role.EDITOR, at=NOW)
    anna, bolot = both.people
    cookies = [
        issue_session(both, anna, NOW),
        issue_session(both, anna, later(days=1)),
        issue_session(both, bolot, NOW),
    ]
    after = sign_out_everywhere(both, ANNA)
    assert [person_from_cookie(after, cookie, NOW).handle for cookie in cookies] == ["", "", "editor-bolot"]
    again = after.find(ANNA)
    assert person_from_cookie(after, issue_session(after, again, NOW), NOW).handle == ANNA
    assert sign_out_everywhere(after, "nobody") == after


def test_revoking_ends_sessions_and_the_link(people):
    now, token = people
    cookie = issue_session(now, now.people[0], NOW)
    after = revoke_account(now, ANNA)
    assert person_from_cookie(after, cookie, NOW) == READER
    with pytest.raises(InviteRejected, match="was cancelled"):
        redeem_invite(after, token, NOW)
    marked_by_hand = now.with_account(replace(now.people[0], revoked=True))
    assert person_from_cookie(marked_by_hand, cookie, NOW) == READER
    # an invitation of later brings no session of before back
    back, _token = create_invite(after, ANNA, at=NOW, again=True, lift_revocation=True)
    assert person_from_cookie(back, cookie, NOW) == READER
    with pytest.raises(InvalidInvite, match="No one has the handle 'nobody'"):
        revoke_account(now, "nobody")


def test_a_cookie_that_somebody_changed_is_a_readers(people):
    now, _token = people
    cookie = issue_session(now, now.people[0], NOW)
    assert person_from_cookie(now, cookie, NOW).handle == ANNA
    for at in range(len(cookie)):
        other = "A" if cookie[at] != "A" else "B"
        changed = cookie[:at] + other + cookie[at + 1 :]
        # the last letter of a signature has bits that mean nothing
        assert at == len(cookie) - 1 or person_from_cookie(now, changed, NOW) == READER, at
    for wrong in ("", "x", cookie + "x", cookie[:-5], "я", "." * 5, "a" * 10_000):
        assert person_from_cookie(now, wrong, NOW) == READER, wrong
    assert person_from_cookie(Accounts(key="other", people=now.people), cookie, NOW) == READER
    keyless = Accounts(people=now.people)
    assert (
        person_from_cookie(keyless, issue_session(keyless, now.people[0], NOW), NOW) == READER
    )  # without a key nobody is anybody


@pytest.mark.parametrize(
    "value",
    [None, 7, [], ["editor-anna"], {"handle": "editor-anna"}, [None, 0, 9e12], [[], 0, 9e12], ["editor-anna", 0, None]],
)
def test_a_signed_cookie_of_another_form_is_a_readers(people, value):
    assert person_from_cookie(people[0], _session_signer(people[0]).dumps(value), NOW) == READER


@pytest.mark.parametrize("address", ["/", "/recommendation?id=r1&lang=ru#e-x", "/?q=https://x.example//y", "/é"])
def test_a_link_leads_on_to_an_own_page(address):
    assert safe_redirect_path(address) == address


@pytest.mark.parametrize("address", EXAMPLES["a link leads nowhere else"])
def test_a_link_leads_nowhere_else(address):
    assert safe_redirect_path(address) == "/"


def test_a_session_says_for_which_organisation_the_person_assesses(people):
    accounts, token = create_invite(Accounts(key="k" * 64), ANNA, Role.EDITOR, at=NOW, organisation="watch")
    accounts, account = redeem_invite(accounts, token, NOW)
    cookie = issue_session(accounts, account, NOW)
    assert person_from_cookie(accounts, cookie, NOW) == Person(Role.EDITOR, ANNA, "watch")
    # a change counts at once, also for who is signed in
    accounts, _token = create_invite(accounts, ANNA, Role.EDITOR, at=NOW, again=True, organisation="centre")
    assert person_from_cookie(accounts, cookie, NOW).organisation == "centre"
