"""How traits go together, before the known marginals are imposed: rough tables, all of them assumed.

They have the shape of French society (students are young, the retired old, children come between 25 and 50,
lone parents are poorer), not its figures. Only ratios within a table matter, and fitting changes them wherever
a marginal is known. Order of the words as in `sim.kernel.categories`.
"""

import numpy as np

AGES = np.array([18, 22, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75])  # years, lower bounds and the end

# Age by row; full time, part time, fixed term or self-employed, unemployed, at home, student, retired.
STATUS_BY_AGE = np.array(
    [
        [4, 6, 8, 8, 2, 72, 0],
        [15, 9, 20, 14, 4, 38, 0],
        [36, 11, 25, 13, 8, 7, 0],
        [42, 13, 23, 11, 10, 1.5, 0],
        [44, 14, 21, 10, 10, 0.5, 0],
        [45, 15, 20, 10, 10, 0.2, 0],
        [45, 15, 20, 10, 10, 0.1, 0],
        [43, 15, 19, 11, 11, 0.1, 0.5],
        [36, 14, 16, 13, 14, 0, 6],
        [14, 8, 9, 5, 9, 0, 55],
        [1, 2, 3, 0, 2, 0, 92],
        [0.3, 1, 1.5, 0, 1, 0, 96],
    ]
)
STATUS_BY_SEX = np.array([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 0.8, 6, 1, 1]])  # man, woman

# Age by row; alone, lone parent, couple, couple with children, with parents, other.
HOUSEHOLD_BY_AGE = np.array(
    [
        [20, 1, 4, 1, 68, 6],
        [30, 2, 15, 5, 38, 10],
        [28, 3, 32, 16, 15, 6],
        [22, 5, 22, 41, 6, 4],
        [18, 8, 12, 56, 3, 3],
        [17, 10, 10, 58, 2, 3],
        [19, 10, 14, 52, 1.5, 3.5],
        [22, 8, 28, 38, 1, 3],
        [26, 4, 50, 16, 0.5, 3.5],
        [28, 2, 61, 6, 0.2, 2.8],
        [30, 1, 64, 2, 0, 3],
        [33, 1, 62, 1, 0, 3],
    ]
)
HOUSEHOLD_BY_STATUS = np.array(
    [
        [1.0, 1.0, 1.2, 1.2, 0.6, 0.8],  # full time
        [0.8, 1.4, 1.0, 1.2, 0.8, 1.0],  # part time
        [1.0, 0.9, 1.0, 1.0, 0.9, 1.1],  # fixed term or self-employed
        [1.2, 1.2, 0.8, 0.9, 1.3, 1.2],  # unemployed
        [0.3, 1.5, 0.7, 2.2, 0.5, 1.0],  # at home
        [1.0, 0.2, 0.7, 0.1, 2.0, 1.5],  # student
        [1.0, 0.3, 1.1, 0.4, 0.1, 0.8],  # retired
    ]
)

# Chance of having children by age (row) and household. Those of people who live alone or in a couple without
# children live elsewhere: with the other parent, or grown up.
_HAVE_CHILDREN = np.outer([1, 1, 2, 4, 7, 9, 10, 11, 13, 14, 14, 14], [0.012, 0, 0.006, 0, 0.02, 0.15])
CHILDREN = _HAVE_CHILDREN / (1.0 + _HAVE_CHILDREN) * [1, 0, 1, 0, 1, 1] + np.array([0, 1, 0, 1, 0, 0])

# Age by row; below bac, bac, bac + 2, above.
EDUCATION_BY_AGE = np.array(
    [
        [15, 65, 18, 2],
        [10, 30, 25, 35],
        [9, 19, 17, 55],
        [10, 19, 18, 53],
        [14, 20, 20, 46],
        [18, 20, 22, 40],
        [23, 20, 22, 35],
        [28, 21, 20, 31],
        [34, 20, 18, 28],
        [38, 20, 16, 26],
        [42, 20, 13, 25],
        [46, 20, 12, 22],
    ]
)
EDUCATION_BY_STATUS = np.array(
    [
        [0.7, 0.9, 1.1, 1.3],  # full time
        [1.0, 1.1, 1.1, 0.9],  # part time
        [0.9, 1.0, 0.9, 1.2],  # fixed term or self-employed
        [1.3, 1.1, 0.9, 0.8],  # unemployed
        [1.6, 1.1, 0.9, 0.7],  # at home
        [0.3, 1.0, 1.1, 1.2],  # student
        [1.1, 1.0, 1.0, 1.0],  # retired
    ]
)

# Log points of income per consumption unit. One's own status counts in full only for those who live alone.
INCOME_BY_STATUS = np.array([0.30, -0.05, 0.10, -0.45, -0.35, -0.45, 0.10])
OWN_STATUS_COUNTS = np.array([1.0, 0.9, 0.6, 0.6, 0.3, 0.5])
INCOME_BY_HOUSEHOLD = np.array([-0.05, -0.35, 0.20, 0.0, 0.0, -0.15])
INCOME_BY_EDUCATION = np.array([-0.15, -0.05, 0.05, 0.20])
INCOME_LOG_SD = 0.5

# Domestic work relative to that of others of the same sex with or without a job, by household.
DOMESTIC_BY_HOUSEHOLD = np.array([0.8, 1.25, 0.9, 1.25, 0.5, 0.9])
