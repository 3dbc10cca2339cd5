"""A running mock."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import threading
import warnings
from types import TracebackType
from typing import IO, Any, Sequence
from urllib.parse import urlsplit

from ._control import Control
from ._errors import UnderstudyError
from ._program import program
from ._world import World


# Names a mock for start() to join, as for Go's mocktest.
_JOIN = "UNDERSTUDY_MOCKTEST_URL"


class Mock:
    """A mock of both vendors. As a context manager it stops at the end."""

    def __init__(self, makecom_url: str, crmcom_url: str, control: Control, process: subprocess.Popen[bytes] | None = None) -> None:
        self.makecom_url = makecom_url
        self.crmcom_url = crmcom_url
        self.control_url = control.base
        self._control = control
        self._process = process

    def world(self, name: str | None = None) -> World:
        """Opens a world: a vendor of its own. Without a name it gets a new one."""
        return World(self._control, f"world-{secrets.token_hex(6)}" if name is None else name, self.makecom_url, self.crmcom_url)

    def stop(self) -> None:
        """Ends the mock, if it was started here, and waits until it is gone."""
        if self._process is not None:
            _end(self._process)

    def __enter__(self) -> Mock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def start(
    *,
    world: str | None = None,
    dialect: str | None = None,
    seed: int | None = None,
    egress: Sequence[str] = (),
    args: Sequence[str] = (),
    timeout: float = 20,
) -> Mock:
    """Runs a mock of its own on a free port of 127.0.0.1. It ends with this process, also when this process is killed.

    Where the variable UNDERSTUDY_MOCKTEST_URL names a mock, as ``understudy mutate`` and ``check_client`` do, it joins that one,
    unless arguments say what its own is like.

    world is a world file, dialect a dialect file or ``hostile``, egress are hosts beyond loopback to which webhooks may be sent,
    args more arguments of ``understudy serve``, timeout the seconds until it has to listen.
    """
    for name, given in (("egress", egress), ("args", args)):
        if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
            raise UnderstudyError(f"{name} {given!r}: give a list of strings")
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= threading.TIMEOUT_MAX:
        raise UnderstudyError(f"timeout {timeout!r}: give a number of seconds above 0")
    there = os.environ.get(_JOIN)
    if there:
        own = [name for name, value in (("world", world), ("dialect", dialect), ("seed", seed), ("egress", egress or None), ("args", args or None)) if value is not None]
        if not own:
            return connect(there)
        warnings.warn(f"start has the argument {own[0]}: its mock is its own and does not join {there}", stacklevel=2)
    command = [program(), "serve", "--until-eof", "--addr", "127.0.0.1:0", "--log-level", "warn"]
    for flag, value in (("--world", world), ("--dialect", dialect), ("--seed", seed)):
        if value is not None:
            command += [flag, str(value)]
    for host in egress:
        command += ["--egress", str(host)]
    process = _run([*command, *args])
    try:
        ready = _first_line(process, timeout)
        control = Control(ready["control"], _value_of("--control-token", args), _value_of("--tls-ca", args))
    except BaseException:
        _kill(process)  # also at Ctrl-C: nobody else has the process to end it
        raise
    return Mock(ready["makecom"], ready["crmcom"], control, process)


def _run(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # What would stand for flags is left out: a mock of a test is what its arguments say.
            env={name: value for name, value in os.environ.items() if not name.upper().startswith("UNDERSTUDY_")},
            # Ctrl-C reaches the tests first, which may have something to end.
            start_new_session=os.name != "nt",
        )
    except (OSError, ValueError) as cause:
        raise UnderstudyError(f"the mock {command[0]} cannot be run: {cause}") from cause


def _value_of(flag: str, args: Sequence[str]) -> str | None:
    """What the arguments give to a flag."""
    for i, arg in enumerate(args):
        if arg == flag:
            return next(iter(args[i + 1 : i + 2]), None)
        if arg.startswith(flag + "="):
            return arg[len(flag) + 1 :]
    return None


def connect(url: str, *, control_url: str | None = None, control_token: str | None = None, ca: str | None = None) -> Mock:
    """Takes hold of a mock that runs already, such as a container. ca is the file of an authority to trust, such as that of ``serve --tls-ca``."""
    base, control_base = _origin("url", url), _origin("control_url", control_url or url)
    control = Control(f"{control_base}/_understudy/v1", control_token, ca)
    answer = control.call("connect", "GET", ["worlds"])
    if not isinstance(answer, dict) or not isinstance(answer.get("worlds"), list):
        raise UnderstudyError(f"connect: what answers at {control.base} is no mock; give its address")
    return Mock(f"{base}/api/v2", f"{base}/crmapi/rest/v2", control)


def _origin(name: str, url: str) -> str:
    remedy = "give scheme, host and a port of 1 to 65535, as in http://127.0.0.1:8654"
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except (ValueError, TypeError, AttributeError) as cause:
        raise UnderstudyError(f"{name} {url!r:.200}: {remedy}") from cause
    if wrong:
        raise UnderstudyError(f"{name} {url!r:.200}: {remedy}")
    return f"{parts.scheme}://{parts.netloc}"


def _first_line(process: subprocess.Popen[bytes], timeout: float) -> dict[str, Any]:
    """Waits for the line that says where it listens. Threads read both pipes to their end, so that the program never waits."""
    assert process.stdout is not None and process.stderr is not None
    said = _Tail(process.stderr)
    line: list[bytes] = []
    there = threading.Event()

    def read(pipe: IO[bytes]) -> None:
        with pipe:
            line.append(pipe.readline())
            there.set()
            while pipe.read(4096):
                pass

    threading.Thread(target=read, args=(process.stdout,), daemon=True).start()
    in_time = there.wait(timeout)
    try:
        ready = json.loads(line[0]) if in_time else None
    except ValueError:
        ready = None
    if isinstance(ready, dict) and all(isinstance(ready.get(name), str) for name in ("makecom", "crmcom", "control")):
        return ready
    _kill(process)
    why = f"did not listen within {timeout} s"
    if in_time and line[0]:
        why = f"printed {line[0][:200].decode(errors='replace').rstrip()!r}; give in args only what serve goes on with"
    elif in_time:
        why = f"ended with {process.returncode}"
    raise UnderstudyError(f"the mock {why}. {said.text()}")


class _Tail:
    """The last of what the program says on standard error."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._said = b""
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while more := pipe.readline():
                self._said = (self._said + more)[-4096:]

    def text(self) -> str:
        self._thread.join(1)  # what the program started may keep the pipe open
        return self._said.decode(errors="replace").strip()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends at once what does not listen, which has nothing under way, with whatever it started."""
    if os.name == "nt":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # the group of its own that it was started in
        except ProcessLookupError:
            pass  # nobody is left
    process.wait()
    if process.stdin is not None:
        try:
            process.stdin.close()
        except OSError:
            pass


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.close()
    except OSError:
        pass  # it is gone already
    process.terminate()  # a forked child of this process may hold standard input open
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
