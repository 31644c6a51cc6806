"""Offers, marks and award: what forbids recording, ranking, choosing or signing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from fanal.procedures.rules.etats import FORMALISEES
from fanal.refus import Refus

ECARTEES = frozenset({"irreguliere"})


@dataclass(frozen=True)
class SituationOffre:
    """What the rules need of an offer; `notes` by criterion, as numbers out of the maximum."""

    pk: int
    nom: str
    sort: str
    notes: Mapping[str, Decimal]
    rang: int | None = None


def check_reception(*, etat: str, le: date, lancement: date | None, limite: date | None) -> bool:
    """Whether an offer received on day *le* is late. Raises Refus when it cannot be recorded at all."""
    if etat not in {"lancee", "analyse"}:
        raise Refus("Les offres s'enregistrent une fois la consultation lancée, et jusqu'à l'attribution.")
    if lancement is not None and le < lancement:
        raise Refus(f"Cette offre serait reçue avant le lancement, le {lancement:%d/%m/%Y}.")
    return limite is not None and le > limite


def check_offre_ouverte(etat: str, issue: str) -> None:
    """The offers of a lot change until its outcome is signed. Raises Refus."""
    if etat not in {"lancee", "analyse"}:
        raise Refus("Les offres ne changent plus : la consultation n'est pas en cours.")
    if issue:
        raise Refus("Ce lot est décidé : revenez d'abord sur le choix pour modifier ses offres.")


def lire_note(texte: str, maximum: Decimal) -> Decimal | None:
    """A mark as a person writes it; None when empty. Raises Refus outside 0 to *maximum*."""
    propre = texte.strip().replace(",", ".").replace("\u202f", "").replace("\xa0", "")
    if not propre:
        return None
    try:
        note = Decimal(propre)
    except InvalidOperation:
        note = Decimal("NaN")
    if not note.is_finite() or not 0 <= note <= maximum:
        raise Refus(f"« {texte[:20]} » n'est pas une note : donnez un nombre entre 0 et {maximum}.")
    if note != note.quantize(Decimal("0.01")):
        raise Refus(f"« {texte[:20]} » : deux décimales au plus.")
    return note


def check_classable(offres: Sequence[SituationOffre], criteres: Sequence[Mapping[str, Any]]) -> None:
    """Every regular offer has a mark for every criterion. Raises Refus naming the first that lacks one."""
    regulieres = [o for o in offres if o.sort not in ECARTEES]
    if not regulieres:
        raise Refus("Aucune offre régulière : déclarez le lot infructueux, ou revoyez les irrégularités.")
    for offre in regulieres:
        manque = next((c for c in criteres if c["code"] not in offre.notes), None)
        if manque is not None:
            raise Refus(f"{offre.nom} n'a pas de note pour « {manque['titre']} » : complétez l'analyse.")


def check_choix(retenues: Sequence[SituationOffre], offres: Sequence[SituationOffre], motif: str) -> None:
    """The chosen offers are regular and ranked, the best ones first, or the choice is reasoned. Raises Refus.

    R2181-7 CCP: the second may be taken when the first cannot carry the contract out. Several are chosen for
    a framework agreement with several holders.
    """
    if not retenues:
        raise Refus("Choisissez l'offre retenue.")
    for offre in retenues:
        if offre.sort in ECARTEES:
            raise Refus(f"L'offre de {offre.nom} est irrégulière : elle ne peut pas être retenue.")
        if offre.rang is None:
            raise Refus("Les offres ne sont pas classées : complétez les notes.")
    if motif.strip():
        return
    choisies = {o.pk for o in retenues}
    dernier = max(o.rang or 0 for o in retenues)
    autres = [o for o in offres if o.pk not in choisies and o.rang is not None]
    devant = next((o for o in autres if (o.rang or 0) < dernier), None)
    if devant is not None:
        raise Refus(
            f"L'offre de {devant.nom}, classée {devant.rang}, n'est pas retenue alors qu'une moins bien "
            "classée l'est. Écrivez pourquoi (par exemple R2181-7 : elle ne peut pas exécuter le marché)."
        )
    egale = next((o for o in autres if o.rang == dernier), None)
    if egale is not None:
        raise Refus(f"L'offre de {egale.nom} est à égalité au rang {dernier} : écrivez ce qui les départage.")


def check_motifs_rejet(motifs: Mapping[int, str], rejetees: Sequence[SituationOffre]) -> None:
    """Each offer that is not chosen has its reason, which its author is told. Raises Refus."""
    for offre in rejetees:
        if not motifs.get(offre.pk, "").strip():
            raise Refus(
                f"Écrivez le motif du rejet de l'offre de {offre.nom} : il lui sera notifié (R2181-1)."
            )


def signature_possible_le(
    *, procedure: str, rejets_envoyes_le: date | None, evinces: int, delai: int
) -> date | None:
    """The first day on which the contract may be signed; None: at once.

    R2182-1 CCP: in formal procedures, *delai* days from the sending of the rejections; R2182-2: not when the
    winner was alone. Raises Refus when rejections are due and were not sent.
    """
    if procedure not in FORMALISEES or evinces == 0:
        return None
    if rejets_envoyes_le is None:
        raise Refus(
            "Envoyez d'abord les lettres de rejet : le délai de suspension part de leur envoi (R2182-1)."
        )
    return rejets_envoyes_le + timedelta(days=delai)


def check_signature(signature: date, possible_le: date | None, rejets: date | None, delai: int) -> None:
    """The signature waits for the end of the standstill period. Raises Refus."""
    if possible_le is not None and signature < possible_le:
        raise Refus(
            f"Les rejets sont partis le {rejets:%d/%m/%Y} : la signature est possible à partir du "
            f"{possible_le:%d/%m/%Y} ({delai} jours, R2182-1)."
        )
