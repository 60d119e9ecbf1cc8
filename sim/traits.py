"""Who registers: the marginal shares and means from which the synthetic population is built.

The figures marked DiPLab2019 describe the *respondents* of the Foule Factory survey, that is the most active
users of one platform. For lack of anything better they stand here for everyone registered anywhere in France.
What is marked "assumed" is our own; sim/evidence/README.md says how each was chosen.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65-74")  # years

_SURVEY = "DiPLab2019"
_Unit = Annotated[float, Field(ge=0.0, le=1.0)]
_Hours = Annotated[float, Field(ge=0.0, le=100.0)]
_Effect = Annotated[float, Field(ge=-5.0, le=5.0)]
_Persons = Annotated[float, Field(ge=1.0, le=5.0)]


def _field(default, unit, source, description, low=None, high=None, length=None):
    return Field(
        default,
        ge=low,
        le=high,
        min_length=length,
        max_length=length,
        description=description,
        json_schema_extra={"unit": unit, "source": source},
    )


def _share(default, source, description):
    return _field(default, "share", source, description, 0.0, 1.0)


def _hours(default, source, description):
    return _field(default, "hours/week", source, description, 0.0, 100.0)


class Traits(BaseModel):
    """Marginal shares and means of the registered; every default is a figure of 2018 or marked assumed.

    Raises
    ------
    pydantic.ValidationError
        If a value leaves its range, or shares that belong together do not add up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    women_share: float = _share(0.561, _SURVEY, "women among the registered")
    age_bands: tuple[_Unit, ...] = _field(
        (0.145, 0.334, 0.300, 0.131, 0.066, 0.024),
        "share",
        f"{_SURVEY} (25-34 and 35-44); the other four assumed",
        "people aged 18-24, 25-34, 35-44, 45-54, 55-64, 65-74; the shares add up to 1",
        length=6,
    )

    employed_women: float = _share(0.61, _SURVEY, "women who have another job")
    employed_men: float = _share(0.67, _SURVEY, "men who have another job")
    part_time_women: float = _share(0.32, _SURVEY, "part-timers among women who have another job")
    part_time_men: float = _share(0.11, _SURVEY, "part-timers among men who have another job")
    open_ended: float = _share(0.40, _SURVEY, "people with an open-ended contract")
    open_ended_full_time: float = _share(0.71, _SURVEY, "full-timers among those with an open-ended contract")
    students: float = _share(0.10, _SURVEY, "students without another job")
    retired: float = _share(0.05, _SURVEY, "retired people")
    unemployed: float = _share(0.12, "assumed", "people looking for a job; who is left without one is at home")
    without_job_25_54: float = _share(0.279, _SURVEY, "people without another job among those aged 25-54")
    without_job_55_64: float = _share(0.614, _SURVEY, "people without another job among those aged 55-64")

    above_bac_plus_2_25_34: float = _share(0.568, _SURVEY, "degree above bac + 2 among those aged 25-34")
    above_bac_plus_2_25_64: float = _share(0.435, _SURVEY, "degree above bac + 2 among those aged 25-64")
    education_below: tuple[_Unit, ...] = _field(
        (0.30, 0.38, 0.32),
        "share",
        "assumed",
        "those aged 25-64 without such a degree, split over below bac, bac, bac + 2; the shares add up to 1",
        length=3,
    )

    households_women: tuple[_Unit, ...] = _field(
        (0.19, 0.06, 0.18, 0.40),
        "share",
        _SURVEY,
        "women living alone, as a lone mother, in a couple without children, in a couple with children",
        length=4,
    )
    households_men: tuple[_Unit, ...] = _field(
        (0.28, 0.03, 0.23, 0.27),
        "share",
        _SURVEY,
        "men living alone, as a lone father, in a couple without children, in a couple with children",
        length=4,
    )
    with_parents: float = _share(0.119, _SURVEY, "people who live with their parents")
    children_women: float = _share(0.55, _SURVEY, "women who have children")
    children_men: float = _share(0.39, _SURVEY, "men who have children")

    income_below_1500: float = _share(0.32, _SURVEY, "households with less than 1 500 euro a month")
    income_1500_3000: float = _share(0.40, _SURVEY, "households with 1 500 to 3 000 euro a month")
    poor_line: float = _field(
        855.0, "euro/month", "INSEE2016", "half the median income per consumption unit", 300.0, 1400.0
    )
    poor_share: float = _share(0.22, _SURVEY, "people below half the median income per consumption unit")
    low_line: float = _field(
        1380.0, "euro/month", "assumed", "income per consumption unit that the poorest 30 % do not reach", 500.0, 3000.0
    )
    low_share: float = _share(0.51, _SURVEY, "people among the poorest 30 % of France")
    consumption_units: tuple[_Persons, ...] = _field(
        (1.0, 1.5, 1.5, 2.1, 2.0, 1.6),
        "consumption units",
        "assumed",
        "mean size of each kind of household: alone, lone parent, couple, couple with children, parents', other",
        length=6,
    )

    domestic_women_without_job: float = _hours(22.6, _SURVEY, "mean domestic work of women without another job")
    domestic_women_with_job: float = _hours(14.2, _SURVEY, "mean domestic work of women with another job")
    domestic_men_without_job: float = _hours(10.3, _SURVEY, "mean domestic work of men without another job")
    domestic_men_with_job: float = _hours(8.7, _SURVEY, "mean domestic work of men with another job")
    domestic_shape: float = _field(
        2.0, "1", "assumed", "Weibull shape of domestic work between alike people (2: sd is half the mean)", 1.0, 10.0
    )

    waking_hours: float = _field(112.0, "hours/week", "assumed", "hours awake", 80.0, 140.0)
    paid_hours: tuple[_Hours, ...] = _field(
        (43.0, 27.0, 40.0, 10.0, 0.0, 38.0, 0.0),
        "hours/week",
        "assumed",
        "job and way there, job search or studies: full time, part time, fixed term or self-employed, unemployed, "
        "at home, student, retired",
        length=7,
    )
    care_women: float = _hours(12.0, "assumed", "care that children at home ask of a woman beyond domestic work")
    care_men: float = _hours(6.0, "assumed", "care that children at home ask of a man beyond domestic work")
    personal_hours: float = _hours(35.0, "assumed", "meals, errands, company and leisure most people keep")
    free_floor: float = _field(2.0, "hours/week", "assumed", "least time anyone can find", 0.1, 20.0)
    free_log_sd: float = _field(0.4, "log points", "assumed", "spread of free time between alike people", 0.0, 2.0)

    need_mean: float = _field(
        0.449, "0..1", _SURVEY, "mean need, set to the share whose first motive is need of money", 0.01, 0.99
    )
    need_slope: float = _field(
        1.5, "logit per log point", "assumed", "rise of need as income per consumption unit falls", 0.0, 10.0
    )
    need_lone_parent: float = _field(0.8, "logit", "assumed", "additional need of lone parents", -5.0, 5.0)
    need_sd: float = _field(1.0, "logit", "assumed", "spread of need between alike people", 0.0, 5.0)
    outside_status: tuple[_Effect, ...] = _field(
        (0.9, 0.1, 0.3, -0.5, -1.2, -0.3, -1.5),
        "logit",
        "assumed",
        "outside options of: full time, part time, fixed term or self-employed, unemployed, at home, student, retired",
        length=7,
    )
    outside_education: tuple[_Effect, ...] = _field(
        (-0.8, -0.3, 0.1, 0.6),
        "logit",
        "assumed",
        "what education adds to outside options: below bac, bac, bac + 2, above",
        length=4,
    )
    outside_sd: float = _field(0.8, "logit", "assumed", "spread of outside options between alike people", 0.0, 5.0)

    @model_validator(mode="after")
    def _add_up(self):
        problems = [
            f"{name}: the shares add up to {sum(getattr(self, name)):.6g}, not 1"
            for name in ("age_bands", "education_below")
            if abs(sum(getattr(self, name)) - 1.0) > 1e-6
        ]
        problems += [
            f"{name}: the shares add up to {sum(getattr(self, name)):.6g}, more than 1"
            for name in ("households_women", "households_men")
            if sum(getattr(self, name)) > 1.0 + 1e-6
        ]
        if self.income_below_1500 + self.income_1500_3000 > 1.0:
            problems.append("income_below_1500 and income_1500_3000 add up to more than 1")
        if self.poor_line >= self.low_line or self.poor_share > self.low_share:
            problems.append("poor_line and poor_share must lie below low_line and low_share")
        if problems:
            raise ValueError("; ".join(problems))
        return self
