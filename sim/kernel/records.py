"""The market's records: what is kept about each worker, account, batch and client, and in which units.

One record per thing, packed by how it is used: `WORKER` is touched at each look, `ACCOUNT` at each look and
settlement, `BATCH` is an open batch and `CLOSED_BATCH` what stays of it, `PERSON` is only read; `ABSENT`, five bytes,
is all there is of an account that nobody opens.
A row number is an identity for ever. Money is integer micro-euro, time integer seconds since the start.
"""

import numpy as np

from sim.kernel.daily import DAILY as DAILY
from sim.kernel.memory import filled

NEVER = np.iinfo(np.int32).max
NOBODY = -1
LONG_AGO = -(2**30)  # a day before all others

# Where laws with long tails end, so that whole numbers hold a day's sums: a task of 68 years, of 100 000 euro; a batch
# of a hundred million tasks, whatever policies make of it; a patience of a century.
LONGEST_TASK = NEVER  # seconds
DEAREST_TASK = 10**11  # micro-euro
LARGEST_BATCH = 10**8  # tasks
LONGEST_PATIENCE = 36_525.0  # days
FURTHEST = 6.0  # log points that a time to fill counts as too long or short: four hundred times
BUSIEST = 2.0  # log points that people count as busier or idler than usual: seven times
LEAST_ACCURACY, MOST_ACCURACY = 0.5, 0.999

# A worker's state: not yet registered, looking of their own accord, or drifted away (returns on need or notice).
UNREGISTERED, LOOKING, LAPSED = range(3)

# An account's state: the ladder of deep labour, of which a biface platform knows the first step, and from BANNED on
# those that are closed to their owner.
STATES = ("registered", "applied", "qualified", "contracted", "banned", "turned_away", "dropped")
REGISTERED, APPLIED, QUALIFIED, CONTRACTED, BANNED, TURNED_AWAY, DROPPED = range(7)

# How far an account has come between sign-up and its first task; who gives up on the way has DROPPED it.
STEPS = ("none", "profile", "payment", "started")
NO_STEP, PROFILE, PAYMENT, STARTED = range(4)

# What is said of a batch or its client, in bits, which workers compare with what they heed: forums tell that it pays
# well; it is known to be for what some refuse on principle; forums tell that its client refuses much; it is boycotted.
GOOD_NEWS, ON_PRINCIPLE, BAD_NEWS, BOYCOTTED = 1, 2, 4, 8
ON_THE_LIST = 1  # layer at which a client is known whose name stands beside its tasks

# --- records -------------------------------------------------------------------------------------------------
PERSON = np.dtype(
    [
        ("sex", "u1"),
        ("age", "u1"),  # years
        ("education", "u1"),
        ("status", "u1"),
        ("household", "u1"),
        ("profile", "u1"),  # row of the availability table
        ("first_platform", "u1"),
        ("children", "u1"),  # 1 if the person has children
        ("department", "u1"),  # of residence
        ("density", "u1"),  # of the commune
        ("smartphone", "u1"),  # 1 if the person has one
        ("answered", "u1"),  # last wave of the questionnaire they answered, 1 or 2; 0: none
        ("income", "f4"),  # household, euro per month
        ("domestic", "f4"),  # domestic work, hours per week
        ("free", "f4"),  # hours per week left for micro-work
        ("need", "f4"),  # 0 (none) to 1 (pressing)
        ("outside", "f4"),  # outside options, 0 (none) to 1 (good)
        ("signed_up", "i4"),  # day of the first registration; negative: before the start; NEVER: not so far
        ("threshold", "f4"),  # strength of entry above which they sign up when the thought comes
        ("referred_by", "i4"),  # who told them of their first platform, NOBODY if nobody known
        ("around", "f4"),  # people per km2 where the person lives
    ],
    align=True,
)

ABSENT = np.dtype([("platform", "u1"), ("signed_up", "i4")])  # an account nobody in France opens: no person, no events

WORKER = filled(
    [
        ("next_look", "i4"),  # second of the next event, NEVER if none is planned
        ("event", "i4"),  # row of their event on today's agenda, NOBODY if none
        ("first_account", "i4"),  # head of the list of accounts
        ("first_claim", "i4"),  # head of the list of claims on batches still open
        ("looking_rate", "f4"),  # looks per day of average availability
        ("reservation_wage", "f4"),  # euro per hour, outside a spell of need
        ("speed", "f4"),  # true seconds of a task are divided by this
        ("accuracy", "f4"),  # chance that a task is right
        ("sitting", "f4"),  # mean length of a sitting, seconds
        ("attention", "f4"),  # multiplier on the looking rate
        ("urgency", "f4"),  # multiplier on the rate of sudden needs
        ("needy_until", "i4"),  # day on which a spell of need ends
        ("away_until", "i4"),  # day before which a policy keeps them from looking
        ("last_seen", "i4"),  # last day with a look, NOBODY if none
        ("last_worked", "i4"),  # last day with a task, NOBODY if none
        ("month_row", "i4"),  # row in this month's table, NOBODY if not seen this month
        ("days_seen", "u4"),  # bit d: looked d days before last_seen
        ("platforms", "u4"),  # bit p: has an account on platform p
        ("today", "u1"),  # 1: sat down today
        ("profile", "u1"),
        ("state", "u1"),
        ("found", "u1"),  # 1: something to do was found since
        ("attending", "u1"),  # to what
        ("references", "u1"),  # deep: contracts with a client known by name that ended without fault
        ("reads", "u1"),  # of what is said of batches, what makes them notice one sooner: GOOD_NEWS reads forums
        ("refuses", "u1"),  # of what is said of batches, what keeps them from one
        ("day_budget", "i4"),  # most seconds of sitting in one day
        ("used", "i4"),  # seconds of sitting today
        ("sat_down", "i4"),  # second at which the present sitting began
        ("ends", "i4"),  # second at which the present sitting ends, 0 if not sitting
        ("account", "i4"),  # account whose list is open, or was open last, in the present sitting
        ("tried", "u4"),  # bit p: list of platform p was opened in this sitting
        ("opened", "i4"),  # second at which that list was opened, NOBODY: they came to it because a batch appeared
        ("waits_since", "i4"),  # second since which they have been there without work
        ("called", "i4"),  # slot of the batch that they will notice at that moment, NOBODY if none
        ("watching_since", "i4"),
        ("need", "f4"),  # of money, 0 (none) to 1 (pressing): the person's
    ],
)

# What somebody in a sitting does: chooses a list; reads it or works; watches all lists; goes to a batch that appeared.
CHOOSING, AT_LIST, WATCHING, GOING = range(4)

ACCOUNT = filled(
    [
        ("worker", "i4"),
        ("next", "i4"),  # next account of the same worker
        ("avoids", "i4"),  # client known by name that refused their work last, NOBODY if none
        ("last_seen", "i4"),  # last day its list was opened
        ("expected_return", "f4"),  # euro per hour of paid and unpaid time, as recalled
        ("pull", "f4"),  # weight in the choice of the list to open
        ("day_earned", "i8"),  # micro-euro today
        ("day_active", "i4"),  # seconds today, paid and unpaid
        ("day_watched", "i4"),  # seconds today
        ("searched", "i4"),  # second up to which its list is known to them in the present sitting
        ("place", "i4"),  # among those who watch its platform's list, NOBODY until they do in this sitting
        ("platform", "u1"),
        ("state", "u1"),
        ("qualification", "u1"),  # level reached
        ("step", "u1"),  # towards the first task: one of STEPS
        ("day_looks", "u2"),  # today
        ("done", "i4"),  # tasks, all time
        ("refused", "i4"),  # tasks, all time
        ("balance", "i8"),  # micro-euro earned and not asked for
        ("credited", "i8"),  # micro-euro earned, all time
        ("on_its_way", "i8"),  # micro-euro asked for and not yet received
        ("first_credit", "i4"),  # day of the first pay; of no meaning before
        ("due", "i4"),  # day on which it arrives
        ("due_link", "i4"),  # next account in the same bucket of payment days
        # deep labour
        ("project", "i4"),  # client of the contract, NOBODY without one
        ("allotted", "i4"),  # seconds of work left in this week's allotment
        ("week_allotted", "i4"),  # seconds allotted at the start of the week
        ("exam_day", "i4"),
        ("contract_day", "i4"),  # day the contract began
        ("assiduity", "f4"),  # recalled share of the allotment that was worked
        ("signed_up", "i4"),  # day
    ],
)

BATCH = np.dtype(
    [
        ("id", "i4"),  # serial number in order of posting
        ("client", "i4"),
        ("k", "i4"),  # the client's how-manieth
        ("who", "i4"),  # the client's coordinate of chance
        ("platform", "u1"),
        ("kind", "u1"),
        ("requires", "u1"),  # qualification level
        ("size_class", "i1"),  # floor(log2(left)); -1 when on no list
        ("pace", "f4"),  # pieces that go elsewhere per second of a mean hour
        ("piece_rate", "i8"),  # micro-euro per task
        ("hourly", "f4"),  # euro per announced hour
        ("pull", "f4"),  # log of that
        ("announced_seconds", "i4"),  # per task
        ("true_seconds", "i4"),  # per task, for a worker of speed 1
        ("size", "i4"),  # tasks
        ("items", "i4"),  # most tasks one worker may do: size / redundancy
        ("left", "i4"),
        ("done", "i4"),  # in France; elsewhere: size - left - done - withdrawn
        ("refused", "i4"),
        ("withdrawn", "i4"),
        ("strictness", "f4"),  # chance that a wrong task is refused
        ("together", "u1"),  # 1: a piece of work is judged by one task of it
        ("said", "u1"),  # bits: what is said of it
        ("profile", "u1"),  # whom it asks for, as `sim.markets.visiting` has it; 0: everybody
        ("wave", "u1"),  # 1, 2: a questionnaire of this wave; 0: anything else
        ("posted", "i4"),  # second
        ("first_filled", "i4"),  # second, -1: nobody yet
        ("last_filled", "i4"),
        ("expires", "i4"),  # first day on which the client withdraws what is left
        ("newer", "i4"),  # neighbours on the list by recency; also the chain of posts within a second
        ("older", "i4"),
        ("class_newer", "i4"),  # neighbours on the list by size
        ("class_older", "i4"),
        ("called_until", "i4"),  # second up to which watchers who notice it have been called
        ("next_call", "i4"),  # next batch that calls watchers in the same second
        ("next_abroad", "f8"),  # second at which the crowd elsewhere takes its next piece, infinity: never
    ],
    align=True,
)

# What stands on today's agenda: who acts when, and what chance says of that moment; all of them together are small.
EVENT = np.dtype(
    [
        ("worker", "i4"),
        ("second", "i4"),
        ("next", "i4"),  # on the list of the stretch, or of the second
        ("lot", "u4"),  # words of chance: who is first within a second
        ("length", "u4"),  # how long a sitting lasts that begins then
        ("keen", "u4"),  # whether another list is opened
        ("again", "u4"),  # when the next sitting begins
    ],
    align=True,
)

# One who watches a platform's list: what decides whether, and when, they notice a batch that appears on it.
WATCHER = np.dtype(
    [
        ("worker", "i4"),
        ("account", "i4"),
        ("searched", "i4"),  # what was posted up to this second they have seen; NEVER: they are at something else
        ("since", "i4"),  # second from which they watch
        ("until", "i4"),  # second at which the sitting ends
        ("notices", "i4"),  # second at which they may notice the batch that is calling
        ("rate", "f4"),  # of noticing, per second
        ("wage", "f4"),  # least pay per announced hour
        ("speed", "f4"),
        ("avoids", "i4"),
        ("level", "u1"),  # qualification
        ("reads", "u1"),
        ("refuses", "u1"),  # today
    ],
    align=True,
)

CLOSED_BATCH = np.dtype(  # packed: there are millions
    [
        (name, BATCH[name])
        for name in (
            *("id", "client", "platform", "kind", "piece_rate", "announced_seconds", "true_seconds", "size", "items"),
            *("posted", "first_filled", "last_filled", "done", "withdrawn", "refused", "left"),
        )
    ]
)

CLIENT = np.dtype(
    [
        ("who", "i4"),  # its number among all that ever were: its coordinate of chance
        ("platform", "u1"),
        ("ended", "u1"),  # 1: contract ended by the client from one day to the next
        ("kind", "u1"),
        ("first_day", "i4"),
        ("last_day", "i4"),
        ("volume", "f8"),  # seconds of work asked for per day of average intensity
        ("scale", "f8"),  # what policies make of it: factor on the tasks of each batch
        ("posts", "f8"),  # batches per day of average intensity
        ("least_work", "f8"),  # announced seconds that pay the least order at the lowest rate it comes to
        ("smallest", "i4"),  # tasks of a batch, unless the least order asks for more
        ("largest", "i4"),
        ("next_post", "f8"),  # cumulated intensity at which the next batch is posted
        ("k", "i4"),  # batches posted so far
        ("wage", "f4"),  # euro per announced hour it starts with
        ("raised", "f4"),  # log of what it has added since
        ("lateness", "f4"),  # time to fill of its last batch that is over, over its deadline; 0: none is
        ("announced_share", "f4"),  # announced seconds / true seconds
        ("strictness", "f4"),
        ("together", "u1"),
        ("french", "u1"),  # 1: asks for French or for people in France
        ("patience", "f4"),  # days until it withdraws a batch
        ("spent", "i8"),  # micro-euro: pay, margins and commission
        *(("first_slot", "i4"), ("last_slot", "i4")),  # deep: oldest and newest open batch of the project
        ("openings", "i4"),  # deep: contracts the contractor still looks for
        ("contracted", "i4"),  # deep: workers under contract
        ("share", "f4"),  # deep: of its position in what the contractor is asked for; 0 on a biface platform
        ("known_from", "u1"),  # layer at which its name is told, 1 to 3; 0: never; a list has but one
        ("said", "u1"),  # bits: what is said of all its batches
        ("reviewed", "i8"),  # tasks so far, and how many of them it refused
        ("refused", "i8"),
        ("by_hour", "u1"),  # deep: 1: pays the time worked and not the pieces
        ("paid_by_hour", "f8"),  # deep: micro-euro so far
    ],
    align=True,
)

# Tasks of one batch that one worker has taken, while the batch is open.
CLAIM = np.dtype([("batch", "i4"), ("slot", "i4"), ("units", "i4"), ("next", "i4")], align=True)

GRANT = np.dtype(  # one piece of work: some tasks of one batch taken by one account at one moment
    [("account", "i4"), ("slot", "i4"), ("tasks", "i4"), ("seconds", "i4"), ("second", "i4")], align=True
)

MONTHLY = filled(  # what each look counts stands on the first line
    [
        ("worker", "i4"),
        ("looks", "i4"),
        ("days_active", "i4"),
        ("sessions", "i4"),
        ("paid_seconds", "i4"),
        ("unpaid_seconds", "i4"),
        ("watching_seconds", "i4"),
        ("present_seconds", "i4"),  # of sittings: paid, unpaid and watching
        ("visits", "i4"),  # sittings
        ("reactions", "i4"),  # batches noticed while watching, and gone to
        ("too_late", "i4"),  # of these, those that nothing was left of
        ("tasks_done", "i4"),
        ("tasks_refused", "i4"),
        ("platforms", "u4"),  # bit p: looked on platform p
        ("travel_seconds", "i4"),  # of unpaid ones: to shops and back
        ("shop_visits", "i4"),  # of the tasks done
        ("shop_seconds", "i4"),  # in the shops, paid or not
        ("earned_micro_euro", "i8"),
        ("shop_micro_euro", "i8"),  # of what was earned: by visits to shops
        ("cashed_out_micro_euro", "i8"),
    ]
)

KIND = np.dtype(  # what the batches of one kind of task are like on one platform
    [
        ("share", "f8"),  # of the platform's clients
        ("hourly", "f8"),  # median pay, euro per announced hour
        ("seconds", "f8"),  # mean announced seconds of a task
        ("seconds_log_sd", "f8"),
        ("redundancy", "f8"),  # workers asked for each item; 0: each may do one task
        *(("smallest", "f8"), ("largest", "f8")),  # tasks of a batch
        ("exponent", "f8"),  # of the tail of batch sizes
        ("profiled", "f8"),  # share of batches that ask for people of one sex or age
        ("french", "f8"),  # share of clients who ask for French or for people in France
    ]
)

WAITS = 12  # steps of how long somebody had been there without work: step b is from 2^b - 1 to 2^(b+1) - 1 minutes

HOURLY = np.dtype([("looks", "i8"), ("successes", "i8"), ("open_tasks", "i8")])

ALLOTMENT = np.dtype([("weights", "f8"), ("seconds", "f8"), ("before", "f8")])  # of a project, while it is shared out

PLATFORM = np.dtype(
    [
        ("structure", "u1"),
        *(("listed", "?"), ("contracts", "?")),  # as in `sim.kernel.categories.Structure`
        ("vouchers", "u1"),
        ("own_forum", "?"),
        ("opened", "i4"),  # day, may be negative
        ("cash_out_delay", "i4"),  # working days
        ("ban_after", "i4"),  # refused tasks
        ("ban_share", "f4"),
        ("wage", "f4"),  # euro per announced hour, as advertised
        ("weight", "f4"),  # share of first registrations, for joining
        ("admitted", "f4"),  # share of those who register that are let in
        ("notification", "f4"),
        *(("cash_out_threshold", "i8"), ("least_task", "i8")),  # micro-euro
        ("crowd", "f8"),  # people elsewhere who watch its list in the mean hour
        ("france", "f8"),  # share of its active people that is in France
        ("busy", "f8"),  # share of the time spent there that is paid, slow mean over days
        ("usual", "f8"),  # log of what its clients have lately added to their first rates, mean over batches
        ("commission", "i8"),  # millionths of pay
        ("margin", "i8"),  # millionths of pay: recruiter and contractor together
        ("least_pay", "f8"),  # micro-euro per true second below which no task is paid; 0: no floor
        ("dearer", "f8"),  # what clients pay per euro of pay, over what it was before any policy
        ("search_paid", "i8"),  # micro-euro paid for search so far
        *(("referral_bonus", "i8"), ("referral_paid", "i8")),  # micro-euro, for who told of it; so far
        ("first_wage", "f4"),  # what it advertised at the start
        ("reach", "f8"),  # how many candidates it comes to over its share of accounts
        # deep labour
        *(("weekly_cap", "i4"), ("weekly_target", "i4")),  # seconds; that a contract is meant to fill
        *(("profile_seconds", "i4"), ("exam_seconds", "i4")),
        *(("exam_every", "i4"), ("renewal", "i4"), ("exam_window", "i4")),  # days
        ("exam_difficulty", "f4"),  # chance to pass = accuracy ** difficulty
        ("assiduity_floor", "f4"),
        ("advertised", "i4"),  # client whose project is advertised, NOBODY without openings
        ("trust_unknown", "f4"),  # chance that work for a client without a name is applied or signed for
        ("quit_unnamed", "f4"),  # chance that it is given up, a week
    ],
    align=True,
)
