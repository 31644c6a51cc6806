"""The indicators of contracts and their definitions in words: what the pages and the API print."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Indicateur:
    """An indicator: its name and its definition in words.

    `portee`: "stock" looks at every contract, "flux" at those notified in the year asked for.
    `mesure`: "part" (yes over able to answer) or "moyenne" (mean of `offres`).
    """

    code: str
    titre: str
    definition: str
    portee: Literal["stock", "flux"]
    mesure: Literal["part", "moyenne"] = "part"
    objectif: str = ""


INDICATEURS: dict[str, Indicateur] = {
    i.code: i
    for i in (
        Indicateur(
            "fin_proche",
            "Prennent fin dans les six mois",
            "Marchés en cours dont la période se termine dans les six mois, rapportés aux marchés en "
            "cours. Un marché dont l'échéance est inconnue ne peut pas répondre.",
            "stock",
        ),
        Indicateur(
            "expire_utilise",
            "Expirés et encore utilisés",
            "Marchés expirés sur lesquels une consommation postérieure à leur fin a été reçue, "
            "rapportés aux marchés expirés dont une consommation est connue. Sans consommation reçue,"
            " le marché ne peut pas répondre.",
            "stock",
        ),
        Indicateur(
            "maximum_depasse",
            "Maximum dépassé",
            "Marchés dont la consommation de tous les établissements dépasse le maximum, rapportés à "
            "ceux dont le maximum et la consommation sont connus.",
            "stock",
        ),
        Indicateur(
            "maximum_risque",
            "Maximum atteint avant la fin",
            "Marchés en cours dont le maximum serait épuisé avant la fin au rythme constaté des "
            "consommations, rapportés aux marchés en cours dont le maximum, la consommation et "
            "l'échéance sont connus.",
            "stock",
        ),
        Indicateur(
            "echeance_inconnue",
            "Échéance inconnue",
            "Marchés sans date de notification ou sans durée, dont la fin ne peut pas être calculée, "
            "rapportés à tous les marchés.",
            "stock",
        ),
        Indicateur(
            "anomalies",
            "Avec une anomalie à lever",
            "Marchés portant au moins une anomalie reçue à l'import et non levée, rapportés à tous "
            "les marchés.",
            "stock",
        ),
        Indicateur(
            "offres",
            "Offres reçues en moyenne",
            "Moyenne du nombre d'offres reçues (offresRecues, irrégulières comprises) des marchés "
            "notifiés dans l'année ; en montant, moyenne pondérée par le montant du marché.",
            "flux",
            "moyenne",
        ),
        Indicateur(
            "offre_unique",
            "Une seule offre reçue",
            "Marchés notifiés dans l'année n'ayant reçu qu'une offre, rapportés à ceux dont le nombre"
            " d'offres est connu, toutes procédures confondues.",
            "flux",
        ),
        Indicateur(
            "innovation",
            "Marchés innovants",
            "Marchés notifiés dans l'année déclarés innovants (marcheInnovant), rapportés à ceux qui "
            "le disent.",
            "flux",
        ),
        Indicateur(
            "environnement",
            "Considération environnementale",
            "Marchés notifiés dans l'année portant au moins une clause ou un critère environnemental,"
            " rapportés à ceux qui le disent (considerationsEnvironnementales). L'objectif du plan "
            "national pour des achats durables (PNAD) porte sur le nombre.",
            "flux",
            objectif="environnementale",
        ),
        Indicateur(
            "social",
            "Considération sociale",
            "Marchés notifiés dans l'année portant au moins une clause ou un critère social, ou "
            "réservés, rapportés à ceux qui le disent (considerationsSociales). L'objectif du PNAD "
            "porte sur le nombre.",
            "flux",
            objectif="sociale",
        ),
        Indicateur(
            "publication_tardive",
            "Données essentielles publiées en retard",
            "Marchés notifiés dans l'année dont les données essentielles ont été publiées plus de "
            "deux mois après la notification (R2196-1), ou ne le sont pas encore alors que ce délai "
            "est passé, rapportés aux marchés soumis à publication dont le délai est passé. Un marché"
            " sans montant ne peut pas répondre depuis que le seuil est enregistré (2024) ; avant le "
            "01/04/2019, la règle ne l'est pas.",
            "flux",
        ),
    )
}

CHAMPS: Mapping[str, str] = {
    "notification": "Date de notification",
    "fin": "Échéance",
    "duree": "Durée",
    "montant_c": "Montant",
    "cpv": "Code CPV",
    "procedure": "Procédure",
    "titulaires_valides": "Identifiant des titulaires exact",
    "offres": "Nombre d'offres reçues",
    "environnement": "Considérations environnementales",
    "social": "Considérations sociales",
    "innovant": "Marché innovant",
    "publication": "Date de publication",
}
