"""What the report says about the instruments, in English; `sim.report.language.tiers_french` has the same keys."""

from sim.instruments.gap import STEPS

WORDS = {
    # three readings
    "readings.title": "Capture-recapture reads {very_active_ratio} times the truly very active, monthly visitors "
    "{regular_ratio} times those active in the month, registrations {occasional_ratio} times the registered",
    "readings.two": "Monthly visitors read {regular_ratio} times those active in the month, registrations "
    "{occasional_ratio} times the registered; capture-recapture gives no count here",
    "readings.none": "No instrument of the published estimate reads this market; in truth {very_active} people are "
    "very active, {regular} active in the month, {occasional} registered",
    "readings.alt": "Three rows on a log scale of persons, each with the published value, the instrument's reading "
    "({interval}) and the truth. Very active: published {very_active_published}, read {very_active_reading}, "
    "in truth {very_active}. Regular: {regular_published}, {regular_reading}, {regular}. Occasional: "
    "{occasional_published}, {occasional_reading}, {occasional}.",
    "readings.published": "published",
    "readings.reading": "read by the instrument ({interval})",
    "readings.interval": "95% interval",
    "readings.quantiles": "mean and 5 to 95% of seeds",
    "readings.over": "Over {seeds} seeds, on average: {finding}",
    "readings.truth": "truth",
    "readings.missing": "no reading",
    "readings.persons": "persons (log scale)",
    # who is caught
    "capture.title": "Who looked {often} times or more in the month before was caught {ratio} times as often as who "
    "looked 1 to {seldom} times; the count is {found} of what it would be if all were caught alike",
    "capture.often_only": "Only people who looked often were caught: {high} of those with {often} looks or more in the "
    "month before, none with 1 to {seldom}",
    "capture.short": "Who looked {often} times or more in the month before was caught {ratio} times as often as who "
    "looked 1 to {seldom} times",
    "capture.none": "Nobody was caught: no questionnaire was posted here, or the months before it are not recorded",
    "capture.alt": "Left, on a log scale, the chance of being caught in a wave by looks in the month before: {low} of "
    "people with 1 to {seldom} looks, {high} with {often} or more (95% intervals; triangles: nobody caught, at most so "
    "many; squared coefficient of variation between classes {cv2}). Right, shares of these classes among the "
    "registered and among the caught: those with {often} looks or more are {few} of the registered and {busy} of the "
    "caught.",
    "capture.probability": "Caught in a wave (log scale)",
    "capture.alike": "if all were caught alike",
    "capture.who": "Who they are",
    "capture.people": "registered there",
    "capture.caught": "caught",
    "capture.looks": "looks in the month before",
    "capture.no_look": "none",
    "capture.more": "{looks} or more",
    # bias and spread
    "bias.title": "The more people differ, the fewer Petersen's count finds: {theory} by theory at the spread that "
    "activity alone makes here (cv\u00b2 = {cv2}), {found} in the simulated survey",
    "bias.alone": "The more people differ in being caught, the fewer Petersen's count finds: 1 / (1 + cv\u00b2)",
    "bias.alt": "A falling curve: the share of people that Petersen's count finds against the squared coefficient of "
    "variation of capture probabilities, 1 / (1 + cv\u00b2). Counts in trials on closed populations lie on it (at most "
    "{off} off). A star marks the simulated survey: spread by activity {cv2}, and a count that is "
    "{found} of what it would be if all who looked there in the waves' months were caught alike.",
    "bias.theory": "theory, 1 / (1 + cv\u00b2)",
    "bias.trials": "trials on closed populations (95%)",
    "bias.here": "the simulated survey, over its count if all were caught alike",
    "bias.spread": "squared coefficient of variation of capture probabilities",
    "bias.found": "count / true number",
    # from reading to truth
    "gap.title": "From {reading} read to {truth} truly very active: \u201c{first}\u201d makes the reading "
    "{first_factor} times too {first_moves}, \u201c{second}\u201d {second_factor} times too {second_moves}",
    "gap.none": "No reading of the very active here, so no gap to take apart",
    "gap.up": "high",
    "gap.down": "low",
    "gap.alt": "A staircase of persons for each tier, from the instrument's reading to the truth: {steps}.",
    "gap.step": "{tier}, {step}: {value}",
    "gap.persons": "persons",
    "gap.log": "log scale",
    "gap.reading": "reading",
    "step.reading": "reading",
    "step.quota": "quota",
    "step.heterogeneity": "unequal capture",
    "step.turnover": "coming and going",
    "step.frequency": "monthly, not weekly",
    "step.dormancy": "dormant accounts",
    "step.carried over": "carrying over",
    "step.panel": "panel",
    "step.calendar": "calendar month",
    "step.duplicates": "second accounts",
    "step.divisor": "divisor",
    "truth.very active": "truly very active",
    "truth.regular": "truly active in the month",
    "truth.occasional": "truly registered",
    # what moves the readings
    "moves.title": "When demand doubles, the very active read change by {reading} and the truly very active by {truth}",
    "moves.none": "How readings and truths move with the market",
    "moves.alt": "For each tier, reading and truth relative to the base under other markets and instruments, with "
    "95% intervals: {steps}.",
    "moves.step": "{tier}, {variant}: reading {reading}, truth {truth}",
    "moves.ratio": "relative to the base (log scale)",
    "moves.reading": "reading",
    "moves.truth": "truth",
    "variant.base": "as asked for",
    "variant.demand_double": "demand doubled",
    "variant.demand_half": "demand halved",
    "variant.steady": "steady demand",
    "variant.volatile": "volatile demand",
    "variant.closed": "sign-up closed early",
    "variant.quota": "quota times ten",
    "variant.divisor": "divisor 1.27",
    "variant.duplicates": "10% second accounts",
    "variant.devices": "1.3 devices a visitor",
    # truth, level by level
    "page.truths": "The truth, level by level",
    "page.gap": "From reading to truth",
    "page.moves": "What moves the readings",
    "truths.about": "Only a simulation can print this table: how many people are how active, whatever any instrument "
    "says. All work of the last year, paid and unpaid, amounts to {fte} full-time jobs of 35 hours a week.",
    "truths.short": "Only a simulation can print this table: how many people are how active, whatever any instrument "
    "says.",
    "truths.caption": "People and accounts at the end, at the scale of the run; of working and of looking, a level "
    "contains the next, and the second column counts each person once, at the highest level reached",
    "truths.level": "Level",
    "truths.people": "People",
    "truths.disjoint": "At this level only",
    "truths.accounts": "Accounts",
    "truths.here": "On {name}",
    "level.registered": "registered",
    "level.ever worked": "ever did a task",
    "level.ever paid": "ever had a task accepted",
    "level.active in the month": "looked in the last 30 days",
    "level.active in the week": "looked in the last 7 days",
    "level.very active": "looked in each of the last four weeks",
    # the experiment's page
    "study.title": "Three readings of one population, over many seeds",
    "study.story": "The market was run {seeds} times with different seeds, {registered} registered people each time, "
    "and every time the instruments of the published estimate were applied as its authors applied them.",
    "study.variants": "Other markets and other quotas were run with the same seeds on {people} people, of whom each "
    "stands for {number}; settings that only change an instrument were read off the same runs.",
    "study.closed": "The model has no date on which a platform closes sign-up. It is emulated on {name} by having "
    "nearly all of its accounts opened at the beginning (sign_up_growth = 0.1); people already on other platforms may "
    "still join it.",
    "study.verdict": "The published {published} {tier} lie {where} the simulated readings: {below} of the seeds read "
    "less.",
    "study.few": "On average {number} people are caught twice: with so few the count scatters, and upwards.",
    "study.within": "within",
    "study.outside": "outside",
    "study.tiers_caption": "Mean of the readings with their standard deviation over seeds, the survey's estimates "
    "(ratio: reading over estimate) and the mean truth",
    "study.gap_about": "Each row puts one more step of the instrument right; the last is the truth. The factor says "
    "how many times too high (above 1) or too low (below 1) the step makes the reading; shares of the gap are on a log "
    "scale and add up to 100%. \u201cAlone\u201d is the reading if only this step were right.",
    "study.gap_caption": "From reading to truth, means over seeds with standard errors",
    "study.gap_step": "Tier and step put right",
    "study.value": "Reading then",
    "study.factor": "Factor",
    "study.share": "Share of the gap",
    "study.alone": "Alone",
    "study.moves_about": "The same seeds, so most of the chance is shared; ratios to the base with standard errors "
    "over seeds.",
    "study.moves_caption": "Readings and truths when the market or the instrument changes",
    "study.variant": "Change",
    "study.moves_reading": "Reading",
    "study.moves_truth": "Truth",
    "study.ratio": "Ratio",
    "study.targets_caption": "Published values and means over seeds with their standard deviation; the furthest "
    "outside its range comes first",
    "step.meaning.reading": "as the instrument gives it",
} | {f"step.meaning.{step}": meaning for step, meaning in STEPS.items()}
