"""What the form says of a draft's answers, now."""

from datetime import datetime

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Anomalie, Element, Formulaire, Reponses, Verdict
from fanal.questionnaires.compute.chemins import est_vide, lire
from fanal.questionnaires.models import Brouillon
from fanal.questionnaires.queries.formulaires import formulaire_de


def verdict(brouillon: Brouillon, instant: datetime) -> Verdict:
    """The draft judged at *instant*, its attachments among those received."""
    return juger(brouillon, brouillon.reponses, instant)


def juger(brouillon: Brouillon, reponses: Reponses, instant: datetime) -> Verdict:
    """The same on other answers (a file, the API): nothing is kept."""
    fichiers = brouillon.dossier.pieces_jointes.filter(retiree_le__isnull=True)
    recus = set(fichiers.values_list("original__empreinte", flat=True))
    return xlsform.juger(formulaire_de(brouillon.formulaire), reponses, instant=instant, fichiers=recus)


def lignes_imposees(formulaire: Formulaire, reponses: Reponses, tableau: Element, instant: datetime) -> int:
    """How many rows a table has, when the form computes it."""
    jugees = xlsform.juger(formulaire, reponses, instant=instant)
    return len(jugees.valeurs.get(tableau.nom, []))


def est_manque(anomalie: Anomalie, reponses: Reponses) -> bool:
    """Whether the remark only says that nothing is answered yet: a page does not blame for it."""
    return anomalie.regle in {"requis", "accord"} and est_vide(lire(reponses, anomalie.chemin))
