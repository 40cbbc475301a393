"""A function that throws ends with the name of its error.

AWS answers `errorType` = the error's name, and Step Functions matches a Retry or Catch by it (Lambda developer guide,
"Lambda function errors in Node.js"). MiniStack 1.5.33 keeps the message and the stack of a Node.js error alone, and
says `Runtime.HandlerError` for every one. Its worker is taught to say the name; an answer that has another type
already is left as it is.
"""

import threading

BEHAVIOUR = "error-names"
LOST = "Runtime.HandlerError"
SAID = {
    'error: String(err.message || err), trace: err.stack || ""': "err",
    "error: e.message, trace: e.stack": "e",
}

_heard = threading.local()


def supply() -> bool:
    """Patches MiniStack; False when its code is not the one that loses names."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    if not all(said in script for said in SAID):
        return False
    for said, error in SAID.items():
        script = script.replace(said, f"{said}, name: {error} instanceof Error ? {error}.name : typeof {error}")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script

    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def hear(self, *args, **kwargs):
        response = invoke(self, *args, **kwargs)
        _heard.error = response if response.get("status") == "error" else None
        return response

    def name(func, event, request_id):
        _heard.error = None
        result = execute(func, event, request_id)
        error, body = _heard.error, result.get("body")
        if result.get("error") and error and error.get("name") and body.get("errorType") == LOST:
            body["errorType"] = error["name"]
            body["trace"] = str(error.get("trace") or "").split("\n")
        return result

    lambda_runtime.Worker.invoke = hear
    lambda_svc._execute_function_warm = name
    return True
