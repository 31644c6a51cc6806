"""The tables of price lists: lines, differences of two versions, remarks on a file."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.urls import reverse

from fanal.depots.lecture import Anomalie
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau
from fanal.prix.compute.differences import Bilan, Difference
from fanal.prix.queries.prix import LigneActuelle

ORIGINES = {"bpu": ("Bordereau", "neutre"), "revision": ("Révision", "information")}
ORIGINES |= {"avenant": ("Avenant", "information"), "promotion": ("Promotion", "attention")}
ETATS = {True: ("Échue", "neutre"), False: ("En cours", "decide")}
AVIS = {
    "favorable": ("Favorable", "decide"),
    "reserve": ("Avec réserve", "attention"),
    "defavorable": ("Défavorable", "refus"),
}
LIVRETS = {
    "au_livret": ("Au livret", "decide"),
    "hors_livret": ("Hors livret", "neutre"),
    "en_cours": ("Demande en cours", "attente"),
}
GENRES = {
    "hausse": ("Hausse", "attention"),
    "baisse": ("Baisse", "decide"),
    "ajoutee": ("Ajoutée", "information"),
    "retiree": ("Retirée", "refus"),
    "modifiee": ("Modifiée", "neutre"),
    "echue": ("Échue : ne bouge pas", "neutre"),
    "inchangee": ("Inchangée", "neutre"),
}
GRAVITES = {
    "refus": ("Ligne écartée", "refus"),
    "controle": ("À contrôler", "attention"),
    "information": ("Information", "information"),
}


def decimales(prices: Iterable[Decimal | None]) -> int:
    """The same number of decimals for a whole column: two at least, six at most."""
    known = [p for p in prices if p is not None]
    digits = [-int(p.normalize().as_tuple().exponent) for p in known]
    return min(6, max(2, *digits)) if digits else 2


def table_lignes(lines: Sequence[LigneActuelle]) -> Tableau:
    """The lines of the list with their price on the day of the page."""
    digits = decimales([x for line in lines for x in (line.ligne.prix_unitaire_ht, _prix(line))])
    drugs = any(line.ligne.avis_comedims or line.ligne.livret for line in lines)
    return Tableau(
        nom="lignes",
        titre="Lignes du bordereau",
        lignes=lines,
        vide="Aucune ligne.",
        colonnes=[
            Colonne(
                "cle",
                "Ligne",
                "lien",
                valeur=lambda x: x.ligne.cle,
                lien=lambda x: reverse("prix:ligne", args=[x.ligne.version.marche_id, x.ligne.pk]),
            ),
            Colonne("libelle", "Libellé", valeur=lambda x: x.ligne.libelle),
            Colonne("type_code", "Type", valeur=lambda x: x.ligne.type_code, visible=False),
            Colonne("code", "Code", valeur=lambda x: x.ligne.code),
            Colonne("unite", "Unité", valeur=lambda x: x.ligne.unite),
            Colonne("cond", "Cond.", "nombre", valeur=lambda x: x.ligne.conditionnement, visible=False),
            Colonne(
                "liste",
                "Prix du bordereau",
                "montant",
                unite="€ HT",
                decimales=digits,
                valeur=lambda x: x.ligne.prix_unitaire_ht,
                visible=False,
            ),
            Colonne(
                "prix",
                "Prix à cette date",
                "montant",
                unite="€ HT",
                decimales=digits,
                valeur=_prix,
                absence=Absence.SANS_OBJET,
            ),
            Colonne("depuis", "Depuis", "date", valeur=lambda x: x.courant.depuis if x.courant else None),
            Colonne(
                "origine",
                "Origine",
                "etat",
                etats=ORIGINES,
                choix=True,
                valeur=lambda x: x.courant.origine if x.courant else None,
            ),
            Colonne(
                "tva",
                "TVA",
                "nombre",
                unite="%",
                decimales=1,
                valeur=lambda x: x.ligne.taux_tva,
                visible=False,
            ),
            Colonne(
                "quantite",
                "Quantité estimée",
                "nombre",
                valeur=lambda x: x.ligne.quantite_estimee,
                absence=Absence.NON_RENSEIGNE,
                visible=False,
            ),
            Colonne("fin", "Fin", "date", valeur=lambda x: x.fin or Absence.NON_RENSEIGNE, visible=False),
            Colonne("echue", "État", "etat", etats=ETATS, choix=True, valeur=lambda x: x.echue),
            Colonne(
                "avis",
                "COMEDIMS",
                "etat",
                etats=AVIS,
                choix=drugs,
                visible=drugs,
                valeur=lambda x: x.ligne.avis_comedims,
            ),
            Colonne(
                "livret",
                "Livret",
                "etat",
                etats=LIVRETS,
                choix=drugs,
                visible=drugs,
                valeur=lambda x: x.ligne.livret,
            ),
        ],
    )


def _prix(line: LigneActuelle) -> Decimal | None:
    return line.courant.prix if line.courant else None


def table_differences(bilan: Bilan, en_vigueur: Mapping[str, Decimal] | None = None) -> Tableau:
    """Line by line: before, after, per cent, euros; the price in force beside them when it is given."""
    held = en_vigueur or {}
    prices = [p for d in bilan.differences for p in (d.prix_avant, d.prix_apres, held.get(d.cle))]
    digits = decimales(prices)
    return Tableau(
        nom="differences",
        titre="Différences ligne par ligne",
        lignes=[d for d in bilan.differences if d.genre != "inchangee"],
        vide="Aucune différence avec la version précédente.",
        colonnes=[
            Colonne("cle", "Ligne"),
            Colonne("libelle", "Libellé"),
            Colonne("genre", "Différence", "etat", etats=GENRES, choix=True),
            Colonne(
                "prix_avant", "Avant", "montant", unite="€ HT", decimales=digits, absence=Absence.SANS_OBJET
            ),
            Colonne(
                "prix_apres", "Après", "montant", unite="€ HT", decimales=digits, absence=Absence.SANS_OBJET
            ),
            Colonne(
                "vigueur",
                "En vigueur",
                "montant",
                unite="€ HT",
                decimales=digits,
                valeur=lambda d: held.get(d.cle),
                absence=Absence.SANS_OBJET,
                visible=bool(held),
            ),
            Colonne("variation", "Variation", "taux", valeur=_variation, absence=Absence.SANS_OBJET),
            Colonne("quantite", "Quantité estimée", "nombre", absence=Absence.NON_RENSEIGNE),
            Colonne("enjeu", "Effet annuel", "montant", total="somme", absence=Absence.NON_CALCULABLE),
            Colonne(
                "champs", "Autres changements", valeur=lambda d: " ; ".join(d.champs) or Absence.SANS_OBJET
            ),
        ],
    )


def _variation(d: Difference) -> Decimal | None:
    if d.variation is None:
        return None
    return Decimal(d.variation.numerator) / Decimal(d.variation.denominator)


def table_anomalies(notes: Sequence[Anomalie]) -> Tableau | None:
    """What the file says wrong, with the cell; None when there is nothing."""
    if not notes:
        return None
    return Tableau(
        nom="anomalies",
        titre="Lignes écartées et remarques",
        lignes=list(notes),
        vide="Aucune remarque.",
        colonnes=[
            Colonne("ligne", "Ligne du fichier", "entier", absence=Absence.SANS_OBJET),
            Colonne("colonne", "Colonne", choix=True),
            Colonne("valeur", "Valeur"),
            Colonne("gravite", "Gravité", "etat", etats=GRAVITES, choix=True),
            Colonne("phrase", "Remarque"),
        ],
    )
