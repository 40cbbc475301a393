"""`python -m unittest` in this folder: what is written of frames and arrays, and what is refused."""

import decimal
import gzip
import json
import math
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper

from requests_file import write_requests


class WriteRequestsTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def written(self, x, labels=None, file="set.json", **more):
        data = write_requests(self.folder / file, x, labels, **more).read_bytes()
        return json.loads(gzip.decompress(data) if file.endswith(".gz") else data)

    def model(self, **inputs):
        """A model that does nothing, with inputs of these types and shapes."""
        values = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()]
        graph = helper.make_graph(
            [helper.make_node("Identity", [values[0].name], ["y"])],
            "m",
            values,
            [helper.make_empty_tensor_value_info("y")],
        )
        path = self.folder / "m.onnx"
        onnx.save(helper.make_model(graph), path)
        return path

    def test_a_frame_is_an_input_per_column(self):
        frame = pd.DataFrame(
            {"age": [41, 20], "cost": [1.5, math.nan], "city": ["Oslo", "Tromsø"], "vip": [True, False]}
        )
        found = self.written(frame, pd.Series(["a", None]))
        self.assertEqual(
            [(one["name"], one["datatype"], one["shape"], one["data"]) for one in found["inputs"]],
            [
                ("age", "INT64", [2, 1], [41, 20]),
                ("cost", "FP64", [2, 1], [1.5, None]),
                ("city", "BYTES", [2, 1], ["Oslo", "Tromsø"]),
                ("vip", "BOOL", [2, 1], [True, False]),
            ],
        )
        self.assertEqual((found["name"], found["labels"]), ("set", ["a", None]))

    def test_pandas_own_types_are_numbers_and_text(self):
        frame = pd.DataFrame(
            {"n": pd.array([1, None], "Int64"), "c": pd.Categorical(["x", "y"]), "s": pd.array(["é", "b"], "string")},
            index=[7, 3],
        )
        self.assertEqual(
            [(one["datatype"], one["data"]) for one in self.written(frame)["inputs"]],
            [("FP64", [1.0, None]), ("BYTES", ["x", "y"]), ("BYTES", ["é", "b"])],
        )

    def test_columns_of_objects_are_what_they_hold(self):
        frame = pd.DataFrame(
            {
                "d": [decimal.Decimal("1.5"), 2],
                "n": np.array([np.float32(1), np.int64(2)], object),
                "v": [[1, 2], [3, 4]],
            }
        )
        self.assertEqual(
            [(one["datatype"], one["shape"], one["data"]) for one in self.written(frame)["inputs"]],
            [("FP64", [2, 1], [1.5, 2.0]), ("FP64", [2, 1], [1.0, 2.0]), ("INT64", [2, 2], [1, 2, 3, 4])],
        )
        masked = np.ma.array([[1, 2]], mask=[[False, True]])
        self.assertEqual(self.written(masked)["inputs"][0]["data"], [1.0, None])
        fields = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")])
        self.assertEqual(
            [(one["name"], one["data"]) for one in self.written(fields)["inputs"]], [("a", [1]), ("b", [2.0])]
        )

    def test_an_array_is_one_input_of_its_datatype(self):
        x = np.arange(6, dtype=np.float32).reshape(3, 2) / 10
        found = self.written(x, np.array([[1, 0], [0, 1], [1, 1]]), input_name="pixels", task="multilabel")
        self.assertEqual(
            found["inputs"],
            [{"name": "pixels", "datatype": "FP32", "shape": [3, 2], "data": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]}],
        )
        self.assertEqual((found["labels"], found["task"]), ([[1, 0], [0, 1], [1, 1]], "multilabel"))
        self.assertEqual(self.written(np.array([[2**60]]), file="s.json.gz")["inputs"][0]["data"], [str(2**60)])
        images = self.written({"image": np.zeros((2, 3, 4, 4), np.uint8)})["inputs"][0]
        self.assertEqual((images["datatype"], images["shape"], len(images["data"])), ("UINT8", [2, 3, 4, 4], 96))

    def test_a_model_says_names_datatypes_and_shapes(self):
        frame = pd.DataFrame({"b": [1, 2], "a": [0.5, 1.5]})
        one = self.model(x=(TensorProto.FLOAT, [None, 2]))
        self.assertEqual(
            self.written(frame, like=one)["inputs"],
            [{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [1.0, 0.5, 2.0, 1.5]}],
        )
        each = self.model(a=(TensorProto.DOUBLE, [None, 1]), b=(TensorProto.STRING, [None, 1]))
        self.assertEqual(
            [(i["name"], i["datatype"], i["data"]) for i in self.written(frame, like=each)["inputs"]],
            [("a", "FP64", [0.5, 1.5]), ("b", "BYTES", ["1", "2"])],
        )
        with self.assertRaisesRegex(ValueError, "the model takes a, b; missing: a; drop: id"):
            self.written(frame.rename(columns={"a": "id"}), like=each)
        with self.assertRaisesRegex(ValueError, r"x: a row has the shape \[2\], the model wants \[3\]"):
            self.written(frame, like=self.model(x=(TensorProto.FLOAT, [None, 3])))
        with self.assertRaisesRegex(ValueError, "a: value 0 is 0.5, the model wants INT64"):
            self.written(frame, like=self.model(a=(TensorProto.INT64, [None, 1]), b=(TensorProto.INT64, [None, 1])))

    def test_models_of_a_fixed_batch_and_of_none_get_requests_of_their_size(self):
        x, y = np.arange(10, dtype=np.float32).reshape(5, 2), np.arange(5)
        fixed = self.written(x, y, like=self.model(x=(TensorProto.FLOAT, [2, 2])))
        self.assertEqual(
            [(one["inputs"][0]["shape"], one["labels"]) for one in fixed["requests"]],
            [([2, 2], [0, 1]), ([2, 2], [2, 3])],
        )
        single = self.written(x, y, like=self.model(x=(TensorProto.FLOAT, [2])))
        self.assertEqual(
            [(one["inputs"][0]["shape"], one["label"]) for one in single["requests"]][:2], [([2], 0), ([2], 1)]
        )
        values = self.written(np.arange(3), like=self.model(x=(TensorProto.FLOAT, [None])))
        self.assertEqual(
            values["requests"][2]["inputs"][0], {"name": "x", "datatype": "FP32", "shape": [1], "data": [2.0]}
        )
        with self.assertRaisesRegex(ValueError, "takes 8 rows at once, there are 5"):
            self.written(x, like=self.model(x=(TensorProto.FLOAT, [8, 2])))

    def test_what_no_request_can_say_is_refused_by_name(self):
        for column, said in (
            ([1.0, math.inf], "infinite"),
            (["a", None], "x: value 1 is missing among text"),
            (["a", 3], "x: value 1 is 3 among text"),
            (pd.array([True, None], "boolean"), "x: value 1 is missing among booleans"),
            (pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True), "x: value 0 is Timestamp.*dates are no input"),
            ([b"a", b"b"], "x: value 0 is b'a', bytes"),
            ([2**70, 1], "x: 1180591620717411303424 is beyond INT64"),
            ([None, None], "x: has no value in any row"),
            ([[1, 2], [3]], "x: rows have different lengths"),
            ([{"k": 1}, {"k": 2}], "x: value 0 is .*, a dict"),
            (pd.to_datetime(["2026-01-01", "2026-01-02"]), "x: dates are no input"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.written(pd.DataFrame({"x": column}))
        for x, said in (
            (pd.DataFrame(), "there is no column"),
            (
                pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
                "several levels of names",
            ),
            (pd.DataFrame({"": [1]}), "column 0 has no name"),
            (pd.DataFrame([[1, 2]], columns=[1, "1"]), "two columns have one name"),
            (np.float32(3), "x: is one value, without rows"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.written(x)
        for labels, said in (
            ([1], "1 labels for 2 rows"),
            ("y", r"give the column itself, e.g. df\['y'\]"),
            (1, "labels: got one value, 1, for 2 rows"),
            ([1, math.inf], "labels: row 1 is infinite"),
            ([2**60, 1], "labels: row 0 is 1152921504606846976, which JSON's readers round"),
            (np.array([b"x", b"y"]), "labels: row 0 is b'x', a bytes"),
            (pd.to_datetime(["2026-01-01", "2026-01-02"]), "labels: dates"),
            (np.zeros((2, 2, 2)), r"labels: a row has the shape \[2, 2\]"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.written(np.zeros((2, 1)), labels)
        for values, kind, said in (
            ([300, 1], TensorProto.INT8, "a: value 0 is 300, which INT8 does not hold"),
            ([0, -1], TensorProto.UINT8, "a: value 1 is -1, which UINT8 does not hold"),
            ([1e300, 1.0], TensorProto.FLOAT, r"a: value 0 is 1e\+300, which FP32 does not hold"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.written(pd.DataFrame({"a": values}), like=self.model(a=(kind, [None, 1])))
        with self.assertRaisesRegex(ValueError, "like: .* cannot be read as an ONNX model"):
            self.written(np.zeros((2, 1)), like=self.folder / "none.onnx")
        with self.assertRaisesRegex(ValueError, "every input needs as many rows"):
            self.written({"a": np.zeros(2), "b": np.zeros(3)})
        with self.assertRaisesRegex(ValueError, "10001 rows; at most 10000 are read"):
            self.written(np.zeros(10_001))
        self.assertEqual(self.written(np.zeros(10_001), at_most=None)["inputs"][0]["shape"], [10_001, 1])


if __name__ == "__main__":
    unittest.main()
