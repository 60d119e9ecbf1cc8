"""A validation on the screen: what contradicts the evidence, worst first, and the bars as a table."""

import textwrap

_WIDTH = 118


def told(tables, posterior, runs, defaults, scenario):
    """What stands on the screen."""
    lines = _rows(tables["validation"], posterior, runs) + _portraits(tables["portraits"]) + _words(tables["patterns"])
    if defaults:
        lines += _bars(tables["bars"], defaults, scenario)
    return "\n".join(lines)


def _folded(text, indent):
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _rows(table, posterior, seeds):
    """Rows of numbers, worst first."""
    can = table[table["comparable"]]
    drawn = "each with its own draw of the posterior" if posterior else "all with the same parameters: no posterior"
    inside = int(can["inside"].fillna(False).sum())
    lines = [f"{inside} of {len(can)} comparable validate rows inside their band: mean of {seeds} runs, {drawn}."]
    lines.append("They were never fitted. Worst first:")
    for row in table.itertuples():
        lines.append(f"\n  {row.quantity} ({row.id}): published {row.value:g} [{row.low:g} to {row.high:g}] {row.unit}")
        if not row.comparable:
            lines.append(f"    not comparable: {row.reason}")
            continue
        spread = f"5 to 95 % of runs {row.predicted_low:.3g} to {row.predicted_high:.3g}"
        lines.append(f"    simulated {row.simulated:.3g}; {spread}; inside in {row.inside_share:.0%} of runs")
        if row.inside is not True and not row.inside:
            far = f"outside by {row.away:.2g} half-bands" if row.away < float("inf") else "outside"
            lines.append(f"    {far}: {row.means}")
    return lines


def _portraits(table):
    """The people of the interviews, those that nobody resembles first."""
    counts = table["verdict"].value_counts()
    said = ", ".join(f"{counts[name]} {name}" for name in ("absent", "rare", "present") if name in counts)
    lines = [f"\nPeople of the interviews, looked for among those who look within a year: {said}."]
    for row in table.itertuples():
        lines.append(_folded(f"{row.verdict}: {row.said}", "  "))
        many = f"{row.people:.0f} people ({row.people_low:.0f} to {row.people_high:.0f})"
        lines.append(f"    {many}, {row.share:.2%} of those who look; in {row.runs_with:.0%} of {row.runs} runs")
        if row.verdict != "present":
            lines.append(_folded(f"nearest: {row.nearest}; {row.binding} is reached by {row.reach:.1%} of those with "
                                 f"the same traits", "    "))  # fmt: skip
            lines.append(_folded(f"it means: {row.otherwise}", "    "))
        if row.missing:
            lines.append(_folded(f"not asked: {row.missing}", "    "))
    return lines


def _words(table):
    """Patterns, those that contradict the words of the evidence first."""
    counts = table["verdict"].value_counts()
    said = ", ".join(f"{counts[name]} {name}" for name in ("contradicts", "agrees", "no words", "unknown")
                     if name in counts)  # fmt: skip
    lines = [f"\nPatterns no number was published for: {said} (ranges are our reading of the evidence's words)."]
    shown = None
    for row in table[table["verdict"] == "contradicts"].itertuples():
        lines.append(_folded(f"contradicts: {row.measure}: {_value(row)}; asked {_range(row)}", "  "))
        lines.append(_folded(f"said: {row.said} ({row.source}); it means: {row.otherwise}", "    "))
    for row in table[table["verdict"] != "contradicts"].sort_values("pattern", kind="stable").itertuples():
        if row.pattern != shown:
            lines.append(f"  {row.pattern}")
            shown = row.pattern
        so = f"; agrees with {_range(row)}" if row.verdict == "agrees" else ""
        lines.append(_folded(f"{row.measure}: {_value(row)}{so}", "    "))
    return lines


def _value(row):
    if not row.runs:
        return "unknown"
    unit = f" {row.unit}" if row.unit else ""
    return f"{row.value:.3g}{unit} (5 to 95 % of runs {row.predicted_low:.3g} to {row.predicted_high:.3g})"


def _range(row):
    ends = [("at least", row.low), ("at most", row.high)]
    return ", ".join(f"{words} {end:g}" for words, end in ends if end == end)


def _bars(table, defaults, scenario):
    """The bars as a table."""
    runs = f"mean of {defaults} runs" if defaults > 1 else "one run"
    lines = [f"\nThe bars, at the default parameters, {runs} of {scenario.population.people} people:"]
    lines.append(f"  {'':<48} {'asked':>13} {'found':>9}  {'':<7}{'published':>10} {'reading':>9} {'truth':>9}")
    for row in table.itertuples():
        verdict = "met" if row.met else "MISSED"
        line = f"  {row.bar:<48} {row.asked:>13} {row.found:>9}  {verdict:<7}"
        if row.published == row.published:
            reading = f"{row.reading:.0f}" if row.reading == row.reading else "none"
            line += f"{row.published:>10.0f} {reading:>9} {row.truth:>9.0f}"
            line += f" ({100 * (row.truth_ratio - 1):+.0f} %)"
        lines.append(line.rstrip())
    if defaults < 20 or scenario.population.scale < 1.0:
        lines.append("  (The bars are for the mean of 20 runs of all France: seeds=20, no population.people.)")
    return lines
