"""Axes that lines do not bear: the GHT and région of an establishment, the operator of a contract, the
product that a label was decided to be.

The engine groups on codes; the few groups are then read with the register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.faits import Appartenance
from fanal.moteurs.consolidation.filtres import Filtre
from fanal.moteurs.consolidation.valeurs import plier

MOIS_MAX = 2**17
Texte = Callable[[str | None], bool]


def accepte(filtre: Filtre, *, connues: Any = None) -> Texte:
    """Whether a text meets a filter; a missing value is the empty text of `=` and `!=`."""
    if filtre.operateur == "~":
        mots = _plie(filtre.valeurs[0]).split()
        return lambda texte: texte is not None and all(mot in _plie(texte) for mot in mots)
    if filtre.operateur == ">=":
        return lambda texte: texte is not None and texte >= filtre.valeurs[0]
    if filtre.operateur == "<=":
        return lambda texte: texte is not None and texte <= filtre.valeurs[0]
    voulues = {_plie(v) for v in filtre.valeurs}
    egal = filtre.operateur == "="
    return lambda texte: (_plie(texte or "") in voulues) is egal


def _plie(texte: str) -> str:
    return str(plier(pa.array([texte]))[0].as_py())


def traduire_cles(cles: pa.Array, texte: Callable[[int], str | None]) -> pa.Array:
    """The text of each integer key, asked once per different key."""
    code = pc.dictionary_encode(cles)
    mots = [None if v is None else texte(v) for v in code.dictionary.to_pylist()]
    return pc.take(pa.array(mots, pa.string()), code.indices)


def _colonne(table: pa.Table, nom: str) -> pa.Array:
    found = table[nom]
    return pc.cast(found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found, pa.int64())


@dataclass(frozen=True)
class Territoire:
    """The GHT (`champ` "ght") or région ("region") of the establishment, in the month of the order."""

    champ: str

    def _dates(self, ctx: Contexte) -> bool:
        """Whether the answer depends on the month: memberships that begin or end within the lake."""
        debut, fin = ctx.mois_connus
        return any(
            (a.du is not None and a.du > debut) or (a.au is not None and a.au < fin)
            for a in ctx.faits.appartenances
        )

    def _par_code(self, ctx: Contexte) -> dict[int, list[Appartenance]]:
        if "appartenances" not in ctx.garde:
            vocabulaire, found = ctx.dimensions["etablissement"], {}
            for a in ctx.faits.appartenances:
                code = vocabulaire.code(a.finess)
                if code is not None:
                    found.setdefault(code, []).append(a)
            ctx.garde["appartenances"] = found
        kept: dict[int, list[Appartenance]] = ctx.garde["appartenances"]
        return kept

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        return {"etablissement": t.etablissement, **({"mois": t.mois} if self._dates(ctx) else {})}

    def lire(self, ctx: Contexte, table: pa.Table) -> pa.Array:
        lieux = self._par_code(ctx)
        mois = ctx.mois_connus[1]

        def texte(cle: int) -> str | None:
            return self._texte(lieux, cle // MOIS_MAX, cle % MOIS_MAX)

        cles = pc.multiply(_colonne(table, "etablissement"), MOIS_MAX)
        return traduire_cles(pc.add(cles, _colonne(table, "mois") if self._dates(ctx) else mois), texte)

    def _texte(self, lieux: dict[int, list[Appartenance]], code: int, mois: int) -> str | None:
        for a in lieux.get(code, ()):
            if (a.du is None or a.du <= mois) and (a.au is None or mois <= a.au):
                found: str | None = getattr(a, self.champ)
                return found
        return None

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui, lieux = accepte(filtre), self._par_code(ctx)
        if not self._dates(ctx):
            dernier = ctx.mois_connus[1]
            codes = ctx.dimensions["etablissement"].codes.to_pylist()
            return parmi(t.etablissement, [c for c in codes if oui(self._texte(lieux, c, dernier))])
        debut, fin = ctx.mois_connus
        codes = ctx.dimensions["etablissement"].codes.to_pylist()
        gardes = [
            c * MOIS_MAX + m for c in codes for m in range(debut, fin + 1) if oui(self._texte(lieux, c, m))
        ]
        return parmi(t.etablissement.cast("int64") * MOIS_MAX + t.mois.cast("int64"), gardes)


@dataclass(frozen=True)
class Operateur:
    """The operator of the contract that the line names, as its establishment may name it."""

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        return {"etablissement": t.etablissement, "marche": t.marche}

    def _texte(self, ctx: Contexte, etablissement: int, marche: int) -> str | None:
        numero = ctx.dimensions["marche"].lire(marche)
        finess = ctx.dimensions["etablissement"].lire(etablissement)
        return ctx.faits.operateur(numero or "", finess or "")

    def lire(self, ctx: Contexte, table: pa.Table) -> pa.Array:
        cles = pc.add(pc.multiply(_colonne(table, "etablissement"), 2**32), _colonne(table, "marche"))
        return traduire_cles(cles, lambda cle: self._texte(ctx, cle >> 32, cle & (2**32 - 1)))

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui = accepte(filtre)
        gardees = [(e << 32) + m for e, m in ctx.paires("marche") if oui(self._texte(ctx, e, m))]
        found = parmi(cle_double(t.etablissement, t.marche), gardees)
        return (found.fill_null(False) | t.marche.isnull()) if oui(None) else found


@dataclass(frozen=True)
class Produit:
    """The valid product code of the line; else what its GHT decided of its label; else unknown."""

    def decides(self, ctx: Contexte) -> dict[tuple[int, int], str]:
        """The product of (establishment, label) pairs of codes, for the labels that were decided."""
        if "decides" not in ctx.garde:
            ctx.garde["decides"] = _decides(ctx)
        found: dict[tuple[int, int], str] = ctx.garde["decides"]
        return found

    def _valide(self, ctx: Contexte, t: ir.Table) -> ir.IntegerValue:
        faux = ctx.dimensions["produit"].invalides
        if not faux:
            return t.produit
        return ibis.ifelse(parmi(t.produit, faux).fill_null(False), ibis.null("int32"), t.produit)

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        valide, decides = self._valide(ctx, t), self.decides(ctx)
        if not decides:
            return {"produit": valide}
        decide = (
            valide.isnull()
            & parmi(t.libelle, {libelle for _, libelle in decides})
            & parmi(t.etablissement, {place for place, _ in decides})
        )
        rien = ibis.null("int32")
        return {
            "produit": valide,
            "produit_libelle": ibis.ifelse(decide, t.libelle, rien),
            "produit_etablissement": ibis.ifelse(decide, t.etablissement, rien),
        }

    def lire(self, ctx: Contexte, table: pa.Table) -> pa.Array:
        portes = ctx.dimensions["produit"].decoder(table["produit"].combine_chunks())
        decides = self.decides(ctx)
        if not decides:
            return portes
        cles = pc.add(
            pc.multiply(_colonne(table, "produit_etablissement"), 2**32), _colonne(table, "produit_libelle")
        )
        dits = traduire_cles(cles, lambda cle: decides.get((cle >> 32, cle & (2**32 - 1))))
        return pc.coalesce(portes, dits)

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui, vocabulaire, valide = accepte(filtre), ctx.dimensions["produit"], self._valide(ctx, t)
        positif = Filtre(filtre.axe, "=", filtre.valeurs) if filtre.operateur == "!=" else filtre
        match positif.operateur:
            case "~":
                codes = vocabulaire.contenant(filtre.valeurs[0])
            case ">=":
                codes = vocabulaire.entre(filtre.valeurs[0], None)
            case "<=":
                codes = vocabulaire.entre(None, filtre.valeurs[0])
            case _:
                codes = vocabulaire.parmi(v for v in filtre.valeurs if v)
        trouve = parmi(valide, codes).fill_null(False)
        if filtre.operateur == "!=":
            trouve = valide.notnull() & ~trouve
        decides = self.decides(ctx)
        paire = cle_double(t.etablissement, t.libelle)
        gardees = [(e << 32) + n for (e, n), dit in decides.items() if oui(dit)]
        if gardees:
            trouve = trouve | (valide.isnull() & parmi(paire, gardees))
        if oui(None):
            toutes = [(e << 32) + n for e, n in decides]
            inconnu = valide.isnull() & ~parmi(paire, toutes) if toutes else valide.isnull()
            trouve = trouve | inconnu
        return trouve


def _decides(ctx: Contexte) -> dict[tuple[int, int], str]:
    if not any(ctx.faits.produits.values()):
        return {}
    par_ght: dict[str, set[int]] = {}
    for a in ctx.faits.appartenances:
        code = ctx.dimensions["etablissement"].code(a.finess)
        if code is not None:
            par_ght.setdefault(a.ght, set()).add(code)
    vocabulaire = ctx.dimensions["libelle"]
    cles = [ctx.faits.cle(texte) for texte in vocabulaire.valeurs.to_pylist()]
    codes = vocabulaire.codes.to_pylist()
    found: dict[tuple[int, int], str] = {}
    for ght, decisions in ctx.faits.produits.items():
        for code, cle in zip(codes, cles, strict=True):
            if cle in decisions:
                found |= {(place, code): decisions[cle] for place in par_ght.get(ght, ())}
    return found
