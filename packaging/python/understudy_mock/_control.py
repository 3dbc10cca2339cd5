"""The control API over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from ._errors import UnderstudyError, VerificationError, refusal


class Control:
    """Calls of the control API of one mock."""

    def __init__(self, base: str, token: str | None = None, timeout: float = 60) -> None:
        self.base = base
        self._token = token
        self._timeout = timeout
        # A mock on this machine is not behind a proxy, whatever the environment says.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}))

    def call(self, what: str, method: str, path: list[str], body: Any = None, query: dict[str, Any] | None = None) -> Any:
        url = "/".join([self.base, *(quote(part, safe="") for part in path)])
        if query:
            url += "?" + urlencode(query)
        request = Request(url, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        status, answer = self._send(what, request)
        if status == 409 and isinstance(answer, dict) and "unsatisfied" in answer:
            raise VerificationError(answer)
        if not 200 <= status < 300:
            raise refusal(what, status, answer)
        return answer

    def _send(self, what: str, request: Request) -> tuple[int, Any]:
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return response.status, _decoded(response.read())
        except HTTPError as error:
            with error:
                return error.code, _decoded(error.read())
        except (URLError, OSError) as error:
            raise UnderstudyError(f"{what}: the mock gave no answer: {error}") from error


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
