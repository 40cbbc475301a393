"""Triton's client with text and half precision: the datatypes whose bytes have a form of their own."""

import json
import sys

import numpy as np
import tritonclient.http as triton

url, model, kind = sys.argv[1:]
values = (
    np.array(["", "grüß dich", "🦉"], dtype=np.object_) if kind == "BYTES" else np.array([0.5, -0.0, 65504], np.float16)
)
client = triton.InferenceServerClient(url)
sent = triton.InferInput("x", [3], kind)
sent.set_data_from_numpy(values)
back = client.infer(model, [sent]).as_numpy("y")
print(json.dumps([value.decode() if isinstance(value, bytes) else float(value) for value in back]))
