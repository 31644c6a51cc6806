"""A call and a dossier as documents, for the API and the command line."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fanal.appels.models import Appel, Constat
from fanal.appels.queries.appels import etat_appel, montants_de, regles_de
from fanal.appels.queries.candidatures import region_du_noeud
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import PARIS
from fanal.territoires.noeuds import Noeud

TITRES = {e.code: e.titre for e in ETAPES}


def decrire_appel(appel: Appel, instant: datetime) -> dict[str, Any]:
    """The call, its windows in legal time, where it stands; `regles` as in its rule file."""
    c = appel.campagne
    return {
        "code": c.code,
        "titre": c.titre,
        "annee": c.annee,
        "organisateur": appel.region.sigle if appel.region else "national",
        "etat": etat_appel(appel, instant),
        "resume": appel.resume,
        "ouverture": _heure(c.ouverture),
        "cloture": None if regles_de(appel).dossiers.permanente else _heure(c.cloture),
        "complements_jusqu_au": _heure(c.correction_jusqu_au),
        "formulaire": appel.formulaire.empreinte if appel.formulaire else None,
        "demonstration": c.demonstration,
    }


def decrire_dossier(dossier: Dossier) -> dict[str, Any]:
    """A dossier: whose, where it stands, what it asks, what the decision table says; amounts as text."""
    version = dossier.version_courante
    noeud = Noeud.de(dossier)
    montants = montants_de(version) if version and hasattr(version, "reponse") else None
    return {
        "numero": dossier.pk,
        "appel": dossier.campagne.code,
        "niveau": noeud.niveau,
        "code": noeud.code,
        "declarant": dossier.nom_noeud,
        "region": region_du_noeud(noeud),
        "reference": dossier.reference,
        "etape": dossier.etape,
        "etape_titre": TITRES[dossier.etape],
        "en_retard": dossier.en_retard,
        "version": version.numero if version else None,
        "depose_le": _heure(version.created_at) if version else None,
        "empreinte": version.empreinte if version else None,
        "montant_eligible": _texte(montants.eligible if montants else None),
        "montant_demande": _texte(montants.demande if montants else None),
        "montant_maximum": _texte(montants.maximum if montants else None),
        "constats": [_constat(c) for c in version.constats.all()] if version else [],
    }


def _constat(c: Constat) -> dict[str, Any]:
    return {
        "code": c.code,
        "titre": c.titre,
        "verdict": c.effectif,
        "consequence": c.consequence,
        "phrase": c.phrase,
        "reference": c.reference,
    }


def _heure(instant: datetime) -> str:
    return instant.astimezone(PARIS).isoformat(timespec="seconds")


def _texte(montant: Decimal | None) -> str | None:
    return None if montant is None else format(montant, "f")
