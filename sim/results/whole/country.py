"""The numbers of a summary as of the whole country: which are multiplied by `population.weight`, and which are not.

A run may simulate one person in twenty; its tables hold those simulated, its summary the country for which they stand.
What is counted or added up over people, batches or clients grows with them; shares, means, medians and times do not.
"""

from collections.abc import Mapping

_PEOPLE = "registered seen_month seen_week worked_month very_active regular occasional arrived_month active earners"
_LOOKING = "visits looks empty_looks sessions reactions too_late"
_TASKS = "tasks_posted tasks_done tasks_done_abroad tasks_refused tasks_withdrawn tasks_open batches_posted shop_visits"
_HOURS = "paid_hours unpaid_hours watching_hours present_hours travel_hours abroad_hours hours full_time_equivalents"
_EUROS = "pay_euro commission_euro margin_euro cashed_out_euro spent_euro"
_CALLED = "meet heard joined out_1 out_2 out_4 banned hours elsewhere withdrawn open"
_CALLED += " hours_before elsewhere_before withdrawn_before open_before"  # the days before a call to boycott

EXTENSIVE = frozenset(f"{_PEOPLE} {_LOOKING} {_TASKS} {_HOURS} {_EUROS} accounts clients worked_for_nothing".split())
EXTENSIVE |= {f"boycott.{name}" for name in _CALLED.split()}

INTENSIVE = frozenset(
    "entry_at_most_share empty_share done_share refused_share too_late_share unpaid_share filled_in_week_share "
    "filled_share clients_top1_share top1_share gini_earners gini_registered below_minimum_wage_share "
    "hours_week_long_share hourly_euro hourly_paid_euro hourly_present_euro fill_median_seconds visit_mean_seconds "
    "earned_mean_euro earned_median_euro earned_max_euro hourly_median_euro hourly_paid_median_euro "
    "hourly_present_median_euro hours_week_mean hours_week_median hours_week_earners_median "
    "boycott.fell_apart boycott.weeks".split()
)


def plain(name: str) -> str:
    """A number's name without month, platform, structure or use before it."""
    return name if name.startswith("boycott.") else name.rpartition(".")[2]


def of_country(numbers: Mapping[str, float], weight: float) -> dict[str, float]:
    """Numbers of those simulated as numbers of the country, of whom each simulated person stands for `weight`.

    Counts stay whole; with a weight of one nothing changes.
    """
    return {name: _times(value, weight) if plain(name) in EXTENSIVE else value for name, value in numbers.items()}


def _times(value, weight):
    return round(value * weight) if isinstance(value, int) else value * weight
