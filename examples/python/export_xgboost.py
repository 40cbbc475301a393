"""XGBoost: a classifier on an array, by onnxmltools. `python export_xgboost.py FOLDER`"""

import sys
from pathlib import Path

from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from made_up import measurements, rehearse_line
from requests_file import write_requests

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
x, y = measurements()
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=1)

for name, trees in (("blue", 30), ("green", 60)):
    model = XGBClassifier(n_estimators=trees, max_depth=4, n_jobs=1, random_state=1).fit(x_train, y_train)
    converted = convert_xgboost(model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))])
    (out / f"{name}.onnx").write_bytes(converted.SerializeToString())
    print(f"{name}: {model.score(x_test, y_test):.1%} of the test rows right")

write_requests(out / "golden.json", x_test[:400], y_test[:400], like=out / "blue.onnx")
write_requests(out / "traffic.json", x_test[400:], like=out / "blue.onnx")
rehearse_line(out)
