"""Triton's HTTP client, as its examples use it. Prints what it got as JSON."""

import json
import sys

import numpy as np
import tritonclient.http as triton

url, model = sys.argv[1:]
client = triton.InferenceServerClient(url)
found = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": client.is_model_ready(model),
    "extensions": client.get_server_metadata()["extensions"],
    "inputs": [tensor["name"] for tensor in client.get_model_metadata(model)["inputs"]],
}

images = (np.arange(128, dtype=np.float32).reshape(2, 64) % 17).astype(np.float32)


def ask(binary_in=True, outputs=None, **options):
    pixels = triton.InferInput("pixels", [2, 64], "FP32")
    pixels.set_data_from_numpy(images, binary_data=binary_in)
    return client.infer(model, [pixels], outputs=outputs, **options)


def answer(result):
    return {name: result.as_numpy(name).tolist() for name in ("label", "probabilities")}


found["default"] = answer(ask())
outputs = [
    triton.InferRequestedOutput("label", binary_data=False),
    triton.InferRequestedOutput("probabilities", binary_data=True),
]
found["mixed"] = answer(ask(outputs=outputs))
outputs = [triton.InferRequestedOutput(name, binary_data=False) for name in ("label", "probabilities")]
found["json"] = answer(ask(binary_in=False, outputs=outputs))
found["gzip"] = answer(ask(request_compression_algorithm="gzip", response_compression_algorithm="gzip"))
found["deflate"] = answer(ask(request_compression_algorithm="deflate", response_compression_algorithm="deflate"))
found["id"] = ask(request_id="call-1").get_response()["id"]
best = ask(outputs=[triton.InferRequestedOutput("probabilities", class_count=2)]).as_numpy("probabilities")
found["classes"] = [[text.decode() for text in row] for row in best]
found["async"] = answer(
    client.async_infer(
        model, [(lambda p: (p.set_data_from_numpy(images), p)[1])(triton.InferInput("pixels", [2, 64], "FP32"))]
    ).get_result()
)


def refused(call):
    try:
        call()
    except triton.InferenceServerException as error:
        return str(error)
    return "not refused"


found["wrongShape"] = refused(
    lambda: client.infer(
        model, [triton.InferInput("pixels", [2, 64], "FP64").set_data_from_numpy(images.astype(np.float64))]
    )
)
found["index"] = refused(client.get_model_repository_index)
found["statistics"] = refused(lambda: client.get_inference_statistics(model))
found["unloaded"] = refused(lambda: client.unload_model(model))
client.close()
print(json.dumps(found))
