"""Milestones of a kept project: added, reached, moved with a reason. The first date never moves."""

from datetime import date, datetime

from django.db import transaction

from fanal.appels.actions.suivi import DECIDER, fin_de, noter, projet
from fanal.appels.models import Jalon
from fanal.appels.rules.suivi import check_atteindre, check_deplacer, check_fin, check_titre
from fanal.campagnes.actions.commun import lock
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def ajouter_jalon(
    *, dossier: Dossier, titre: str, prevu_le: date, by: Utilisateur | None, instant: datetime
) -> Jalon:
    """Add a milestone to the calendar that a project sets for itself. Raises Refus, Interdit."""
    tenu = projet(dossier, by=by, instant=instant)
    check_titre(titre)
    check_fin(prevu=prevu_le, fin=fin_de(tenu))
    jalon = Jalon.objects.create(
        dossier=tenu, titre=" ".join(titre.split())[:160], prevu_le=prevu_le, initial_le=prevu_le
    )
    noter(tenu, "suivi.ajouter_jalon", by, instant, {"titre": jalon.titre, "prevu_le": prevu_le})
    return jalon


@transaction.atomic
def atteindre(*, jalon: Jalon, jour: date, by: Utilisateur | None, instant: datetime) -> Jalon:
    """Declare that a milestone was reached on a day. Raises Refus, Interdit."""
    tenu = projet(jalon.dossier, by=by, instant=instant)
    pris = Jalon.objects.select_for_update().get(pk=jalon.pk)
    check_atteindre(nature=pris.nature, atteint_le=pris.atteint_le, jour=jour, le=local_day(instant))
    pris.atteint_le = jour
    pris.save(update_fields=["atteint_le"])
    noter(tenu, "suivi.atteindre", by, instant, {"jalon": pris.titre, "atteint_le": jour})
    return pris


@transaction.atomic
def deplacer(
    *, jalon: Jalon, jour: date, lu: date, motif: str, by: Utilisateur | None, instant: datetime
) -> Jalon:
    """Move a milestone; the first date stays beside it. *lu* is the date that was on the page.

    The project moves its own steps, up to the end of its agreement; due dates of indicators are moved by
    those who decide. Raises Refus, Interdit.
    """
    if jalon.nature == Jalon.Nature.ETAPE:
        tenu = projet(jalon.dossier, by=by, instant=instant)
        check_fin(prevu=jour, fin=fin_de(tenu))
    else:
        tenu = lock(jalon.dossier)
        check_droit(by, DECIDER, Noeud.de(tenu.campagne.appel), instant)
    pris = Jalon.objects.select_for_update().get(pk=jalon.pk)
    check_deplacer(atteint_le=pris.atteint_le, prevu=pris.prevu_le, lu=lu, jour=jour, motif=motif)
    avant, pris.prevu_le = pris.prevu_le, jour
    pris.save(update_fields=["prevu_le"])
    donnees = {"jalon": pris.titre, "avant": avant, "apres": jour, "initial": pris.initial_le}
    noter(tenu, "suivi.deplacer", by, instant, donnees, motif)
    return pris
