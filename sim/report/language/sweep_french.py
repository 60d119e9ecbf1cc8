"""What a sweep's figures say, in French; `sim.report.language.sweep_english` has the same keys."""

WORDS = {
    "sweep.title": "Le plus sensible à {parameter} : {outcome}, {low} pour {at_low} et {high} pour {at_high}",
    "sweep.one_title": "Le plus sensible à {parameter}, en moyenne sur le reste : {outcome}, {low} pour {at_low} et "
    "{high} pour {at_high}",
    "sweep.chance_title": "Le plus sensible au seul hasard : {outcome}, {mean} avec un écart-type de {sd}",
    "sweep.still_title": "Rien ici ne change plus que par hasard",
    "sweep.curves_alt": "Courbes des moyennes des exécutions avec intervalles à 95 %, selon {parameter} : {rows}.",
    "sweep.map_alt": "Cartes de chaleur des moyennes des exécutions, {first} et {second} : {rows}.",
    "sweep.intervals_alt": "Moyennes des exécutions avec intervalles à 95 %, côte à côte : {rows}.",
    "sweep.row": "{outcome}, de {low} ({at_low}) à {high} ({at_high})",
    "sweep.all": "toutes les exécutions",
    "sweep.single_note": "une exécution de chaque",
    "sweep.single_persons_note": "une exécution de chaque, personnes",
    "sweep.curves_note": "ligne : moyenne de {runs} exécutions ; bande : son intervalle à 95 %",
    "sweep.map_note": "moyennes de {runs} exécutions",
    "sweep.map_persons_note": "moyennes de {runs} exécutions, personnes",
    "sweep.intervals_note": "grand : moyenne de {runs} exécutions ; barre : son intervalle à 95 % ; points : les "
    "exécutions",
    "sweep.persons": "personnes",
    "sweep.outcome.active": "Venus le dernier mois",
    "sweep.outcome.earned_mean_euro": "Gain mensuel moyen",
    "sweep.outcome.hourly_median_euro": "Gain horaire médian",
    "sweep.outcome.hours_week_mean": "Heures par semaine",
    "sweep.outcome.empty_share": "Consultations sans résultat",
    "sweep.outcome.gini_earners": "Gini des gains",
    "sweep.outcome.reading.very_active": "Très actifs, mesurés",
    "sweep.outcome.reading.regular": "Réguliers, mesurés",
    "sweep.outcome.reading.occasional": "Occasionnels, mesurés",
    "sweep.outcome.truth.very_active": "Très actifs, en vérité",
    "sweep.outcome.truth.regular": "Réguliers, en vérité",
    "sweep.outcome.truth.occasional": "Occasionnels, en vérité",
}
