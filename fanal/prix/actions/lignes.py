"""Acts on one line: the pharmacists' opinion, the formulary, a price agreed apart."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.actions.commun import ecrire
from fanal.marches.models import Marche
from fanal.prix.actions.commun import (
    ecrire_prix,
    empreinte_prix,
    en_vigueur,
    remplacer_prix,
    verrouiller,
)
from fanal.prix.compute.historique import AVENANT, BPU, PROMOTION
from fanal.prix.models import LigneBpu, PrixLigne
from fanal.prix.queries.prix import (
    clause_de,
    coefficient_en_vigueur,
    est_notifie,
    fin_du_marche,
    histoires,
)
from fanal.prix.rules.bpu import check_dates_promotion, check_motif_bpu
from fanal.prix.rules.lignes import check_avis, check_ligne_vivante, check_prix_change, check_promotion


@transaction.atomic
def noter_avis(
    *,
    ligne: LigneBpu,
    avis: str,
    avis_le: date | None,
    livret: str,
    by: Utilisateur | None,
    instant: datetime,
) -> LigneBpu:
    """Record the COMEDIMS opinion and the formulary status of a line; what they were stays in the journal."""
    marche = verrouiller(ligne.version.marche, by=by, instant=instant)
    check_avis(avis, avis_le, instant.date())
    before = {"avis": ligne.avis_comedims, "le": ligne.avis_comedims_le, "livret": ligne.livret}
    ligne.avis_comedims, ligne.avis_comedims_le, ligne.livret = avis, avis_le if avis else None, livret
    ligne.save(update_fields=["avis_comedims", "avis_comedims_le", "livret"])
    after = {"avis": ligne.avis_comedims, "le": ligne.avis_comedims_le, "livret": ligne.livret}
    ecrire(
        marche,
        action="prix.avis",
        by=by,
        instant=instant,
        donnees={"ligne": ligne.cle, "avant": before, "apres": after},
    )
    return ligne


@transaction.atomic
def changer_prix(
    *,
    ligne: LigneBpu,
    prix: Decimal,
    depuis: date,
    origine: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    au: date | None = None,
    verrou: int | None = None,
) -> PrixLigne:
    """Write a new price of one line from a day on: by amendment, or by a promotion that ends.

    Before notification the price of the list itself changes. Raises `Refus` on an expired line.
    """
    marche = verrouiller(ligne.version.marche, by=by, instant=instant, verrou=verrou)
    check_motif_bpu(notifie=est_notifie(marche), premiere=False, motif=origine, explication=motif)
    origine = origine if est_notifie(marche) else BPU
    ends = [d for d in (ligne.au, fin_du_marche(marche, depuis)) if d is not None]
    check_ligne_vivante(min(ends, default=None), depuis)
    history = histoires(marche, [ligne.cle]).get(ligne.cle, [])
    held = en_vigueur(history, depuis)
    if origine == PROMOTION:
        check_dates_promotion(depuis, au)
        check_promotion(prix, held.prix if held else None)
    elif held is not None:
        check_prix_change(prix, held.prix)
    written = ecrire_prix(
        marche,
        ligne,
        depuis=depuis,
        origine=origine,
        by=by,
        instant=instant,
        prix=prix,
        au=au if origine == PROMOTION else None,
        motif=motif,
        calcul=_coefficient(marche, ligne.cle, depuis) if origine == AVENANT else {},
    )
    remplacer_prix([written])
    written.save()
    ecrire(
        marche,
        action="prix.changer",
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "ligne": ligne.cle,
            "empreinte": empreinte_prix([written]),
            "depuis": depuis,
            "au": au,
            "origine": origine,
        },
    )
    return written


def _coefficient(marche: Marche, cle: str, depuis: date) -> dict[str, str]:
    """A price agreed after revisions already holds their coefficient."""
    clause = clause_de(marche, cle)
    held = coefficient_en_vigueur(clause, depuis) if clause else 1
    return {} if held == 1 else {"coefficient_inclus": f"{held}"}
