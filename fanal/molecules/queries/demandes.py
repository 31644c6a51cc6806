"""The requests an account sees, with what the OMEDIT proposed and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest

from fanal.appels.models import Attribution, Enveloppe
from fanal.appels.queries.portee import candidatures
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.molecules.models import DecisionMolecule, DemandeMolecule, PropositionOmedit, Rapprochement
from fanal.parametres import valeur
from fanal.questionnaires.compute.masquage import Masque, masquer
from fanal.questionnaires.queries.effectifs import minimum_effectif, voit_effectifs
from fanal.refus import Introuvable
from fanal.territoires.models import Appartenance, Niveau
from fanal.territoires.noeuds import Noeud

GENRE = "molecules"
INSTRUIRE = "instruction.voir"
SANS_SUITE = ("abandonne",)
POIDS = (Attribution.Statut.PROVISOIRE, Attribution.Statut.DEFINITIVE)


def demandes(request: HttpRequest) -> QuerySet[DemandeMolecule]:
    """The requests of the current versions of the dossiers that the account sees."""
    return _reliees(DemandeMolecule.objects.filter(dossier__in=candidatures(request)))


def demandes_instruites(request: HttpRequest) -> QuerySet[DemandeMolecule]:
    """Those it instructs, for the analysis: withdrawn ones are left out."""
    held = perimetre_de(request, INSTRUIRE)
    vues = DemandeMolecule.objects.filter(held.dossiers_q("dossier__"))
    return _reliees(vues).exclude(dossier__etape__in=SANS_SUITE)


def du_noeud(demandes: QuerySet[DemandeMolecule], noeud: Noeud, le: date) -> QuerySet[DemandeMolecule]:
    """Those that come from a territory."""
    if noeud.objet is None:
        return demandes
    match noeud.niveau:
        case Niveau.REGION:
            return demandes.filter(
                Q(dossier__region=noeud.objet)
                | Q(dossier__ght__region=noeud.objet)
                | Q(dossier__etablissement__departement__region=noeud.objet)
            )
        case Niveau.GHT:
            membres = Appartenance.objects.en_vigueur(le).filter(ght=noeud.objet.pk)
            return demandes.filter(
                Q(dossier__ght=noeud.objet) | Q(dossier__etablissement__appartenances__in=membres)
            )
    return demandes.filter(**{f"dossier__{noeud.niveau}": noeud.objet})


def demande_de(request: HttpRequest, numero: int, permission: str = "") -> DemandeMolecule:
    """A request the account sees; with *permission*, one it may act upon. Raises Introuvable, Interdit."""
    trouvee = demandes(request).filter(pk=numero).first()
    if trouvee is None:
        raise Introuvable(INVISIBLE)
    if permission:
        exiger(request, permission, Noeud.de(trouvee.dossier))
    return trouvee


def demande_du_dossier(dossier: Dossier) -> DemandeMolecule | None:
    """The request of the current version of a dossier."""
    return _reliees(DemandeMolecule.objects.filter(dossier=dossier)).first()


def rapprochement_de(request: HttpRequest, numero: int, permission: str) -> Rapprochement:
    """A proposal on a request the account sees and may act upon. Raises Introuvable, Interdit."""
    trouve = Rapprochement.objects.select_related("demande").filter(pk=numero).first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    demande_de(request, trouve.demande_id, permission)
    return trouve


def effectif(request: HttpRequest, demande: DemandeMolecule, le: date) -> int | Masque | None:
    """The patients of a request as the account may read them."""
    return masquer(demande.patients, minimum_effectif(le), complet=voit_effectifs(request, demande.dossier))


def sous_enveloppe(demande: DemandeMolecule, le: date) -> bool:
    """Whether the request shares an envelope of its call rather than being decided by itself."""
    secteurs = valeur("molecules.enveloppe.secteurs", le=le)
    return (
        demande.secteur in secteurs
        and Enveloppe.objects.filter(appel__campagne=demande.dossier.campagne_id).exists()
    )


@dataclass(frozen=True)
class Suite:
    """What was said of a request: proposed by the OMEDIT, granted (None while nothing is decided)."""

    proposition: PropositionOmedit | None
    decision: DecisionMolecule | None
    attribution: Attribution | None

    @property
    def accorde(self) -> Decimal | None:
        if self.decision is not None:
            return self.decision.montant
        if self.attribution is None:
            return None
        return self.attribution.montant if self.attribution.statut in POIDS else Decimal(0)


def suites(demandes: Iterable[DemandeMolecule]) -> dict[int, Suite]:
    """What was said of each request, by its number; three queries whatever their number."""
    demandes = list(demandes)
    dossiers = {d.dossier_id for d in demandes}
    propositions = {
        p.dossier_id: p for p in PropositionOmedit.objects.filter(dossier__in=dossiers, courante=True)
    }
    decisions = {
        d.dossier_id: d for d in DecisionMolecule.objects.filter(dossier__in=dossiers, courante=True)
    }
    attributions = {
        a.dossier_id: a
        for a in Attribution.objects.filter(dossier__in=dossiers).exclude(
            statut=Attribution.Statut.COMPLEMENTAIRE
        )
    }
    return {
        d.pk: Suite(
            propositions.get(d.dossier_id), decisions.get(d.dossier_id), attributions.get(d.dossier_id)
        )
        for d in demandes
    }


def _reliees(vues: QuerySet[DemandeMolecule]) -> QuerySet[DemandeMolecule]:
    a_examiner = Rapprochement.objects.filter(demande=OuterRef("pk"), statut=Rapprochement.Statut.PROPOSE)
    return (
        vues.filter(version=F("dossier__version_courante"))
        .select_related(
            "version",
            "dossier__campagne__appel",
            "dossier__region",
            "dossier__ght__region",
            "dossier__etablissement__departement__region",
            "dossier__operateur",
        )
        .annotate(a_examiner=Exists(a_examiner))
    )
