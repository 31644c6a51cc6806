"""Opinions given at a level on the version that is current then."""

from datetime import datetime

from django.db import transaction

from fanal.campagnes import rules
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Avis, Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def rendre(
    *, dossier: Dossier, sens: str, texte: str, niveau: str, by: Utilisateur | None, instant: datetime
) -> Avis:
    """Give an opinion. It stays with the version it saw; a later one of the same level is added beside it.

    Raises Refus at a step that takes no opinion, or when a reserved or adverse opinion gives no reason.
    """
    dossier = lock(dossier)
    reception = reception_de(dossier)
    check_droit(by, reception.permission_avis, Noeud.de(dossier), instant)
    version = rules.check_deposee(dossier.version_courante)
    rules.check_avis(reception.etape(dossier.etape), sens=sens, texte=texte, connus=Avis.Sens.values)
    avis = Avis.objects.create(
        dossier=dossier,
        version=version,
        niveau=niveau,
        sens=sens,
        texte=texte.strip(),
        auteur=by,
        rendu_le=instant,
    )
    record(
        campagne=dossier.campagne,
        action="dossier.avis",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"avis": avis.pk, "sens": sens, "niveau": niveau, "version": version.numero},
    )
    return avis
