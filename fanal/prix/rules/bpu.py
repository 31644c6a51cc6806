"""Rows of a price list: what sets one aside, what warns; when a list may change and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.depots.lecture import Anomalie
from fanal.prix.compute.ecriture import ecrire
from fanal.prix.rules.anomalies import CONTROLE, INFORMATION, REFUS, Releve
from fanal.prix.rules.codes import doute, nettoyer
from fanal.refus import Refus

REGLES = [
    {"code": "ligne-double", "gravite": REFUS, "titre": "Un numéro de ligne n'apparaît qu'une fois"},
    {"code": "tva-inconnue", "gravite": REFUS, "titre": "Le taux de TVA est l'un des taux en vigueur"},
    {"code": "validite", "gravite": REFUS, "titre": "La fin de validité ne précède pas le début"},
    {"code": "code-forme", "gravite": CONTROLE, "titre": "Un code a la longueur de son type"},
    {"code": "code-cle", "gravite": CONTROLE, "titre": "La clé d'un CIP13 ou d'un GTIN est juste"},
    {"code": "code-sans-type", "gravite": CONTROLE, "titre": "Un code dit son type, un type a son code"},
    {"code": "prix-nul", "gravite": CONTROLE, "titre": "Un prix n'est pas nul"},
    {"code": "tva-fraction", "gravite": INFORMATION, "titre": "Un taux écrit 0,2 est lu 20 %"},
]
MOTIFS = {"avenant": "Avenant", "promotion": "Promotion", "revision": "Révision"}


@dataclass(frozen=True)
class LigneLue:
    """A sound row of a price list; prices excl. VAT for one `unite`, VAT in per cent."""

    ligne: int
    cle: str
    type_code: str
    code: str
    libelle: str
    unite: str
    conditionnement: Decimal
    prix_unitaire_ht: Decimal
    taux_tva: Decimal
    quantite_estimee: Decimal | None
    du: date | None
    au: date | None
    avis_comedims: str
    avis_comedims_le: date | None
    livret: str
    anomalies: tuple[str, ...] = ()


def controler_bpu(
    rows: Sequence[dict[str, Any]], feuille: str | None, taux: Sequence[Decimal]
) -> tuple[list[LigneLue], list[Anomalie], set[int]]:
    """The sound lines, the remarks, and the numbers of the rows set aside. *taux*: the VAT rates in force."""
    notes = Releve(feuille)
    by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_key[str(row["numero_ligne"]).strip()].append(row)
    for key, same in by_key.items():
        if len(same) > 1:
            _refuser_doubles(key, same, notes)
    for row in rows:
        _controler_ligne(row, taux, notes)
    said: dict[int, list[str]] = defaultdict(list)
    for anomaly in notes.anomalies:
        said[anomaly.ligne or 0].append(anomaly.phrase)
    kept = [
        _ligne(row, taux, tuple(said[row["_ligne"]])) for row in rows if row["_ligne"] not in notes.ecartees
    ]
    return kept, notes.anomalies, notes.ecartees


def check_motif_bpu(*, notifie: bool, premiere: bool, motif: str, explication: str) -> None:
    """A list changes freely before notification; after, only by revision, amendment or promotion, said.

    A contract's prices bind its parties (L2194-1 CCP: a modification needs one of its grounds).
    """
    if premiere or not notifie:
        return
    if motif not in MOTIFS:
        raise Refus(
            "Ce marché est notifié : ses prix ne changent que par révision, avenant ou promotion. Choisissez "
            "le cas, et dites pourquoi."
        )
    if len(explication.strip()) < 5:
        raise Refus(
            "Dites pourquoi les prix changent (numéro de l'avenant, date de la révision, offre reçue)."
        )


def check_revision_par_bordereau(clauses: int) -> None:
    """A clause that can be computed is computed; a list is taken only where the reference is a price list."""
    if clauses:
        raise Refus(
            "Ce marché a une clause de révision exécutable : appliquez-la depuis la page des prix, ou "
            "déposez le fichier du fournisseur dans « Prix proposés » pour le comparer à la clause."
        )


def check_lignes(lignes: int) -> None:
    """A list without any sound line replaces nothing."""
    if not lignes:
        raise Refus(
            "Aucune ligne de ce fichier ne peut être prise en compte : rien n'a été enregistré. Corrigez les "
            "lignes écartées et déposez-le de nouveau."
        )


def check_dates_promotion(du: date, au: date | None) -> None:
    """A promotion has an end."""
    if au is None:
        raise Refus("Une promotion a une fin : donnez son dernier jour.")
    if au < du:
        raise Refus(f"La promotion finirait le {au:%d/%m/%Y}, avant de commencer le {du:%d/%m/%Y}.")


def _refuser_doubles(key: str, same: list[dict[str, Any]], notes: Releve) -> None:
    lines = ", ".join(str(row["_ligne"]) for row in same)
    prices = {row["prix_unitaire_ht"] for row in same}
    advice = "les prix diffèrent : aucune n'est gardée" if len(prices) > 1 else "seule la première est gardée"
    for row in same if len(prices) > 1 else same[1:]:
        said = f"le numéro « {key} » figure sur plusieurs lignes ({lines}) ; {advice}. Corrigez le fichier."
        notes.noter(row, "numero_ligne", "ligne-double", REFUS, said)


def _controler_ligne(row: dict[str, Any], taux: Sequence[Decimal], notes: Releve) -> None:
    rate = _taux(row["taux_tva"], taux)
    if rate is None:
        known = ", ".join(ecrire(r) for r in taux)
        said = (
            f"le taux de TVA « {ecrire(row['taux_tva'])} » n'est pas en vigueur. Taux possibles : {known} %."
        )
        notes.noter(row, "taux_tva", "tva-inconnue", REFUS, said)
    elif rate != row["taux_tva"]:
        said = f"« {ecrire(row['taux_tva'])} » est lu comme un taux de {ecrire(rate)} %."
        notes.noter(row, "taux_tva", "tva-fraction", INFORMATION, said)
    start, end = row.get("debut"), row.get("fin")
    if start and end and end < start:
        said = f"la fin de validité ({end:%d/%m/%Y}) précède le début ({start:%d/%m/%Y})."
        notes.noter(row, "fin", "validite", REFUS, said)
    if row["prix_unitaire_ht"] == 0:
        notes.noter(
            row, "prix_unitaire_ht", "prix-nul", CONTROLE, "le prix est nul. Confirmez qu'il est gratuit."
        )
    _controler_code(row, notes)


def _controler_code(row: dict[str, Any], notes: Releve) -> None:
    kind, code = row.get("type_code") or "", row.get("code") or ""
    if bool(kind) != bool(code):
        said = "un code est donné sans son type." if code else f"le type {kind} est donné sans code."
        notes.noter(
            row, "code" if code else "type_code", "code-sans-type", CONTROLE, f"{said} Complétez la ligne."
        )
        return
    doubt = doute(kind, nettoyer(kind, code))
    if doubt:
        notes.noter(row, "code", doubt[0], CONTROLE, doubt[1])


def _taux(value: Decimal, taux: Sequence[Decimal]) -> Decimal | None:
    """The rate meant: as written, or as the fraction that a cell in per cent holds."""
    for candidate in (value, value * 100):
        if candidate in taux:
            return next(r for r in taux if r == candidate)
    return None


def _ligne(row: dict[str, Any], taux: Sequence[Decimal], said: tuple[str, ...]) -> LigneLue:
    kind = row.get("type_code") or ""
    return LigneLue(
        ligne=row["_ligne"],
        cle=str(row["numero_ligne"]).strip(),
        type_code=kind,
        code=nettoyer(kind, row.get("code") or ""),
        libelle=row["libelle"],
        unite=row["unite"],
        conditionnement=row.get("conditionnement") or Decimal(1),
        prix_unitaire_ht=row["prix_unitaire_ht"],
        taux_tva=_taux(row["taux_tva"], taux) or row["taux_tva"],
        quantite_estimee=row.get("quantite_estimee"),
        du=row.get("debut"),
        au=row.get("fin"),
        avis_comedims=row.get("avis_comedims") or "",
        avis_comedims_le=row.get("avis_comedims_le"),
        livret=row.get("livret") or "",
        anomalies=said,
    )
