"""What the rules need of a procedure, read from the base."""

from datetime import date
from decimal import Decimal
from typing import Any

from fanal.parametres import SansValeur, valeur
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.droit import conseil, droit
from fanal.procedures.rules.droit import Demande
from fanal.procedures.rules.etats import FORMALISEES, Situation
from fanal.procedures.rules.lots import SituationLot
from fanal.procedures.rules.offres import SituationOffre
from fanal.procedures.rules.phrases import shortest
from fanal.refus import Refus


def critere_environnemental_du(lancement: date) -> bool:
    """Whether a criterion on the environment is compulsory for a call launched on that day (L2152-7 CCP)."""
    try:
        return bool(valeur("marches.durable.critere_environnemental", le=lancement))
    except (KeyError, SansValeur):
        return False


def delai_minimal(procedure: Procedure, lancement: date, *, reduction: str = "") -> tuple[int | None, str]:
    """The days that the law leaves between launch and deadline, with the article; (None, "") when it sets
    none. `reduction`: "preinformation", "urgence" or nothing. R2161-2 to R2161-12 CCP.
    """
    if procedure.procedure not in FORMALISEES:
        return None, ""
    try:
        table = droit(procedure.nature_achat, lancement)["delais.reception"]
    except Refus:
        return None, ""
    etapes = table.get(procedure.procedure)
    if etapes is None:
        return None, ""
    demande = Demande(
        procedure.nature_achat,
        Decimal(1),
        lancement,
        procedure.envoi_electronique,
        reduction == "preinformation",
        reduction == "urgence",
    )
    jours = sum(shortest(etapes[c], demande)[0] for c in ("candidatures", "offres") if c in etapes)
    return jours, etapes["article"]


def conseil_du_lancement(procedure: Procedure, lancement: date, *, reduction: str = "") -> dict[str, Any]:
    """What the law allows for the procedure's value on its launch day, to be kept with it; empty when the
    value or the law of that day is not known.
    """
    if procedure.montant_estime_ht is None:
        return {}
    try:
        lu = conseil(
            nature=procedure.nature_achat,
            montant=procedure.montant_estime_ht,
            lancement=lancement,
            electronique=procedure.envoi_electronique,
            preinformation=reduction == "preinformation",
            urgence=reduction == "urgence",
        )
    except Refus:
        return {}
    return {
        "le": lancement.isoformat(),
        "montant": str(procedure.montant_estime_ht),
        "procedures": list(lu.procedures),
        "seuil": lu.seuil.phrase,
        "obligations": [ligne.phrase for ligne in lu.obligations],
        "sources": list(lu.sources),
    }


def suspension_jours(procedure: Procedure, le: date) -> int:
    """Days between the sending of the rejections and the signature (R2182-1 CCP)."""
    delais = valeur("marches.delais.suspension", le=le)
    return int(delais["electronique" if procedure.envoi_electronique else "autre"])


def situation(
    procedure: Procedure,
    le: date,
    *,
    date_lancement: date | None = None,
    date_limite: date | None = None,
    reduction: str = "",
) -> Situation:
    """The procedure as the rules read it; dates of launch still to be recorded may be given."""
    lancement = date_lancement or procedure.date_lancement
    jours, article = delai_minimal(procedure, lancement or le, reduction=reduction)
    recensement = getattr(procedure, "recensement", None)
    lots = list(procedure.lots.all())
    return Situation(
        etat=procedure.etat,
        procedure=procedure.procedure,
        montant_connu=procedure.montant_estime_ht is not None,
        motif_non_allotissement=procedure.motif_non_allotissement,
        lots=[situation_lot(lot) for lot in lots],
        recensement_ouvert=None if recensement is None else recensement.clos_le is None,
        critere_environnemental=critere_environnemental_du(lancement or le),
        date_lancement=lancement,
        date_limite=date_limite or procedure.date_limite_offres,
        delai_minimal=jours,
        article_delai=article,
        marches_non_notifies=[
            m.identifiant for lot in lots for m in lot.marches.all() if m.date_notification is None
        ],
    )


def situation_lot(lot: Lot) -> SituationLot:
    """The lot as the rules read it."""
    return SituationLot(lot.numero, lot.criteres, lot.issue)


def situation_offre(offre: Offre) -> SituationOffre:
    """The offer as the rules read it; the marks of price are among them once it is ranked."""
    notes = {c: Decimal(str(n)) for c, n in offre.notes.items()}
    return SituationOffre(offre.pk, offre.fournisseur.nom, offre.sort, notes, offre.rang)
