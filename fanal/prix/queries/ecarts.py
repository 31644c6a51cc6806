"""Gaps between the prices of one product inside a GHT, and quartiles over other buyers."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max, Q

from fanal.marches.models import Marche
from fanal.marches.queries.etat import vies
from fanal.parametres.catalogue import valeur
from fanal.prix.compute.ecarts import EcartPrix, PrixProduit, Quartiles, quartiles, rapprocher
from fanal.prix.compute.historique import PROMOTION, PrixDate, contractuel
from fanal.prix.models import LigneBpu, PrixLigne, VersionBpu
from fanal.prix.rules.codes import INTERNE
from fanal.territoires.models import Appartenance, Ght

PAQUET = 2000


def ecarts(ght: Ght, *, le: date, cpv: str = "", codes: Sequence[str] = ()) -> list[EcartPrix]:
    """Products that at least two running contracts of a GHT price differently, the largest stake first.

    Contracts: those that stand on the GHT or on one of its establishments, of the CPV prefix *cpv*. *codes*:
    only these product codes. Prices are those of the contract on day *le*, for one piece (price / packaging).
    The caller checks that the account holds `prix.voir` on the GHT.
    """
    return rapprocher(_produits(_du_ght(ght, le), le, cpv, codes))


def quartiles_ailleurs(ght: Ght, type_code: str, code: str, le: date) -> Quartiles | None:
    """Quartiles of the price of a piece over the other GHT; `None` under the number of buyers that protects.

    Another GHT's prices are business secrets: only quartiles over enough buyers are shown.
    """
    others = Marche.objects.filter(niveau="ght").exclude(ght=ght)
    products = _produits(others, le, "", (code,))
    same = [p for p in products if p.type_code == type_code]
    return quartiles(same, valeur("confidentialite.prix.acheteurs_minimum", le=le))


def _du_ght(ght: Ght, le: date) -> "Iterable[Marche] | object":
    members = Appartenance.objects.en_vigueur(le).filter(ght=ght).values("etablissement")
    return Marche.objects.filter(
        Q(niveau="ght", ght=ght) | Q(niveau="etablissement", etablissement__in=members)
    )


def _produits(marches: object, le: date, cpv: str, codes: Sequence[str]) -> list[PrixProduit]:
    wanted = marches.filter(etat=Marche.Etat.NOTIFIE)  # type: ignore[attr-defined]  # a manager's own method
    if cpv:
        wanted = wanted.filter(code_cpv__startswith=cpv)
    versions = (
        VersionBpu.objects.filter(marche__in=wanted)
        .exclude(origine=PROMOTION)
        .order_by()
        .values("marche")
        .annotate(derniere=Max("pk"))
        .values("derniere")
    )
    rows = LigneBpu.objects.filter(version__in=versions).exclude(code="").exclude(type_code__in=("", INTERNE))
    if codes:
        rows = rows.filter(code__in=list(codes))
    lines = list(rows.select_related("version__marche").order_by("type_code", "code", "version", "cle"))
    running = _en_cours([line.version.marche for line in lines], le)
    lines = [line for line in lines if line.version.marche_id in running and not _echue(line, le)]
    prices = _prix(lines, le)
    return [
        _produit(line, prices[line.version.marche_id, line.cle])
        for line in lines
        if (line.version.marche_id, line.cle) in prices
    ]


def _en_cours(marches: list[Marche], le: date) -> set[int]:
    """Contracts not over on day *le*; an unknown end is not an end."""
    known = {m.pk: m for m in marches}
    lives = vies(known.values(), le)
    return {pk for pk, life in lives.items() if life.fin is None or life.fin >= le}


def _echue(line: LigneBpu, le: date) -> bool:
    return bool(line.au and line.au < le) or bool(line.du and line.du > le)


def _prix(lines: list[LigneBpu], le: date) -> dict[tuple[int, str], PrixDate]:
    """The contractual price of each line on day *le*."""
    keys = sorted({line.version.marche_id for line in lines})
    history: dict[tuple[int, str], list[PrixDate]] = {}
    for lot in (keys[i : i + PAQUET] for i in range(0, len(keys), PAQUET)):
        for row in PrixLigne.objects.filter(marche__in=lot, depuis__lte=le).order_by("depuis", "id"):
            price = PrixDate(row.prix_unitaire_ht, row.depuis, row.origine, row.au)
            history.setdefault((row.marche_id, row.cle), []).append(price)
    return {key: held for key, prices in history.items() if (held := contractuel(prices, le))}


def _produit(line: LigneBpu, price: PrixDate) -> PrixProduit:
    marche = line.version.marche
    return PrixProduit(
        marche=marche.pk,
        identifiant=marche.identifiant,
        objet=marche.objet,
        acheteur=marche.acheteur_nom or marche.acheteur_siret,
        cle=line.cle,
        type_code=line.type_code,
        code=line.code,
        libelle=line.libelle,
        unite=line.unite,
        conditionnement=line.conditionnement,
        prix=price.prix,
        quantite=line.quantite_estimee,
        proprietaire=marche.ght_id,
    )
