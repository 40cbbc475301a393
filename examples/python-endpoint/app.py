"""The Lambda function's handler, `app.handler`."""

from greenlight import Endpoint
from model import Pickled

endpoint = Endpoint(Pickled)
# While the function starts: Lambda waits for it, and users find the model loaded.
endpoint.load()
handler = endpoint.handle
