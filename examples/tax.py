"""A tax on what clients spend, and a levy that a fund keeps: two policies of one's own.

python -m sim.run population=small policy=[minimum_rate,examples/tax.py:tax] own.tax.rate=0.2
"""

from typing import Annotated

from sim import Parameter, own

Rate = Annotated[float, Parameter("taken on top of what clients pay", "share of pay", 0, 1, "assumed")]


@own.policy(moment="first_day", text={"en": "a tax on clients", "fr": "une taxe sur les clients"})
def tax(market, day, *, rate: Rate = 0.1):
    """Clients pay a tax on top of pay, and ask for less of what is dearer."""
    market.charge(rate)


@own.policy(text={"en": "a fund for bad months", "fr": "un fonds pour les mauvais mois"})
class Fund:
    """A share of each day's pay is counted into a fund; from a level on, clients pay it no more."""

    rate: Rate = 0.02
    enough: Annotated[float, Parameter("at which the levy ends", "euro", 0, 1e9, "assumed")] = 1000.0

    def first_day(self, market, day):
        self.euro = 0.0
        market.charge(self.rate)

    def after_learning(self, market, day):
        before, self.euro = self.euro, self.euro + self.rate * float(market.today("pay_micro_euro").sum()) / 1e6
        if before < self.enough <= self.euro:
            market.charge(0.0)


@own.policy
def nothing(market, day):
    """Nothing is done: a market under it is the same to the bit."""
