"""Signing in and out, as the server answers it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.support.http_client import PAGE, RECORD, is_editors, link, say
from tests.support.server_process import Server
from tests.support.websocket_client import ask
from tracker.accounts.accounts import SESSION_DAYS, Account, Reminders, revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.accounts.reminders import ReminderLink, reminder_token
from tracker.model.permissions import Role


@pytest.fixture
def app(shared_server: Server) -> Server:
    return shared_server


def test_without_a_cookie_everybody_reads_also_on_this_machine(app: Server) -> None:
    seen = "".join(ask(app.url + PAGE).html)
    assert ("Run campaigns against stigma" in seen, RECORD in seen, "Sign out" in seen) == (True, False, False)
    own = "".join(ask(app.url + PAGE, Cookie="=".join(app.cookie())).html)
    me = 'editor-x1 (Editors of this tracker)</span> <a href="/sign-out?lang=en">Sign out</a></span>'
    assert (RECORD in own, me in own) == (True, True)


def test_a_browser_keeps_no_page_of_somebody_signed_in_and_can_ask_whether_the_sign_in_still_holds(app: Server) -> None:
    cookie = {"Cookie": "=".join(app.cookie("editor-x5"))}
    headers = say(app, "GET", PAGE)[1]
    again = {"If-None-Match": headers["ETag"]}
    told = [say(app, "GET", PAGE, **more) for more in (again, cookie, cookie | again)]
    assert [(status, got["Cache-Control"]) for status, got, _body in told] == [
        (304, "public, max-age=0, must-revalidate, s-maxage=5"),
        (200, "no-store"),
        (200, "no-store"),
    ]

    def mark(**headers: str) -> str:
        return str(say(app, "GET", "/readyz", **headers)[1]["Sign-In"])

    (drawn,) = re.findall(r'data-sign-in="(\w+)"', "".join(ask(app.url + PAGE, **cookie).html))
    assert (mark(), mark(**cookie)) == ("-", drawn)
    accounts = AccountsFile(app.state)
    accounts.update(lambda p: (p.with_account(Account("editor-x5", Role.REVIEWER, organisation="editors")), None))
    assert mark(**cookie) not in (drawn, "-")
    accounts.update(lambda people: (revoke_account(people, "editor-x5"), None))
    assert mark(**cookie) == "-"


def test_the_first_page_after_a_sign_in_ended_deletes_its_cookies(server: Callable[..., Server]) -> None:
    app = server(TRACKER_PUBLIC_URL="https://tracker.example.org")
    name, value = app.cookie("editor-x6")
    both = {"Cookie": f"{name}={value}; _streamlit_xsrf=x"}

    def set_cookies(path: str = PAGE, **headers: str) -> list[str]:
        return sorted(say(app, "GET", path, **headers)[1].get_all("Set-Cookie") or [])

    assert set_cookies(**both) == []
    AccountsFile(app.state).update(lambda people: (revoke_account(people, "editor-x6"), None))
    same = "Max-Age=0; Path=/; SameSite=lax; Secure"
    deleted = [f'{name}=""; {same}; HttpOnly', f'_streamlit_xsrf=""; {same}']
    assert (set_cookies(**both), set_cookies("/no-such-page", **both)) == (deleted, deleted)
    assert (set_cookies(Cookie="_streamlit_xsrf=x"), set_cookies()) == ([], [])
    # who signs in again keeps the new cookie, and a picture that caches keep for all says nothing
    token = link(app, "editor-x7")
    here = {"Origin": "https://tracker.example.org", **both}
    _status, got, _body = say(app, "POST", "/sign-in", {"token": token, "next": "/"}, **here)
    kept = [one for one in got.get_all("Set-Cookie", []) if one.startswith(name)]
    assert (len(kept), "Max-Age=0" in kept[0], set_cookies("/favicon.png", **both)) == (1, False, [])


def test_a_link_is_looked_at_used_and_leads_on(app: Server) -> None:
    token = link(app)
    asked = {"token": token, "next": PAGE}
    for _messenger in range(3):
        status, headers, body = say(app, "GET", "/sign-in?" + urlencode(asked))
        assert (status, headers["Set-Cookie"], headers["Cache-Control"]) == (200, None, "no-store")
        assert "Sign in as editor-x1" in body and "<script" not in body
        assert say(app, "HEAD", "/sign-in?" + urlencode(asked))[0] == 200
    status, headers, _body = say(app, "POST", "/sign-in", asked)
    assert (status, headers["Location"], headers["Cache-Control"]) == (303, PAGE, "no-store")
    cookie, *about = headers["Set-Cookie"].split("; ")
    assert sorted(about) == ["HttpOnly", f"Max-Age={SESSION_DAYS * 86_400}", "Path=/", "SameSite=lax"]
    assert is_editors(app, Cookie=cookie)
    for method in ("GET", "POST"):
        status, headers, body = say(app, method, "/sign-in?" + urlencode(asked), asked)
        assert (status, "This link was used already." in body, headers["Set-Cookie"]) == (403, True, None)
    # it leads on to nowhere else; tests/accounts/test_accounts.py has more addresses
    evil = say(app, "POST", "/sign-in", {"token": link(app), "next": "//evil.example"})
    assert (evil[0], evil[1]["Location"]) == (303, "/")


def test_the_chosen_language_stays_until_after_signing_in(app: Server) -> None:
    token, asked = link(app), "/recommendations?q=law&lang=en"
    body = say(app, "GET", "/sign-in?" + urlencode({"token": token, "next": asked, "lang": "ru"}))[2]
    assert '<html lang="ru">' in body and 'name="next" value="/recommendations?q=law&amp;lang=ru"' in body
    # the links to other languages keep the token, and change the language of the next page too
    kyrgyz = urlencode({"lang": "ky", "token": token, "next": "/recommendations?q=law&lang=ru"})
    assert f'<a href="/sign-in?{kyrgyz.replace("&", "&amp;")}" lang="ky"' in body
    _status, headers, _body = say(app, "POST", "/sign-in", {"token": token, "next": "/recommendations?q=law&lang=ru"})
    assert headers["Location"] == "/recommendations?q=law&lang=ru"
    # without a choice it is the language of the next page, then that of the browser
    assert '<html lang="ru">' in say(app, "GET", "/sign-in?" + urlencode({"next": "/?lang=ru"}))[2]
    assert '<html lang="ky">' in say(app, "GET", "/sign-in", **{"Accept-Language": "ky"})[2]


def test_a_link_that_lets_nobody_in_says_why(app: Server) -> None:
    old = link(app, "editor-old", days=1, at=datetime.now(UTC) - timedelta(days=2))
    gone = link(app, "editor-gone")
    AccountsFile(app.state).update(lambda people: (revoke_account(people, "editor-gone"), None))
    words = {"x": "is not known", old: "too old", gone: "was cancelled", "\0\ud7ff" * 40: "is not known"}
    for token, why in words.items():
        for method in ("GET", "POST"):
            asked = "/sign-in?" + urlencode({"token": token, "lang": "en"})
            status, headers, body = say(app, method, asked, {"token": token})
            assert (status, headers["Set-Cookie"], why in body) == (403, None, True)
    assert say(app, "GET", "/sign-in")[0] == 200
    assert say(app, "POST", "/sign-in", {"token": "x" * 10_000})[0] == 413
    hostile = say(app, "GET", "/sign-in?" + urlencode({"token": link(app), "next": '/"><script>alert(7)</script>'}))[2]
    assert "<script>alert" not in hostile


def test_another_sites_page_signs_nobody_in_or_out(app: Server) -> None:
    token, cookie = link(app), "=".join(app.cookie())
    origins = ({"Origin": "https://evil.example"}, {"Origin": "null"})
    for theirs in (*origins, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        for path in ("/sign-in", "/sign-out"):
            status, headers, body = say(app, "POST", path, {"token": token}, Cookie=cookie, **theirs)
            assert (status, headers["Set-Cookie"]) == (403, None)
            assert "not come from a page of this dashboard" in body
    assert is_editors(app, Cookie=cookie)
    assert say(app, "POST", "/sign-in", {"token": token})[0] == 303


def test_signing_out_ends_it_everywhere(app: Server) -> None:
    phone, laptop = ("=".join(app.cookie()) for _device in range(2))
    assert "Sign out editor-x1?" in say(app, "GET", "/sign-out", Cookie=phone)[2]
    assert is_editors(app, Cookie=phone)  # the look ended nothing
    status, headers, body = say(app, "POST", "/sign-out", Cookie=phone)
    assert (status, "Max-Age=0" in headers["Set-Cookie"]) == (200, True)
    assert "editor-x1 is signed out on every device." in body
    assert [is_editors(app, Cookie=cookie) for cookie in (phone, laptop)] == [False, False]
    assert "You are not signed in" in say(app, "POST", "/sign-out", Cookie=phone)[2]
    assert is_editors(app, Cookie="=".join(app.cookie()))  # signing in again works


def test_an_editor_asks_for_reminders_and_only_a_button_confirms_or_stops_them(server: Callable[..., Server]) -> None:
    app = server(TRACKER_MAIL_FROM="tracker@example.org")
    assert "editors who have signed in" in say(app, "GET", "/reminders?lang=en")[2]
    me, address = {"Cookie": "=".join(app.cookie())}, "anna.canary@example.org"
    assert 'href="/reminders?lang=en"' in "".join(ask(app.url + "/deadlines?lang=en", **me).html)
    assert 'href="/reminders' not in "".join(ask(app.url + "/deadlines?lang=en").html)

    def stored() -> Account:
        (account,) = AccountsFile(app.state).read().people
        return account

    def reminders() -> Reminders:
        found = stored().reminders
        assert found
        return found

    for wrong, headers in ((address, {}), ("anna", me), (address, {**me, "Origin": "https://evil.example"})):
        say(app, "POST", "/reminders?lang=ru", {"address": wrong}, **headers)
        assert stored().reminders is None
    body = say(app, "POST", "/reminders?lang=ru", {"address": address}, **me)[2]
    assert ("a…@example.org" in body, address in body, '<html lang="ru">' in body) == (True, False, True)
    assert reminders().language == "ru"
    for does, before, after in ((ReminderLink.CONFIRM, True, False), (ReminderLink.STOP, False, None)):
        token = {does.value: reminder_token(AccountsFile(app.state).read(), stored(), does)}
        for method in ("GET", "HEAD"):
            status, got, _body = say(app, method, "/reminders?" + urlencode(token))
            assert (status, got["Cache-Control"]) == (200, "no-store")
            assert bool(reminders().until) is before, "a program that scans mails opens links"
        assert say(app, "POST", "/reminders", token)[0] == 200
        assert (stored().reminders and bool(reminders().until)) is after
        for method in ("GET", "POST"):
            assert say(app, method, "/reminders?" + urlencode(token), token)[0] == 403
    assert address not in "".join(path.read_text("utf-8") for path in app.state.rglob("*.json"))


def test_without_a_sender_nobody_is_offered_reminders(app: Server) -> None:
    me = {"Cookie": "=".join(app.cookie())}
    assert "sends no mails" in say(app, "GET", "/reminders?lang=en", **me)[2]
    say(app, "POST", "/reminders", {"address": "a@example.org"}, **me)
    assert all(one.reminders is None for one in AccountsFile(app.state).read().people)
    assert 'href="/reminders' not in "".join(ask(app.url + "/deadlines?lang=en", **me).html)
