"""An account that nobody in France opens, as a Mesa agent: registered, and no more."""

import numpy as np

from sim.agents.view.columns import Column, Handle, number


def _absent(model):
    return model.absent


def _platforms(model, rows):
    return np.array(model.platform_keys, object)[model.absent["platform"][rows]]


class AbsentAccount(Handle):
    """One account that a platform declares and nobody in France opens: nobody is behind it, and no day touches it."""

    __slots__ = ()

    platform = Column(
        _platforms,
        lambda model, row: model.platform_keys[model.absent["platform"].item(row)],
        "Key of the platform that declares it.",
    )
    signed_up = number(_absent, "signed_up", "Day it was opened, before the start of the run: negative.")
