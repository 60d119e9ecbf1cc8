"""A call to boycott in words: who heard of it, who joined, whether it held, and where the work went."""

from collections.abc import Mapping

import numpy as np

from sim.kernel.units import WEEK
from sim.report.language.words import Words


def boycott_story(numbers: Mapping[str, float], words: Words) -> list[str]:
    """Paragraphs from the numbers of `sim.results.boycott.boycott_numbers`; none without a call."""
    if "boycott.joined" not in numbers:
        return []
    own = {name.removeprefix("boycott."): number for name, number in numbers.items() if name.startswith("boycott.")}
    said = {name: words.number(number) for name, number in own.items()}
    if not own["joined"]:
        return [words("boycott.nobody" if own["meet"] else "boycott.nowhere", **said)]
    out = [said[f"out_{week}"] for week in (1, 2, 4) if np.isfinite(own[f"out_{week}"])]
    sentences = [words("boycott.joined", **said)]
    if out:
        weeks = words.listed([words.duration(week * WEEK) for week in (1, 2, 4)[: len(out)]])
        sentences.append(words("boycott.out", weeks=weeks, out=words.listed(out)))
    if own["banned"]:
        sentences.append(words("boycott.banned", **said))
    after = words.duration(own["fell_apart"] * WEEK)
    sentences.append(words("boycott.fell", after=after) if own["fell_apart"] else words("boycott.held"))
    work = words("boycott.work", **said) if np.isfinite(own["hours_before"]) else ""
    return [" ".join(sentences), *([work] if work else [])]
