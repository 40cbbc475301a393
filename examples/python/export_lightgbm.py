"""LightGBM: a classifier with names for classes, by onnxmltools. `python export_lightgbm.py FOLDER`"""

import sys
from pathlib import Path

import numpy as np
from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.model_selection import train_test_split

from made_up import measurements, rehearse_line
from requests_file import write_requests

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
x, y = measurements()
y = np.array(["low", "middle", "high"])[y]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=1)

for name, trees in (("blue", 30), ("green", 60)):
    model = LGBMClassifier(n_estimators=trees, n_jobs=1, random_state=1, verbose=-1).fit(x_train, y_train)
    converted = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))])
    (out / f"{name}.onnx").write_bytes(converted.SerializeToString())
    print(f"{name}: {model.score(x_test, y_test):.1%} of the test rows right")

write_requests(out / "golden.json", x_test[:400], y_test[:400], like=out / "blue.onnx")
write_requests(out / "traffic.json", x_test[400:], like=out / "blue.onnx")
rehearse_line(out)
