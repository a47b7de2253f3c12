"""All files of a dataset through one sidecar beside one executor."""
from transforms.api import Input, Output, configure, transform
from transforms.sidecar import Volume, sidecar

from .utils import SidecarRun

VOLUME = {{volume|python}}
OUTPUTS = ["outfile.csv"]  # Must be there after a run; "logfile" is copied when there is one.
TIMEOUT = 3600  # Seconds; None: as long as the sidecar gives signs of life.


def run_files(source, output):
    """The work of the executor: a function that can be pickled with its two file systems."""

    def work(_task):
        with SidecarRun(VOLUME, run_id="one-executor") as run:
            run.put_dataset(source)
            run.start()
            status = run.wait(timeout=TIMEOUT)
            for name in OUTPUTS:
                run.get_file(name, output)
            run.get_file("logfile", output, required=False)
        return status.get("state", "done"), status.get("milliseconds")

    return work


# One executor with one core: a second task beside the same volume is refused.
@configure(["NUM_EXECUTORS_1"])
@sidecar(image={{name|python}}, tag={{tag|python}}, volumes=[Volume(VOLUME)])
@transform(
    source=Input("/path/of/the/input/dataset"),
    output=Output("/path/of/the/output/dataset"),
)
def compute(ctx, source, output):
    # An explicit schema: with column names alone, Spark runs a task once more to find the types.
    tasks = ctx.spark_session.createDataFrame([(0,)], "task int").rdd
    # collect() makes the work happen here, and brings what it raises.
    for state, milliseconds in tasks.map(run_files(source.filesystem(), output.filesystem())).collect():
        print(f"sidecar: {state} after {milliseconds} ms")
