"""Contracts in the words of the API."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.consommation import cumuls
from fanal.marches.queries.portee import marches_visibles
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud

SIMPLES = (
    "acheteur_siret",
    "acheteur_nom",
    "identifiant",
    "objet",
    "nature",
    "nature_achat",
    "code_cpv",
    "etat",
    "procedure",
    "date_notification",
    "date_debut",
    "date_fin",
    "date_fin_totale",
    "duree_mois",
    "unite_quantite",
)
MONTANTS = ("montant", "minimum_ht", "maximum_ht", "maximum_quantite")


def lisibles(perimetre: Perimetre) -> QuerySet[Marche]:
    """The contracts that an account sees, ready to be told without a query each."""
    rows = marches_visibles(perimetre).select_related("region", "ght", "etablissement", "operateur")
    return rows.prefetch_related("titulaires__fournisseur", "beneficiaires__etablissement")


def dire(marches: Sequence[Marche]) -> list[dict[str, Any]]:
    """Contracts as elements of the list."""
    return [_un(marche) for marche in marches]


def dire_tout(marche: Marche) -> dict[str, Any]:
    """One contract with its modifications and what was used of it."""
    used = cumuls([marche.pk]).get(marche.pk)
    return _un(marche) | {
        "modifications": [
            {
                "numero": m.numero,
                "motif": m.motif,
                "objet": m.objet,
                "etat": m.etat,
                "variation_ht": texte(m.variation_ht),
                "montant_apres": texte(m.montant_apres),
                "duree_mois_apres": m.duree_mois_apres,
                "date_notification": m.date_notification,
            }
            for m in marche.modifications.order_by("numero")
        ],
        "consommation": None
        if used is None
        else {
            "total_ht": f"{used.total_ht:.2f}",
            "quantite": texte(used.quantite),
            "lignes": used.lignes,
            "par_etablissement": {
                finess: f"{used.par_etablissement[pk]:.2f}"
                for pk, finess in Etablissement.objects.filter(pk__in=used.par_etablissement).values_list(
                    "pk", "finess"
                )
            },
        },
    }


def texte(valeur: Decimal | None) -> str | None:
    """An exact number as text, without an exponent."""
    return None if valeur is None else f"{valeur:f}"


def _un(marche: Marche) -> dict[str, Any]:
    return {
        "numero": marche.pk,
        **{champ: getattr(marche, champ) for champ in SIMPLES},
        **{champ: texte(getattr(marche, champ)) for champ in MONTANTS},
        "gestionnaire": Noeud.de(marche).code,
        "titulaires": [
            {
                "rang": t.rang,
                "type_identifiant": t.fournisseur.type_identifiant,
                "identifiant": t.fournisseur.identifiant,
                "siren": t.fournisseur.siren,
                "nom": t.fournisseur.nom,
            }
            for t in marche.titulaires.all()
        ],
        "beneficiaires": [
            {
                "finess": b.etablissement.finess,
                "nom": b.etablissement.nom,
                "entree": b.entree,
                "sortie": b.sortie,
                "part_maximum_ht": texte(b.part_maximum_ht),
                "part_maximum_quantite": texte(b.part_maximum_quantite),
            }
            for b in marche.beneficiaires.all()
        ],
        "version": marche.verrou,
        "modifie_le": marche.updated_at,
    }
