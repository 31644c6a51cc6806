"""The tables and the picture of the matching desk."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fanal.depenses.compute.groupes import Bilan, Groupe, LibelleLu
from fanal.depenses.models import DecisionRapprochement
from fanal.depenses.queries.rapprochement import Travail
from fanal.interface.nombres import Absence, ecrire_millions
from fanal.interface.tableaux import Colonne, Tableau
from fanal.territoires.models import Ght

# Under this confidence, a suggestion is shown on the page of the group only.
SERIEUSE = 0.05
SANS = "Aucun produit ressemblant"


def adresse(ght: Ght, cle: str) -> str:
    """The page of a group."""
    return f"{reverse('depenses:rapprochement_groupe', args=[ght.code])}?{urlencode({'cle': cle})}"


def pourquoi(libelle: str, produit: str) -> str:
    """What a suggestion rests on, in words."""
    from fanal.moteurs.rapprochement.accord import pourquoi as dire
    from fanal.moteurs.rapprochement.lu import lire

    return " ".join(dire(lire(libelle), lire(produit)))


def confiance(part: float) -> Decimal:
    """A confidence as it is shown: rounded down to the hundredth, so that no suggestion looks certain."""
    return Decimal(min(99, int(100 * part))) / 100


def _seuil(t: Travail) -> bool:
    return t.premiere is not None and t.premiere.confiance >= SERIEUSE


def _raison(t: Travail) -> Any:
    return pourquoi(t.groupe.libelle, t.premiere.produit) if t.premiere and _seuil(t) else Absence.SANS_OBJET


def travaux(
    ght: Ght, rows: Sequence[Travail], *, nom: str = "groupes", titre: str = "Libellés à rapprocher"
) -> Tableau:
    """Groups with their best suggestion, those that weigh the most first."""
    return Tableau(
        nom=nom,
        titre=titre,
        lignes=rows,
        tri="-montant",
        vide="Aucun libellé à rapprocher.",
        colonnes=[
            Colonne(
                "libelle",
                "Libellé le plus fréquent",
                "lien",
                valeur=lambda t: t.groupe.libelle,
                lien=lambda t: adresse(ght, t.groupe.cle),
            ),
            Colonne("ecritures", "Écritures", "entier", valeur=lambda t: len(t.groupe.libelles)),
            Colonne("lignes", "Lignes", "entier", valeur=lambda t: t.groupe.lignes, total="somme"),
            Colonne(
                "montant", "Montant HT", "montant_rond", valeur=lambda t: t.groupe.montant, total="somme"
            ),
            Colonne(
                "produit",
                "Produit proposé",
                valeur=lambda t: t.premiere.produit if _seuil(t) else SANS,
            ),
            Colonne(
                "code",
                "Code",
                valeur=lambda t: t.premiere.code if _seuil(t) else Absence.SANS_OBJET,
                visible=False,
            ),
            Colonne(
                "confiance",
                "Confiance",
                "taux",
                decimales=0,
                valeur=lambda t: confiance(t.premiere.confiance) if _seuil(t) else None,
                absence=Absence.SANS_OBJET,
            ),
            Colonne("pourquoi", "Pourquoi", valeur=_raison, triable=False),
        ],
    )


def libelles(groupe: Groupe) -> Tableau:
    """The ways in which the labels of a group are written."""
    rows: Sequence[LibelleLu] = groupe.libelles
    return Tableau(
        nom="libelles",
        titre="Écritures du groupe",
        lignes=rows,
        recherche=len(rows) > 10,
        tri="-lignes",
        colonnes=[
            Colonne("libelle", "Libellé"),
            Colonne("lignes", "Lignes", "entier", total="somme"),
            Colonne("montant", "Montant HT", "montant", total="somme"),
        ],
    )


def decisions(ght: Ght, rows: Sequence[DecisionRapprochement], titre: str, *, lien: bool = True) -> Tableau:
    """Decisions, the last first; those replaced stay."""

    def label(row: DecisionRapprochement) -> str:
        return str(row.libelles[0]) if row.libelles else row.cle

    return Tableau(
        nom="decisions",
        titre=titre,
        lignes=rows,
        vide="Aucune décision.",
        recherche=lien,
        colonnes=[
            Colonne(
                "libelle",
                "Groupe",
                "lien",
                valeur=label,
                lien=(lambda r: adresse(ght, r.cle)) if lien else None,
            ),
            Colonne(
                "produit",
                "Produit",
                valeur=lambda r: str(r.produit) if r.produit else "Aucun du référentiel",
            ),
            Colonne("confiance", "Confiance", "taux", decimales=0, absence=Absence.SANS_OBJET),
            Colonne("motif", "Motif", valeur=lambda r: r.motif or Absence.SANS_OBJET),
            Colonne("decidee_le", "Le", "date", valeur=lambda r: r.decidee_le.date()),
            Colonne("auteur", "Par", valeur=lambda r: str(r.auteur) if r.auteur else Absence.NON_RENSEIGNE),
            Colonne(
                "etat",
                "État",
                "etat",
                valeur=lambda r: r.remplacee_le is None,
                etats={True: ("En vigueur", "decide"), False: ("Remplacée", "neutre")},
                choix=lien,
            ),
        ],
    )


def produits(rows: Any) -> Tableau:
    """The reference catalogue."""
    return Tableau(
        nom="produits",
        titre="Produits du référentiel",
        lignes=rows,
        vide="Le référentiel est vide.",
        colonnes=[
            Colonne("code", "Code"),
            Colonne("type_code", "Type", choix=True),
            Colonne("libelle", "Libellé"),
            Colonne("dosage", "Dosage", visible=False),
            Colonne("forme", "Forme", visible=False),
            Colonne("unites", "Unités", "nombre", absence=Absence.NON_RENSEIGNE),
            Colonne("unite", "Unité"),
            Colonne("famille", "Famille", choix=True),
            Colonne("source", "Source", choix=True),
        ],
    )


def image(bilan: Bilan) -> Any:
    """Of what is ordered, what has a code, what was matched, what is left; None without any line."""
    from fanal.interface.images import Empilee, origines

    parts = (
        ("Avec un code", bilan.codes),
        ("Rapproché", bilan.rapproches),
        ("Hors référentiel", bilan.hors_referentiel),
        ("À traiter", bilan.a_traiter),
    )
    if not any(value > 0 for _, value in parts):
        return None
    told = (
        f"{ecrire_millions(bilan.a_traiter)} de commandes n'ont encore aucun produit connu"
        if bilan.a_traiter > 0
        else "Toutes les commandes ont un produit connu ou décidé"
    )
    bar = Empilee("Commandes", tuple((name, max(value, Decimal(0))) for name, value in parts))
    return origines(told, [bar], "Montants HT des lignes des membres du GHT, remises de fin d'année à part.")
