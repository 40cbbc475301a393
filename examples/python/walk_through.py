# %% [markdown]
# # From a DataFrame to a rehearsed rollout
#
# Cells for Jupyter, VS Code or PyCharm; `python walk_through.py` runs them all. It needs
# `pip install -r requirements.txt`, and `npm ci` in
# the project's folder for the last cell. No AWS.

# %%
import json
import subprocess
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

from made_up import customers
from requests_file import write_requests

project = Path.cwd() if Path("cdk.json").exists() else Path(__file__).resolve().parents[2]
out = Path(sys.argv[1]) if len(sys.argv) > 1 else project / "out" / "walk-through"
out.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## The data
#
# Customers, and whether they left. The last rows play the users: no model has seen them. Numbers are FP32, as runtimes
# compute; scikit-learn's
# exporter mixes FP32 and FP64 where data is FP64.

# %%
frame = customers()
frame = frame.astype({column: np.float32 for column in frame.select_dtypes("float64")})
x, y = frame.drop(columns="left"), frame["left"]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=1)
print(frame.head())

# %% [markdown]
# ## The model in service (blue) and the one that should replace it (green)


# %%
def trained(model):
    encode = ColumnTransformer(
        [("text", OneHotEncoder(handle_unknown="ignore"), ["city", "plan"])], remainder=StandardScaler()
    )
    return make_pipeline(encode, model).fit(x_train, y_train)


blue, green = trained(LogisticRegression(max_iter=1000)), trained(GradientBoostingClassifier(random_state=1))
for name, pipeline in (("blue", blue), ("green", green)):
    (out / f"{name}.onnx").write_bytes(to_onnx(pipeline, x_train[:1]).SerializeToString())
    print(f"{name}: {pipeline.score(x_test, y_test):.1%} of the test rows right")

# %% [markdown]
# ## What green is held to, and what users send
#
# One function for both. `like` gives inputs the model's own names and datatypes.

# %%
golden = write_requests(out / "golden.json", x_test[:400], y_test[:400], like=out / "blue.onnx")
traffic = write_requests(out / "traffic.json", x_test[400:], y_test[400:], like=out / "blue.onnx")


# %% [markdown]
# ## The rollout, rehearsed
#
# The workflow that runs in AWS, here: green is checked against the golden set beside blue, gets 10 % of simulated users,
# then more, and is
# promoted once it is proven to do no harm.


# %%
def rehearse(candidate: Path) -> dict:
    command = ["npm", "run", "--silent", "rehearse", "--", str(out / "blue.onnx"), str(candidate)]
    command += [
        "--golden",
        str(golden),
        "--traffic",
        str(traffic),
        "--rpm",
        "600",
        "--out",
        str(out / candidate.stem),
        "--json",
    ]
    ended = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, text=True)
    if ended.returncode == 2:
        raise SystemExit("the rehearsal could not begin; what is wrong is said above")
    return json.loads(ended.stdout)["rollouts"][0]


rollout = rehearse(out / "green.onnx")
print(
    f"green: {rollout['outcome']} after {rollout['minutes']:.0f} minutes, "
    f"{rollout['greenRequests']} of its answers judged"
)
print(f"report: {out / 'green' / rollout['report']}")

# %% [markdown]
# ## And a bad one
#
# Trained on labels in the wrong order, as a join that went wrong leaves them. No user meets it: the golden set refuses
# it, row by row beside blue.

# %%
shuffled = np.random.default_rng(1).permutation(y_train)
bad = make_pipeline(blue[0], LogisticRegression(max_iter=1000)).fit(x_train, shuffled)
(out / "bad.onnx").write_bytes(to_onnx(bad, x_train[:1]).SerializeToString())
rollout = rehearse(out / "bad.onnx")
print(f"bad: {rollout['outcome']}, {rollout['error']}: {rollout['cause']}")
