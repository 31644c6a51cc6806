"""From the grid of a sheet to a table of the format, with its anomalies."""

from __future__ import annotations

import re

import polars as pl

from fanal.depots.formats import Schema
from fanal.depots.lecture import lot, phrases
from fanal.depots.lecture.contraintes import controler, controler_cle
from fanal.depots.lecture.conversion import Colonne, convertir, dtype
from fanal.depots.lecture.entetes import Placement
from fanal.depots.lecture.grille import Grille, texte_colonne
from fanal.depots.lecture.phrases import Constat
from fanal.depots.lecture.resultats import ACCEPTEE, LIGNE, Anomalie, Correspondance, TableLue
from fanal.depots.noms import normaliser

_TOTAL = re.compile(r"\W*(?:sous[\s-]*)?tota(?:l|ux)\b", re.IGNORECASE)


def construire(
    grille: Grille,
    placement: Placement,
    schema: Schema,
    correspondance: Correspondance | None,
    *,
    nommer: bool,
) -> tuple[TableLue, list[Anomalie]]:
    """The table read under a header and its anomalies, in row order; sentences name the sheet if `nommer`."""
    anomalies = _ecarter_lignes(grille, placement, schema, nommer)
    titres = {champ: grille.titres[rang] for rang, champ in placement.champs.items()}
    brutes = {
        champ: _recoder(grille.colonnes[rang], champ, correspondance)
        for rang, champ in placement.champs.items()
    }
    # Recoded columns are no longer those whose distinct values were seen while reading.
    lues = {champ: r for r, champ in placement.champs.items() if brutes[champ] is grille.colonnes[r]}
    ensembles = {champ: grille.ensembles[r] for champ, r in lues.items() if r in grille.ensembles}
    numeriques = {champ: grille.decimaux[r] for champ, r in lues.items() if r in grille.decimaux}
    ordre = (correspondance.formats if correspondance else {}).get("dates", "jma")
    constats: list[Constat] = []
    typees: list[pl.Series] = []
    communs: set[str] = set()
    for champ in schema.champs:
        brute = brutes.get(champ.nom)
        if brute is None:
            typees.append(pl.Series(champ.nom, [None] * grille.hauteur, dtype=dtype(champ)))
            continue
        decimaux = numeriques.get(champ.nom, {}) if champ.type == "number" else {}
        # A column of numbers where a text stands seldom has nothing to tell.
        propre = (
            None if decimaux else lot.convertir_propre(brute, champ, schema, ordre, ensembles.get(champ.nom))
        )
        if propre is not None:
            if propre is brute:
                communs.add(champ.nom)
            typees.append(_nommee(propre, champ.nom))
            continue
        colonne = Colonne(champ, schema, brute, ordre, decimaux)
        typee = convertir(colonne)
        controler(colonne, typee, grille.lignes)
        typees.append(typee.alias(champ.nom))
        constats += colonne.constats
    constats += controler_cle(schema, typees, brutes, grille.lignes)
    constats += _trop_longues(grille)
    anomalies += _anomalies(constats, grille, schema, titres, nommer)
    anomalies.sort(key=lambda a: a.ligne or 0)
    table = _table(grille, placement, schema, typees, constats)
    # A recoded column is no longer the cells as they stand.
    table.communes = {
        titre: champ
        for (titre, champ), rang in zip(table.correspondance.items(), sorted(placement.champs), strict=True)
        if champ in communs and brutes[champ] is grille.colonnes[rang]
    }
    anomalies += _inconnues(table, schema, nommer)
    return table, anomalies


def _ecarter_lignes(grille: Grille, placement: Placement, schema: Schema, nommer: bool) -> list[Anomalie]:
    """Take empty rows and total rows out of the grid; say so for the latter."""
    par_champ = {champ: grille.colonnes[rang] for rang, champ in placement.champs.items()}
    temoins = [par_champ[c] for c in schema.requis if c in par_champ] or list(par_champ.values())
    douteuses = sorted({rang for c in temoins if c.null_count() for rang in c.is_null().arg_true().to_list()})
    ecartees: list[int] = []
    anomalies = []
    for rang in douteuses:
        premiere = next(((c, v) for c in grille.colonnes if (v := c[rang]) is not None), None)
        if premiere is None:
            ecartees.append(rang)
            continue
        colonne, texte = premiere
        seule = all(c[rang] is None for c in temoins if c is not colonne)
        if seule and isinstance(texte, str) and _TOTAL.match(texte):
            ecartees.append(rang)
            anomalies.append(_ligne_total(texte, int(grille.lignes[rang]), grille.feuille, nommer))
    if ecartees:
        gardees = pl.Series([True]).new_from_index(0, grille.hauteur).scatter(ecartees, False)
        grille.colonnes = [c.filter(gardees) for c in grille.colonnes]
        grille.lignes = grille.lignes.filter(gardees)
    return anomalies


def _ligne_total(texte: str, ligne: int, feuille: str | None, nommer: bool) -> Anomalie:
    phrase = phrases.ou(feuille if nommer else None, ligne, None) + phrases.ligne_total(texte)
    return Anomalie(feuille, ligne, None, texte, "ligne-total", "information", phrase)


def _recoder(brute: pl.Series, champ: str, correspondance: Correspondance | None) -> pl.Series:
    """Apply the person's own codes to a column."""
    codes = correspondance.codes.get(champ) if correspondance else None
    if not codes:
        return brute
    cles = {normaliser(k): v for k, v in codes.items()}
    textes = texte_colonne(brute)
    table = {t: cles[normaliser(t)] for t in textes.drop_nulls().unique().to_list() if normaliser(t) in cles}
    return textes.replace(table) if table else brute


def _trop_longues(grille: Grille) -> list[Constat]:
    if not grille.trop_longues:
        return []
    rangs = {ligne: rang for rang, ligne in enumerate(grille.lignes.to_list())}
    suite = phrases.trop_longue(len(grille.titres))
    return [
        Constat(rangs[ligne], None, None, "ligne-trop-longue", "refus", suite)
        for ligne in grille.trop_longues
        if ligne in rangs
    ]


def _anomalies(
    constats: list[Constat], grille: Grille, schema: Schema, titres: dict[str, str], nommer: bool
) -> list[Anomalie]:
    trouvees = []
    for c in constats:
        ligne = int(grille.lignes[c.rang])
        colonne = phrases.nom_colonne(titres.get(c.champ), schema.par_nom[c.champ]) if c.champ else None
        phrase = phrases.ou(grille.feuille if nommer else None, ligne, colonne) + c.suite
        trouvees.append(Anomalie(grille.feuille, ligne, c.champ, c.valeur, c.regle, c.gravite, phrase))
    return trouvees


def _table(
    grille: Grille,
    placement: Placement,
    schema: Schema,
    typees: list[pl.Series],
    constats: list[Constat],
) -> TableLue:
    refusees = {c.rang for c in constats if c.gravite == "refus"}
    acceptee = pl.Series([rang not in refusees for rang in range(grille.hauteur)], dtype=pl.Boolean)
    lignes = pl.DataFrame([*typees, grille.lignes.alias(LIGNE), acceptee.alias(ACCEPTEE)])
    noms = _distincts(grille.titres)
    cellules = pl.DataFrame([_nommee(c, n) for n, c in zip(noms, grille.colonnes, strict=True)])
    inconnues = [n for rang, n in enumerate(noms) if rang not in placement.champs]
    correspondance = {noms[rang]: champ for rang, champ in sorted(placement.champs.items())}
    return TableLue(schema.nom, grille.feuille, lignes, cellules, inconnues, correspondance)


def _nommee(serie: pl.Series, nom: str) -> pl.Series:
    """A column under a name; `alias` copies even when it changes nothing."""
    return serie if serie.name == nom else serie.alias(nom)


def _distincts(titres: list[str]) -> list[str]:
    """Titles made distinct: the second "Note" becomes "Note (2)"."""
    vus: dict[str, int] = {LIGNE: 1}
    noms = []
    for titre in titres:
        vus[titre] = vus.get(titre, 0) + 1
        nom = titre if vus[titre] == 1 else f"{titre} ({vus[titre]})"
        vus.setdefault(nom, 1)
        noms.append(nom)
    return noms


def _inconnues(table: TableLue, schema: Schema, nommer: bool) -> list[Anomalie]:
    if schema.colonnes_libres or not table.colonnes_inconnues:
        return []
    ou = f"Feuille « {table.feuille} ». " if nommer else ""
    phrase = ou + phrases.colonnes_inconnues(table.colonnes_inconnues)
    return [Anomalie(table.feuille, None, None, None, "colonne-inconnue", "information", phrase)]
