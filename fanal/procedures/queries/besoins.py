"""Needs read for their consolidation, with what they were and what was used."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from fanal.marches.queries.consommation import cumuls
from fanal.procedures.compute.besoins import BesoinLu, Estimation, LigneBesoin, consolider, estimer
from fanal.procedures.models import Besoin, Procedure, Recensement, ReponseRecensement
from fanal.territoires.models import Appartenance, Etablissement, Ght

MOIS_COMPARES = 12


@dataclass(frozen=True)
class Consolidation:
    """The needs side by side. `etablissements`: (FINESS, name) of those that answered, in order.

    `avant` maps the key of a product to its yearly amount at the last survey; `consomme` maps a FINESS to
    what it used over the last twelve months of the contracts renewed. Euros excl. VAT.
    """

    etablissements: list[tuple[str, str]]
    lignes: list[LigneBesoin]
    estimation: Estimation
    avant: dict[str, Decimal | None]
    precedent: Recensement | None
    consomme: dict[str, Decimal]


def consolidation(recensement: Recensement, le: date) -> Consolidation:
    """The needs of a survey as they stand, and what to compare them with."""
    procedure = recensement.procedure
    reponses = recensement.reponses.exclude(repondu_le=None).select_related("etablissement")
    lignes = consolider(_besoins(recensement))
    precedent = dernier_recensement(procedure)
    avant = {x.cle: x.montant for x in consolider(_besoins(precedent))} if precedent else {}
    return Consolidation(
        [(r.etablissement.finess, r.etablissement.nom) for r in reponses],
        lignes,
        estimer(lignes, procedure.duree_mois),
        avant,
        precedent,
        consommation(procedure, le),
    )


def _besoins(recensement: Recensement) -> list[BesoinLu]:
    rangs = Besoin.objects.filter(reponse__recensement=recensement).order_by("pk")
    champs = (
        "reponse__etablissement__finess",
        "cle",
        "code",
        "designation",
        "unite",
        "quantite_annuelle",
        "montant_annuel_ht",
    )
    return [BesoinLu(*valeurs) for valeurs in rangs.values_list(*champs)]


def dernier_recensement(procedure: Procedure) -> Recensement | None:
    """The last closed survey for the same need in the GHT: of the procedure it follows, else the same CPV
    code, else the same family.
    """
    autres = Recensement.objects.filter(procedure__ght=procedure.ght, clos_le__isnull=False).exclude(
        procedure=procedure
    )
    for filtre in (
        {"procedure": procedure.suite_de_id} if procedure.suite_de_id else None,
        {"procedure__code_cpv": procedure.code_cpv} if procedure.code_cpv else None,
        {"procedure__famille": procedure.famille} if procedure.famille else None,
    ):
        if filtre and (trouve := autres.filter(**filtre).order_by("-clos_le").first()):
            return trouve
    return None


def consommation(procedure: Procedure, le: date) -> dict[str, Decimal]:
    """What each establishment (FINESS) used, over the last twelve months, of the contracts renewed."""
    depuis = le - relativedelta(months=MOIS_COMPARES)
    marches = list(procedure.remplace.values_list("pk", flat=True))
    if not marches:
        return {}
    fin, debut = cumuls(marches, le), cumuls(marches, depuis)
    total: dict[int, Decimal] = {}
    for pk, cumul in fin.items():
        avant = debut[pk].par_etablissement if pk in debut else {}
        for etablissement, montant in cumul.par_etablissement.items():
            reste = montant - avant.get(etablissement, Decimal(0))
            total[etablissement] = total.get(etablissement, Decimal(0)) + reste
    noms = dict(Etablissement.objects.filter(pk__in=total).values_list("pk", "finess"))
    return {noms[pk]: montant for pk, montant in total.items()}


def interrogeables(ght: Ght, le: date) -> list[Etablissement]:
    """The establishments of the GHT that may have needs: support and parties, the support first."""
    membres = (
        Appartenance.objects.en_vigueur(le)
        .filter(ght=ght, role__in=[Appartenance.Role.SUPPORT, Appartenance.Role.PARTIE])
        .select_related("etablissement")
    )
    rangs = sorted(membres, key=lambda m: (m.role != Appartenance.Role.SUPPORT, m.etablissement.nom))
    return list(dict.fromkeys(m.etablissement for m in rangs))


def support(ght: Ght, le: date) -> Etablissement | None:
    """The support establishment of the GHT on a day."""
    membres = Appartenance.objects.en_vigueur(le).filter(ght=ght, role=Appartenance.Role.SUPPORT)
    membre = membres.select_related("etablissement").first()
    return membre.etablissement if membre else None


def attendus(recensement: Recensement) -> QuerySet[ReponseRecensement]:
    """The establishments that have not answered."""
    return recensement.reponses.filter(repondu_le=None).select_related("etablissement")


def exprimes(procedure: Procedure, lot: int) -> dict[int, Decimal | None]:
    """The establishments (primary key) with a need for the lot, and their yearly euros when all are known.

    A need without lot number counts for every lot; zero is an answer, not a need.
    """
    rangs = (
        Besoin.objects.filter(Q(lot=None) | Q(lot=lot), reponse__recensement__procedure=procedure)
        .exclude(quantite_annuelle=0, montant_annuel_ht=0)
        .values_list("reponse__etablissement", "montant_annuel_ht", "quantite_annuelle")
    )
    total: dict[int, Decimal | None] = {}
    for etablissement, montant, quantite in rangs:
        if not montant and not quantite and (montant, quantite) != (None, None):
            continue  # one is zero, the other unknown: no need
        if etablissement in total:
            deja = total[etablissement]
            total[etablissement] = None if deja is None or montant is None else deja + montant
        else:
            total[etablissement] = montant
    return total
