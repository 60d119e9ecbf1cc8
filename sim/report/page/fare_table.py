"""The bill of fares of the page: what each platform's clients ask for, and what they pay for it."""

from sim.kernel.units import HOUR
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table
from sim.scenario.scenario import Scenario


def fare_table(scenario: Scenario, words: Words) -> Table:
    """A row for each platform and kind of task: price, announced duration, sizes of batches, share of the work."""
    heads = [words(f"fares.{name}") for name in ("kind", "price", "announced", "batch", "share")]
    rows = [
        Row(words(f"kind.{kind}"), _cells(member, fare, words), member.label)
        for member in scenario.platform.members.values()
        for kind, fare in member.tasks.items()
    ]
    return Table("fares", words("fares.about"), words("fares.caption"), heads, rows)


def _cells(member, fare, words):
    price = max(fare.hourly * fare.seconds / HOUR, member.least_task)
    sizes = " \N{EN DASH} ".join(words.number(size) for size in dict.fromkeys((fare.smallest, fare.largest)))
    shown = words.euro(price), words.duration(fare.seconds), sizes if member.listed else "", words.percent(fare.share)
    return [Cell(text) for text in shown]
