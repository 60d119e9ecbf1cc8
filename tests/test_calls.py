"""How a call to boycott is told: by hand, from numbers so few that they can be counted."""

import numpy as np

from experiments.policy.boycott import call_sentences, calls_over_seeds, where_it_went
from experiments.policy.packing import packed
from sim.kernel.records import DAILY, NOBODY
from sim.kernel.units import HOUR
from sim.policies.state import Call
from sim.report.language.words import Words
from sim.report.page.boycott import boycott_story
from sim.results.boycott import boycott_numbers


def called(out=(20, 18, 9, 9, 4), barred=3):
    return Call(10, 40, NOBODY, np.array([200, 80, 20]), np.array([1, 2], np.int32), barred, list(out))


def days(done=50):
    """Ten hours of work a day on each of two platforms; a call from the tenth to the fortieth day takes half."""
    daily = np.zeros((done, 2, len(DAILY)), np.int64)
    daily[:, :, DAILY.paid_seconds], daily[:, :, DAILY.tasks_withdrawn] = 10 * HOUR, 1
    daily[10:40, :, DAILY.paid_seconds], daily[10:40, :, DAILY.tasks_withdrawn] = 5 * HOUR, 4
    daily[:, 0, DAILY.tasks_open] = np.arange(done)
    return daily


def test_the_days_of_a_call_stand_beside_as_many_before():
    numbers = boycott_numbers(called(), days())
    assert numbers["boycott.hours"] == 10.0 and numbers["boycott.hours_before"] == 20.0
    assert numbers["boycott.withdrawn"] == 8.0 and numbers["boycott.withdrawn_before"] == 2.0
    assert numbers["boycott.open"] == 39.0 and numbers["boycott.open_before"] == 9.0
    assert numbers["boycott.out_4"] == 4 and numbers["boycott.fell_apart"] == 2 and numbers["boycott.banned"] == 3
    assert boycott_numbers(called(), days(10)) == boycott_numbers(None, days()) == {}
    assert boycott_numbers(called(out=[20]), days(12))["boycott.open"] == 11.0  # the run ends before the call


def test_a_call_is_told_with_how_it_ended():
    french = "trop peu de gens", "L’appel a tenu", "ne pouvait atteindre personne"
    english = "too few took part", "The call held", "could reach nobody"
    for language, (fell, held, nobody) in {"en": english, "fr": french}.items():
        words = Words(language)
        assert fell in boycott_story(boycott_numbers(called(), days()), words)[0]
        story = boycott_story(boycott_numbers(called(out=[20, 20]), days()), words)
        assert held in story[0] and fell not in story[0] and "20" in story[1]
        none = called(out=[0])
        none.counts[:] = 0
        assert nobody in boycott_story(boycott_numbers(none, days()), words)[0]
        none.counts[:2] = 20, 7
        assert "7" in boycott_story(boycott_numbers(none, days()), words)[0]
    assert not boycott_story({}, words)


def test_work_that_was_left_is_followed_to_who_did_it():
    def run(paid, call=None, **work):
        people = {"paid": packed(np.array(paid, np.int32) * HOUR)}
        numbers = {f"work_{k}": v for k, v in work.items()}
        return {"people": people, "months": 2.0, "weight": 1.0, "numbers": numbers, "call": call}

    call = {"numbers": boycott_numbers(called(), days()), "who": packed(called().who)}
    quo = run([5, 8, 6, 0], elsewhere=1.0, withdrawn=2.0, open=3.0)
    went = where_it_went(quo, run([9, 2, 2, 2], call, elsewhere=4.0, withdrawn=2.5, open=2.0))
    assert {name: went[name] for name in ("own", "others", "elsewhere", "withdrawn", "open")} == {
        "own": -5.0, "others": 3.0, "elsewhere": 3.0, "withdrawn": 0.5, "open": -1.0}  # fmt: skip
    assert where_it_went(quo, quo) == {}
    told = list(call_sentences(calls_over_seeds([went, went]), "Boycott", Words("en")))
    assert (
        "18, 9 and 4 of them" in told[0].replace("\xa0", " ")
        and "Of 2 runs the call held in 0, fell apart in 2" in told[0]
    )
    assert "joined \N{MINUS SIGN}5" in told[1] and "elsewhere +3" in told[1]
    assert not list(call_sentences(calls_over_seeds([{}, {}]), "Boycott", Words("en")))
