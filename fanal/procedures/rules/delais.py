"""The times of one procedure, in days: those that the law fixes and those that the GHT gives itself."""

from decimal import Decimal

from fanal.procedures.compute.retroplanning import Delais, Etape
from fanal.procedures.rules.droit import ADAPTEE, FORMALISEES, SANS_PUBLICITE, Demande, Droit
from fanal.procedures.rules.phrases import shortest


def delais_de(procedure: str, droit: Droit, *, electronique: bool = True) -> Delais:
    """Read the stretches of *procedure* in the law; an unknown label is counted as an open call."""
    inner = droit["delais.preparation"]
    choice = "Choix du GHT (marches.delais.preparation)"
    steps = [
        Etape("recensement", "Recensement des besoins", inner["recensement"], choice),
        Etape("redaction", "Rédaction du dossier de consultation", inner["redaction"], choice),
    ]
    if procedure != SANS_PUBLICITE:
        steps.append(Etape("publication", "Envoi de la publicité", inner["publication"], choice))
        steps += _reception(procedure, droit, electronique)
    steps += [
        Etape("analyse", "Analyse des offres", inner["analyse"], choice),
        Etape("attribution", "Décision d'attribution", inner["attribution"], choice),
    ]
    if procedure in (*FORMALISEES, "Procédure avec négociation", "Dialogue compétitif"):
        wait = droit.articles["delais.suspension"]
        days = wait.valeur["electronique" if electronique else "autre"]
        steps.append(Etape("suspension", "Information des évincés", days, wait.reference))
    steps.append(Etape("mise_en_oeuvre", "Mise en œuvre", inner["mise_en_oeuvre"], choice))
    return Delais(procedure, tuple(steps))


def _reception(procedure: str, droit: Droit, electronique: bool) -> list[Etape]:
    if procedure == ADAPTEE:
        given = droit.articles["delais.offres_adaptee"]
        return [Etape("offres", "Réception des offres", given.valeur, given.source)]
    table = droit["delais.reception"]
    steps = table.get(procedure) or table[FORMALISEES[0]]
    asked = Demande("services", Decimal(1), droit.le, electronique=electronique)
    titles = {"candidatures": "Réception des candidatures", "offres": "Réception des offres"}
    return [
        Etape(code, title, shortest(steps[code], asked)[0], steps["article"])
        for code, title in titles.items()
        if code in steps
    ]
