"""The decision table of a call, line by line: each test met, not met (why, what follows) or to be checked."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from fanal.appels.rules.regles import AvisAttendu, Regles, Test
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Formulaire, Reponses
from fanal.refus import Refus

Evaluateur = Callable[[str], bool | Decimal | str]
OUI, NON, INCONNU = "oui", "non", "inconnu"
INSTANCES = {"ars": "l'ARS", "omedit": "l'OMEDIT", "expert": "un expert"}
LIGNES_MAX = 200  # rows of a repeat told one by one


@dataclass(frozen=True)
class FaitsDepot:
    """What the tests know besides the answers: lateness, opinions given (by instance), what is missing."""

    en_retard: bool = False
    avis_rendus: frozenset[str] = field(default_factory=frozenset)
    manques: int = 0


@dataclass(frozen=True)
class ConstatLu:
    """The answer of one test. `consequence` is what follows when it is not met."""

    code: str
    titre: str
    verdict: str
    consequence: str
    phrase: str
    reference: str = ""

    @property
    def defavorable(self) -> bool:
        """Not met, with a consequence for the dossier."""
        return self.verdict == NON and self.consequence != "information"


def examiner(
    regles: Regles, formulaire: Formulaire, reponses: Reponses, *, instant: datetime, depot: FaitsDepot
) -> list[ConstatLu]:
    """Every line of the decision table for *reponses*, in the order of the rule file; then the lateness, what
    is missing and the opinions awaited. *instant* is that of the deposit: the table gives the same again.
    """
    constats = list(_table(regles, formulaire, reponses, instant))
    constats.extend(_du_depot(regles, depot))
    constats.extend(_avis(a, depot.avis_rendus) for a in regles.avis if a.obligatoire)
    return constats


def pire(constats: Collection[ConstatLu]) -> str:
    """The heaviest consequence among the tests not met, in the order rejet, incomplet, retard, attente;
    "inconnu" when none is but somebody must look; empty when all is met.
    """
    suites = {c.consequence for c in constats if c.verdict == NON}
    for consequence in ("rejet", "incomplet", "retard", "attente", "rejet_ligne"):
        if consequence in suites:
            return consequence
    return INCONNU if any(c.verdict == INCONNU for c in constats) else ""


def _table(
    regles: Regles, formulaire: Formulaire, reponses: Reponses, instant: datetime
) -> Iterator[ConstatLu]:
    """The tests of the rule file. Those of a repeat are put to each row, as if it were the only one."""
    on_all = xlsform.evaluateur(formulaire, reponses, instant=instant)
    on_rows: dict[str, list[Evaluateur]] = {}
    for test in regles.eligibilite:
        if not test.repetition:
            yield _constat(test, test.code, test.titre, on_all)
            continue
        if test.repetition not in on_rows:
            rows: Sequence[Any] = reponses.get(test.repetition) or ()
            on_rows[test.repetition] = [
                xlsform.evaluateur(formulaire, {**reponses, test.repetition: [row]}, instant=instant)
                for row in rows[:LIGNES_MAX]
            ]
        for number, on_row in enumerate(on_rows[test.repetition], 1):
            yield _constat(test, f"{test.code}[{number}]", f"{test.titre} (ligne {number})", on_row)


def _constat(test: Test, code: str, titre: str, evaluate: Evaluateur) -> ConstatLu:
    verdict, phrase = _verdict(test, evaluate)
    return ConstatLu(code, titre, verdict, test.sinon, phrase, test.reference)


def _verdict(test: Test, evaluate: Evaluateur) -> tuple[str, str]:
    try:
        if test.inconnu_si and _vrai(evaluate(test.inconnu_si)):
            return INCONNU, f"À vérifier par une personne. {test.phrase}"
        if _vrai(evaluate(test.si)):
            return OUI, "Satisfait."
    except Refus as refus:
        return INCONNU, f"Ce test n'a pas pu être calculé : {refus.phrase}"
    return NON, test.phrase


def _vrai(valeur: bool | Decimal | str) -> bool:
    if isinstance(valeur, Decimal):
        return not valeur.is_nan() and valeur != 0
    return bool(valeur)


def _du_depot(regles: Regles, depot: FaitsDepot) -> Iterator[ConstatLu]:
    if not regles.dossiers.permanente:
        verdict = NON if depot.en_retard else OUI
        phrase = "Le dossier est arrivé après la clôture." if depot.en_retard else "Déposé dans les délais."
        yield ConstatLu("delai", "Dépôt dans les délais", verdict, "retard", phrase)
    if regles.dossiers.incomplet or depot.manques:
        phrase = "Le dossier est complet."
        if depot.manques:
            phrase = (
                "Une réponse manque ou reste à corriger."
                if depot.manques == 1
                else f"{depot.manques} réponses manquent ou restent à corriger."
            )
        yield ConstatLu("complet", "Dossier complet", NON if depot.manques else OUI, "incomplet", phrase)


def _avis(attendu: AvisAttendu, rendus: Collection[str]) -> ConstatLu:
    qui = INSTANCES[attendu.instance]
    rendu = attendu.instance in rendus
    avant = f", attendu jusqu'au {attendu.echeance:%d/%m/%Y} inclus" if attendu.echeance else ""
    phrase = f"L'avis de {qui} est rendu." if rendu else f"L'avis de {qui} n'est pas encore rendu{avant}."
    phrase = phrase.replace("de un", "d'un")
    return ConstatLu(
        f"avis_{attendu.instance}",
        f"Avis de {qui}".replace("de un", "d'un"),
        OUI if rendu else NON,
        "attente",
        phrase,
    )
