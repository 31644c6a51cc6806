"""The rules of a call in words, for its page: who answers, how much, on what conditions, what follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fanal.appels.rules.regles import CONSEQUENCES, Regles
from fanal.campagnes.rules import pluriel

DECLARANTS = {"region": "aux régions", "ght": "aux GHT", "etablissement": "aux établissements"}
INSTANCES = {"ars": "de l'ARS", "omedit": "de l'OMEDIT", "expert": "d'un expert"}
SENS = {"favorable": "favorable", "reserve": "réservé", "defavorable": "défavorable"}
REPARTITIONS = {
    "ordre_score": "dans l'ordre des notes, jusqu'à épuisement de l'enveloppe",
    "prorata": "au prorata des montants maximums",
    "prorata_par_priorite": "par priorité, puis au prorata à l'intérieur d'une priorité",
    "optimal": "par projets entiers, en cherchant la plus grande somme de notes",
}


@dataclass(frozen=True)
class Rubrique:
    """A part of the rules: a title and its sentences."""

    titre: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class LigneTest:
    """A line of the decision table as the page of the call shows it."""

    titre: str
    consequence: str
    phrase: str
    reference: str


def en_mots(regles: Regles) -> list[Rubrique]:
    """The rules as parts to read, those with nothing to say left out."""
    parts = [
        Rubrique("Qui répond", tuple(_declarants(regles))),
        Rubrique("Montants", tuple(_montants(regles))),
        Rubrique("Avis attendus", tuple(_avis(regles))),
        Rubrique("Examen", tuple(_examen(regles))),
        Rubrique("Suivi des projets retenus", tuple(_suivi(regles))),
    ]
    return [p for p in parts if p.phrases]


def conditions_en_mots(regles: Regles) -> list[LigneTest]:
    """The decision table, in the order of the rule file."""
    return [LigneTest(t.titre, CONSEQUENCES[t.sinon], t.phrase, t.reference) for t in regles.eligibilite]


def _declarants(regles: Regles) -> Iterator[str]:
    qui = " et ".join(DECLARANTS[n] for n in regles.declarants.niveaux)
    invites = ", sur invitation" if regles.declarants.sur_invitation else ""
    yield f"Cet appel s'adresse {qui}{invites}."
    d = regles.dossiers
    if d.par_declarant is not None:
        par = "GHT, établissements compris" if d.compte_par == "ght" else "déclarant"
        yield f"{pluriel(d.par_declarant, 'dossier', 'dossiers')} au plus par {par}."
    else:
        yield "Chaque déclarant dépose autant de dossiers qu'il le souhaite."
    if d.places is not None and not d.par_arrivee:
        yield f"{pluriel(d.places, 'place', 'places')}, dans l'ordre du classement du jury."
    elif d.places is not None:
        yield (
            f"{pluriel(d.places, 'place', 'places')}, dans l'ordre d'arrivée des dépôts ; les dossiers "
            "suivants restent en attente d'une place."
        )
    if d.permanente:
        yield "Les dossiers sont reçus en permanence."
    else:
        yield "Un dossier déposé après la clôture est gardé et marqué en retard."
    if d.incomplet:
        yield "Un dossier incomplet peut être déposé : il est alors signalé comme tel."


def _montants(regles: Regles) -> Iterator[str]:
    m = regles.montants
    if m.taux_max is not None:
        yield f"Le financement couvre au plus {_pourcent(m.taux_max)} du montant éligible."
    if m.plafond is not None:
        yield f"Un dossier reçoit au plus {_euros(m.plafond)}."
    if m.minimum:
        yield "Le déclarant indique le montant sous lequel son projet ne se ferait pas."
    if m.demande:
        regle = regles.repartition.regle
        yield f"L'enveloppe est répartie {REPARTITIONS.get(regle, regle)}."


def _avis(regles: Regles) -> Iterator[str]:
    for avis in regles.avis:
        avant = f", rendu jusqu'au {avis.echeance:%d/%m/%Y} inclus" if avis.echeance else ""
        force = "" if avis.obligatoire else " (facultatif)"
        sens = " ou ".join(SENS[s] for s in avis.sens)
        yield f"Avis {INSTANCES[avis.instance]}{force}{avant} : {sens}."


def _examen(regles: Regles) -> Iterator[str]:
    grille = regles.grille
    if not grille.criteres:
        return
    total = sum((c.poids for c in grille.criteres), Decimal(0))
    yield (
        f"Chaque dossier est lu par {pluriel(grille.lectures, 'personne', 'personnes')}, sans concertation."
    )
    for critere in grille.criteres:
        part = _pourcent(critere.poids / total)
        aide = f" {critere.aide}" if critere.aide else ""
        yield f"{critere.titre} : noté sur {critere.maximum}, {part} de la note.{aide}"


def _suivi(regles: Regles) -> Iterator[str]:
    options = {o.code: o.titre for o in regles.suivi.options}
    for option in regles.suivi.options:
        au_plus = (
            f", pour {pluriel(option.nombre_max, 'dossier', 'dossiers')} au plus" if option.nombre_max else ""
        )
        yield f"Option : {option.titre}{au_plus}."
    for jalon in regles.suivi.jalons:
        avec = f" ({options[jalon.si]})" if jalon.si else ""
        if jalon.question:
            yield f"{jalon.titre}{avec} : à la date donnée dans le dossier."
        else:
            yield f"{jalon.titre}{avec} : {pluriel(jalon.delai_jours, 'jour', 'jours')} après la décision."
    for indicateur in regles.suivi.indicateurs:
        unite = f" ({indicateur.unite})" if indicateur.unite else ""
        confirmer = " À confirmer par l'organisateur." if indicateur.a_confirmer else ""
        yield f"Indicateur déclaré : {indicateur.titre}{unite}.{confirmer}"


def _pourcent(part: Decimal) -> str:
    texte = format((part * 100).quantize(Decimal("0.1")).normalize(), "f").replace(".", ",")
    return f"{texte} %"


def _euros(montant: Decimal) -> str:
    entier, _, cents = format(montant.quantize(Decimal("0.01")), "f").partition(".")
    groupes = f"{int(entier):,}".replace(",", " ")
    return f"{groupes} €" if cents == "00" else f"{groupes},{cents} €"
