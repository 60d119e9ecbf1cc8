"""The same market as plain Mesa agents: what the benchmark compares the engine with.

Workers, clients and platforms are `mesa.Agent` objects with ordinary attributes; no columns, no kernels. The
rules are those of ``sim/markets`` and ``sim/agents`` without deep labour. There are two ways to find those who
look: ``scan``, where every hour every worker asks whether to look, and ``calendar``, where everyone has
a next event and only those are called whose event is due. What they do then is the same code.

To be fair to Mesa, all that is not behaviour is done as the engine does it: people, clients and batches are the
engine's own, uniform numbers come in blocks from a kernel and cost as little as Python's own, the lists of open
batches are ordered dictionaries, which nothing has to search, and nothing is recorded beyond a day's totals.
"""

from experiments.bench.mesa_market.market import MesaMarket, two_sided

__all__ = ["MesaMarket", "two_sided"]
