"""Delay, abandonment, change of amount: asked by a project, settled by the competent authority."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from fanal.appels.actions.suivi import (
    DECIDER,
    attribution_de,
    projet,
    ramener,
    total_verse,
)
from fanal.appels.models import Attribution, Convention, Enveloppe, EvenementProjet
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.suivi import noeud_competent
from fanal.appels.rules.evenements import (
    ABANDON,
    INFORMATION,
    MONTANT,
    REPORT,
    autorite_de,
    check_demande,
    check_montant,
    check_nature,
    check_solde,
    check_trancher,
    check_verse,
)
from fanal.campagnes.actions.commun import record
from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data

ENGAGES = (Attribution.Statut.PROVISOIRE, Attribution.Statut.DEFINITIVE)


@transaction.atomic
def demander(
    *,
    dossier: Dossier,
    nature: str,
    motif: str,
    nouvelle_fin: date | None = None,
    nouveau_montant: Decimal | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> EvenementProjet:
    """Write what a project asks for; an information is only written. Raises Refus, Interdit."""
    tenu = projet(dossier, by=by, instant=instant)
    accord = attribution_de(tenu)
    assert accord is not None  # noqa: S101 - checked by projet
    check_nature(nature=nature, sans_argent=accord.sans_argent)
    ouvertes = tenu.evenements.filter(nature=nature, etat=EvenementProjet.Etat.DEMANDE)
    check_demande(
        nature=nature,
        motif=motif,
        nouvelle_fin=nouvelle_fin,
        nouveau_montant=nouveau_montant,
        accorde=accord.montant,
        maximum=accord.maximum,
        le=local_day(instant),
        ouvertes=ouvertes.count() if nature != INFORMATION else 0,
    )
    autorite = autorite_de(nature, regles_de(tenu.campagne.appel).suivi.autorites)
    information = nature == INFORMATION
    evenement = EvenementProjet.objects.create(
        dossier=tenu,
        nature=nature,
        etat=EvenementProjet.Etat.ACCEPTE if information else EvenementProjet.Etat.DEMANDE,
        autorite=autorite[:60],
        motif=motif.strip(),
        nouvelle_fin=nouvelle_fin if nature == REPORT else None,
        nouveau_montant=nouveau_montant if nature == MONTANT else None,
        demande_le=instant,
        demande_par=by,
        tranche_le=instant if information else None,
    )
    _noter(evenement, "suivi.demander", by, instant, motif)
    return evenement


@transaction.atomic
def trancher(
    *,
    evenement: EvenementProjet,
    accepte: bool,
    reponse: str,
    by: Utilisateur | None,
    instant: datetime,
) -> EvenementProjet:
    """Settle a request, by the authority that the rules of the call name.

    Accepted: a delay moves the end of the agreement, a change of amount moves the grant and the payments
    still to make, an abandonment gives the money back to the envelope. Raises Refus, Interdit.
    """
    # The envelope first, as all who decide on money do: two acts never wait for each other.
    accord = attribution_de(evenement.dossier)
    if accord is not None:
        Enveloppe.objects.select_for_update().get(pk=accord.enveloppe_id)
        accord = Attribution.objects.select_for_update().get(pk=accord.pk)
    tenu = EvenementProjet.objects.select_for_update().get(pk=evenement.pk)
    check_droit(by, DECIDER, noeud_competent(tenu), instant)
    check_trancher(etat=tenu.etat, accepte=accepte, reponse=reponse)
    if accepte and accord is not None:
        _appliquer(tenu, accord, by, instant)
    tenu.etat = EvenementProjet.Etat.ACCEPTE if accepte else EvenementProjet.Etat.REFUSE
    tenu.reponse, tenu.tranche_le, tenu.tranche_par = reponse.strip(), instant, by
    tenu.save(update_fields=["etat", "reponse", "tranche_le", "tranche_par"])
    _noter(tenu, "suivi.trancher", by, instant, reponse)
    return tenu


def _appliquer(
    evenement: EvenementProjet, accord: Attribution, by: Utilisateur | None, instant: datetime
) -> None:
    convention = Convention.objects.filter(attribution=accord).first()
    if evenement.nature == REPORT and convention is not None:
        convention.fin_le = evenement.nouvelle_fin
        convention.save(update_fields=["fin_le"])
    elif evenement.nature == MONTANT and evenement.nouveau_montant is not None:
        _changer_montant(accord, convention, evenement.nouveau_montant)
    elif evenement.nature == ABANDON:
        check_verse(nouveau=Decimal(0), verse=total_verse(convention))
        _liberer(accord, convention, evenement, by, instant)


def _changer_montant(accord: Attribution, convention: Convention | None, nouveau: Decimal) -> None:
    check_montant(nouveau=nouveau, accorde=accord.montant, maximum=accord.maximum)
    check_verse(nouveau=nouveau, verse=total_verse(convention))
    if nouveau > accord.montant:
        autres = accord.enveloppe.attributions.filter(statut__in=ENGAGES).exclude(pk=accord.pk)
        check_solde(
            nouveau=nouveau,
            autres=autres.aggregate(s=Sum("montant"))["s"] or Decimal(0),
            enveloppe=accord.enveloppe.montant,
        )
    accord.montant = nouveau
    accord.save(update_fields=["montant"])
    if convention is not None:
        ramener(convention, nouveau)


def _liberer(
    accord: Attribution,
    convention: Convention | None,
    evenement: EvenementProjet,
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    """The money goes back to the envelope, the payments not made are dropped, the dossier ends."""
    if convention is not None:
        convention.versements.filter(verse_le=None).delete()
    accord.statut, accord.montant = Attribution.Statut.ABANDONNEE, Decimal(0)
    accord.motif = evenement.motif
    accord.save(update_fields=["statut", "montant", "motif"])
    # The project asked and the authority agreed: the step is taken in the name of both.
    franchir(
        dossier=evenement.dossier,
        transition="constater_abandon",
        by=None,
        instant=instant,
        motif=evenement.motif,
    )


def _noter(
    evenement: EvenementProjet, action: str, by: Utilisateur | None, instant: datetime, motif: str
) -> None:
    record(
        campagne=evenement.dossier.campagne,
        action=action,
        objet=evenement.dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees=canonical_data(
            {
                "evenement": evenement.pk,
                "nature": evenement.nature,
                "etat": evenement.etat,
                "autorite": evenement.autorite,
                "nouvelle_fin": evenement.nouvelle_fin,
                "nouveau_montant": evenement.nouveau_montant,
            }
        ),
    )
