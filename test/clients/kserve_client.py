"""KServe's inference client (REST, V2), with data in JSON and in bytes."""
import asyncio
import json
import sys

import numpy as np
from kserve import InferInput, InferRequest, InferenceRESTClient
from kserve.inference_client import RESTConfig
from kserve.protocol.infer_type import RequestedOutput

url, model = sys.argv[1:]
images = (np.arange(128, dtype=np.float32).reshape(2, 64) % 17).astype(np.float32)


def answer(response):
    return {output.name: output.as_numpy().tolist() for output in response.outputs}


async def main():
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
    found = {
        "live": await client.is_server_live(url),
        "ready": await client.is_server_ready(url),
        "modelReady": await client.is_model_ready(url, model),
    }
    for name, binary in (("json", False), ("binary", True)):
        pixels = InferInput("pixels", [2, 64], "FP32")
        pixels.set_data_from_numpy(images, binary_data=binary)
        outputs = [RequestedOutput(one, {"binary_data": binary}) for one in ("label", "probabilities")]
        request = InferRequest(model_name=model, infer_inputs=[pixels], request_outputs=outputs)
        found[name] = answer(await client.infer(url, request, model_name=model))
    await client.close()
    print(json.dumps(found))


asyncio.run(main())
