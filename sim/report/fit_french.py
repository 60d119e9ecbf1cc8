"""Ce que disent les figures du calage et de la sensibilité ; mêmes clés que `sim.report.fit_english`."""

WORDS = {
    "posterior.parameters": "Les chiffres publiés renseignent sur {told} des {all} paramètres libres "
    "(tirets : a priori ; plein : a posteriori ; trait : meilleur point)",
    "posterior.parameters_alt": "Un petit histogramme par paramètre libre : a priori et a posteriori. Nettement plus "
    "étroits que l'a priori : {told}.",
    "posterior.none": "aucun",
    "posterior.pairs": "Des paramètres se compensent : surtout {one} et {other}",
    "posterior.pairs_alt": "Nuages de tirages a posteriori ; corrélations : {pairs}.",
    "posterior.correlation": "corrélation {value}",
    "posterior.predictions": "{inside} des {all} chiffres ajustés sont dans leur fourchette pour le marché médian tiré "
    "de la loi a posteriori",
    "posterior.predictions_alt": "Prédiction médiane rapportée à la valeur publiée : {rows}.",
    "posterior.relative": "Rapporté à la valeur publiée\n(bande : fourchette publiée ; trait : 5 à 95 % des marchés)",
    "posterior.recovery": "Sur {sets} marchés aux paramètres connus, {share} des vraies valeurs sont dans leur "
    "intervalle à 90 %",
    "posterior.recovery_alt": "Histogramme par paramètre de la masse a posteriori sous la vraie valeur ; plat si la "
    "loi est juste. En gris : 95 % du hasard.",
    "validation.title": "{inside} des {all} chiffres jamais ajustés sont dans leur fourchette",
    "sensitivity.title": "{first} déplace le plus {outcome} : {share} de sa variance",
    "sensitivity.none": "Aucun paramètre libre ne déplace un résultat plus qu'un paramètre sans effet",
    "sensitivity.alt": "Barres par résultat et paramètre : part totale de la variance, intervalles à 95 %. Les plus "
    "grandes : {rows}.",
    "sensitivity.axis": "Part totale de la variance (trait : intervalle à 95 % ; tirets : paramètre sans effet)",
}
