"""The actions of a plan as the proof takes them: declaration, contracts, what forbids to measure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fanal.achats.compute import RegleGains
from fanal.achats.compute.gains import amortization
from fanal.achats.models import Action
from fanal.achats.queries.performance import jeu, regle
from fanal.achats.queries.plan import latest_period, of_year
from fanal.campagnes.models import Campagne, Dossier
from fanal.depenses.compute.gains_statut import (
    A_VENIR,
    ABANDONNEE,
    AMORTISSEMENT,
    CAUSE,
    EFFET,
    SANS_GAIN,
    SANS_MARCHE,
)
from fanal.depenses.compute.gains_valeurs import Declaration, Regles
from fanal.depenses.queries.faits import registre_des_marches
from fanal.depots.noms import normaliser
from fanal.marches.models import LienAction, Marche
from fanal.marches.rules.rattachement import cle_numero
from fanal.territoires.models import Appartenance, Etablissement, Ght, Niveau

PRIX = "prix"
PAQUET = 20_000
# A national plan names fifteen thousand contracts: their long columns are left where they are.
COLONNES = (
    "identifiant",
    "niveau",
    "ght",
    "etablissement",
    "acheteur",
    "successeur_de",
    "etat",
    "date_notification",
)


@dataclass(frozen=True)
class ActionLue:
    """One action of the current plan. `numeros`: the keys of its contracts' numbers, as lines bear them."""

    action: Action
    ght: Ght
    annee: int
    etablissement: str
    marches: tuple[Marche, ...]
    numeros: frozenset[str]
    declaration: Declaration
    blocages: tuple[str, ...]

    @property
    def finess(self) -> str:
        return self.action.finess

    @property
    def debut(self) -> date | None:
        """The declared date of the first order."""
        return self.action.date_premiere_commande


def regles(annee: int) -> Regles:
    """What the method leaves open, as it stood at the end of the year. Raises `Inutilisable`."""
    values = jeu("depenses.gains", annee)
    return Regles(
        seuil_confirme=values["seuil_confirme"],
        seuil_partiel=values["seuil_partiel"],
        unites_gratuites=values["unites_gratuites"],
        tolerance_ht=values["tolerance_ht"],
        reference_mois=values["reference_mois"],
    )


def lire_actions(annee: int, ght: Ght | None, le: date) -> list[ActionLue]:
    """The actions of the year's latest campaign, for one GHT or all of them, in the order of their files."""
    campaign = next((c for c in of_year(annee) if c.periode == latest_period(annee)), None)
    if campaign is None:
        return []
    actions = _actions(campaign, ght)
    contracts = _marches(annee, actions)
    rules, effects = regle(annee), _effets(annee)
    return [_lire(action, annee, contracts[action.pk], rules, effects, le) for action in actions]


def _actions(campagne: Campagne, ght: Ght | None) -> list[Action]:
    """The actions, with their version and establishment read once each: a nation has a hundred plans."""
    plans = Dossier.objects.filter(campagne=campagne, ght__isnull=False, version_courante__isnull=False)
    if ght is not None:
        plans = plans.filter(ght=ght)
    listed = plans.select_related("ght", "campagne", "version_courante").order_by("ght__code")
    versions, order = {}, {}
    for rank, plan in enumerate(listed):
        version = plan.version_courante
        if version is not None:
            version.dossier = plan
            versions[version.pk], order[version.pk] = version, rank
    places = Etablissement.objects.in_bulk()
    rows = Action.objects.filter(version__in=list(versions)).defer("inconnues", "explication", "calcul")
    actions = sorted(rows.order_by(), key=lambda a: (order[a.version_id], a.ligne))
    for action in actions:
        action.version = versions[action.version_id]
        if action.etablissement_id:
            action.etablissement = places.get(action.etablissement_id)
    return actions


def une_action(pk: int) -> Action | None:
    """An action of a plan, brought to the current version of its plan when that one still has it."""
    found = Action.objects.select_related("version__dossier").filter(pk=pk).first()
    if found is None or found.version.dossier.ght_id is None:
        return None
    if found.version_id == found.version.dossier.version_courante_id:
        return found
    return Action.objects.filter(
        version=found.version.dossier.version_courante_id, identifiant=found.identifiant
    ).first()


def _effets(annee: int) -> dict[str, str]:
    types = jeu("achats.nomenclature", annee).get("types_effet", [])
    return {normaliser(item["libelle"]): item["classe"] for item in types}


def _marches(annee: int, actions: Iterable[Action]) -> Mapping[int, list[Marche]]:
    """The contracts of each action: those linked to it, and the one that its number resolves to."""
    listed = list(actions)
    linked: dict[tuple[int, str], set[int]] = defaultdict(set)
    ghts = {a.version.dossier.ght_id for a in listed}
    rows = LienAction.objects.filter(annee=annee, ght__in=ghts).order_by()
    for owner, name, contract in rows.values_list("ght", "identifiant_action", "marche"):
        linked[owner, name].add(contract)
    register = registre_des_marches()
    named = {a.pk: {c.pk for c in register.par_numero.get(_cle(a), ())} for a in listed}
    wanted = set().union(*linked.values(), *named.values())
    known = _lire_marches(wanted)
    members: dict[int, set[int]] = defaultdict(set)
    for owner, place in Appartenance.objects.filter(ght__in=ghts).values_list("ght", "etablissement"):
        members[owner].add(place)
    found = {}
    for action in listed:
        owner = action.version.dossier.ght_id or 0
        own = [known[key] for key in sorted(linked[owner, action.identifiant]) if key in known]
        others = [known[key] for key in sorted(named[action.pk]) if key in known]
        usable = [m for m in others if _utilisable(m, owner, members[owner]) and m not in own]
        mine = [m for m in usable if m.ght_id == owner or m.etablissement_id in members[owner]]
        found[action.pk] = own + (mine or usable[:1])
    return found


def _lire_marches(cles: set[int]) -> dict[int, Marche]:
    """These contracts by key, with the columns that a proof reads (`COLONNES`) and no other."""
    rows = Marche.objects.select_related("successeur_de").only(*COLONNES, "successeur_de__identifiant")
    found: dict[int, Marche] = {}
    listed = sorted(cles)
    for lot in (listed[i : i + PAQUET] for i in range(0, len(listed), PAQUET)):
        found |= {m.pk: m for m in rows.filter(pk__in=lot).order_by()}
    return found


def _cle(action: Action) -> str:
    return cle_numero(action.numero_marche)


def _utilisable(marche: Marche, ght: int, membres: set[int]) -> bool:
    """Whether an establishment of the GHT may order on it: another GHT may use the same number."""
    if marche.niveau == Niveau.GHT:
        return marche.ght_id == ght or marche.acheteur_id in membres
    if marche.niveau == Niveau.ETABLISSEMENT:
        return marche.etablissement_id in membres
    return True


def _lire(
    action: Action,
    annee: int,
    marches: list[Marche],
    rules: RegleGains,
    effects: Mapping[str, str],
    le: date,
) -> ActionLue:
    ght = action.version.dossier.ght
    if ght is None:
        raise ValueError("Une action de plan appartient à un GHT.")
    years = amortization(action.nature_depense, action.duree_amortissement, regle=rules)
    declared = action.gain_annuel_ttc if action.gain_annuel_ttc is not None else action.gain_previsionnel_ttc
    numbers = {cle_numero(m.identifiant) for m in marches} | {_cle(action)}
    blocked: list[str] = []
    checks: tuple[tuple[Any, str], ...] = (
        (normaliser(action.statut) == "abandonnee", ABANDONNEE),
        (declared is None, SANS_GAIN),
        (action.cause_prix not in rules.causes_comptees, CAUSE),
        (effects.get(normaliser(action.type_effet), PRIX) != PRIX, EFFET),
        (years is None, AMORTISSEMENT),
        (not numbers - {""}, SANS_MARCHE),
        (action.date_premiere_commande is not None and action.date_premiere_commande >= le, A_VENIR),
    )
    blocked = [code for holds, code in checks if holds]
    return ActionLue(
        action=action,
        ght=ght,
        annee=annee,
        etablissement=action.etablissement.nom if action.etablissement else action.finess,
        marches=tuple(marches),
        numeros=frozenset(numbers - {""}),
        declaration=Declaration(
            declared,
            action.gain_previsionnel_ttc if action.gain_previsionnel_ttc is not None else declared,
            action.prix_reference_ttc,
            action.prix_nouveau_ttc,
            action.quantite_reference,
            years or 1,
            action.montant_reference_ttc,
        ),
        blocages=tuple(blocked),
    )
