"""One action and all that was computed, remarked and decided about it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.forms.models import model_to_dict

from fanal.achats.compute import Fenetre, Part, RegleGains, couper, fenetre
from fanal.achats.compute import gains as calcul
from fanal.achats.models import Action
from fanal.achats.queries.performance import regle
from fanal.campagnes.models import Controle, Decision, Observation
from fanal.campagnes.queries.provenance import Origine, origine
from fanal.memoire import stable
from fanal.refus import Introuvable


@dataclass(frozen=True)
class Calcul:
    """The figures of an action; each is None where it cannot be computed. Rates are fractions."""

    regle: RegleGains
    reference: calcul.Reference | None
    gain_verifie: Decimal | None
    performance: Decimal | None
    performance_operateur: Decimal | None
    correction: calcul.Correction | None
    fenetre: Fenetre | None
    part: Part | None
    compte: bool


@dataclass(frozen=True)
class FicheAction:
    """An action with its calculation, its controls, what was asked and decided, and where it comes from."""

    action: Action
    calcul: Calcul
    controles: list[Controle]
    decision: Decision | None
    observations: list[Observation]
    origine: Origine | None


def find_action(pk: int) -> Action:
    """The action of that number, with its dossier. Raises `Introuvable`."""
    action = stable(("achats.action", pk), lambda: _read(pk))
    if action is None:
        raise Introuvable("Cette action n'existe pas. Vérifiez l'adresse, ou revenez à la liste des lignes.")
    return action


def _read(pk: int) -> Action | None:
    related = "version__dossier__"
    rows = Action.objects.select_related(
        f"{related}campagne", f"{related}ght__region", "version__depot", "etablissement"
    )
    return rows.defer("version__lignes").filter(pk=pk).order_by().first()


def compute_action(action: Action, rules: RegleGains) -> Calcul:
    """Everything the method computes for one action."""
    row = model_to_dict(action)
    gain = action.gain_annuel_ttc
    reference = calcul.choose_reference(row, regle=rules)
    counts = action.cause_prix in rules.causes_comptees
    first: date | None = action.date_premiere_commande
    checked = None
    if None not in (action.prix_reference_ttc, action.prix_nouveau_ttc, action.quantite_reference):
        checked = calcul.gain_prix(
            action.prix_reference_ttc or Decimal(0),
            action.prix_nouveau_ttc or Decimal(0),
            action.quantite_reference or Decimal(0),
            regle=rules,
            nature=action.nature_depense,
            duree=action.duree_amortissement,
        )
    perimeter = action.perimetre_traite_ttc
    return Calcul(
        regle=rules,
        reference=reference,
        gain_verifie=checked,
        performance=calcul.performance(gain, reference) if gain is not None and reference else None,
        performance_operateur=(
            calcul.performance_operateur(gain, perimeter)
            if gain is not None and perimeter is not None
            else None
        ),
        correction=calcul.corrected(gain, reference.montant) if gain is not None and reference else None,
        fenetre=fenetre(first, mois=rules.fenetre_mois) if first else None,
        part=couper(gain, first, regle=rules) if gain is not None and first and counts else None,
        compte=counts,
    )


def sheet_of(action: Action) -> FicheAction:
    """The whole sheet of an action."""
    return stable(("achats.fiche", action.pk), lambda: _sheet_of(action))


def _sheet_of(action: Action) -> FicheAction:
    version = action.version
    dossier = version.dossier
    decided = Decision.objects.filter(
        dossier=dossier, cle=action.cle, courante=True, empreinte=action.empreinte
    ).first()
    return FicheAction(
        action=action,
        calcul=compute_action(action, regle(dossier.campagne.annee)),
        controles=list(version.controles.filter(cle=action.cle)),
        decision=decided,
        observations=list(dossier.observations.filter(cle=action.cle)),
        origine=origine(version, action.feuille or None, action.ligne) if version.depot else None,
    )
