"""The closed lists of the DECP schema 2.0.3, and the older labels whose meaning today is certain.

An older label is translated only when the code of public procurement says that it is the same thing; any
other label is unknown, and the text received is kept.
"""

import re
from functools import lru_cache

from fanal.depots.noms import normaliser

NATURES = ("Marché", "Marché de partenariat", "Marché de défense ou de sécurité")
PROCEDURES = (
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Procédure avec négociation",
    "Marché passé sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
)
TECHNIQUES = (
    "Accord-cadre",
    "Concours",
    "Système de qualification",
    "Système d'acquisition dynamique",
    "Catalogue électronique",
    "Enchère électronique",
    "Sans objet",
)
MODALITES = ("Tranches", "Bons de commande", "Marchés subséquents", "Sans objet")
CCAG = (
    "Travaux",
    "Maitrise d'œuvre",
    "Fournitures courantes et services",
    "Marchés industriels",
    "Prestations intellectuelles",
    "Techniques de l'information et de la communication",
    "Pas de CCAG",
)
GROUPEMENTS = ("Conjoint", "Solidaire", "Pas de groupement")
TYPES_PRIX = ("Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire")
FORMES_PRIX = ("Unitaire", "Forfaitaire", "Mixte")
SOCIALES = ("Clause sociale", "Critère social", "Marché réservé", "Pas de considération sociale")
ENVIRONNEMENTALES = (
    "Clause environnementale",
    "Critère environnemental",
    "Pas de considération environnementale",
)
TYPES_LIEU = (
    "Code postal",
    "Code commune",
    "Code arrondissement",
    "Code canton",
    "Code département",
    "Code région",
    "Code pays",
)

LISTES: dict[str, tuple[str, ...]] = {
    "nature": NATURES,
    "procedure": PROCEDURES,
    "techniques": TECHNIQUES,
    "modalitesExecution": MODALITES,
    "ccag": CCAG,
    "typeGroupementOperateurs": GROUPEMENTS,
    "typesPrix": TYPES_PRIX,
    "formePrix": FORMES_PRIX,
    "considerationsSociales": SOCIALES,
    "considerationsEnvironnementales": ENVIRONNEMENTALES,
    "lieuExecution.typeCode": TYPES_LIEU,
}

SANS_CONCURRENCE = "Marché passé sans publicité ni mise en concurrence préalable"
NEGOCIATION = "Procédure avec négociation"
# L2122-1 CCP: the contract "négocié sans publicité ni mise en concurrence" of 2016 is the one "passé sans".
# L2124-3 CCP: one procedure with negotiation replaces those of 2016, "concurrentielle avec négociation"
# (pouvoirs adjudicateurs) and "négociée avec mise en concurrence préalable" (entités adjudicatrices).
ANCIENS: dict[str, dict[str, str]] = {
    "nature": {"marche public": "Marché"},
    "procedure": {
        "marche negocie sans publicite ni mise en concurrence prealable": SANS_CONCURRENCE,
        "marche public negocie sans publicite ni mise en concurrence prealable": SANS_CONCURRENCE,
        "marche public passe sans publicite ni mise en concurrence prealable": SANS_CONCURRENCE,
        "procedure concurrentielle avec negociation": NEGOCIATION,
        "procedure negociee avec mise en concurrence prealable": NEGOCIATION,
    },
}
# DECP 1.5: what is a technique since 2.0 was a nature then.
ACCORD_CADRE, SUBSEQUENT = "accordcadre", "marchesubsequent"
# DECP 1.5 `formePrix` said how the price varies: that is `typesPrix` since 2.0 (R2112-7 to R2112-14 CCP;
# provisional prices had no label then).
VARIATIONS = {
    "ferme": "Définitif ferme",
    "fermeetactualisable": "Définitif actualisable",
    "revisable": "Définitif révisable",
}
TYPES_IDENTIFIANT = {"TVA_INTRACOMMUNAUTAIRE": "TVA", "HORS_UE": "HORS-UE"}


@lru_cache(maxsize=64)
def _table(nom: str) -> dict[str, str]:
    return {normaliser(k): v for k, v in ANCIENS.get(nom, {}).items()} | {
        normaliser(v): v for v in LISTES[nom]
    }


@lru_cache(maxsize=4096)
def trouver(nom: str, texte: str) -> str:
    """The label of DECP 2.0.3 that this text means in the field *nom*, "" when that is not certain.

    Case, accents and punctuation do not count; where letters were lost ("Proc\ufffddure adapt\ufffde"), the
    label is the only one of the list that the letters left allow.
    """
    if "\ufffd" not in texte:
        return _table(nom).get(normaliser(texte), "")
    reste = re.compile(".".join(re.escape(part) for part in texte.split("\ufffd")), re.IGNORECASE)
    possibles = [label for label in LISTES[nom] if reste.fullmatch(label)]
    return possibles[0] if len(possibles) == 1 else ""


_EXACTS = {nom: frozenset(labels) for nom, labels in LISTES.items()}


def tous_exacts(nom: str, textes: list[object]) -> bool:
    """Whether these are all labels of the list, letter for letter."""
    exacts = _EXACTS[nom]
    return all(isinstance(t, str) and t in exacts for t in textes)


def exact(nom: str, texte: str) -> bool:
    """Whether the text is the label itself, letter for letter."""
    return texte in _EXACTS[nom]
