"""The suite of a user without pytest, for unittest."""

import http.server
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

from understudy_mock import UnderstudyError, VerificationError, connect, program, start


def remove(world, body):
    request = urllib.request.Request(
        f"{world.makecom_url}/hooks/654/incomings",
        method="DELETE",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Token {world.token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            text = refused.read()
            return refused.code, json.loads(text) if text.startswith(b"{") else text


def answered(stranger, answer):
    """Answers one call with so many bytes, whatever they are."""
    with stranger.accept()[0] as caller:
        caller.recv(65536)
        caller.sendall(answer)


class Suite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = start()
        cls.addClassCleanup(cls.mock.stop)

    def setUp(self):
        self.world = self.mock.world()
        self.addCleanup(self.world.delete)

    def test_numbers_that_json_does_not_have_are_refused(self):
        with self.assertRaisesRegex(UnderstudyError, "deliver: .*not JSON compliant.*give what JSON has"):
            self.world.hook(654).deliver({"a": float("nan")})

        deep = []
        for _ in range(100_000):
            deep = [deep]
        with self.assertRaisesRegex(UnderstudyError, "deliver: the value is nested too deeply"):
            self.world.hook(654).deliver(deep)

    def test_a_receiver_that_nobody_made_is_refused_and_not_empty(self):
        self.world.sink("shop")
        self.assertEqual(self.world.received("shop"), [])
        with self.assertRaisesRegex(UnderstudyError, 'no sink "shopp".*take "shop"') as refused:
            self.world.received("shopp")
        self.assertEqual((refused.exception.code, refused.exception.status), ("unknown-sink", 404))

    def test_a_world_that_was_deleted_does_not_answer_again(self):
        world, gone = self.mock.world(), []
        hook = world.hook(654)
        world.delete()
        world.delete()
        for call in (
            lambda: world.verify({"operation": "deleteHookIncomings", "exactly": 0}),
            world.journal,
            lambda: world.state("items waiting", hookId=654, count=1),
            lambda: world.received("shop"),
            lambda: hook.deliver({"order": 1}),
            hook.begin,
        ):
            with self.assertRaisesRegex(UnderstudyError, "was deleted; open another one") as refused:
                call()
            gone.append(refused.exception.code)
        self.assertEqual(gone, ["deleted"] * 6)

    def test_durations_are_timedeltas_or_have_a_unit(self):
        self.world.freeze(datetime(2026, 1, 1, tzinfo=timezone.utc))
        self.assertEqual(self.world.advance(timedelta(days=3))["now"], "2026-01-04T00:00:00Z")
        self.assertEqual(self.world.advance(timedelta(milliseconds=1.5))["now"], "2026-01-04T00:00:00.0015Z")
        self.assertEqual(self.world.wait_for(0, timeout=timedelta(seconds=1)), [])
        for by in (72, "72"):
            with self.assertRaisesRegex(UnderstudyError, "unit.*72h"):
                self.world.advance(by)
        with self.assertRaisesRegex(UnderstudyError, "must not be negative"):
            self.world.advance(timedelta(hours=-1))

    def test_variables_of_the_server_are_not_those_of_the_tests_mock(self):
        with unittest.mock.patch.dict("os.environ", {"UNDERSTUDY_CONTROL_TOKEN": "secret", "UNDERSTUDY_TLS_CA": "nowhere.pem"}):
            with start() as mock, mock.world() as world:
                self.assertEqual(len(world.hook(654).deliver({"order": 1})), 1)

    def test_a_control_token_among_the_arguments_is_that_of_the_client(self):
        for args in (["--control-token", "s3cret"], ["--control-token=s3cret"]):
            with start(args=args) as own, own.world() as world:
                self.assertEqual(len(world.hook(654).deliver({"order": 1})), 1)
                url = own.control_url.removesuffix("/_understudy/v1")
                with self.assertRaisesRegex(UnderstudyError, "control token is missing or wrong"):
                    connect(url)
                connect(url, control_token="s3cret")

    def test_a_start_that_fails_leaves_no_process(self):
        started = []

        class Noted(subprocess.Popen):
            def __init__(self, *args, **more):
                super().__init__(*args, **more)
                started.append(self)

        with unittest.mock.patch("subprocess.Popen", Noted), unittest.mock.patch("json.loads", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                start()
        self.assertIsNotNone(started[0].poll())
        with self.assertRaisesRegex(UnderstudyError, "5 is no time"):
            self.world.freeze(5)

    def test_whatever_is_wrong_is_an_understudy_error(self):
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder, "other")
            other.write_text("no program")
            other.chmod(0o755)
            closed = pathlib.Path(folder, "closed.pem")
            closed.write_text("no certificate")
            for message, wrong in (
                ("timeout '5': give a number", lambda: start(timeout="5")),
                ("timeout nan: give a number", lambda: start(timeout=float("nan"))),
                ("args .*: give a list of strings", lambda: start(args=[1])),
                ("args .*: give a list of strings", lambda: start(args=7)),
                (r"printed .*; give in args only what serve goes on with", lambda: start(args=["--help"])),
                ("ca .*closed.pem.*give the file that serve --tls-ca names", lambda: connect("https://127.0.0.1:1", ca=str(closed))),
                ("ca .*nowhere.pem.*give the file", lambda: connect("https://127.0.0.1:1", ca="nowhere.pem")),
            ):
                with self.assertRaisesRegex(UnderstudyError, message):
                    wrong()
            with unittest.mock.patch.dict("os.environ", {"UNDERSTUDY_BINARY": str(other)}), self.assertRaisesRegex(UnderstudyError, "other cannot be run"):
                start()
        for port in ("99999", "0", "abc", "-1"):
            with self.assertRaisesRegex(UnderstudyError, "give scheme, host and a port of 1 to 65535"):
                connect(f"http://127.0.0.1:{port}")
        for url in ("http://[::1", "http://", 7, None, b"http://127.0.0.1"):
            with self.assertRaisesRegex(UnderstudyError, "give scheme, host"):
                connect(url)
        with self.assertRaises(UnderstudyError):
            connect(self.mock.control_url, control_token="ключ")

    def test_answers_of_something_else_are_told(self):
        """What stands in the mock's place may answer anything, and hang up."""
        answers = [b"HTTP/1.0 200 OK\r\n\r\n{}", b"HTTP/1.0 200 OK\r\n\r\n[]", b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{", b"nonsense\r\n\r\n", b"", b"HTTP/1.0 502 Bad\r\n\r\nno gateway"]
        world = connect(self.mock.control_url).world()
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            world._control.base = f"http://127.0.0.1:{stranger.getsockname()[1]}"
            calls = (world.mint_token, world.hook().deliver, world.new_hook, world.journal, lambda: world.wait_for(1), lambda: world.received("x"))
            for answer in answers:
                for call in calls:
                    thread = threading.Thread(target=answered, args=(stranger, answer))
                    thread.start()
                    try:
                        if call() == []:
                            self.assertIs(call, calls[-1])  # a receiver that was sent nothing
                    except UnderstudyError as error:
                        self.assertRegex(str(error), "the answer has no|gave no answer|answered 502: no gateway")
                    thread.join()

    def test_a_mock_with_an_authority_of_its_own_is_reached(self):
        with tempfile.TemporaryDirectory() as folder:
            ca = str(pathlib.Path(folder, "ca.pem"))
            for args in (["--tls-ca", ca], [f"--tls-ca={ca}"]):
                with start(args=args) as mock:
                    self.assertTrue(mock.makecom_url.startswith("https:"))
                    self.assertEqual(len(mock.world().hook(654).deliver({"order": 1})), 1)
                    at = mock.makecom_url[: -len("/api/v2")]
                    self.assertEqual(len(connect(at, ca=ca).world().hook(654).deliver({"order": 1})), 1)
                    with self.assertRaisesRegex(UnderstudyError, "certificate verify failed.*; give ca, the file that serve --tls-ca names"):
                        connect(at)
                    with self.assertRaisesRegex(UnderstudyError, "answered 400: Client sent an HTTP request to an HTTPS server"):
                        connect(at.replace("https:", "http:"))

    def test_what_is_no_mock_is_told(self):
        class Hello(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Hello) as stranger:
            threading.Thread(target=stranger.handle_request, daemon=True).start()
            with self.assertRaisesRegex(UnderstudyError, "is no mock"):
                connect(f"http://127.0.0.1:{stranger.server_port}")

    def test_what_can_be_no_name_is_refused_with_the_rule(self):
        rule = "name is 1 to 64 of the letters .* found"
        for name in ("a/b", "", ".", "..", "../..", "a b", "Größe", "\ud800", "a?b", "a#b", "%2F", "x\n", "x" * 65, 7):
            for refused in (self.mock.world, self.world.fork, self.world.sink, self.world.received):
                with self.assertRaisesRegex(UnderstudyError, rule) as error:
                    refused(name)
                self.assertEqual(error.exception.code, "bad-name")
        with self.mock.world("A-z_0.~") as world:
            self.assertEqual(world.name, "A-z_0.~")
        with self.assertRaisesRegex(UnderstudyError, "id of a hook must be an int"):
            self.world.hook("6/4")

    def test_check_client_says_what_tests_in_python_rely_on(self):
        """An agent, by lines of JSON-RPC and nothing else."""
        command = [sys.executable, __file__, "Suite.test_a_queue_is_not_emptied_by_accident"]
        with subprocess.Popen([program(), "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:

            def ask(number, method, **params):
                server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
                server.stdin.flush()
                return json.loads(server.stdout.readline())["result"]

            ask(1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "try", "version": "1"})
            server.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
            answer = ask(2, "tools/call", name="check_client", arguments={"api": "makecom", "command": command, "mutants": 3})
            server.stdin.close()
        out = answer["structuredContent"]
        self.assertEqual(out["exit"], 0, out)
        self.assertIn("makecom/delete/all-unconfirmed", out["reliesOn"])
        self.assertEqual([(r["status"], "makecom/delete/all-unconfirmed" in r["sentences"]) for r in out["refused"]], [(406, True)])
        self.assertEqual(out["mutants"]["tried"], 3, out)
        self.assertEqual(out["mutants"]["noticed"] + len(out["mutants"]["missed"]), 3)

    def test_a_string_is_no_list(self):
        for name in ("egress", "args"):
            with self.assertRaisesRegex(UnderstudyError, f"{name} 'x.test': give a list of strings"):
                start(**{name: "x.test"})

    def test_a_queue_is_not_emptied_by_accident(self):
        self.world.hook(654).deliver({"order": 1})
        status, answer = remove(self.world, {"all": True})
        self.assertEqual((status, answer["code"]), (406, "IM004"))
        self.world.verify({"operation": "deleteHookIncomings", "exactly": 1, "status": 406})

    def test_an_item_in_processing_stays(self):
        held, free = self.world.hook(654).deliver({"order": 1}, {"order": 2})
        self.world.hook(654).begin(held)
        _, answer = remove(self.world, {"ids": [held, free]})
        self.assertEqual(answer["incomings"], [free])
        self.assertEqual(self.world.hook(654).finish(), [held])

    def test_near_misses_are_told(self):
        remove(self.world, {"all": True})
        with self.assertRaisesRegex(VerificationError, "status: want 200, got 406"):
            self.world.verify({"operation": "deleteHookIncomings", "status": 200})

    def test_faults_time_states_and_copies(self):
        self.world.faults({"operation": "deleteHookIncomings", "first": 1, "status": 429})
        self.assertEqual(remove(self.world, {"all": True})[0], 429)
        self.world.freeze(datetime(2026, 1, 1, tzinfo=timezone.utc))
        self.assertEqual(self.world.advance("72h")["now"], "2026-01-04T00:00:00Z")
        self.assertEqual(len(self.world.state("items waiting", hookId=654, count=2)["ids"]), 2)
        with self.world.fork(self.world.name + "-copy") as copy:
            self.assertEqual(copy.journal(), [])
        self.assertEqual(len(self.world.journal(status=429)), 1)

    def test_a_copy_of_an_earlier_moment(self):
        [item] = self.world.hook(654).deliver({"order": 1})
        remove(self.world, {"ids": [item]})
        moment = self.world.journal(operation="deleteHookIncomings")[0]["moment"]
        for name, at, waits in (("before", moment - 1, True), ("after", moment, False)):
            with self.world.fork(f"{self.world.name}-{name}", at) as copy:
                hook = next(h for h in copy.export()["makecom"]["hooks"] if h["id"] == 654)
                self.assertEqual(item in [i["id"] for i in hook["items"]], waits, name)
        with self.assertRaises(UnderstudyError):
            self.world.fork(self.world.name + "-never", moment + 1000)

    def test_a_rule_of_crmcom_fires(self):
        made = self.world.new_definition(self.world.sink("shop", {"status": 500}), entity="ACTIVITIES")
        self.assertTrue(self.world.fire(made["workflow_rule"]["id"])["number"])
        self.assertEqual(self.world.received("shop")[0]["status"], 500)

    def test_a_program_whose_child_keeps_its_pipes_open_ends_in_time(self):
        with tempfile.TemporaryDirectory() as folder:
            wrapper = pathlib.Path(folder, "wrapper")
            for script in ("sleep 60 & wait", "sleep 60 & exit 3", "sleep 60"):
                wrapper.write_text(f"#!/bin/sh\n{script}\n")
                wrapper.chmod(0o755)
                began = time.monotonic()
                with unittest.mock.patch.dict("os.environ", {"UNDERSTUDY_BINARY": str(wrapper)}), self.assertRaisesRegex(UnderstudyError, "did not listen within 0.3 s"):
                    start(timeout=0.3)
                self.assertLess(time.monotonic() - began, 4, script)

    def test_start_joins_the_mock_that_a_variable_names(self):
        with unittest.mock.patch.dict("os.environ", {"UNDERSTUDY_MOCKTEST_URL": self.mock.control_url}):
            with start(timeout=1) as joined:
                self.assertEqual(joined.control_url, self.mock.control_url)
            self.mock.world()
            with self.assertWarnsRegex(UserWarning, "argument seed"), start(seed=7) as own:
                self.assertNotEqual(own.control_url, self.mock.control_url)

    def test_what_came_too_early_is_told(self):
        remove(self.world, {"all": True})
        request = urllib.request.Request(f"{self.world.makecom_url}/hooks/654/incomings", headers={"Authorization": f"Token {self.world.token}"})
        urllib.request.urlopen(request).close()
        with self.assertRaisesRegex(VerificationError, r"\n  found 0 after what met the expectation before it; too early came #1 DELETE "):
            self.world.verify_in_order({"operation": "listHookIncomings"}, {"operation": "deleteHookIncomings"})

    def test_refusals_name_the_remedy(self):
        with self.assertRaisesRegex(UnderstudyError, "tomorrow") as refused:
            self.world.advance("tomorrow")
        self.assertEqual(refused.exception.code, "bad-body")
        with self.assertRaisesRegex(UnderstudyError, "take open or declared"):
            start(args=["--tokens", "closed"])
        with self.assertRaisesRegex(UnderstudyError, "no answer"):
            connect("http://127.0.0.1:1")
        with self.assertRaisesRegex(UnderstudyError, "time zone"):
            self.world.freeze(datetime(2026, 1, 1))

    def test_it_stops_at_the_end(self):
        with start() as other:
            address = other.control_url
        with self.assertRaises(urllib.error.URLError):
            urllib.request.urlopen(address + "/worlds")


if __name__ == "__main__":
    unittest.main()
