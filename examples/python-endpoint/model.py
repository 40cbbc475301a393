"""What is yours: a scikit-learn model in a pickle. XGBoost's XGBClassifier and XGBRegressor have the same methods."""

import pickle
import time

import numpy as np
from greenlight import Tensor


class Pickled:
    """Columns of numbers in; a label with probabilities, or a number, out."""

    def __init__(self, path: str):
        with open(path, "rb") as file:
            self.model = pickle.load(file)
        self.inputs = [Tensor("x", "FP64", [-1, int(self.model.n_features_in_)])]
        self.classes = getattr(self.model, "classes_", None)
        if self.classes is None:
            self.outputs = [Tensor("score", "FP64", [-1])]
        else:
            datatype = "INT64" if np.issubdtype(self.classes.dtype, np.integer) else "BYTES"
            self.outputs = [Tensor("label", datatype, [-1])]
            if hasattr(self.model, "predict_proba"):
                self.outputs.append(Tensor("probabilities", "FP64", [-1, len(self.classes)]))

    def predict(self, inputs):
        x = np.asarray(inputs["x"].data, dtype=np.float64).reshape(inputs["x"].shape)
        found = [np.asarray(self.model.predict(x))]
        if len(self.outputs) > 1:
            found.append(self.model.predict_proba(x))
        return [
            one._replace(shape=list(values.shape), data=values.ravel().tolist())
            for one, values in zip(self.outputs, found)
        ]


class Slow:
    """A model that answers as another, later."""

    def __init__(self, inner, seconds):
        self.inner, self.seconds = inner, seconds
        self.n_features_in_, self.classes_ = inner.n_features_in_, inner.classes_

    def predict(self, x):
        time.sleep(self.seconds)
        return self.inner.predict(x)

    def predict_proba(self, x):
        return self.inner.predict_proba(x)

    def score(self, x, y):
        return self.inner.score(x, y)


class Beyond:
    """A model that goes wrong where its last column is not 0: for rehearsals of what a golden set does not see."""

    def __init__(self, inner, fails):
        self.inner, self.fails = inner, fails
        self.n_features_in_, self.classes_ = inner.n_features_in_, inner.classes_

    def predict(self, x):
        beyond = x[:, -1] != 0
        if self.fails and beyond.any():
            raise RuntimeError("the last column is not 0")
        return np.where(beyond, self.classes_[-1], self.inner.predict(x))

    def predict_proba(self, x):
        return self.inner.predict_proba(x)

    def score(self, x, y):
        return float(np.mean(self.inner.predict(x) == y))
