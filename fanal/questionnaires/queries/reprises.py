"""Former dossiers of the same node whose answers may be taken over."""

from dataclasses import dataclass

from django.db.models import F

from fanal.moteurs.xlsform.modele import Reponses
from fanal.questionnaires.compute.chemins import aplatir
from fanal.questionnaires.compute.differences import DifferenceReponse, differences_reponses, reprenables
from fanal.questionnaires.models import Brouillon, Reponse
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Reprise:
    """What taking over would fill (after), what stays as it is written, and what cannot come, with why."""

    reponse: Reponse
    remplies: list[DifferenceReponse]
    gardees: int
    laissees: list[tuple[str, str]]


def reprises_possibles(brouillon: Brouillon) -> list[Reponse]:
    """The answers handed in by the same node in other dossiers, the latest first; only current versions."""
    noeud = Noeud.de(brouillon.dossier)
    champs = {f"version__dossier__{nom}": valeur for nom, valeur in noeud.champs().items()}
    trouvees = (
        Reponse.objects.filter(version=F("version__dossier__version_courante"), **champs)
        .exclude(version__dossier=brouillon.dossier)
        .select_related("version__dossier__campagne", "formulaire__formulaire")
        .order_by("-version__created_at")
    )
    nouveau = formulaire_de(brouillon.formulaire)
    return [r for r in trouvees[:40] if reprenables(formulaire_de(r.formulaire), nouveau, r.reponses)[0]]


def reprise(brouillon: Brouillon, numero: int) -> Reprise:
    """What the answers of that version would bring. Raises Introuvable."""
    choisie = next((r for r in reprises_possibles(brouillon) if r.pk == numero), None)
    if choisie is None:
        raise Introuvable("Ces réponses ne sont pas celles d'un dossier du même déclarant.")
    nouveau = formulaire_de(brouillon.formulaire)
    reprises, laissees = reprenables(formulaire_de(choisie.formulaire), nouveau, choisie.reponses)
    neuves: Reponses = {n: v for n, v in reprises.items() if not brouillon.reponses.get(n)}
    remplies = differences_reponses(nouveau, brouillon.reponses, {**brouillon.reponses, **neuves})
    return Reprise(choisie, remplies, len(aplatir(reprises)) - len(aplatir(neuves)), laissees)
