"""What goes wrong."""

from __future__ import annotations

import json
from typing import Any


class UnderstudyError(Exception):
    """A refusal of the mock's control API, or a mock that cannot be started or reached."""

    def __init__(self, message: str, code: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.code = code  # a kebab word such as queue-full, "" when the mock did not answer
        self.status = status  # of the answer, 0 when there was none


class VerificationError(AssertionError):
    """Expectations that the journal does not satisfy, with the exchanges that come closest."""

    def __init__(self, verification: dict[str, Any]) -> None:
        super().__init__("\n".join(_described(finding) for finding in verification["unsatisfied"]))
        self.verification = verification


def _described(finding: dict[str, Any]) -> str:
    reason = finding.get("reason", "")
    lines = [f"expected {json.dumps(finding['expectation'])}", f"  {reason}" if reason.startswith("found ") else f"  found {finding['found']}: {reason}"]
    for miss in finding.get("nearest") or []:
        entry = miss["entry"]
        lines.append(f"  close: {entry['method']} {entry['path']} answered {entry['status']}")
        lines += [f"    {d['field']}: want {d['want']}, got {d['got']}" for d in miss["differences"]]
    return "\n".join(lines)


def refusal(what: str, status: int, body: Any) -> UnderstudyError:
    """An answer that is no success, as an error."""
    problem = body.get("error") if isinstance(body, dict) else None
    if not isinstance(problem, dict):
        said = f": {body.strip()[:200]}" if isinstance(body, str) else ""
        return UnderstudyError(f"{what}: the mock answered {status}{said}", "", status)
    where = f" ({problem['field']})" if problem.get("field") else ""
    remedy = f"; {problem['remedy']}" if problem.get("remedy") else ""
    return UnderstudyError(f"{what}: {problem.get('message', '')}{where}{remedy}", problem.get("code", ""), status)
