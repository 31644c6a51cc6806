"""Prices of a contract: its lists, its lines, their history, its clauses."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from fanal.marches.models import Marche
from fanal.marches.queries.etat import vie
from fanal.parametres.catalogue import valeur
from fanal.prix.compute.clause import Clause, date_de_revision, prise_d_effet
from fanal.prix.compute.differences import Bilan, LigneComparee, comparer
from fanal.prix.compute.ecriture import ordre_naturel
from fanal.prix.compute.historique import PROMOTION, PrixDate, contractuel, prix_a, prix_initial
from fanal.prix.compute.revision import LignePrix, Revision, reviser
from fanal.prix.models import ClauseRevision, LigneBpu, PrixLigne, RevisionPrix, VersionBpu
from fanal.prix.queries.indices import series_pour
from fanal.prix.rules.definition import lire_clause

EN_EXECUTION = (Marche.Etat.NOTIFIE, Marche.Etat.RESILIE, Marche.Etat.SOLDE)


@dataclass(frozen=True)
class LigneActuelle:
    """A line of the current list with its price at a date and the whole history behind it."""

    ligne: LigneBpu
    histoire: tuple[PrixDate, ...]
    le: date
    fin_marche: date | None

    @cached_property
    def courant(self) -> PrixDate | None:
        return prix_a(self.histoire, self.le)

    @cached_property
    def contractuel(self) -> PrixDate | None:
        return contractuel(self.histoire, self.le)

    @property
    def fin(self) -> date | None:
        """The last day of the line: its own, or the contract's."""
        ends = [d for d in (self.ligne.au, self.fin_marche) if d is not None]
        return min(ends, default=None)

    @property
    def echue(self) -> bool:
        return self.fin is not None and self.fin < self.le


def est_notifie(marche: Marche) -> bool:
    """Whether the contract binds its parties: from its notification on."""
    return marche.etat in EN_EXECUTION


def fin_du_marche(marche: Marche, le: date) -> date | None:
    """The last day the contract may run, early end included; `None` when it is unknown."""
    return vie(marche, le).fin_totale


def taux_tva(le: date) -> tuple[Decimal, ...]:
    """The VAT rates in force, in per cent."""
    return tuple(Decimal(str(rate)) for rate in valeur("prix.tva.taux", le=le))


def version_courante(marche: Marche) -> VersionBpu | None:
    """The last price list; those of a promotion do not replace it."""
    return marche.versions_bpu.exclude(origine=PROMOTION).order_by("-numero").first()


def une_version(marche: Marche, numero: int) -> VersionBpu | None:
    """One version of the price list of *marche*."""
    return marche.versions_bpu.filter(numero=numero).select_related("depot").first()


def histoires(
    marche: Marche, cles: Iterable[str] | None = None, *, calculs: bool = True
) -> dict[str, list[PrixDate]]:
    """The history of each line of a contract, oldest first; *calculs*: with how each price was computed."""
    rows = PrixLigne.objects.filter(marche=marche)
    if cles is not None:
        rows = rows.filter(cle__in=list(cles))
    fields = ["cle", "prix_unitaire_ht", "depuis", "origine", "au", "motif", *(["calcul"] if calculs else [])]
    found: dict[str, list[PrixDate]] = defaultdict(list)
    for key, *values in rows.order_by("depuis", "id").values_list(*fields):
        found[key].append(PrixDate(*values))
    return found


def lignes_actuelles(marche: Marche, le: date, *, calculs: bool = False) -> list[LigneActuelle]:
    """The lines of the current list, with their price on day *le*."""
    version = version_courante(marche)
    if version is None:
        return []
    history, end = histoires(marche, calculs=calculs), fin_du_marche(marche, le)
    lines = sorted(version.lignes.order_by(), key=lambda line: ordre_naturel(line.cle))
    for line in lines:
        line.version = version
    return [LigneActuelle(line, tuple(history.get(line.cle, ())), le, end) for line in lines]


def comparee(line: LigneBpu) -> LigneComparee:
    """A stored line as the comparison takes it."""
    return LigneComparee(
        cle=line.cle,
        libelle=line.libelle,
        unite=line.unite,
        conditionnement=line.conditionnement,
        prix=line.prix_unitaire_ht,
        taux_tva=line.taux_tva,
        quantite=line.quantite_estimee,
        type_code=line.type_code,
        code=line.code,
        au=line.au,
    )


def differences(ancienne: VersionBpu | None, nouvelle: VersionBpu) -> Bilan:
    """The difference between two versions of a list."""
    before = [comparee(line) for line in ancienne.lignes.all()] if ancienne else []
    return comparer(before, [comparee(line) for line in nouvelle.lignes.all()], nouvelle.applicable_le)


def clauses(marche: Marche) -> list[ClauseRevision]:
    """The clauses of a contract, oldest first."""
    return list(marche.clauses.order_by("id"))


def definition(clause: ClauseRevision) -> Clause:
    """The clause as a value."""
    return _lue(json.dumps(clause.definition, sort_keys=True))


@lru_cache(maxsize=1024)
def _lue(document: str) -> Clause:
    # The home page reads every clause of an account: the same text gives the same value.
    return lire_clause(json.loads(document))


def clause_de(marche: Marche, cle: str) -> ClauseRevision | None:
    """The clause that concerns a line."""
    return next((c for c in clauses(marche) if definition(c).vise(cle)), None)


def coefficient_en_vigueur(clause: ClauseRevision, le: date) -> Fraction:
    """The coefficient of the last revision applied whose prices hold on day *le*; 1 before the first."""
    last = (
        clause.revisions.filter(effet__lte=le, etat=RevisionPrix.Etat.APPLIQUEE)
        .order_by("-effet", "-le")
        .first()
    )
    return Fraction(last.coefficient) if last else Fraction(1)


def lignes_a_reviser(marche: Marche, effet: date) -> list[LignePrix]:
    """The lines of the current list just before new prices hold: P0, price in force, last day."""
    eve = effet - timedelta(days=1)
    found = []
    for actual in lignes_actuelles(marche, effet, calculs=True):
        held = contractuel(actual.histoire, eve) or contractuel(actual.histoire, effet)
        initial = prix_initial(actual.histoire, max(eve, held.depuis)) if held else None
        if held is None or initial is None:
            continue
        found.append(
            LignePrix(
                cle=actual.ligne.cle,
                prix_initial=initial,
                prix_en_vigueur=held.prix,
                fin=actual.fin,
                quantite=actual.ligne.quantite_estimee,
                libelle=actual.ligne.libelle,
            )
        )
    return found


def apercu_revision(clause: ClauseRevision, le: date) -> Revision:
    """What the clause gives at a date for every line of its contract. Raises `Refus` without its indices."""
    value = definition(clause)
    series = series_pour([term.indice for term in value.termes])
    when = date_de_revision(value, le) or le
    effect = prise_d_effet(value, when)
    lines = lignes_a_reviser(clause.marche, effect)
    return reviser(value, series, lines, le, coefficient_en_vigueur(clause, when - timedelta(days=1)))
