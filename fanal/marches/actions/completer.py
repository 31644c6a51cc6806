"""Completing and correcting a contract: with a reason, journaled, the remarks that it settles lifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.fournisseurs.rules.identites import controler
from fanal.marches.actions.commun import ecrire, prendre
from fanal.marches.compute.dates import fin_apres
from fanal.marches.lecture.champs import CHAMPS
from fanal.marches.lecture.valeurs import nature_achat
from fanal.marches.models import AnomalieMarche, Cpv, Marche, Titulaire
from fanal.marches.rules.completion import COMPLETABLES, check_completion
from fanal.marches.rules.cycle import check_motif
from fanal.refus import Refus
from fanal.territoires.models import Etablissement

MOTIF_MAX = 300


@dataclass(frozen=True)
class Saisie:
    """What a person typed for one contract. `verrou` is the version they read; holders None: untouched."""

    marche: Marche
    valeurs: Mapping[str, Any]
    verrou: int
    titulaires: Sequence[tuple[str, str, str]] | None = None
    lever: frozenset[int] = frozenset()


@transaction.atomic
def completer(*, saisie: Saisie, motif: str, by: Utilisateur | None, instant: datetime) -> Marche:
    """Write the values that differ, lift the remarks they settle and those listed in `saisie.lever`.

    Raises `Refus`, `Interdit`: nothing is then written.
    """
    check_motif(motif)
    marche, _ = prendre(saisie.marche, by=by, instant=instant, verrou=saisie.verrou)
    changes = {c: v for c, v in saisie.valeurs.items() if getattr(marche, c, None) != v}
    _check(marche, changes, timezone.localdate(instant))
    champs = changes | _derives(marche, changes)
    donnees: dict[str, Any] = {}
    touches = set(changes)
    if saisie.titulaires is not None and _remplacer_titulaires(marche, saisie.titulaires, instant):
        touches.add("titulaires")
        donnees["titulaires"] = [t[1] or t[2] for t in saisie.titulaires]
    levees = _lever(marche, touches, saisie.lever, motif, instant)
    if not (champs or touches or levees):
        raise Refus("Rien n'a changé : modifiez une valeur ou réglez une remarque.")
    if levees:
        donnees["remarques"] = levees
    return ecrire(
        marche,
        action="marche.completer",
        by=by,
        instant=instant,
        champs=champs,
        donnees=donnees,
        motif=motif,
    )


@transaction.atomic
def completer_lot(*, saisies: Sequence[Saisie], motif: str, by: Utilisateur | None, instant: datetime) -> int:
    """Complete several contracts for the same reason, all or none. Returns how many. Raises `Refus`."""
    if not saisies:
        raise Refus("Aucune valeur n'a été saisie. Remplissez au moins une case.")
    for saisie in saisies:
        try:
            completer(saisie=saisie, motif=motif, by=by, instant=instant)
        except Refus as refus:
            phrase = f"Marché {saisie.marche.identifiant} : {refus.phrase} Rien n'a été enregistré."
            raise type(refus)(phrase) from refus
    return len(saisies)


def _check(marche: Marche, changes: dict[str, Any], aujourd_hui: date) -> None:
    code, siret = changes.get("code_cpv"), changes.get("acheteur_siret")
    charge = bool(code) and Cpv.objects.exists()
    check_completion(
        changes,
        {champ: changes.get(champ, getattr(marche, champ)) for champ in COMPLETABLES},
        aujourd_hui=aujourd_hui,
        cpv_connu=not charge or Cpv.objects.filter(code=code).exists(),
        siret_valide=not siret or controler("SIRET", siret).valide,
    )
    if siret:
        pris = Marche.objects.filter(acheteur_siret=siret, identifiant=marche.identifiant)
        if pris.exclude(pk=marche.pk).exists():
            raise Refus(
                f"Cet acheteur a déjà un marché n° {marche.identifiant}. Vérifiez le SIRET de l'acheteur."
            )


def _derives(marche: Marche, changes: dict[str, Any]) -> dict[str, Any]:
    """What follows from the changes: buyer, kind of purchase, start and end, unless a person set them."""
    derives: dict[str, Any] = {}
    if "acheteur_siret" in changes:
        siren = changes["acheteur_siret"][:9]
        derives["acheteur"] = Etablissement.objects.filter(siren=siren).order_by("finess").first()
        # A later publication still comes under the number it had.
        derives["importe"] = {"acheteur_siret": marche.acheteur_siret, **marche.importe}
    if "code_cpv" in changes and "nature_achat" not in changes:
        deduite = nature_achat(changes["code_cpv"])
        if deduite and marche.nature_achat in ("", nature_achat(marche.code_cpv)):
            derives["nature_achat"] = deduite
    if not {"date_notification", "date_debut", "duree_mois"}.isdisjoint(changes):
        derives |= _echeance(marche, changes)
    return derives


def _echeance(marche: Marche, changes: dict[str, Any]) -> dict[str, Any]:
    derives: dict[str, Any] = {}
    debut = changes.get("date_debut", marche.date_debut)
    notification = changes.get("date_notification", marche.date_notification)
    if "date_debut" not in changes and marche.date_debut in (None, marche.date_notification):
        debut = notification
        derives["date_debut"] = debut
    duree = changes.get("duree_mois", marche.duree_mois)
    tenue = marche.date_fin_initiale is None and marche.date_fin_totale in (
        None,
        _fin(marche.date_debut, marche.duree_mois),
    )
    if tenue:
        derives["date_fin_totale"] = _fin(debut, duree)
    return derives


def _fin(debut: date | None, duree: int | None) -> date | None:
    if debut is None or not duree:
        return None
    try:
        return fin_apres(debut, duree)
    except OverflowError:
        return None


def _remplacer_titulaires(
    marche: Marche, titulaires: Sequence[tuple[str, str, str]], instant: datetime
) -> bool:
    fournisseurs = list(
        dict.fromkeys(obtenir_lot(list(titulaires), instant=instant, demonstration=marche.demonstration))
    )
    avant = list(Titulaire.objects.filter(marche=marche).values_list("fournisseur_id", flat=True))
    if avant == [f.pk for f in fournisseurs]:
        return False
    Titulaire.objects.filter(marche=marche).delete()
    Titulaire.objects.bulk_create(
        Titulaire(marche=marche, fournisseur=f, rang=rang) for rang, f in enumerate(fournisseurs, start=1)
    )
    return True


def _lever(
    marche: Marche, touches: set[str], choisies: frozenset[int], motif: str, instant: datetime
) -> list[str]:
    """Lift the remarks on the fields that changed, and those that a person judged settled as they are."""
    ouvertes = AnomalieMarche.objects.filter(marche=marche, levee_le=None)
    reglees = [a for a in ouvertes if a.pk in choisies or champ_de(a.colonne) in touches]
    for anomalie in reglees:
        anomalie.levee_le, anomalie.motif_levee = instant, motif[:MOTIF_MAX]
    AnomalieMarche.objects.bulk_update(reglees, ["levee_le", "motif_levee"])
    return [a.regle for a in reglees]


def champ_de(colonne: str) -> str:
    """The field that a person completes to settle a remark on a DECP column."""
    if colonne.startswith("titulaires"):
        return "titulaires"
    return CHAMPS.get(colonne, colonne)
