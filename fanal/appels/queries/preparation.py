"""What a call still misses before it can be published, in sentences; checked against its form."""

from datetime import datetime

from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.appels.rules.regles import Regles
from fanal.campagnes.temps import instant_fr
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import GROUPE, QUESTIONS, REPETITION, Element, Formulaire
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.refus import Refus


def manques(appel: Appel, instant: datetime) -> list[str]:
    """What must be done before *appel* opens; empty when it is ready."""
    dits = []
    if not appel.resume.strip():
        dits.append("Écrivez le résumé : une phrase qui dit à qui s'adresse l'appel et pour quoi.")
    if appel.campagne.cloture <= instant:
        dits.append(f"La clôture du {instant_fr(appel.campagne.cloture)} est déjà passée : changez-la.")
    if appel.formulaire is None:
        return [*dits, "Déposez le formulaire que les déclarants rempliront."]
    try:
        regles = regles_de(appel)
    except Refus as refus:
        return [*dits, refus.phrase]
    return [*dits, *fautes_de_regles(regles, formulaire_de(appel.formulaire))]


def fautes_de_regles(regles: Regles, formulaire: Formulaire) -> list[str]:
    """What the rules say of the form that the form does not have: questions, expressions."""
    noms = {e.nom: e for e in elements(formulaire)}
    fautes = [
        f"La règle « {place} » nomme la question « {nom} », que le formulaire n'a pas."
        for place, nom in _questions_nommees(regles)
        if nom and nom not in noms
    ]
    for test in regles.eligibilite:
        if test.repetition and getattr(noms.get(test.repetition), "genre", "") != REPETITION:
            fautes.append(
                f"Le test « {test.titre} » porte sur « {test.repetition} », qui n'est pas une répétition."
            )
        for expression in filter(None, (test.si, test.inconnu_si)):
            try:
                xlsform.check_expression(formulaire, expression)
            except Refus as refus:
                fautes.append(f"Le test « {test.titre} » ne peut pas être calculé : {refus.phrase}")
    return fautes


def elements(formulaire: Formulaire) -> list[Element]:
    """Every element of the form, groups and repeats included, in order."""
    tous: list[Element] = []

    def walk(element: Element) -> None:
        tous.append(element)
        for enfant in element.enfants:
            walk(enfant)

    for element in formulaire.elements:
        walk(element)
    return tous


def questions(formulaire: Formulaire) -> list[Element]:
    """The questions of the form, without groups, repeats, notes and calculations."""
    return [e for e in elements(formulaire) if e.genre in QUESTIONS]


def sections(formulaire: Formulaire) -> list[Element]:
    """The groups and repeats of the first level: what a reader calls sections."""
    return [e for e in formulaire.elements if e.genre in (GROUPE, REPETITION)]


def _questions_nommees(regles: Regles) -> list[tuple[str, str]]:
    m, r = regles.montants, regles.repartition
    return [
        ("montants.eligible", m.eligible),
        ("montants.demande", m.demande),
        ("montants.minimum", m.minimum),
        ("dossiers.reference", regles.dossiers.reference),
        ("repartition.classe", r.classe),
        ("repartition.priorite", r.priorite),
        *(("suivi.options", o.question) for o in regles.suivi.options if o.question),
        *(("consentements", nom) for nom in regles.consentements),
        *(("bibliotheque", nom) for nom in regles.bibliotheque),
    ]
