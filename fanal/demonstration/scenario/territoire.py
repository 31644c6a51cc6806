"""The invented territory in the register, marked as demonstration."""

from datetime import datetime

from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.modele import Plan
from fanal.journal.actions import inscrire_lot
from fanal.territoires.actions import charger_references
from fanal.territoires.models import Appartenance, Departement, Etablissement, Ght, OperateurAchat, Region

GROUPEMENT = "GRD-DEMO"


def install(plan: Plan, instant: datetime) -> None:
    """Create the GHT, their establishments and memberships; régions and operators are reference data."""
    charger_references()
    regions = {r.sigle: r for r in Region.objects.all()}
    departements = {d.code: d for d in Departement.objects.all()}
    ghts = Ght.objects.bulk_create(
        Ght(code=g.code, nom=g.nom, region=regions[g.region], classe=g.classe, demonstration=True)
        for g in plan.ghts.values()
    )
    etablissements = Etablissement.objects.bulk_create(
        Etablissement(
            finess=e.finess, nom=e.nom, departement=departements.get(e.departement), demonstration=True
        )
        for g in plan.ghts.values()
        for e in g.etablissements
    )
    par_finess = {e.finess: e for e in etablissements}
    Appartenance.objects.bulk_create(
        Appartenance(ght=ght, etablissement=par_finess[e.finess], role=e.role)
        for ght in ghts
        for e in plan.ghts[ght.code].etablissements
    )
    groupement, _ = OperateurAchat.objects.get_or_create(
        code=GROUPEMENT, defaults={"nom": cat.REGIONAL, "categorie": "REGIONAL", "demonstration": True}
    )
    inscrire_lot(action="territoire.demonstration", objets=[*ghts, groupement], by=None, instant=instant)
