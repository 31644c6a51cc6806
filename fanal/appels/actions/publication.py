"""Publishing the results of a call: the same frozen snapshot as every campaign, by its organiser."""

from datetime import datetime

from django.db import transaction

from fanal.appels.models import Appel, Attribution
from fanal.appels.rules.publication import check_publier
from fanal.campagnes.actions.publications import geler
from fanal.campagnes.models import Campagne, Publication
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud

EN_ATTENTE = ("depose", "incomplet", "recevable")


@transaction.atomic
def publier_resultats(
    *, appel: Appel, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> Publication:
    """Freeze and publish the results of a call. Raises Refus while a dossier or an amount waits, Interdit."""
    check_droit(by, "enveloppe.gerer", Noeud.de(appel), instant)
    campagne = Campagne.objects.select_for_update().get(pk=appel.campagne_id)
    deposes = campagne.dossiers.filter(version_courante__isnull=False)
    provisoires = Attribution.objects.filter(dossier__campagne=campagne, statut=Attribution.Statut.PROVISOIRE)
    check_publier(
        deposes=deposes.count(),
        en_attente=deposes.filter(etape__in=EN_ATTENTE).count(),
        provisoires=provisoires.count(),
        publications=campagne.publications.count(),
        motif=motif,
    )
    return geler(campagne=campagne, by=by, instant=instant, motif=motif)
