"""A sweep on the screen: plain English text of at most 100 characters a line."""

import textwrap

from sim.report.language.words import Words

_WIDTH, _MOST = 100, 40  # characters; combinations
_SHOWN = {
    "reading.very_active": "very active",
    "reading.regular": "regular",
    "active": "looked",
    "earned_mean_euro": "earned",
    "hourly_median_euro": "per hour",
    "empty_share": "empty",
}
_LEGEND = "Two readings and who looked in the last month, persons; mean earnings of it and median pay per hour, euro; "
_LEGEND += "looks that find nothing. Means over the runs that ended well; sd between runs below."


def sweep_text(runs, parameters):
    """Means and spread of the main numbers for each combination of what was varied.

    Parameters
    ----------
    runs : DataFrame
        From `sim.runs.sweep_tables.runs_table`.
    parameters : list of str
        Its columns that were varied.

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words, well = Words("en"), runs[runs["status"] == "finished"]
    lots = [*well.groupby(parameters, dropna=False, sort=True)] if parameters else [((), well)]
    by = f", by {', '.join(parameters)}" if parameters else ""
    lines = textwrap.wrap(f"{len(well)} RUNS, {len(lots)} COMBINATION{'S' * (len(lots) != 1)}{by}", _WIDTH)
    lines += ["=" * _WIDTH, f"{'':<22}{'runs':>5}" + "".join(f"{name:>12}" for name in _SHOWN.values())]
    for values, lot in lots[:_MOST]:
        name = ", ".join(str(value) for value in values) or "all"
        told = [_shown(name, lot[name].mean(), words) for name in _SHOWN]
        lines += textwrap.wrap(name, 96)[:-1] if len(name) > 21 else []
        name = name if len(name) <= 21 else textwrap.wrap(name, 96)[-1]
        if len(name) > 21:
            lines, name = [*lines, name], ""
        lines.append(f"{name:<22}{len(lot):>5}" + "".join(f"{cell:>12}" for cell in told))
        if len(lot) > 1:
            spread = [_shown(name, lot[name].std(), words) for name in _SHOWN]
            lines.append(f"{'':<22}{'sd':>5}" + "".join(f"{cell:>12}" for cell in spread))
    if len(lots) > _MOST:
        lines.append(f"... and {len(lots) - _MOST} more in runs.parquet")
    text = "\n".join([*lines, *textwrap.wrap(_LEGEND, _WIDTH)])
    return text.translate({0xA0: " ", 0x2013: "-", 0x2212: "-"}) + "\n"


def _shown(name, value, words):
    if name == "empty_share":
        return words.percent(value)
    return words.number(value, 2 if name.endswith("_euro") else 0)
