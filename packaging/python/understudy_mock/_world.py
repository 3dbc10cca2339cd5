"""A world: one isolated vendor."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any

from ._control import Control, duration, member, named
from ._errors import UnderstudyError


class Hook:
    """One webhook of Make in a world: what happens to its queue beyond Make's own API."""

    def __init__(self, world: World, hook_id: int, url: str = "") -> None:
        self.id = hook_id
        self.url = url  # accepts its data; "" for a hook that was there already
        self._world = world

    def deliver(self, *data: Any) -> list[str]:
        """Puts an item for each value into the queue, as if it had arrived at the hook's address; returns their ids."""
        return self._ids("deliver", "incomings", {"data": list(data)})

    def deliver_some(self, count: int) -> list[str]:
        """Puts so many items with made-up data into the queue; returns their ids."""
        return self._ids("deliver_some", "incomings", {"count": count})

    def begin(self, *ids: str) -> list[str]:
        """Holds items in processing until they are finished: those named, or the oldest one that waits."""
        return self._ids("begin", "begin", {"ids": list(ids)} if ids else {"count": 1})

    def finish(self, *ids: str) -> list[str]:
        """Ends the processing of items, which leave the queue: those named, or all that are being processed."""
        return self._ids("finish", "finish", {"ids": list(ids)} if ids else {})

    def _ids(self, what: str, last: str, body: dict[str, Any]) -> list[str]:
        ids: list[str] = member(what, self._world._call(what, "POST", "makecom", "hooks", str(self.id), last, body=body), "ids")
        return ids


class World:
    """State, clock, faults, dialect and journal of its own. ``token`` opens it, for either API."""

    def __init__(self, control: Control, name: str, makecom_url: str, crmcom_url: str) -> None:
        self.name = named("world", "world", name)
        self.makecom_url = makecom_url
        self.crmcom_url = crmcom_url
        self._control = control
        self._deleted = False  # the mock would make a world of that name anew
        self.token = self.mint_token()

    def _call(self, what: str, method: str, *path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        self._alive(what)
        return self._control.call(what, method, ["worlds", self.name, *path], body, query)

    def _alive(self, what: str) -> None:
        if self._deleted:
            raise UnderstudyError(f"{what}: the world {self.name!r} was deleted; open another one with mock.world()", "deleted")

    def mint_token(self, **settings: Any) -> str:
        """A token that opens the world; with ``scopes`` fewer of them, with ``expires`` until then on the world's clock."""
        token: str = member("mint_token", self._call("mint_token", "POST", "tokens", body=settings), "token")
        return token

    def hook(self, hook_id: int = 654) -> Hook:
        """A hook that is there already; 654 is the one of the documents."""
        if not isinstance(hook_id, int):
            raise UnderstudyError(f"hook: the id of a hook must be an int, found {hook_id!r:.100}")
        return Hook(self, hook_id)

    def new_hook(self, **settings: Any) -> Hook:
        """Makes a hook with an empty queue; settings are the members of HookRequest, such as ``queueLimit``."""
        made = self._call("new_hook", "POST", "makecom", "hooks", body=settings)
        return Hook(self, member("new_hook", made, "hookId"), member("new_hook", made, "hookUrl"))

    def clock(self) -> dict[str, Any]:
        """Mode and time of the clock."""
        return self._call("clock", "GET", "clock")

    def freeze(self, at: datetime | str | None = None) -> dict[str, Any]:
        """Stops the clock, at a time or where it is."""
        body = {"mode": "frozen"}
        if at is not None:
            body["now"] = _time(at)
        return self._call("freeze", "PUT", "clock", body=body)

    def advance(self, by: timedelta | str) -> dict[str, Any]:
        """Lets time pass: a timedelta, or Go's notation such as 72h or 1m30s. What became due has happened when it returns."""
        return self._call("advance", "POST", "clock", "advance", body={"by": duration("advance", by)})

    def faults(self, *faults: dict[str, Any]) -> None:
        """Replaces the faults; without any, answers are as they should be again."""
        self._call("faults", "PUT", "faults", body=list(faults))

    def dialect(self, answers: dict[str, Any]) -> None:
        """Answers open questions; those not named go back to their defaults."""
        self._call("dialect", "PUT", "dialect", body=answers)

    def mutant(self, mutant: str | None = None) -> None:
        """Plays a broken vendor, or without an id the honest one."""
        self._call("mutant", "PUT", "mutants", body={} if mutant is None else {"id": mutant})

    def new_definition(self, url: str, **settings: Any) -> dict[str, Any]:
        """Makes a webhook definition of CRM.COM and a workflow rule that uses it. sink:NAME is a receiver in the mock."""
        return self._call("new_definition", "POST", "crmcom", "definitions", body={"url": url, **settings})

    def fire(self, workflow_rule: Any, **entity: Any) -> dict[str, Any]:
        """Makes a workflow rule fire. The delivery was tried when it returns."""
        return self._call("fire", "POST", "crmcom", "fire", body={"workflow_rule": workflow_rule, **entity})

    def sink(self, name: str, *answers: dict[str, Any]) -> str:
        """Programs a receiver inside the mock, and returns its address. The last answer goes on for ever."""
        self._call("sink", "PUT", "sinks", named("sink", "sink", name), body={"answers": list(answers)})
        return f"sink:{name}"

    def received(self, name: str) -> list[dict[str, Any]]:
        """What a receiver inside the mock was sent, the oldest first."""
        sink = self._call("received", "GET", "sinks", named("received", "sink", name))
        return member("received", {"deliveries": [], **sink} if isinstance(sink, dict) else sink, "deliveries")

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """The exchanges so far, the oldest first; filters narrow together: operation, method, path, status, requirement, fault."""
        return member("journal", self._call("journal", "GET", "journal", query=filters), "entries")

    def wait_for(self, count: int, timeout: timedelta | str = "5s", **filters: Any) -> list[dict[str, Any]]:
        """Waits until so many exchanges are there, on the machine's clock, and returns them."""
        return member("wait_for", self._call("wait_for", "GET", "journal", query={**filters, "wait": count, "timeout": duration("wait_for", timeout)}), "entries")

    def verify(self, *expectations: dict[str, Any]) -> None:
        """Holds the journal against expectations; raises VerificationError with the exchanges that come closest."""
        self._call("verify", "POST", "journal", "verify", body={"expectations": list(expectations)})

    def verify_in_order(self, *expectations: dict[str, Any]) -> None:
        """As verify, and each expectation is met after the one before it."""
        self._call("verify_in_order", "POST", "journal", "verify", body={"expectations": list(expectations), "inOrder": True})

    def state(self, state: str, **params: Any) -> dict[str, Any]:
        """Brings about a provider state, in Pact's words: ``world.state("items waiting", hookId=654, count=3)``."""
        return self._state(state, "setup", params)

    def end_state(self, state: str, **params: Any) -> dict[str, Any]:
        """Takes a provider state back; params are those of its setup and what it returned."""
        return self._state(state, "teardown", params)

    def _state(self, state: str, action: str, params: dict[str, Any]) -> dict[str, Any]:
        self._alive(f"state {state!r}")
        body = {"state": state, "action": action, "params": {"world": self.name, **params}}
        return self._control.call(f"state {state!r}", "POST", ["provider-states"], body)

    def coverage(self) -> dict[str, list[str]]:
        """Which sentences of the contract the traffic reached, and which it never did."""
        return self._call("coverage", "GET", "coverage")

    def fork(self, name: str, moment: int | None = None) -> World:
        """A copy of the world as it stands, or as it was at the moment of an entry of its journal; with an empty journal."""
        body: dict[str, Any] = {"as": name} if moment is None else {"as": name, "moment": moment}
        named("fork", "world", name)
        self._call("fork", "POST", "fork", body=body)
        return World(self._control, name, self.makecom_url, self.crmcom_url)

    def reset(self) -> None:
        """Takes the world back to what it started from."""
        self._call("reset", "POST", "reset")

    def export(self) -> dict[str, Any]:
        """The world file that continues where the world stands."""
        return self._call("export", "GET")

    def delete(self) -> None:
        """Removes the world. One that is gone already is no error."""
        if self._deleted:
            return
        try:
            self._call("delete", "DELETE")
        except UnderstudyError as error:
            if error.status != 404:
                raise
        self._deleted = True

    def __enter__(self) -> World:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.delete()


def _time(at: datetime | str) -> str:
    if isinstance(at, str):
        return at
    if not isinstance(at, datetime):
        raise UnderstudyError(f"freeze: {at!r:.100} is no time; give a datetime, or a str such as 2026-01-01T00:00:00Z")
    if at.tzinfo is None:
        raise UnderstudyError(f"freeze: {at!r} has no time zone; give one, such as timezone.utc")
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
