"""The endpoint on this machine, as it would answer on Lambda: `python server.py --model model.pkl --port 8000`."""

import argparse
import hashlib
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from types import SimpleNamespace

from greenlight import Endpoint, Pin
from model import Pickled

VERSION = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "1")
CONTEXT = SimpleNamespace(
    function_version=VERSION, invoked_function_arn="arn:aws:lambda:here:000000000000:function:endpoint:live"
)


def pinned(path: str) -> dict[str, str]:
    """The environment that a rollout of this file would write."""
    with open(path, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    pin = Pin("here", os.path.abspath(path), "1", sha256)
    return {f"GREENLIGHT_MODEL_{name.upper()}": value for name, value in pin._asdict().items()}


def serve(endpoint: Endpoint, port: int) -> None:
    one_at_a_time = Lock()  # as an environment of Lambda does

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for an answer: half of one would wait for the other side's acknowledgement
        disable_nagle_algorithm = True

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace") if length else None
            event = {
                "rawPath": self.path.partition("?")[0],
                "requestContext": {"http": {"method": self.command}},
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body,
            }
            with one_at_a_time:
                answered = endpoint.handle(event, CONTEXT)
            text = answered["body"].encode()
            self.send_response(answered["statusCode"])
            for name, value in answered["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass  # the lines of metrics say it

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", required=True, type=int)
    arguments = parser.parse_args()
    endpoint = Endpoint(Pickled, {**os.environ, **pinned(arguments.model)}, fetch=lambda pin: open(pin.key, "rb"))
    endpoint.load()
    serve(endpoint, arguments.port)
