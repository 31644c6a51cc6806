"""Labels of one year against the catalogue of another: how often the product is found, and how fast.

The code of each label is known, never given to the matching; labels are those of `_libelles.py`, then those
of the demonstration's products, and those written by hand against it, with their product there then away.
Prints one JSON line. `--caler` fits the weights of the confidence instead, on other products.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import _familles
import _hostiles
from _libelles import SORTES, deriver, produits

from fanal.moteurs.rapprochement.accord import CONTRE, TRAITS
from fanal.moteurs.rapprochement.moteur import POIDS, Catalogue, Produit, Proposition

CLASSES = 10
ABSENTS = 6  # one product in so many is not in the catalogue: nothing is then right
NAIFS = 200  # labels that the naive matcher is timed on
Paires = list[tuple[str, str, str]]  # (kind of drift, label, code)


def libelles(catalogue: list[tuple[str, str]], nombre: int, *, graine: int = 7) -> Paires:
    """Drifted labels of products drawn from a catalogue, the kinds in turn."""
    hasard = random.Random(graine)
    kinds = list(SORTES)
    out = []
    for rank in range(nombre):
        code, label = hasard.choice(catalogue)
        kind = kinds[rank % len(kinds)]
        out.append((kind, deriver(label, kind, hasard), code))
    return out


def tirer(taille: int, nombre: int, *, part: int, graine: int) -> tuple[list[tuple[str, str]], Paires]:
    """A catalogue, and labels of its products and of those that were taken out of it."""
    every = produits(taille, part=part)
    random.Random(1).shuffle(every)
    return every[: len(every) * (ABSENTS - 1) // ABSENTS], libelles(every, nombre, graine=graine)


def exactitude(pairs: Paires, found: list[list[Proposition]], rang: int) -> float:
    """The share of labels whose product is among the first *rang* suggestions."""
    good = sum(
        any(p.code == code and p.rang <= rang for p in ones)
        for (_, _, code), ones in zip(pairs, found, strict=True)
    )
    return good / len(pairs)


def ecart_de_confiance(pairs: Paires, found: list[list[Proposition]]) -> float:
    """Expected calibration error of the first suggestions: confidence told against share found right."""
    told = np.array([ones[0].confiance if ones else 0.0 for ones in found])
    right = np.array(
        [bool(ones) and ones[0].code == code for (_, _, code), ones in zip(pairs, found, strict=True)]
    )
    bins = np.minimum((told * CLASSES).astype(int), CLASSES - 1)
    gaps = [
        abs(told[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    ]
    return float(sum(gaps))


def naif(pairs: Paires, catalogue: list[tuple[str, str]]) -> tuple[float, float]:
    """Top-1 accuracy and pairs per second of rapidfuzz alone: every product against each label."""
    from rapidfuzz import process
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.utils import default_process

    known = [default_process(label) for _, label in catalogue]
    start = time.perf_counter()
    best = [process.extractOne(default_process(p[1]), known, scorer=token_sort_ratio) for p in pairs]
    spent = time.perf_counter() - start
    good = sum(b is not None and catalogue[b[2]][0] == p[2] for b, p in zip(best, pairs, strict=True))
    return good / len(pairs), len(pairs) * len(catalogue) / spent


def demonstration(nombre: int) -> dict[str, Any]:
    """The same on the catalogue of the demonstration and the ways in which it writes each label."""
    from fanal.demonstration.lignes.produits import catalogue, labels

    known = [(p.code, p.libelle) for p in catalogue() if p.code]
    by_label = {label: code for code, label in known}
    unique = [(code, label) for label, code in by_label.items()]
    pairs = [("démonstration", way, code) for code, label in unique for way in labels(label)[1:]][:nombre]
    found = Catalogue([Produit(*p) for p in unique]).proposer([p[1] for p in pairs])
    return {
        "catalogue": len(unique),
        "libelles": len(pairs),
        "top1": round(exactitude(pairs, found, 1), 4),
        "top5": round(exactitude(pairs, found, 5), 4),
    }


def mesurer(taille: int, nombre: int) -> dict[str, Any]:
    """Everything that the line prints."""
    catalogue, pairs = tirer(taille, nombre, part=1, graine=7)
    start = time.perf_counter()
    ready = Catalogue([Produit(*p) for p in catalogue])
    built = time.perf_counter() - start
    start = time.perf_counter()
    found = ready.proposer([p[1] for p in pairs])
    spent = time.perf_counter() - start
    told = ecart_de_confiance(pairs, found)
    held = {code for code, _ in catalogue}
    found = [ones for pair, ones in zip(pairs, found, strict=True) if pair[2] in held]
    pairs = [pair for pair in pairs if pair[2] in held]
    by_kind = {}
    for kind in SORTES:
        kept = [i for i, p in enumerate(pairs) if p[0] == kind]
        ones = [pairs[i] for i in kept], [found[i] for i in kept]
        by_kind[kind] = {"top1": round(exactitude(*ones, 1), 4), "top5": round(exactitude(*ones, 5), 4)}
    speed = nombre * len(catalogue) / spent
    # Every kind of drift in the sample that the slow one is timed on.
    naive_top1, naive_speed = naif(pairs[:NAIFS], catalogue)
    return {
        "banc": "rapprochement",
        "catalogue": len(catalogue),
        "libelles": len(pairs),
        "top1": round(exactitude(pairs, found, 1), 4),
        "top5": round(exactitude(pairs, found, 5), 4),
        "ecart_de_confiance": round(told, 4),
        "par_derive": by_kind,
        "preparation_s": round(built, 2),
        "libelles_par_seconde": round(nombre / spent),
        "paires_par_seconde": round(speed),
        "naif_top1": round(naive_top1, 4),
        "naif_paires_par_seconde": round(naive_speed),
        "rapport_au_naif": round(speed / naive_speed, 2),
        "hostiles": _hostiles.mesurer(),
        "demonstration": demonstration(2000),
    }


@dataclass(frozen=True)
class Observations:
    """Products seen beside labels: traits (rows), which label each is of, which are right; labels to use."""

    traits: Any
    libelle: Any
    juste: Any
    utile: Any


def observer(tailles: Sequence[int], nombre: int) -> Observations:
    """Labels drawn against catalogues of several sizes: in a large one, more products look alike."""
    rows, owner, gold, used = [], [], [], []
    for size, draw in ((size, draw) for size in tailles for draw in (tirer, _familles.tirer)):
        kept, pairs = draw(size, nombre, part=0, graine=11)
        codes = [code for code, _ in kept]
        held = set(codes)
        seen = Catalogue([Produit(*p) for p in kept]).candidats([p[1] for p in pairs])
        for (_, _, code), (ranks, values) in zip(pairs, seen, strict=True):
            right = [codes[r] == code for r in ranks]
            rows.append(values)
            owner += [len(used)] * len(ranks)
            gold += right
            # A product of the catalogue that the search did not bring teaches nothing about weights.
            used.append(any(right) or code not in held)
    return Observations(np.vstack(rows), np.array(owner), np.array(gold), np.array(used))


def caler(taille: int, nombre: int) -> dict[str, Any]:
    """Weights that make the products really meant the likeliest: conditional logit, by maximum likelihood.

    One label in six, or three, is of a product taken out of the catalogue: « none » is then right.
    """
    from scipy.optimize import minimize

    sizes = (taille // 10, taille // 3, taille)
    seen = observer(sizes, nombre)
    count = len(seen.utile)
    none_right = seen.utile & (np.bincount(seen.libelle, seen.juste, count) == 0)
    kept = seen.utile[seen.libelle]

    def loss(w: Any) -> tuple[float, Any]:
        s = np.exp(np.clip(seen.traits @ w[:-1], -60, 60))
        none = np.exp(w[-1])
        whole = np.bincount(seen.libelle, s, count) + none
        share = s / whole[seen.libelle]
        value = -np.log(share[seen.juste]).sum() - np.log(none / whole[none_right]).sum()
        slope = seen.traits[kept].T @ (share - seen.juste)[kept]
        grad = np.append(slope, (none / whole)[seen.utile].sum() - none_right.sum())
        return float(value + 0.01 * (w**2).sum()), grad + 0.02 * w

    # What agrees never speaks against a product, what contradicts never for it.
    bounds = [(None, 0) if name in CONTRE else (0, None) for name in TRAITS]
    start = np.zeros(len(TRAITS) + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    weights = {name: round(float(v), 3) for name, v in zip(TRAITS, best.x[:-1], strict=True)}
    document = {
        "calage": f"{count} libellés dérivés de produits inventés, référentiels de {sizes[0]} à {sizes[-1]} "
        "produits, un libellé sur quatre sans produit (un produit, un mot ou un nom retiré du référentiel) ; "
        "logit conditionnel, maximum de vraisemblance (bench/rapprochement.py --caler).",
        "traits": weights,
        "aucun": round(float(best.x[-1]), 3),
    }
    POIDS.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return document


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--catalogue", type=int, default=10_000)
    parser.add_argument("--libelles", type=int, default=4_000)
    parser.add_argument("--caler", action="store_true")
    asked = parser.parse_args()
    work = caler if asked.caler else mesurer
    print(json.dumps(work(asked.catalogue, asked.libelles), ensure_ascii=False))
