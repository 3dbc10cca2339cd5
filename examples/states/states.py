"""Provider states in Pact's format, for `understudy verify makecom --state-url http://127.0.0.1:9100/states`.

Copy this file and put code of your own into the functions under STATES. Here they drive a mock, which stands for your
server: start it with `understudy serve`, and this file with `python3 states.py http://127.0.0.1:8654 9100`.
"""

import json
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    """A refusal: 400 for wrong params, 409 for a state that cannot be reached now."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def control(params, path, body):
    """Stands for the inside of your server: rows in its database, a call of its own code."""
    token = params.get("token", "demo")
    request = urllib.request.Request(f"{MOCK}/_understudy/v1/worlds/{token}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode()) from error


def need(params, name):
    if name not in params:
        raise Refused(400, f"{name} is missing")
    return params[name]


def a_hook(params):
    wanted = {name: params[name] for name in ("queueLimit", "method", "headers", "confidential", "foreign") if name in params}
    return control(params, "makecom/hooks", wanted)  # {"hookId": 7, "hookUrl": "http://…"}


def items_waiting(params):
    data = params.get("data") or [{"number": n} for n in range(int(need(params, "count")))]
    return control(params, f"makecom/hooks/{need(params, 'hookId')}/incomings", {"data": data})  # {"ids": […]}


def an_item_being_processed(params):
    began = control(params, f"makecom/hooks/{need(params, 'hookId')}/begin", {"count": 1})
    return {"id": began["ids"][0]}


def processing_finished(params):
    try:
        control(params, f"makecom/hooks/{need(params, 'hookId')}/finish", {"ids": [need(params, "id")]})
    except Refused as refused:
        if refused.status != 404:  # what is gone already is finished
            raise
    return {}


def an_expired_token(params):
    return control(params, "tokens", {"expires": "2001-01-01T00:00:00Z"})


# The states that can be set up, and what takes them back; None where nothing is to be taken back.
STATES = {
    "a hook": (a_hook, None),
    "items waiting": (items_waiting, None),
    "an item being processed": (an_item_being_processed, processing_finished),
    "processing finished": (processing_finished, None),
    "an expired token": (an_expired_token, None),
}


def change(body):
    name, params, action = body.get("state"), body.get("params") or {}, body.get("action", "setup")
    if name not in STATES:
        raise Refused(404, f"there is no state {name!r}; there are {', '.join(STATES)}")
    if action not in ("setup", "teardown"):
        raise Refused(400, f"action {action!r} is neither setup nor teardown")
    act = STATES[name][action == "teardown"]
    values = act(params) if act else {}
    return values if action == "setup" else {}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            status, answer = 200, change(body)
        except Refused as refused:
            status, answer = refused.status, {"error": str(refused)}
        except (ValueError, AttributeError) as wrong:
            status, answer = 400, {"error": str(wrong)}
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    MOCK = sys.argv[1]
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    print(f"http://127.0.0.1:{server.server_port}/states", flush=True)
    server.serve_forever()
