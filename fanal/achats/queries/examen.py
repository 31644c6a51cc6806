"""One line of the queue opened in place: why it stands there, declared beside computed, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from fanal.achats.models import Action
from fanal.achats.queries.actions import Calcul, FicheAction, sheet_of
from fanal.achats.queries.instruction import proposed_comment
from fanal.achats.queries.lot import ZERO, lesser_amount
from fanal.achats.rules.score import combine
from fanal.campagnes.models import Controle
from fanal.campagnes.queries import previsualiser
from fanal.campagnes.queries.demandes import previsualiser_demandes
from fanal.campagnes.registre import Choix
from fanal.campagnes.temps import add_days, local_day
from fanal.comptes.models import Utilisateur

ESSAI = "essai"  # stands for the reason still to be written


@dataclass(frozen=True)
class Comparaison:
    """A figure as declared beside the one that the prices and dates give."""

    titre: str
    genre: str
    declare: Decimal | None
    calcule: Decimal | None

    @property
    def differe(self) -> bool:
        both = self.declare is not None and self.calcule is not None
        return both and abs(Decimal(self.declare or 0) - Decimal(self.calcule or 0)) >= 1


@dataclass(frozen=True)
class Geste:
    """A decision as a button: `phrase` says why it cannot act now."""

    code: str
    possible: bool
    phrase: str = ""


@dataclass
class Examen:
    """All that helps deciding a line. `facteurs`: the remarks that weigh in its risk, the heaviest first."""

    fiche: FicheAction
    invraisemblance: Decimal
    facteurs: list[Controle]
    commentaire: str
    comparaisons: list[Comparaison]
    montant_propose: Decimal | None
    gestes: list[Geste] = field(default_factory=list)

    @property
    def enjeu(self) -> Decimal:
        return abs(self.fiche.action.gain_annuel_ttc or ZERO)


def examine_line(
    action: Action, *, by: Utilisateur | None, instant: datetime, gestes: Mapping[str, str]
) -> Examen:
    """The examination of one line; *gestes* are the codes of what the account may want to do."""
    sheet = sheet_of(action)
    weighing = sorted((c for c in sheet.controles if c.poids > 0), key=lambda c: (-c.poids, c.pk))
    found = Examen(
        fiche=sheet,
        invraisemblance=combine(c.poids for c in weighing),
        facteurs=weighing,
        commentaire=proposed_comment(sorted(sheet.controles, key=lambda c: (not c.bloquant, -c.poids, c.pk))),
        comparaisons=_compare(action, sheet.calcul),
        montant_propose=lesser_amount(action, sheet.calcul.regle),
    )
    found.gestes = [_gesture(action, code, by, instant) for code in gestes]
    return found


def _compare(action: Action, calcul: Calcul) -> list[Comparaison]:
    reference = None
    if action.prix_reference_ttc is not None and action.quantite_reference is not None:
        reference = action.prix_reference_ttc * action.quantite_reference
    correction = calcul.correction
    rows = [
        Comparaison("Gain annuel : (P0 − P1) × Q", "montant", action.gain_annuel_ttc, calcul.gain_verifie),
        Comparaison("Montant de référence : P0 × Q", "montant", action.montant_reference_ttc, reference),
    ]
    if correction is not None:
        rows += [
            Comparaison(
                "Référence, si elle est au nouveau prix",
                "montant",
                action.montant_reference_ttc,
                correction.reference,
            ),
            Comparaison("Performance corrigée", "taux", calcul.performance, correction.performance),
        ]
    return [r for r in rows if r.declare is not None or r.calcule is not None]


def _gesture(action: Action, code: str, by: Utilisateur | None, instant: datetime) -> Geste:
    """Whether the gesture may be done now, the reason being still to be written."""
    dossier = action.version.dossier
    if code == "observations":
        asked = previsualiser_demandes(
            demandes={dossier: {action.cle: ESSAI}},
            echeance=add_days(local_day(instant), 1),
            by=by,
            instant=instant,
        )
        refused = asked.refus
    else:
        choice = Choix(action.cle, code, ZERO if code == "moindre" else None, ESSAI, "")
        refused = previsualiser(choix={dossier: [choice]}, by=by, instant=instant).refus
    return Geste(code, not refused, refused[0].phrase if refused else "")
