"""Data that the examples are trained on, the same at every run; yours comes from where it lies."""

from pathlib import Path
from shlex import quote

import numpy as np


def customers(rows: int = 3000):
    """Who left: numbers, whole numbers and text, in the columns of a DataFrame."""
    import pandas as pd  # Not at the top: who trains on arrays needs none.

    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "monthly_cost": rng.gamma(4, 12, rows).round(2),
            "months": rng.integers(0, 72, rows),
            "calls": rng.poisson(1.5, rows),
            "city": rng.choice(["Oslo", "Bergen", "Tromsø"], rows),
            "plan": rng.choice(["basic", "family", "pro"], rows, p=[0.5, 0.3, 0.2]),
        }
    )
    score = (
        0.03 * (frame["monthly_cost"] - 48)
        - 0.06 * (frame["months"] - 24)
        + 0.6 * (frame["calls"] - 1.5)
        + 2 * ((frame["plan"] == "basic") & (frame["calls"] > 2))
    )
    frame["left"] = (score + rng.logistic(0, 0.7, rows) > 0.5).astype(int)
    return frame


def measurements(rows: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Eight numbers of each row, and its class of three: clouds around two centres each."""
    rng = np.random.default_rng(1)
    centres = rng.normal(0, 1.6, (3, 2, 8))
    y = rng.integers(0, 3, rows)
    x = centres[y, rng.integers(0, 2, rows)] + rng.normal(0, 1, (rows, 8))
    return x.astype(np.float32), y


def rehearse_line(out: Path) -> None:
    """What to type next, from the project's folder."""
    blue, green, golden, traffic = (
        quote(str(out / name)) for name in ("blue.onnx", "green.onnx", "golden.json", "traffic.json")
    )
    print(f"npm run rehearse -- {blue} {green} --golden {golden} --traffic {traffic}")
