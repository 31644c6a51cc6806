"""The results of a call as they are published: amounts and numbers by status and by région, then dossiers."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from fanal.appels.queries.appels import MontantsLus, montants_de, regles_de
from fanal.appels.queries.candidatures import region_du_noeud
from fanal.appels.rules.decisions import sans_argent
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.models import Campagne, Dossier
from fanal.territoires.noeuds import Noeud

ACCORDES = ("provisoire", "definitive")
TITRES = {e.code: e.titre for e in ETAPES}


def resultats_publies(campagne: Campagne) -> dict[str, Any]:
    """`par_etape`, `par_region` and `dossiers`, of what was handed in; amounts are Decimal euros, what is
    granted None where the call shares no money.
    """
    deposes = campagne.dossiers.filter(version_courante__isnull=False).select_related(
        "version_courante__reponse",
        "campagne__appel",
        "region",
        "ght__region",
        "etablissement__departement__region",
    )
    deposes = deposes.prefetch_related("attributions")
    lignes = [_ligne(d) for d in deposes.order_by("pk")]
    return {
        "dossiers": lignes,
        "par_etape": _ventiler(lignes, "etape"),
        "par_region": _ventiler(lignes, "region"),
    }


def region_de(dossier: Dossier) -> str:
    """The sigle of the région where the applicant stands, empty for the nation."""
    return region_du_noeud(Noeud.de(dossier))


def _ligne(dossier: Dossier) -> dict[str, Any]:
    version = dossier.version_courante
    montants = montants_de(version) if version else MontantsLus()
    regles = regles_de(dossier.campagne.appel)
    accorde = (
        None
        if sans_argent(regles)
        else sum((a.montant for a in dossier.attributions.all() if a.statut in ACCORDES), Decimal(0))
    )
    return {
        "dossier": dossier.pk,
        "code": Noeud.de(dossier).code,
        "declarant": dossier.nom_noeud,
        "reference": dossier.reference,
        "region": region_de(dossier),
        "etape": dossier.etape,
        "etape_titre": TITRES[dossier.etape],
        "en_retard": dossier.en_retard,
        "demande": montants.demande,
        "accorde": accorde,
    }


def _ventiler(lignes: list[dict[str, Any]], cle: str) -> dict[str, dict[str, Any]]:
    totaux: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"dossiers": 0, "demande": Decimal(0), "accorde": Decimal(0)}
    )
    for ligne in lignes:
        part = totaux[ligne[cle]]
        part["dossiers"] += 1
        part["demande"] += ligne["demande"] or Decimal(0)
        part["accorde"] += ligne["accorde"] or Decimal(0)
    return dict(totaux)
