"""Deep labour, layer by layer: advertisement and application, dated exam and agreement, weekly allotment, end.

Recruiter: advertises what the contractor lacks. Contractor: screens (profile, exam on fixed dates), signs, pays.
Client: sets the work on its own platform, week by week, and can end the contract from one day to the next. Its name
is told in the advertisement (layer 1), in the agreement (2), at work (3), or never: who is not told trusts less, and
has no reference to show when the work is over.
"""

import numpy as np

from sim.kernel.arrays import ROSTER, Firms, Ledger, OrderBook, People
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import APPLIED, BANNED, CONTRACTED, DAILY, NEVER, NOBODY, QUALIFIED, REGISTERED
from sim.kernel.streams import CONTRACT, CONTRACT_APPLY, CONTRACT_EXAM, CONTRACT_QUIT, CONTRACT_SIGN, draw

MEMORY = 0.25  # weight of the last week in assiduity
ADVERTISEMENT, AGREEMENT = 1, 2  # layers at which a client can be named before work begins
MOST_REFERENCES = 255


@inner
def climb(
    day: int, key: np.ndarray, people: People, firms: Firms, ledger: Ledger, a: int, second: int, limit: int
) -> int:
    """Recruitment seen by one who opens a deep platform's page: apply, or sit the exam on its date.

    Writes: people.accounts, firms.counts, firms.openings, firms.roster, ledger.today.

    Returns
    -------
    int
        Unpaid seconds this takes; 0 if there was nothing to do or no time for it.
    """
    account = people.accounts[a]
    platform = firms.platforms[account.platform]
    if account.state == REGISTERED and firms.openings[account.platform] > 0:
        if second + platform.profile_seconds > limit or not answers(key, people, firms, a):
            return 0
        firms.openings[account.platform] -= 1
        ledger.today[account.platform, DAILY.applied] += 1
        if people.workers[account.worker].references > 0:
            qualify(people, firms, a)
            return platform.profile_seconds
        account.state = APPLIED
        account.exam_day = (day // platform.exam_every + 1) * platform.exam_every
        return platform.profile_seconds
    if account.state == APPLIED and day >= account.exam_day:
        if day >= account.exam_day + platform.exam_window:
            account.state = REGISTERED
            return 0
        if second + platform.exam_seconds > limit:
            return 0
        chance = people.workers[account.worker].accuracy ** platform.exam_difficulty
        if draw(key, CONTRACT, day, account.worker, CONTRACT_EXAM + account.platform) < chance:
            qualify(people, firms, a)
        else:
            account.state = REGISTERED
        return platform.exam_seconds
    return 0


@inner
def answers(key: np.ndarray, people: People, firms: Firms, a: int) -> bool:
    """Does the owner of account `a` answer the advertisement? Whoever is not told for whom may well not.

    The same person decides the same way at each sight of the same project."""
    account = people.accounts[a]
    platform = firms.platforms[account.platform]
    if platform.advertised == NOBODY or firms.clients[platform.advertised].known_from == ADVERTISEMENT:
        return True
    who = firms.clients[platform.advertised].who
    return draw(key, CONTRACT, who, account.worker, CONTRACT_APPLY + account.platform) < platform.trust_unknown


@inner
def qualify(people: People, firms: Firms, a: int) -> None:
    """An account is on the contractor's roster, waiting for an agreement.

    Writes: people.accounts, firms.counts, firms.roster."""
    people.accounts[a].state = QUALIFIED
    firms.roster[firms.counts[ROSTER]] = a
    firms.counts[ROSTER] += 1


@inner
def refer(people: People, firms: Firms, a: int) -> None:
    """Work for a client known by name, ended without fault, can be shown to the next contractor.

    Writes: people.workers."""
    account = people.accounts[a]
    worker = people.workers[account.worker]
    if firms.clients[account.project].known_from > 0 and worker.references < MOST_REFERENCES:
        worker.references += 1


@inner
def end_contract(people: People, firms: Firms, ledger: Ledger, a: int, state: int) -> None:
    """Close an account's work from one day to the next; `state` says whether it may apply again.

    Writes: people.accounts, firms.clients, ledger.today."""
    account = people.accounts[a]
    firms.clients[account.project].contracted -= 1
    account.project, account.state = NOBODY, state
    account.allotted, account.week_allotted = 0, 0
    ledger.today[account.platform, DAILY.contracts_ended] += 1
    if state == BANNED:
        ledger.today[account.platform, DAILY.banned] += 1


@kernel
def contracts_end(day: int, people: People, firms: Firms, ledger: Ledger) -> None:
    """Contracts whose client left yesterday, or that were not lived up to, are off the roll this morning.

    Writes: people.accounts, people.workers, firms.clients, firms.counts, firms.roster, ledger.today."""
    kept = 0
    for n in range(firms.counts[ROSTER]):
        a = firms.roster[n]
        account = people.accounts[a]
        if account.state == CONTRACTED and firms.clients[account.project].last_day < day:
            refer(people, firms, a)
            end_contract(people, firms, ledger, a, REGISTERED)
        if account.state == CONTRACTED or account.state == QUALIFIED:
            firms.roster[kept] = a
            kept += 1
    firms.counts[ROSTER] = kept


@kernel
def review_week(day: int, key: np.ndarray, people: People, firms: Firms, book: OrderBook, ledger: Ledger) -> None:
    """Monday: last week's assiduity. Who stays under the floor for long loses the account; a contract whose time
    is up is not renewed where the project has fewer than the target hours for each of its workers. Of those whose
    client was never named, some give up.

    Writes: people.accounts, people.workers, firms.clients, ledger.today."""
    for n in range(firms.counts[ROSTER]):
        account = people.accounts[firms.roster[n]]
        if account.state != CONTRACTED:
            continue
        platform = firms.platforms[account.platform]
        if account.week_allotted > 0:
            worked = 1.0 - account.allotted / account.week_allotted
            account.assiduity += MEMORY * (worked - account.assiduity)
        if account.assiduity < platform.assiduity_floor and day - account.contract_day > 28:
            end_contract(people, firms, ledger, firms.roster[n], BANNED)
        elif quits(day, key, people, firms, firms.roster[n]):
            end_contract(people, firms, ledger, firms.roster[n], REGISTERED)
        elif day - account.contract_day >= platform.renewal:
            client = firms.clients[account.project]
            if backlog(firms, book, account.project) < client.contracted * platform.weekly_target:
                refer(people, firms, firms.roster[n])
                end_contract(people, firms, ledger, firms.roster[n], REGISTERED)


@inner
def quits(day: int, key: np.ndarray, people: People, firms: Firms, a: int) -> bool:
    """Does the owner of account `a` give up work whose client has no name?"""
    account = people.accounts[a]
    if firms.clients[account.project].known_from > 0:
        return False
    u = draw(key, CONTRACT, day, account.worker, CONTRACT_QUIT + account.platform)
    return u < firms.platforms[account.platform].quit_unnamed


@inner
def backlog(firms: Firms, book: OrderBook, c: int) -> int:
    """Seconds of work waiting in a project."""
    seconds = 0
    slot = firms.clients[c].first_slot
    while slot != NOBODY:
        seconds += book.batches[slot].left * book.batches[slot].true_seconds
        slot = book.batches[slot].newer
    return seconds


@kernel
def sign(day: int, key: np.ndarray, people: People, firms: Firms, book: OrderBook, ledger: Ledger) -> None:
    """Monday: count what each project lacks, sign agreements with the qualified in order, advertise the rest.

    The advertisement is that of the project that lacks most. Who is offered work for a client without a name may wait.

    Writes: people.accounts, firms.clients, firms.openings, firms.platforms, ledger.today."""
    count_openings(day, firms, book)
    for p in range(firms.platforms.size):
        if firms.platforms[p].contracts:
            firms.platforms[p].advertised = opening(day, firms, p)
    for n in range(firms.counts[ROSTER]):
        account = people.accounts[firms.roster[n]]
        if account.state != QUALIFIED:
            continue
        project = firms.platforms[account.platform].advertised
        if project != NOBODY and agrees(day, key, people, firms, firms.roster[n], project):
            firms.clients[project].openings -= 1
            firms.clients[project].contracted += 1
            account.project, account.state = project, CONTRACTED
            account.contract_day, account.assiduity = day, 1.0
            ledger.today[account.platform, DAILY.contracts_started] += 1
            firms.platforms[account.platform].advertised = opening(day, firms, account.platform)
        firms.openings[account.platform] -= 1


@inner
def agrees(day: int, key: np.ndarray, people: People, firms: Firms, a: int, project: int) -> bool:
    """Does the owner of account `a` sign for a project? At once where its client is named by then."""
    known_from = firms.clients[project].known_from
    if known_from == ADVERTISEMENT or known_from == AGREEMENT:
        return True
    account = people.accounts[a]
    u = draw(key, CONTRACT, day, account.worker, CONTRACT_SIGN + account.platform)
    return u < firms.platforms[account.platform].trust_unknown


@inner
def count_openings(day: int, firms: Firms, book: OrderBook) -> None:
    """How many more workers each project could fill the target hours of, and each platform in all.

    Writes: firms.clients, firms.openings."""
    for p in range(firms.platforms.size):
        firms.openings[p] = 0
    for c in firms.deep:
        client = firms.clients[c]
        platform = firms.platforms[client.platform]
        if platform.contracts and client.first_day <= day <= client.last_day:
            wanted = min(backlog(firms, book, c) // platform.weekly_target, NEVER)
            client.openings = max(0, wanted - client.contracted)
            firms.openings[client.platform] += client.openings


@inner
def opening(day: int, firms: Firms, p: int) -> int:
    """The project of platform `p` that lacks most workers."""
    best, most = NOBODY, 0
    for c in firms.deep:
        client = firms.clients[c]
        if client.platform == p and client.openings > most and client.first_day <= day <= client.last_day:
            best, most = c, client.openings
    return best


@kernel
def allot(people: People, firms: Firms, book: OrderBook, projects: np.ndarray) -> None:
    """Monday: share each project's backlog among its workers by assiduity and productivity, under the cap.

    Two rounds: what the cap takes from the first in the first round goes to the others in the second.

    Writes: projects, people.accounts.

    Parameters
    ----------
    projects : ALLOTMENT array, shape (clients,)
        Scratch.
    """
    for c in firms.deep:
        projects[c].seconds = backlog(firms, book, c) if firms.clients[c].contracted > 0 else 0.0
    for n in range(firms.counts[ROSTER]):
        people.accounts[firms.roster[n]].allotted = 0
    for _ in range(2):
        for c in firms.deep:
            projects[c].weights, projects[c].before = 0.0, projects[c].seconds
        for n in range(firms.counts[ROSTER]):
            account = people.accounts[firms.roster[n]]
            if account.state == CONTRACTED and account.allotted < firms.platforms[account.platform].weekly_cap:
                projects[account.project].weights += merit(people, account)
        for n in range(firms.counts[ROSTER]):
            account = people.accounts[firms.roster[n]]
            cap = firms.platforms[account.platform].weekly_cap
            if account.state == CONTRACTED and account.allotted < cap and projects[account.project].weights > 0.0:
                project = projects[account.project]
                share = project.before * merit(people, account) / project.weights
                granted = min(int(np.ceil(share)), cap - account.allotted)
                account.allotted += granted
                project.seconds = max(0.0, project.seconds - granted)
    for n in range(firms.counts[ROSTER]):
        account = people.accounts[firms.roster[n]]
        account.week_allotted = account.allotted


@inner
def merit(people: People, account: np.record) -> float:
    """Weight in the allotment: recalled assiduity times true productivity."""
    worker = people.workers[account.worker]
    return max(account.assiduity, 0.05) * worker.speed * worker.accuracy
