"""How the campaign engine carries the survey: one dossier by GHT, handed in, then published."""

from typing import Any

from django.urls import reverse

from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.registre import Etape, Exigence, Indicateur, Reception, Transition, TypeCampagne

TYPE = "maturite"
FORMAT = "autoevaluation"

ETAPES = (
    Etape(
        "evaluation", "Évaluation", "Les personnes invitées répondent, chacune de son côté.", preparation=True
    ),
    Etape("transmise", "Transmise", "Le niveau de chaque sujet est arrêté et transmis.", decidee=True),
    Etape("publiee", "Publiée", "Les résultats sont publiés.", modifiable=False, decidee=True, publiee=True),
)
TRANSITIONS = (
    Transition(
        "transmettre",
        "Transmettre l'autoévaluation",
        ("evaluation",),
        "transmise",
        "candidature.deposer",
        None,
        (Exigence.VERSION,),
    ),
    Transition(
        "reprendre",
        "Corriger l'autoévaluation",
        ("transmise",),
        "evaluation",
        "candidature.deposer",
        None,
        (Exigence.MOTIF,),
    ),
)


def enregistrer_lignes(version: Version, lecture: Any) -> dict[str, str]:
    """A self-assessment is kept by `maturite.actions`, never deposited as a workbook of lines."""
    raise ValueError("The levels kept are written by maturite.actions.evaluations.transmettre.")


def composer(campagne: Campagne) -> dict[str, Any]:
    """The results of a survey as they are published: spread of scores, whole and by class."""
    from fanal.maturite.queries.resultats import resultats_publies

    return resultats_publies(campagne)


def adresse(dossier: Dossier) -> str:
    return reverse("maturite:dossier", args=[dossier.pk])


MATURITE = TypeCampagne(
    code=TYPE,
    titre="Maturité de la fonction achat",
    receptions={
        FORMAT: Reception(
            format=FORMAT,
            niveaux=("ght",),
            permission="candidature.saisir",
            etapes=ETAPES,
            transitions=TRANSITIONS,
            enregistrer=enregistrer_lignes,
            permission_avis="instruction.voir",
            permission_decision="candidature.instruire",
            permission_reponse="candidature.saisir",
        )
    },
    composer=composer,
    indicateurs={"moyenne": Indicateur("Note moyenne sur 20", "texte")},
    adresse=adresse,
)
