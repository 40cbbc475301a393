"""scikit-learn: a pipeline on a DataFrame with numbers and text, as skl2onnx exports it by default.

`python export_sklearn.py FOLDER`
"""

import sys
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from made_up import customers, rehearse_line
from requests_file import write_requests

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
frame = customers()
# FP32, as runtimes compute: of float64 data the exporter mixes both in one graph, which no runtime loads.
frame = frame.astype({column: np.float32 for column in frame.select_dtypes("float64")})
x, y = frame.drop(columns="left"), frame["left"]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=1)
text = ["city", "plan"]
encode = ColumnTransformer([("text", OneHotEncoder(handle_unknown="ignore"), text)], remainder=StandardScaler())

for name, model in (("blue", LogisticRegression(max_iter=1000)), ("green", GradientBoostingClassifier(random_state=1))):
    pipeline = make_pipeline(encode, model).fit(x_train, y_train)
    # One input per column; the classes' probabilities as a list of maps (ZipMap). Both are served as they are.
    (out / f"{name}.onnx").write_bytes(to_onnx(pipeline, x_train[:1]).SerializeToString())
    print(f"{name}: {pipeline.score(x_test, y_test):.1%} of the test rows right")

write_requests(out / "golden.json", x_test[:400], y_test[:400], like=out / "blue.onnx")
write_requests(out / "traffic.json", x_test[400:], like=out / "blue.onnx")
rehearse_line(out)
