"""The OMEDIT proposes, the ARS decides. What is replaced is kept."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from fanal.appels.types_campagne import DECIDER, ETAPES
from fanal.campagnes.actions.commun import lock
from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.molecules.actions.rapprochements import OMEDIT
from fanal.molecules.models import DecisionMolecule, DemandeMolecule, PropositionOmedit
from fanal.molecules.queries.demandes import sous_enveloppe
from fanal.molecules.queries.listes import motifs_de_refus
from fanal.molecules.rules import examen as rules
from fanal.parametres import valeur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

TITRES = {e.code: e.titre for e in ETAPES}


@transaction.atomic
def proposer(
    *,
    demande: DemandeMolecule,
    priorite: int,
    montant: Decimal,
    by: Utilisateur | None,
    instant: datetime,
    motif_refus: str = "",
    motif: str = "",
) -> PropositionOmedit:
    """What the OMEDIT proposes for a request; the proposal before it is kept, no longer current.

    Raises Refus (amount above the request, refusal without motive, not under examination), Interdit.
    """
    dossier = _verrouiller(demande, OMEDIT, by, instant)
    le = local_day(instant)
    rules.check_en_examen(dossier.etape, TITRES[dossier.etape])
    rules.check_priorite(priorite, valeur("molecules.priorites.maximum", le=le))
    _check_montant(demande, montant, motif_refus, motif, instant)
    PropositionOmedit.objects.filter(dossier=dossier, courante=True).update(courante=False)
    dite = PropositionOmedit.objects.create(
        dossier=dossier,
        version=demande.version,
        priorite=priorite,
        montant=montant,
        motif_refus=motif_refus,
        motif=motif.strip(),
        auteur=by,
        rendue_le=instant,
    )
    inscrire(
        action="molecules.proposition",
        objet=dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"priorite": priorite, "montant": montant, "motif_refus": motif_refus},
    )
    return dite


@transaction.atomic
def decider(
    *,
    demande: DemandeMolecule,
    montant: Decimal,
    by: Utilisateur | None,
    instant: datetime,
    motif_refus: str = "",
    motif: str = "",
) -> DecisionMolecule:
    """What the ARS decides on a request that no envelope shares; the dossier goes to its step.

    Raises Refus (shared by an envelope, not yet receivable, amount, motive), Interdit.
    """
    dossier = _verrouiller(demande, DECIDER, by, instant)
    secteurs = valeur("molecules.enveloppe.secteurs", le=local_day(instant))
    rules.check_hors_enveloppe(demande.secteur, secteurs, sous_enveloppe(demande, local_day(instant)))
    rules.check_a_decider(dossier.etape, TITRES[dossier.etape])
    _check_montant(demande, montant, motif_refus, motif, instant)
    DecisionMolecule.objects.filter(dossier=dossier, courante=True).update(courante=False)
    prise = DecisionMolecule.objects.create(
        dossier=dossier,
        version=demande.version,
        sens=rules.sens_de(montant, demande.cout_annuel),
        montant=montant,
        motif_refus=motif_refus,
        motif=motif.strip(),
        auteur=by,
        rendue_le=instant,
    )
    inscrire(
        action="molecules.decision",
        objet=dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"sens": prise.sens, "montant": montant, "motif_refus": motif_refus},
    )
    dit = motif.strip() or motifs_de_refus(local_day(instant)).get(motif_refus, "")
    franchir(
        dossier=dossier,
        transition="retenir" if montant else "ecarter",
        by=by,
        instant=instant,
        motif=dit,
    )
    return prise


def _verrouiller(
    demande: DemandeMolecule, permission: str, by: Utilisateur | None, instant: datetime
) -> Dossier:
    dossier = lock(demande.dossier)
    check_droit(by, permission, Noeud.de(dossier), instant)
    if dossier.version_courante_id != demande.version_id:
        raise Refus("Le déclarant a déposé une nouvelle version. Ouvrez le dossier pour la lire.")
    return dossier


def _check_montant(
    demande: DemandeMolecule, montant: Decimal, motif_refus: str, motif: str, instant: datetime
) -> None:
    rules.check_montant(montant, demande.cout_annuel)
    rules.check_refus_motive(montant, motif_refus, motif, motifs_de_refus(local_day(instant)))
    rules.check_moindre(montant, demande.cout_annuel, motif)
