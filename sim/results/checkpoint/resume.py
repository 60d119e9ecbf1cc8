"""A market taken up from its checkpoint: in memory or handing on, whichever way it was written."""

from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.records import CLOSED_BATCH
from sim.results.checkpoint.folder import Checkpoint
from sim.results.folder import BadFolder
from sim.results.stored import Stored
from sim.results.streams import Streams, rows_of_batches, rows_of_months
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoint.snapshot import Snapshot
from sim.simulation.day import DayByDay


def market_of(checkpoint: Checkpoint, scenario: Scenario | None = None, finished: Streams | None = None) -> DayByDay:
    """The market of a checkpoint on its morning.

    Parameters
    ----------
    checkpoint
    scenario
        The checkpoint's with what may be another from then on (`sim.results.checkpoint.changes`); by default its own.
    finished
        Who is handed what is finished, from what was finished before the checkpoint on; without, all is kept.

    Raises
    ------
    BadFolder
        If a file is broken.
    """
    return DayByDay(scenario or checkpoint.scenario, finished, snapshot_for(checkpoint, finished))


def snapshot_for(checkpoint: Checkpoint, finished: Streams | None = None) -> Snapshot:
    """What a market kept, for one that hands on what is finished, or for one that keeps all; raises BadFolder."""
    snapshot = checkpoint.snapshot()
    try:
        record = dict(snapshot.recorder)
        months = record["months"] or _months(checkpoint)
        if finished is None:
            record |= _whole(checkpoint, record) | {"months": months}
        else:
            finished.go_on(checkpoint.handed_on.get("batches", []), months)
            record |= {"months": []}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise BadFolder(checkpoint.folder, [f"a table is broken: {' '.join(str(problem).split())}"]) from None
    return Snapshot(snapshot.day, snapshot.state, record)


def _whole(checkpoint: Checkpoint, record: dict[str, Any]) -> dict[str, Any]:
    """The archive with what was handed on before it."""
    if not (files := checkpoint.handed_on.get("batches")):
        return {}
    rows = [rows_of_batches(piece) for path in files for piece in Stored(path).pieces()]
    archive = np.concatenate([np.zeros(0, CLOSED_BATCH), *rows, record["archive"]])
    return {"archive": archive, "first": 0, "approved": np.zeros_like(record["approved"])}


def _months(checkpoint: Checkpoint) -> list[tuple[str, np.ndarray]]:
    """The months that were handed on."""
    files = checkpoint.handed_on.get("months", [])
    return rows_of_months(pd.concat([Stored(path).frame() for path in files])) if files else []
