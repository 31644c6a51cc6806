"""What the register says that order lines do not: memberships, operators of contracts, decided labels."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from fanal.depenses.models import DecisionRapprochement, SuiviHorsMarche
from fanal.depenses.queries.faits_contrats import contrats
from fanal.marches.models import Marche
from fanal.marches.queries.rattachement import registre
from fanal.marches.queries.registre import revision
from fanal.marches.rules.rattachement import Registre, cle_numero
from fanal.memoire import Memoire, stable
from fanal.territoires.models import Appartenance as Adhesion
from fanal.territoires.models import Etablissement

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.faits import Appartenance, Contrat, Faits

# The operator of a contract that the GHT or one of its establishments made itself.
PROPRE = "GHT"
_faits: "Memoire[Faits]" = Memoire(2)
_registres: Memoire[Registre] = Memoire(2)
_contrats: "Memoire[Callable[[str, str], Sequence[Contrat]]]" = Memoire(2)


def faits() -> "Faits":
    """The facts of the register as questions take them; built again only when one of them has changed."""
    state = etat()
    return _faits.lire("faits", state, lambda: _lire(state))


def etat() -> tuple[object, ...]:
    """A value that changes with memberships, contracts and decisions."""
    return stable("depenses.faits.etat", _etat)


def _etat() -> tuple[object, ...]:
    decided = DecisionRapprochement.objects.aggregate(n=Count("pk"), k=Max("pk"), r=Max("remplacee_le"))
    attached = SuiviHorsMarche.objects.aggregate(n=Count("pk"), k=Max("pk"), u=Max("updated_at"))
    return (*_etat_des_contrats(), *decided.values(), *attached.values())


def _etat_des_contrats() -> tuple[object, ...]:
    """A value that changes with what decides who may order on which contract."""
    members = Adhesion.objects.aggregate(
        n=Count("pk"), k=Max("pk"), r=Sum("ght_id"), d=Max("debut"), f=Max("fin")
    )
    return (*members.values(), Etablissement.objects.count(), revision())


def contrats_par_numero() -> "Callable[[str, str], Sequence[Contrat]]":
    """The contracts of a number and an establishment: the same object as long as no contract changed."""
    state = stable("depenses.faits.contrats", _etat_des_contrats)
    return _contrats.lire("tous", state, lambda: contrats(registre_des_marches()))


def registre_des_marches() -> Registre:
    """Every contract that lines may name, by number."""
    return _registres.lire("tous", revision(), lambda: registre(Marche.objects.all()))


def _lire(state: object) -> "Faits":
    from fanal.moteurs.consolidation.faits import Faits

    places = dict(Etablissement.objects.values_list("finess", "pk"))
    contracts = registre_des_marches()
    operators = _operateurs()

    def operateur(numero: str, finess: str) -> str | None:
        found, _ = contracts.resoudre(numero, "", places.get(finess, 0))
        return None if found is None else operators.get(found.pk, PROPRE)

    def partage(numero: str) -> bool:
        return len(contracts.par_numero.get(cle_numero(numero), ())) > 1

    return Faits(
        appartenances=tuple(_appartenances()),
        operateur=operateur,
        partage=partage,
        contrats=contrats_par_numero(),
        etat=state,
        rattaches=_rattaches(),
        **_decisions(),
    )


def _operateurs() -> dict[int, str]:
    """The code of the operator of each contract that has one."""
    rows = Marche.objects.order_by().values_list("pk", "operateur__code", "operateur_acheteur__code")
    return {pk: own or buyer for pk, own, buyer in rows if own or buyer}


def _appartenances() -> "Iterable[Appartenance]":
    """Who is in which GHT and when. A month that two memberships share is the latest's.

    Outside any GHT, an establishment still has the région of its département.
    """
    from fanal.moteurs.consolidation.faits import Appartenance

    rows = Adhesion.objects.order_by().values_list(
        "etablissement__finess", "ght__code", "ght__region__sigle", "debut", "fin", "pk"
    )
    for finess, ght, region, start, end, _ in sorted(rows, key=_rang, reverse=True):
        yield Appartenance(finess, ght, region, _mois(start), _mois(end))
    places = Etablissement.objects.filter(departement__isnull=False).order_by()
    for finess, region in places.values_list("finess", "departement__region__sigle"):
        yield Appartenance(finess, None, region)


def _mois(day: date | None) -> int | None:
    return None if day is None else 12 * day.year + day.month - 1


def _rang(row: tuple[object, ...]) -> tuple[date, object]:
    start = row[3]
    return (start if isinstance(start, date) else date.min, row[5])


def _rattaches() -> frozenset[tuple[str, int, str, str, str]]:
    """The groups of purchases off contract that a decision attached to one."""
    rows = SuiviHorsMarche.objects.filter(statut=SuiviHorsMarche.Statut.RATTACHE).order_by()
    return frozenset(
        rows.values_list("etablissement__finess", "annee", "siret_fournisseur", "famille", "numero_recu")
    )


def _decisions() -> dict[str, Any]:
    """The decisions on labels in force, by GHT and key, and the function that gives the key of a label."""
    found: dict[str, dict[str, str]] = {}
    rows = DecisionRapprochement.objects.filter(remplacee_le=None, produit__isnull=False)
    for ght, key, code in rows.order_by().values_list("ght__code", "cle", "produit__code"):
        found.setdefault(ght, {})[key] = code
    if not found:
        return {}
    from fanal.moteurs.rapprochement.texte import cle

    return {"produits": found, "cle": cle}
