"""Axes that lines do not bear: the GHT and région of an establishment, the operator of a contract, the
product that a label was decided to be.

The engine groups on codes; the few groups are then read with the register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.colonne import Colonne, codee, traduite, une
from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.faits import Appartenance
from fanal.moteurs.consolidation.filtres import Filtre
from fanal.moteurs.consolidation.valeurs import plier_un

MOIS_MAX = 2**17
Texte = Callable[[str | None], bool]


def accepte(filtre: Filtre) -> Texte:
    """Whether a text meets a filter; a missing value is the empty text of `=` and `!=`."""
    if filtre.operateur == "~":
        mots = plier_un(filtre.valeurs[0]).split()
        return lambda texte: texte is not None and all(mot in plier_un(texte) for mot in mots)
    if filtre.operateur == ">=":
        return lambda texte: texte is not None and texte >= filtre.valeurs[0]
    if filtre.operateur == "<=":
        return lambda texte: texte is not None and texte <= filtre.valeurs[0]
    voulues = {plier_un(v) for v in filtre.valeurs}
    egal = filtre.operateur == "="
    return lambda texte: (plier_un(texte or "") in voulues) is egal


def _entiers(colonne: Any) -> pa.Array:
    return pc.cast(une(colonne), pa.int64())


@dataclass(frozen=True)
class Territoire:
    """The GHT (`champ` "ght") or région ("region") of the establishment, in the month of the order."""

    champ: str
    colonnes: ClassVar[frozenset[str]] = frozenset({"etablissement", "mois"})

    def _dates(self, ctx: Contexte) -> bool:
        """Whether the answer depends on the month: memberships that begin or end within the lake."""
        debut, fin = ctx.mois_connus
        return any(
            (a.du is not None and a.du > debut) or (a.au is not None and a.au < fin)
            for a in ctx.faits.appartenances
        )

    def _par_code(self, ctx: Contexte) -> dict[int, list[Appartenance]]:
        if "appartenances" not in ctx.garde:
            vocabulaire = ctx.dimensions["etablissement"]
            found: dict[int, list[Appartenance]] = {}
            for a in ctx.faits.appartenances:
                code = vocabulaire.code(a.finess)
                if code is not None:
                    found.setdefault(code, []).append(a)
            ctx.garde["appartenances"] = found
        kept: dict[int, list[Appartenance]] = ctx.garde["appartenances"]
        return kept

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        return {"etablissement": t.etablissement, **({"mois": t.mois} if self._dates(ctx) else {})}

    def fusionne(self, ctx: Contexte) -> bool:
        return True

    def lire(self, ctx: Contexte, table: pa.Table) -> Colonne:
        lieux = self._par_code(ctx)
        mois = ctx.mois_connus[1]

        def texte(cle: int) -> str | None:
            return self._texte(lieux, cle // MOIS_MAX, cle % MOIS_MAX)

        cles = pc.multiply(_entiers(table["etablissement"]), MOIS_MAX)
        return traduite(pc.add(cles, _entiers(table["mois"]) if self._dates(ctx) else mois), texte)

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
class Siren:
    """The company of the supplier: the first nine digits of a SIRET; another identifier stands as it is."""

    colonnes: ClassVar[frozenset[str]] = frozenset({"fournisseur"})

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        return {"fournisseur": t.fournisseur}

    def fusionne(self, ctx: Contexte) -> bool:
        return True

    def _texte(self, ctx: Contexte, code: int) -> str | None:
        siret = ctx.dimensions["fournisseur"].lire(code)
        return siret[:9] if siret and len(siret) == 14 and siret.isdigit() else siret

    def lire(self, ctx: Contexte, table: pa.Table) -> Colonne:
        return traduite(table["fournisseur"], lambda code: self._texte(ctx, code))

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui = accepte(filtre)
        codes = ctx.dimensions["fournisseur"].codes.to_pylist()
        found = parmi(t.fournisseur, [c for c in codes if oui(self._texte(ctx, c))])
        return (found.fill_null(False) | t.fournisseur.isnull()) if oui(None) else found


@dataclass(frozen=True)
class Operateur:
    """The operator of the contract that the line names, as its establishment may name it.

    A number that one contract alone bears says it by itself; for the others the establishment counts.
    """

    colonnes: ClassVar[frozenset[str]] = frozenset({"etablissement", "marche"})

    def _partages(self, ctx: Contexte) -> set[int]:
        """The codes of the numbers that several contracts bear."""
        if "partages" not in ctx.garde:
            words = ctx.dimensions["marche"]
            ctx.garde["partages"] = {
                code
                for code, numero in zip(words.codes.to_pylist(), words.valeurs.to_pylist(), strict=True)
                if ctx.faits.partage(numero)
            }
        found: set[int] = ctx.garde["partages"]
        return found

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        shared = self._partages(ctx)
        if not shared:
            return {"marche": t.marche}
        place = ibis.ifelse(parmi(t.marche, shared), t.etablissement, ibis.literal(0, "int32"))
        return {"marche": t.marche, "operateur_etablissement": place}

    def _texte(self, ctx: Contexte, etablissement: int, marche: int) -> str | None:
        numero = ctx.dimensions["marche"].lire(marche)
        finess = ctx.dimensions["etablissement"].lire(etablissement or None)
        return ctx.faits.operateur(numero or "", finess or "")

    def fusionne(self, ctx: Contexte) -> bool:
        return True

    def lire(self, ctx: Contexte, table: pa.Table) -> Colonne:
        keys = _entiers(table["marche"])
        if "operateur_etablissement" in table.column_names:
            places = pc.fill_null(_entiers(table["operateur_etablissement"]), 0)
            keys = pc.add(pc.multiply(places, 2**32), keys)
        return traduite(keys, lambda cle: self._texte(ctx, cle >> 32, cle & (2**32 - 1)))

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui, shared = accepte(filtre), self._partages(ctx)
        alone = [
            code
            for code in ctx.dimensions["marche"].codes.to_pylist()
            if code not in shared and oui(self._texte(ctx, 0, code))
        ]
        found = parmi(t.marche, alone)
        if shared:
            pairs = [
                (place << 32) + code
                for place, code in ctx.paires("marche")
                if code in shared and oui(self._texte(ctx, place, code))
            ]
            found = found | parmi(cle_double(t.etablissement, t.marche), pairs)
        return (found.fill_null(False) | t.marche.isnull()) if oui(None) else found


@dataclass(frozen=True)
class Produit:
    """The valid product code of the line; else what its GHT decided of its label; else unknown."""

    colonnes: ClassVar[frozenset[str]] = frozenset({"produit", "libelle", "etablissement"})

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

    def fusionne(self, ctx: Contexte) -> bool:
        return bool(self.decides(ctx))

    def lire(self, ctx: Contexte, table: pa.Table) -> Colonne:
        words, decides = ctx.dimensions["produit"], self.decides(ctx)
        if not decides:
            return codee(table["produit"], words)
        # A decision may name a product that no line bears: it gets a code after those of the lake.
        beyond = {text: code for code, text in enumerate(sorted(set(decides.values())), len(words.textes))}
        codes = {text: words.code(text) or beyond[text] for text in beyond}
        keys = pc.add(
            pc.multiply(_entiers(table["produit_etablissement"]), 2**32), _entiers(table["produit_libelle"])
        )
        seen = pc.dictionary_encode(keys)
        said = [decides.get((k >> 32, k & (2**32 - 1))) for k in seen.dictionary.to_pylist()]
        told = pc.take(pa.array([codes[s] if s else None for s in said], pa.int32()), seen.indices)
        return Colonne(
            pc.coalesce(une(table["produit"]), told),
            pa.concat_arrays([words.textes, pa.array(list(beyond), pa.string())]),
        )

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
    # An establishment that changed its GHT follows the decisions of the latest, which comes first.
    ghts: dict[int, str] = {}
    for a in ctx.faits.appartenances:
        code = ctx.dimensions["etablissement"].code(a.finess)
        if code is not None and a.ght is not None:
            ghts.setdefault(code, a.ght)
    vocabulaire = ctx.dimensions["libelle"]
    cles = [ctx.faits.cle(texte) for texte in vocabulaire.valeurs.to_pylist()]
    codes = vocabulaire.codes.to_pylist()
    found: dict[tuple[int, int], str] = {}
    for ght, decisions in ctx.faits.produits.items():
        for code, cle in zip(codes, cles, strict=True):
            if cle in decisions:
                found |= {(place, code): decisions[cle] for place, of in ghts.items() if of == ght}
    return found
