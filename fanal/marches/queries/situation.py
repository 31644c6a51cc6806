"""The facts of contracts on a day, as the rules and the pages take them; a fixed number of queries.

What was ordered counts against the maximum whatever its date; what is projected only counts the past.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from fanal.marches.compute.echeances import DonneesVie, calculer
from fanal.marches.compute.effets import Changement, Effets, appliquer
from fanal.marches.compute.irregularites import Faits
from fanal.marches.compute.plafond import Methode, Point, jauge, projection
from fanal.marches.models import Beneficiaire, Consommation, Marche, Modification, Titulaire
from fanal.marches.queries.etat import PAQUET, decisions_de, donnees_vie
from fanal.marches.rules.situation import Part, Situation
from fanal.parametres import SansValeur, valeur

CENT, UNITE = Decimal("0.01"), Decimal("0.0001")


@dataclass
class Commandes:
    """What was ordered on one contract: by day for the pace, by establishment for the shares."""

    jours: list[tuple[date, int, Decimal, Decimal]] = field(default_factory=list)

    def points(self, etablissement: int | None = None, *, unites: bool = False) -> list[Point]:
        """(day, amount) or (day, units), of one establishment or of all."""
        rows = [j for j in self.jours if etablissement is None or j[1] == etablissement]
        return [(j[0], j[3] if unites else j[2]) for j in rows]

    def derniere(self, etablissement: int | None = None) -> date | None:
        """The day of the last order still standing."""
        return max(
            (j[0] for j in self.jours if (etablissement is None or j[1] == etablissement) and j[2] > 0),
            default=None,
        )

    def totaux(self, *, unites: bool = False) -> dict[int, Decimal]:
        """The total of each establishment."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for _, place, amount, units in self.jours:
            found[place] += units if unites else amount
        return dict(found)


def methode(le: date) -> Methode:
    """How exhaustion is projected, by the parameters in force."""
    return Methode(
        fenetre_jours=valeur("marches.vie.projection_fenetre_jours", le=le),
        observation_minimale_jours=valeur("marches.vie.projection_observation_jours", le=le),
        seuils=tuple(Decimal(s) for s in valeur("marches.vie.seuils_maximum", le=le)),
    )


def est_accord_cadre(marche: Marche) -> bool:
    """A framework agreement, by its technique (DECP 2.0.3) or the nature of earlier data."""
    framework = marche.nature == "Accord-cadre" or "Accord-cadre" in (marche.techniques or [])
    return framework and not marche.id_accord_cadre


def situation(marche: Marche, le: date) -> Situation:
    """One contract on day *le*."""
    return situations([marche], le)[marche.pk]


def situations(marches: Iterable[Marche], le: date) -> dict[int, Situation]:
    """Contracts on day *le*, by primary key; five queries per 5,000 of them."""
    listed, how = list(marches), methode(le)
    found: dict[int, Situation] = {}
    for lot in (listed[i : i + PAQUET] for i in range(0, len(listed), PAQUET)):
        keys = [m.pk for m in lot]
        decisions, orders, changes = decisions_de(keys), _commandes(keys), _changements(keys)
        entries, holders = _beneficiaires(keys), _titulaires(keys)
        for marche in lot:
            used = orders.get(marche.pk, Commandes())
            data = donnees_vie(marche, decisions[marche.pk], used.derniere())
            found[marche.pk] = _situation(
                marche, le, how, data, used, changes[marche.pk], entries[marche.pk], holders[marche.pk]
            )
    return found


def maximums_ht(marches: Iterable[Marche]) -> dict[int, Decimal]:
    """The maximum excl. VAT of contracts, amendments in force included; those without one are left out.

    What `situations` says of it, without the rest; one query per 5,000 contracts.
    """
    listed = list(marches)
    found: dict[int, Decimal] = {}
    for lot in (listed[i : i + PAQUET] for i in range(0, len(listed), PAQUET)):
        changes = _changements([m.pk for m in lot])
        for marche in lot:
            maximum = _effets(marche, changes[marche.pk]).maximum_ht
            if maximum is not None:
                found[marche.pk] = maximum
    return found


def _situation(
    marche: Marche,
    le: date,
    how: Methode,
    data: DonneesVie,
    used: Commandes,
    changes: list[Modification],
    entries: list[Beneficiaire],
    holders: int,
) -> Situation:
    life = calculer(data, le)
    effets = _effets(marche, changes)
    by_place, units = used.totaux(), used.totaux(unites=True)
    framework = est_accord_cadre(marche)
    start = life.debut
    return Situation(
        le=le,
        etat=marche.etat,
        vie=life,
        effets=effets,
        faits=_faits(marche, framework, life.debut, life.fin_totale, effets, entries, le),
        jauge=jauge(effets.maximum_ht, sum(by_place.values(), Decimal(0)), how.seuils),
        jauge_quantite=jauge(effets.maximum_quantite, sum(units.values(), Decimal(0)), how.seuils),
        initial=marche.maximum_ht if framework and marche.maximum_ht is not None else marche.montant,
        minimum_ht=marche.minimum_ht,
        unite=marche.unite_quantite,
        nature_achat=marche.nature_achat,
        date_notification=marche.date_notification,
        preavis_mois=marche.preavis_mois,
        tacite=marche.reconduction_tacite,
        titulaires=holders,
        epuisement=projection(used.points(), maximum=effets.maximum_ht, debut=start, le=le, methode=how),
        epuisement_quantite=projection(
            used.points(unites=True), maximum=effets.maximum_quantite, debut=start, le=le, methode=how
        ),
        parts=tuple(_part(entry, used, start, le, how) for entry in entries),
        par_etablissement=by_place,
        quantites=units,
        derniere_commande=used.derniere(),
        commandes=tuple(used.jours),
        avenants_non_notifies=tuple(c.numero for c in changes if c.etat == Modification.Etat.SIGNEE),
    )


def _part(entry: Beneficiaire, used: Commandes, debut: date | None, le: date, how: Methode) -> Part:
    """One entry of the ledger with what was ordered by it, between its dates."""

    def inside(points: list[Point]) -> list[Point]:
        first, last = entry.entree or date.min, entry.sortie or date.max
        return [p for p in points if first <= p[0] <= last]

    place = entry.etablissement_id
    money, units = inside(used.points(place)), inside(used.points(place, unites=True))
    gauge = jauge(entry.part_maximum_ht, sum((p[1] for p in money), Decimal(0)), how.seuils)
    start = max(filter(None, (debut, entry.entree)), default=None)
    return Part(
        cle=entry.pk,
        etablissement=place,
        nom=entry.etablissement.nom,
        entree=entry.entree,
        sortie=entry.sortie,
        jauge=gauge,
        jauge_quantite=jauge(entry.part_maximum_quantite, sum((p[1] for p in units), Decimal(0)), how.seuils),
        epuisement=projection(money, maximum=entry.part_maximum_ht, debut=start, le=le, methode=how),
        derniere_commande=max((p[0] for p in money if p[1] > 0), default=None),
    )


def _effets(marche: Marche, changes: Iterable[Modification]) -> Effets:
    return appliquer(
        montant=marche.montant,
        maximum_ht=marche.maximum_ht,
        maximum_quantite=marche.maximum_quantite,
        changements=[
            Changement(
                numero=c.numero,
                motif=c.motif,
                variation_ht=c.variation_ht,
                montant_apres=c.montant_apres,
                variation_quantite=c.variation_quantite,
                effet=c.etat == Modification.Etat.NOTIFIEE,
            )
            for c in changes
            if c.etat != Modification.Etat.PROJET
        ],
    )


def _faits(
    marche: Marche,
    framework: bool,
    debut: date | None,
    fin_totale: date | None,
    effets: Effets,
    entries: list[Beneficiaire],
    le: date,
) -> Faits:
    launch = marche.date_lancement or marche.date_notification
    return Faits(
        accord_cadre=framework,
        debut=debut,
        fin_totale=fin_totale,
        duree_mois=marche.duree_mois,
        motif_duree=marche.motif_duree,
        maximum_ht=effets.maximum_ht,
        maximum_quantite=effets.maximum_quantite,
        lancement=launch,
        lancement_connu=marche.date_lancement is not None,
        duree_maximale_mois=loi("marches.accord_cadre.duree_maximale_mois", launch or le),
        maximum_obligatoire=bool(launch and loi("marches.accord_cadre.maximum_obligatoire", launch)),
        parts_ht=_somme(e.part_maximum_ht for e in entries),
        parts_quantite=_somme(e.part_maximum_quantite for e in entries),
    )


def loi(code: str, le: date) -> int | None:
    """A value of the law on that day; None before the first one known here."""
    try:
        return int(valeur(code, le=le))
    except SansValeur:
        return None


def _somme(parts: Iterable[Decimal | None]) -> Decimal | None:
    known = [p for p in parts if p is not None]
    return sum(known, Decimal(0)) if known else None


def _commandes(keys: list[int]) -> dict[int, Commandes]:
    """By contract, day and establishment. SQLite sums decimals as floats: each sum is brought back."""
    found: dict[int, Commandes] = defaultdict(Commandes)
    rows = (
        Consommation.objects.filter(marche__in=keys)
        .order_by("marche", "le", "etablissement")
        .values_list("marche", "le", "etablissement")
        .annotate(montant=Sum("montant_ht"), unites=Sum("quantite"))
    )
    for key, day, place, amount, units in rows:
        found[key].jours.append(
            (
                day,
                place,
                Decimal(str(amount)).quantize(CENT),
                Decimal(str(units if units is not None else 0)).quantize(UNITE),
            )
        )
    return found


def _changements(keys: list[int]) -> dict[int, list[Modification]]:
    found: dict[int, list[Modification]] = defaultdict(list)
    for change in Modification.objects.filter(marche__in=keys).order_by("marche", "numero"):
        found[change.marche_id].append(change)
    return found


def _beneficiaires(keys: list[int]) -> dict[int, list[Beneficiaire]]:
    found: dict[int, list[Beneficiaire]] = defaultdict(list)
    rows = Beneficiaire.objects.filter(marche__in=keys).select_related("etablissement")
    for entry in rows.order_by("marche", "etablissement__nom", "entree"):
        found[entry.marche_id].append(entry)
    return found


def _titulaires(keys: list[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for key in Titulaire.objects.filter(marche__in=keys).order_by().values_list("marche", flat=True):
        found[key] += 1
    return found
