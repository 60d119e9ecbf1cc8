"""Arrays by name in one Arrow file, each packed by itself: seconds of all France are a fraction of one to write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.simulation.checkpoint.plain import room

_BYTES = pa.schema([("bytes", pa.uint8())])
_FORMS = b"arrays"
# One thread: those of a pool each hold memory, a tenth of what a small run takes.
_WRITTEN = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
_READ = pa.ipc.IpcReadOptions(use_threads=False)


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays, their names, shapes and types, records to the byte."""
    forms = [{"name": name, "shape": each.shape, "type": _written(each.dtype)} for name, each in arrays.items()]
    schema = _BYTES.with_metadata({_FORMS: json.dumps(forms)})
    with pa.OSFile(str(path), "wb") as file:
        with pa.ipc.new_file(file, schema, options=_WRITTEN) as writer:
            for each in arrays.values():
                whole = np.ascontiguousarray(each)
                buffers = [None, pa.py_buffer(whole.reshape(-1).view(np.uint8) if whole.size else b"")]
                column = pa.Array.from_buffers(pa.uint8(), whole.nbytes, buffers)
                writer.write_batch(pa.record_batch([column], schema=schema))
    pa.default_memory_pool().release_unused()


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read them back, each where a market's arrays begin in memory.

    Raises
    ------
    OSError, ValueError, LookupError, TypeError, pyarrow.ArrowException
        If the file is broken.
    """
    arrays = {}
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file, options=_READ) as reader:
        for place, form in enumerate(json.loads(reader.schema.metadata[_FORMS])):
            array = arrays[form["name"]] = room(tuple(form["shape"]), _read(form["type"]))
            array.reshape(-1).view(np.uint8)[:] = reader.get_batch(place).column(0).to_numpy()
    pa.default_memory_pool().release_unused()
    return arrays


def _written(dtype: np.dtype) -> Any:
    """A type as JSON knows it: a word, or of a record where each field stands."""
    if dtype.names is None:
        return dtype.str
    fields = [dtype.fields[name] for name in dtype.names]
    return {
        "names": dtype.names,
        "formats": [field[0].str for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": dtype.itemsize,
        "aligned": dtype.isalignedstruct,
    }


def _read(written: Any) -> np.dtype:
    if isinstance(written, str):
        return np.dtype(written)
    form: Any = {name: written[name] for name in ("names", "formats", "offsets", "itemsize")}
    return np.dtype(form, align=written["aligned"])
