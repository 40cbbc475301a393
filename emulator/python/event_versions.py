"""S3's events on EventBridge name the version of the object.

"Object Created" and "Object Deleted" of a bucket with versioning carry `detail.object.version-id` (Amazon S3 user
guide, "EventBridge event structure"). MiniStack 1.5.33 knows the version where it builds the event, and names it in
S3's own notifications alone.
"""

import contextvars
import inspect
import json

BEHAVIOUR = "upload-events"

_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version", default=None)


def supply() -> bool:
    """Patches MiniStack; False when it names the version itself."""
    from ministack.services import eventbridge, s3

    fire = s3._fire_s3_event
    if '"version-id"' in inspect.getsource(fire):
        return False
    dispatch = eventbridge._dispatch_event

    def remember(*args, version_id=None, **kwargs):
        token = _version.set(version_id)
        try:
            return fire(*args, version_id=version_id, **kwargs)
        finally:
            _version.reset(token)

    def name(event, *args, **kwargs):
        if event.get("Source") == "aws.s3" and _version.get():
            detail = json.loads(event["Detail"])
            detail["object"].setdefault("version-id", _version.get())
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *args, **kwargs)

    s3._fire_s3_event = remember
    eventbridge._dispatch_event = name
    return True
