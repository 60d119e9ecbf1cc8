"""What a sweep's figures say, in English; `sim.report.sweep_french` has the same keys."""

WORDS = {
    "sweep.title": "Most moved by {parameter}: {outcome}, {low} at {at_low} and {high} at {at_high}",
    "sweep.one_title": "Most moved by {parameter}, all else averaged: {outcome}, "
    "{low} at {at_low} and {high} at {at_high}",
    "sweep.chance_title": "Most moved by chance alone: {outcome}, {mean} with a standard deviation of {sd}",
    "sweep.still_title": "Nothing here moves by more than chance",
    "sweep.curves_alt": "Line charts of means over runs with 95% intervals, against {parameter}: {rows}.",
    "sweep.map_alt": "Heat maps of means over runs, {first} against {second}: {rows}.",
    "sweep.intervals_alt": "Means over runs with 95% intervals, side by side: {rows}.",
    "sweep.row": "{outcome} from {low} ({at_low}) to {high} ({at_high})",
    "sweep.all": "all runs",
    "sweep.curves_note": "line: mean over {runs} runs; band: its 95% interval",
    "sweep.map_note": "means over {runs} runs",
    "sweep.intervals_note": "large: mean over {runs} runs; bar: its 95% interval; dots: the runs",
    "sweep.outcome.active": "Looked in the last month",
    "sweep.outcome.earned_mean_euro": "Mean earnings in a month",
    "sweep.outcome.hourly_median_euro": "Median pay per hour",
    "sweep.outcome.hours_week_mean": "Mean hours a week",
    "sweep.outcome.empty_share": "Looks that find nothing",
    "sweep.outcome.gini_earners": "Gini of earnings",
    "sweep.outcome.reading.very_active": "Very active, as read",
    "sweep.outcome.reading.regular": "Regular, as read",
    "sweep.outcome.reading.occasional": "Occasional, as read",
    "sweep.outcome.truth.very_active": "Very active, in truth",
    "sweep.outcome.truth.regular": "Regular, in truth",
    "sweep.outcome.truth.occasional": "Occasional, in truth",
}
