"""Writes what Greenlight reads: a golden set, users' traffic or samples, from a DataFrame, an array, or a dict of arrays.

Copy this file. It needs numpy, and onnx where `like` names a model.
"""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any, Mapping

import numpy as np

# The protocol's datatypes by numpy's names: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
DATATYPES = {
    **{"float16": "FP16", "float32": "FP32", "float64": "FP64", "bool": "BOOL"},
    **{f"{sign}int{bits}": f"{sign.upper()}INT{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
NUMPY = {datatype: name for name, datatype in DATATYPES.items()}
# What a deployed endpoint reads of a golden set; a rehearsal's traffic may be longer.
GOLDEN_REQUESTS = 10_000


def write_requests(path, x, labels=None, *, like=None, name=None, input_name=None, task=None, at_most=GOLDEN_REQUESTS) -> Path:
    """Writes one request per row of `x`, and answers the path.

    x           a DataFrame (an input per column), an array (one input), or a dict of arrays by input
    labels      the right answers: a class or a number per row, an array per row for forecasts and several labels at once;
                None and NaN are not known. Without labels it is traffic or samples
    like        the path of an ONNX model: inputs get its names, datatypes and shapes, and what does not fit is named here
    input_name  how the one input of an array is called, or one for all columns of a DataFrame, where `like` does not say
    task        what labels mean, where they leave it open: classification, multilabel, regression, forecast, …
    at_most     rows that are allowed; None for any number, as a rehearsal's traffic may have

    A path that ends in .gz is packed.
    """
    columns = columns_of(x, input_name)
    rows = {column: len(values) for column, values in columns.items()}
    if len(set(rows.values())) != 1 or 0 in rows.values():
        raise ValueError(f"every input needs as many rows, at least one; got {rows}")
    count = next(iter(rows.values()))
    if at_most is not None and count > at_most:
        raise ValueError(f"{count} rows; at most {at_most} are read. Sample them first: df.sample({at_most}, random_state=1)")
    known = None if labels is None else labels_of(labels, count)
    batch = 1
    if like is not None:
        columns, batch = fitted(columns, model_inputs(like), count)
        if batch > count:
            raise ValueError(f"the model takes {batch} rows at once, there are {count}; export it with a free first dimension")
    stem = name or Path(path).name.split(".")[0]
    data_set = {"name": stem, **({} if task is None else {"task": task})}
    # In columns each request is one row, of shape [1, …].
    if batch == 1 and all(values.ndim > 1 or like is None for values in columns.values()):
        inputs = [tensor(column, values) for column, values in columns.items()]
        data_set |= {"inputs": inputs, **({} if known is None else {"labels": known})}
    else:
        data_set |= {"requests": in_batches(columns, known, batch, count)}
    text = json.dumps(data_set, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
    packed = gzip.compress(text.encode()) if str(path).endswith(".gz") else text.encode()
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed)
    return target


def columns_of(x: Any, input_name: str | None) -> dict[str, np.ndarray]:
    """Arrays by input; the first size of each counts rows."""
    if hasattr(x, "columns"):  # A DataFrame, of whichever library.
        columns = {str(column): values_of(x[column], str(column)).reshape(-1, 1) for column in x.columns}
        if len(columns) != len(list(x.columns)):
            raise ValueError(f"two columns have one name: {list(x.columns)}")
        return columns if input_name is None else {input_name: together(columns, input_name)}
    given = {str(key): values_of(one, str(key)) for key, one in (x if isinstance(x, Mapping) else {input_name or "x": x}).items()}
    return {key: values.reshape(-1, 1) if values.ndim == 1 else values for key, values in given.items()}


def values_of(values: Any, column: str) -> np.ndarray:
    """Numbers, booleans or text. Missing numbers are NaN; missing text is refused, since a request cannot say it."""
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.dtype.kind == "M" or array.dtype.kind == "m":
        raise ValueError(f"{column}: dates are no input of a model; give what the model takes, such as days since a date")
    if array.dtype.name in DATATYPES:
        return array
    flat = [None if missing(one) else one for one in array.reshape(-1).tolist()]
    there = [one for one in flat if one is not None]
    if there and all(isinstance(one, bool) for one in there) and len(there) == len(flat):
        return np.array(flat, dtype=bool).reshape(array.shape)
    if there and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in there):
        whole = len(there) == len(flat) and all(isinstance(one, int) for one in there)
        return np.array([math.nan if one is None else one for one in flat], dtype=np.int64 if whole else np.float64).reshape(array.shape)
    for row, one in enumerate(flat):
        if not isinstance(one, str):
            what = "is missing" if one is None else f"is {one!r}"
            raise ValueError(f"{column}: value {row} {what} among text; fill it as in training, e.g. fillna('')")
    return np.array(flat, dtype=object).reshape(array.shape)


def missing(one: Any) -> bool:
    """None, NaN, and pandas' NA and NaT, which are not equal to themselves."""
    if one is None:
        return True
    same = one == one
    return same is not True and same is not np.True_


def together(columns: Mapping[str, np.ndarray], input_name: str, dtype: str | None = None) -> np.ndarray:
    texts = [column for column, values in columns.items() if values.dtype == object]
    if texts and len(texts) < len(columns):
        raise ValueError(f"input {input_name} takes all columns at once, and {texts} are text among numbers")
    wanted = dtype or ("object" if texts else "float32")
    return np.column_stack([values.astype(wanted) for values in columns.values()])


def model_inputs(path: Any) -> dict[str, tuple[str, list[int | None]]]:
    """Datatype and shape of each input of an ONNX file, where None is any size."""
    import onnx  # Not at the top: only those need it who name a model.

    graph = onnx.load(str(path), load_external_data=False).graph
    given = {one.name for one in graph.initializer}
    inputs = {}
    for value in graph.input:
        if value.name in given:
            continue
        kind = value.type.tensor_type
        datatype = "BYTES" if kind.elem_type == onnx.TensorProto.STRING else DATATYPES[onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name]
        sizes = [one.dim_value if one.HasField("dim_value") and one.dim_value > 0 else None for one in kind.shape.dim]
        inputs[value.name] = (datatype, sizes)
    return inputs


def fitted(columns: dict[str, np.ndarray], wanted: dict[str, tuple[str, list[int | None]]], rows: int):
    """Columns as the model takes them, in its order; and the rows of a request: 0 where it takes one without a first dimension."""
    if len(wanted) == 1 and set(columns) != set(wanted):
        [(input_name, (datatype, _))] = wanted.items()
        values = list(columns.values())
        columns = {input_name: values[0] if len(values) == 1 else together(columns, input_name, NUMPY.get(datatype, "object"))}
    absent, more = [one for one in wanted if one not in columns], [one for one in columns if one not in wanted]
    if absent or more:
        raise ValueError(
            f"the model takes {', '.join(wanted)}; "
            + "; ".join(f"{what} {', '.join(names)}" for what, names in (("missing:", absent), ("drop:", more)) if names)
        )
    found, batches = {}, set()
    for column, (datatype, shape) in wanted.items():
        values = as_datatype(columns[column], datatype, column)
        if values.shape[1:] == (1,) and len(shape) == 1:
            values = values.reshape(rows)
        per_row = values.shape[1:]
        if len(shape) > 0 and fits(per_row, shape[1:]):
            batches.add(shape[0] or 1)
        elif fits(per_row, shape):
            batches.add(0)  # No batch dimension: a request is one row without it.
        else:
            says = ["any" if one is None else one for one in shape[1:]]
            raise ValueError(f"{column}: a row has the shape {list(per_row)}, the model wants {says}")
        found[column] = values
    if len(batches) > 1:
        raise ValueError(f"the model's inputs want different numbers of rows: {sorted(batches)}")
    return found, batches.pop()


def fits(sizes: tuple[int, ...], shape: list[int | None]) -> bool:
    return len(sizes) == len(shape) and all(want in (None, size) for size, want in zip(sizes, shape))


def as_datatype(values: np.ndarray, datatype: str, column: str) -> np.ndarray:
    if datatype == "BYTES":
        return values if values.dtype == object else values.astype(str).astype(object)
    if values.dtype == object:
        raise ValueError(f"{column}: is text, the model wants {datatype}")
    kind = np.dtype(NUMPY[datatype])
    if kind.kind not in "f" and values.dtype.kind == "f":
        odd = next((row for row, one in enumerate(values.reshape(-1)) if not float(one).is_integer()), None)
        if odd is not None:
            raise ValueError(f"{column}: value {odd} is {values.reshape(-1)[odd]}, the model wants {datatype}")
    return values.astype(kind)


def tensor(column: str, values: np.ndarray) -> dict[str, Any]:
    datatype = "BYTES" if values.dtype == object else DATATYPES[values.dtype.name]
    return {"name": column, "datatype": datatype, "shape": list(values.shape), "data": data_of(values)}


def data_of(values: np.ndarray) -> list[Any]:
    """Flat; null is NaN; 64 bit integers beyond 2^53 are text, because JSON's readers round them."""
    flat = values.reshape(-1).tolist()
    if values.dtype.kind == "f":
        if np.isinf(values.astype(np.float64)).any():
            raise ValueError("an input is infinite, which JSON cannot say; clip it as in training")
        # The shortest text that is the same FP32 again.
        return [None if one != one else one for one in (flat if values.dtype == np.float64 else [float(str(v)) for v in values.reshape(-1)])]
    return [str(one) if isinstance(one, int) and abs(one) > 2**53 else one for one in flat]


def in_batches(columns: Mapping[str, np.ndarray], labels: list[Any] | None, batch: int, rows: int) -> list[dict[str, Any]]:
    """Requests of as many rows as the model takes, or of one without a batch dimension (0)."""
    requests = []
    for begin in range(0, rows - max(batch, 1) + 1, max(batch, 1)):
        end = begin + max(batch, 1)
        inputs = [tensor(column, values[begin:end] if batch else values[begin]) for column, values in columns.items()]
        own = {} if labels is None else ({"labels": labels[begin:end]} if batch else {"label": labels[begin]})
        requests.append({"inputs": inputs, **own})
    return requests


def labels_of(labels: Any, rows: int) -> list[Any]:
    array = labels.to_numpy() if hasattr(labels, "to_numpy") else np.asarray(labels)
    if len(array) != rows:
        raise ValueError(f"{len(array)} labels for {rows} rows")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    return [label_of(one) for one in array.tolist()]


def label_of(one: Any) -> Any:
    if isinstance(one, list):
        return [label_of(part) for part in one]
    if missing(one):
        return None
    return one if isinstance(one, (bool, int, float, str)) else str(one)
