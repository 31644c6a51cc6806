"""A dossier, its versions and its steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fanal.campagnes import registre, rules, tasks
from fanal.campagnes.actions.commun import lock, lock_all, record
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.queries.dossiers import check_franchir, etat_dossier, reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.queries.lignes import Ecarts, ecarts
from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot
from fanal.territoires.noeuds import Noeud

MOTIF_SYSTEME = "Correction déposée par la ligne de commande."


@transaction.atomic
def ouvrir(
    *,
    campagne: Campagne,
    format: str,
    noeud: Noeud,
    instant: datetime,
    by: Utilisateur | None = None,
    reference: str = "",
) -> Dossier:
    """The dossier of a node in a campaign, opened at its first step if there is none yet. `reference` tells
    apart the dossiers of one node where the campaign takes several.

    Raises Inutilisable when the campaign does not expect that format from that kind of node, Interdit when
    the account may not deposit for it.
    """
    reception = registre.obtenir(campagne.type_campagne).reception(format)
    rules.check_niveau(reception, campagne.titre, noeud.niveau)
    check_droit(by, reception.permission, noeud, instant)
    dossier, nouveau = Dossier.objects.get_or_create(
        campagne=campagne,
        format=format,
        reference=reference,
        **noeud.champs(),
        defaults={
            "etape": reception.etape_initiale.code,
            "created_at": instant,
            "etape_depuis": instant,
        },
    )
    if nouveau:
        record(campagne=campagne, action="dossier.ouvrir", objet=dossier, by=by, instant=instant)
    return dossier


@transaction.atomic
def enregistrer_version(
    *,
    dossier: Dossier,
    depot: Depot | None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    limite: datetime | None = None,
) -> Version:
    """Begin the next version of a dossier; the domain writes its rows on it, then `sceller` makes it current.

    To be called in the transaction that also seals it. A version past its window is kept and marked late; a
    correction after `correction_jusqu_au` needs a reason. `limite` is the last instant of this version when
    its domain says it: a dossier taken back by its applicant is handed in before the closing like a new one.
    Raises Refus before the opening, at a step that takes no version, or without that reason; Interdit when
    the account may not deposit for that node.
    """
    dossier = lock(dossier)
    campagne = dossier.campagne
    reception = reception_de(dossier)
    check_droit(by, reception.permission, Noeud.de(dossier), instant)
    rules.check_ouverte(campagne.titre, campagne.ouverture, instant)
    rules.check_modifiable(reception.etape(dossier.etape))
    derniere = dossier.versions.order_by("-numero").first()
    if derniere is not None and limite is None:
        fin = campagne.correction_jusqu_au
        if by is None and not motif and rules.is_after(fin, instant):
            motif = MOTIF_SYSTEME
        rules.check_correction(correction_jusqu_au=fin, instant=instant, motif=motif)
    return Version.objects.create(
        dossier=dossier,
        numero=derniere.numero + 1 if derniere else 1,
        depot=depot,
        auteur=by,
        created_at=instant,
        motif=motif,
        en_retard=rules.is_late(
            cloture=limite or campagne.cloture,
            correction_jusqu_au=limite or campagne.correction_jusqu_au,
            instant=instant,
            correction=derniere is not None,
        ),
    )


@transaction.atomic
def sceller(
    *, version: Version, lignes: Mapping[str, str], by: Utilisateur | None, instant: datetime
) -> Version:
    """Freeze *version* with its lines (`{cle: sha256}`) and make it current.

    Decisions, and requests for observations, hold on the lines whose hash has not changed; the others are to
    be decided again. When a line changed, the dossier goes to the step its present step asks for
    (`apres_modification`). The author gets an acknowledgement. Raises ValueError when sealed already.
    """
    dossier = lock(version.dossier)
    if version.empreinte:
        raise ValueError(f"Version {version.pk} is sealed already.")
    version.lignes = dict(lignes)
    version.empreinte = sha256(version.lignes)
    version.save(update_fields=["lignes", "empreinte"])
    change = ecarts(dossier.version_courante, version)
    premiere = dossier.version_courante is None
    dossier.version_courante = version
    dossier.en_retard = dossier.en_retard or version.en_retard
    etape = reception_de(dossier).etape(dossier.etape)
    if change and not premiere and etape.apres_modification:
        _move(dossier, etape.apres_modification, instant)
    dossier.save(update_fields=["version_courante", "en_retard", "etape", "etape_depuis"])
    _record_version(dossier, version, change, etape.code, by, instant)
    if by is not None and version.depot_id is not None:
        tasks.accuser_reception.enqueue(version.pk)
    return version


def _record_version(
    dossier: Dossier, version: Version, change: Ecarts, etape: str, by: Utilisateur | None, instant: datetime
) -> None:
    donnees = {
        "version": version.numero,
        "empreinte": version.empreinte,
        "en_retard": version.en_retard,
        "ajoutees": len(change.ajoutees),
        "modifiees": len(change.modifiees),
        "retirees": len(change.retirees),
        "de": etape,
        "vers": dossier.etape,
    }
    record(
        campagne=dossier.campagne,
        action="dossier.version",
        objet=dossier,
        by=by,
        instant=instant,
        motif=version.motif,
        donnees=donnees,
    )


def _move(dossier: Dossier, etape: str, instant: datetime) -> None:
    if dossier.etape != etape:
        dossier.etape = etape
        dossier.etape_depuis = instant


@transaction.atomic
def franchir(
    *, dossier: Dossier, transition: str, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> Dossier:
    """Take a transition of the dossier's path. Raises the sentence that its button shows when it is not
    possible.
    """
    return _franchir(lock(dossier), transition, by=by, instant=instant, motif=motif)


@transaction.atomic
def franchir_lot(
    *,
    dossiers: Sequence[Dossier],
    transition: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> list[Dossier]:
    """Take the same transition on several dossiers, all or none."""
    return [
        _franchir(d, transition, by=by, instant=instant, motif=motif)
        for d in lock_all(d.pk for d in dossiers)
    ]


def _franchir(
    dossier: Dossier, code: str, *, by: Utilisateur | None, instant: datetime, motif: str
) -> Dossier:
    transition = reception_de(dossier).transition(code)
    check_franchir(dossier, transition, etat_dossier(dossier, instant), by, instant, motif)
    de = dossier.etape
    _move(dossier, transition.vers, instant)
    dossier.save(update_fields=["etape", "etape_depuis"])
    record(
        campagne=dossier.campagne,
        action="dossier.franchir",
        objet=dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"transition": code, "de": de, "vers": dossier.etape},
    )
    return dossier
