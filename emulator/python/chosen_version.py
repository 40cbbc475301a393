"""Runs an invocation of an alias on the version that the gateway chose by the alias' weights.

The gateway sends `x-greenlight-run: live=7` with a request for the alias `live`. The function sees what it sees on AWS:
the version in `functionVersion`, the alias in `invokedFunctionArn`. The answer says in `x-greenlight-ran` which version
ran, whether it failed and for how many milliseconds, which a function URL's answer does not tell otherwise.
"""

import contextvars
import json
import time

RUN = "x-greenlight-run"
RAN = "x-greenlight-ran"

_asked: contextvars.ContextVar[dict | None] = contextvars.ContextVar("asked", default=None)


def supply() -> None:
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function_with_config_scope

    def run(func, event):
        asked = _asked.get()
        if asked is None:
            return execute(func, event)
        started = time.monotonic()
        result = execute(_chosen(lambda_svc, func, asked), event)
        if not result.get("throttle"):
            ms = round((time.monotonic() - started) * 1000, 2)
            asked["ran"] = {"version": asked["version"], "failed": bool(result.get("error")), "ms": ms}
        return result

    lambda_svc._execute_function_with_config_scope = run
    lambda_svc.handle_request = _listening(lambda_svc.handle_request, headers_at=2)
    lambda_svc.handle_function_url_request = _listening(lambda_svc.handle_function_url_request, headers_at=3)


def _chosen(lambda_svc, func: dict, asked: dict) -> dict:
    """The chosen version's code and settings, under the alias' ARN."""
    config = func.get("config") or func
    record = lambda_svc._functions[config["FunctionName"]]["versions"][asked["version"]]
    arn = ":".join(config["FunctionArn"].split(":")[:7])
    return {**record, "config": {**record["config"], "FunctionArn": f"{arn}:{asked['alias']}"}}


def _listening(handle, headers_at: int):
    async def listen(*args, **kwargs):
        said = args[headers_at].pop(RUN, None)
        if said is None:
            return await handle(*args, **kwargs)
        alias, _, version = said.partition("=")
        asked = {"alias": alias, "version": version}
        token = _asked.set(asked)
        try:
            status, headers, body = await handle(*args, **kwargs)
        finally:
            _asked.reset(token)
        if "ran" in asked:
            headers = {**headers, RAN: json.dumps(asked["ran"])}
        return status, headers, body

    return listen
