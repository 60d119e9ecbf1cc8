"""Who proposes candidates: Optuna's tree-structured Parzen estimator (Bergstra and others 2011), for several goals.

It learns the difference between the better and the other values seen so far, at a few dozen candidates, of numbers and
choices alike, and takes what is kept as constraints. Candidates are proposed in batches of one size and told in their
order, so that neither the number of processes nor a stop in between moves what is proposed.
"""

from collections.abc import Sequence
from typing import Any

from experiments.search.asked import Question

STARTUP = 10  # candidates drawn at random before the sampler believes what it has seen
_SEEDS = 2**32  # it takes no more


class Sampler:
    """Proposes values of the fields that vary.

    Parameters
    ----------
    question
    seed
        Of its own chance.
    """

    def __init__(self, question: Question, seed: int) -> None:
        import optuna  # an extra

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.question = question
        self._space, self._failed = {one.key: _values(one) for one in question.varied}, optuna.trial.TrialState.FAIL
        self._study = optuna.create_study(
            directions=["maximize" if goal.most else "minimize" for goal in question.goals],
            sampler=optuna.samplers.TPESampler(
                seed=seed % _SEEDS, n_startup_trials=STARTUP, multivariate=True, constant_liar=True
            ),
        )
        self._open: list[Any] = []

    def ask(self, count: int) -> list[dict[str, Any]]:
        """The next candidates: values by full key, rounded."""
        self._open = [self._study.ask(self._space) for _ in range(count)]
        return [{one.key: one.rounded(trial.params[one.key]) for one in self.question.varied} for trial in self._open]

    def tell(self, goals: Sequence[Sequence[float]], violations: Sequence[Sequence[float]]) -> None:
        """What came of the candidates asked last, in their order.

        Parameters
        ----------
        goals, violations
            Of each candidate, the value of each goal and how far each number kept is on the wrong side; nan where it is
            not known: of such a candidate nothing is learned.
        """
        for trial, values, wrong in zip(self._open, goals, violations, strict=True):
            if any(number != number for number in (*values, *wrong)):
                self._study.tell(trial, state=self._failed)
                continue
            for kept, by in zip(self.question.kept, wrong, strict=True):
                trial.set_constraint(str(kept), by)
            self._study.tell(trial, list(values))
        self._open = []


def _values(one):
    """Between what a field varies, as Optuna has it."""
    import optuna

    if one.choices:
        return optuna.distributions.CategoricalDistribution(one.choices)
    if one.whole:
        return optuna.distributions.IntDistribution(one.low, one.high)
    return optuna.distributions.FloatDistribution(one.low, one.high)
