"""`python -m unittest` in this folder: what the judge and the rollout ask of an endpoint."""

import base64
import hashlib
import io
import json
import math
import unittest
from types import SimpleNamespace
from unittest.mock import patch

from greenlight import Endpoint, Tensor, cell_of_number, code_of

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:churn"
LIVE = SimpleNamespace(function_version="7", invoked_function_arn=f"{ARN}:live")
BY_VERSION = SimpleNamespace(function_version="7", invoked_function_arn=f"{ARN}:7")
BYTES = b"a model"
GRID = [0, 0, 126, 175, 215, 350, 377, 644, 1098, 1099, -169, -399]


class Echo:
    """Answers its first column; 13 makes it fail, infinity is what it makes of 1e300."""

    inputs = [Tensor("x", "FP64", [-1, 2])]
    outputs = [Tensor("label", "INT64", [-1]), Tensor("score", "FP64", [-1])]

    def predict(self, inputs):
        rows = inputs["x"].data[::2]
        if 13 in rows:
            raise RuntimeError("unlucky")
        if any(row != row for row in rows):
            raise ValueError("no missing values, please")
        label, score = self.outputs
        scores = [row * 1e300 for row in rows]
        return [
            label._replace(shape=[len(rows)], data=[int(row) % 1000 for row in rows]),
            score._replace(shape=[len(rows)], data=scores),
        ]


def event(method, path, body=None, **more):
    text = None if body is None else json.dumps(body)
    return {"rawPath": path, "requestContext": {"http": {"method": method}}, "body": text, **more}


def infer(*rows, **more):
    return {"inputs": [{"name": "x", "datatype": "FP64", "shape": [len(rows), 2], "data": list(rows)}], **more}


class Quantised:
    """Answers the two columns as scores of classes, and how sure it is."""

    inputs = Echo.inputs
    outputs = [Tensor("scores", "INT8", [-1, 2])]

    def predict(self, inputs):
        data = [int(one) for one in inputs["x"].data]
        scores, *sure = self.outputs
        rows = len(data) // 2
        return [
            scores._replace(shape=[rows, 2], data=data),
            *(one._replace(shape=[rows, 1], data=[0.5] * rows) for one in sure),
        ]


class Surer(Quantised):
    outputs = [Tensor("sure", "FP32", [-1, 1]), *Quantised.outputs][::-1]


class EndpointTest(unittest.TestCase):
    def setUp(self):
        self.objects = {}

    def serve(self, sha256=hashlib.sha256(BYTES).hexdigest(), model=Echo, **env):
        self.lines = []
        pin = {"BUCKET": "b", "KEY": "models/churn/a.pkl", "VERSION_ID": "v", "SHA256": sha256}
        given = {f"GREENLIGHT_MODEL_{name}": value for name, value in pin.items()}
        write = lambda line: self.lines.append(json.loads(line))
        self.opened = 0

        def open_model(path):
            self.opened += 1
            return model()

        env = {"GREENLIGHT_ENDPOINT": "churn", **given, **env}
        self.endpoint = Endpoint(
            open_model, env, fetch=lambda pin: io.BytesIO(self.objects.get(pin.key, BYTES)), write=write
        )

    def call(self, *args, context=LIVE, **more):
        answer = self.endpoint.handle(event(*args, **more), context)
        return answer["statusCode"], json.loads(answer["body"])

    def ask(self, *rows, context=LIVE, **more):
        return self.call("POST", "/v2/models/churn/infer", infer(*rows, **more), context=context)

    def counted(self):
        return [{name: value for name, value in line.items() if name != "_aws"} for line in self.lines]

    def test_other_bytes_are_refused_before_they_are_opened(self):
        self.serve(sha256="0" * 64)
        status, body = self.call("GET", "/v2/health/ready")
        self.assertEqual((status, body["code"], self.opened), (503, "Sha256Mismatch", 0))

    def test_a_model_is_opened_once_and_its_load_is_told(self):
        self.serve()
        for _ in range(2):
            status, body = self.call("GET", "/v2/health/ready")
        self.assertEqual((status, body["load"]["bytes"], self.opened), (200, len(BYTES), 1))

    def test_without_a_pin_there_is_no_model(self):
        self.serve(GREENLIGHT_MODEL_KEY="")
        self.assertEqual(self.call("GET", "/v2/health/ready")[1]["code"], "NoModel")
        self.assertEqual(self.call("GET", "/v2/health/live")[0], 200)

    def test_answers_are_counted_with_their_predictions_and_the_time_of_warm_ones(self):
        self.serve()
        status, body = self.ask([3, 0], [5, 0], id="a")
        self.assertEqual((status, body["id"], body["outputs"][0]["data"]), (200, "a", [3, 5]))
        self.ask([4, 0])
        first, second = self.counted()
        self.assertEqual(first, {"E": "churn", "V": "7", "F": 0, "A": [code_of(one) for one in [3, 5]]})
        self.assertEqual(second["A"], [code_of(one) for one in [4]])
        self.assertGreaterEqual(second["W"], 0)
        self.assertEqual(self.lines[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"], [["E", "V"]])

    @patch("greenlight.time.time", return_value=300)
    def test_nearness_to_the_memory_limit_is_counted(self, _):
        for megabytes, expected in (("1", [1, 1]), ("1000000", [0, None]), ("0", [None, None])):
            self.serve(AWS_LAMBDA_FUNCTION_MEMORY_SIZE=megabytes)
            self.ask([1, 0])
            self.ask([2, 0])
            self.assertEqual([line.get("M") for line in self.lines], expected)

    def test_failures_count_against_the_model_and_mistakes_do_not(self):
        self.serve()
        self.assertEqual(self.ask([13, 0])[0], 500)
        self.assertEqual(self.ask([1e9, 0])[1]["code"], "NonFiniteOutput")
        for body in ({}, infer([1]), {"inputs": [{"name": "y", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}]}):
            self.assertEqual(self.call("POST", "/v2/models/churn/infer", body)[0], 400)
        self.assertEqual(
            self.ask([None, 0])[1]["error"], "The model does not take these values: no missing values, please"
        )
        values = [(line.get("F"), line.get("NonFiniteOutputs")) for line in self.counted()]
        # The last says that there were other requests in this minute.
        self.assertEqual(values, [(1, None), (0, 1), (None, 0)])

    def test_tests_of_a_version_are_not_counted_as_users(self):
        self.serve()
        self.ask([1, 0], context=BY_VERSION)
        self.assertEqual(self.lines, [])

    def test_it_fails_on_purpose_for_a_rollout_alone(self):
        self.serve()
        path = "/v2/health/fail-on-purpose"
        self.assertEqual(self.call("POST", path)[0], 404)
        self.assertEqual(self.call("POST", path, context=BY_VERSION)[0], 500)
        self.assertEqual([line.get("F") for line in self.counted()], [None, 1])

    def test_numbers_are_counted_in_the_grid_of_the_judge(self):
        values = [0, 1e-9, 0.01, 0.5, 0.98, 1, 3, 130_226, 1e13, 1e300, -0.3, -7]
        # As in the built-in server's own test.
        self.assertEqual([cell_of_number(value, 0.5) for value in values], GRID)
        self.assertEqual(cell_of_number(math.inf, 0.5), 1099)

    def test_a_task_and_the_settings_say_what_is_counted(self):
        own = json.dumps(
            [{"name": "label", "output": "label", "value": 0}, {"name": "top", "output": "label", "value": "largest"}]
        )
        self.serve(GREENLIGHT_PREDICTION_OUTPUT="score", GREENLIGHT_MEASURES=own)
        self.ask([1, 0], [2, 0], [3, 0])
        self.assertEqual(set(self.counted()[0]) - {"E", "V", "F"}, {"S", "Xlabel", "Xtop"})
        self.assertEqual(len(self.counted()[0]["S"]), 3)
        parameters = self.call("GET", "/v2/models/churn")[1]["parameters"]
        self.assertEqual(parameters["measures"], ["score", "label", "top"])

    def test_rows_of_whole_numbers_are_scores_whatever_their_values_are(self):
        self.serve(model=Quantised, GREENLIGHT_TASK="classification")
        self.ask([0, 0], [0, 1], [-128, 127])
        self.ask([0, 0])
        self.assertEqual([line["A"] for line in self.counted()], [[1.0, 1.25, 1.25], [1.0]])

    def test_scores_of_a_model_without_batches_are_one_class(self):
        for datatype in ("FP32", "INT8"):
            answer = Tensor("scores", datatype, [3], [1, 2, 9])
            model = SimpleNamespace(inputs=Echo.inputs, outputs=[answer], predict=lambda inputs: [answer])
            self.serve(model=lambda: model, GREENLIGHT_TASK="classification")
            self.ask([1, 0])
            self.assertEqual(self.counted()[0]["A"], [code_of(2)])

    def test_scores_beside_one_number_are_the_classes_of_a_classification_and_else_both_are_counted(self):
        for task, metrics in [("classification", {"A"}), ("", {"A", "S"}), ("regression", {"S"})]:
            self.serve(model=Surer, GREENLIGHT_TASK=task)
            self.ask([1, 0], [-3, 1])
            (line,) = self.counted()
            self.assertEqual(set(line) - {"E", "V", "F"}, metrics)
            self.assertEqual(line.get("A", [1.0, 1.25]), [1.0, 1.25])

    def test_texts_are_counted_by_their_name(self):
        self.serve(GREENLIGHT_CLASS_NAMES='["3", "1"]')
        self.ask([1, 0], [3, 0], [8, 0])
        self.assertEqual(self.counted()[0]["A"], [code_of(one) for one in [1, 0, 2]])

    def test_names_too_many_for_the_environment_are_read_from_their_object(self):
        text = json.dumps(["3", "1"]).encode()
        kept = hashlib.sha256(text).hexdigest()
        self.objects[f"rollouts/churn/class-names/{kept}.json"] = text
        self.serve(GREENLIGHT_CLASS_NAMES=f"sha256:{kept}")
        self.ask([1, 0], [3, 0], [8, 0])
        self.assertEqual(self.counted()[0]["A"], [code_of(one) for one in [1, 0, 2]])
        self.serve(GREENLIGHT_CLASS_NAMES=f"sha256:{'0' * 64}")
        self.assertEqual(self.ask([1, 0])[0], 503)

    def test_a_batch_is_counted_by_its_rows_and_a_wrong_value_is_told_by_its_row(self):
        self.serve(GREENLIGHT_CLASS_NAMES='["3", "1"]')
        status, body = self.ask([3, 0], [1, 0], [3, 0])
        self.assertEqual((status, body["outputs"][0]["shape"], body["outputs"][0]["data"]), (200, [3], [3, 1, 3]))
        (line,) = self.counted()
        self.assertEqual((line["F"], len(line["A"])), (0, 3))
        self.assertEqual(self.call("GET", "/v2/models/churn")[1]["parameters"]["counted"]["predictions"], "rows")
        status, body = self.ask([3, 0], [1, "two"])
        self.assertEqual((status, body["error"]), (400, "inputs.x.data[3] is 'two', which is no FP64 (row 1)."))

    def test_binary_data_is_refused_by_name(self):
        self.serve()
        given = {
            **event("POST", "/v2/models/churn/infer", infer([1, 0])),
            "headers": {"Inference-Header-Content-Length": "40"},
        }
        answer = self.endpoint.handle(given, LIVE)
        self.assertEqual(answer["statusCode"], 415)
        self.assertIn("binary_data=False", json.loads(answer["body"])["error"])

    def test_a_body_in_base64_and_its_metadata(self):
        self.serve()
        text = base64.b64encode(json.dumps(infer([1, 0])).encode()).decode()
        answer = self.endpoint.handle(
            {**event("POST", "/v2/models/churn/infer"), "body": text, "isBase64Encoded": True}, LIVE
        )
        self.assertEqual(answer["statusCode"], 200)
        status, body = self.call("GET", "/v2/models/churn")
        self.assertEqual(
            (body["versions"], body["inputs"]), (["7"], [{"name": "x", "datatype": "FP64", "shape": [-1, 2]}])
        )


if __name__ == "__main__":
    unittest.main()
