"""The panel « Données essentielles » of the contract page: published or not, until when, what is missing."""

from datetime import date
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.publication.completude import avertissements
from fanal.marches.queries.publication import Situation, contrat_de, regles_origine, situation
from fanal.marches.volets import Volet
from fanal.territoires.noeuds import Noeud

AVANT = (Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE)


def contexte(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """Where the publication stands; None for who does not publish this contract."""
    joined = marche.niveau == "ght" and marche.operateur_acheteur_id is not None
    if marche.etat in AVANT or joined or not perimetre.contient(Noeud.de(marche)):
        return None
    contrat = contrat_de(marche)
    where = situation(contrat, today)
    published = marche.publications.select_related("modification").order_by("publiee_le", "pk")
    return {
        "phrase": _phrase(marche, where),
        "retard": where.en_retard,
        "manques": where.manques,
        "avertissements": avertissements(contrat, regles_origine(today)),
        "publications": list(published),
    }


def _phrase(marche: Marche, where: Situation) -> str:
    if where.etat == "sans-objet":
        return "Le montant est sous le seuil : la publication n'est pas obligatoire."
    if not where.attend:
        when = f" le {marche.date_publication:%d/%m/%Y}" if marche.date_publication else ""
        return f"Publié{when}."
    due = f" avant le {where.echeance:%d/%m/%Y}" if where.echeance else ", échéance inconnue"
    if where.en_retard and where.echeance:
        due = f" : l'échéance du {where.echeance:%d/%m/%Y} est passée"
    what = "À publier" if marche.date_publication is None else "Publié ; un avenant reste à publier"
    return f"{what}{due}."


VOLET = Volet(
    "publication", "Données essentielles", 35, "marche.voir", contexte, "marches/volet_publication.html"
)
