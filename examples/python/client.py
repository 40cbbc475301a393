"""A client of an endpoint: signed requests, answers as arrays, labels. Copy this file.
It needs botocore (boto3 brings it) and numpy.

from client import Client

client = Client("https://….lambda-url.eu-west-1.on.aws/", "digits")
answer = client.infer({"pixels": images})
answer["label"]                         # a numpy array
client.feedback(answer.request_id, 7)   # once the truth is known
"""

from __future__ import annotations

import json
import random
import time
from typing import Any, Iterable, Mapping
from urllib.parse import urlsplit

import botocore.exceptions
import botocore.httpsession
import botocore.session
import numpy as np
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from requests_file import NUMPY, columns_of, fitted, tensor

# Too many at once, or not ready yet: asked a moment later, it may be answered. Every other 4xx would be refused again.
RETRIED = (429, 503)
# No answer was on its way. An answer that takes too long is none of them: to ask again would load a slow model twice.
UNREACHED = (
    botocore.exceptions.EndpointConnectionError,
    botocore.exceptions.ConnectTimeoutError,
    botocore.exceptions.ConnectionClosedError,
)
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
MOST_LABELS = 100


class Refused(Exception):
    """The endpoint answered with an error: `status`, its `code`, and the `field` that is wrong, where one is."""

    def __init__(self, status: int, code: str, message: str, field: str | None, request_id: str | None):
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.field, self.request_id = status, code, field, request_id


class Answer(Mapping[str, np.ndarray]):
    """Outputs by name, and who answered. `request_id` is what a label is sent back with."""

    def __init__(self, body: Mapping[str, Any], headers: Mapping[str, str]):
        self._outputs = {output["name"]: _array(output) for output in body["outputs"]}
        self.version: str = body.get("model_version", "")
        self.request_id: str | None = headers.get("x-greenlight-request-id")
        self.model: str | None = headers.get("x-greenlight-model")

    def __getitem__(self, name: str) -> np.ndarray:
        return self._outputs[name]

    def __iter__(self):
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)


class Client:
    """One endpoint. Threads may share it.

    url       the function URL of the endpoint, or of its preview
    endpoint  the endpoint's name
    region    @default what the URL says, else the session's
    attempts  tries of one request, the first included
    timeout   seconds for an answer
    sign      False where the URL is open to everyone
    """

    def __init__(
        self,
        url: str,
        endpoint: str,
        *,
        region: str | None = None,
        attempts: int = 4,
        timeout: float = 30.0,
        sign: bool = True,
        session: botocore.session.Session | None = None,
        sleep=time.sleep,
    ):
        if attempts < 1:
            raise ValueError(f"attempts: must be 1 or more; got {attempts}")
        self.base = f"{url.rstrip('/')}/v2/models/{endpoint}"
        self.attempts, self.sleep = attempts, sleep
        self.signature: dict[str, tuple[str, list[int | None]]] | None = None
        self.http = botocore.httpsession.URLLib3Session(timeout=(min(timeout, 5.0), timeout), max_pool_connections=50)
        self.credentials = self.region = None
        if sign:
            session = session or botocore.session.get_session()
            self.region = region or _region_in(url) or session.get_config_variable("region")
            self.credentials = session.get_credentials()
            if self.credentials is None:
                raise ValueError(
                    "no AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign=False for an open URL"
                )
            if not self.region:
                raise ValueError("no region: set AWS_REGION, or pass region")

    def infer(self, x: Any, *, input_name: str | None = None) -> Answer:
        """The answers to all rows of a DataFrame, an array (named by `input_name`), or a dict of arrays, in one request."""
        columns = columns_of(x, input_name)
        rows = len(next(iter(columns.values())))
        columns, batch = fitted(columns, self._inputs(), rows)
        if batch == 0 and rows != 1:
            raise ValueError(f"the model takes one row at a time; got {rows}")
        inputs = [tensor(name, values if batch else values[0]) for name, values in columns.items()]
        return Answer(*self._send("POST", "/infer", {"inputs": inputs}))

    def _inputs(self) -> dict[str, tuple[str, list[int | None]]]:
        """Names, datatypes and shapes that the model takes, asked once: a rollout keeps them, unless it is forced."""
        if self.signature is None:
            body, _ = self._send("GET", "", None)
            self.signature = {
                one["name"]: (one["datatype"], [None if size < 0 else size for size in one["shape"]])
                for one in body["inputs"]
            }
        return self.signature

    def feedback(self, request_id: str, label: Any) -> Mapping[str, Any]:
        """Says what an answer should have been: one label, or one per row. Sent twice it counts once."""
        body, _ = self._send("POST", "/feedback", {"requestId": request_id, "label": _plain(label)})
        return body

    def feedback_many(self, labels: Iterable[tuple[str, Any]]) -> list[Mapping[str, Any]]:
        """Labels by request id, up to 100 in a request; what became of each, in their order."""
        items = [{"requestId": request_id, "label": _plain(label)} for request_id, label in labels]
        results: list[Mapping[str, Any]] = []
        for begin in range(0, len(items), MOST_LABELS):
            body, _ = self._send("POST", "/feedback", {"feedback": items[begin : begin + MOST_LABELS]})
            results += body["results"]
        return results

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[Any, Mapping[str, str]]:
        data = b"" if body is None else json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
        for attempt in range(1, self.attempts + 1):
            try:
                response = self.http.send(self._signed(method, f"{self.base}{path}", data))
            except UNREACHED:
                if attempt == self.attempts:
                    raise
                response = None
            if response is not None:
                if response.status_code < 400:
                    return json.loads(response.content), response.headers
                if response.status_code not in RETRIED or attempt == self.attempts:
                    self.signature = None
                    raise _refused(response)
            # Full jitter, so that callers who were turned away together do not come back together.
            self.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))))
        raise AssertionError("the last attempt answers or raises")

    def _signed(self, method: str, url: str, data: bytes):
        """Signed at each try: a signature is valid for minutes, and credentials may have been renewed."""
        request = AWSRequest(method, url, data=data, headers={"content-type": "application/json"})
        if self.credentials is not None:
            SigV4Auth(self.credentials.get_frozen_credentials(), "lambda", self.region).add_auth(request)
        return request.prepare()


def _region_in(url: str) -> str | None:
    parts = (urlsplit(url).hostname or "").split(".")
    return parts[2] if len(parts) > 3 and parts[1] == "lambda-url" else None


def _refused(response) -> Refused:
    try:
        body = json.loads(response.content)
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    # What Lambda itself refuses has another form than what the endpoint does.
    message = (
        body.get("error")
        or body.get("Message")
        or body.get("message")
        or response.content[:200].decode(errors="replace")
    )
    code = body.get("code") or response.headers.get("x-amzn-ErrorType") or "Refused"
    return Refused(response.status_code, code, message, body.get("field"), body.get("requestId"))


def _array(output: Mapping[str, Any]) -> np.ndarray:
    dtype = NUMPY.get(output["datatype"], "object")
    data = output["data"]
    if dtype.startswith("float"):
        data = [np.nan if one is None else one for one in data]
    elif dtype.startswith(("int", "uint")):
        data = [int(one) for one in data]
    return np.array(data, dtype=dtype).reshape(output["shape"])


def _plain(label: Any) -> Any:
    """numpy's numbers and arrays are no JSON."""
    if hasattr(label, "tolist"):
        return label.tolist()
    return [_plain(one) for one in label] if isinstance(label, (list, tuple)) else label
