"""The pages to sign in with a one-time link and to sign out, and the page for reminders by mail.

Opening a link only shows a button. The link is used when the person presses the button.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tracker.accounts import reminders
from tracker.accounts.accounts import (
    SESSION_DAYS,
    Accounts,
    account_for_token,
    issue_session,
    redeem_invite,
    safe_redirect_path,
    sign_out_everywhere,
)
from tracker.accounts.accounts_file import accounts_file, person_from_cookies
from tracker.config import Config
from tracker.i18n import LANGUAGES
from tracker.model.errors import InviteRejected, NoDataset, StateUnavailable
from tracker.model.labels import N_
from tracker.publishing.render_context import render
from tracker.web.responses import CachedResponder, language_of, unavailable_response, without_past

MAX_BODY_BYTES = 8_000
"""The largest body of a submitted form, in bytes."""
NO_STORE_HEADERS = {"Cache-Control": "no-store"}
# The error itself names a folder of the machine: only its owner may see that.
_NO_SIGN_IN = N_(
    "Signing in and out does not work now. The person who runs this dashboard can see why with: python -m tracker people"
)


class SignInRoutes:
    """The pages /sign-in, /sign-out and /reminders. `cookie` is the name of the session cookie."""

    def __init__(self, responder: CachedResponder, config: Config, cookie: str) -> None:
        self.responder, self.config, self.cookie = responder, config, cookie
        self.secure = config.public_url.startswith("https://")

    def routes(self) -> list[Route]:
        """Return the routes of these pages, for GET and POST."""
        pages = {"/reminders": self._reminders, "/sign-in": self._sign_in, "/sign-out": self._sign_out_everywhere}
        return [Route(path, partial(_answer, page), methods=["GET", "POST"]) for path, page in pages.items()]

    def _reminders(self, request: Request, form: dict[str, str]) -> Response:
        """If the form has the token of a link from a mail, return the page for this link. Otherwise return the own reminders."""
        if does := next((link for link in reminders.ReminderLink if form.get(link)), None):
            return self._use_reminder_link(request, does, form[does])
        return self._own_reminders(request, form)

    def _use_reminder_link(self, request: Request, does: reminders.ReminderLink, token: str) -> Response:
        """Show a button for a link from a mail. On POST, do what the link is for (`does`): confirm or stop reminders."""

        def use(people: Accounts) -> tuple[Accounts, bool]:
            now = datetime.now(UTC)
            account = reminders.account_for_reminder_link(people, token, does, at=now)
            if account is None or request.method != "POST":
                return people, account is not None
            if does is reminders.ReminderLink.CONFIRM:
                return reminders.confirm_reminders(people, account, now), True
            return reminders.stop_reminders(people, account.handle), True

        file = accounts_file(self.config)
        works = file.update(use) if request.method == "POST" else use(file.read())[1]
        state = f"{does}-{'done' if request.method == 'POST' else 'ask'}" if works else "old-link"
        status, keep = 200 if works else 403, [(does.value, token)]
        return self._page(request, "accounts/reminders.html", status, state=state, does=does, token=token, keep=keep)

    def _own_reminders(self, request: Request, form: dict[str, str]) -> Response:
        """Show the reminders of the person who is signed in. On POST, first request them, or stop them."""
        file, now = accounts_file(self.config), datetime.now(UTC)
        person = person_from_cookies(request.cookies, self.cookie, self.config)
        address = form.get("address", "").strip()
        if not person.handle:
            return self._page(request, "accounts/reminders.html", state="reader")
        is_wrong = request.method == "POST" and "off" not in form and not reminders.is_mail_address(address)
        if request.method == "POST" and not is_wrong:
            language = language_of(request).code

            def change(people: Accounts) -> tuple[Accounts, None]:
                if "off" in form or not self.config.mail_from:
                    return reminders.stop_reminders(people, person.handle), None
                return reminders.request_reminders(
                    people, person.handle, address=address, language=language, at=now
                ), None

            file.update(change)
        account = file.read().find(person.handle)
        known = account.reminders if account else None
        state = ("waiting" if known.until else "on") if known else "off" if self.config.mail_from else "none"
        # whoever looks over a shoulder does not read the whole address
        shown = re.sub("(?<=.)[^@]*", "…", known.address, count=1) if known else ""
        return self._page(request, "accounts/reminders.html", state=state, address=shown, is_wrong=is_wrong)

    def _sign_in(self, request: Request, form: dict[str, str]) -> Response:
        """If the sign-in link is valid, show a button; otherwise show why it is not. On POST, use the link to sign in."""
        template, now, token = "accounts/sign_in.html", datetime.now(UTC), form.get("token", "")
        leads_to = safe_redirect_path(form.get("next", "/"))
        chosen = request.query_params.get("lang") or dict(parse_qsl(urlsplit(leads_to).query)).get("lang")
        if chosen in LANGUAGES:
            scope = {**request.scope, "query_string": _with_language(request.url.query, chosen).encode()}
            parts = urlsplit(leads_to)
            request = Request(scope, request.receive)
            leads_to = parts._replace(query=_with_language(parts.query, chosen)).geturl()
        file = accounts_file(self.config)
        if not token:
            return self._page(request, template, handle="", refusal="")
        try:
            if request.method != "POST":
                handle, keep = account_for_token(file.read(), token, now).handle, [("token", token), ("next", leads_to)]
                shown = partial(self._page, request, template, handle=handle, keep=keep)
                return shown(refusal="", token=token, leads_to=leads_to)
            account = file.update(lambda accounts: redeem_invite(accounts, token, now))
        except InviteRejected as error:
            return self._page(request, template, 403, handle="", refusal=error.why.label)
        response = RedirectResponse(leads_to, 303, NO_STORE_HEADERS)
        session, seconds = issue_session(file.read(), account, now), SESSION_DAYS * 86_400
        response.set_cookie(self.cookie, session, seconds, path="/", secure=self.secure, httponly=True, samesite="lax")
        return response

    def _sign_out_everywhere(self, request: Request, _form: dict[str, str]) -> Response:
        """Show a button that ends all sessions of this person. On POST, end the sessions and confirm it."""
        handle = person_from_cookies(request.cookies, self.cookie, self.config).handle
        done = request.method == "POST" and bool(handle)
        if done:
            accounts_file(self.config).update(lambda accounts: (sign_out_everywhere(accounts, handle), None))
        response = self._page(request, "accounts/sign_out.html", handle=handle, done=done)
        if request.method == "POST":
            response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")
        return response

    def _page(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        """Return a page that is made from the template and never cached. Return 503 if there is no data."""
        try:
            # Relative links, so that they keep the host name in the browser: the cookie is for that name only.
            context = replace(self.responder.view_request(without_past(request)), origin="")
        except NoDataset as error:
            return unavailable_response(request, error)
        keep = values.pop("keep", ())
        html = render(template, context, days=SESSION_DAYS, here=request.url.path, keep=keep, **values)
        return HTMLResponse(html, status, NO_STORE_HEADERS)


def _with_language(query: str, code: str) -> str:
    """Return the query string with `lang` set to `code`, as its last parameter."""
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "lang"]
    return urlencode([*kept, ("lang", code)])


async def _answer(page: Callable[[Request, dict[str, str]], Response], request: Request) -> Response:
    """Return what `page` returns for the request and its form: the body of a POST, otherwise the URL parameters."""
    form = dict(request.query_params)
    if request.method == "POST":
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise HTTPException(413, "The form is too long.")
        # of a field that is repeated, the first value counts
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    try:
        return await run_in_threadpool(page, request, form)
    except StateUnavailable:
        return unavailable_response(request, StateUnavailable(_NO_SIGN_IN))
