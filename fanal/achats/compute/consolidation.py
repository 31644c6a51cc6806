"""From lines to the national table: sums in integer cents, then rates, on every axis at once."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from fanal.achats.compute.bases import Base, Bases, Objectifs, goals
from fanal.achats.compute.entree import Entree, Filtres
from fanal.achats.compute.lignes import NON_SITUABLE, NOUVELLE, REPORT, amounts_per_line
from fanal.achats.compute.regle import RegleGains
from fanal.achats.compute.resultats import Consolidation, Resultat, euros, rate

OPERATEURS = {
    "GHT": "GHT",
    "REGIONAL": "Opérateurs régionaux",
    "NATIONAL": "Opérateurs nationaux",
    "UNICANCER": "Unicancer",
}
ROLES = {"support": "Établissements support", "partie": "Établissements parties"}
NON_RENSEIGNE = "Non renseigné"
_AXES = ("region", "ght", "finess", "role", "famille", "operateur", "nom_operateur")

_SOMMES = (
    "declare_c",
    "attente_c",
    "retire_c",
    "ecart_c",
    "retenu_c",
    "report_c",
    "nouveau_c",
    "declare_decide_c",
    "couverture_c",
    "perf_gain_c",
    "perf_ref_c",
    "support_gain_c",
    "support_ref_c",
    "partie_gain_c",
    "partie_ref_c",
    "non_situable_c",
    "n_non_situables",
    "n_lignes",
    "n_decidees",
    "n_intactes",
)
_SOMMES_OPERATEURS = ("gain_operateur_c", "repris_c")
_ZEROS = dict.fromkeys(_SOMMES + _SOMMES_OPERATEURS, 0)


@dataclass(frozen=True)
class _Axe:
    """A breakdown: its column, the rows always shown in order, and how to name the others."""

    colonne: str
    noms: dict[str, str]
    toujours: bool


def consolider(
    entree: Entree,
    *,
    annee: int,
    regle: RegleGains,
    filtres: Filtres | None = None,
    periode: str = "fin-annee",
) -> Consolidation:
    """Consolidate civil year `annee` under a rule set.

    Method: DGOS results of 2021 (carry-over and new actions, lower of GHT and operator declarations,
    withdrawal of what is not credible). Rates are None when they cannot be computed, never zero.
    `filtres` restricts lines after the lower-of rule, so that a filtered total equals its breakdown's row.
    """
    filtres = filtres or Filtres()
    lignes = amounts_per_line(entree, annee=annee, regle=regle)
    operateurs = _operator_lines(entree.operateurs, lignes, annee=annee)
    for colonne, valeur in filtres.actifs.items():
        lignes = lignes.filter(pl.col(colonne) == valeur)
        operateurs = operateurs.filter(pl.col(colonne) == valeur)
    bases = Bases.build(entree.achats_annuels, entree.ghts, annee=annee, filtres=filtres)
    objectifs = goals(entree.objectifs, annee=annee, periode=periode, filtres=filtres)
    mesures = _measures(lignes, bases, regle=regle)
    tables = {
        nom: _table(mesures, operateurs, axe, bases, objectifs) for nom, axe in _axes(entree, filtres).items()
    }
    sommes = mesures.select(pl.col(_SOMMES).sum()).row(0, named=True)
    sommes |= operateurs.select(pl.col(_SOMMES_OPERATEURS).sum()).row(0, named=True)
    return Consolidation(
        annee=annee,
        periode=periode,
        regle=f"{regle.code}/{regle.version}",
        total=_result(sommes, bases.total, objectifs.total, code=None, nom="Total"),
        lignes=lignes,
        operateurs=operateurs,
        **tables,
    )


def _operator_lines(operateurs: pl.DataFrame, lignes: pl.DataFrame, *, annee: int) -> pl.DataFrame:
    """Operators' lines of the year, with the beneficiary's role when the actions tell it."""
    connus = lignes.select("finess", pl.col("role").alias("role_connu"))
    roles = connus.unique("finess", keep="first", maintain_order=True)
    montant = pl.col("montant_repris_c").fill_null(pl.col("gain_c"))
    repris = pl.when(pl.col("decision") == "repris").then(montant)
    return (
        operateurs.filter(pl.col("annee") == annee)
        .join(roles, on="finess", how="left", maintain_order="left")
        .with_columns(
            pl.col("role").fill_null(pl.col("role_connu")),
            pl.col("gain_c").fill_null(0).alias("gain_operateur_c"),
            repris.fill_null(0).alias("repris_c"),
        )
        .drop("role_connu")
    )


def _measures(lignes: pl.DataFrame, bases: Bases, *, regle: RegleGains) -> pl.DataFrame:
    """Integer columns whose plain sums give every amount and both sides of every rate."""
    compte = pl.col("situation").is_in([NOUVELLE, REPORT])
    # Lines that judge the quality of the campaign's templates, with the carried-over lines that count.
    jugee = (pl.col("de_l_annee") | compte) & (pl.col("situation") != "cause_exclue")
    decidee = jugee & pl.col("decide")
    couvre = pl.col("nouvelle")
    if regle.couverture_avec_report:
        couvre = couvre | pl.col("est_report")
    credible = pl.col("decision").fill_null("") != "retire"
    reference = pl.col("reference_c").clip(lower_bound=0).fill_null(0)
    mesurable = pl.col("nouvelle") & credible & pl.col("annuel_c").is_not_null() & (reference > 0)
    support, partie = pl.col("role") == "support", pl.col("role") == "partie"
    non_situable = pl.col("de_l_annee") & (pl.col("situation") == NON_SITUABLE)

    def si(condition: pl.Expr, valeur: pl.Expr | int) -> pl.Expr:
        return pl.when(condition).then(valeur).otherwise(0)

    connue = bases.known_expr()
    return lignes.select(
        *_AXES,
        "declare_c",
        "attente_c",
        "retire_c",
        "ecart_c",
        "retenu_c",
        si(pl.col("est_report"), pl.col("retenu_c")).alias("report_c"),
        si(~pl.col("est_report"), pl.col("retenu_c")).alias("nouveau_c"),
        si(decidee, pl.col("declare_c")).alias("declare_decide_c"),
        si(couvre & credible & connue, reference).alias("couverture_c"),
        si(mesurable, pl.col("annuel_c")).alias("perf_gain_c"),
        si(mesurable, reference).alias("perf_ref_c"),
        si(mesurable & support, pl.col("annuel_c")).alias("support_gain_c"),
        si(mesurable & support, reference).alias("support_ref_c"),
        si(mesurable & partie, pl.col("annuel_c")).alias("partie_gain_c"),
        si(mesurable & partie, reference).alias("partie_ref_c"),
        si(non_situable, pl.col("gain_c")).alias("non_situable_c"),
        non_situable.cast(pl.Int64).alias("n_non_situables"),
        pl.col("de_l_annee").cast(pl.Int64).alias("n_lignes"),
        decidee.cast(pl.Int64).alias("n_decidees"),
        (decidee & (pl.col("decision") == "retenu")).cast(pl.Int64).alias("n_intactes"),
    )


def _sums(frame: pl.DataFrame, axe: str, colonnes: tuple[str, ...]) -> dict[str | None, dict[str, int]]:
    """Code of the axis -> sums of the columns."""
    sommes = frame.group_by(axe).agg(pl.col(colonnes).sum())
    return {ligne.pop(axe): ligne for ligne in sommes.iter_rows(named=True)}


def _axes(entree: Entree, filtres: Filtres) -> dict[str, _Axe]:
    regions, ghts = entree.regions, entree.ghts
    if filtres.region:
        regions, ghts = (
            regions.filter(pl.col("sigle") == filtres.region),
            ghts.filter(pl.col("region") == filtres.region),
        )
    if filtres.ght:
        ghts = ghts.filter(pl.col("ght") == filtres.ght)
        regions = regions.filter(pl.col("sigle").is_in(ghts["region"].implode()))
    etabs = entree.etablissements
    return {
        "par_region": _Axe("region", dict(zip(regions["sigle"], regions["nom"], strict=True)), True),
        "par_famille": _Axe("famille", {}, False),
        "par_operateur": _Axe("operateur", OPERATEURS, True),
        "par_role": _Axe("role", ROLES, True),
        "par_ght": _Axe("ght", dict(zip(ghts["ght"], ghts["nom"], strict=True)), True),
        "par_etablissement": _Axe("finess", dict(zip(etabs["finess"], etabs["nom"], strict=True)), False),
        "par_nom_operateur": _Axe("nom_operateur", {}, False),
    }


def _table(
    mesures: pl.DataFrame, operateurs: pl.DataFrame, axe: _Axe, bases: Bases, objectifs: Objectifs
) -> list[Resultat]:
    lignes = _sums(mesures, axe.colonne, _SOMMES)
    declares = _sums(operateurs, axe.colonne, _SOMMES_OPERATEURS)
    presents = lignes.keys() | declares.keys()
    fixes = list(axe.noms) if axe.toujours else []
    autres = sorted(c for c in presents if c is not None and c not in set(fixes))
    codes: list[str | None] = [*fixes, *autres]
    if None in presents:
        codes.append(None)
    return [
        _result(
            _ZEROS | lignes.get(code, {}) | declares.get(code, {}),
            bases.of(axe.colonne, code),
            objectifs.of(axe.colonne, code),
            code=code,
            nom=NON_RENSEIGNE if code is None else axe.noms.get(code, code),
        )
        for code in codes
    ]


def _result(s: dict[str, int], base: Base, objectif_c: int | None, *, code: str | None, nom: str) -> Resultat:
    retenus = s["retenu_c"] + s["repris_c"]
    quality = rate(s["declare_decide_c"] - s["retire_c"], s["declare_decide_c"])
    return Resultat(
        gains_declares=euros(s["declare_c"]),
        gains_operateurs=euros(s["gain_operateur_c"]),
        gains_retires=euros(s["retire_c"]),
        ecart_doublons=euros(s["ecart_c"]),
        operateurs_repris=euros(s["repris_c"]),
        gains_retenus=euros(retenus),
        en_attente=euros(s["attente_c"]),
        report=euros(s["report_c"]),
        actions_nouvelles=euros(s["nouveau_c"] + s["repris_c"]),
        objectif=None if objectif_c is None else euros(objectif_c),
        taux_atteinte=None if objectif_c is None else rate(retenus, objectif_c),
        taux_couverture=rate(s["couverture_c"], base.montant_c) if base.montant_c is not None else None,
        taux_performance=rate(s["perf_gain_c"], s["perf_ref_c"]),
        taux_qualite_montant=quality,
        taux_qualite_lignes=rate(s["n_intactes"], s["n_decidees"]),
        indice_surperformance_partie=_index(s),
        lignes=s["n_lignes"],
        lignes_decidees=s["n_decidees"],
        non_situables=s["n_non_situables"],
        montant_non_situable=euros(s["non_situable_c"]),
        reference_couverte=euros(s["couverture_c"]),
        achats_annuels=None if base.montant_c is None else euros(base.montant_c),
        ghts_avec_base=base.avec,
        ghts_sans_base=base.sans,
        code=code,
        nom=nom,
    )


def _index(s: dict[str, int]) -> Decimal | None:
    """(partie rate - support rate) / support rate, None unless both are known and support gains."""
    if s["support_ref_c"] <= 0 or s["partie_ref_c"] <= 0:
        return None
    croise = s["support_gain_c"] * s["partie_ref_c"]
    return rate(s["partie_gain_c"] * s["support_ref_c"] - croise, croise)
