"""The page: a server for one person on this machine, which writes decisions to a file.

It is Python's own `http.server`. The page is three files and five addresses, for one reader on
loopback: a framework and its server would be four packages to keep up, for nothing that is used
here. What has to be right is checked in one place, `_Handler._allowed`: the address holds a token,
the host is this server's (so no other site's name can lead here), and what changes something comes
from the page itself as JSON.
"""

import hmac
import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest import Trouble
from ingest.review.choices import codes, search
from ingest.review.desk import AT_ONCE, Desk, for_page

_FOLDER = Path(__file__).with_name("page")
_FILES = {
    "": ("review.html", "text/html"),
    "review.css": ("review.css", "text/css"),
    "review.js": ("review.js", "text/javascript"),
}
_LONGEST = 100_000  # bytes of what the page may send
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class ReviewServer(ThreadingHTTPServer):
    """The server of a desk, on loopback; `address` is what to open."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0):
        self.desk = desk
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise Trouble("review", f"port {port}", str(error), "Give another --port.") from error

    @property
    def address(self) -> str:
        """The page's address, with the token without which nothing is served."""
        return f"http://127.0.0.1:{self.server_address[1]}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    server_version, sys_version = "figurehouse", ""
    timeout = 30

    def do_GET(self) -> None:
        place = self._allowed()
        if place is None:
            return
        if place in _FILES:
            name, kind = _FILES[place]
            self._send(HTTPStatus.OK, (_FOLDER / name).read_bytes(), kind)
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        answer: Callable[[Desk, dict[str, str]], Any] | None = _ANSWERS.get(place)
        if answer is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")
            return
        self._say(answer(self.server.desk, asked))

    def do_POST(self) -> None:
        place = self._allowed()
        if place is None:
            return
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Content-Type") != "application/json" or not 0 < length <= _LONGEST:
            self._refuse(HTTPStatus.BAD_REQUEST, "send JSON")
            return
        try:
            told = json.loads(self.rfile.read(length))
            answer = _CHANGES[place](self.server.desk, told)
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"not understood: {error}")
        except Trouble as trouble:
            self._refuse(HTTPStatus.UNPROCESSABLE_ENTITY, str(trouble))
        else:
            self._say(answer)

    def _allowed(self) -> str | None:
        """What is asked for below the token; None where that is refused."""
        here = f"127.0.0.1:{self.server.server_address[1]}"
        _, token, *rest = [*urlsplit(self.path).path.split("/", 2), ""]
        known = hmac.compare_digest(token.encode(), self.server.token.encode())
        from_here = self.headers.get("Origin") in (None, f"http://{here}")
        if known and from_here and self.headers.get("Host") == here:
            return rest[0]
        self._refuse(HTTPStatus.FORBIDDEN, "open the address that the command printed")
        return None

    def _say(self, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._send(HTTPStatus.OK, body, "application/json")

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True
        self._send(status, json.dumps({"error": why}).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the addresses hold the token."""


def _queue(desk: Desk, asked: dict[str, str]) -> object:
    rows = desk.queue(
        asked.get("article", ""), asked.get("company", ""), asked.get("undecided") == "1"
    )
    shown = [for_page(row) for row in rows[:AT_ONCE]]
    articles = {row["article"] for row in shown}
    return {
        "figures": shown,
        "in_all": len(rows),
        "choices": {article: desk.choices(article) for article in articles},
        "progress": desk.progress(),
    }


def _decide(desk: Desk, told: dict[str, Any]) -> object:
    row = desk.decide(told["id"], told["verdict"], dict(told.get("slots") or {}))
    return {"figure": for_page(row), "progress": desk.progress()}


def _undo(desk: Desk, _: dict[str, Any]) -> object:
    undone = desk.undo()
    figure = for_page(desk.rows[undone]) if undone else None
    return {"figure": figure, "progress": desk.progress()}


_ANSWERS = {
    "figures": _queue,
    "start": lambda desk, asked: desk.filters() | {"codes": codes()},
    "search": lambda desk, asked: search(asked.get("slot", ""), asked.get("words", "")),
}
_CHANGES = {"decide": _decide, "undo": _undo}
