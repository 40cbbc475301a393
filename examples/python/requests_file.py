"""Writes what Greenlight reads: a golden set, users' traffic or samples, from a DataFrame, an array or a dict of arrays.

Copy this file. It needs numpy, and onnx where `like` names a model.
"""

from __future__ import annotations

import datetime
import decimal
import gzip
import json
import math
import numbers
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


def write_requests(
    path, x, labels=None, *, like=None, name=None, input_name=None, task=None, at_most=GOLDEN_REQUESTS
) -> Path:
    """Writes one request per row of `x`, and answers the path.

    x           a DataFrame (an input per column), an array (one input), or a dict of arrays by input
    labels      the right answers: a class or number per row, an array per row for forecasts and several labels at once;
                None and NaN are not known. Without labels it is traffic or samples
    like        the path of an ONNX model: inputs get its names, datatypes and shapes; what does not fit is named here
    input_name  how the one input of an array is called, or one for all columns of a DataFrame, if `like` does not say
    task        what labels mean, where they leave it open: classification, multilabel, regression, forecast, …
    at_most     rows that are allowed; None for any number, as a rehearsal's traffic may have

    A path that ends in .gz is packed.
    """
    if like is None and input_name is None and getattr(getattr(x, "columns", None), "nlevels", 1) > 1:
        raise ValueError(
            "columns have several levels of names; flatten them as in training, "
            "e.g. ['_'.join(one) for one in df.columns]"
        )
    columns = columns_of(x, input_name)
    if not columns:
        raise ValueError("there is no column; a request needs one input at least")
    nameless = [number for number, column in enumerate(columns) if column.strip() in ("", "None")]
    if nameless and like is None:
        raise ValueError(f"column {nameless[0]} has no name; name it as the model's input")
    rows = {column: len(values) for column, values in columns.items()}
    if len(set(rows.values())) != 1 or 0 in rows.values():
        raise ValueError(f"every input needs as many rows, at least one; got {rows}")
    count = next(iter(rows.values()))
    if at_most is not None and count > at_most:
        raise ValueError(
            f"{count} rows; at most {at_most} are read. Sample them first: df.sample({at_most}, random_state=1)"
        )
    known = None if labels is None else labels_of(labels, count)
    batch = 1
    if like is not None:
        columns, batch = fitted(columns, model_inputs(like), count)
        if batch > count:
            raise ValueError(
                f"the model takes {batch} rows at once, there are {count}; export it with a free first dimension"
            )
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
        if len({str(column) for column in x.columns}) != len(x.columns):
            raise ValueError(f"two columns have one name: {list(x.columns)}")
        columns = {str(column): in_rows(values_of(x[column], str(column)), str(column)) for column in x.columns}
        return columns if input_name is None or not columns else {input_name: together(columns, input_name)}
    if getattr(getattr(x, "dtype", None), "names", None):  # A structured array: its fields are columns.
        x = {field: x[field] for field in x.dtype.names}
    given = x if isinstance(x, Mapping) else {input_name or "x": x}
    return {str(key): in_rows(values_of(one, str(key)), str(key)) for key, one in given.items()}


def in_rows(values: np.ndarray, column: str) -> np.ndarray:
    if values.ndim == 0:
        raise ValueError(f"{column}: is one value, without rows; give a row of it, such as [value]")
    return values.reshape(-1, 1) if values.ndim == 1 else values


def values_of(values: Any, column: str) -> np.ndarray:
    """Numbers, booleans or text. Missing numbers are NaN; what else is missing is refused: no request can say it."""
    array = as_array(values, column)
    if array.dtype.kind in "Mm":
        raise ValueError(f"{column}: {DATES}")
    if array.dtype.name in DATATYPES or array.dtype == np.longdouble:
        return array if array.dtype.name in DATATYPES else array.astype(np.float64)
    flat = [one.item() if isinstance(one, np.generic) else one for one in array.reshape(-1).tolist()]
    if flat and all(
        isinstance(one, (list, tuple, np.ndarray)) for one in flat
    ):  # A vector in each cell, such as an embedding.
        return values_of(as_array(flat, column), column)
    flat = [None if missing(one) else one for one in flat]
    there = [one for one in flat if one is not None]
    first_gap = flat.index(None) if None in flat else None
    if flat and not there:
        raise ValueError(f"{column}: has no value in any row; leave it out")
    if there and all(isinstance(one, bool) for one in there):
        if first_gap is not None:
            raise ValueError(
                f"{column}: value {first_gap} is missing among booleans; fill it as in training, e.g. fillna(False)"
            )
        return np.array(flat, dtype=bool).reshape(array.shape)
    if there and all(isinstance(one, (numbers.Real, decimal.Decimal)) and not isinstance(one, bool) for one in there):
        whole = first_gap is None and all(isinstance(one, int) for one in there)
        if whole and any(not -(2**63) <= one < 2**63 for one in there):
            raise ValueError(
                f"{column}: {next(one for one in there if not -(2**63) <= one < 2**63)} is beyond INT64; "
                "give it as a float, or as text"
            )
        return np.array(
            [math.nan if one is None else one for one in flat], dtype=np.int64 if whole else np.float64
        ).reshape(array.shape)
    for row, one in enumerate(flat):
        if not isinstance(one, str):
            raise ValueError(f"{column}: value {row} {why_not(one, there)}")
    return np.array(flat, dtype=object).reshape(array.shape)


DATES = "dates are no input of a model; give what the model takes, such as days since a date"


def why_not(one: Any, there: list[Any]) -> str:
    """What is wrong with a value that is no number, no boolean and no text, or that stands among others."""
    if one is None:
        return "is missing among text; fill it as in training, e.g. fillna('')"
    if isinstance(one, (datetime.date, datetime.time, datetime.timedelta)) or type(one).__name__ == "Period":
        return f"is {one!r}: {DATES}"
    if isinstance(one, bytes):
        return f"is {one!r}, bytes; give text, e.g. .str.decode('utf-8')"
    if isinstance(one, (bool, int, float)):
        among = "text" if any(isinstance(other, str) for other in there) else "other kinds"
        return f"is {one!r} among {among}; make all of them one kind, e.g. astype(str)"
    return f"is {one!r}, a {type(one).__name__}; a request holds numbers, booleans or text"


def as_array(values: Any, column: str) -> np.ndarray:
    if np.ma.is_masked(values):
        values = values.astype(np.float64).filled(np.nan)
    try:
        return values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{column}: rows have different lengths; pad them as in training") from error


def missing(one: Any) -> bool:
    """None, NaN, and pandas' NA and NaT, which are not equal to themselves."""
    if one is None or isinstance(one, (list, tuple, dict, set, np.ndarray)):
        return one is None
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

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception as error:
        raise ValueError(f"like: {path} cannot be read as an ONNX model: {error}") from error
    given = {one.name for one in graph.initializer}
    inputs = {}
    for value in graph.input:
        if value.name in given:
            continue
        kind = value.type.tensor_type
        datatype = (
            "BYTES"
            if kind.elem_type == onnx.TensorProto.STRING
            else DATATYPES[onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name]
        )
        sizes = [one.dim_value if one.HasField("dim_value") and one.dim_value > 0 else None for one in kind.shape.dim]
        inputs[value.name] = (datatype, sizes)
    return inputs


def fitted(columns: dict[str, np.ndarray], wanted: dict[str, tuple[str, list[int | None]]], rows: int):
    """Columns as the model takes them, in its order; and the rows of a request: 0 where it takes one alone."""
    if len(wanted) == 1 and set(columns) != set(wanted):
        [(input_name, (datatype, _))] = wanted.items()
        values = list(columns.values())
        columns = {
            input_name: values[0] if len(values) == 1 else together(columns, input_name, NUMPY.get(datatype, "object"))
        }
    absent, more = [one for one in wanted if one not in columns], [one for one in columns if one not in wanted]
    if absent or more:
        raise ValueError(
            f"the model takes {', '.join(wanted)}; "
            + "; ".join(
                f"{what} {', '.join(names)}" for what, names in (("missing:", absent), ("drop:", more)) if names
            )
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
    with np.errstate(over="ignore", invalid="ignore"):
        found = values.astype(kind)
    # A number that the datatype does not hold would come out as another one, or as infinity.
    lost = np.isinf(found) & np.isfinite(values) if kind.kind == "f" else found != values
    if lost.any():
        odd = int(np.argmax(lost.reshape(-1)))
        raise ValueError(
            f"{column}: value {odd} is {values.reshape(-1)[odd]}, which {datatype} does not hold; "
            f"the model wants {datatype}"
        )
    return found


def tensor(column: str, values: np.ndarray) -> dict[str, Any]:
    datatype = "BYTES" if values.dtype == object else DATATYPES[values.dtype.name]
    return {"name": column, "datatype": datatype, "shape": list(values.shape), "data": data_of(values, column)}


def data_of(values: np.ndarray, column: str) -> list[Any]:
    """Flat; null is NaN; 64 bit integers beyond 2^53 are text, because JSON's readers round them."""
    flat = values.reshape(-1).tolist()
    if values.dtype.kind == "f":
        if np.isinf(values.astype(np.float64)).any():
            raise ValueError(
                f"{column}: value {int(np.argmax(np.isinf(values.reshape(-1))))} is infinite, "
                "which JSON cannot say; clip it as in training"
            )
        # The shortest text that is the same FP32 again.
        return [
            None if one != one else one
            for one in (flat if values.dtype == np.float64 else [float(str(v)) for v in values.reshape(-1)])
        ]
    return [str(one) if isinstance(one, int) and abs(one) > 2**53 else one for one in flat]


def in_batches(
    columns: Mapping[str, np.ndarray], labels: list[Any] | None, batch: int, rows: int
) -> list[dict[str, Any]]:
    """Requests of as many rows as the model takes, or of one without a batch dimension (0)."""
    requests = []
    for begin in range(0, rows - max(batch, 1) + 1, max(batch, 1)):
        end = begin + max(batch, 1)
        inputs = [tensor(column, values[begin:end] if batch else values[begin]) for column, values in columns.items()]
        own = {} if labels is None else ({"labels": labels[begin:end]} if batch else {"label": labels[begin]})
        requests.append({"inputs": inputs, **own})
    return requests


def labels_of(labels: Any, rows: int) -> list[Any]:
    if isinstance(labels, (str, bytes)):
        raise ValueError(f"labels: got the text {labels!r}; give the column itself, e.g. df[{labels!r}]")
    array = as_array(labels, "labels")
    if array.ndim == 0:
        raise ValueError(f"labels: got one value, {labels!r}, for {rows} rows")
    if len(array) != rows:
        raise ValueError(f"{len(array)} labels for {rows} rows")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim > 2:
        raise ValueError(
            f"labels: a row has the shape {list(array.shape[1:])}; at most a list of numbers a row is read"
        )
    if array.dtype.kind in "Mm":
        raise ValueError("labels: dates are no answer of a model")
    return [label_of(one, row) for row, one in enumerate(array.tolist())]


def label_of(one: Any, row: int) -> Any:
    if isinstance(one, (list, tuple, np.ndarray)):
        return [label_of(part, row) for part in one]
    one = one.item() if isinstance(one, np.generic) else float(one) if isinstance(one, decimal.Decimal) else one
    if missing(one):
        return None
    if not isinstance(one, (bool, int, float, str)):
        raise ValueError(
            f"labels: row {row} is {one!r}, a {type(one).__name__}; a label is a class, a number, or a list of numbers"
        )
    if isinstance(one, float) and math.isinf(one):
        raise ValueError(f"labels: row {row} is infinite, which JSON cannot say")
    if isinstance(one, int) and abs(one) > 2**53:
        raise ValueError(f"labels: row {row} is {one}, which JSON's readers round; give it as text")
    return one
