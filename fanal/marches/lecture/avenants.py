"""Modifications and subcontracting acts as published: they only append, initial values stay."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.lecture import valeurs
from fanal.marches.lecture.acteurs import identite
from fanal.marches.lecture.fiche import Fiche, deballer
from fanal.marches.lecture.resultats import ModificationLue, Reperes

NUMERO_MAX = 32_000
ENTIERS = ("id", "dureeMois")


def lire_modifications(fiche: Fiche, reperes: Reperes) -> list[ModificationLue]:
    """The modifications with increasing numbers, those that cannot be regular marked and remarked."""
    recues = [m for m in deballer(fiche.lire("modifications"), "modification") if isinstance(m, dict) and m]
    lues = [_modification(fiche, recue, rang, reperes) for rang, recue in enumerate(recues, start=1)]
    _numeroter(fiche, lues)
    _dater(fiche, lues)
    _mesurer(fiche, lues, reperes)
    return lues


def _modification(fiche: Fiche, recue: dict[str, Any], rang: int, reperes: Reperes) -> ModificationLue:
    def prendre(nom: str, lire: Any) -> Any:
        recu = recue.get(nom)
        if recu is None or valeurs.texte(recu).casefold() in valeurs.ABSENTS:
            return None
        lu, regle = lire(recu)
        if regle:
            fiche.noter(regle, f"modifications.{nom}", valeurs.texte(recu))
        return lu

    def jour(nom: str) -> date | None:
        lu: date | None = prendre(nom, lambda v: valeurs.jour(valeurs.texte(v), reperes.aujourd_hui))
        return lu

    objet, _ = valeurs.accents(valeurs.texte(recue.get("objetModification")))
    numero = prendre("id", lambda v: valeurs.entier(v, 1, NUMERO_MAX)) if "id" in recue else rang
    return ModificationLue(
        numero=numero or 0,
        objet=objet,
        montant_apres=prendre("montant", valeurs.montant),
        duree_mois_apres=prendre("dureeMois", valeurs.duree),
        date_notification=jour("dateNotificationModification"),
        date_publication=jour("datePublicationDonneesModification"),
        date_signature=jour("dateSignatureModification"),
        titulaires_apres=list(_titulaires(recue.get("titulaires"))),
        recu=valeurs.propre(recue),
    )


def _titulaires(recus: Any) -> Iterator[dict[str, str]]:
    for recu in deballer(recus, "titulaire"):
        genre, identifiant, nom = identite(recu)
        if identifiant or nom:
            lu = {"typeIdentifiant": genre, "id": identifiant}
            yield lu | ({"nom": nom} if nom else {})


def _numeroter(fiche: Fiche, lues: list[ModificationLue]) -> None:
    """Numbers are unique and increase in the order of notification (DECP 2.0.3): repair and say so."""
    dernier = 0
    for lue in lues:
        if lue.numero <= dernier:
            fiche.noter("modification-ordre", "modifications.id", str(lue.recu.get("id", "")))
            lue.irreguliere = True
            lue.numero = dernier + 1
        dernier = lue.numero
    datees = [m.date_notification for m in lues if m.date_notification]
    if datees != sorted(datees):
        ecrites = ", ".join(f"{d:%d/%m/%Y}" for d in datees)
        fiche.noter("modification-ordre", "modifications.dateNotificationModification", ecrites)


def _dater(fiche: Fiche, lues: list[ModificationLue]) -> None:
    notification = fiche.valeurs.get("date_notification")
    for lue in lues:
        if notification and lue.date_notification and lue.date_notification < notification:
            lue.irreguliere = True
            nom = "modifications.dateNotificationModification"
            fiche.noter("modification-avant", nom, f"{lue.date_notification:%d/%m/%Y}")


def _mesurer(fiche: Fiche, lues: list[ModificationLue], reperes: Reperes) -> None:
    """Published modifications do not say their ground: past the widest limit, somebody must."""
    initial: Decimal | None = fiche.valeurs.get("montant")
    avant = initial
    for lue in lues:
        apres = lue.montant_apres
        if initial and avant and apres is not None:
            part = reperes.part_plafonnee(lue.date_notification or reperes.aujourd_hui)
            if part is not None and apres - avant > part * initial:
                ecart = f"+ {apres - avant} € pour {initial} € au départ"
                fiche.noter("modification-a-justifier", "modifications.montant", ecart)
        avant = apres if apres is not None else avant


def lire_sous_traitance(fiche: Fiche) -> None:
    """Subcontracting acts and their modifications, kept in the shape of DECP 2.0.3 without its wrapping."""
    for nom, interne, champ in (
        ("actesSousTraitance", "acteSousTraitance", "actes_sous_traitance"),
        ("modificationsActesSousTraitance", "modificationActeSousTraitance", "modifications_sous_traitance"),
    ):
        actes = [_acte(a) for a in deballer(fiche.lire(nom), interne) if isinstance(a, dict) and a]
        if actes:
            fiche.valeurs[champ] = actes


def _acte(recu: dict[str, Any]) -> dict[str, Any]:
    """An act with its numbers as numbers, whatever the document wrote."""
    acte: dict[str, Any] = valeurs.propre(recu)
    for nom in ENTIERS:
        lu = valeurs.nombre(acte.get(nom))
        if lu is not None and lu == lu.to_integral_value() and abs(lu) < NUMERO_MAX:
            acte[nom] = int(lu)
    montant = valeurs.nombre(acte.get("montant"))
    if montant is not None:
        acte["montant"] = float(montant)
    return acte
