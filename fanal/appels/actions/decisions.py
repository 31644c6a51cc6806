"""Deciding in a call without money: its places are never passed, however many decide at once.

Every act holds the row of the places first, as acts on money hold their envelope, then the dossiers; what is
written is what the preview computes, computed again under the lock. Abandonments, reasons, letters and what
becomes final are the acts of `actions.attributions` and `actions.courriers`, which hold the same row.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from fanal.appels.actions.attributions import PASSAGES
from fanal.appels.actions.enveloppes import noter, tenir
from fanal.appels.models import Appel, Attribution, Enveloppe
from fanal.appels.queries.decisions import Bureau, Prevue, bureau_de, places_de, previsualiser, suivante
from fanal.appels.rules import decisions as rules
from fanal.appels.rules.enveloppes import check_motif
from fanal.appels.types_campagne import DECIDER
from fanal.campagnes.actions.commun import lock_all
from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

Statut = Attribution.Statut
NOM = "Places"


@transaction.atomic
def decider(
    *,
    appel: Appel,
    geste: str,
    dossiers: Collection[int] = (),
    option: str = "",
    motif: str = "",
    vu: str | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> list[Attribution]:
    """Take an act: follow the order of the call, keep, list, refuse, grant an option or take it back.

    All or nothing. *dossiers*: primary keys; *vu*: the fingerprint of the preview that was read. Raises Refus
    beyond the places or the options, when something changed since the preview, when a reason is missing, for
    a call with money; Interdit unless *by* organises the call.
    """
    bureau = _tenir(appel, by=by, instant=instant)
    apercu = previsualiser(bureau, geste, dossiers, motif, option)
    rules.check_comme_vu(vu=vu, empreinte=apercu.empreinte)
    if geste == rules.REFUSER:
        check_motif(motif, "Ne pas retenir un dossier")
    rules.check_avant(apercu.passes, motif)
    if not apercu.prevues:
        raise Refus(apercu.laisses[0][1] if apercu.laisses else "Aucun dossier n'est choisi.")
    donnees = {"geste": geste} | ({"option": option} if option else {})
    return _ecrire(bureau, apercu.prevues, donnees, motif, by, instant)


@transaction.atomic
def promouvoir(*, appel: Appel, motif: str, by: Utilisateur | None, instant: datetime) -> Attribution:
    """Keep the next of the waiting list, on the place that was given back.

    Raises Refus when nobody waits or when no place is free; Interdit.
    """
    bureau = _tenir(appel, by=by, instant=instant)
    check_motif(motif, "Retenir le prochain de la liste")
    prevue = suivante(bureau, motif)
    return _ecrire(bureau, [prevue], {"geste": "promouvoir"}, motif, by, instant)[0]


def _tenir(appel: Appel, *, by: Utilisateur | None, instant: datetime) -> Bureau:
    """The desk as it is now, its places held until the end of the transaction. Raises Refus, Interdit."""
    tenu = Appel.objects.select_related("campagne", "region").get(pk=appel.pk)
    check_droit(by, DECIDER, Noeud.de(tenu), instant)
    bureau = bureau_de(tenu)
    rules.check_sans_argent(bureau.regles)
    tenir(places_de(tenu) or _ouvrir(tenu, instant), by=by, instant=instant)
    return bureau_de(tenu)


def _ouvrir(appel: Appel, instant: datetime) -> Enveloppe:
    """The places of a call, made by the first who decides; the others wait on the row of the call."""
    Appel.objects.select_for_update().get(pk=appel.pk)
    return Enveloppe.objects.get_or_create(
        appel=appel,
        genre=Enveloppe.Genre.PLACES,
        defaults={"annee": appel.campagne.annee, "nom": NOM, "montant": 0, "created_at": instant},
    )[0]


def _ecrire(
    bureau: Bureau,
    prevues: Collection[Prevue],
    donnees: dict[str, Any],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[Attribution]:
    """Write decisions under the lock, take each dossier to its step, one entry in the journal."""
    enveloppe = places_de(bureau.appel)
    assert enveloppe is not None  # noqa: S101 - held by the caller
    tenus = {d.pk: d for d in lock_all(p.ligne.dossier.pk for p in prevues)}
    ecrites = []
    for prevue in prevues:
        dossier = tenus[prevue.ligne.dossier.pk]
        if dossier.etape != prevue.ligne.dossier.etape:
            rules.check_comme_vu(vu=prevue.ligne.dossier.etape, empreinte=dossier.etape)
        valeurs = {
            "version": dossier.version_courante,
            "statut": prevue.statut,
            "demande": 0,
            "maximum": 0,
            "montant": 0,
            "rang": prevue.ligne.rang,
            "options": list(prevue.options),
            "motif": prevue.motif,
            "decidee_le": instant,
            "decidee_par": by,
        }
        ecrite, _ = Attribution.objects.update_or_create(
            enveloppe=enveloppe, dossier=dossier, defaults=valeurs
        )
        ecrites.append(ecrite)
        transition, etape = PASSAGES[Statut(prevue.statut)]
        if dossier.etape != etape:
            franchir(dossier=dossier, transition=transition, by=by, instant=instant, motif=prevue.motif)
    _renumeroter(bureau)
    dits = [[a.dossier_id, a.statut, list(a.options)] for a in ecrites]
    noter(enveloppe, "decision.decider", by, instant, motif, donnees | {"decisions": dits})
    return ecrites


def _renumeroter(bureau: Bureau) -> None:
    """The ranks of those decided before follow the order of the call: a dossier may have become admissible
    since, or the jury may have sat again.
    """
    changees = []
    for ligne in bureau.lignes:
        prise = ligne.attribution
        if prise is not None and prise.rang != ligne.rang:
            prise.rang = ligne.rang
            changees.append(prise)
    Attribution.objects.bulk_update(changees, ["rang"])
