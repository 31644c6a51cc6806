"""What a decision on a proposal would create, and the proposals already decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from fanal.comptes.acces import INVISIBLE
from fanal.comptes.perimetre import Perimetre
from fanal.convergence.models import Proposition as Gardee
from fanal.convergence.queries.document import dire_proposition, dire_segment
from fanal.convergence.queries.propositions import pour_un_depart, propositions, requete_de
from fanal.convergence.rules.fiches import Fiche
from fanal.convergence.rules.segments import CPV, Segment, nature_dominante
from fanal.moteurs.convergence import Proposition, ajouter_mois, empreinte, mois_suivant
from fanal.procedures.models import Procedure
from fanal.procedures.rules.etats import FINIES
from fanal.refus import Introuvable
from fanal.territoires.models import Ght

CPV_CHIFFRES = 8
INTITULE = 160


@dataclass(frozen=True)
class Effets:
    """What keeping a proposal writes: the procedure, the contracts it renews, its estimated value."""

    segment: Segment
    proposition: Proposition
    empreinte: str
    intitule: str
    nature_achat: str
    code_cpv: str
    famille: str
    montant_estime_ht: Decimal | None
    duree_mois: int
    sans_depense: int
    rejoignent: tuple[Fiche, ...]
    dehors: tuple[Fiche, ...]
    premier: date


def effets(segment: Segment, depart: date) -> Effets:
    """What keeping the cheapest proposition of *depart* would create."""
    proposition = pour_un_depart(segment, depart)
    requete = requete_de(segment)
    duree = requete.regles.duree_commune_mois
    pairs = list(zip(segment.avec_echeance, proposition.options, strict=True))
    joining = tuple(f for f, o in pairs if o.entree is not None)
    monthly = [f.connu.depense.mensuelle for f in joining]
    known = [m for m in monthly if m is not None]
    debut = mois_suivant(segment.le)
    return Effets(
        segment=segment,
        proposition=proposition,
        empreinte=empreinte(requete),
        intitule=f"Marché commun : {segment.libelle or segment.code}"[:INTITULE],
        nature_achat=nature_dominante([f.nature for f in joining]),
        code_cpv=_cpv(segment, joining),
        famille=segment.code if segment.genre != CPV else _commune(f.connu.famille for f in joining),
        montant_estime_ht=sum(known, Decimal(0)) * duree if known else None,
        duree_mois=duree,
        sans_depense=len(monthly) - len(known),
        rejoignent=joining,
        dehors=tuple(f for f, o in pairs if o.entree is None),
        premier=ajouter_mois(debut, requete.regles.delai_preparation_mois),
    )


def _cpv(segment: Segment, fiches: Iterable[Fiche]) -> str:
    """The group named by the segment, or the only code of its contracts."""
    if segment.genre == CPV:
        return segment.code.ljust(CPV_CHIFFRES, "0")
    return _commune(f.connu.code_cpv for f in fiches)


def _commune(values: Iterable[str]) -> str:
    found = {v for v in values if v}
    return found.pop() if len(found) == 1 else ""


def figee(effets: Effets) -> dict[str, Any]:
    """What is kept of the proposal: the segment as it was, its whole answer, the cost of other starts."""
    segment, resultat = effets.segment, propositions(effets.segment)
    kept = dire_segment(segment, resultat, 0)
    kept["propositions"] = [dire_proposition(effets.proposition, resultat.requete)]
    kept["le"] = segment.le.isoformat()
    return kept


def deja_remplaces(fiches: Iterable[Fiche]) -> list[tuple[str, str]]:
    """The contracts that a running procedure already renews: (contract, procedure)."""
    keys = [f.connu.pk for f in fiches]
    rows = (
        Procedure.objects.filter(remplace__in=keys)
        .exclude(etat__in=FINIES)
        .order_by("remplace", "numero")
        .values_list("remplace__identifiant", "numero")
    )
    return list(rows)


def propositions_visibles(perimetre: Perimetre) -> QuerySet[Gardee]:
    """The decided proposals of the covered GHT, the last first."""
    return Gardee.objects.filter(perimetre.ghts_q("ght__")).select_related("ght", "procedure", "auteur")


def departs_retenus(ght: Ght) -> dict[str, date]:
    """The start kept for each segment of a GHT (the last one), as long as its procedure is not over."""
    rows = (
        Gardee.objects.filter(ght=ght, statut=Gardee.Statut.ACCEPTEE)
        .exclude(procedure__etat__in=FINIES)
        .order_by("decidee_le", "pk")
    )
    return dict(rows.values_list("segment", "depart"))


def une_proposition(pk: int, perimetre: Perimetre) -> Gardee:
    """One decided proposal. Raises Introuvable: another GHT's does not exist here."""
    found = propositions_visibles(perimetre).filter(pk=pk).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    return found
