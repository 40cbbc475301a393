"""Trains two models and writes a golden set and traffic: `python train.py FOLDER`. The data is made up."""

import json
import pickle
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from model import Beyond, Slow

into = Path(sys.argv[1])
into.mkdir(parents=True, exist_ok=True)
x, y = make_classification(3000, 8, n_informative=6, n_classes=3, random_state=1)
train, golden, traffic = slice(0, 2000), slice(2000, 2200), slice(2200, 3000)
# The last column is 1 for a third of what users send, and 0 in training rows and golden set: both models ignore it.
x = np.column_stack([x, np.zeros(len(x))])
x[2200::3, -1] = 1


def write(name: str, model) -> None:
    (into / name).write_bytes(pickle.dumps(model))
    print(f"{name}: {model.score(x[golden], y[golden]):.1%} of the golden set right")


def data_set(name: str, rows: slice) -> None:
    one = {"name": "churn", "inputName": "x", "datatype": "FP64", "shape": [len(y[rows]), x.shape[1]]}
    text = json.dumps({**one, "data": x[rows].round(6).tolist(), "labels": y[rows].tolist()})
    (into / name).write_text(text)


v1 = LogisticRegression(max_iter=1000).fit(x[train], y[train])
write("v1.pkl", v1)
write("v2.pkl", DecisionTreeClassifier(max_depth=9, random_state=1).fit(x[train], y[train]))
# Trained on shuffled labels: what a golden set is for.
write("shuffled.pkl", LogisticRegression(max_iter=1000).fit(x[train], np.random.default_rng(1).permutation(y[train])))

# Two that a golden set does not see, because users send what it does not hold: rows whose last column is 1.
write("failing.pkl", Beyond(v1, fails=True))
write("skewed.pkl", Beyond(v1, fails=False))
write("slow.pkl", Slow(v1, seconds=0.1))
try:
    from xgboost import XGBClassifier

    write("xgboost.pkl", XGBClassifier(n_estimators=60, max_depth=4, n_jobs=1).fit(x[train], y[train]))
except ImportError:
    print("xgboost.pkl: not made, since xgboost is not installed (pip install xgboost-cpu)")
data_set("golden.json", golden)
data_set("traffic.json", traffic)
