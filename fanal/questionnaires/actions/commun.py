"""What every write of a draft does: lock the dossier and its draft, check the step and the right, keep who
wrote what.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fanal.campagnes.actions.commun import lock
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.moteurs.xlsform.modele import Formulaire, Reponses
from fanal.questionnaires.models import Brouillon
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.rules.saisie import check_etape
from fanal.territoires.noeuds import Noeud


def prendre_dossier(dossier: Dossier, *, by: Utilisateur | None, instant: datetime) -> Dossier:
    """The dossier, locked, for one who may write it now. Raises Refus (step), Interdit (right)."""
    pris = lock(dossier)
    reception = reception_de(pris)
    check_droit(by, reception.permission, Noeud.de(pris), instant)
    etape = reception.etape(pris.etape)
    check_etape(etape.titre, etape.preparation)
    return pris


def prendre(
    brouillon: Brouillon, *, by: Utilisateur | None, instant: datetime
) -> tuple[Brouillon, Formulaire]:
    """The draft as it is now, held until the transaction ends, with its form. Raises Refus, Interdit."""
    dossier = prendre_dossier(brouillon.dossier, by=by, instant=instant)
    pris = Brouillon.objects.select_for_update().get(pk=brouillon.pk)
    pris.dossier = dossier
    return pris, formulaire_de(pris.formulaire)


def marquer(
    brouillon: Brouillon, chemins: Iterable[str], *, by: Utilisateur | None, instant: datetime
) -> None:
    """Keep who answered these questions last, when, and at which revision of the draft."""
    marque = {
        "compte": by.pk if by else None,
        "le": instant.isoformat(),
        "revision": brouillon.revision,
    }
    brouillon.auteurs = {**brouillon.auteurs, **dict.fromkeys(chemins, marque)}


def garder(brouillon: Brouillon, reponses: Reponses, *, instant: datetime) -> None:
    """Write the draft, one revision further than before `avancer`."""
    brouillon.reponses = reponses
    brouillon.updated_at = instant
    brouillon.save(update_fields=["reponses", "auteurs", "revision", "updated_at", "repris_de", "formulaire"])


def resume(reponses: Reponses) -> dict[str, Any]:
    """What the journal says of answers: how many, never what."""
    return {"reponses": len(reponses)}
