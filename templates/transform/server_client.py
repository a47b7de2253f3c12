"""The rows of a dataset through the HTTP server of a sidecar beside each executor."""
import json
import time
import urllib.error
import urllib.request

from transforms.api import Input, Output, configure, transform
from transforms.sidecar import sidecar

URL = "http://localhost:{{port}}"
READY_TIMEOUT = 120  # Seconds until the server answers: the container starts beside the executor, not before it.
REQUEST_TIMEOUT = 300
BATCH = 500  # Rows in one request.
COLUMNS = ["id", "name", "amount"]
SCHEMA = "id string, name string, amount string"

# Requests to this machine never go through a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait_until_ready():
    end = time.monotonic() + READY_TIMEOUT
    while True:
        try:
            with OPENER.open(URL + "/health", timeout=5):
                return
        except OSError as error:  # Not there yet, or an answer above 399.
            if time.monotonic() > end:
                raise RuntimeError(f"the sidecar did not answer within {READY_TIMEOUT} s: {error}") from error
        time.sleep(0.2)


def post(job):
    request = urllib.request.Request(URL + "/job", json.dumps(job).encode(), {"Content-Type": "application/json"})
    end = time.monotonic() + REQUEST_TIMEOUT
    while True:
        try:
            with OPENER.open(request, timeout=REQUEST_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read(4096).decode("utf-8", "replace")
            if error.code != 503 or time.monotonic() > end:
                raise RuntimeError(f"the sidecar answered {error.code}: {text}") from error
        time.sleep(0.2)


def run_rows(rows):
    """The work of an executor, on the rows of one partition."""
    batch, ready = [], False
    for row in rows:
        batch.append(["" if value is None else str(value) for value in row])
        if len(batch) == BATCH:
            ready = ready or wait_until_ready() is None
            yield from map(tuple, post({"rows": batch})["rows"])
            batch = []
    if batch:
        wait_until_ready()
        yield from map(tuple, post({"rows": batch})["rows"])


@configure(["NUM_EXECUTORS_4"])
@sidecar(image={{name|python}}, tag={{tag|python}})
@transform(
    source=Input("/path/of/the/input/dataset"),
    output=Output("/path/of/the/output/dataset"),
)
def compute(ctx, source, output):
    # In a partition function, so beside an executor: whether the driver has a sidecar, too, is documented nowhere.
    results = source.dataframe().select(*COLUMNS).rdd.mapPartitions(run_rows)
    # An explicit schema: with column names alone, Spark sends the first rows twice to find the types.
    output.write_dataframe(ctx.spark_session.createDataFrame(results, SCHEMA))
