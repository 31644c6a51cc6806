"""The cells of a line, as a person types them in a given layout."""

from datetime import date
from decimal import Decimal
from typing import Any

from fanal.demonstration.classeurs.mises_en_page import MiseEnPage
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import Ligne

MONTANTS = {
    "montant_reference_ttc": "reference",
    "perimetre_traite_ttc": "perimetre",
    "gain_annuel_ttc": "gain",
    "gain_previsionnel_ttc": "previsionnel",
}
PRIX = {"prix_reference_ttc": "prix_reference", "prix_nouveau_ttc": "prix_nouveau"}
DATES = {"date_premiere_commande": "date", "date_prevue": "date_prevue"}
TEXTES = {
    "role": "role",
    "famille": "famille",
    "domaine": "domaine",
    "categorie": "categorie",
    "intitule": "intitule",
    "operateur": "operateur",
    "nom_operateur": "nom_operateur",
    "nature_depense": "nature",
    "type_effet": "type_effet",
    "cause_prix": "cause",
    "calcul": "calcul",
    "explication": "explication",
    "statut": "statut",
    "identifiant": "identifiant",
    "numero_marche": "numero_marche",
}
# Fields whose absence people write rather than leave empty.
ECRITS_ABSENTS = {"montant_reference_ttc", "gain_annuel_ttc", "perimetre_traite_ttc"}


def cells(ligne: Ligne, page: MiseEnPage, alea: Alea) -> list[Any]:
    """The row of a line under the layout's titles, extra columns included."""
    return [_cell(ligne, champ, page) for champ in page.champs] + _extras(ligne, page, alea)


def _cell(ligne: Ligne, champ: str, page: MiseEnPage) -> Any:
    if champ in MONTANTS:
        centimes = getattr(ligne, MONTANTS[champ])
        if centimes is None:
            return page.absence if champ in ECRITS_ABSENTS else None
        return french(Decimal(centimes) / 100) if page.texte else centimes / 100
    if champ in PRIX:
        prix = getattr(ligne, PRIX[champ])
        return None if prix is None else french(prix) if page.texte else float(prix)
    if champ in DATES:
        jour: date | None = getattr(ligne, DATES[champ])
        return f"{jour:%d/%m/%Y}" if page.texte and jour else jour
    if champ == "quantite_reference":
        return ligne.quantite
    if champ == "duree_amortissement":
        return ligne.duree
    if champ == "finess":
        return int(ligne.finess) if page.nombres and ligne.finess.isdigit() else ligne.finess
    texte = getattr(ligne, TEXTES[champ])
    return page.codes.get(champ, {}).get(texte, texte) or None


def _extras(ligne: Ligne, page: MiseEnPage, alea: Alea) -> list[Any]:
    valeurs: dict[str, Any] = {
        "Performance (%)": _performance(ligne),
        "Suivi interne": "à revoir avec le service" if alea.unite() < 0.08 else None,
        "Commentaire DGOS": None,
        "Pôle": alea.parmi(("Pharmacie", "Technique", "Logistique", "Plateau technique")),
    }
    return [valeurs[titre] for titre in page.extras]


def _performance(ligne: Ligne) -> str | None:
    if not ligne.reference or ligne.gain is None:
        return None
    return f"{100 * ligne.gain / ligne.reference:.1f} %".replace(".", ",")


def french(montant: Decimal) -> str:
    """A number as French people type it: 12 345,67 (ordinary space)."""
    return f"{montant:,}".replace(",", " ").replace(".", ",")
