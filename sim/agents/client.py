"""A client as a Mesa agent: what it asks for, how it pays and reviews, when it is there."""

import numpy as np

from sim.agents.view.columns import Handle, computed, number, word
from sim.kernel.categories import KINDS
from sim.kernel.records import ON_PRINCIPLE
from sim.kernel.units import HOUR, MICRO


def _clients(model):
    return model.columns.firms.clients


def _platforms(model, rows):
    return np.array(model.platform_keys, object)[model.columns.firms.clients["platform"][rows]]


def _there(model, rows):
    """Whether they were there on the last completed day, before the first step on the first day."""
    clients, today = model.columns.firms.clients, max(model.day - 1, 0)
    return (clients["first_day"][rows] <= today) & (clients["last_day"][rows] >= today)


def _contested(model, rows):
    return (model.columns.firms.clients["said"][rows] & ON_PRINCIPLE) > 0


def _offered(model, rows):
    clients = model.columns.firms.clients
    return clients["wage"][rows].astype(np.float64) * np.exp(clients["raised"][rows].astype(np.float64))


class Client(Handle):
    """One client of one platform; every attribute is read from the model's columns."""

    __slots__ = ()

    platform = computed(_platforms, "Key of the platform it posts on.")
    kind = word(_clients, "kind", KINDS, "Kind of its tasks.")
    volume = number(_clients, "volume", "Hours of work asked for per day of average intensity.", per=HOUR)
    wage = computed(_offered, "Euro per announced hour it offers now.")
    first_wage = number(_clients, "wage", "Euro per announced hour it began with.")
    announced_share = number(_clients, "announced_share", "Announced over true duration of its tasks.")
    strictness = number(_clients, "strictness", "Chance that it refuses a wrong task.")
    together = number(_clients, "together", "Whether it judges a piece of work by one task of it.", kind=bool)
    patience = number(_clients, "patience", "Days after which it withdraws a batch.")
    first_day = number(_clients, "first_day", "Day it came; negative before the start.")
    last_day = number(_clients, "last_day", "Day it leaves, drawn when it came; past the end of the run for many.")
    ended = number(_clients, "ended", "Whether it leaves from one day to the next.", kind=bool)
    active = computed(_there, "Whether it was there on the last day completed.")
    batches_posted = number(_clients, "k", "Batches posted so far.")
    spent = number(_clients, "spent", "Euro spent so far: pay, margins and commission.", per=MICRO)
    openings = number(_clients, "openings", "Deep labour: contracts its project still lacks.")
    contracted = number(_clients, "contracted", "Deep labour: workers under contract.")
    share = number(_clients, "share", "Deep labour: its position's share of what the contractor is asked for.")
    known_from = number(_clients, "known_from", "Layer at which it is named, 1 to 3 (a list has but one); 0: never.")
    reviewed = number(_clients, "reviewed", "Tasks it has reviewed so far.")
    refused = number(_clients, "refused", "Of these, those that it refused.")
    contested = computed(_contested, "Whether it is known to ask for what some refuse on principle.")
    by_hour = number(_clients, "by_hour", "Deep labour: whether it pays the time worked, not the pieces.", kind=bool)
