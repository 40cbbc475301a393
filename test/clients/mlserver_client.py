"""MLServer's types and codecs over plain HTTP, and its command line for files of requests."""

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import numpy as np
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, MetadataModelResponse, MetadataServerResponse

url, model = sys.argv[1:]
images = (np.arange(128, dtype=np.float32).reshape(2, 64) % 17).astype(np.float32)
request = InferenceRequest(inputs=[NumpyCodec.encode_input("pixels", images)])


def get(path, body=None):
    headers = {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url + path, data=body, headers=headers)) as answered:
        return answered.read()


def answer(response):
    """The command line gives one column where the protocol has a list."""
    decoded = {output.name: np.array(NumpyCodec.decode_output(output)) for output in response.outputs}
    return {"label": decoded["label"].reshape(-1).tolist(), "probabilities": decoded["probabilities"].tolist()}


body = request.model_dump_json().encode()
found = {
    "server": MetadataServerResponse.model_validate_json(get("/v2")).name,
    "inputs": [tensor.name for tensor in MetadataModelResponse.model_validate_json(get(f"/v2/models/{model}")).inputs],
    "types": answer(InferenceResponse.model_validate_json(get(f"/v2/models/{model}/infer", body))),
}
with tempfile.TemporaryDirectory() as folder:
    requests, answers = Path(folder, "requests.txt"), Path(folder, "answers.txt")
    requests.write_bytes(body + b"\n")
    command = [
        sys.executable,
        "-m",
        "mlserver.cli.main",
        "infer",
        "-u",
        url.removeprefix("http://"),
        "-m",
        model,
        "-i",
        str(requests),
        "-o",
        str(answers),
    ]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0 or not answers.exists():
        sys.exit(ran.stdout + ran.stderr)
    [line] = answers.read_text().splitlines()
    found["infer"] = answer(InferenceResponse.model_validate_json(line))
print(json.dumps(found))
