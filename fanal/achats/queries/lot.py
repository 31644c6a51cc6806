"""From lines chosen in the queue to what deciding them would do: amounts in and out, refusals in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

from fanal.achats.compute.gains import gain_prix
from fanal.achats.compute.regle import RegleGains
from fanal.achats.models import Action
from fanal.achats.queries.instruction import proposed_comment
from fanal.achats.queries.performance import regle
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Controle, Decision, Dossier
from fanal.campagnes.queries import Apercu, previsualiser
from fanal.campagnes.queries.decisions import RefusLigne
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur

ZERO, CENT = Decimal("0.00"), Decimal("0.01")
COMMENTAIRE_DU_CONTROLE = "controle"
SANS_CALCUL = (
    "L'ancien prix, le nouveau prix et la quantité ne sont pas tous connus, ou leur calcul dépasse le gain "
    "déclaré : ouvrez cette ligne pour saisir le montant retenu."
)
Choices = Mapping[Dossier, Sequence[Choix]]


@dataclass(frozen=True)
class Saisie:
    """What was asked for every line of a selection. `montant` in euros, for one line only; without it, a
    lesser amount is (P0 − P1) × Q, line by line.
    """

    sens: str
    motif: str = ""
    commentaire: str = ""
    montant: Decimal | None = None


@dataclass
class Lot:
    """The choices of a selection, the declared gain of each line, and the lines no choice can be made for."""

    choix: dict[Dossier, list[Choix]] = field(default_factory=dict)
    declares: dict[tuple[int, str], Decimal | None] = field(default_factory=dict)
    refus: list[RefusLigne] = field(default_factory=list)


def lesser_amount(action: Action, rules: RegleGains) -> Decimal | None:
    """(P0 − P1) × Q to the cent, where it is known and lies between zero and the declared gain."""
    p0, p1, quantity = action.prix_reference_ttc, action.prix_nouveau_ttc, action.quantite_reference
    declared = action.gain_annuel_ttc
    if p0 is None or p1 is None or quantity is None or declared is None:
        return None
    found = gain_prix(
        p0, p1, quantity, regle=rules, nature=action.nature_depense, duree=action.duree_amortissement
    )
    if found is None:
        return None
    amount = found.quantize(CENT, ROUND_HALF_UP)
    return amount if min(declared, ZERO) <= amount <= max(declared, ZERO) and amount != declared else None


def build_lot(lines: QuerySet[Action], dossiers: Mapping[int, Dossier], saisie: Saisie) -> Lot:
    """The choice made for each of *lines*; *dossiers* by the number of their current version."""
    lot = Lot()
    ordered = lines.order_by("version", "ligne")
    if saisie.sens != "moindre":
        ordered = ordered.only("version", "cle", "gain_annuel_ttc")  # there may be tens of thousands
    rows = list(ordered)
    comments = _comments(rows) if saisie.commentaire == COMMENTAIRE_DU_CONTROLE else {}
    rules: dict[int, RegleGains] = {}
    for action in rows:
        dossier = dossiers[action.version_id]
        annee = dossier.campagne.annee
        amount = saisie.montant if saisie.sens == "moindre" else None
        if saisie.sens == "moindre" and amount is None:
            amount = lesser_amount(action, rules.setdefault(annee, regle(annee)))
            if amount is None:
                lot.refus.append(RefusLigne(dossier, action.cle, SANS_CALCUL))
                continue
        lot.declares[dossier.pk, action.cle] = action.gain_annuel_ttc
        comment = saisie.commentaire
        if comment == COMMENTAIRE_DU_CONTROLE:
            comment = comments.get((action.version_id, action.cle), "")
        choice = Choix(action.cle, saisie.sens, amount, saisie.motif, comment)
        lot.choix.setdefault(dossier, []).append(choice)
    return lot


def _comments(rows: Sequence[Action]) -> dict[tuple[int, str], str]:
    """What the controls propose to say of each line."""
    remarks: dict[tuple[int, str], list[Controle]] = defaultdict(list)
    known = Controle.objects.filter(version__in={a.version_id for a in rows}).exclude(cle="")
    for remark in known.order_by("-bloquant", "-poids", "pk"):
        remarks[remark.version_id, remark.cle].append(remark)
    return {key: proposed_comment(found) for key, found in remarks.items()}


@dataclass
class Bilan:
    """Amounts of a set of lines, annual gains in euros. `avant` counts what earlier decisions kept."""

    nom: str
    lignes: int = 0
    declare: Decimal = ZERO
    avant: Decimal = ZERO
    apres: Decimal = ZERO

    @property
    def retire(self) -> Decimal:
        """What is declared and not kept."""
        return self.declare - self.apres

    def add(self, declared: Decimal | None, before: Decimal, after: Decimal) -> None:
        self.lignes += 1
        self.declare += declared or ZERO
        self.avant += before
        self.apres += after


@dataclass(frozen=True)
class LigneApercu:
    """A line as it would be decided."""

    dossier: Dossier
    choix: Choix
    declare: Decimal | None
    avant: Decision | None
    apres: Decimal


@dataclass
class ApercuLot:
    """What a bulk decision would do, in figures; `empreinte` tells whether it is still what was shown."""

    apercu: Apercu
    total: Bilan
    par_dossier: list[Bilan]
    lignes: list[LigneApercu]
    refus: list[RefusLigne]
    empreinte: str

    @property
    def choix(self) -> dict[Dossier, list[Choix]]:
        """Only what can be decided."""
        kept: dict[Dossier, list[Choix]] = {}
        for line in self.lignes:
            kept.setdefault(line.dossier, []).append(line.choix)
        return kept

    @property
    def refus_groupes(self) -> list[tuple[str, list[RefusLigne]]]:
        """The refusals, the most frequent sentence first."""
        groups: dict[str, list[RefusLigne]] = {}
        for refusal in self.refus:
            groups.setdefault(refusal.phrase, []).append(refusal)
        return sorted(groups.items(), key=lambda pair: -len(pair[1]))


def kept_amount(sens: str, amount: Decimal | None, declared: Decimal | None) -> Decimal:
    """Annual gain that a decision keeps."""
    if sens in ("moindre", "repris"):
        return amount or ZERO
    return (declared or ZERO) if sens == "retenu" else ZERO


def preview(lot: Lot, *, by: Utilisateur | None, instant: datetime) -> ApercuLot:
    """What deciding *lot* would change, and what is refused and why. Writes nothing."""
    examined = previsualiser(choix=lot.choix, by=by, instant=instant)
    total = Bilan("Total")
    groups: dict[int, Bilan] = {}
    lines, proof = [], []
    for effect in examined.effets:
        dossier, choice, before = effect.dossier, effect.choix, effect.avant
        declared = lot.declares.get((dossier.pk, choice.cle))
        after = kept_amount(choice.sens, choice.montant, declared)
        earlier = kept_amount(before.sens, before.montant, declared) if before else ZERO
        for bilan in (total, groups.setdefault(dossier.pk, Bilan(dossier.nom_noeud))):
            bilan.add(declared, earlier, after)
        lines.append(LigneApercu(dossier, choice, declared, before, after))
        version = dossier.version_courante
        proof.append(
            [
                dossier.pk,
                choice.cle,
                version.lignes[choice.cle] if version else "",
                choice.sens,
                str(choice.montant),
                choice.motif,
                choice.commentaire,
                before.pk if before else 0,
            ]
        )
    return ApercuLot(
        apercu=examined,
        total=total,
        par_dossier=list(groups.values()),
        lignes=lines,
        refus=_all_refusals(lot, examined.refus),
        empreinte=sha256(proof),
    )


def _all_refusals(lot: Lot, examined: Iterable[RefusLigne]) -> list[RefusLigne]:
    """A refusal of a whole dossier stands for each of its lines, so that counts are of lines."""
    found = list(lot.refus)
    for refusal in examined:
        if refusal.cle:
            found.append(refusal)
        else:
            found += [RefusLigne(refusal.dossier, c.cle, refusal.phrase) for c in lot.choix[refusal.dossier]]
    return found
