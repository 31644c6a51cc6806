"""What an import must know before it reads: the day, the vocabulary, the buyers known here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone

from fanal.marches.lecture.resultats import Reperes
from fanal.marches.queries.cpv import cles
from fanal.marches.queries.droit import limites_modification
from fanal.refus import Inutilisable
from fanal.territoires.models import Appartenance, Etablissement

# An establishment belongs to its GHT as support or partie; associés and partenaires manage on their own.
MEMBRES = (Appartenance.Role.SUPPORT, Appartenance.Role.PARTIE)


@dataclass(frozen=True)
class Acheteur:
    """A buyer known here: its establishment and the GHT it belongs to on the day of the import."""

    etablissement: int
    ght: int | None


class Acheteurs:
    """The buyers known here, by SIRET then by SIREN."""

    def __init__(self, le: date) -> None:
        ghts = dict(
            Appartenance.objects.en_vigueur(le)
            .filter(role__in=MEMBRES)
            .order_by("-ght_id")
            .values_list("etablissement_id", "ght_id")
        )
        self.par_siret: dict[str, Acheteur] = {}
        self.par_siren: dict[str, Acheteur] = {}
        rows = Etablissement.objects.order_by("-finess").values_list("pk", "siren", "siret")
        for pk, siren, siret in rows:
            acheteur = Acheteur(pk, ghts.get(pk))
            siren = siren or siret[:9]
            if siret:
                self.par_siret[siret] = acheteur
            if siren:
                self.par_siren[siren] = acheteur

    def trouver(self, siret: str) -> Acheteur | None:
        """The establishment that this SIRET, or its SIREN, names; None when it is not known here."""
        return self.par_siret.get(siret) or (self.par_siren.get(siret[:9]) if len(siret) == 14 else None)


def reperes(instant: datetime) -> Reperes:
    """What judging contracts needs at that instant."""
    return Reperes(timezone.localdate(instant), cles(), frozenset(finess_connus()), part_plafonnee())


def part_plafonnee() -> Callable[[date], Decimal | None]:
    """The widest bounded share of one modification, by date (R2194-3 CCP); None before the code."""

    @lru_cache(maxsize=4096)
    def part(le: date) -> Decimal | None:
        try:
            limites = limites_modification(le)
        except Inutilisable:
            return None
        return max(limites.part_supplementaire, limites.part_imprevue)

    return part


def finess_connus() -> dict[str, int]:
    """FINESS -> key of every establishment known here."""
    return dict(Etablissement.objects.values_list("finess", "pk"))
