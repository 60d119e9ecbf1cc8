"""Units: how many of one make another. Spans of time and factors of money stand here, once, and nowhere else."""

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3_600
SECONDS_PER_DAY = 86_400
SECONDS_PER_WEEK = 7 * SECONDS_PER_DAY
HOURS_PER_WEEK = 168  # from Monday 00:00
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
WEEKS_PER_MONTH = DAYS_PER_MONTH / 7
MICRO = 1_000_000  # micro-euro in a euro, millionths in one
