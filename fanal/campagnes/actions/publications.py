"""Publishing a campaign: a frozen snapshot, its hash, and the head of the journal at that time."""

from datetime import datetime
from typing import Any

from django.db import transaction

from fanal.campagnes import registre, rules
from fanal.campagnes.actions.commun import lock_all, record
from fanal.campagnes.canonique import sha256, to_json
from fanal.campagnes.models import Campagne, Dossier, Publication
from fanal.campagnes.queries.droits import check_droit_national
from fanal.campagnes.queries.publications import dossiers_publies, etat_publication
from fanal.comptes.models import Utilisateur
from fanal.journal.queries import tete


@transaction.atomic
def publier(*, campagne: Campagne, by: Utilisateur | None, instant: datetime, motif: str = "") -> Publication:
    """Freeze and publish the results; a later publication needs a reason and is numbered after.

    The snapshot holds `campagne`, `numero`, `publiee_le`, `motif`, `dossiers` (version and hashes of each)
    and `resultats`, composed by the campaign's type. Decided dossiers go to their published step. Raises
    Refus while lines are to be decided, answers awaited, or dossiers not closed.
    """
    check_droit_national(by, "publication.publier", instant)
    dossiers = lock_all(campagne.dossiers.values_list("pk", flat=True))
    campagne = Campagne.objects.select_for_update().get(pk=campagne.pk)
    rules.check_stable(len(dossiers), campagne.dossiers.count())
    rules.check_publication(etat_publication(campagne, instant), motif)
    publication = geler(campagne=campagne, by=by, instant=instant, motif=motif)
    _move(campagne, dossiers, instant)
    return publication


@transaction.atomic
def geler(*, campagne: Campagne, by: Utilisateur | None, instant: datetime, motif: str) -> Publication:
    """Write the next publication of a campaign as its tables stand: the caller holds the campaign's row and
    has checked that it may be published.
    """
    numero = campagne.publications.count() + 1
    instantane = _compose(campagne, numero, instant, motif)
    publication = Publication.objects.create(
        campagne=campagne,
        numero=numero,
        publiee_le=instant,
        auteur=by,
        motif=motif.strip(),
        instantane=instantane,
        empreinte=sha256(instantane),
        journal_numero=0,
        journal_empreinte="",
    )
    record(
        campagne=campagne,
        action="campagne.publier",
        objet=publication,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"campagne": campagne.code, "numero": numero, "empreinte": publication.empreinte},
    )
    connue = tete()
    publication.journal_numero, publication.journal_empreinte = connue.numero, connue.empreinte
    publication.save(update_fields=["journal_numero", "journal_empreinte"])
    return publication


def _compose(campagne: Campagne, numero: int, instant: datetime, motif: str) -> dict[str, Any]:
    contenu = {
        "campagne": campagne.code,
        "numero": numero,
        "publiee_le": instant,
        "motif": motif.strip(),
        "dossiers": dossiers_publies(campagne),
        "resultats": registre.obtenir(campagne.type_campagne).composer(campagne),
    }
    return {cle: to_json(valeur) for cle, valeur in contenu.items()}


def _move(campagne: Campagne, dossiers: list[Dossier], instant: datetime) -> None:
    """Take every decided dossier to the published step of its path."""
    for format, reception in registre.obtenir(campagne.type_campagne).receptions.items():
        publiee = reception.etape_publiee
        if publiee is not None:
            arretes = [e.code for e in reception.etapes if e.decidee]
            campagne.dossiers.filter(
                pk__in=[d.pk for d in dossiers], format=format, etape__in=arretes
            ).update(etape=publiee.code, etape_depuis=instant)
