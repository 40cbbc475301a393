"""Builds the small ONNX files in fixtures/ that the model server's tests use.

Run:  pip install onnx numpy && python3 make_fixtures.py   (writes the same bytes each time)
"""

import os

import numpy as np
from onnx import TensorProto as T, ValueInfoProto, checker, helper as h, numpy_helper as nh

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
os.makedirs(HERE, exist_ok=True)


def value(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def init(name, array):
    return nh.from_array(np.asarray(array), name)


def external(name, location="weights.bin"):
    tensor = T()
    tensor.name = name
    tensor.data_type = T.FLOAT
    tensor.dims.extend([2])
    tensor.data_location = T.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", location
    return tensor


def save(
    file, nodes, inputs, outputs, inits=(), check=True, ml=False, functions=(), sparse=(), opset=15, ir=8, more=()
):
    graph = h.make_graph(nodes, "fixture", inputs, outputs, list(inits), sparse_initializer=list(sparse))
    opsets = [h.make_opsetid("", opset)] + ([h.make_opsetid("ai.onnx.ml", 1)] if ml else [])
    opsets += [h.make_opsetid(domain, version) for domain, version in more]
    opsets += [h.make_opsetid("local", 1)] if functions else []
    model = h.make_model(graph, opset_imports=opsets, producer_name="fixture", functions=list(functions))
    model.ir_version = ir
    if check:
        checker.check_model(model)
    with open(os.path.join(HERE, file), "wb") as out:
        out.write(model.SerializeToString())


N = "N"
x2 = value("x", T.FLOAT, [N, 2])

# A float output of one column only: a regression's score, y = x0 + 10 * x1.
save(
    "regression.onnx",
    [h.make_node("MatMul", ["x", "w"], ["score"])],
    [x2],
    [value("score", T.FLOAT, [N, 1])],
    [init("w", np.array([[1], [10]], np.float32))],
)

# Scores alone, no label: the class is the largest column.
save(
    "scores-only.onnx",
    [h.make_node("MatMul", ["x", "w"], ["scores"])],
    [x2],
    [value("scores", T.FLOAT, [N, 3])],
    [init("w", np.array([[1, 0, -1], [0, 1, -1]], np.float32))],
)


def classifier(file, classes, zipmap):
    labels = {"classlabels_strings": classes} if isinstance(classes[0], str) else {"classlabels_ints": classes}
    label_type = T.STRING if isinstance(classes[0], str) else T.INT64
    nodes = [
        h.make_node(
            "LinearClassifier",
            ["x"],
            ["label", "scores"],
            domain="ai.onnx.ml",
            post_transform="SOFTMAX",
            coefficients=[1.0, 0.0, 0.0, 1.0, -1.0, -1.0],
            intercepts=[0.0, 0.0, 0.0],
            **labels,
        )
    ]
    outputs = [value("label", label_type, [N]), value("scores", T.FLOAT, [N, 3])]
    if zipmap:
        nodes.append(h.make_node("ZipMap", ["scores"], ["map"], domain="ai.onnx.ml", **labels))
        key = T.STRING if isinstance(classes[0], str) else T.INT64
        kind = h.make_sequence_type_proto(h.make_map_type_proto(key, h.make_tensor_type_proto(T.FLOAT, [])))
        outputs[1] = h.make_value_info("map", kind)
    save(file, nodes, [x2], outputs, ml=True)


classifier("string-labels.onnx", ["cat", "dog", "owl"], False)
# What scikit-learn's converter writes by default: the second output is a sequence of maps, not a tensor.
classifier("zipmap.onnx", ["cat", "dog", "owl"], True)
classifier("negative-labels.onnx", [-1, 0, 7], False)
save(
    "only-map.onnx",
    [h.make_node("ZipMap", ["x"], ["map"], domain="ai.onnx.ml", classlabels_strings=["a", "b"])],
    [x2],
    [
        h.make_value_info(
            "map", h.make_sequence_type_proto(h.make_map_type_proto(T.STRING, h.make_tensor_type_proto(T.FLOAT, [])))
        )
    ],
    ml=True,
)

# Two inputs whose rows must agree (both are N), and one of them has three dimensions.
save(
    "multi-input.onnx",
    [
        h.make_node("ReduceSum", ["image", "axes"], ["ink"], keepdims=1),
        h.make_node("Reshape", ["ink", "to"], ["flat"]),
        h.make_node("Add", ["flat", "extra"], ["score"]),
    ],
    [value("image", T.FLOAT, [N, 2, 2]), value("extra", T.FLOAT, [N, 1])],
    [value("score", T.FLOAT, [N, 1])],
    [init("axes", np.array([1, 2], np.int64)), init("to", np.array([-1, 1], np.int64))],
)

# Every datatype comes back as it was sent.
KINDS = {
    "FP32": T.FLOAT,
    "FP64": T.DOUBLE,
    "FP16": T.FLOAT16,
    "INT8": T.INT8,
    "INT16": T.INT16,
    "INT32": T.INT32,
    "INT64": T.INT64,
    "UINT8": T.UINT8,
    "UINT16": T.UINT16,
    "UINT32": T.UINT32,
    "UINT64": T.UINT64,
    "BOOL": T.BOOL,
    "BYTES": T.STRING,
}
for name, kind in KINDS.items():
    save(
        f"echo-{name.lower()}.onnx",
        [h.make_node("Identity", ["x"], ["y"])],
        [value("x", kind, [N])],
        [value("y", kind, [N])],
    )
save("scalar.onnx", [h.make_node("Identity", ["x"], ["y"])], [value("x", T.FLOAT, [])], [value("y", T.FLOAT, [])])

# NaN for negative input, an infinity for zero.
save(
    "nan.onnx", [h.make_node("Log", ["x"], ["score"])], [value("x", T.FLOAT, [N, 1])], [value("score", T.FLOAT, [N, 1])]
)

# Fails at run time when the index is out of range.
save(
    "gather.onnx",
    [h.make_node("Gather", ["table", "x"], ["y"])],
    [value("x", T.INT64, [N])],
    [value("y", T.INT64, [N])],
    [init("table", np.array([5, 6, 7], np.int64))],
)

# A row of input makes 200,000 numbers of output.
save(
    "wide.onnx",
    [h.make_node("Expand", ["x", "to"], ["y"])],
    [value("x", T.FLOAT, [1, 1])],
    [value("y", T.FLOAT, [N, "M"])],
    [init("to", np.array([1, 700_000], np.int64))],
)

# External data, in each place where the format allows a tensor. Not checked: the side file does not exist.
out2 = [value("y", T.FLOAT, [N, 2])]
add = h.make_node("Add", ["x", "w"], ["y"])
save("external.onnx", [add], [x2], out2, [external("w")], check=False)
only_entries = external("w")
only_entries.data_location = T.DEFAULT
save("external-entries.onnx", [add], [x2], out2, [only_entries], check=False)
save(
    "external-attribute.onnx",
    [h.make_node("Constant", [], ["w"], value=external("hidden", "../../etc/passwd")), add],
    [x2],
    out2,
    check=False,
)


def branch(name, tensor):
    return h.make_graph(
        [h.make_node("Identity", [tensor.name], [name])], name, [], [value(name, T.FLOAT, [2])], [tensor]
    )


save(
    "external-subgraph.onnx",
    [
        h.make_node(
            "If",
            ["flag"],
            ["w"],
            then_branch=branch("a", init("plain", np.zeros(2, np.float32))),
            else_branch=branch("b", external("inner")),
        ),
        add,
    ],
    [x2],
    out2,
    [init("flag", np.array(True))],
    check=False,
)
values = external("sparse")
values.dims[:] = [1]
save(
    "external-sparse.onnx",
    [add],
    [x2],
    out2,
    check=False,
    sparse=[h.make_sparse_tensor(values, nh.from_array(np.array([0], np.int64), "i"), [2])],
)
save(
    "external-function.onnx",
    [h.make_node("Shift", ["x"], ["y"], domain="local")],
    [x2],
    out2,
    check=False,
    functions=[
        h.make_function(
            "local",
            "Shift",
            ["x"],
            ["y"],
            [h.make_node("Constant", [], ["w"], value=external("inFunction")), add],
            [h.make_opsetid("", 15)],
        )
    ],
)
# Names 'external' in a string that is no tensor: must load.
save(
    "external-lookalike.onnx",
    [h.make_node("Identity", ["x"], ["y"], doc_string="data_location EXTERNAL weights.bin")],
    [x2],
    out2,
)
# What exporters and people really make; the names of the files say what is odd.
x3 = value("x", T.FLOAT, [N, 3])


def sequence_of_floats(name):
    return h.make_value_info(name, h.make_sequence_type_proto(h.make_tensor_type_proto(T.FLOAT, None)))


# Sizes called "?" that are not the same, as one exporter family calls every open size.
save(
    "unnamed-sizes.onnx",
    [h.make_node("ReduceSum", ["b"], ["s"], keepdims=0), h.make_node("Sum", ["a", "s"], ["y"])],
    [value("a", T.FLOAT, ["?", 2]), value("b", T.FLOAT, ["?", "?"])],
    [value("y", T.FLOAT, ["?", 2])],
    check=False,
)
save(
    "any-rank.onnx",
    [h.make_node("Relu", ["x"], ["y"])],
    [value("x", T.FLOAT, None)],
    [value("y", T.FLOAT, None)],
    check=False,
)
save(
    "name-proto.onnx",
    [h.make_node("Relu", ["__proto__"], ["constructor"])],
    [value("__proto__", T.FLOAT, [N, 2])],
    [value("constructor", T.FLOAT, [N, 2])],
)
save(
    "out-proto.onnx",
    [h.make_node("Relu", ["toString"], ["__proto__"])],
    [value("toString", T.FLOAT, [N, 2])],
    [value("__proto__", T.FLOAT, [N, 2])],
)
save(
    "only-sequence.onnx",
    [h.make_node("SequenceConstruct", ["x"], ["list"])],
    [x3],
    [sequence_of_floats("list")],
    check=False,
)
save(
    "with-sequence.onnx",
    [h.make_node("SequenceConstruct", ["x"], ["list"]), h.make_node("Relu", ["x"], ["y"])],
    [x3],
    [sequence_of_floats("list"), value("y", T.FLOAT, [N, 3])],
    check=False,
)
# 1 / x, x * x * x: infinities of a caller's making and of the model's own.
save("reciprocal.onnx", [h.make_node("Reciprocal", ["x"], ["y"])], [x3], [value("y", T.FLOAT, [N, 3])])
save("square.onnx", [h.make_node("Mul", ["x", "x"], ["y"])], [x3], [value("y", T.FLOAT, [N, 3])])
save(
    "masked.onnx",
    [h.make_node("Where", ["m", "x", "low"], ["logits"]), h.make_node("Greater", ["x", "zero"], ["m"])][::-1],
    [x3],
    [value("logits", T.FLOAT, [N, 3])],
    [init("low", np.float32(-np.inf)), init("zero", np.float32(0))],
)
# Of each row of 1 number 10,000.
save(
    "wide-rows.onnx",
    [h.make_node("Mul", ["x", "ones"], ["y"])],
    [value("x", T.FLOAT, [N, 1])],
    [value("y", T.FLOAT, [N, 10_000])],
    [init("ones", np.ones((1, 10_000), np.float32))],
)
# The same, but nothing says how wide before it ran.
save(
    "wide-rows-open.onnx",
    [h.make_node("Mul", ["x", "ones"], ["y"])],
    [value("x", T.FLOAT, [N, 1])],
    [value("y", T.FLOAT, [N, "wide"])],
    [init("ones", np.ones((1, 10_000), np.float32))],
)
save(
    "bool-out.onnx",
    [h.make_node("Greater", ["x", "zero"], ["y"])],
    [x3],
    [value("y", T.BOOL, [N, 3])],
    [init("zero", np.float32(0))],
)
save(
    "image.onnx",
    [
        h.make_node("Cast", ["x"], ["f"], to=T.FLOAT),
        h.make_node("GlobalAveragePool", ["f"], ["p"]),
        h.make_node("Flatten", ["p"], ["y"]),
    ],
    [value("x", T.UINT8, [N, 3, "H", "W"])],
    [value("y", T.FLOAT, [N, 3])],
)


def loop(file, times):
    body = h.make_graph(
        [h.make_node("Identity", ["go"], ["more"]), h.make_node("Identity", ["v"], ["w"])],
        "body",
        [value("i", T.INT64, []), value("go", T.BOOL, []), value("v", T.FLOAT, [N, 3])],
        [value("more", T.BOOL, []), value("w", T.FLOAT, [N, 3])],
    )
    save(
        file,
        [h.make_node("Loop", ["times", "true", "x"], ["y"], body=body)],
        [x3],
        [value("y", T.FLOAT, [N, 3])],
        [init("times", np.array(times, np.int64)), init("true", np.array(True))],
        check=False,
    )


# An output that is listed twice, and one that is an input.
y3 = value("y", T.FLOAT, [N, 3])
save("same-out.onnx", [h.make_node("Neg", ["x"], ["y"])], [x3], [y3, x3, y3], check=False)
# 2^63 - 1 rounds: it does not end.
loop("endless.onnx", 2**63 - 1)

# --- Odd ones: each is served as the bare runtime does, or refused by name.
node = h.make_node
xn, yn = value("x", T.FLOAT, [N]), value("y", T.FLOAT, [N])


def odd(name, nodes, inputs, outputs, inits=(), **how):
    save(f"odd-{name}.onnx", nodes, inputs, outputs, inits, check=False, **how)


def sub(nodes, outputs, inputs=()):
    return h.make_graph(nodes, "sub", list(inputs), outputs)


# Types that the binding does not know, on either side; inside they are the runtime's business.
for kind in ("COMPLEX64", "COMPLEX128", "INT4", "UINT4", "FLOAT8E4M3FN", "FLOAT8E5M2", "BFLOAT16"):
    of = getattr(T, kind)
    odd(
        f"in-{kind.lower()}",
        [node("Identity", ["x"], ["y"])],
        [value("x", of, [N])],
        [value("y", of, [N])],
        opset=21,
        ir=10,
    )
    odd(f"out-{kind.lower()}", [node("Cast", ["x"], ["y"], to=of)], [xn], [value("y", of, [N])], opset=21, ir=10)
odd(
    "int4-inside",
    [node("DequantizeLinear", ["w", "s"], ["d"]), node("Add", ["x", "d"], ["y"])],
    [x2],
    [value("y", T.FLOAT, [N, 2])],
    [h.make_tensor("w", T.INT4, [2], [3, -2]), init("s", np.float32(0.5))],
    opset=21,
    ir=10,
)
odd("bf16-inside", [node("Cast", ["x"], ["b"], to=T.BFLOAT16), node("Cast", ["b"], ["y"], to=T.FLOAT)], [xn], [yn])
# Shapes.
odd("dim0-fixed", [node("Identity", ["x"], ["y"])], [value("x", T.FLOAT, [0, 3])], [value("y", T.FLOAT, [0, 3])])
odd(
    "dim0-out",
    [node("Slice", ["x", "a", "a"], ["y"])],
    [x3],
    [value("y", T.FLOAT, [0, 3])],
    [init("a", np.array([0], np.int64))],
)
odd(
    "concat-empty",
    [node("Concat", ["x", "e"], ["y"], axis=0)],
    [x2],
    [value("y", T.FLOAT, ["M", 2])],
    [init("e", np.zeros((0, 2), np.float32))],
)
odd(
    "rank8",
    [node("Neg", ["x"], ["y"])],
    [value("x", T.FLOAT, [N, 1, 1, 2, 1, 1, 1, 2])],
    [value("y", T.FLOAT, [N, 1, 1, 2, 1, 1, 1, 2])],
)
odd("scalar-text", [node("Identity", ["x"], ["y"])], [value("x", T.STRING, [])], [value("y", T.STRING, [])])
odd("untyped-out", [node("Relu", ["x"], ["y"])], [xn], [ValueInfoProto(name="y")])
odd(
    "untyped-int4-out",
    [node("Cast", ["x"], ["y"], to=T.INT4), node("Neg", ["x"], ["z"])],
    [xn],
    [ValueInfoProto(name="y"), value("z", T.FLOAT, [N])],
    opset=21,
    ir=10,
)
odd("wrong-rank-out", [node("ReduceSum", ["x"], ["y"], keepdims=0)], [x3], [value("y", T.FLOAT, [N, "M"])])
odd(
    "shape-of",
    [node("Shape", ["x"], ["y"]), node("Size", ["x"], ["z"])],
    [x2],
    [value("y", T.INT64, [2]), value("z", T.INT64, [])],
)
odd(
    "two-sizes",
    [node("MatMul", ["a", "b"], ["y"])],
    [value("a", T.FLOAT, ["N", "K"]), value("b", T.FLOAT, ["K", "M"])],
    [value("y", T.FLOAT, ["N", "M"])],
)
# What goes in and out.
odd(
    "no-input",
    [node("Constant", [], ["y"], value=init("c", np.arange(3, dtype=np.float32)))],
    [],
    [value("y", T.FLOAT, [3])],
)
odd("unused-input", [node("Neg", ["x"], ["y"])], [xn, value("u", T.INT64, [N])], [yn])
odd(
    "weight-as-input",
    [node("Mul", ["x", "w"], ["y"])],
    [x2, value("w", T.FLOAT, [2])],
    [value("y", T.FLOAT, [N, 2])],
    [init("w", np.array([2, 3], np.float32))],
)
odd(
    "weight-as-input-ir3",
    [node("Mul", ["x", "w"], ["y"])],
    [x2, value("w", T.FLOAT, [2])],
    [value("y", T.FLOAT, [N, 2])],
    [init("w", np.array([2, 3], np.float32))],
    opset=9,
    ir=3,
)
odd(
    "weight-as-output",
    [node("Neg", ["x"], ["y"])],
    [xn],
    [yn, value("w", T.FLOAT, [2])],
    [init("w", np.array([1, 2], np.float32))],
)
odd(
    "many-out",
    [node("Split", ["x"], [f"o{i}" for i in range(64)], axis=1, num_outputs=64)],
    [value("x", T.FLOAT, [N, 64])],
    [value(f"o{i}", T.FLOAT, [N, 1]) for i in range(64)],
    opset=18,
)
odd(
    "many-in",
    [node("Sum", [f"i{i}" for i in range(60)], ["y"])],
    [value(f"i{i}", T.FLOAT, [N, 1]) for i in range(60)],
    [value("y", T.FLOAT, [N, 1])],
)
for index, name in enumerate(["a b", "new\nline", "a" * 300, "hasOwnProperty", "then", "%2F", ".."]):
    odd(
        f"name-{index}",
        [node("Neg", [name], [name + "'"])],
        [value(name, T.FLOAT, [N])],
        [value(name + "'", T.FLOAT, [N])],
    )
    odd(f"out-name-{index}", [node("Neg", ["x"], [name])], [xn], [value(name, T.FLOAT, [N])])
# Control flow.
positive = [node("ReduceSum", ["x"], ["s"], keepdims=0), node("Greater", ["s", "z"], ["c"])]
zero = init("z", np.float32(0))
negated = sub([node("Neg", ["x"], ["a"])], [value("a", T.FLOAT, [N])])
odd(
    "if",
    [
        *positive,
        node(
            "If",
            ["c"],
            ["y"],
            then_branch=negated,
            else_branch=sub([node("Abs", ["x"], ["b"])], [value("b", T.FLOAT, [N])]),
        ),
    ],
    [xn],
    [yn],
    [zero],
)
odd(
    "if-ranks",
    [
        *positive,
        node(
            "If",
            ["c"],
            ["y"],
            then_branch=negated,
            else_branch=sub([node("ReduceSum", ["x"], ["b"], keepdims=0)], [value("b", T.FLOAT, [])]),
        ),
    ],
    [xn],
    [value("y", T.FLOAT, None)],
    [zero],
)
body = sub(
    [node("Identity", ["go"], ["more"]), node("Add", ["v", "v"], ["w"]), node("Identity", ["w"], ["seen"])],
    [value("more", T.BOOL, []), value("w", T.FLOAT, [N]), value("seen", T.FLOAT, [N])],
    [value("i", T.INT64, []), value("go", T.BOOL, []), value("v", T.FLOAT, [N])],
)
for name, times in ("loop", 3), ("loop-of-none", 0):
    odd(
        name,
        [node("Loop", ["times", "true", "x"], ["y", "all"], body=body)],
        [xn],
        [yn, value("all", T.FLOAT, ["k", N])],
        [init("times", np.int64(times)), init("true", np.array(True))],
    )
step = sub(
    [node("Add", ["a", "e"], ["na"]), node("Identity", ["na"], ["o"])],
    [value("na", T.FLOAT, [2]), value("o", T.FLOAT, [2])],
    [value("a", T.FLOAT, [2]), value("e", T.FLOAT, [2])],
)
odd(
    "scan",
    [node("Scan", ["z", "x"], ["f", "y"], body=step, num_scan_inputs=1)],
    [x2],
    [value("f", T.FLOAT, [2]), value("y", T.FLOAT, [N, 2])],
    [init("z", np.zeros(2, np.float32))],
)
odd(
    "function",
    [node("Twice", ["x"], ["y"], domain="local")],
    [xn],
    [yn],
    functions=[
        h.make_function("local", "Twice", ["a"], ["b"], [node("Add", ["a", "a"], ["b"])], [h.make_opsetid("", 15)])
    ],
)
# Numbers at the edge of their types.
odd("subnormal", [node("Mul", ["x", "w"], ["y"])], [xn], [yn], [init("w", np.float32(1e-42))])
odd(
    "tiny-double",
    [node("Mul", ["x", "w"], ["y"])],
    [value("x", T.DOUBLE, [N])],
    [value("y", T.DOUBLE, [N])],
    [init("w", np.float64(1e-310))],
)
odd("half-out", [node("Cast", ["x"], ["y"], to=T.FLOAT16)], [value("x", T.UINT16, [N])], [value("y", T.FLOAT16, [N])])
# What is no tensor.
kind = h.make_optional_type_proto(h.make_tensor_type_proto(T.FLOAT, [N]))
odd(
    "optional-out",
    [node("Optional", ["x"], ["maybe"]), node("Neg", ["x"], ["y"])],
    [xn],
    [h.make_value_info("maybe", kind), yn],
)
odd("optional-only", [node("Optional", ["x"], ["maybe"])], [xn], [h.make_value_info("maybe", kind)])
odd(
    "optional-in",
    [node("OptionalHasElement", ["maybe"], ["y"])],
    [h.make_value_info("maybe", kind)],
    [value("y", T.BOOL, [])],
)
odd("optional-inside", [node("Optional", ["x"], ["o"]), node("OptionalGetElement", ["o"], ["y"])], [xn], [yn])
odd(
    "sequence-in",
    [node("SequenceAt", ["list", "i"], ["y"])],
    [sequence_of_floats("list")],
    [value("y", T.FLOAT, None)],
    [init("i", np.int64(0))],
)
odd(
    "sequence-inside",
    [
        node("SplitToSequence", ["x"], ["s"], axis=0),
        node("ConcatFromSequence", ["s"], ["y"], axis=0),
        node("SequenceLength", ["s"], ["k"]),
    ],
    [x2],
    [value("y", T.FLOAT, [N, 2]), value("k", T.INT64, [])],
)
odd(
    "map-in",
    [node("DictVectorizer", ["words"], ["y"], domain="ai.onnx.ml", string_vocabulary=["a", "b"])],
    [h.make_value_info("words", h.make_map_type_proto(T.STRING, h.make_tensor_type_proto(T.FLOAT, [])))],
    [value("y", T.FLOAT, [1, 2])],
    ml=True,
)
odd("sparse-out", [node("Neg", ["x"], ["y"])], [xn], [h.make_sparse_tensor_value_info("y", T.FLOAT, [N])])
# Classes whose numbers need 64 bits.
odd(
    "zipmap-wide",
    [node("ZipMap", ["x"], ["map"], domain="ai.onnx.ml", classlabels_int64s=[9_000_000_000, -5_000_000_000, 3])],
    [x3],
    [
        h.make_value_info(
            "map", h.make_sequence_type_proto(h.make_map_type_proto(T.INT64, h.make_tensor_type_proto(T.FLOAT, [])))
        )
    ],
    ml=True,
)
# Versions and operators.
odd("own-operator", [node("Foo", ["x"], ["y"], domain="com.acme")], [xn], [yn], more=[("com.acme", 1)])
odd("own-domain", [node("Foo", ["x"], ["y"], domain="com.acme")], [xn], [yn])
odd("newer-operator", [node("Gelu", ["x"], ["y"])], [xn], [yn])
odd("contrib-operator", [node("Gelu", ["x"], ["y"], domain="com.microsoft")], [xn], [yn], more=[("com.microsoft", 1)])
odd("opset-1", [node("Neg", ["x"], ["y"])], [xn], [yn], opset=1, ir=3)
odd("opset-6", [node("Neg", ["x"], ["y"])], [xn], [yn], opset=6, ir=3)
odd("opset-99", [node("Neg", ["x"], ["y"])], [xn], [yn], opset=99)
odd("ir-99", [node("Neg", ["x"], ["y"])], [xn], [yn], ir=99)
# Text: without a case to change no locale is needed, and "C" is there everywhere.
for name, how in ("c", {"locale": "C"}), ("default", {}), ("named", {"locale": "en_US.UTF-8"}):
    odd(
        f"locale-{name}",
        [node("StringNormalizer", ["x"], ["y"], case_change_action="LOWER", **how)],
        [value("x", T.STRING, [N])],
        [value("y", T.STRING, [N])],
    )
print(len(os.listdir(HERE)), "files")
