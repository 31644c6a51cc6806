"""What is proposed to the pharmacist about a request, and the answer, with its reason."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from fanal.appels.actions.candidatures import reexaminer
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire, inscrire_lot
from fanal.molecules.compute import exclusions
from fanal.molecules.models import DemandeMolecule, Rapprochement
from fanal.molecules.queries.listes import financement, lignes_de
from fanal.molecules.rules.examen import EN_EXAMEN, check_motif
from fanal.parametres import valeur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

OMEDIT = "omedit.avis"
Nature, Statut = Rapprochement.Nature, Rapprochement.Statut


def rapprocher(*, demande: DemandeMolecule, by: Utilisateur | None, instant: datetime) -> list[Rapprochement]:
    """Propose what is found about *demande* and was not proposed yet; what a pharmacist said of the version
    before still holds when it bears on the same drug, indication and sector.
    """
    deja = set(demande.rapprochements.values_list("inscription", "autre"))
    nouveaux = [r for r in trouver(demande, instant) if (r.inscription_id, r.autre_id) not in deja]
    _reprendre(demande, nouveaux)
    crees = Rapprochement.objects.bulk_create(nouveaux)
    inscrire_lot(
        action="molecules.rapprochement_propose",
        objets=[(demande, {"nature": r.nature, "inscription": r.inscription_id}) for r in crees],
        by=by,
        instant=instant,
    )
    return crees


def trouver(demande: DemandeMolecule, instant: datetime) -> list[Rapprochement]:
    """The proposals that *demande* calls for, not saved."""
    le = local_day(demande.demandee_le)
    cherchee = en_valeur(demande)
    finances = exclusions.deja_financee(cherchee, lignes_de([demande.ucd]), financement(le))
    trouves = [
        Rapprochement(
            demande=demande,
            nature=Nature.FINANCE,
            inscription_id=t.ligne.numero,
            phrase=t.phrase,
            created_at=instant,
        )
        for t in finances
    ]
    proches = {
        d.pk: d
        for d in courantes()
        .filter(finess=demande.finess, ucd=demande.ucd, secteur=demande.secteur, annee=demande.annee)
        .exclude(dossier=demande.dossier_id)
        .exclude(dossier__etape__in=["abandonne", "brouillon"])
    }
    jours: int = valeur("molecules.doublons.periode", le=le)
    for double in exclusions.doublons(cherchee, map(en_valeur, proches.values()), jours):
        autre = proches[double.numero]
        trouves.append(
            Rapprochement(
                demande=demande,
                nature=Nature.DOUBLON,
                autre=autre,
                phrase=(
                    f"Le même établissement a demandé {autre.libelle} pour la même indication le "
                    f"{local_day(autre.demandee_le):%d/%m/%Y} (dossier {autre.dossier_id})."
                ),
                created_at=instant,
            )
        )
    return trouves


@transaction.atomic
def rapprocher_en_cours(
    *, ucds: Collection[str], by: Utilisateur | None, instant: datetime
) -> list[Rapprochement]:
    """Look again at the requests under examination for these drugs, after a list has changed."""
    demandes = courantes().filter(ucd__in=ucds, dossier__etape__in=EN_EXAMEN).select_related("dossier")
    proposes = []
    for demande in demandes:
        if nouveaux := rapprocher(demande=demande, by=by, instant=instant):
            proposes += nouveaux
            reexaminer(dossier=demande.dossier, by=by, instant=instant)
    return proposes


@transaction.atomic
def repondre(
    *,
    rapprochement: Rapprochement,
    confirme: bool,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Rapprochement:
    """A pharmacist of the OMEDIT confirms a proposal or sets it aside; it may be answered again. The decision
    table says so, and the dossier does not move.

    Raises Refus without a reason or on a version that is no longer the current one, Interdit.
    """
    un = Rapprochement.objects.select_for_update().get(pk=rapprochement.pk)
    dossier = Dossier.objects.get(pk=un.demande.dossier_id)
    check_droit(by, OMEDIT, Noeud.de(dossier), instant)
    check_motif(motif)
    if dossier.version_courante_id != un.demande.version_id:
        raise Refus("Le déclarant a déposé une nouvelle version. Ouvrez le dossier pour la lire.")
    un.statut = Statut.CONFIRME if confirme else Statut.REJETE
    un.motif, un.auteur, un.decide_le = motif.strip(), by, instant
    un.save(update_fields=["statut", "motif", "auteur", "decide_le"])
    inscrire(
        action="molecules.rapprochement_tranche",
        objet=un.demande,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"nature": un.nature, "statut": un.statut, "inscription": un.inscription_id},
    )
    reexaminer(dossier=dossier, by=by, instant=instant)
    return un


def courantes() -> QuerySet[DemandeMolecule]:
    """The requests of the current versions."""
    return DemandeMolecule.objects.filter(version=F("dossier__version_courante"))


def en_valeur(demande: DemandeMolecule) -> exclusions.Demande:
    """A request as the calculation takes it."""
    return exclusions.Demande(
        demande.pk,
        demande.secteur,
        demande.finess,
        demande.ucd,
        demande.indication,
        local_day(demande.demandee_le),
    )


def _reprendre(demande: DemandeMolecule, nouveaux: Iterable[Rapprochement]) -> None:
    """Carry over the answers given on the other versions of the dossier for the same drug."""
    memes = {"secteur": demande.secteur, "ucd": demande.ucd, "indication": demande.indication}
    avant = Rapprochement.objects.filter(demande__dossier=demande.dossier_id).exclude(statut=Statut.PROPOSE)
    repondus = {
        (r.inscription_id, r.autre_id): r
        for r in avant.filter(**{f"demande__{nom}": v for nom, v in memes.items()}).order_by("decide_le")
    }
    for nouveau in nouveaux:
        if ancien := repondus.get((nouveau.inscription_id, nouveau.autre_id)):
            nouveau.statut, nouveau.motif = ancien.statut, ancien.motif
            nouveau.auteur_id, nouveau.decide_le = ancien.auteur_id, ancien.decide_le
