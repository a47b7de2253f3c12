# SPDX-License-Identifier: Apache-2.0
"""As much of transforms.api, transforms.sidecar and Spark as the transforms of the templates use, without Spark.

A partition runs in a process of its own, as an executor would, so what it does must be picklable in the same sense: it sees a copy.
"""
import io
import multiprocessing
import os
import pathlib
import sys
import types


class FileStatus:
    def __init__(self, path, size):
        self.path, self.size, self.modified = path, size, 0


class FileSystem:
    """Of a dataset: logical paths below a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def ls(self, glob=None, regex=".*", show_hidden=False):
        del glob, regex
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            if path.is_file() and (show_hidden or not path.name.startswith((".", "_"))):
                yield FileStatus(name, path.stat().st_size)

    def open(self, path, mode="r", **options):
        target = self.folder / path
        if "w" in mode:
            target.parent.mkdir(parents=True, exist_ok=True)
        return io.open(target, mode, **options)


class Dataset:
    def __init__(self, folder=None, rows=None, columns=None):
        self.folder, self.rows, self.columns, self.written = folder, rows, columns, None

    def filesystem(self):
        return FileSystem(self.folder)

    def dataframe(self):
        return DataFrame(self.rows, self.columns)

    def write_dataframe(self, frame):
        self.written = frame.rdd.collect()


class DataFrame:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns

    def select(self, *columns):
        indexes = [self.columns.index(column) for column in columns]
        return DataFrame([tuple(row[index] for index in indexes) for row in self.rows], list(columns))

    @property
    def rdd(self):
        return self.rows if isinstance(self.rows, Rdd) else Rdd([list(self.rows)])


class Rdd:
    def __init__(self, partitions, function=None):
        self.partitions, self.function = partitions, function

    def then(self, function):
        before = self.function
        return Rdd(self.partitions, lambda rows: function(before(rows) if before else iter(rows)))

    def mapPartitions(self, function):
        return self.then(function)

    def map(self, function):
        return self.then(lambda rows: map(function, rows))

    def barrier(self):
        return self

    def zipWithIndex(self):
        return Rdd([[(row, index) for index, row in enumerate(self.collect())]])

    def partitionBy(self, count, function):
        parts = [[] for _ in range(count)]
        for key, value in self.collect():
            parts[function(key) % count].append((key, value))
        return Rdd(parts)

    def collect(self):
        if self.function is None:
            return [row for part in self.partitions for row in part]
        # Inherited by fork: closures need no pickle here, results and exceptions do.
        run_partition.rdd = self
        with multiprocessing.get_context("fork").Pool(len(self.partitions)) as pool:
            results = [pool.apply_async(run_partition, (index,)) for index in range(len(self.partitions))]
            return [row for result in results for row in result.get(60)]


def run_partition(index):
    root = os.environ.get("SIDECAR_TEST_VOLUMES")
    if root:  # Executor `index` has a volume of its own.
        os.environ["SIDECAR_VOLUME_ROOT"] = os.path.join(root, str(index))
    return list(run_partition.rdd.function(run_partition.rdd.partitions[index]))


class Session:
    @staticmethod
    def createDataFrame(rows, schema):
        if not isinstance(schema, str):
            raise AssertionError("column names alone make Spark run the first part twice")
        names = [field.split()[0] for field in schema.split(",")]
        return DataFrame(rows if isinstance(rows, Rdd) else list(rows), names)


CONTEXT = types.SimpleNamespace(spark_session=Session())


def install():
    """Puts the fakes where `import transforms.api` finds them; returns what the decorators were given."""
    seen = {}

    def remember(name):
        def decorator(*arguments, **named):
            seen[name] = (arguments, named)
            return lambda function: function
        return decorator

    api, sidecar = types.ModuleType("transforms.api"), types.ModuleType("transforms.sidecar")
    api.Input = api.Output = lambda path: path
    api.configure, api.transform = remember("configure"), remember("transform")
    sidecar.sidecar, sidecar.Volume = remember("sidecar"), lambda name: name
    sys.modules.update({"transforms": types.ModuleType("transforms"), "transforms.api": api, "transforms.sidecar": sidecar})
    return seen
