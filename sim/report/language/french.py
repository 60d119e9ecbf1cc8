"""Le rapport en français ; mêmes clés que `sim.report.language.english`.

Ordinary spaces before ; : ! ? % « » become no-break ones when a sentence is filled in.
"""

from sim.report.language import fit_french, policy_french, sweep_french, tiers_french

REASONS = tiers_french.REASONS

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
UNITS = {"s": ("s", "s"), "min": ("min", "min"), "h": ("h", "h"), "day": ("jour", "jours")}
PLURAL_FROM = 2
DATE = "{day} {month} {year}"
HOUR = "{hour} h"

NAMES = {
    "instrument": tiers_french.INSTRUMENTS,
    "tier": {"very_active": "très actifs", "very active": "très actifs", "regular": "réguliers",
             "occasional": "occasionnels"},
    "role": {"input": "donnée", "calibrate": "ajustée", "validate": "de contrôle"},
    "unit": {"persons": "personnes", "accounts": "comptes", "visitors": "visiteurs", "share": "part",
             "platforms": "plateformes", "euro/month": "euro/mois", "hour/week": "heure/semaine", "ratio": "rapport",
             "jobs of 35 h/week": "emplois de 35 h/semaine", "days": "jours", "sign": "signe",
             "share of registered": "part des inscrits"},
    "target": {
        "tier_very_active": "travailleurs très actifs",
        "tier_regular": "travailleurs réguliers",
        "tier_occasional": "travailleurs occasionnels (inscrits)",
        "registrations": "inscriptions françaises avant dédoublonnage",
        "visitors": "visiteurs uniques français par mois",
        "visitors_share": "visiteurs du mois / inscriptions",
        "accounts_per_person": "plateformes (sur sept) par personne",
        "ff_registrations": "inscriptions à Foule Factory",
        "ff_visitors_share": "Foule Factory, visiteurs du mois / inscriptions",
        "ff_petersen_share": "Foule Factory, effectif de Petersen / inscriptions",
        "survey_respondents": "réponses utilisables des deux vagues",
        "earnings_mean": "gain mensuel moyen, toutes plateformes",
        "earnings_max": "gain mensuel le plus élevé",
        "hours_median": "heures par semaine, médiane",
        "hours_tail": "heures par semaine, les plus occupés",
        "weekly_lookers": "répondants qui cherchent au moins chaque semaine",
        "refused_ever": "répondants dont une tâche au moins a été refusée",
        "single_platform": "répondants présents sur Foule Factory seulement",
        "full_time_equivalents": "équivalents temps plein, toute la population",
        "weekday_ratio": "travail d'un jour ouvré / d'un jour de week-end",
        "unpaid_share": "temps non payé / temps de travail",
        "below_minimum_wage": "travailleurs payés moins que le SMIC horaire",
        "pay_gap_to_minimum": "écart de la paie au SMIC",
        "want_more_work": "travailleurs qui voudraient plus de travail",
        "half_life": "demi-vie de la participation",
        "ever_paid_ratio": "inscrits ayant déjà travaillé",
        "client_top1pct_spend": "part des dépenses du 1 % des plus gros clients",
        "client_month1_churn": "clients perdus après leur premier mois",
        "deep_hours": "deep labor, heures par semaine",
        "deep_earnings": "deep labor, gain mensuel",
        "deep_sign": "le deep labor paie mieux et contraint davantage",
    },
}  # fmt: skip

WORDS = {
    "and": "et",
    "fraction": "{part} sur {whole}",
    "nothing": "rien à montrer",
    "structure.biface": "Plateformes bifaces",
    "structure.deep": "Deep labor",
    # de l'inscription à l'activité
    "funnel.title": "Des inscrits, {unseen} n'ont pas été vus dans le mois : {registered} personnes sont inscrites, "
    "{seen_month} ont cherché des tâches dans le mois, {seen_week} dans la semaine",
    "funnel.alt": "Deux graphiques au fil du temps. À gauche, effectifs (échelle log), à la fin : {registered} "
    "inscrits, {seen_month} vus dans les 30 derniers jours, {seen_week} dans les 7 derniers, {worked_month} ayant "
    "travaillé dans les 30 derniers. À droite, les trois derniers en part des inscrits.",
    "funnel.persons": "Personnes (échelle log)",
    "funnel.share": "Part des inscrits",
    "funnel.registered": "inscrits",
    "funnel.seen_month": "vus, 30 jours",
    "funnel.seen_week": "vus, 7 jours",
    "funnel.worked_month": "au travail, 30 j.",
    # tâches
    "tasks.title": "Les clients publient {posted} tâches par jour ; {done} des tâches publiées sont faites",
    "tasks.title_surge": "En période de pic, les clients publient {ratio} fois plus de tâches par jour qu'en période "
    "calme ; {done} des tâches publiées sont faites",
    "tasks.title_collapsed": "Après l'effondrement des contrats, les clients publient {ratio} % des tâches d'avant ; "
    "{done} des tâches publiées sont faites",
    "tasks.none": "Personne n'a publié de tâche",
    "tasks.alt": "Graphiques au fil du temps : tâches publiées par jour ({posted} en moyenne) et tâches encore "
    "ouvertes en fin de journée. {regime}",
    "tasks.alt_calm": "La demande n'a qu'un régime.",
    "tasks.alt_surge": "Les pics de demande, {days} des jours, sont grisés ; il s'y publie {ratio} fois plus.",
    "tasks.alt_collapsed": "L'effondrement de la demande, {days} des jours, est grisé.",
    "tasks.shade_surge": "pic de demande",
    "tasks.shade_collapsed": "contrats terminés",
    "tasks.unit": "tâches",
    "tasks.unit_thousand": "milliers de tâches",
    "tasks.unit_million": "millions de tâches",
    "tasks.weekly": "(moyenne de la semaine)",
    "tasks_posted": "Tâches publiées par jour",
    "tasks_open": "Tâches ouvertes en fin de journée",
    "tasks_open.biface": "Tâches ouvertes en fin de journée, plateformes bifaces",
    "tasks_open.deep": "Tâches ouvertes en fin de journée, deep labor",
    # gains
    "earnings.title": "En {month}, le 1 % le mieux payé a touché {top1_share} des gains ; la moitié a gagné "
    "{earned_median_euro} ou moins, et {below_minimum_wage_share} moins que le SMIC horaire",
    "earnings.none": "Personne n'a rien gagné en {month}",
    "earnings.alt": "Sur {earners} personnes ayant gagné quelque chose en {month} : histogramme des gains du mois, "
    "échelle log (moyenne {earned_mean_euro}, médiane {earned_median_euro}, maximum {earned_max_euro}) ; "
    "histogramme de la paie horaire effective (médiane {hourly_median_euro}) ; courbes de Lorenz, indice de Gini "
    "{gini_earners} parmi ceux qui gagnent et {gini_registered} parmi tous les inscrits.",
    "earnings.monthly": "Gains en {month}",
    "earnings.hourly": "Paie horaire, temps non payé compris",
    "earnings.lorenz": "Partage des gains (Lorenz)",
    "earnings.mean": "moyenne {earned_mean_euro}",
    "earnings.median": "médiane {earned_median_euro}",
    "earnings.smic": "SMIC {wage}",
    "earnings.euro": "euros par mois (échelle log)",
    "earnings.euro_hour": "euros par heure (échelle log)",
    "earnings.earners": "personnes",
    "earnings.equal": "parts égales",
    "earnings.among_earners": "ayant gagné (Gini {gini})",
    "earnings.among_registered": "inscrits (Gini {gini})",
    "earnings.poorest": "part des personnes, des moins aux plus payées",
    "earnings.held": "part des gains",
    # heures
    "hours.title": "La moitié des actifs y consacre moins de {median} par semaine, {long} plus de {limit} h ; "
    "{unpaid} du temps n'est pas payé",
    "hours.none": "Personne n'a été actif le dernier mois",
    "hours.alt": "À gauche, histogramme des heures par semaine, payées ou non, des {active} actifs du dernier mois, "
    "échelle log : médiane {median}, {long} au-delà de {limit} heures. À droite, part du temps non payé selon les "
    "heures par semaine ; {unpaid} en tout.",
    "hours.distribution": "Temps par semaine, payé ou non",
    "hours.unpaid": "Part du temps non payé",
    "hours.time": "temps par semaine (échelle log)",
    "hours.workers": "personnes",
    "hours.median": "médiane {median}",
    "hours.long": "{limit} h : {long}\nfont plus",
    "hours.under": "moins de {hours}",
    "hours.over": "plus de {hours}",
    "hours.bracket": "heures par semaine (sur les barres : effectif)",
    "hours.unpaid_share": "part du temps non payé",
    # délai
    "filling.title": "La moitié des lots est achevée dans les {median} de leur publication ; {late} ne le sont pas "
    "au bout d'une semaine",
    "filling.slow": "Moins de la moitié des lots est un jour achevée ; {late} ne le sont pas au bout d'une semaine",
    "filling.none": "Aucun lot n'a été publié",
    "filling.alt": "Part de {number} lots achevés au bout d'un temps donné, par plateforme, échelle de temps log ; un "
    "lot retiré compte comme jamais achevé, un lot encore ouvert pour le temps où il a été observé. Médiane "
    "{median} ; {late} ne sont pas achevés en une semaine.",
    "filling.time": "temps depuis la publication (échelle log)",
    "filling.share": "part des lots achevés",
    "filling.legend": "Plateforme : médiane",
    "filling.line": "{name} : {median}",
    "filling.never": "jamais la moitié",
    # une journée
    "day.title": "On cherche le plus vers {peak} ; une consultation trouve une tâche le plus souvent vers {best} "
    "({most}), le moins souvent vers {worst} ({least})",
    "day.none": "Personne n'a cherché de tâche",
    "day.alt": "Trois cartes, jour de la semaine par heure : consultations, tâches ouvertes, part des consultations "
    "qui trouvent une tâche. Les consultations culminent à {peak} ; la part qui trouve est la plus haute à {best} "
    "({most}), la plus basse à {worst} ({least}).",
    "day.looks": "Consultations (heure moyenne = 1)",
    "day.open": "Tâches ouvertes sur les plateformes bifaces (moyenne)",
    "day.allotted": "Tâches ouvertes (moyenne)",
    "day.found": "Part des consultations qui trouvent une tâche",
    "day.hour": "heure de la journée",
    # la page
    "page.title": "Le marché du micro-travail, simulé",
    "page.under": "plateformes « {platform} », demande {demand}, du {start} au {end}, graine {seed}",
    "page.contents": "Sur cette page",
    "page.run": "Ce qui a été simulé",
    "page.tiers": "Trois lectures d'une même population",
    "page.targets": "Face aux chiffres publiés, les plus éloignés d'abord",
    "page.figures": "Ce qui s'est passé",
    "page.assumptions": "Les hypothèses qui comptent",
    "page.reproduce": "Comment le reproduire",
    "page.wide": "{name} (faire défiler de côté si besoin)",
    "page.yes": "oui",
    "page.no": "non",
    "demand.steady": "stable",
    "demand.seasonal": "saisonnière",
    "demand.volatile": "volatile",
    "demand.collapse": "en effondrement",
    "run.market": "{registered} personnes s'inscrivent au fil des ans sur {platforms}, et y ont {accounts} comptes. "
    "{scale} Chacune cherche des tâches aussi souvent que cela en a valu la peine ; les clients publient des lots de "
    "tâches et partent quand ils veulent ; ce qui est trouvé, fait, payé ou refusé décide de qui reste.",
    "run.whole": "Toutes sont simulées, une pour une.",
    "run.part": "C'est le marché en petit : une personne en représente ici {number}, et la demande est réduite "
    "d'autant.",
    "run.many": "{number} plateformes",
    "run.biface": "Sur une plateforme biface, les tâches sont sur une liste ouverte, au premier arrivé.",
    "run.deep": "En deep labor, on postule, on passe un examen et l'on obtient un contrat avec des heures par "
    "semaine, que le client peut rompre du jour au lendemain.",
    "run.steady": "La demande est stable : le même travail chaque semaine, croissance et week-ends mis à part.",
    "run.seasonal": "La demande suit les saisons : elle baisse en août et vers Noël.",
    "run.volatile": "La demande est volatile : périodes calmes et pics de tout le marché, à-coups de chaque client, "
    "baisses en août et vers Noël.",
    "run.collapse": "La demande s'effondre : le {when}, {share} des contrats prennent fin.",
    "run.mean": "Tous les régimes demandent autant de travail sur une année.",
    "run.people": "À la fin, {registered} personnes sont inscrites ; {seen_month} ({month_share}) ont cherché des "
    "tâches dans les 30 derniers jours et {seen_week} ({week_share}) dans les 7 derniers.",
    "run.looks": "La liste des tâches a été consultée {looks} fois, sans rien trouver dans {empty_share} des cas. Les "
    "clients ont publié {tasks_posted} tâches, dont {done_share} ont été faites, et {refused_share} de celles-ci "
    "refusées ; la moitié des lots était achevée en {fill}.",
    "run.earned": "En {month}, {earners} personnes ont gagné quelque chose : {mean} en moyenne, {median} à la "
    "médiane. Par heure payée ou non, la médiane est de {hourly}, et {below} ont gagné moins que le SMIC de {wage}.",
    "run.none": "En {month}, personne n'a rien gagné.",
    "run.once": "Ce n'est qu'une exécution : une autre graine donne des chiffres un peu différents.",
    "tiers.about": "Les effectifs publiés sont trois instruments appliqués à une même population, et non trois groupes "
    "de personnes. Les mêmes instruments sont appliqués ici à une population simulée dont on connaît la vérité. "
    "Personne ne reçoit de catégorie : elle se lit sur ce que chacun a fait.",
    "tiers.caption": "Lectures des instruments, avec erreurs types, estimations de l'enquête (rapport : "
    "lecture sur estimation) et vérité",
    "tiers.tier": "Catégorie et instrument",
    "tiers.reading": "Lecture",
    "tiers.estimate": "Enquête",
    "tiers.ratio": "Rapport",
    "tiers.truth": "Vérité",
    "tiers.not": "Non comparable : {reason}",
    "targets.about": "{inside} des {judged} chiffres publiés dont on peut juger sont dans leur fourchette. Les lignes "
    "« de contrôle » n'ont jamais été ajustées ; les lignes « donnée » sont entrées dans le modèle.",
    "targets.caption": "Valeurs publiées et simulées ; la plus éloignée de sa fourchette d'abord",
    "targets.quantity": "Grandeur, unité et rôle",
    "targets.value": "Publié, fourchette",
    "targets.simulated": "Simulé",
    "targets.judgement": "Verdict",
    "targets.inside": "dedans",
    "targets.outside": "en dehors",
    "targets.open": "sans fourchette",
    "targets.not": "non comparable : {reason}",
    "assumptions.about": "Ce qu'aucune source ne donne a été supposé (« assumed ») ou ajusté (« calibrated »). C'est "
    "là qu'il faut douter des résultats ; chaque champ se change par sa clé en ligne de commande. Les champs sont "
    "nommés en anglais, comme dans le code.",
    "assumptions.platform": "Plateformes",
    "assumptions.demand": "Clients et demande",
    "assumptions.population": "Personnes",
    "assumptions.behaviour": "Décisions des travailleurs",
    "assumptions.survey": "Instruments",
    "assumptions.caption": "{group} : champs supposés ou ajustés",
    "assumptions.between": "de {low} à {high}",
    "assumptions.value": "Valeur",
    "assumptions.unit": "Unité",
    "assumptions.meaning": "Sens et clé",
    "assumptions.source": "Source",
    "reproduce.about": "La même commande, la même graine et les mêmes versions donnent les mêmes bits :",
    "reproduce.exact": "Ou bien, à partir du scénario complet du dossier de l'exécution :",
    "reproduce.caption": "D'où vient cette exécution",
    "reproduce.name": "Quoi",
    "reproduce.value": "Valeur",
} | tiers_french.WORDS
WORDS |= fit_french.WORDS | policy_french.WORDS | sweep_french.WORDS
