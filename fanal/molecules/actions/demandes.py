"""The row of a request, written when its dossier is handed in."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from fanal.campagnes.models import Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.molecules.actions.rapprochements import rapprocher
from fanal.molecules.models import DemandeMolecule
from fanal.molecules.queries.lecture import lue
from fanal.refus import Inutilisable


def apres_depot(dossier: Dossier, version: Version, by: Utilisateur | None, instant: datetime) -> None:
    """What the kind « molécules » does inside the transaction of a deposit.

    A call may take incomplete dossiers: without sector, drug or cost there is no row until the complement
    comes, and the decision table says so (`queries.constats`).
    """
    with suppress(Inutilisable):
        extraire(dossier=dossier, version=version, by=by, instant=instant)


@transaction.atomic
def extraire(
    *, dossier: Dossier, version: Version, by: Utilisateur | None, instant: datetime
) -> DemandeMolecule:
    """Read the request in the answers of *version*, and propose what the lists and the other requests say.

    Raises Inutilisable when the answers lack the sector, the drug or its cost.
    """
    ce_qui_est_lu = lue(version)
    demande, _ = DemandeMolecule.objects.update_or_create(
        version=version,
        defaults={
            "dossier": dossier,
            "annee": dossier.campagne.annee,
            "demandee_le": instant,
            "finess": dossier.etablissement.finess if dossier.etablissement else "",
            **vars(ce_qui_est_lu),
        },
    )
    inscrire(
        action="molecules.demande",
        objet=demande,
        by=by,
        instant=instant,
        donnees={"ucd": demande.ucd, "secteur": demande.secteur, "montant": demande.cout_annuel},
    )
    rapprocher(demande=demande, by=by, instant=instant)
    return demande
