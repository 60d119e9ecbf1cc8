"""Units: how many of one make another. Spans of time and factors of money stand here once, each with one meaning."""

# seconds
MINUTE = 60
HOUR = 3_600
DAY = 86_400
WEEK = 7 * DAY
# days
RECENT = 30  # who was seen within so many days is active; "the last month" where none of the calendar is meant
COMMON_YEAR = 365  # no leap year
YEAR_OF_WEEKS = 364  # in which every weekday counts alike
MEAN_YEAR = 365.25
MEAN_MONTH = MEAN_YEAR / 12
ROUNDED_MONTH = 30.44  # in what is read off the record month by month

HOURS_PER_WEEK = 168  # from Monday 00:00
WEEKS_PER_MONTH = MEAN_MONTH / 7
MICRO = 1_000_000  # micro-euro in a euro, millionths in one
EURO_PER_MICRO = 1 / MICRO
HOURS_PER_SECOND = 1 / HOUR
INHABITANTS = 64_472_000.0  # of metropolitan France, census of 2016: those of `sim.population.places`
