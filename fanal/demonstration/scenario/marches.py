"""The contracts of the demonstration, brought in by the ordinary path: files imported, acts made."""

from pathlib import Path

from django.conf import settings

from fanal.comptes.models import Utilisateur
from fanal.demonstration.classeurs.marches import write_contracts, write_orders
from fanal.demonstration.plan.marches.contrats import successors
from fanal.demonstration.plan.marches.modele import PlanMarches
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario import comptes
from fanal.demonstration.scenario.calendrier import Geste
from fanal.depots.models import Depot
from fanal.fournisseurs.models import Fournisseur
from fanal.journal.actions import inscrire_lot
from fanal.marches.actions.consommation_fichier import recevoir_fichier
from fanal.marches.actions.importation import importer
from fanal.marches.models import Marche
from fanal.territoires import queries as territoires
from fanal.territoires.models import Appartenance, Departement, Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

DOSSIER = "demonstration/marches"


def contracts_of(plan: Plan) -> PlanMarches:
    """The contracts of the plan. Raises ValueError when the plan has none."""
    if plan.marches is None:
        raise ValueError("the plan has no contracts")
    return plan.marches


def folder() -> Path:
    """Where the files of the contracts are written."""
    return settings.VAR / DOSSIER


def buyer(plan: Plan) -> Utilisateur:
    """The account that acts for the GHT."""
    return Utilisateur.objects.get(email=comptes.address(contracts_of(plan).ght))


def join(plan: Plan, geste: Geste) -> None:
    """New establishments join the GHT on 1 January 2024; all get the SIRET they buy under."""
    contracts = contracts_of(plan)
    ght = territoires.ght(contracts.ght)
    departements = {d.code: d for d in Departement.objects.all()}
    joined = Etablissement.objects.bulk_create(
        Etablissement(
            finess=e.finess, nom=e.nom, departement=departements.get(e.departement), demonstration=True
        )
        for e in contracts.nouveaux
    )
    Appartenance.objects.bulk_create(
        Appartenance(ght=ght, etablissement=e, role=Appartenance.Role.PARTIE, debut=geste.instant.date())
        for e in joined
    )
    members = list(Etablissement.objects.filter(finess__in=contracts.sirets))
    for member in members:
        member.siret = contracts.sirets[member.finess]
        member.siren = member.siret[:9]
    Etablissement.objects.bulk_update(members, ["siret", "siren"])
    inscrire_lot(action="territoire.demonstration", objets=members, by=None, instant=geste.instant)


def bring_contracts(plan: Plan, geste: Geste) -> None:
    """Import the workbook of contracts on the GHT."""
    contracts = contracts_of(plan)
    noeud = Noeud(Niveau.GHT, territoires.ght(contracts.ght))
    chemin = write_contracts(contracts, folder())
    importer(
        chemin=chemin,
        format="marches",
        noeud=noeud,
        by=buyer(plan),
        instant=geste.instant,
        nom_fichier=chemin.name,
        canal=Depot.Canal.PAGE,
    )
    Marche.objects.filter(**noeud.champs()).update(demonstration=True)
    link_successors(contracts, geste)
    Fournisseur.objects.filter(titres__marche__demonstration=True).update(demonstration=True)


def link_successors(contracts: PlanMarches, geste: Geste) -> None:
    """Say which contract each one renewed, so that only the last of a chain waits for a procedure."""
    known = {(m.acheteur_siret, m.identifiant): m for m in Marche.objects.filter(demonstration=True)}
    renewed = []
    for (siret, number), before in successors(contracts.contrats).items():
        one, other = known.get((siret, number)), known.get((siret, before))
        if one is not None and other is not None:
            one.successeur_de = other
            renewed.append(one)
    Marche.objects.bulk_update(renewed, ["successeur_de"], batch_size=500)
    inscrire_lot(action="marche.remplacer", objets=renewed, by=None, instant=geste.instant)


def bring_orders(plan: Plan, geste: Geste) -> None:
    """Receive two years of orders from the finance system, as a flat file."""
    contracts = contracts_of(plan)
    chemin = write_orders(contracts, folder())
    recevoir_fichier(
        chemin=chemin,
        nom_fichier=chemin.name,
        ght=territoires.ght(contracts.ght),
        cle="demonstration",
        canal=Depot.Canal.PAGE,
        by=buyer(plan),
        instant=geste.instant,
    )
