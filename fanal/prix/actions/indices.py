"""Index values: received from a file, chained; a definitive value does not change silently."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit_national
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.depots.lecture import Anomalie, Lecture
from fanal.depots.lecture.phrases import ou
from fanal.depots.models import Correspondance
from fanal.journal.actions import inscrire
from fanal.prix.actions.commun import GERER, garder_fichier
from fanal.prix.compute.ecriture import ecrire, ecrire_mois
from fanal.prix.models import SerieIndice, ValeurIndice
from fanal.prix.queries.fichiers import lire_indices
from fanal.prix.rules.clauses import check_serie_nouvelle
from fanal.prix.rules.indices import LigneIndice
from fanal.refus import Refus


@dataclass(frozen=True)
class ResultatIndices:
    """What a file of values did: values added, made definitive or corrected, the same as before."""

    lecture: Lecture
    series: int
    ajoutees: int
    corrigees: int
    inchangees: int


def check_gerer(by: Utilisateur | None, instant: datetime) -> None:
    """Whoever keeps prices somewhere may add published values."""
    if by is not None:
        check_permission(perimetre(by, GERER, local_day(instant)), None, GERER)


@transaction.atomic
def importer_indices(
    *,
    chemin: Path,
    nom_fichier: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    correspondance: Correspondance | None = None,
    demonstration: bool = False,
) -> ResultatIndices:
    """Add the values of a file to their series; series unknown so far are created.

    Series are common to every territory: a definitive value only changes with a reason, by an account that
    keeps the national tables; otherwise its row is set aside and named. Raises `Inutilisable`, `Refus`.
    """
    check_gerer(by, instant)
    read, lines = lire_indices(chemin, correspondance)
    if not lines:
        raise Refus(
            "Aucune ligne de ce fichier ne peut être prise en compte : rien n'a été enregistré. Corrigez les "
            "lignes écartées et déposez-le de nouveau."
        )
    grouped: dict[str, list[LigneIndice]] = defaultdict(list)
    for line in lines:
        grouped[line.serie].append(line)
    numbers = _Comptes()
    refused: list[str] = []
    for code, rows in sorted(grouped.items()):
        _serie(code, rows, numbers, refused, _peut_corriger(by, instant, motif), demonstration)
    chained = [c for c, rows in sorted(grouped.items()) if _raccorder_depuis(c, rows)]
    read = _completer(read, refused)
    depot = garder_fichier(
        lue=read,
        chemin=chemin,
        nom_fichier=nom_fichier,
        by=by,
        instant=instant,
        correspondance=correspondance,
    )
    inscrire(
        action="indices.importer",
        objet=depot,
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "series": sorted(grouped),
            "raccordees": chained,
            "ajoutees": numbers.ajoutees,
            "corrections": numbers.corrections,
        },
    )
    return ResultatIndices(read, len(grouped), numbers.ajoutees, len(numbers.corrections), numbers.inchangees)


@transaction.atomic
def raccorder(
    *,
    serie: SerieIndice,
    suite_de: SerieIndice | None,
    coefficient: Decimal | None,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> SerieIndice:
    """Chain a series on the one it replaced; changing an existing chain is kept for the national tables."""
    check_gerer(by, instant)
    serie = SerieIndice.objects.select_for_update(of=("self",)).get(pk=serie.pk)
    if serie.suite_de_id is not None:
        check_droit_national(by, "territoires.gerer", instant)
        if len(motif.strip()) < 5:
            raise Refus("Cette série est déjà raccordée : dites pourquoi le raccordement change.")
    if suite_de is not None:
        if coefficient is None or coefficient <= 0:
            raise Refus("Donnez le coefficient de raccordement publié, supérieur à 0.")
        check_serie_nouvelle(serie.code, suite_de.code, _precedentes(suite_de))
        taken = SerieIndice.objects.filter(suite_de=suite_de).exclude(pk=serie.pk).first()
        if taken is not None:
            raise Refus(f"« {taken.code} » est déjà la suite de « {suite_de.code} ».")
    before = {"suite_de": serie.suite_de_id, "coefficient": serie.coefficient}
    serie.suite_de, serie.coefficient = suite_de, coefficient if suite_de else None
    serie.save(update_fields=["suite_de", "coefficient"])
    inscrire(
        action="indices.raccorder",
        objet=serie,
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "avant": before,
            "suite_de": suite_de.code if suite_de else "",
            "coefficient": serie.coefficient,
        },
    )
    return serie


class _Comptes:
    def __init__(self) -> None:
        self.ajoutees = 0
        self.inchangees = 0
        self.corrections: list[dict[str, Any]] = []


def _peut_corriger(by: Utilisateur | None, instant: datetime, motif: str) -> bool:
    if len(motif.strip()) < 5:
        return False
    return by is None or perimetre(by, "territoires.gerer", local_day(instant)).national


def _serie(
    code: str,
    rows: list[LigneIndice],
    numbers: _Comptes,
    refused: list[str],
    may_correct: bool,
    demonstration: bool,
) -> None:
    serie, _ = SerieIndice.objects.get_or_create(
        code=code, defaults={"libelle": code, "demonstration": demonstration}
    )
    serie = SerieIndice.objects.select_for_update(of=("self",)).get(pk=serie.pk)
    for name in ("libelle", "base", "source"):
        said = next((v for line in rows if (v := getattr(line, name))), "")
        if said and getattr(serie, name) in ("", code):
            setattr(serie, name, said)
    serie.save(update_fields=["libelle", "base", "source"])
    known = {v.mois: v for v in serie.valeurs.all()}
    new = []
    for line in rows:
        held = known.get(line.point.mois)
        if held is None:
            new.append(_valeur(serie, line))
        elif held.valeur == line.point.valeur:
            numbers.inchangees += 1
            _completer_publication(held, line)
        elif held.provisoire or may_correct:
            numbers.corrections.append(
                {"serie": code, "mois": held.mois, "avant": held.valeur, "apres": line.point.valeur}
            )
            held.valeur, held.provisoire = line.point.valeur, line.point.provisoire
            held.publiee_le = line.point.publiee_le or held.publiee_le
            held.save(update_fields=["valeur", "provisoire", "publiee_le"])
        else:
            refused.append(
                f"La série « {code} » vaut déjà {ecrire(held.valeur)} en {ecrire_mois(held.mois)} (valeur "
                f"définitive) : {ecrire(line.point.valeur)} n'a pas été repris. Une valeur définitive ne "
                "change qu'avec un motif, par un compte qui tient les référentiels nationaux."
            )
    ValeurIndice.objects.bulk_create(new, batch_size=500)
    numbers.ajoutees += len(new)


def _valeur(serie: SerieIndice, line: LigneIndice) -> ValeurIndice:
    point = line.point
    return ValeurIndice(
        serie=serie,
        mois=point.mois,
        valeur=point.valeur,
        publiee_le=point.publiee_le,
        provisoire=point.provisoire,
    )


def _completer_publication(held: ValeurIndice, line: LigneIndice) -> None:
    """A date of publication may come later, and a provisional value be confirmed."""
    changed = []
    if held.publiee_le is None and line.point.publiee_le is not None:
        held.publiee_le = line.point.publiee_le
        changed.append("publiee_le")
    if held.provisoire and not line.point.provisoire:
        held.provisoire = False
        changed.append("provisoire")
    if changed:
        held.save(update_fields=changed)


def _raccorder_depuis(code: str, rows: list[LigneIndice]) -> bool:
    """Chain a series as its rows say, when it is not chained yet and the old one is known."""
    follows = next((line.suite_de for line in rows if line.suite_de), "")
    coefficient = next((line.coefficient for line in rows if line.coefficient), None)
    previous = SerieIndice.objects.filter(code=follows).first() if follows and coefficient else None
    serie = SerieIndice.objects.get(code=code)
    if previous is None or serie.suite_de_id is not None:
        return False
    if SerieIndice.objects.filter(suite_de=previous).exists():
        return False
    check_serie_nouvelle(code, follows, _precedentes(previous))
    serie.suite_de, serie.coefficient = previous, coefficient
    serie.save(update_fields=["suite_de", "coefficient"])
    return True


def _precedentes(serie: SerieIndice) -> list[str]:
    """The codes that a series follows, itself included."""
    codes: list[str] = []
    current: SerieIndice | None = serie
    while current is not None and current.code not in codes:
        codes.append(current.code)
        current = current.suite_de
    return codes


def _completer(read: Lecture, refused: list[str]) -> Lecture:
    """The reading with the values that could not be taken over."""
    said = [
        Anomalie(None, None, "valeur", None, "valeur-definitive", "controle", ou(None, None, "valeur") + text)
        for text in refused
    ]
    return replace(read, anomalies=[*read.anomalies, *said])
