"""What people are like, margin by margin as the survey's report prints it of its respondents (DiPLab2019).

Each margin is a share: of those of some group, who has a trait. Its id is that of its row in ``targets.csv``.
"""

import numpy as np
import pandas as pd

from sim.kernel.categories import EMPLOYED, HOUSEHOLDS
from sim.scenario.scenario import Scenario

PREFIX = "respondents_"
Margins = dict[str, tuple[np.ndarray, np.ndarray]]


def margins(people: pd.DataFrame, scenario: Scenario) -> Margins:
    """Who is in the group of each margin, and who has its trait.

    Parameters
    ----------
    people
        One row a person, columns as in workers.parquet.
    scenario
        What a consumption unit is, by household.

    Returns
    -------
    dict of str to (bool array, bool array)
        By id; each of shape (people,).
    """
    woman, age = people["sex"].to_numpy() == "woman", people["age"].to_numpy()
    status, household = people["status"].to_numpy(), people["household"].to_numpy()
    job, everybody = np.isin(status, EMPLOYED), np.ones(len(people), bool)
    found = {"women": (everybody, woman), "students": (everybody, status == "student")}
    found |= {"aged_25_34": (everybody, _aged(age, 25, 34)), "aged_25_44": (everybody, _aged(age, 25, 44))}
    found |= {"retired": (everybody, status == "retired"), "with_parents": (everybody, household == "with_parents")}
    found |= {"open_ended_full_time": (everybody, status == "full_time")}
    found |= {f"no_job_{low}_{high}": (_aged(age, low, high), ~job) for low, high in ((25, 54), (55, 64))}
    degree = people["education"].to_numpy() == "above_bac_plus_2"
    found |= {f"degree_{low}_{high}": (_aged(age, low, high), degree) for low, high in ((25, 34), (25, 64))}
    found |= _by_sex(people, woman, job) | _of_households(people, scenario)
    return {PREFIX + name: pair for name, pair in found.items()}


def shares(people: pd.DataFrame, scenario: Scenario) -> dict[str, tuple[float, int]]:
    """Share of those with the trait and size of the group, by id; nan and 0 of a group that nobody is in."""
    found = {}
    for name, (group, trait) in margins(people, scenario).items():
        size = int(group.sum())
        found[name] = (float((group & trait).sum() / size) if size else np.nan, size)
    return found


def adults(scenario: Scenario) -> dict[str, float]:
    """The same shares of French adults, as the scenario has them, by id."""
    traits = scenario.population.traits
    found = {"women": traits.women_share, "students": traits.students, "retired": traits.retired}
    found |= {"aged_25_34": traits.age_bands[1], "aged_25_44": sum(traits.age_bands[1:3])}
    found |= {"open_ended_full_time": traits.open_ended * traits.open_ended_full_time}
    found |= {"no_job_25_54": traits.without_job_25_54, "no_job_55_64": traits.without_job_55_64}
    found |= {"degree_25_34": traits.above_bac_plus_2_25_34, "degree_25_64": traits.above_bac_plus_2_25_64}
    found |= {"with_parents": traits.with_parents, "below_855": traits.poor_share, "below_1380": traits.low_share}
    found |= {"household_below_1500": traits.income_below_1500, "household_1500_3000": traits.income_1500_3000}
    for sex, households in (("women", traits.households_women), ("men", traits.households_men)):
        alone, lone, couple, family = households
        found |= {f"alone_{sex}": alone, f"lone_{'mothers' if sex == 'women' else 'fathers'}": lone}
        found |= {f"couple_{sex}": couple, f"couple_with_children_{sex}": family}
        found |= {
            f"{to}_{sex}": getattr(traits, f"{of}_{sex}")
            for to, of in (("job", "employed"), ("part_time", "part_time"), ("children", "children"))
        }
    return {PREFIX + name: float(share) for name, share in found.items()}


def _aged(age, low, high):
    return (age >= low) & (age <= high)


def _by_sex(people, woman, job):
    """Margins that are printed for women and men."""
    part_time, household = people["status"].to_numpy() == "part_time", people["household"].to_numpy()
    children, found = people["children"].to_numpy() > 0, {}
    for sex, group, lone in (("women", woman, "lone_mothers"), ("men", ~woman, "lone_fathers")):
        found |= {f"job_{sex}": (group, job), f"part_time_{sex}": (group & job, part_time)}
        found |= {lone: (group, household == "lone_parent"), f"children_{sex}": (group, children)}
        found |= {f"{name}_{sex}": (group, household == name) for name in ("alone", "couple", "couple_with_children")}
    return found


def _of_households(people, scenario):
    """Margins of income."""
    income, everybody = people["income"].to_numpy(), np.ones(len(people), bool)
    units = dict(zip(HOUSEHOLDS, scenario.population.traits.consumption_units, strict=True))
    each = income / people["household"].astype(object).map(units).to_numpy(float)
    return {
        "household_below_1500": (everybody, income < 1500),
        "household_1500_3000": (everybody, (income >= 1500) & (income <= 3000)),
        "below_855": (everybody, each < 855),
        "below_1380": (everybody, each < 1380),
    }
