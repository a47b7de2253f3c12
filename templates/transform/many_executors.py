"""The rows of a dataset through N sidecars beside N executors: each gets one part of the rows as infile.csv, and gives outfile.csv."""
from transforms.api import Input, Output, configure, transform
from transforms.sidecar import Volume, sidecar

from .utils import SidecarRun

VOLUME = {{volume|python}}
EXECUTORS = 4  # The same number as in @configure.
COLUMNS = ["id", "name", "amount"]  # What the sidecar reads in infile.csv, and must write into outfile.csv.
SCHEMA = "id string, name string, amount string"  # Of the output; CSV knows texts, so cast where it is used.
TIMEOUT = 3600  # Seconds; None: as long as the sidecar gives signs of life.

# All parts start together, each on an executor of its own. Spark refuses this with dynamic allocation: then use False, and an image whose
# entrypoint has --loop, so that one container can serve several parts.
BARRIER = True


def run_part(index, rows):
    """One run: the same part has the same run id and the same files in every attempt."""
    rows = list(rows)
    if not rows:
        return []
    with SidecarRun(VOLUME, run_id=f"part-{index}") as run:
        run.put_csv("infile.csv", COLUMNS, rows)
        run.start()
        run.wait(timeout=TIMEOUT)
        return [tuple(row) for row in run.get_csv("outfile.csv", COLUMNS)]


def run_numbered(numbered):
    """`numbered`: (part, row). In barrier mode a partition does not know its number: its rows carry it."""
    numbered = list(numbered)
    return iter(run_part(numbered[0][0], [row for _, row in numbered]) if numbered else [])


# One core for each executor: a second task beside the same volume is refused.
@configure(["NUM_EXECUTORS_4"])
@sidecar(image={{name|python}}, tag={{tag|python}}, volumes=[Volume(VOLUME)])
@transform(
    source=Input("/path/of/the/input/dataset"),
    output=Output("/path/of/the/output/dataset"),
)
def compute(ctx, source, output):
    rows = source.dataframe().select(*COLUMNS).rdd
    # By row number: repartition() alone may give one part two rows and another none.
    numbered = rows.zipWithIndex().map(lambda pair: (pair[1] % EXECUTORS, tuple(pair[0])))
    parts = numbered.partitionBy(EXECUTORS, lambda part: part)
    results = parts.barrier().mapPartitions(run_numbered) if BARRIER else parts.mapPartitions(run_numbered)
    # An explicit schema: with column names alone, Spark runs the first part twice to find the types.
    output.write_dataframe(ctx.spark_session.createDataFrame(results, SCHEMA))
