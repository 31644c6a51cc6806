"""A simulation of the envelope of the région's call, one that is the decision, a letter sent to the GHT."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.appels.models import Attribution, Courrier, Simulation
from fanal.depots.models import Original
from fanal.moteurs.allocation import lire_partage, repartir_enveloppe
from fanal.moteurs.allocation.documents import en_document


@dataclass
class EnveloppesMonde:
    """What the addresses of envelopes name. `essai`: a try that decided nothing."""

    accord: Attribution
    essai: Simulation
    retenue: Simulation
    courrier: Courrier


def build_enveloppes(accord: Attribution, papier: Original, instant: datetime) -> EnveloppesMonde:
    """Laid directly around a grant."""
    essai, retenue = (_simulation(accord, titre, instant) for titre in ("Essai", "Décision"))
    retenue.retenue_le = instant
    retenue.save()
    courrier = Courrier.objects.create(
        attribution=accord,
        nature="notification",
        statut=accord.statut,
        montant=accord.montant,
        motif=accord.motif,
        original=papier,
        etabli_le=instant,
        envoye_le=instant,
    )
    return EnveloppesMonde(accord, essai, retenue, courrier)


def _simulation(accord: Attribution, titre: str, instant: datetime) -> Simulation:
    pk = str(accord.dossier_id)
    row = {"id": pk, "montant_eligible": "1000.00", "montant_demande": "1000.00", "score": 1}
    question = {"enveloppe": "1000.00", "regle": "prorata", "demandes": [row]}
    found = repartir_enveloppe(lire_partage(question))
    etat = {"version": accord.version_id, "note": None, "rang": 1, "ecart": "", "demande": "1000.00"}
    vide = {"eligible": None, "minimum": None, "region": "", "classe": "", "priorite": None}
    return Simulation.objects.create(
        enveloppe=accord.enveloppe,
        titre=titre,
        question=question,
        resultat=en_document(found),
        contexte={"reglages": {"montant": "1000.00"}, "dossiers": {pk: etat | vide}},
        empreinte=found.empreinte,
        created_at=instant,
    )


def _enveloppe(e: EnveloppesMonde) -> dict[str, Any]:
    return {"numero": e.accord.enveloppe_id}


def _essai(e: EnveloppesMonde) -> dict[str, Any]:
    return {"numero": e.essai.pk}


def _code(e: EnveloppesMonde) -> dict[str, Any]:
    return {"code": e.accord.enveloppe.appel.campagne.code}


Arguments = Callable[[EnveloppesMonde], dict[str, Any]]

# The desk of who shares: the agency, for a call of the région.
DE_QUI_REPARTIT: dict[str, Arguments] = {
    **{
        f"appels:{nom}": _enveloppe
        for nom in (
            "enveloppe",
            "modifier_enveloppe",
            "promouvoir",
            "finaliser",
            "courriers",
            "simuler",
            "garder_simulation",
            "comparer_simulations",
        )
    },
    **{
        f"appels:{nom}": _essai
        for nom in (
            "simulation",
            "retenir_simulation",
            "supprimer_simulation",
            "variantes",
            "question_json",
            "reponse_json",
            "classeur_simulation",
        )
    },
    "appels:rouvrir_simulation": lambda e: {"numero": e.retenue.pk},
    "appels:expliquer": lambda e: _essai(e) | {"dossier": e.accord.dossier_id},
    "appels:attribution": lambda e: {"numero": e.accord.pk},
    "appels:acte_attribution": lambda e: {"numero": e.accord.pk, "acte": "motiver"},
    "appels:courrier": lambda e: {"numero": e.courrier.pk},
    "appels:enveloppes": _code,
    "appels:nouvelle_enveloppe": _code,
    "appels:decisions": _code,
    "appels:decisions_geste": _code,
    "appels:decisions_suivant": _code,
}
# The applicant reads the letter that it was sent.
DU_DECLARANT: dict[str, Arguments] = {
    "appels:courrier_recu": lambda e: {"numero": e.accord.dossier_id, "courrier": e.courrier.pk},
}
