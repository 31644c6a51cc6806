"""What an intake says once the lake was looked at: credit notes and their origin, lines kept in a month."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.lac.entree import ecriture, phrases
from fanal.moteurs.lac.entree.comparaison import Comparaison


def avoirs(cumul: ecriture.Cumul, recus: pa.Table, tolerance: int) -> list[dict[str, Any]]:
    """Count the credit notes of the file without an origin, or larger than it; the rows of `CONTROLES`."""
    origines = recus["origine"].is_null().to_numpy(zero_copy_only=False)
    montants = recus["montant_ht"].to_numpy()
    reprises = recus["reprise"].to_numpy(zero_copy_only=False).astype(np.float64)
    with np.errstate(invalid="ignore"):
        superieurs = np.flatnonzero(-montants > reprises + tolerance)
    controles = []
    for regle, rangs, suite in (
        ("avoir_sans_origine", np.flatnonzero(origines), "aucune ligne de commande connue ne correspond à "
         "cet avoir. Déposez la période de la commande : il lui sera rattaché. Sinon, vérifiez ses numéros."),
        ("avoir_superieur", superieurs, "l'avoir dépasse le montant de la ligne qu'il reprend. Vérifiez "
         "les deux montants."),
    ):  # fmt: skip
        if not len(rangs):
            continue
        numeros = recus["ligne"].to_numpy()[rangs]
        exemples = [
            {"ligne": int(n), "colonne": "montant_ht", "valeur": phrases.decimal(int(montants[r]), 2),
             "phrase": phrases.sur_la_ligne(int(n), "montant_ht", suite)}
            for n, r in zip(numeros[: ecriture.EXEMPLES], rangs, strict=False)
        ]  # fmt: skip
        cumul.noter(regle, len(rangs), int(montants[rangs].sum()), exemples)
        controles += [{"ligne": int(n), "regle": regle, "colonne": "montant_ht"} for n in numeros]
    return controles


def revus(cumul: ecriture.Cumul, table: pa.Table) -> None:
    """Count the earlier credit notes that find an origin, and those that lose theirs."""
    avant, apres = table["avant"].is_null(), table["origine"].is_null()
    for regle, choix, suite in (
        ("avoir_rattache", pc.and_(avant, pc.invert(apres)),
         "l'avoir, déjà déposé, est rattaché à une commande de ce dépôt."),
        ("avoir_detache", pc.and_(pc.invert(avant), apres),
         "l'avoir, déjà déposé, n'a plus de commande à laquelle se rattacher."),
    ):  # fmt: skip
        siens = table.filter(choix)
        if siens.num_rows:
            lignes = siens.select(["numero_commande", "numero_ligne", "montant_ht"])
            premieres = lignes.slice(0, ecriture.EXEMPLES).to_pylist()
            exemples = [
                _connue(r["numero_commande"], r["numero_ligne"], r["montant_ht"], suite) for r in premieres
            ]
            cumul.noter(regle, siens.num_rows, pc.sum(siens["montant_ht"]).as_py(), exemples)


def gardees(cumul: ecriture.Cumul, comparaison: Comparaison) -> None:
    """Count the lines in force of a replaced month that stay, their new version being set aside."""
    if comparaison.nombre_gardees:
        suite = "elle est dans le fichier, mais écartée : la version déjà connue est gardée."
        exemples = [_connue(c, n, montant, suite) for c, n, montant in comparaison.gardees]
        cumul.noter(
            "connue_gardee", comparaison.nombre_gardees, comparaison.montant_gardees, exemples
        )  # fmt: skip


def _connue(commande: str, ligne: str, montant: int, suite: str) -> dict[str, Any]:
    """An example that is no row of the file: a line of the lake, named by its order and line."""
    dite = f"Commande {phrases.citer(commande)}, ligne {phrases.citer(ligne)} : {suite}"
    valeur = phrases.decimal(montant, 2)
    return {"ligne": None, "colonne": "montant_ht", "valeur": valeur, "phrase": dite}
