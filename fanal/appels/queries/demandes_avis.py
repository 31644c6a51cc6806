"""Asking for opinions on many dossiers: who would be asked on each, and what forbids it. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import TITRES, region_du_declarant
from fanal.appels.rules import avis as rules
from fanal.appels.types_campagne import INSTRUIRE
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules import check_deposee
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.refus import Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud


@dataclass(frozen=True)
class DemandePrevue:
    """A request that would be made: on which dossier, of whom, on which node it would stand."""

    dossier: Dossier
    instance: str
    noeud: Noeud
    expert: Utilisateur | None = None

    @property
    def qui(self) -> str:
        """Of whom, in words."""
        return str(self.expert) if self.expert else f"{TITRES[self.instance]} {self.noeud}"


@dataclass
class ApercuDemandes:
    """The requests that would be made, and the dossiers (with the expert) that refuse one, with why."""

    prevues: list[DemandePrevue] = field(default_factory=list)
    refus: list[tuple[Dossier, str]] = field(default_factory=list)

    @property
    def refus_groupes(self) -> list[tuple[str, list[Dossier]]]:
        """The refusals, the most frequent sentence first."""
        groupes: dict[str, list[Dossier]] = {}
        for dossier, phrase in self.refus:
            groupes.setdefault(phrase, []).append(dossier)
        return sorted(groupes.items(), key=lambda paire: -len(paire[1]))


def check_organisateur(appel: Appel, by: Utilisateur | None, instant: datetime) -> Perimetre:
    """Where *by* instructs. Raises Interdit unless it does so on the node that organises the call."""
    check_droit(by, INSTRUIRE, Noeud.de(appel), instant)
    return perimetre(by, INSTRUIRE, local_day(instant))


def previsualiser_demandes(
    *,
    appel: Appel,
    dossiers: Sequence[Dossier],
    instance: str,
    experts: Sequence[Utilisateur] = (),
    by: Utilisateur | None,
    instant: datetime,
) -> ApercuDemandes:
    """Examine each dossier (and each expert) as `actions.demandes_avis.demander_lot` would.

    Raises Interdit when *by* does not organise the call, Refus for an unknown body or without an expert.
    """
    held = check_organisateur(appel, by, instant)
    rules.check_instance(instance)
    voulus: Sequence[Utilisateur | None] = list(experts) if instance == "expert" else [None]
    if not voulus:
        rules.check_expert("", instance=instance, habilite=False, interesse=False)
    deja = _deja(dossiers, instance)
    apercu = ApercuDemandes()
    for dossier in dossiers:
        for expert in voulus:
            try:
                prevue = _prevoir(dossier, appel, instance, expert, held, deja, local_day(instant))
            except Refus as refus:
                apercu.refus.append((dossier, refus.phrase))
            else:
                apercu.prevues.append(prevue)
    # A dossier is asked of every expert chosen, or of none.
    ecartes = {dossier.pk for dossier, _ in apercu.refus}
    apercu.prevues = [p for p in apercu.prevues if p.dossier.pk not in ecartes]
    return apercu


def _deja(dossiers: Sequence[Dossier], instance: str) -> dict[tuple[int, int | None], DemandeAvis]:
    ouvertes = DemandeAvis.objects.filter(
        dossier__in=[d.pk for d in dossiers], instance=instance, retiree_le__isnull=True
    )
    return {(d.dossier_id, d.expert_id): d for d in ouvertes}


def _prevoir(
    dossier: Dossier,
    appel: Appel,
    instance: str,
    expert: Utilisateur | None,
    held: Perimetre,
    deja: dict[tuple[int, int | None], DemandeAvis],
    jour: date,
) -> DemandePrevue:
    noeud = Noeud.de(dossier)
    if dossier.campagne_id != appel.campagne_id:
        raise Refus("Ce dossier n'est pas de cet appel. Revenez à la file d'instruction.")
    check_permission(held, noeud, INSTRUIRE)
    check_deposee(dossier.version_courante)
    etape = reception_de(dossier).etape(dossier.etape)
    if not etape.avis:
        raise Refus(f"Aucun avis ne se demande à l'étape « {etape.titre} ». {etape.phrase}")
    ancienne = deja.get((dossier.pk, expert.pk if expert else None))
    if ancienne is not None:
        rules.check_pas_deja_demande(instance, ancienne.demandee_le, ancienne.avis_id is not None)
    region = region_du_declarant(dossier, jour)
    if expert is None:
        rules.check_region(dossier.nom_noeud, region is not None)
    else:
        rules.check_expert(
            str(expert),
            instance=instance,
            habilite=perimetre(expert, rules.DROITS["expert"], jour).contient(noeud),
            interesse=perimetre(expert, "candidature.voir", jour).contient(noeud),
        )
    ou = Noeud(Niveau.REGION, region) if region else NATIONAL
    return DemandePrevue(dossier, instance, ou, expert)
