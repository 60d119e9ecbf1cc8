"""What comparisons of policies say, in English; `sim.report.language.policy_french` has the same keys."""

WORDS = {
    # what is compared
    "policy.minimum_rate": "minimum pay",
    "policy.paid_search": "paid search time",
    "policy.no_cash_out_threshold": "no cash-out threshold",
    "policy.portable_qualifications": "portable qualifications",
    "policy.reviewed_refusals": "refusals explained and reviewed",
    "policy.open_sign_up": "open sign-up",
    "policy.sign_up_cap": "sign-up cap",
    "policy.commission_on_workers": "commission on workers",
    "policy.employment_presumption": "employment presumption",
    "policy.boycott": "boycott",
    "policy.raise_alone": "one client pays more",
    "policy.demand_change": "demand doubled",
    "policy.automation": "automation",
    "policy.largest_client_leaves": "largest client leaves",
    "policy.minimum_rate_lock_out": "minimum pay with lock-out",
    "policy.paid_search_by_platforms": "search paid by platforms",
    "policy.boycott_without_reservoir": "boycott without reservoir",
    "policy.demand_halved": "demand halved",
    "policy.raise_all": "all rates 10% higher",
    "policy.placebo": "placebo",
    # by what it works in the model
    "mechanism.minimum_rate": "No task posted pays less per true minute than the floor. Clients ask for less of "
    "what becomes dearer, by their elasticity. Dearer tasks draw more looks, so that those who are there often take "
    "what is left; others find nothing, look less and lapse. With lock-out, clients turn away whoever is too slow "
    "to reach the floor.",
    "mechanism.paid_search": "Search, choice and reading that led to work are paid by the second. Platforms advance "
    "it; where clients bear it, a surcharge of what search lately cost makes it good, and clients ask for less. A "
    "look is worth more, so people look more, which leaves less for each look.",
    "mechanism.no_cash_out_threshold": "Whatever stands on accounts is paid at once and everything later within "
    "days. It moves when and to whom money arrives; what people earn is the same, for nobody decides by it.",
    "mechanism.portable_qualifications": "Levels reached on one biface platform open the better batches of all "
    "others. More people may see the same batches, so those who had them to themselves share them.",
    "mechanism.reviewed_refusals": "Part of the refusals is taken back before pay, and each explained refusal "
    "leaves a worker with fewer errors. Fewer accounts are banned, and the expected return of a look rises.",
    "mechanism.open_sign_up": "Everybody who registers is let in, and those turned away before. More people look at "
    "the same lists; each look finds less.",
    "mechanism.sign_up_cap": "A platform that has its number of accounts turns newcomers away. Those inside find "
    "more, look more often and take up most of what newcomers would have done.",
    "mechanism.commission_on_workers": "The commission comes out of workers' pay. A task costs clients less, so "
    "they ask for more of them; each pays less, so fewer looks are worth it. Rates adapt where batches then fill "
    "too slowly.",
    "mechanism.employment_presumption": "Deep labour pays the minimum and contributions, so clients ask for less of "
    "it; who ends contracts goes on asking for work through the notice, and nobody loses a contract for lack of "
    "assiduity.",
    "mechanism.boycott": "Some of the active do not look for a while. Others find more and take up the work; with a "
    "reservoir people come back for it, without one batches stay open, are withdrawn, and clients raise their rates.",
    "mechanism.raise_alone": "Better paid batches are chosen first. One client that pays more draws work from the "
    "others at the same list; where all pay more, they ask for less, and more people find looking worth it.",
    "mechanism.demand_change": "Batches are larger or smaller. Looks find more or less, so people look more or less "
    "often: the reservoir of idle accounts fills in, and a good part of the change goes to newcomers and returners.",
    "mechanism.automation": "One kind of task is asked for less, on whichever platforms its clients are. Those who "
    "did it turn to the others' lists.",
    "mechanism.largest_client_leaves": "The client's open work is withdrawn and, in deep labour, its contracts end. "
    "Those who lived on it look elsewhere, find less, and look less.",
    "mechanism.placebo": "One active in a hundred stays away for a week; the draws that follow fall differently.",
    # what cannot be said
    "silent.minimum_rate": "Whether clients go abroad, automate or hide time; whether platforms shorten announced "
    "times.",
    "silent.paid_search": "Whether people would search longer because it is paid, or clients redesign tasks.",
    "silent.no_cash_out_threshold": "What waiting for money does to people, and to whether they come back.",
    "silent.portable_qualifications": "Whether a level says as much elsewhere, and what happens to quality.",
    "silent.reviewed_refusals": "How many refusals are wrong (assumed), who pays for the review, whether clients "
    "check more strictly.",
    "silent.open_sign_up": "What clients do when they cannot choose whom they reach, and what happens to quality.",
    "silent.sign_up_cap": "Where those kept out go.",
    "silent.commission_on_workers": "Whether workers see the rate before or after commission.",
    "silent.employment_presumption": "Working time law, sick pay, unemployment insurance, and whether contractors "
    "leave the country.",
    "silent.boycott": "Who joins and why (here by lot), and what a boycott wins in talks.",
    "silent.raise_alone": "Why a client raises its rate, and whether others follow.",
    "silent.demand_change": "Why demand changes, and whether prices or the mix of tasks change with it.",
    "silent.automation": "New tasks that automation brings, such as checking it.",
    "silent.largest_client_leaves": "Whether another client comes for the same workers.",
    "silent.placebo": "Nothing: it is a yardstick.",
    "silent.every": "The people who register are the same in all markets: a policy moves who looks, works and "
    "stays, not who ever signs up. Workers respond by learning what a look is worth; nobody foresees the policy, "
    "organises or goes to court. How strongly clients respond to what a task costs is assumed (elasticity "
    "{elasticity}); it decides most of what happens when work becomes dearer, so try others: "
    "policy.demand_elasticity. What the defaults of the model miss of the published numbers, they miss here too.",
    # the page
    "comparison.title": "What if? {policies}",
    "comparison.many": "{number} policies, each with the market as it is",
    "comparison.asked": "What differs if, from {when} to {end}, there is {policies}? The same people and clients, "
    "with the same luck, live through both markets; {seeds} such pairs were run{drawn}. Until that day both are the "
    "same to the bit.",
    "comparison.parameters": "In numbers. {told}",
    "comparison.alone": "the following, each by itself: {policies}",
    "comparison.drawn": ", each with its own draw from the posterior of the free parameters, so that intervals hold "
    "that doubt too",
    "comparison.fixed": ", all with the same parameters: intervals hold chance alone, not the doubt about parameters",
    "comparison.answer": "{policy}: all workers together earn {pay}. Clients spend {spent}; work done is {work}; "
    "those who earn anything are {earners}. Of {people} people who earn something in either market, {gain} gain a "
    "euro a month or more, {lose} lose as much, and {out} who would have earned something earn nothing.",
    "comparison.chance": "Where nothing that matters happens (placebo), {gain} of {people} gain a euro a month and "
    "{lose} lose it, and {out} earn nothing who would have: so much of gains and losses of single persons is luck "
    "falling differently. Totals and means of groups average over it, and their intervals contain it.",
    "comparison.narrow": "Because both markets share their luck, half of the intervals of totals are at least "
    "{times} times narrower than those of as many independent runs.",
    "comparison.up": "{change} more",
    "comparison.down": "{change} less",
    "comparison.sure": "{change} (95% interval {low} to {high})",
    "comparison.unclear": "{change}, which cannot be told from no change (95% interval {low} to {high})",
    "comparison.single": "{change} (one pair: no interval)",
    "comparison.interval": "{low} to {high}",
    "comparison.of": "{name} ({of})",
    "comparison.outcome": "Outcome",
    "comparison.status_quo": "As it is",
    "comparison.policy": "With it",
    "comparison.difference": "Difference",
    "comparison.relative": "Relative",
    "comparison.group": "Who",
    "comparison.people": "People",
    "comparison.gain": "Gain",
    "comparison.lose": "Lose",
    "comparison.out": "Fall out",
    "comparison.in": "Come in",
    "comparison.gone": "No longer look",
    "comparison.mean": "Mean gain, euro/month",
    "comparison.by_placebo": "placebo {value}",
    "comparison.outcomes_about": "Means over runs; differences run by run, with 95% intervals (Student). Money and "
    "time are per month of the time since the policy.",
    "comparison.outcomes_caption": "Outcomes as it is and with the policy",
    "comparison.groups_about": "Groups as they were on the morning of the policy's first day; need in thirds of its "
    "scale. “Newcomer”: registered later.",
    "comparison.groups_caption": "Relative change of earnings, hours, pay per hour and number of earners by group, "
    "with 95% intervals",
    "comparison.gains_about": "People who earned something in either market. Gain and lose: a euro a month or more. "
    "Fall out: earn nothing, and would have earned something. No longer look: not seen in the last 30 days, and "
    "would have been; of all who registered. Below in grey what the placebo has.",
    "comparison.gains_caption": "Who gains and who loses, means over runs",
    "comparison.run": "A run of one market",
    "page.asked": "What was asked",
    "page.answer": "The answer",
    "page.mechanisms": "By what it works in the model",
    "page.silent": "What the model cannot say",
    "page.outcomes": "What differs",
    "page.by_group": "For whom",
    "page.gains": "Who gains and who loses",
    "policy.share": "a share",
    # outcomes
    "outcome.pay": "Earnings of all",
    "outcome.earners": "People who earn",
    "outcome.earned_mean": "Earnings, mean of earners",
    "outcome.earned_median": "Earnings, median of earners",
    "outcome.hourly": "Pay per hour of all",
    "outcome.hourly_median": "Pay per hour, median",
    "outcome.below_minimum": "Earners below the minimum wage",
    "outcome.gini": "Inequality of earnings (Gini)",
    "outcome.hours": "Hours given, paid or not",
    "outcome.unpaid": "Unpaid share of hours",
    "outcome.looks": "Looks",
    "outcome.empty": "Looks that find nothing",
    "outcome.refused": "Tasks refused",
    "outcome.received": "Money received",
    "outcome.seen": "People seen in the last month",
    "outcome.spent": "Clients' spending",
    "outcome.cost_per_hour": "Cost of an hour of work done",
    "outcome.posted": "Tasks posted",
    "outcome.work_asked": "Work asked for",
    "outcome.done": "Tasks done",
    "outcome.work_done": "Work done and accepted",
    "outcome.fill_median": "Time to fill, median",
    "outcome.filled_in_a_day": "Batches filled within a day",
    "outcome.largest_asks": "Largest client: work asked for",
    "outcome.largest_gets": "Largest client: work done",
    "outcome.largest_rate": "Largest client: pay per hour",
    "outcome.largest_fill_median": "Largest client: time to fill",
    "outcome.commission": "Platforms' commission",
    "outcome.margin": "Margins of the deep-labour chain",
    "outcome.kept": "Platforms' share of spending",
    "outcome.contributions": "Employer's contributions",
    "outcome.earned": "Earnings",
    "outcome.tasks_done": "Tasks done, four weeks",
    "outcome.seen_month": "People seen in 30 days",
    "outcome.pay_micro_euro": "Earnings, four weeks",
    "of.workers": "workers",
    "of.clients": "clients",
    "of.platforms": "platforms",
    # groups
    "group.all": "Everybody",
    "group.engagement.occasional": "Occasional",
    "group.engagement.regular": "Regular",
    "group.engagement.very_active": "Very active",
    "group.engagement.newcomer": "Newcomer",
    "group.sex.man": "Men",
    "group.sex.woman": "Women",
    "group.status.full_time": "Full time",
    "group.status.part_time": "Part time",
    "group.status.fixed_term_or_self_employed": "Fixed term, self-employed",
    "group.status.unemployed": "Unemployed",
    "group.status.at_home": "At home",
    "group.status.student": "Students",
    "group.status.retired": "Retired",
    "group.need.low": "Low need",
    "group.need.middle": "Middle need",
    "group.need.high": "High need",
    # figures
    "effects.title": "{policy}: earnings of all {pay}, work done {work} (95% intervals)",
    "effects.titles": "Earnings of all change most with {policy}: {pay}",
    "effects.title_unclear": "{policy}: no clear change in earnings of all or work done",
    "effects.titles_unclear": "No policy clearly changes the earnings of all",
    "effects.unclear": "without clear change",
    "effects.alt": "Relative change of eight outcomes against the market as it is, with 95% intervals of the paired "
    "difference: {rows}.",
    "effects.axis": "change against the market as it is (line: 95% interval of the paired difference)",
    "by_group.title": "{policy}: of all groups whose earnings change beyond chance, most for: {most} ({change})",
    "by_group.none": "{policy}: no group's change of earnings can be told from none",
    "by_group.alt": "Relative change of earnings by group, with 95% intervals: {rows}.",
    "by_group.axis": "change of earnings (line: 95% interval; arrow: it goes on)",
    "gains.title": "{policy}: {gain} of those who earn gain a euro a month or more, {lose} lose as much",
    "gains.placebo": "{title}; where nothing happens, {gain} and {lose}",
    "gains.alt": "Histogram of gains of single persons, euro a month, in classes: {rows}.",
    "gains.axis": "gain, euro a month",
    "gains.people": "of 1,000 who earn",
    "gains.middle": "{share} move by less\nthan a euro",
    "gains.by_placebo": "placebo: nothing happens",
    "gains.policy_gain": "gain with the policy",
    "gains.policy_lose": "lose with the policy",
    "effects.some": " – {few} of {every} policies, those that move earnings most",
    "path.title": "{policy}: earnings of all {pay} over the first quarter, {later} over the last",
    "path.title_unclear": "{policy}: no clear change in earnings of all, over neither the first quarter nor the last",
    "path.alt": "Weekly lines of the relative change of earnings, tasks done and people seen, sums over four weeks, "
    "with 95% bands; zero until the policy begins. {rows}.",
    "path.week": "weeks since the policy began",
    "path.axis": "change",
}
