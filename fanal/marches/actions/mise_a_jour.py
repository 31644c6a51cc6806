"""A known contract published again: new values are taken, what a person completed or corrected here stays."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.journal.actions import inscrire_lot
from fanal.marches.lecture.champs import CHAMPS
from fanal.marches.lecture.importe import en_json, importables, vide
from fanal.marches.lecture.resultats import Lu
from fanal.marches.models import AnomalieMarche, Marche, Modification, Titulaire

PLACE = ("niveau", "ght_id", "etablissement_id")


def mettre_a_jour(
    changes: Sequence[tuple[int, Lu, dict[str, Any]]],
    *,
    depot: Callable[[], Depot],
    format: str,
    by: Utilisateur | None,
    instant: datetime,
) -> int:
    """Compare and update known contracts; returns how many changed. `changes`: (key, reading, place).

    To be called inside the import's transaction. Each change is journaled as {field: [before, after]}.
    """
    cles = [pk for pk, _, _ in changes]
    marches = Marche.objects.select_for_update().in_bulk(cles)
    modifications = _par_marche(Modification.objects.filter(marche__in=cles).order_by("numero"))
    anomalies = _par_marche(AnomalieMarche.objects.filter(marche__in=cles))
    titulaires = _par_marche(
        Titulaire.objects.filter(marche__in=cles).select_related("fournisseur").order_by("rang")
    )
    ecrits: list[tuple[Marche, dict[str, Any]]] = []
    for pk, lu, place in changes:
        marche = marches[pk]
        ecarts = _place(marche, place)
        ecarts |= _valeurs(marche, lu)
        ecarts |= _titulaires(marche, lu, titulaires.get(pk, []), instant)
        ecarts |= _modifications(marche, lu, modifications.get(pk, []))
        _anomalies(marche, lu, anomalies.get(pk, []))
        if ecarts:
            marche.depot, marche.ligne, marche.source = depot(), lu.ligne, format
            marche.verrou += 1
            marche.updated_at = instant
            ecrits.append((marche, ecarts))
        # Even without a difference: the same content is then known at once the next time.
        marche.empreinte = lu.empreinte
        marche.recu = {**marche.recu, **lu.recu}
        marche.importe = {**marche.importe, **importables(lu)}
        marche.save()
    inscrire_lot(action="marche.mettre_a_jour", objets=ecrits, by=by, instant=instant)
    return len(ecrits)


def _par_marche(lignes: Any) -> dict[int, list[Any]]:
    groupes: dict[int, list[Any]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.marche_id, []).append(ligne)
    return groupes


def _place(marche: Marche, place: dict[str, Any]) -> dict[str, Any]:
    """A contract that nobody held joins the node that imports it; a buyer now known is linked."""
    ecarts: dict[str, Any] = {}
    if marche.niveau == "national" and place["niveau"] != "national":
        ecarts["niveau"] = [marche.niveau, place["niveau"]]
        for champ in PLACE:
            setattr(marche, champ, place[champ])
    if marche.acheteur_id is None and place["acheteur_id"] is not None:
        ecarts["acheteur"] = [None, place["acheteur_id"]]
        marche.acheteur_id = place["acheteur_id"]
    return ecarts


def touche_ici(marche: Marche, champ: str) -> bool:
    """Whether a person gave this field a value that the last import did not bring."""
    actuel = en_json(getattr(marche, champ))
    return not vide(actuel) and actuel != marche.importe.get(champ) and champ in SAISISSABLES


SAISISSABLES = frozenset(
    f.name for f in Marche._meta.fields if f.name not in {"recu", "importe", "empreinte", "verrou"}
)


def _valeurs(marche: Marche, lu: Lu) -> dict[str, Any]:
    """Take each published value that is known, unless a person's stands in its place."""
    ecarts: dict[str, Any] = {}
    for champ, nouveau in lu.valeurs.items():
        actuel = en_json(getattr(marche, champ))
        if vide(nouveau) or en_json(nouveau) == actuel or touche_ici(marche, champ):
            continue
        ecarts[champ] = [actuel, en_json(nouveau)]
        setattr(marche, champ, nouveau)
    return ecarts


def _titulaires(marche: Marche, lu: Lu, actuels: list[Titulaire], instant: datetime) -> dict[str, Any]:
    """Replace the holders when they are still those of the last import."""
    if not lu.titulaires:
        return {}
    fournisseurs = list({f.pk: f for f in obtenir_lot(lu.titulaires, instant=instant)}.values())
    avant, apres = [t.fournisseur_id for t in actuels], [f.pk for f in fournisseurs]
    if avant == apres:
        return {}
    importes = [tuple(t) for t in marche.importe.get("titulaires", [])]
    derniers = list({f.pk: f for f in obtenir_lot(importes, instant=instant)}) if importes else []
    if avant and avant != derniers:
        return {}
    Titulaire.objects.filter(marche=marche).delete()
    Titulaire.objects.bulk_create(
        Titulaire(marche=marche, fournisseur=f, rang=rang) for rang, f in enumerate(fournisseurs, start=1)
    )
    return {"titulaires": [avant, apres]}


def _modifications(marche: Marche, lu: Lu, actuelles: list[Modification]) -> dict[str, Any]:
    """Append the modifications that are new; one already imported follows its publication.

    A modification made here (nothing received) is never touched: its number is taken.
    """
    from fanal.marches.actions.ecriture import modifications_de

    ecarts: dict[str, Any] = {}
    connues = {m.numero: m for m in actuelles}
    for champs in modifications_de(marche.pk, lu):
        nouvelle = Modification(**champs)
        connue = connues.get(nouvelle.numero)
        if connue is None:
            nouvelle.save()
            ecarts[f"modification {nouvelle.numero}"] = [None, en_json(nouvelle.montant_apres)]
        elif connue.recu and connue.recu != nouvelle.recu:
            ecarts[f"modification {nouvelle.numero}"] = [connue.recu, nouvelle.recu]
            nouvelle.pk, nouvelle.motif = connue.pk, connue.motif
            nouvelle.save()
    return ecarts


def _anomalies(marche: Marche, lu: Lu, actuelles: list[AnomalieMarche]) -> None:
    """Keep the remarks that still hold; one that a person settled is not made again."""
    voulues = {
        (a.regle, a.colonne or "", a.valeur or ""): a
        for a in lu.anomalies
        if a.gravite == "controle" and not _regle_ici(marche, a.colonne or "")
    }
    connues = {(a.regle, a.colonne, a.valeur): a for a in actuelles}
    finies = [a.pk for cle, a in connues.items() if a.levee_le is None and cle not in voulues]
    if finies:
        AnomalieMarche.objects.filter(pk__in=finies).delete()
    AnomalieMarche.objects.bulk_create(
        AnomalieMarche(marche=marche, regle=regle, colonne=colonne, valeur=valeur, phrase=a.phrase)
        for (regle, colonne, valeur), a in voulues.items()
        if (regle, colonne, valeur) not in connues
    )


def _regle_ici(marche: Marche, colonne: str) -> bool:
    champ = CHAMPS.get(colonne, "")
    return champ in SAISISSABLES and touche_ici(marche, champ)
