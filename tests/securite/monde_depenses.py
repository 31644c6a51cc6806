"""A line of order of the GHT and a view shared there: what the addresses of spend name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import DepotLignes, SuiviHorsMarche, VueEnregistree
from fanal.moteurs.lac.schema import identifiant
from fanal.territoires.models import Etablissement, Ght
from tests.appui.lac import ecarter, poser


@dataclass
class DepensesMonde:
    """What the addresses of spend name."""

    finess: str
    depot: DepotLignes
    ligne: int
    vue: VueEnregistree
    produit: str
    suivi: SuiviHorsMarche


def build_depenses(
    ght: Ght, etablissement: Etablissement, buyer: Utilisateur, instant: datetime
) -> DepensesMonde:
    """One deposit of one line, and a view that its buyer shares with the GHT."""
    line = {
        "finess": etablissement.finess,
        "numero_commande": "C1",
        "numero_ligne": "1",
        "date_commande": "2021-01-15",
        "libelle": "GANTS",
        "code_produit": "3400930000014",
        "unite": "U",
        "famille": "DISPOSITIFS MEDICAUX",
        "quantite": "10",
        "prix_unitaire_ht": "2",
        "montant_ht": "20",
        "taux_tva": "20",
    }
    depot = poser([line], ght=ght, instant=instant)
    ecarter(depot, [line | {"numero_ligne": "2", "montant_ht": "21"}])
    vue = VueEnregistree.objects.create(
        niveau="ght",
        ght=ght,
        nom="Par famille",
        requete="lignes=famille",
        auteur=buyer,
        partagee=True,
        created_at=instant,
    )
    suivi = SuiviHorsMarche.objects.create(
        etablissement=etablissement,
        annee=2021,
        famille=line["famille"],
        statut="justifie",
        motif="Urgence",
        updated_at=instant,
    )
    return DepensesMonde(
        etablissement.finess,
        depot,
        identifiant(depot.numero or 1, 0),
        vue,
        line["code_produit"],
        suivi,
    )


Arguments = Callable[[DepensesMonde], dict[str, Any]]

DEPENSES: dict[str, Arguments] = {
    "depenses:rapprochement_groupe": lambda m: {"ght": m.vue.ght.code if m.vue.ght else ""},
    "depenses:rapprochement_lot": lambda m: {"ght": m.vue.ght.code if m.vue.ght else ""},
    "depenses:rapprochement_decisions": lambda m: {"ght": m.vue.ght.code if m.vue.ght else ""},
    **{
        f"depenses:{name}": lambda m: {"pk": m.depot.pk}
        for name in (
            "depot",
            "depot_apercu",
            "depot_abandonner",
            "depot_relancer",
            "depot_original",
            "depot_ecartees",
            "depot_ecartees_fichier",
        )
    },
    "depenses:depot_ecartee": lambda m: {"pk": m.depot.pk, "ligne": 3},
    "depenses:dispersion_produit": lambda m: {"code": m.produit},
    "depenses:hors_marche_suivi": lambda m: {"pk": m.suivi.pk},
    "depenses:ligne": lambda m: {"ident": m.ligne},
    "depenses:qualite_etablissement": lambda m: {"finess": m.finess},
    "depenses:vue": lambda m: {"numero": m.vue.pk},
    "depenses:vue_renommer": lambda m: {"numero": m.vue.pk},
    "depenses:vue_supprimer": lambda m: {"numero": m.vue.pk},
}
