"""The control API over HTTP."""

from __future__ import annotations

import json
import re
import ssl
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import BaseHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from ._errors import UnderstudyError, VerificationError, refusal


def _json(what: str, body: Any) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode()
    except RecursionError as cause:
        raise UnderstudyError(f"{what}: the value is nested too deeply; give one of fewer levels") from cause
    except (TypeError, ValueError) as cause:
        raise UnderstudyError(f"{what}: {cause}; give what JSON has: None, bool, int, float, str, list, dict") from cause


def _seconds(duration: Any) -> float:
    """A duration in Go's notation, as the mock reads it; 0 for what is none, which the mock refuses."""
    unit = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
    parts: list[tuple[str, str]] = re.findall(r"([\d.]+)(ms|us|ns|h|m|s)", str(duration))
    try:
        return sum(float(number) * unit[name] for number, name in parts)
    except ValueError:
        return 0


def duration(what: str, value: Any) -> str:
    """A timedelta in Go's notation, and a text as it is."""
    if isinstance(value, timedelta):
        microseconds = value // timedelta(microseconds=1)
        if microseconds < 0:
            raise UnderstudyError(f"{what}: {value!r} must not be negative")
        return f"{microseconds}us"
    if not isinstance(value, str):
        like = f"{value}h" if isinstance(value, (int, float)) else "72h"
        raise UnderstudyError(f"{what}: {value!r:.100} is no duration; give a timedelta, or a str with its unit such as {like!r}")
    return value


def named(what: str, kind: str, name: Any) -> str:
    """Refuses what can be no name of a world or sink, before it becomes a part of a path."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9._~-]{1,64}", name) or name in (".", ".."):
        rule = "1 to 64 of the letters A to Z and a to z, digits, dots, dashes, underscores and tildes, and neither . nor .."
        raise UnderstudyError(f"{what}: a {kind}'s name is {rule}, found {name!r:.100}", "bad-name")
    return name


def _trusting(ca: str | None) -> list[BaseHandler]:
    """What lets an opener trust the authority of a file."""
    if ca is None:
        return []
    try:
        return [HTTPSHandler(context=ssl.create_default_context(cafile=ca))]
    except (OSError, TypeError, ValueError) as cause:
        raise UnderstudyError(f"ca {ca!r}: {cause}; give the file that serve --tls-ca names") from cause


def member(what: str, answer: Any, name: str) -> Any:
    """A member of an answer that has to have it."""
    if not isinstance(answer, dict) or name not in answer:
        raise UnderstudyError(f"{what}: the answer has no {name}, so that it is not the mock's; give the mock's own address")
    return answer[name]


class Control:
    """Calls of the control API of one mock."""

    def __init__(self, base: str, token: str | None = None, ca: str | None = None, timeout: float = 60) -> None:
        self.base = base
        self._token = token
        self._timeout = timeout
        # A mock on this machine is not behind a proxy, whatever the environment says.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), *_trusting(ca))

    def call(self, what: str, method: str, path: list[str], body: Any = None, query: dict[str, Any] | None = None) -> Any:
        wait = _seconds(query.get("timeout")) if query else 0
        url = "/".join([self.base, *(quote(part, safe="") for part in path)])
        if query:
            url += "?" + urlencode(query)
        request = Request(url, method=method)
        if body is not None:
            request.data = _json(what, body)
            request.add_header("Content-Type", "application/json")
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        status, answer = self._send(what, request, self._timeout + wait)
        if status == 409 and isinstance(answer, dict) and "unsatisfied" in answer:
            raise VerificationError(answer)
        if not 200 <= status < 300:
            raise refusal(what, status, answer)
        return answer

    def _send(self, what: str, request: Request, patience: float) -> tuple[int, Any]:
        try:
            try:
                response = self._opener.open(request, timeout=patience)
            except HTTPError as refused:
                response = refused
            with response:
                return response.code, _decoded(response.read())
        except (OSError, HTTPException, ValueError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            remedy = "; give ca, the file that serve --tls-ca names" if isinstance(cause, ssl.SSLCertVerificationError) else ""
            raise UnderstudyError(f"{what}: the mock gave no answer: {cause or type(cause).__name__}{remedy}") from error


def _decoded(text: bytes) -> Any:
    """JSON as what it says, and anything else as text."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode(errors="replace")
