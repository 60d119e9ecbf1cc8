"""Ce que disent les comparaisons de politiques ; mêmes clefs que `sim.report.language.policy_english`."""

WORDS = {
    # ce qui est comparé
    "policy.minimum_rate": "rémunération minimale",
    "policy.paid_search": "temps de recherche payé",
    "policy.no_cash_out_threshold": "suppression du seuil de paiement",
    "policy.portable_qualifications": "qualifications portables",
    "policy.reviewed_refusals": "refus expliqués et réexaminés",
    "policy.open_sign_up": "inscription ouverte",
    "policy.sign_up_cap": "plafond d’inscriptions",
    "policy.commission_on_workers": "commission à la charge des travailleurs",
    "policy.employment_presumption": "présomption de salariat",
    "policy.boycott": "boycott",
    "policy.raise_alone": "un client paie plus",
    "policy.demand_change": "demande doublée",
    "policy.automation": "automatisation",
    "policy.largest_client_leaves": "départ du plus grand client",
    "policy.minimum_rate_lock_out": "rémunération minimale avec exclusion",
    "policy.paid_search_by_platforms": "recherche payée par les plateformes",
    "policy.boycott_without_reservoir": "boycott sans réservoir",
    "policy.demand_halved": "demande réduite de moitié",
    "policy.raise_all": "toutes les rémunérations +10 %",
    "policy.placebo": "placebo",
    # par quoi elle agit dans le modèle
    "mechanism.minimum_rate": "Aucune tâche publiée ne paie moins que le plancher par minute réelle. Les clients "
    "demandent moins de ce qui renchérit, selon leur élasticité. Des tâches mieux payées attirent plus de "
    "consultations : ceux qui sont souvent là prennent ce qui reste ; les autres ne trouvent rien, regardent moins "
    "et cessent. Avec exclusion, les clients écartent qui est trop lent pour atteindre le plancher.",
    "mechanism.paid_search": "La recherche, le choix et la lecture qui ont mené à un travail sont payés à la "
    "seconde. Les plateformes l’avancent ; si les clients la supportent, un supplément couvre ce qu’elle a coûté "
    "récemment, et ils demandent moins. Une consultation vaut davantage, donc on regarde plus, ce qui laisse moins "
    "à chacune.",
    "mechanism.no_cash_out_threshold": "Ce qui figure sur les comptes est versé aussitôt, et la suite en quelques "
    "jours. Cela change quand et à qui l’argent arrive ; les gains sont les mêmes, car personne ne décide d’après "
    "cela.",
    "mechanism.portable_qualifications": "Un niveau atteint sur une plateforme biface ouvre les meilleurs lots de "
    "toutes les autres. Davantage de monde voit les mêmes lots ; ceux qui les avaient pour eux les partagent.",
    "mechanism.reviewed_refusals": "Une partie des refus est annulée avant le paiement, et chaque refus expliqué "
    "laisse moins d’erreurs. Moins de comptes sont fermés, et le rendement attendu d’une consultation monte.",
    "mechanism.open_sign_up": "Quiconque s’inscrit est admis, ainsi que les écartés d’avant. Davantage de monde "
    "consulte les mêmes listes ; chaque consultation trouve moins.",
    "mechanism.sign_up_cap": "Une plateforme qui a son nombre de comptes écarte les nouveaux. Ceux qui y sont "
    "trouvent plus, regardent plus souvent et font l’essentiel de ce qu’auraient fait les nouveaux.",
    "mechanism.commission_on_workers": "La commission est prise sur la rémunération. Une tâche coûte moins aux "
    "clients, qui en demandent plus ; chacune paie moins, donc moins de consultations valent la peine. Les "
    "rémunérations s’adaptent là où les lots se remplissent alors trop lentement.",
    "mechanism.employment_presumption": "Le micro-travail « profond » paie le minimum et des cotisations, donc les "
    "clients en demandent moins ; qui rompt un contrat continue à demander du travail pendant le préavis, et "
    "personne ne perd son contrat faute d’assiduité.",
    "mechanism.boycott": "Une partie des actifs ne regarde pas pendant un temps. Les autres trouvent plus et font "
    "le travail ; avec un réservoir, des gens reviennent pour cela ; sans, des lots restent ouverts, sont retirés, "
    "et les clients augmentent leurs rémunérations.",
    "mechanism.raise_alone": "Les lots mieux payés sont choisis d’abord. Un client qui paie plus attire le travail "
    "au détriment des autres de la même liste ; si tous paient plus, ils demandent moins, et regarder vaut la peine "
    "pour davantage de monde.",
    "mechanism.demand_change": "Les lots sont plus grands ou plus petits. Les consultations trouvent plus ou moins, "
    "donc on regarde plus ou moins souvent : le réservoir des comptes inactifs comble, et une bonne part du "
    "changement va aux nouveaux et à ceux qui reviennent.",
    "mechanism.automation": "Un genre de tâche est moins demandé, sur toutes les plateformes de ses clients. Ceux "
    "qui le faisaient se tournent vers les listes des autres.",
    "mechanism.largest_client_leaves": "Le travail ouvert du client est retiré et, dans le micro-travail « profond "
    "», ses contrats prennent fin. Ceux qui en vivaient cherchent ailleurs, trouvent moins et regardent moins.",
    "mechanism.placebo": "Un actif sur cent s’absente une semaine ; les tirages qui suivent tombent autrement.",
    # ce qu'on ne peut pas dire
    "silent.minimum_rate": "Si les clients partent à l’étranger, automatisent ou cachent du temps ; si les "
    "plateformes raccourcissent les durées annoncées.",
    "silent.paid_search": "Si l’on chercherait plus longtemps parce que c’est payé, si les clients refont leurs "
    "tâches.",
    "silent.no_cash_out_threshold": "Ce que l’attente de l’argent fait aux gens, et s’ils reviennent.",
    "silent.portable_qualifications": "Si un niveau en dit autant ailleurs, et ce que devient la qualité.",
    "silent.reviewed_refusals": "Combien de refus sont injustifiés (supposé), qui paie le réexamen, si les clients "
    "contrôlent plus sévèrement.",
    "silent.open_sign_up": "Ce que font les clients qui ne choisissent plus qui ils atteignent ; la qualité.",
    "silent.sign_up_cap": "Où vont ceux qui restent dehors.",
    "silent.commission_on_workers": "Si les travailleurs voient la rémunération avant ou après commission.",
    "silent.employment_presumption": "Durée du travail, maladie, chômage ; si les contractants quittent le pays.",
    "silent.boycott": "Qui y participe et pourquoi (ici au hasard), et ce qu’il obtient dans une négociation.",
    "silent.raise_alone": "Pourquoi un client paie plus, et si d’autres suivent.",
    "silent.demand_change": "Pourquoi la demande change, et si les prix ou le genre des tâches changent avec elle.",
    "silent.automation": "Les tâches nouvelles que l’automatisation apporte, comme sa vérification.",
    "silent.largest_client_leaves": "Si un autre client vient chercher les mêmes travailleurs.",
    "silent.placebo": "Rien : c’est une mesure étalon.",
    "silent.every": "Ceux qui s’inscrivent sont les mêmes dans tous les marchés : une politique change qui regarde, "
    "travaille et reste, non qui s’inscrit. Les travailleurs apprennent ce que vaut une consultation ; personne ne "
    "prévoit la politique, ne s’organise ni ne va en justice. La réponse des clients au coût d’une tâche est "
    "supposée (élasticité {elasticity}) ; elle décide de presque tout quand le travail renchérit : en essayer "
    "d’autres, policy.demand_elasticity. Ce que les valeurs par défaut manquent des chiffres publiés, elles le "
    "manquent ici aussi.",
    # la page
    "comparison.title": "Et si ? {policies}",
    "comparison.many": "{number} politiques, chacune face au marché tel qu’il est",
    "comparison.asked": "Que change, du {when} au {end}, ceci : {policies} ? Les mêmes personnes et les mêmes "
    "clients, avec la même chance, vivent les deux marchés ; {seeds} de ces paires ont été simulées{drawn}. Jusqu’à "
    "ce jour les deux sont identiques au bit près.",
    "comparison.parameters": "En chiffres. {told}",
    "comparison.alone": "chacune des politiques suivantes, seule : {policies}",
    "comparison.drawn": ", chacune avec son propre tirage de la loi a posteriori des paramètres libres, si bien que "
    "les intervalles contiennent aussi ce doute",
    "comparison.fixed": ", toutes avec les mêmes paramètres : les intervalles contiennent le hasard seul, non le "
    "doute sur les paramètres",
    "comparison.answer": "{policy} : tous les travailleurs ensemble gagnent {pay}. Les clients dépensent {spent} ; "
    "travail fait : {work} ; personnes qui gagnent quelque chose : {earners}. De {people} personnes qui gagnent "
    "quelque chose dans l’un des deux marchés, {gain} gagnent un euro par mois ou plus, {lose} en perdent autant, "
    "et {out} qui auraient gagné quelque chose ne gagnent rien.",
    "comparison.chance": "Là où rien d’important ne se passe (placebo), {gain} sur {people} gagnent un euro par "
    "mois et {lose} le perdent, et {out} ne gagnent rien qui auraient gagné : c’est la part des gains et pertes "
    "individuels qui tient à la chance tombée autrement. Totaux et moyennes la compensent, et leurs intervalles la "
    "contiennent.",
    "comparison.narrow": "Parce que les deux marchés partagent leur chance, la moitié des intervalles des totaux "
    "sont au moins {times} fois plus étroits que ceux d’autant de simulations indépendantes.",
    "comparison.up": "{change} de plus",
    "comparison.down": "{change} de moins",
    "comparison.sure": "{change} (intervalle à 95 % : {low} à {high})",
    "comparison.unclear": "{change}, ce qui ne se distingue pas de l’absence de changement (intervalle à 95 % : "
    "{low} à {high})",
    "comparison.single": "{change} (une seule paire : pas d’intervalle)",
    "comparison.interval": "{low} à {high}",
    "comparison.of": "{name} ({of})",
    "comparison.outcome": "Grandeur",
    "comparison.status_quo": "Tel quel",
    "comparison.policy": "Avec",
    "comparison.difference": "Différence",
    "comparison.relative": "Relative",
    "comparison.group": "Qui",
    "comparison.people": "Personnes",
    "comparison.gain": "Gagnent",
    "comparison.lose": "Perdent",
    "comparison.out": "Sortent",
    "comparison.in": "Entrent",
    "comparison.gone": "Ne regardent plus",
    "comparison.mean": "Gain moyen, euro/mois",
    "comparison.by_placebo": "placebo {value}",
    "comparison.outcomes_about": "Moyennes des simulations ; différences paire par paire, avec intervalles à 95 % "
    "(Student). Argent et temps par mois depuis la politique.",
    "comparison.outcomes_caption": "Grandeurs telles quelles et avec la politique",
    "comparison.groups_about": "Groupes au matin du premier jour de la politique ; besoin par tiers de son échelle. "
    "« Nouveaux » : inscrits plus tard.",
    "comparison.groups_caption": "Variation relative des gains, des heures, de la rémunération horaire et du nombre "
    "de ceux qui gagnent, par groupe, avec intervalles à 95 %",
    "comparison.gains_about": "Personnes qui gagnent quelque chose dans l’un des deux marchés. Gagnent et perdent : "
    "un euro par mois ou plus. Sortent : ne gagnent rien et auraient gagné. Ne regardent plus : pas vus pendant les "
    "30 derniers jours et l’auraient été ; parmi tous les inscrits. En gris, le placebo.",
    "comparison.gains_caption": "Qui gagne et qui perd, moyennes des simulations",
    "comparison.run": "Une simulation d’un marché",
    "page.asked": "La question",
    "page.answer": "La réponse",
    "page.mechanisms": "Par quoi cela agit dans le modèle",
    "page.silent": "Ce que le modèle ne peut pas dire",
    "page.outcomes": "Ce qui change",
    "page.by_group": "Pour qui",
    "page.gains": "Qui gagne et qui perd",
    "policy.share": "une part",
    # grandeurs
    "outcome.pay": "Gains de tous",
    "outcome.earners": "Personnes qui gagnent",
    "outcome.earned_mean": "Gains, moyenne",
    "outcome.earned_median": "Gains, médiane",
    "outcome.hourly": "Par heure, tous",
    "outcome.hourly_median": "Par heure, médiane",
    "outcome.below_minimum": "Sous le salaire minimum",
    "outcome.gini": "Inégalité des gains (Gini)",
    "outcome.hours": "Heures, payées ou non",
    "outcome.unpaid": "Part non payée des heures",
    "outcome.looks": "Consultations",
    "outcome.empty": "Consultations sans rien trouver",
    "outcome.refused": "Tâches refusées",
    "outcome.received": "Argent reçu",
    "outcome.seen": "Personnes vues le dernier mois",
    "outcome.spent": "Dépenses des clients",
    "outcome.cost_per_hour": "Coût d’une heure de travail fait",
    "outcome.posted": "Tâches publiées",
    "outcome.work_asked": "Travail demandé",
    "outcome.done": "Tâches faites",
    "outcome.work_done": "Travail fait et accepté",
    "outcome.fill_median": "Délai de remplissage, médiane",
    "outcome.filled_in_a_day": "Lots remplis en un jour",
    "outcome.largest_asks": "Plus grand client : demandé",
    "outcome.largest_gets": "Plus grand client : fait",
    "outcome.largest_rate": "Plus grand client : paie par heure",
    "outcome.largest_fill_median": "Plus grand client : délai",
    "outcome.commission": "Commission des plateformes",
    "outcome.margin": "Marges de la chaîne « profonde »",
    "outcome.kept": "Part des plateformes",
    "outcome.contributions": "Cotisations de l’employeur",
    "outcome.earned": "Gains",
    "outcome.tasks_done": "Tâches faites, quatre semaines",
    "outcome.seen_month": "Personnes vues en 30 jours",
    "outcome.pay_micro_euro": "Gains, quatre semaines",
    "of.workers": "travailleurs",
    "of.clients": "clients",
    "of.platforms": "plateformes",
    # groupes
    "group.all": "Tous",
    "group.engagement.occasional": "Occasionnels",
    "group.engagement.regular": "Réguliers",
    "group.engagement.very_active": "Très actifs",
    "group.engagement.newcomer": "Nouveaux",
    "group.sex.man": "Hommes",
    "group.sex.woman": "Femmes",
    "group.status.full_time": "Plein temps",
    "group.status.part_time": "Temps partiel",
    "group.status.fixed_term_or_self_employed": "Durée déterminée, indépendants",
    "group.status.unemployed": "Chômage",
    "group.status.at_home": "Au foyer",
    "group.status.student": "Étudiants",
    "group.status.retired": "Retraités",
    "group.need.low": "Besoin faible",
    "group.need.middle": "Besoin moyen",
    "group.need.high": "Besoin fort",
    # figures
    "effects.title": "{policy} : gains de tous {pay}, travail fait {work} (intervalles à 95 %)",
    "effects.titles": "Les gains de tous changent le plus avec : {policy}, {pay}",
    "effects.title_unclear": "{policy} : pas de variation nette des gains de tous ni du travail fait",
    "effects.titles_unclear": "Aucune politique ne change nettement les gains de tous",
    "effects.unclear": "sans variation nette",
    "effects.alt": "Variation relative de huit grandeurs face au marché tel qu’il est, avec intervalles à 95 % de "
    "la différence appariée : {rows}.",
    "effects.axis": "variation face au marché tel quel (trait : intervalle à 95 % de la différence appariée)",
    "by_group.title": "{policy} : de tous les groupes dont les gains changent au-delà du hasard, le plus pour : "
    "{most} ({change})",
    "by_group.none": "{policy} : d’aucun groupe la variation des gains ne se distingue de zéro",
    "by_group.alt": "Variation relative des gains par groupe, avec intervalles à 95 % : {rows}.",
    "by_group.axis": "variation des gains (trait : intervalle à 95 % ; flèche : il continue)",
    "gains.title": "{policy} : {gain} de ceux qui gagnent gagnent un euro par mois de plus, {lose} autant de moins",
    "gains.placebo": "{title} ; là où rien ne se passe, {gain} et {lose}",
    "gains.alt": "Histogramme des gains individuels, euro par mois, par classes : {rows}.",
    "gains.axis": "gain, euro par mois",
    "gains.people": "sur 1 000 qui gagnent",
    "gains.middle": "{share} bougent de\nmoins d’un euro",
    "gains.by_placebo": "placebo : rien ne se passe",
    "gains.policy_gain": "gagnent plus avec la politique",
    "gains.policy_lose": "gagnent moins avec la politique",
    "effects.some": " – {few} des {every} politiques, celles qui changent le plus les gains",
    "path.title": "{policy} : gains de tous {pay} le premier trimestre, {later} le dernier",
    "path.title_unclear": "{policy} : pas de variation nette des gains de tous, ni le premier trimestre ni le dernier",
    "path.alt": "Courbes hebdomadaires de la variation relative des gains, des tâches faites et des personnes vues, "
    "sommes de quatre semaines, avec bandes à 95 % ; nulle jusqu’au début de la politique. {rows}.",
    "path.week": "semaines depuis le début de la politique",
    "path.axis": "variation",
}
