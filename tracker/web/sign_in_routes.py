"""Signing in with a one-time link, and signing out. A look at a link uses nothing up: only the button does."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tracker.accounts.accounts import (
    SESSION_DAYS,
    account_for_token,
    issue_session,
    redeem_invite,
    safe_redirect_path,
    sign_out_everywhere,
)
from tracker.accounts.accounts_file import accounts_file
from tracker.accounts.sessions import person_from_cookies
from tracker.config import Config
from tracker.model.errors import REJECT_MESSAGES, InviteRejected, NoDataset, StateUnavailable
from tracker.publishing.html import render
from tracker.web.responses import CachedResponder

MAX_BODY_BYTES = 8_000
"""Bytes that a form of ours can have."""
NO_STORE_HEADERS = {"Cache-Control": "no-store"}
# what is wrong names a folder of the machine: that is for its owner alone
STATE_UNAVAILABLE_MESSAGE = (
    "Nobody can sign in or out now. Whoever runs this dashboard sees why with: python -m tracker people"
)


class SignInRoutes:
    """Where people sign in and out."""

    def __init__(self, answers: CachedResponder, places: Config, cookie: str) -> None:
        self.answers, self.places, self.cookie = answers, places, cookie
        self.secure = places.public_url.startswith("https://")

    def routes(self) -> list[Route]:
        """The addresses of the desk."""
        return [
            Route("/sign-in", self.sign_in, methods=["GET", "POST"]),
            Route("/sign-out", self.sign_out, methods=["GET", "POST"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """The page with the button, or what is wrong with the link; the button leads on to where the link was for."""
        form = await _form(request) if request.method == "POST" else dict(request.query_params)
        return await run_in_threadpool(
            self._signing_in, request, form.get("token", ""), safe_redirect_path(form.get("next", "/"))
        )

    async def sign_out(self, request: Request) -> Response:
        """The page with the button that ends every session of this person; then a sentence that says so."""
        return await run_in_threadpool(self._signing_out, request)

    def _signing_in(self, request: Request, token: str, leads_to: str) -> Response:
        now = datetime.now(UTC)
        try:
            file = accounts_file(self.places)
            if not token:
                return self._page(request, "accounts/sign_in.html", handle="", refusal="")
            if request.method != "POST":
                one = account_for_token(file.read(), token, now)
                return self._page(
                    request, "accounts/sign_in.html", handle=one.handle, refusal="", token=token, leads_to=leads_to
                )
            one = file.update(lambda people: redeem_invite(people, token, now))
            answer = RedirectResponse(leads_to, 303, NO_STORE_HEADERS)
            answer.set_cookie(
                self.cookie, issue_session(file.read(), one, now), SESSION_DAYS * 86_400, path="/",
                secure=self.secure, httponly=True, samesite="lax",
            )  # fmt: skip
            return answer
        except InviteRejected as bad:
            return self._page(request, "accounts/sign_in.html", 403, handle="", refusal=REJECT_MESSAGES[bad.why])
        except StateUnavailable:
            return _unavailable(STATE_UNAVAILABLE_MESSAGE)

    def _signing_out(self, request: Request) -> Response:
        handle = person_from_cookies(request.cookies, self.cookie, self.places).handle
        done = request.method == "POST" and bool(handle)
        if done:
            try:
                accounts_file(self.places).update(lambda people: (sign_out_everywhere(people, handle), None))
            except StateUnavailable:
                return _unavailable(STATE_UNAVAILABLE_MESSAGE)
        answer = self._page(request, "accounts/sign_out.html", handle=handle, done=done)
        if request.method == "POST":
            answer.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")
        return answer

    def _page(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        try:
            # links and forms lead to the name that the browser has it open at: a cookie is for one name
            shown = replace(self.answers.view_request(request).context, base="")
        except NoDataset as bad:
            return _unavailable(str(bad))
        return HTMLResponse(render(template, shown, days=SESSION_DAYS, **values), status, NO_STORE_HEADERS)


def _unavailable(words: str) -> Response:
    return PlainTextResponse(words, 503, NO_STORE_HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that was sent; of a field that is there twice the first."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, "That is too long.")
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
