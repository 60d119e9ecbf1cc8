"""Ce que le rapport dit des instruments, en français ; mêmes clés que `sim.report.language.tiers_english`."""

INSTRUMENTS = {
    "capture-recapture": "capture-recapture",
    "monthly visitors": "visiteurs du mois",
    "registrations": "inscriptions",
}
# Why something cannot be compared: what instruments say in English, and the same in French.
REASONS = (
    (r"platform=(\w+) has no (\w+) to hold the survey on", r"platform=\1 n'a pas de \2 où poser le questionnaire"),
    (r"platform=(\w+) is not the seven platforms of the estimate", r"platform=\1 n'est pas les sept plateformes de "
     r"l'estimation"),
    (r"the survey was not held, or a wave caught nobody", r"l'enquête n'a pas eu lieu, ou une vague n'a pris personne"),
    (r"the survey was not held, or nobody was caught twice", r"l'enquête n'a pas eu lieu, ou personne n'a été pris "
     r"deux fois"),
    (r"nobody was caught twice \(n1 = (\d+), n2 = (\d+)\)", r"personne n'a été pris deux fois (n1 = \1, n2 = \2)"),
    (r"counts x ([\d.]+): population=(\w+)", r"effectifs x \1 : population=\2"),
    (r"nobody answered: no survey, or no platform to hold it on", r"aucune réponse : pas d'enquête, ou pas de "
     r"plateforme où la poser"),
    (r"asks about every site and app; only the seven are modelled here", r"porte sur tous les sites et applications ; "
     r"seules les sept plateformes sont modélisées ici"),
    (r"nobody earned anything in the last month", r"personne n'a rien gagné le dernier mois"),
    (r"no work on biface platforms", r"pas de travail sur les plateformes bifaces"),
    (r"needs six months of the record", r"il faudrait six mois de données"),
    (r"nobody of the first month recorded is left", r"il ne reste personne du premier mois conservé"),
    (r"participation does not decay", r"la participation ne décroît pas"),
    (r"no client spent anything", r"aucun client n'a rien dépensé"),
    (r"no new client was watched for a year", r"aucun nouveau client n'a été suivi un an"),
    (r"nobody is under a deep-labour contract", r"personne n'a de contrat de deep labor"),
    (r"needs both structures in one market; .*", r"il faudrait les deux structures sur un même marché"),
    (r"no instrument here reads it", r"aucun instrument d'ici ne le lit"),
    (r"the reading is not a number", r"la lecture n'est pas un nombre"),
)  # fmt: skip

WORDS = {
    # trois lectures
    "readings.title": "La capture-recapture lit {very_active_ratio} fois les vrais très actifs, les visiteurs du mois "
    "{regular_ratio} fois les actifs du mois, les inscriptions {occasional_ratio} fois les inscrits",
    "readings.two": "Les visiteurs du mois donnent {regular_ratio} fois les actifs du mois, les inscriptions "
    "{occasional_ratio} fois les inscrits ; la capture-recapture ne donne rien ici",
    "readings.none": "Aucun instrument de l'estimation publiée ne lit ce marché ; en vérité {very_active} personnes "
    "sont très actives, {regular} actives dans le mois, {occasional} inscrites",
    "readings.alt": "Trois rangs sur une échelle log de personnes, chacun avec la valeur publiée, la lecture de "
    "l'instrument ({interval}) et la vérité. Très actifs : publié {very_active_published}, lu "
    "{very_active_reading}, en vérité {very_active}. Réguliers : {regular_published}, {regular_reading}, {regular}. "
    "Occasionnels : {occasional_published}, {occasional_reading}, {occasional}.",
    "readings.published": "publié",
    "readings.reading": "lu par l'instrument ({interval})",
    "readings.interval": "intervalle à 95 %",
    "readings.quantiles": "moyenne et 5 à 95 % des graines",
    "readings.over": "Sur {seeds} graines, en moyenne : {finding}",
    "readings.truth": "vérité",
    "readings.missing": "pas de lecture",
    "readings.persons": "personnes (échelle log)",
    # qui est pris
    "capture.title": "Avec {often} consultations ou plus le mois d'avant, on est pris {ratio} fois plus souvent "
    "qu'avec 1 à {seldom} ; l'effectif est à {found} de ce qu'il serait si tous se prenaient aussi bien",
    "capture.often_only": "Seuls ceux qui consultent souvent sont pris : {high} avec {often} consultations ou plus le "
    "mois d'avant, personne avec 1 à {seldom}",
    "capture.short": "Avec {often} consultations ou plus le mois d'avant, on est pris {ratio} fois plus souvent "
    "qu'avec 1 à {seldom}",
    "capture.none": "Personne n'a été pris : pas de questionnaire ici, ou les mois d'avant ne sont pas conservés",
    "capture.alt": "À gauche, échelle log, la probabilité d'être pris dans une vague selon les consultations du mois "
    "d'avant : {low} de 1 à {seldom} consultations, {high} à partir de {often} (intervalles à 95 % ; triangles : "
    "personne n'est pris, au plus tant ; carré du coefficient de variation entre classes {cv2}). À droite, la part de "
    "ces classes parmi les inscrits et parmi les pris : à partir de {often} consultations, {few} des inscrits et "
    "{busy} des pris.",
    "capture.probability": "Pris dans une vague (échelle log)",
    "capture.alike": "si tous se prenaient aussi bien",
    "capture.who": "Qui ils sont",
    "capture.people": "inscrits",
    "capture.caught": "pris",
    "capture.looks": "consultations du mois d'avant",
    "capture.no_look": "aucune",
    "capture.more": "{looks} ou plus",
    # biais et dispersion
    "bias.title": "Plus les gens diffèrent, moins l'effectif de Petersen en trouve : {theory} en théorie, à la "
    "dispersion due ici à la seule activité (cv\u00b2 = {cv2}), {found} dans l'enquête simulée",
    "bias.alone": "Plus les gens diffèrent, moins l'effectif de Petersen en trouve : 1 / (1 + cv\u00b2)",
    "bias.alt": "Une courbe décroissante : part des personnes que trouve l'effectif de Petersen selon le carré du "
    "coefficient de variation des probabilités de capture, 1 / (1 + cv\u00b2). Les essais sur des populations fermées "
    "s'y placent (écart d'au plus {off}). Une étoile marque l'enquête simulée : dispersion due à l'activité {cv2}, "
    "effectif à {found} de ce qu'il serait si tous ceux venus les mois des vagues se prenaient aussi bien.",
    "bias.theory": "théorie, 1 / (1 + cv\u00b2)",
    "bias.trials": "essais sur des populations fermées (95 %)",
    "bias.here": "l'enquête simulée, sur son effectif si tous se prenaient aussi bien",
    "bias.spread": "carré du coefficient de variation des probabilités de capture",
    "bias.found": "effectif estimé / vrai",
    # de la lecture à la vérité
    "gap.title": "De {reading} lus à {truth} vrais très actifs : « {first} » rend la lecture {first_factor} fois trop "
    "{first_moves}, « {second} » {second_factor} fois trop {second_moves}",
    "gap.none": "Pas de lecture des très actifs ici, donc pas d'écart à décomposer",
    "gap.up": "haute",
    "gap.down": "basse",
    "gap.alt": "Un escalier de personnes par catégorie, de la lecture de l'instrument à la vérité : {steps}.",
    "gap.step": "{tier}, {step} : {value}",
    "gap.persons": "personnes",
    "gap.log": "échelle log",
    "gap.reading": "lecture",
    "step.reading": "lecture",
    "step.quota": "quota",
    "step.heterogeneity": "capture inégale",
    "step.turnover": "va-et-vient",
    "step.frequency": "au mois, non à la semaine",
    "step.dormancy": "comptes dormants",
    "step.carried over": "extrapolation",
    "step.panel": "panel",
    "step.calendar": "mois civil",
    "step.duplicates": "seconds comptes",
    "step.divisor": "diviseur",
    "truth.very active": "vrais très actifs",
    "truth.regular": "vrais actifs du mois",
    "truth.occasional": "vrais inscrits",
    # ce qui déplace les lectures
    "moves.title": "Quand la demande double, les très actifs lus varient de {reading}, les vrais de {truth}",
    "moves.none": "Comment lectures et vérités bougent avec le marché",
    "moves.alt": "Par catégorie, lecture et vérité rapportées à la base sous d'autres marchés et instruments, "
    "intervalles à 95 % : {steps}.",
    "moves.step": "{tier}, {variant} : lecture {reading}, vérité {truth}",
    "moves.ratio": "par rapport à la base (échelle log)",
    "moves.reading": "lecture",
    "moves.truth": "vérité",
    "variant.base": "comme demandé",
    "variant.demand_double": "demande doublée",
    "variant.demand_half": "demande divisée par deux",
    "variant.steady": "demande stable",
    "variant.volatile": "demande volatile",
    "variant.closed": "inscriptions closes tôt",
    "variant.quota": "quota décuplé",
    "variant.divisor": "diviseur 1,27",
    "variant.duplicates": "10 % de seconds comptes",
    "variant.devices": "1,3 appareil par visiteur",
    # la vérité, niveau par niveau
    "page.truths": "La vérité, niveau par niveau",
    "page.gap": "De la lecture à la vérité",
    "page.moves": "Ce qui déplace les lectures",
    "truths.about": "Seule une simulation peut imprimer ce tableau : combien de personnes sont actives, et à quel "
    "point, quoi que disent les instruments. Tout le travail de la dernière année, payé ou non, équivaut à {fte} "
    "emplois de 35 heures par semaine.",
    "truths.short": "Seule une simulation peut imprimer ce tableau : combien de personnes sont actives, et à quel "
    "point, quoi que disent les instruments.",
    "truths.caption": "Personnes et comptes à la fin, à l'échelle de l'exécution ; pour le travail comme pour la "
    "recherche, un niveau contient le suivant, et la deuxième colonne compte chacun une fois, au plus haut "
    "niveau atteint",
    "truths.level": "Niveau",
    "truths.people": "Personnes",
    "truths.disjoint": "À ce niveau seul",
    "truths.accounts": "Comptes",
    "truths.here": "Sur {name}",
    "level.registered": "inscrits",
    "level.ever worked": "ont déjà fait une tâche",
    "level.ever paid": "ont déjà eu une tâche acceptée",
    "level.active in the month": "ont cherché dans les 30 derniers jours",
    "level.active in the week": "ont cherché dans les 7 derniers jours",
    "level.very active": "ont cherché chacune des quatre dernières semaines",
    # la page de l'expérience
    "study.title": "Trois lectures d'une même population, sur de nombreuses graines",
    "study.story": "Le marché a été exécuté {seeds} fois avec des graines différentes, {registered} inscrits chaque "
    "fois, et chaque fois les instruments de l'estimation publiée ont été appliqués comme ses auteurs l'ont fait.",
    "study.variants": "D'autres marchés et d'autres quotas ont été exécutés avec les mêmes graines sur {people} "
    "personnes, dont chacune en représente {number} ; ce qui ne change que l'instrument se lit sur les mêmes "
    "exécutions.",
    "study.closed": "Le modèle n'a pas de date où une plateforme ferme les inscriptions. On l'imite sur {name} en y "
    "faisant ouvrir presque tous les comptes au début (sign_up_growth = 0.1) ; ceux des autres plateformes peuvent "
    "encore s'y inscrire.",
    "study.verdict": "Les {published} {tier} publiés sont {where} des lectures simulées : {below} des graines lisent "
    "moins.",
    "study.few": "En moyenne {number} personnes sont prises deux fois : avec si peu, l'effectif se disperse, et vers "
    "le haut.",
    "study.within": "à l'intérieur",
    "study.outside": "à l'extérieur",
    "study.tiers_caption": "Moyenne des lectures et leur écart type entre graines, estimations de l'enquête (rapport : "
    "lecture sur estimation) et vérité moyenne",
    "study.gap_about": "Chaque ligne corrige une étape de plus de l'instrument ; la dernière est la vérité. Le facteur "
    "dit combien de fois l'étape rend la lecture trop haute (au-dessus de 1) ou trop basse (au-dessous) ; les parts de "
    "l'écart sont sur une échelle log et somment à 100 %. « Seule » : la lecture si cette étape seule était juste.",
    "study.gap_caption": "De la lecture à la vérité, moyennes sur les graines et erreurs types",
    "study.gap_step": "Catégorie et étape corrigée",
    "study.value": "Lecture alors",
    "study.factor": "Facteur",
    "study.share": "Part de l'écart",
    "study.alone": "Seule",
    "study.moves_about": "Les mêmes graines, donc presque le même hasard ; rapports à la base avec erreurs types entre "
    "graines.",
    "study.moves_caption": "Lectures et vérités quand le marché ou l'instrument change",
    "study.variant": "Changement",
    "study.moves_reading": "Lecture",
    "study.moves_truth": "Vérité",
    "study.ratio": "Rapport",
    "study.targets_caption": "Valeurs publiées et moyennes sur les graines avec leur écart type ; la plus éloignée de "
    "sa fourchette d'abord",
    "step.meaning.reading": "telle que l'instrument la donne",
    "step.meaning.quota": "les vagues ferment à un quota, que prennent les plus rapides ; corrigé : quota décuplé",
    "step.meaning.heterogeneity": "qui consulte plus est plus souvent pris ; corrigé : tous ceux venus le mois d'une "
    "vague, aussi bien les uns que les autres",
    "step.meaning.turnover": "on va et vient entre les vagues ; corrigé : ceux venus dans les 30 derniers jours",
    "step.meaning.frequency": "venir une fois par mois suffit pour être pris ; corrigé : ceux qui ont cherché "
    "chacune des quatre dernières semaines",
    "step.meaning.dormancy": "extrapolé en proportion des inscriptions ; corrigé : des comptes vus dans les 30 "
    "derniers jours (occasionnels : dans l'année)",
    "step.meaning.carried over": "les autres plateformes sont supposées comme celle de l'enquête ; corrigé : "
    "comptés sur chacune",
    "step.meaning.panel": "des appareils sont comptés, sur échantillon ; corrigé : chaque visiteur une fois",
    "step.meaning.calendar": "visiteurs d'un mois civil ; corrigé : des 30 derniers jours",
    "step.meaning.duplicates": "seconds comptes d'une même personne sur une plateforme ; corrigé : aucun",
    "step.meaning.divisor": "les comptes sont divisés par les plateformes par personne publiées ; corrigé : par les "
    "vraies, dans cette catégorie",
}
