"""Matching as the register and the lake know it: groups to settle, suggestions, decisions in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Max, QuerySet

from fanal.depenses.compute.groupes import Bilan, Groupe, LibelleLu, grouper
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries import lac
from fanal.depenses.queries.lac import codes_etablissements
from fanal.memoire import Memoire, stable
from fanal.territoires.models import Ght
from fanal.territoires.queries import etablissements_du_ght

if TYPE_CHECKING:
    from fanal.moteurs.rapprochement.moteur import Catalogue, Proposition

# Suggestions are sought for the groups that weigh the most; the next ones take the place of those settled.
SUGGERES = 1_000
ENSEMBLE = 64  # groups whose suggestions are sought together: about a page of the table
GARDES = 50_000  # groups whose suggestions are kept in memory
_groupes: "Memoire[tuple[list[Groupe], Decimal]]" = Memoire(16)
_catalogue: "Memoire[Catalogue]" = Memoire(1)
_trouvees: "Memoire[dict[str, list[Proposition]]]" = Memoire(1)


class Suggestions:
    """What is suggested for groups, sought by lots: a page that shows a few does not wait for the others."""

    def __init__(self, groups: Sequence[Groupe]) -> None:
        self._groupes = groups
        self._rangs = {g.cle: rank for rank, g in enumerate(groups)}
        # The only thing in memory that grows: every write is of one key, and says the same whoever makes it.
        self._connues = _trouvees.lire("toutes", etat_du_catalogue(), dict)
        if len(self._connues) > GARDES:
            self._connues.clear()

    def de(self, groupe: Groupe) -> "Sequence[Proposition]":
        """The suggestions for one of the groups, the best first."""
        found = self._connues.get(groupe.cle)
        if found is not None:
            return found
        start = self._rangs[groupe.cle]
        after = self._groupes[start + 1 : start + ENSEMBLE]
        missing = [groupe, *(g for g in after if g.cle not in self._connues)]
        sought = catalogue().proposer([g.libelle for g in missing])
        self._connues |= {g.cle: ones for g, ones in zip(missing, sought, strict=True)}
        return sought[0]


@dataclass(frozen=True)
class Travail:
    """A group to settle and what is suggested for it."""

    groupe: Groupe
    suggestions: Suggestions

    @property
    def propositions(self) -> "tuple[Proposition, ...]":
        """The products suggested, the best first."""
        return tuple(self.suggestions.de(self.groupe))

    @property
    def premiere(self) -> "Proposition | None":
        """The best suggestion."""
        found = self.suggestions.de(self.groupe)
        return found[0] if found else None


@dataclass(frozen=True)
class Bureau:
    """The desk of a GHT: what is to settle (`suggeres` first groups with suggestions), and how far it is."""

    travaux: tuple[Travail, ...]
    restants: int
    bilan: Bilan


def decisions(ght: Ght) -> dict[str, str]:
    """The product code that each key of labels was decided to be, in that GHT."""
    rows = en_vigueur(ght).filter(produit__isnull=False)
    return dict(rows.order_by().values_list("cle", "produit__code"))


def en_vigueur(ght: Ght) -> "QuerySet[DecisionRapprochement]":
    """The decisions that hold."""
    return DecisionRapprochement.objects.filter(ght=ght, remplacee_le=None)


def groupes(ght: Ght, le: date) -> tuple[list[Groupe], Decimal]:
    """Every group of labels without usable code of a GHT's members, and the sum of the coded lines."""
    members = finess_du_ght(ght, le)
    state = lac.manifeste()
    key = (ght.pk, state.signature)
    return _groupes.lire(key, members, lambda: _lire_groupes(members))


def finess_du_ght(ght: Ght, le: date) -> frozenset[str]:
    """The FINESS of the members of a GHT on a day."""
    return frozenset(etablissements_du_ght(ght, le).values_list("finess", flat=True))


def _lire_groupes(finess: frozenset[str]) -> tuple[list[Groupe], Decimal]:
    from fanal.depenses.queries.source import source
    from fanal.moteurs.rapprochement.lignes import par_libelle
    from fanal.moteurs.rapprochement.texte import cle

    codes = frozenset(codes_etablissements(finess).values())
    if not codes:
        return [], Decimal("0.00")
    opened = source()
    words = opened.dimensions["libelle"]
    asked = par_libelle(opened.partie(codes), codes, opened.dimensions["produit"].invalides)
    found, coded = [], 0
    for row in opened.executer(asked).to_pylist():
        if row["code"]:
            coded += row["montant"]
        else:
            label = words.lire(row["libelle"]) or ""
            found.append(LibelleLu(label, row["lignes"], Decimal(row["montant"]) / 100))
    return grouper(found, cle), Decimal(coded) / 100


def bureau(ght: Ght, le: date) -> Bureau:
    """What is left to settle in a GHT, and the sums settled."""
    every, coded = groupes(ght, le)
    held = dict(en_vigueur(ght).order_by().values_list("cle", "produit_id"))
    left = [g for g in every if g.cle not in held]
    zero = Decimal("0.00")
    matched = sum((g.montant for g in every if held.get(g.cle)), zero)
    outside = sum((g.montant for g in every if g.cle in held and held[g.cle] is None), zero)
    balance = Bilan(coded, matched, outside, sum((g.montant for g in left), zero))
    return Bureau(tuple(suggerer(left[:SUGGERES])), len(left), balance)


def catalogue() -> "Catalogue":
    """The reference catalogue made ready for matching."""
    from fanal.moteurs.rapprochement.moteur import Catalogue, Produit

    def build() -> Catalogue:
        rows = ProduitReference.objects.order_by("code")
        return Catalogue([Produit(p.code, _complet(p)) for p in rows])

    return _catalogue.lire("tous", etat_du_catalogue(), build)


def _complet(produit: ProduitReference) -> str:
    """The label, with the strength and form that it may not tell."""
    told = produit.libelle.lower()
    more = [text for text in (produit.dosage, produit.forme) if text and text.lower() not in told]
    return ", ".join([produit.libelle, *more])


def etat_du_catalogue() -> tuple[object, ...]:
    """A value that changes with the catalogue."""
    return stable(
        "depenses.catalogue",
        lambda: tuple(
            ProduitReference.objects.aggregate(n=Count("pk"), k=Max("pk"), m=Max("updated_at")).values()
        ),
    )


def suggerer(groups: Sequence[Groupe]) -> list[Travail]:
    """Groups with their suggestions, sought when they are read; those already sought are not sought again."""
    found = Suggestions(groups)
    return [Travail(g, found) for g in groups]


def groupe(ght: Ght, cle: str, le: date) -> Groupe | None:
    """One group, settled or not."""
    return next((g for g in groupes(ght, le)[0] if g.cle == cle), None)


def decision(ght: Ght, cle: str) -> DecisionRapprochement | None:
    """The decision that holds for a key."""
    rows = DecisionRapprochement.objects.filter(ght=ght, cle=cle, remplacee_le=None)
    return rows.select_related("produit", "auteur").first()


def historique(ght: Ght, cle: str) -> list[DecisionRapprochement]:
    """Every decision ever made on a key, the last first."""
    rows = DecisionRapprochement.objects.filter(ght=ght, cle=cle)
    return list(rows.select_related("produit", "auteur").order_by("-pk"))


def groupe_sans_ligne(row: DecisionRapprochement) -> Groupe:
    """A group that was decided and that no line bears any more."""
    zero = Decimal("0.00")
    return Groupe(row.cle, tuple(LibelleLu(t, 0, zero) for t in row.libelles or [row.cle]))


def chercher(texte: str, nombre: int) -> list[ProduitReference]:
    """The products of the catalogue whose code is *texte*, else that look most like it."""
    exact = list(ProduitReference.objects.filter(code=texte))
    if exact:
        return exact
    codes = [p.code for p in catalogue().proposer([texte], meilleurs=nombre)[0]]
    known = {p.code: p for p in ProduitReference.objects.filter(code__in=codes)}
    return [known[code] for code in codes if code in known]
