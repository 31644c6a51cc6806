"""What the sharing of an envelope must know of the requests: priority, amount, who is left out."""

from collections.abc import Sequence

from fanal.appels.registre import Part
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.molecules.models import DemandeMolecule, PropositionOmedit
from fanal.molecules.queries.demandes import suites
from fanal.parametres import valeur


def partage(dossiers: Sequence[Dossier]) -> dict[int, Part]:
    """For each dossier: the priority and the amount that the OMEDIT proposes. Sectors out of the envelope
    take no part; those without a proposal wait; a proposal of nothing is a refusal proposed.
    """
    versions = [d.version_courante_id for d in dossiers]
    demandes = DemandeMolecule.objects.filter(version__in=versions).select_related("dossier__campagne")
    dites = suites(demandes)
    return {d.dossier_id: _part(d, dites[d.pk].proposition) for d in demandes}


def _part(demande: DemandeMolecule, proposition: PropositionOmedit | None) -> Part:
    secteurs = valeur("molecules.enveloppe.secteurs", le=local_day(demande.demandee_le))
    if demande.secteur not in secteurs:
        return Part(ecart="hors_enveloppe")
    if proposition is None:
        return Part(ecart="sans_proposition")
    if not proposition.montant:
        return Part(priorite=proposition.priorite, ecart="omedit")
    return Part(priorite=proposition.priorite, maximum=proposition.montant)
