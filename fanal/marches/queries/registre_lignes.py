"""The rows of the register, read in a fixed number of queries however many contracts there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum

from fanal import parametres
from fanal.fournisseurs.models import Fournisseur
from fanal.marches.compute.echeances import EN_COURS, Decision, DonneesVie, calculer
from fanal.marches.compute.effets import Changement, appliquer
from fanal.marches.compute.plafond import Methode, projection
from fanal.marches.compute.portefeuille import FAMILLE_INCONNUE
from fanal.marches.models import (
    AnomalieMarche,
    Beneficiaire,
    Consommation,
    Cpv,
    Marche,
    Modification,
    Reconduction,
    Titulaire,
)
from fanal.territoires.models import Departement, Region

CENT = Decimal("0.01")
PAS_DE = "Pas de considération"
CHAMPS = (
    "pk",
    "identifiant",
    "objet",
    "niveau",
    "acheteur_siret",
    "acheteur_nom",
    "code_cpv",
    "famille",
    "nature_achat",
    "procedure",
    "montant",
    "maximum_ht",
    "maximum_quantite",
    "offres_recues",
    "marche_innovant",
    "considerations_sociales",
    "considerations_environnementales",
    "date_lancement",
    "date_notification",
    "date_publication",
    "date_debut",
    "date_fin",
    "date_fin_totale",
    "duree_mois",
    "reconductions_prevues",
    "reconduction_mois",
    "reconduction_tacite",
    "preavis_mois",
    "fin_anticipee_le",
    "etat",
    "lieu_code",
    "lieu_type",
)
LIENS = {
    "code_ght": F("ght__code"),
    "region_ght": F("ght__region__sigle"),
    "region_propre": F("region__sigle"),
    "region_operateur": F("operateur__region__sigle"),
    "nom_acheteur": F("acheteur__nom"),
    "region_acheteur": F("acheteur__departement__region__sigle"),
    "nom_operateur": F("operateur_acheteur__nom"),
}


@dataclass
class Autour:
    """What surrounds the contracts, by primary key."""

    titulaires: dict[int, list[tuple[int, str, bool]]]
    executants: dict[int, list[int]]
    anomalies: Mapping[int, int]
    consommes: dict[int, Decimal]
    derniers: dict[int, date]
    quantites: Mapping[int, Decimal]
    points: dict[int, list[tuple[date, Decimal]]]
    changements: dict[int, list[Changement]]
    decisions: dict[int, list[Decision]]
    cpv: Mapping[str, str]
    regions: Mapping[str, str]
    methode: Methode = field(default_factory=Methode)


def lire_lignes(marches: "QuerySet[Marche]", le: date) -> list[tuple[Any, ...]]:
    """The rows of these contracts on day *le*, in the order of `compute.portefeuille.SCHEMA` less `mots`."""
    around = _autour(marches, le)
    rows = marches.order_by("pk").annotate(**LIENS).values(*CHAMPS, *LIENS)
    return [_ligne(row, around, le) for row in rows.iterator(chunk_size=5000)]


def _autour(marches: "QuerySet[Marche]", le: date) -> Autour:
    chosen = {"marche__in": marches.order_by().values("pk")}
    used = Consommation.objects.filter(**chosen).order_by().values("marche")
    points = _points(chosen)
    totals = {pk: sum((amount for _, amount in rows), Decimal(0)) for pk, rows in points.items()}
    methode = parametres.jeu("marches.vie", le)
    return Autour(
        titulaires=_titulaires(chosen),
        executants=_grouper(
            Beneficiaire.objects.filter(**chosen).order_by("pk").values_list("marche", "etablissement")
        ),
        anomalies=dict(
            AnomalieMarche.objects.filter(**chosen, levee_le__isnull=True)
            .order_by()
            .values("marche")
            .annotate(n=Count("pk"))
            .values_list("marche", "n")
        ),
        consommes=totals,
        derniers=dict(used.annotate(dernier=Max("le")).values_list("marche", "dernier")),
        quantites=dict(
            used.filter(quantite__isnull=False).annotate(total=Sum("quantite")).values_list("marche", "total")
        ),
        points=points,
        changements=_changements(chosen),
        decisions=_decisions(chosen),
        cpv=dict(Cpv.objects.values_list("code", "libelle")),
        regions=_regions(),
        methode=Methode(
            fenetre_jours=methode["projection_fenetre_jours"],
            observation_minimale_jours=methode["projection_observation_jours"],
        ),
    )


def _grouper(rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for key, value in rows:
        if value not in found[key]:
            found[key].append(value)
    return found


def _titulaires(chosen: Mapping[str, Any]) -> dict[int, list[tuple[int, str, bool]]]:
    """Holders by contract in their rank, a merged supplier under the one that stands for it."""
    merged = dict(
        Fournisseur.objects.filter(fusionne_dans__isnull=False).values_list("pk", "fusionne_dans__nom")
    )
    found: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    rows = Titulaire.objects.filter(**chosen).order_by("marche", "rang", "pk")
    for marche, pk, root, nom, valid in rows.values_list(
        "marche",
        "fournisseur",
        "fournisseur__fusionne_dans",
        "fournisseur__nom",
        "fournisseur__identifiant_valide",
    ):
        found[marche].append((root or pk, merged.get(pk) or nom, valid))
    return found


def _points(chosen: Mapping[str, Any]) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = Consommation.objects.filter(**chosen).order_by("marche", "le").values("marche", "le")
    for marche, day, amount in rows.annotate(total=Sum("montant_ht")).values_list("marche", "le", "total"):
        # SQLite sums decimals as floats: each day is brought back to the cent.
        found[marche].append((day, Decimal(str(amount)).quantize(CENT)))
    return found


def _changements(chosen: Mapping[str, Any]) -> dict[int, list[Changement]]:
    found: dict[int, list[Changement]] = defaultdict(list)
    rows = Modification.objects.filter(**chosen, etat=Modification.Etat.NOTIFIEE)
    for marche, numero, variation, apres, units in rows.values_list(
        "marche", "numero", "variation_ht", "montant_apres", "variation_quantite"
    ):
        found[marche].append(
            Changement(numero, variation_ht=variation, montant_apres=apres, variation_quantite=units)
        )
    return found


def _decisions(chosen: Mapping[str, Any]) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = Reconduction.objects.filter(**chosen).order_by("marche", "numero")
    for marche, numero, sens, debut, fin in rows.values_list("marche", "numero", "sens", "debut", "fin"):
        found[marche].append(Decision(numero, sens, debut, fin))
    return found


def _regions() -> dict[str, str]:
    """The sigle of a région by its INSEE code ("R27") and by the code of a département ("D21")."""
    regions = {f"R{code}": sigle for code, sigle in Region.objects.values_list("code_insee", "sigle")}
    departements = Departement.objects.values_list("code", "region__sigle")
    return regions | {f"D{code}": sigle for code, sigle in departements}


def _ligne(row: Mapping[str, Any], around: Autour, le: date) -> tuple[Any, ...]:
    pk = row["pk"]
    holders = around.titulaires.get(pk, [])
    life = calculer(_vie(row, around), le)
    now = appliquer(
        montant=row["montant"],
        maximum_ht=row["maximum_ht"],
        maximum_quantite=row["maximum_quantite"],
        changements=around.changements.get(pk, ()),
    )
    used = around.consommes.get(pk)
    units = around.quantites.get(pk)
    over = (used is not None and now.maximum_ht is not None and used > now.maximum_ht) or (
        units is not None and now.maximum_quantite is not None and units > now.maximum_quantite
    )
    label = around.cpv.get(row["code_cpv"], "")
    amount = row["montant"] if row["montant"] is not None else row["maximum_ht"]
    exhausted = None
    if used is not None and now.maximum_ht is not None and life.etat_temps == EN_COURS:
        exhausted = projection(
            around.points[pk], maximum=now.maximum_ht, debut=life.debut, le=le, methode=around.methode
        )
    return (
        pk,
        row["identifiant"],
        row["objet"],
        row["niveau"],
        row["code_ght"] or "",
        _region(row, around.regions),
        row["nom_acheteur"] or row["nom_operateur"] or row["acheteur_nom"] or row["acheteur_siret"],
        row["acheteur_siret"],
        " ; ".join(nom for _, nom, _ in holders),
        [key for key, _, _ in holders],
        holders[0][0] if holders else None,
        holders[0][1] if holders else "",
        all(valid for _, _, valid in holders) if holders else None,
        around.executants.get(pk, []),
        _famille(row, around.cpv),
        row["code_cpv"],
        label,
        row["nature_achat"],
        row["procedure"],
        _cents(amount),
        _cents(now.maximum_ht),
        _cents(used),
        over,
        exhausted,
        row["offres_recues"] or None,
        row["marche_innovant"],
        considere(row["considerations_sociales"]),
        considere(row["considerations_environnementales"]),
        row["date_lancement"],
        row["date_notification"],
        row["date_publication"],
        life.debut,
        life.fin,
        life.fin_totale,
        row["duree_mois"],
        row["etat"],
        life.etat_temps,
        around.anomalies.get(pk, 0),
    )


def _vie(row: Mapping[str, Any], around: Autour) -> DonneesVie:
    return DonneesVie(
        date_debut=row["date_debut"],
        date_notification=row["date_notification"],
        date_fin=row["date_fin"],
        date_fin_totale=row["date_fin_totale"],
        duree_mois=row["duree_mois"],
        reconductions_prevues=row["reconductions_prevues"],
        reconduction_mois=row["reconduction_mois"],
        reconduction_tacite=row["reconduction_tacite"],
        preavis_mois=row["preavis_mois"],
        fin_anticipee_le=row["fin_anticipee_le"],
        decisions=tuple(around.decisions.get(row["pk"], ())),
        derniere_commande=around.derniers.get(row["pk"]),
    )


def considere(values: Sequence[str] | None) -> bool | None:
    """Whether considerations (DECP labels) hold a clause or a criterion; None when nothing is said."""
    return any(not v.startswith(PAS_DE) for v in values) if values else None


def _famille(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """The family given, else the CPV division with its label."""
    if row["famille"]:
        return str(row["famille"])
    division = row["code_cpv"][:2]
    if not division:
        return FAMILLE_INCONNUE
    label = labels.get(f"{division}000000", "")
    return f"CPV {division} {label}".strip()


def _region(row: Mapping[str, Any], regions: Mapping[str, str]) -> str:
    """The région of the GHT, else of the buyer, else of the place of execution; "" when unknown."""
    known = row["region_ght"] or row["region_propre"] or row["region_acheteur"] or row["region_operateur"]
    if known:
        return str(known)
    code, kind = row["lieu_code"].upper(), row["lieu_type"]
    if kind == "Code région":
        return regions.get(f"R{code}", "")
    if kind in {"Code pays", ""}:
        return ""
    if kind == "Code postal" and code.startswith("20"):
        return regions.get("D2A", "")
    return regions.get(f"D{code[:3]}", "") or regions.get(f"D{code[:2]}", "")


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
