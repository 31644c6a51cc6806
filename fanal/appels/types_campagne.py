"""How the campaign engine carries a call: one format of answer, the steps of a dossier, who may move it.

Who may is asked twice: here on the node of the dossier, and by `appels.actions` on the node of the organiser,
so that an agency does not move the dossiers of a national call.
"""

from typing import Any

from django.urls import reverse

from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.registre import Etape, Exigence, Reception, Transition, TypeCampagne

TYPE = "appel"
FORMAT = "candidature"

ETAPES = (
    Etape("brouillon", "En préparation", "Le dossier se remplit ; il n'est pas déposé.", preparation=True),
    Etape("depose", "Déposé", "Le dossier est déposé ; il attend l'examen de sa recevabilité.", avis=True),
    Etape("incomplet", "Complément demandé", "Un complément est demandé au déclarant.", preparation=True),
    Etape(
        "irrecevable", "Non recevable", "Le dossier ne peut pas être examiné.", modifiable=False, decidee=True
    ),
    Etape("recevable", "Recevable", "Le dossier est à l'examen.", modifiable=False, avis=True, controle=True),
    Etape("retenu", "Retenu", "Le projet est retenu.", modifiable=False, decidee=True),
    Etape(
        "complementaire", "Liste complémentaire", "Le projet attend qu'une place se libère.", modifiable=False
    ),
    Etape("non_retenu", "Non retenu", "Le projet n'est pas retenu.", modifiable=False, decidee=True),
    Etape("abandonne", "Abandonné", "Le déclarant a retiré son dossier.", modifiable=False, decidee=True),
)

EN_COURS = ("brouillon", "depose", "incomplet", "recevable", "complementaire", "retenu")
SAISIR, DEPOSER, INSTRUIRE = "candidature.saisir", "candidature.deposer", "candidature.instruire"
DECIDER = "enveloppe.gerer"

TRANSITIONS = (
    Transition("deposer", "Déposer le dossier", ("brouillon",), "depose", DEPOSER, None, (Exigence.VERSION,)),
    Transition("completer", "Déposer le complément", ("incomplet",), "depose", DEPOSER),
    Transition("reprendre", "Reprendre le dossier", ("depose",), "brouillon", DEPOSER),
    Transition(
        "demander_complement",
        "Demander un complément",
        ("depose", "recevable"),
        "incomplet",
        INSTRUIRE,
        None,
        (Exigence.MOTIF,),
    ),
    Transition("declarer_recevable", "Déclarer recevable", ("depose", "irrecevable"), "recevable", INSTRUIRE),
    Transition(
        "declarer_irrecevable",
        "Déclarer non recevable",
        ("depose", "recevable"),
        "irrecevable",
        INSTRUIRE,
        None,
        (Exigence.MOTIF,),
    ),
    Transition("retenir", "Retenir", ("recevable", "complementaire", "non_retenu"), "retenu", DECIDER),
    Transition(
        "lister",
        "Mettre en liste complémentaire",
        ("recevable", "non_retenu", "retenu"),
        "complementaire",
        DECIDER,
    ),
    Transition(
        "ecarter",
        "Ne pas retenir",
        ("recevable", "complementaire", "retenu"),
        "non_retenu",
        DECIDER,
        None,
        (Exigence.MOTIF,),
    ),
    Transition(
        "rouvrir", "Revenir à l'examen", ("retenu", "complementaire", "non_retenu"), "recevable", DECIDER
    ),
    Transition(
        "constater_abandon",
        "Constater l'abandon",
        ("retenu", "complementaire"),
        "abandonne",
        DECIDER,
        None,
        (Exigence.MOTIF,),
    ),
    Transition("abandonner", "Retirer le dossier", EN_COURS, "abandonne", DEPOSER, None, (Exigence.MOTIF,)),
)


RAPPELS = (
    "Aucun dossier n'a encore été déposé : remplissez-le, il s'enregistre au fil de la saisie, puis "
    "déposez-le.",
    "Votre dossier a été repris et n'est plus déposé : terminez-le et déposez-le à nouveau.",
)


def enregistrer_lignes(version: Version, lecture: Any) -> dict[str, str]:
    """A call's answers come from a questionnaire, never from a workbook of lines."""
    raise ValueError("The answers of a call are kept by questionnaires.actions, not by a deposit of lines.")


def composer(campagne: Campagne) -> dict[str, Any]:
    """The results of a call as they are published: amounts by status and by région, dossier by dossier."""
    from fanal.appels.queries.resultats import resultats_publies

    return resultats_publies(campagne)


def attend(campagne: Campagne) -> bool:
    """Whether a call still awaits dossiers: published, not withdrawn, with a closing."""
    from fanal.appels.models import Appel

    appel = Appel.objects.filter(campagne=campagne, etat=Appel.Etat.OUVERT).first()
    return appel is not None and not appel.regles.get("dossiers", {}).get("permanente", False)


def adresse(dossier: Dossier) -> str:
    return reverse("appels:dossier", args=[dossier.pk])


APPEL = TypeCampagne(
    code=TYPE,
    titre="Appel",
    receptions={
        FORMAT: Reception(
            format=FORMAT,
            niveaux=("etablissement", "ght", "region"),
            permission=SAISIR,
            etapes=ETAPES,
            transitions=TRANSITIONS,
            enregistrer=enregistrer_lignes,
            permission_avis="instruction.voir",
            permission_decision=INSTRUIRE,
            permission_reponse=SAISIR,
            titre="Dossier de candidature",
            rappels=RAPPELS,
        )
    },
    composer=composer,
    adresse=adresse,
    attend=attend,
)
