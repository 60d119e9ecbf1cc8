"""What figures of calibration and sensitivity say, in English; `sim.report.fit_french` has the same keys."""

WORDS = {
    "posterior.parameters": "The published numbers tell something of {told} of {all} free parameters "
    "(dashed: prior; filled: posterior; line: best point)",
    "posterior.parameters_alt": "One small histogram per free parameter: prior and posterior. Clearly narrower than "
    "the prior: {told}.",
    "posterior.none": "none",
    "posterior.pairs": "Some parameters trade off: {one} against {other} most",
    "posterior.pairs_alt": "Scatter plots of posterior draws; correlations: {pairs}.",
    "posterior.correlation": "correlation {value}",
    "posterior.predictions": "{inside} of {all} fitted numbers lie inside their range in the median market drawn from "
    "the posterior",
    "posterior.predictions_alt": "Median prediction over published value: {rows}.",
    "posterior.relative": "Over the published value\n(band: published range; line: 5 to 95% of markets)",
    "posterior.recovery": "Of {sets} markets with known parameters, {share} of true values lie inside their 90% "
    "interval",
    "posterior.recovery_alt": "Histogram per parameter of the posterior mass below the true value; level if the "
    "posterior is right. Grey: 95% of chance.",
    "validation.title": "{inside} of {all} numbers that were never fitted lie inside their range",
    "sensitivity.title": "{first} moves {outcome} most: {share} of its variance",
    "sensitivity.none": "No free parameter moves an outcome more than a parameter that does nothing",
    "sensitivity.alt": "Bars by outcome and parameter: total share of variance with 95% intervals. Largest: {rows}.",
    "sensitivity.axis": "Total share of variance (line: 95% interval; dashed: a parameter that does nothing)",
}
