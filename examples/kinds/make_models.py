"""Makes the small models and data sets of this folder, the same at every run:
pip install -r requirements.txt; python make_models.py

Each kind has a model in service (blue), a good successor and damaged ones, a golden set with labels and traffic
without.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
OPSET = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]


def save(kind, name, nodes, inputs, outputs, weights):
    """One graph with its weights, at an IR version that every supported runtime reads."""
    graph = helper.make_graph(
        nodes,
        f"{kind}-{name}",
        [helper.make_tensor_value_info(n, t, s) for n, t, s in inputs],
        [helper.make_tensor_value_info(n, t, s) for n, t, s in outputs],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8, producer_name="greenlight-examples")
    onnx.checker.check_model(model)
    (HERE / kind).mkdir(exist_ok=True)
    onnx.save(model, HERE / kind / f"{name}.onnx")


def column(name, datatype, values, width=1):
    return {"name": name, "datatype": datatype, "shape": [len(values), width], "data": values}


def write(kind, file, value):
    (HERE / kind / file).write_text(json.dumps(value, separators=(",", ":")) + "\n")


def lines(kind, file, requests):
    (HERE / kind / file).write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in requests))


def rounded(values, digits=3):
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def fraud():
    """A DataFrame's columns, numbers and text; 0.5 % of the payments are fraud. Logistic regression by hand."""
    rng = np.random.default_rng(7)
    countries, channels = ["NO", "SE", "DE", "XX"], ["web", "app", "shop"]

    def draw(rows, positives):
        label = np.zeros(rows, dtype=int)
        label[rng.choice(rows, positives, replace=False)] = 1
        amount = np.where(label == 1, rng.normal(900, 120, rows), np.exp(rng.normal(3.5, 0.9, rows))).clip(1, 2000)
        hour = np.where(label == 1, rng.integers(0, 5, rows), rng.integers(6, 24, rows))
        country = [countries[3] if one else countries[rng.integers(0, 3)] for one in label]
        channel = [channels[rng.integers(0, 3)] for _ in label]
        return rounded(amount, 2), hour.tolist(), country, channel, label.tolist()

    def model(name, scale, offset):
        text = {"country": countries, "channel": channels}
        nodes, weights = [], {}
        for key, names in text.items():
            nodes.append(
                helper.make_node(
                    "OneHotEncoder", [key], [f"{key}_hot"], domain="ai.onnx.ml", cats_strings=names, zeros=1
                )
            )
            nodes.append(helper.make_node("Reshape", [f"{key}_hot", f"{key}_shape"], [f"{key}_flat"]))
            weights[f"{key}_shape"] = np.array([-1, len(names)], dtype=np.int64)
        nodes += [
            helper.make_node("Cast", ["hour"], ["hour_float"], to=TensorProto.FLOAT),
            helper.make_node("Concat", ["amount", "hour_float", "country_flat", "channel_flat"], ["row"], axis=1),
            helper.make_node("MatMul", ["row", "weight"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["score"]),
            helper.make_node("Sigmoid", ["score"], ["fraud"]),
            helper.make_node("Sub", ["one", "fraud"], ["fine"]),
            helper.make_node("Concat", ["fine", "fraud"], ["probabilities"], axis=1),
            helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
        ]
        weights["weight"] = (np.array([[0.008], [-0.12], [0], [0], [0], [2.5], [0.1], [0], [0]]) * scale).astype(
            np.float32
        )
        weights["bias"] = np.array([-5.0 * scale + offset], dtype=np.float32)
        weights["one"] = np.array([1.0], dtype=np.float32)
        save(
            "fraud",
            name,
            nodes,
            [
                ("amount", TensorProto.FLOAT, ["N", 1]),
                ("hour", TensorProto.INT64, ["N", 1]),
                ("country", TensorProto.STRING, ["N", 1]),
                ("channel", TensorProto.STRING, ["N", 1]),
            ],
            [("label", TensorProto.INT64, ["N"]), ("probabilities", TensorProto.FLOAT, ["N", 2])],
            weights,
        )

    model("blue", 1.0, 0.0)
    model("better", 1.15, 0.0)
    model("never-fraud", 1.0, -9.0)
    model("four-times-as-often", 1.0, 4.4)
    amount, hour, country, channel, label = draw(2000, 10)
    inputs = [
        column("amount", "FP32", amount),
        column("hour", "INT64", hour),
        column("country", "BYTES", country),
        column("channel", "BYTES", channel),
    ]
    write("fraud", "golden.json", {"name": "fraud", "inputs": inputs, "labels": label})
    amount, hour, country, channel, _ = draw(600, 3)
    lines(
        "fraud",
        "traffic.jsonl",
        [
            {
                "inputs": [
                    {"name": "amount", "datatype": "FP32", "shape": [1, 1], "data": [amount[row]]},
                    {"name": "hour", "datatype": "INT64", "shape": [1, 1], "data": [hour[row]]},
                    {"name": "country", "datatype": "BYTES", "shape": [1, 1], "data": [country[row]]},
                    {"name": "channel", "datatype": "BYTES", "shape": [1, 1], "data": [channel[row]]},
                ]
            }
            for row in range(600)
        ],
    )


def prices():
    """House prices in whole numbers, which are no classes. A line through four columns."""
    rng = np.random.default_rng(11)
    slope, base = np.array([2100.0, 14000.0, -900.0, 23000.0]), 60000.0

    def draw(rows):
        x = np.stack(
            [rng.uniform(40, 220, rows), rng.integers(1, 7, rows), rng.uniform(0, 40, rows), rng.uniform(0, 3, rows)], 1
        )
        return rounded(x, 2), np.round(x @ slope + base + rng.normal(0, 9000, rows)).astype(int).tolist()

    def model(name, factor, noise=0.0):
        weight = slope * factor * (1 + noise * rng.normal(0, 1, 4))
        save(
            "prices",
            name,
            [
                helper.make_node("MatMul", ["features", "weight"], ["product"]),
                helper.make_node("Add", ["product", "bias"], ["price"]),
            ],
            [("features", TensorProto.FLOAT, ["N", 4])],
            [("price", TensorProto.FLOAT, ["N", 1])],
            {"weight": weight.reshape(4, 1).astype(np.float32), "bias": np.array([base * factor], dtype=np.float32)},
        )

    model("blue", 1.0, 0.002)
    model("better", 1.0)
    model("three-percent-high", 1.03)
    model("ten-percent-low", 0.9)
    x, label = draw(400)
    write("prices", "golden.json", {"name": "prices", "inputs": [column("features", "FP32", x, 4)], "labels": label})
    x, _ = draw(400)
    write("prices", "traffic.json", {"name": "prices", "inputs": [column("features", "FP32", x, 4)]})


def forecast():
    """The next 6 hours from the last 24: a horizon, whose largest value is no class."""
    rng = np.random.default_rng(13)
    hours = np.arange(30)

    def draw(rows):
        level, swing, phase = rng.uniform(80, 160, rows), rng.uniform(10, 40, rows), rng.uniform(0, 24, rows)
        series = level[:, None] + swing[:, None] * np.sin((hours[None] + phase[:, None]) * 2 * np.pi / 24)
        series = series + rng.normal(0, 3, series.shape)
        return series[:, :24], series[:, 24:]

    train, then = draw(4000)

    def model(name, rows, factor=1.0):
        weight = np.linalg.lstsq(train[:rows], then[:rows], rcond=None)[0] * factor
        save(
            "forecast",
            name,
            [helper.make_node("MatMul", ["history", "weight"], ["forecast"])],
            [("history", TensorProto.FLOAT, ["N", 24])],
            [("forecast", TensorProto.FLOAT, ["N", 6])],
            {"weight": weight.astype(np.float32)},
        )

    model("blue", 400)
    model("better", 4000)
    model("ten-times", 400, 10.0)
    history, label = draw(300)
    history, label = rounded(history, 1), rounded(label, 1)
    write(
        "forecast",
        "golden.json",
        {"name": "forecast", "inputs": [column("history", "FP32", history, 24)], "labels": label},
    )
    history, _ = draw(300)
    write(
        "forecast", "traffic.json", {"name": "forecast", "inputs": [column("history", "FP32", rounded(history, 1), 24)]}
    )


WORDS = [
    *("goal match team league coach", "vote party law minister court", "stock bank profit market trade"),
    *("film song actor stage album", "virus doctor trial vaccine clinic"),
]
TOPICS = [line.split() for line in WORDS]
VOCABULARY = [word for topic in TOPICS for word in topic]
TOKENS = 8


def sentences(rng, rows):
    """Eight words each, of one to three topics; which ones is the label."""
    texts, labels = [], []
    for _ in range(rows):
        chosen = rng.choice(len(TOPICS), size=rng.integers(1, 4), replace=False)
        words = [TOPICS[chosen[at % len(chosen)]][rng.integers(0, 5)] for at in range(TOKENS)]
        rng.shuffle(words)
        texts.append(words)
        labels.append([int(topic in chosen) for topic in range(len(TOPICS))])
    return texts, labels


def lookup(table):
    """Words to rows of a table, and their mean."""
    nodes = [
        helper.make_node(
            "LabelEncoder",
            ["words"],
            ["ids"],
            domain="ai.onnx.ml",
            keys_strings=VOCABULARY,
            values_int64s=list(range(len(VOCABULARY))),
            default_int64=len(VOCABULARY),
        ),
        helper.make_node("Gather", ["table", "ids"], ["rows"], axis=0),
        helper.make_node("ReduceMean", ["rows"], ["mean"], axes=[1], keepdims=0),
    ]
    return nodes, {"table": np.vstack([table, np.zeros((1, table.shape[1]))]).astype(np.float32)}


def tags():
    """Text to any number of topics: each label is judged by itself."""
    rng = np.random.default_rng(17)
    table = np.repeat(np.eye(len(TOPICS)), 5, axis=0)

    def model(name, scale, offset):
        nodes, weights = lookup(table)
        nodes += [
            helper.make_node("Mul", ["mean", "scale"], ["scaled"]),
            helper.make_node("Add", ["scaled", "offset"], ["logits"]),
            helper.make_node("Sigmoid", ["logits"], ["topics"]),
        ]
        weights["scale"] = np.array([scale], dtype=np.float32)
        weights["offset"] = np.asarray(offset, dtype=np.float32).reshape(-1)
        save(
            "tags",
            name,
            nodes,
            [("words", TensorProto.STRING, ["N", TOKENS])],
            [("topics", TensorProto.FLOAT, ["N", len(TOPICS)])],
            weights,
        )

    model("blue", 30.0, -4.2)
    model("better", 40.0, -4.5)
    model("says-nothing", 30.0, -40.0)
    model("lost-one-topic", 30.0, [-4.2, -4.2, -40.0, -4.2, -4.2])
    texts, label = sentences(rng, 300)
    write("tags", "golden.json", {"name": "tags", "inputs": [column("words", "BYTES", texts, TOKENS)], "labels": label})
    texts, _ = sentences(rng, 300)
    write("tags", "traffic.json", {"name": "tags", "inputs": [column("words", "BYTES", texts, TOKENS)]})


def embeddings():
    """Text to a vector of length one: without labels, what is counted is where the vectors lie."""
    rng = np.random.default_rng(19)
    centres = rng.normal(0, 1, (len(TOPICS), 16))
    table = np.repeat(centres, 5, axis=0) + rng.normal(0, 0.3, (len(VOCABULARY), 16))

    def model(name, of):
        nodes, weights = lookup(of)
        nodes.append(helper.make_node("LpNormalization", ["mean"], ["embedding"], axis=1, p=2))
        save(
            "embeddings",
            name,
            nodes,
            [("words", TensorProto.STRING, ["N", TOKENS])],
            [("embedding", TensorProto.FLOAT, ["N", 16])],
            weights,
        )

    model("blue", table)
    model("better", table + rng.normal(0, 0.01, table.shape))
    model("collapsed", np.tile(centres[:1], (len(VOCABULARY), 1)) + 0.05 * table)
    texts, _ = sentences(rng, 600)
    write("embeddings", "traffic.json", {"name": "embeddings", "inputs": [column("words", "BYTES", texts, TOKENS)]})


if __name__ == "__main__":
    for make in (fraud, prices, forecast, tags, embeddings):
        make()
