"""The contracts that a GHT's establishments may order on, as candidates for what they consumed."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanal.marches.models import Adhesion, Beneficiaire, Marche, Titulaire
from fanal.marches.rules.rattachement import Candidat, Registre, paires
from fanal.territoires.models import Etablissement, Ght


def etablissements_de(ght: Ght) -> QuerySet[Etablissement]:
    """Every establishment that is or was of the GHT: late figures come after a change of membership."""
    return Etablissement.objects.filter(appartenances__ght=ght).distinct()


def marches_du_ght(ght: Ght) -> QuerySet[Marche]:
    """The contracts of the GHT, of its establishments, executed by one of them, or that it joined."""
    places = etablissements_de(ght).values("pk")
    executed = Beneficiaire.objects.filter(marche=OuterRef("pk"), etablissement__in=places)
    joined = Adhesion.objects.filter(marche=OuterRef("pk"), ght=ght)
    return Marche.objects.filter(
        Q(niveau="ght", ght=ght)
        | Q(niveau="etablissement", etablissement__in=places)
        | Q(acheteur__in=places)
        | Exists(executed)
        | Exists(joined)
    )


def registre_du_ght(ght: Ght) -> Registre:
    """The candidates of a GHT, in four queries however many they are."""
    return registre(marches_du_ght(ght))


def registre(marches: QuerySet[Marche]) -> Registre:
    """Candidates among *marches*."""
    keys = marches.order_by().values("pk")
    holders: dict[int, set[str]] = defaultdict(set)
    rows = Titulaire.objects.filter(marche__in=keys).order_by()
    for marche, siren, merged in rows.values_list(
        "marche", "fournisseur__siren", "fournisseur__fusionne_dans__siren"
    ):
        holders[marche] |= {siren, merged} - {"", None}
    places = paires(_places(keys))
    fields = ("pk", "identifiant", "objet", "acheteur_siret", "acheteur", "etablissement")
    return Registre(
        [
            Candidat(
                pk=pk,
                numero=numero,
                objet=objet,
                acheteur_siret=siret,
                debut=debut or notified,
                fin=early or end,
                sirens=frozenset(holders[pk]),
                etablissements=frozenset(places.get(pk, set()) | ({buyer, place} - {None})),
            )
            for pk, numero, objet, siret, buyer, place, debut, notified, early, end in marches.order_by(
                "pk"
            ).values_list(*fields, "date_debut", "date_notification", "fin_anticipee_le", "date_fin_totale")
        ]
    )


def _places(keys: Iterable[object]) -> Iterable[tuple[int, int]]:
    rows = Beneficiaire.objects.filter(marche__in=keys).order_by()
    return rows.values_list("marche", "etablissement")
