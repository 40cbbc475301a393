"""Makes any Python model a Greenlight endpoint. Copy this file beside your own; it needs Python 3.10 and nothing else.

It reads the model that the rollout pinned in the environment, refuses other bytes, answers the Open Inference Protocol
(by the function's URL and by direct invoke), and counts what the judge counts: failures, answers that are not finite,
warm durations and predictions. Your part is a class, see `Model`.
"""

import base64
import hashlib
import json
import math
import os
import re
import tempfile
import time
from typing import Any, Callable, Mapping, NamedTuple, Protocol, Sequence

NAMESPACE = "Greenlight"
# What the judge reads, see docs/reference/inference.md. One letter each: every request pays for a line of them.
ENDPOINT, VERSION, FAILED, WARM, MEMORY = "E", "V", "F", "W", "M"
# What is counted of answers, see docs/guides/measures.md.
METRICS = {
    **{
        "class": "A",
        "label": "L",
        "labels": "L1",
        "score": "S",
        "first": "S1",
        "mean": "S2",
        "last": "S3",
        "largest": "S4",
    },
    **{"detections": "D", "best": "D1", "norm": "P", "projection1": "P1", "projection2": "P2", "projection3": "P3"},
}
VECTOR = ["first", "mean", "last", "largest"]
EMBEDDING = ["norm", "projection1", "projection2", "projection3", "largest"]
NEAR_LIMIT = 0.9  # Of the function's memory.
MAX_ROWS_COUNTED = 100  # CloudWatch keeps so many values of a metric in one line.
LAST_CELL = 1_100  # Of the numbers that are counted exactly, see `code_of`; the class of labels without an index.
CHUNK = 1024 * 1024
# What a batch is to the judge: one request, or as many rows as it has.
COUNTED = {
    "errors": "requests",
    "latency": "requests",
    "throttles": "requests",
    "predictions": "rows",
    "accuracy": "rows",
}
INTEGERS = {f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)}
FLOATS = {"FP16", "FP32", "FP64"}


class Tensor(NamedTuple):
    """Values in row-major order. `shape` in a signature has -1 where each request chooses."""

    name: str
    datatype: str  # FP32, FP64, INT64, BOOL, BYTES …
    shape: Sequence[int]
    data: Sequence[Any] = ()


class Model(Protocol):
    """What you write. `predict` raises ValueError for values that the model does not take: the caller's mistake."""

    inputs: Sequence[Tensor]
    outputs: Sequence[Tensor]

    def predict(self, inputs: Mapping[str, Tensor]) -> Sequence[Tensor]: ...


class Refused(Exception):
    """An answer other than 200: the caller's mistake (4xx), no model yet (503), or the model's failure (500)."""

    def __init__(self, status: int, code: str, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.status, self.code, self.field = status, code, field

    @property
    def body(self) -> dict[str, str]:
        field = {} if self.field is None else {"field": self.field}
        return {"error": str(self), "code": self.code, **field}


class Pin(NamedTuple):
    """The model that this version of the function serves: the same four values always mean the same bytes."""

    bucket: str
    key: str
    version_id: str
    sha256: str


def pin_of(env: Mapping[str, str]) -> Pin | None:
    names = ("BUCKET", "KEY", "VERSION_ID", "SHA256")
    values = [env.get(f"GREENLIGHT_MODEL_{name}", "") for name in names]
    return Pin(*values) if all(values) else None


def from_s3(pin: Pin) -> Any:
    """The object's bytes as a file. boto3 is in Lambda's runtime."""
    import boto3  # Not at the top: it takes long to import, and nothing else needs it.

    version = {"VersionId": pin.version_id} if pin.version_id else {}
    return boto3.client("s3").get_object(Bucket=pin.bucket, Key=pin.key, **version)["Body"]


class Endpoint:
    """`handle` is the Lambda handler. Call `load` at the top level of your module: Lambda waits for it."""

    def __init__(
        self,
        open_model: Callable[[str], Model],
        env: Mapping[str, str] = os.environ,
        fetch: Callable[[Pin], Any] = from_s3,
        write: Callable[[str], None] = lambda line: print(line, flush=True),
    ):
        self.open_model, self.fetch, self.write = open_model, fetch, write
        self.pin = pin_of(env)
        self.name = env.get("GREENLIGHT_ENDPOINT", "model")
        self.model_name = env.get("GREENLIGHT_MODEL_NAME", self.name)
        self.max_bytes = int(env.get("GREENLIGHT_MAX_MODEL_MB", "500")) * 1024 * 1024
        names = env.get("GREENLIGHT_CLASS_NAMES", "")
        # More than the environment holds are an object, by what it holds; see `_loaded`.
        self.names_sha256 = names.removeprefix("sha256:") if names.startswith("sha256:") else None
        self.class_names = json.loads(names) if names and not self.names_sha256 else None
        self.labels = json.loads(env["GREENLIGHT_LABELS"]) if env.get("GREENLIGHT_LABELS") else None
        self.task = env.get("GREENLIGHT_TASK") or None
        self.own = json.loads(env.get("GREENLIGHT_MEASURES") or "[]")
        self.chance = 0.0
        self.prediction_output = env.get("GREENLIGHT_PREDICTION_OUTPUT") or None
        self.model: Model | None = None
        self.load_times: dict[str, float] | None = None
        self.asked = False
        self.other_minute = self.memory_minute = 0
        self.memory_bytes = int(env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) * 1024 * 1024

    def load(self) -> None:
        """Loads the model, if that has not succeeded yet. Requests are answered with what went wrong, and try again."""
        try:
            self._loaded()
        except Refused as refused:
            print(json.dumps({"level": "WARN", "message": "Model not loaded", **refused.body}), flush=True)

    def handle(self, event: Any, context: Any) -> dict[str, Any]:
        at, begun = int(time.time() * 1000), time.perf_counter()
        warm, self.asked = self.asked and self.model is not None, True
        counted: list[dict[str, Any]] = []
        try:
            status, body = 200, self._answer(event, context, counted.append)
        except Refused as refused:
            status, body = refused.status, refused.body
        if not counted and _is_users(context) and at // 60_000 != self.other_minute:
            # Not counted, but there: so that the minute's counts are not waited for.
            self.other_minute = at // 60_000
            self._count(at, context.function_version, {"NonFiniteOutputs": 0})
        for counts in counted:
            duration = {WARM: round((time.perf_counter() - begun) * 1000, 2)} if warm else {}
            self._count(at, context.function_version, {FAILED: 0, **duration, **self._near_limit(at), **counts})
        headers = {
            "content-type": "application/json",
            "x-greenlight-version": context.function_version,
            "x-greenlight-model": self.pin.sha256[:12] if self.pin else "none",
            "x-greenlight-endpoint": self.name,
        }
        return {"statusCode": status, "headers": headers, "body": json.dumps(body, separators=(",", ":"))}

    def _answer(self, event: Any, context: Any, count: Callable[[dict[str, Any]], None]) -> Any:
        path, method = _read(event)
        if path == "/v2/health/fail-on-purpose" and method == "POST":
            return self._fail_on_purpose(context, count)
        if path.rstrip("/") == "/v2":
            return {"name": "greenlight-python", "version": context.function_version, "extensions": []}
        if path == "/v2/health/live":
            return {"live": True}
        if path == "/v2/health/ready":
            self._loaded()
            return {"ready": True, "load": self.load_times}
        found = re.fullmatch(r"/v2/models/([^/]+)(?:/versions/([^/]+))?(/ready|/infer)?", path)
        if found is None or found[1] != self.model_name or found[2] not in (None, context.function_version):
            raise Refused(404, "NotFound", f"There is nothing at {path[:200]!r}.", "path")
        if (method == "POST") != (found[3] == "/infer"):
            raise Refused(
                405, "MethodNotAllowed", f"method is {method[:20]!r}, which {path[:200]!r} does not take.", "method"
            )
        if found[3] == "/infer":
            return self._infer(event, context, count)
        model = self._loaded()
        if found[3] == "/ready":
            return {"name": self.model_name, "ready": True}
        return {
            "name": self.model_name,
            "versions": [context.function_version],
            "platform": "python",
            "inputs": [_signature(one) for one in model.inputs],
            "outputs": [_signature(one) for one in model.outputs],
            "parameters": {
                "counted": COUNTED,
                "measures": self._measures(model.outputs),
                **({"class_names": names} if (names := self._names()) else {}),
            },
        }

    def _near_limit(self, at: int) -> dict[str, int]:
        """1 near the memory limit; else a 0 in the first line of each minute, which says that it is measured."""
        if self.memory_bytes == 0:
            return {}
        with open("/proc/self/statm") as pages:
            resident = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        near = resident >= NEAR_LIMIT * self.memory_bytes
        if not near and at // 60_000 == self.memory_minute:
            return {}
        self.memory_minute = at // 60_000
        return {MEMORY: int(near)}

    def _fail_on_purpose(self, context: Any, count: Callable[[dict[str, Any]], None]) -> None:
        """Asked for before any traffic moves, to see that failures are counted. To others it is not there."""
        if not re.search(r":function:[^:]+:\d+$", context.invoked_function_arn):
            raise Refused(404, "NotFound", "There is nothing at '/v2/health/fail-on-purpose'.", "path")
        count({FAILED: 1})
        raise Refused(500, "ModelFailed", "The model failed: on purpose, to see that failures are counted.")

    def _infer(self, event: Any, context: Any, count_any: Callable[[dict[str, Any]], None]) -> Any:
        # Tests of a new version call it by its number: they must not look like users.
        count = count_any if _is_users(context) else lambda counts: None
        try:
            model = self._loaded()
            request = _json_body(event)
            inputs = _inputs(request, model.inputs)
            outputs = self._predict(model, inputs)
            wanted = _wanted(request, outputs)
            count(self._counted(model, inputs, outputs))
        except Refused as refused:
            if refused.code == "NonFiniteOutput":
                count({"NonFiniteOutputs": 1})
            elif refused.status >= 500:
                count({FAILED: 1})
            raise
        given = {} if request.get("id") is None else {"id": request["id"]}
        answers = [{**_signature(one), "data": list(one.data)} for one in outputs if one.name in wanted]
        return {"model_name": self.model_name, "model_version": context.function_version, **given, "outputs": answers}

    def _predict(self, model: Model, inputs: Mapping[str, Tensor]) -> Sequence[Tensor]:
        try:
            outputs = model.predict(inputs)
        except ValueError as error:
            raise Refused(
                400, "InvalidInput", f"The model does not take these values: {error}"[:1000], "inputs"
            ) from error
        except Exception as error:
            raise Refused(500, "ModelFailed", f"The model failed: {type(error).__name__}: {error}"[:1000]) from error
        for output in outputs:
            if output.datatype in FLOATS and not all(map(math.isfinite, output.data)):
                raise Refused(500, "NonFiniteOutput", f"Output {output.name!r} holds NaN or an infinity.")
        return outputs

    def _loaded(self) -> Model:
        if self.model is not None:
            return self.model
        if self.pin is None:
            raise Refused(
                503, "NoModel", f"Endpoint {self.name} has no model yet: upload one to start its first rollout."
            )
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, os.path.basename(self.pin.key) or "model")
            size = self._download(self.pin, path)
            if self.names_sha256:
                key = f"rollouts/{self.name}/class-names/{self.names_sha256}.json"
                self._download(Pin(self.pin.bucket, key, "", self.names_sha256), path + ".names")
                with open(path + ".names", "rb") as file:
                    self.class_names = json.load(file)
            downloaded = time.perf_counter()
            try:
                model = self.open_model(path)
            except Exception as error:
                raise Refused(
                    503, "ModelUnloadable", f"The model cannot be loaded: {type(error).__name__}: {error}"[:1000]
                ) from error
        took = {"downloadMs": (downloaded - begun) * 1000, "openMs": (time.perf_counter() - downloaded) * 1000}
        self.load_times = {"bytes": size, **took}
        self.model = model
        return model

    def _download(self, pin: Pin, path: str) -> int:
        where = f"s3://{pin.bucket}/{pin.key}?versionId={pin.version_id}"
        digest, size = hashlib.sha256(), 0
        try:
            with open(path, "wb") as file:
                source = self.fetch(pin)
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > self.max_bytes:
                        raise Refused(
                            503, "ModelTooLarge", f"{where} has {size} bytes or more, the limit is {self.max_bytes}."
                        )
                    digest.update(chunk)
                    file.write(chunk)
        except Refused:
            raise
        except Exception as error:
            raise Refused(
                503, "ModelDownloadFailed", f"{where} could not be read: {type(error).__name__}: {error}"[:1000]
            ) from error
        # Before anything of it is opened: to open a pickle is to run it.
        if digest.hexdigest() != pin.sha256:
            raise Refused(
                503, "Sha256Mismatch", f"{where} has sha256 {digest.hexdigest()}, but {pin.sha256} was pinned."
            )
        return size

    def _count(self, at: int, version: str, values: Mapping[str, Any]) -> None:
        """One line of CloudWatch's embedded metric format, with exactly the names that the judge asks for."""
        present = {name: value for name, value in values.items() if value != []}
        metrics = {
            "Namespace": NAMESPACE,
            "Dimensions": [[ENDPOINT, VERSION]],
            "Metrics": [{"Name": name} for name in present],
        }
        line = {"_aws": {"Timestamp": at, "CloudWatchMetrics": [metrics]}, ENDPOINT: self.name, VERSION: version}
        self.write(json.dumps({**line, **present}, separators=(",", ":")))

    def _names(self) -> list[str] | None:
        return self.class_names or self.labels

    def _measures(self, signature: Sequence[Tensor]) -> list[str]:
        """What is counted of answers, by the task or by what the outputs allow; as the built-in server does."""
        found = self._by_task(*self._chosen(signature))
        return [*found, *(one["name"] for one in self.own)]

    def _by_task(
        self, label: Tensor | None, row: Tensor | None, single: Tensor | None, more: Tensor | None, both: bool
    ) -> list[str]:
        task = self.task
        numbers = row or single or more
        said = label is not None and (label.datatype != "BYTES" or self._names() is not None)
        if task == "classification":
            return ["class"] if said or row else ["score"] if single else []
        if task == "multilabel" and row:
            return ["label", "labels"]
        if task == "regression":
            return ["score"] if single else VECTOR if numbers else ["class"] if said else []
        if task in ("forecast", "embedding", "none"):
            return [] if not numbers else VECTOR if task == "forecast" else EMBEDDING
        if task == "detection":
            return ["detections", "best"]
        if said:
            return ["class"]
        if both:
            return ["class", "score"]
        return ["class", *VECTOR] if row else ["score"] if single else EMBEDDING if more else []

    def _chosen(
        self, outputs: Sequence[Tensor]
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, Tensor | None, bool]:
        """
        A label, a row of numbers, a single number and a tensor of more dimensions, the first of each. A row of whole
        numbers beside a single number is the row where the task says so; without a task both may be the answer.
        """
        some = [one for one in outputs if self.prediction_output in (None, one.name)]

        def first(is_float: bool, width: str) -> Tensor | None:
            return next((one for one in some if (one.datatype in FLOATS) == is_float and _width(one) == width), None)

        label, row, single, more = first(False, "one"), first(True, "row"), first(True, "one"), first(True, "more")
        whole = next((one for one in some if one.datatype in {*INTEGERS, "BOOL"} and _width(one) == "row"), None)
        if single is None or self.task in ("classification", "multilabel"):
            row = row or whole
        return label, row, single, more, whole is not None and row is None

    def _counted(self, model: Model, inputs: Mapping[str, Tensor], outputs: Sequence[Tensor]) -> dict[str, list[float]]:
        """Values by metric, of the first hundred rows."""
        by_name = {one.name: one for one in outputs}
        rows = next((int(one.shape[0]) for one in inputs.values() if one.shape), 1)
        chosen = self._chosen(model.outputs)
        label, row, single, more, _ = chosen
        found = self._by_task(*chosen)
        numbers = single if "score" in found else (row or more or single)
        data = _rows(by_name[numbers.name], rows) if numbers is not None and numbers.name in by_name else []
        counted: dict[str, list[int]] = {}
        for name in found:
            if name == "class" and label is None and row is not None and len(row.shape) == 1:
                # Of a model without batches.
                scores = by_name[row.name].data
                counted[METRICS[name]] = [max(range(len(scores)), key=scores.__getitem__)]
            elif name == "class":
                counted[METRICS[name]] = self._classes(outputs)
            elif name == "label":
                counted[METRICS[name]] = [at for one in data for at in (*_given(one), -1)]
            elif name == "labels":
                counted[METRICS[name]] = self._cells([len(_given(one)) for one in data])
            elif name in ("detections", "best"):
                counted[METRICS[name]] = self._cells(_detected(outputs, rows, self.prediction_output)[name])
            else:
                counted[METRICS[name]] = self._cells(
                    [_summed(one, "first" if name == "score" else name) for one in data]
                )
        for own in self.own:
            found_rows = _rows(by_name[own["output"]], rows) if own["output"] in by_name else []
            counted["X" + own["name"]] = self._cells([_summed(one, own.get("value", 0)) for one in found_rows])
        return {metric: [code_of(cell) for cell in cells[:MAX_ROWS_COUNTED]] for metric, cells in counted.items()}

    def _cells(self, values: Sequence[float | None]) -> list[int]:
        """Chance decides between two neighbouring cells, as evenly as the multiples of the golden ratio do."""
        cells = []
        for value in values:
            if value is not None and not math.isnan(value):
                self.chance = (self.chance + 0.618033988749895) % 1
                cells.append(cell_of_number(value, self.chance))
        return cells

    def _classes(self, outputs: Sequence[Tensor]) -> list[int]:
        """Per row the class that is counted, as the built-in server does: labels first, then the largest score."""
        candidates = [one for one in outputs if self.prediction_output in (None, one.name)]
        label = next((one for one in candidates if one.datatype not in FLOATS and _columns(one) == 1), None)
        if label is not None and (self._names() is not None or label.datatype != "BYTES"):
            return [self._class(value) for value in label.data[:MAX_ROWS_COUNTED]]
        tables = [one for one in candidates if one.datatype != "BYTES" and _columns(one) > 1]
        if not tables:
            return []
        scores = next((one for one in tables if one.datatype in FLOATS), tables[0])
        width = _columns(scores)
        rows = [scores.data[start : start + width] for start in range(0, len(scores.data), width)]
        return [max(range(width), key=row.__getitem__) for row in rows[:MAX_ROWS_COUNTED]]

    def _class(self, label: Any) -> int:
        names = self._names()
        if names is None:
            return min(int(label), LAST_CELL) if label >= 0 else LAST_CELL
        if isinstance(label, str) or all(re.fullmatch(r"-?\d+", name) for name in names):
            text = label if isinstance(label, str) else str(int(label))
            return names.index(text) if text in names else len(names)
        return int(label) if 0 <= label < len(names) else len(names)


def cell_of_number(value: float, chance: float) -> int:
    """Where a number lies in the fixed grid of the judge; see docs/guides/measures.md."""
    size = abs(value)
    if size < 0.5:
        place = max(0.5, 175 + math.log(size / 0.5) / 0.08) if size > 0 else 0.5
    elif size < 1:
        place = min(349.5, 175 - math.log((1 - size) / 0.5) / 0.08)
    else:
        place = min(LAST_CELL - 0.5, 350 + math.log(size) / 0.04) if math.isfinite(size) else LAST_CELL - 0.5
    cell = max(0, min(LAST_CELL - 1, math.floor(place - 0.5 + chance)))
    return -1 - cell if value < 0 else cell


def code_of(cell: int) -> float:
    """A whole number as a value that CloudWatch counts exactly, also in bins of 10 %: 1.25 ** cell in three digits."""
    return float(f"{1.25 ** max(-LAST_CELL, min(LAST_CELL, cell)):.3g}")


def _is_users(context: Any) -> bool:
    return context.invoked_function_arn.endswith(":live")


def _read(event: Any) -> tuple[str, str]:
    try:
        path, method = event["rawPath"], event["requestContext"]["http"]["method"]
    except (KeyError, TypeError):
        path = method = None
    if not isinstance(path, str) or not isinstance(method, str):
        raise Refused(
            400,
            "InvalidEvent",
            "The event must look like a function URL's: rawPath and requestContext.http.method.",
            "event",
        )
    return path, method


def _json_body(event: Mapping[str, Any]) -> dict[str, Any]:
    headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
    if "inference-header-content-length" in headers or headers.get("content-encoding", "identity") != "identity":
        raise Refused(
            415,
            "UnsupportedEncoding",
            "Bodies are plain JSON here: no binary tensor data (tritonclient: binary_data=False), not compressed.",
            "body",
        )
    body = event.get("body")
    try:
        text = base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
        request = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(400, "InvalidJson", f"The body is no JSON: {error}"[:300], "body") from error
    if not isinstance(request, dict):
        raise Refused(400, "InvalidInput", "The body must be a JSON object with inputs.", "body")
    return request


def _inputs(request: Mapping[str, Any], signature: Sequence[Tensor]) -> dict[str, Tensor]:
    given = request.get("inputs")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused(400, "InvalidInput", "inputs must be a list of tensors.", "inputs")
    by_name = {str(one.get("name")): one for one in given}
    known = {one.name for one in signature}
    if set(by_name) != known or len(given) != len(known):
        raise Refused(400, "InvalidInput", f"inputs are {sorted(by_name)}, the model's are {sorted(known)}.", "inputs")
    return {one.name: _input(by_name[one.name], one) for one in signature}


def _input(given: Mapping[str, Any], of: Tensor) -> Tensor:
    field = f"inputs.{of.name}"
    if given.get("datatype") != of.datatype:
        raise Refused(
            400,
            "InvalidInput",
            f"{field}.datatype is {given.get('datatype')!r}, the model's is {of.datatype}.",
            f"{field}.datatype",
        )
    shape = given.get("shape")
    sizes = isinstance(shape, list) and all(isinstance(size, int) and size >= 0 for size in shape)
    if not sizes or len(shape) != len(of.shape) or any(want not in (-1, size) for want, size in zip(of.shape, shape)):
        raise Refused(
            400, "InvalidInput", f"{field}.shape is {shape!r}, the model's is {list(of.shape)}.", f"{field}.shape"
        )
    flat = _flat(given.get("data"), field)
    per_row = max(1, math.prod(shape[1:]))
    data = [
        _value(value, of.datatype, f"{field}.data[{at}]", at // per_row if len(shape) > 1 else None)
        for at, value in enumerate(flat)
    ]
    if len(data) != math.prod(shape):
        raise Refused(
            400, "InvalidInput", f"{field}.data has {len(data)} values, the shape {math.prod(shape)}.", f"{field}.data"
        )
    return of._replace(shape=shape, data=data)


def _flat(data: Any, field: str) -> list[Any]:
    if not isinstance(data, list):
        raise Refused(400, "InvalidInput", f"{field}.data must be a list.", f"{field}.data")
    while any(isinstance(one, list) for one in data):
        data = [value for one in data for value in (one if isinstance(one, list) else [one])]
    return data


def _value(value: Any, datatype: str, field: str, row: int | None) -> Any:
    """`null` in floating-point data is a missing value."""
    if datatype in FLOATS and (value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))):
        return math.nan if value is None else float(value)
    fits = (
        (datatype in INTEGERS and isinstance(value, int) and not isinstance(value, bool))
        or (datatype == "BOOL" and isinstance(value, bool))
        or (datatype == "BYTES" and isinstance(value, str))
    )
    if not fits:
        where = "" if row is None else f" (row {row})"
        raise Refused(400, "InvalidInput", f"{field} is {value!r:.40}, which is no {datatype}{where}.", field)
    return value


def _wanted(request: Mapping[str, Any], outputs: Sequence[Tensor]) -> set[str]:
    names = {one.name for one in outputs}
    asked = request.get("outputs")
    if asked is None:
        return names
    wanted = {one.get("name") for one in asked if isinstance(one, dict)} if isinstance(asked, list) else {None}
    if not wanted <= names:
        raise Refused(400, "InvalidInput", f"outputs must be among {sorted(names)}.", "outputs")
    return wanted


def _signature(tensor: Tensor) -> dict[str, Any]:
    return {"name": tensor.name, "datatype": tensor.datatype, "shape": list(tensor.shape)}


def _width(tensor: Tensor) -> str:
    """Beside the batch: one value a row, a row of values, or more dimensions."""
    sizes = [size for size in tensor.shape[1:] if size != 1]
    if len(sizes) > 1:
        return "more"
    return "row" if sizes or (len(tensor.shape) == 1 and tensor.shape[0] > 1) else "one"


def _rows(tensor: Tensor, rows: int) -> list[list[float]]:
    """The batch is the request's: where the output's first dimension is another, its values are one row's."""
    count = rows if tensor.shape and tensor.shape[0] == rows and rows > 0 else 1
    width = len(tensor.data) // count
    return [
        [float(one) for one in tensor.data[row * width : row * width + min(width, 4096)]]
        for row in range(min(count, MAX_ROWS_COUNTED))
    ]


def _given(row: Sequence[float]) -> list[int]:
    return [at for at, value in enumerate(row) if value >= 0.5]


def _summed(row: Sequence[float], how: str | int) -> float | None:
    if isinstance(how, int):
        return row[how] if how < len(row) else None
    if not row:
        return None
    if how.startswith("projection"):
        return sum(value * _sign(at, int(how[-1])) for at, value in enumerate(row)) / math.sqrt(len(row))
    if how == "norm":
        return math.sqrt(sum(value * value for value in row))
    return {"first": row[0], "last": row[-1], "mean": sum(row) / len(row), "largest": max(row)}[how]


def _sign(at: int, projection: int) -> int:
    """A fixed pattern of signs for each projection: one bit of a multiplicative hash of the place."""
    mixed = (((at + 1) * 0x9E3779B1) ^ (projection * 0x85EBCA6B)) & 0xFFFFFFFF
    return -1 if ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & 0x80000000 else 1


def _detected(outputs: Sequence[Tensor], rows: int, named: str | None) -> dict[str, list[float]]:
    """How many detections have a score above 0, and the best score."""
    floats = [one for one in outputs if one.datatype in FLOATS]
    scores = next((one for one in outputs if one.name == named), None)
    scores = scores or next((one for one in floats if re.search("score|conf|prob", one.name, re.I)), None)
    scores = scores or next((one for one in floats if len([size for size in one.shape if size != 1]) <= 1), None)
    if scores is None:
        return {"detections": [one.shape[0] if one.shape else 0 for one in outputs[:1]], "best": []}
    found = _rows(scores, rows if len(scores.shape) > 1 else 1)
    return {"detections": [sum(score > 0 for score in row) for row in found], "best": [max([0, *row]) for row in found]}


def _columns(tensor: Tensor) -> int:
    """Values per row; 0 when they are no row of columns."""
    sizes = [size for size in tensor.shape[1:] if size != 1]
    return 0 if len(sizes) > 1 else (sizes[0] if sizes else 1)
