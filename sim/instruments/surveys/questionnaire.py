"""Fourth instrument: what those caught say about themselves.

Answers are exact unless the scenario gives people a memory: then hours and earnings are recalled with a
lognormal error and rounded, and some answers are incomplete and cannot be used.
"""

import numpy as np
import pandas as pd

from sim.kernel.streams import QUESTION, QUESTION_RECALL, QUESTION_USABLE, draw4, gauss, make_key
from sim.kernel.units import HOUR, MICRO, WEEKS_PER_MONTH
from sim.results.results import Results

IDLE = 0.1  # share of the hours given to micro-work that may go by watching before one wants more


def usable(results: Results) -> pd.DataFrame:
    """Answers that are complete, one row per person and wave; columns as in answers.parquet."""
    answers = results.answers.drop_duplicates(["wave", "worker"])
    if not len(answers) or results.scenario.survey.incomplete == 0.0:
        return answers
    return answers[_draws(results, answers, QUESTION_USABLE)[:, 0] >= results.scenario.survey.incomplete]


def respondents(results: Results, answers: pd.DataFrame) -> pd.DataFrame:
    """What each person caught says, from the first of their usable answers.

    Returns
    -------
    DataFrame
        worker; hours (per week, in the month before, of all that one would call micro-work: paid, unpaid and
        watching, on all platforms), earnings (euro in that month), weekly (looks at least weekly), platforms (of those
        modelled), refused (ever), wants_more (more than a tenth of these hours went by watching), need (0 to 1).
    """
    survey = results.scenario.survey
    answers = answers.sort_values("wave").drop_duplicates("worker")
    errors = _draws(results, answers, QUESTION_RECALL)
    watched = answers["watching_seconds"].to_numpy()
    present = (answers["paid_seconds"] + answers["unpaid_seconds"]).to_numpy() + watched
    hours = present / HOUR / WEEKS_PER_MONTH
    earnings = answers["earned_micro_euro"].to_numpy() / MICRO
    if survey.recall_log_sd > 0.0 and len(answers):
        z = np.array([(gauss(a, b), gauss(c, d)) for a, b, c, d in errors])
        hours = hours * np.exp(survey.recall_log_sd * z[:, 0] - 0.5 * survey.recall_log_sd**2)
        earnings = earnings * np.exp(survey.recall_log_sd * z[:, 1] - 0.5 * survey.recall_log_sd**2)
    workers = results.workers.set_index("worker").reindex(answers["worker"])
    return pd.DataFrame(
        {
            "worker": answers["worker"].to_numpy(),
            "hours": _rounded(hours, survey.rounding_hours),
            "earnings": _rounded(earnings, survey.rounding_euro),
            "weekly": answers["weekly"].to_numpy(),
            "platforms": [int(mask).bit_count() for mask in answers["platforms"]],
            "refused": answers["refused"].to_numpy(),
            "wants_more": watched > IDLE * present,
            "need": workers["need"].to_numpy(),
        }
    )


def _rounded(values, step):
    return np.round(values / step) * step if step > 0.0 else values


def _draws(results, answers, question):
    """Four uniforms for each answer, by wave and person; shape (n, 4)."""
    key = make_key(results.scenario.seed, results.scenario.replicate)
    pairs = zip(answers["wave"], answers["worker"], strict=True)
    return np.array([draw4(key, QUESTION, wave, worker, question) for wave, worker in pairs]).reshape(-1, 4)
