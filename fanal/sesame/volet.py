"""The panel of a SESAME dossier: equipment paid for or not, and the plan of financing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from fanal.appels.queries.appels import lire_montant, regles_de
from fanal.appels.queries.portee import est_declarant
from fanal.appels.volets import Volet
from fanal.campagnes.models import Dossier
from fanal.interface.nombres import Absence, ecrire_montant
from fanal.parametres import valeur
from fanal.sesame.compute.plan import Plan, lire_lignes, plan
from fanal.sesame.rules.lignes import signaler


def contexte(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """What the panel shows: the version handed in, or to its applicant the draft; None without equipment."""
    reponses = _reponses(request, dossier)
    lignes = lire_lignes(reponses)
    if not lignes:
        return None
    montants = regles_de(dossier.campagne.appel).montants
    le = timezone.localdate()
    taux = montants.taux_max if montants.taux_max is not None else valeur("appels.sesame.taux_maximal", le=le)
    plafond = montants.plafond if montants.plafond is not None else valeur("appels.sesame.plafond", le=le)
    p = plan(
        lignes,
        taux=Decimal(taux),
        plafond=plafond,
        demande=lire_montant(reponses.get(montants.demande)),
    )
    return {
        "plan": p,
        "taux": taux,
        "phrase": phrase(p),
        "lignes": [(ligne, signaler(ligne)) for ligne in lignes],
        "plafond": Absence.NON_RENSEIGNE if p.plafond is None else p.plafond,
        "demande": Absence.NON_RENSEIGNE if p.demande is None else p.demande,
    }


def _reponses(request: HttpRequest, dossier: Dossier) -> Mapping[str, Any]:
    brouillon = getattr(dossier, "brouillon", None)
    if brouillon is not None and est_declarant(request, dossier):
        return brouillon.reponses  # type: ignore[no-any-return]  # a JSON field
    reponse = getattr(dossier.version_courante, "reponse", None)
    return reponse.reponses if reponse else {}


def phrase(p: Plan) -> str:
    """The plan in one sentence."""
    maximum = ecrire_montant(p.aide_maximale)
    debut = f"{ecrire_montant(p.eligible)} TTC peuvent être soutenus, pour {maximum} au plus"
    if p.depassement:
        suite = f" ; la demande dépasse ce maximum de {ecrire_montant(p.depassement)}"
    else:
        suite = f" ; il reste {ecrire_montant(p.a_charge)} à la charge de l'établissement"
    plafond = "" if p.plafond is not None else " Le plafond par projet n'est pas encore fixé."
    return f"{debut}{suite}.{plafond}"


VOLET = Volet("sesame", "Équipements éligibles et plan de financement", 12, contexte, "sesame/volet.html")
