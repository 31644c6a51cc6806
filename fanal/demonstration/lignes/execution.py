"""What was ordered of the contracts of the GHT shown, and everyday orders: streams around price lists."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from fanal.demonstration.lignes.contrats import everyday_number
from fanal.demonstration.lignes.modele import MILLIONIEMES, Flux
from fanal.demonstration.lignes.produits import Produit, current
from fanal.demonstration.lignes.vocabulaire import RAYONS, shelf_of_cpv
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.marches.consommation import DEPUIS, price_list
from fanal.demonstration.plan.marches.contrats import REPERE, suppliers
from fanal.demonstration.plan.marches.modele import ConsommationFictive, ContratFictif, PlanMarches
from fanal.demonstration.plan.modele import EtablissementFictif

ARRIVEE = date(2024, 1, 1)  # new establishments join the GHT shown
PAS = 100  # four decimals, in millionths
CUMUL = "-cumul"
HORS_PRIX = 0.14  # share of the streams paid at another price than that of the contract
COURANTS = (date(2019, 1, 1), date(2023, 1, 1))
PAR_ETABLISSEMENT = 90


def of_contracts(plan: PlanMarches) -> tuple[Flux, ...]:
    """The orders that add up, to a unit or so, to what finance systems told of each contract by quarter.

    Establishments that joined the GHT send their lines from that day.
    """
    contrats = {(c.acheteur_siret, c.identifiant): c for c in plan.contrats}
    nouveaux = {e.finess for e in plan.nouveaux}
    streams = []
    for rang, row in enumerate(plan.consommations):
        contrat = contrats.get((row.siret_acheteur, row.numero_marche))
        stream = _off_contract(row) if contrat is None else _quarter(contrat, row, rang)
        if row.finess in nouveaux and stream.debut < ARRIVEE:
            if stream.fin <= ARRIVEE:
                continue
            reste = (stream.fin - ARRIVEE).days / (stream.fin - stream.debut).days
            stream = replace(
                stream,
                debut=ARRIVEE,
                quantite=max(1, round(stream.quantite * reste)),
                poids=stream.poids * reste,
            )
        streams.append(stream)
    return tuple(streams)


def _quarter(contrat: ContratFictif, row: ConsommationFictive, rang: int) -> Flux:
    """One quarter of a contract at an establishment: one of its products, the next one at each quarter."""
    liste = price_list(contrat)
    alea = Alea("execution", row.cle, row.finess)
    line = liste[rang % len(liste)]
    produit = next(
        p for p in current(shelf_of_cpv(contrat.cpv, contrat.famille)) if p.libelle == line.libelle
    )
    prix = line.centimes * MILLIONIEMES // 100
    if alea.unite() < HORS_PRIX:
        prix = round(prix * alea.entre(1.03, 1.24) / PAS) * PAS
    debut, fin = row.le.replace(day=1), row.le.replace(day=1) + relativedelta(months=3)
    if row.cle.endswith(CUMUL) and contrat.debut:
        debut, fin = contrat.debut, max(DEPUIS, contrat.debut + relativedelta(months=1))
    return Flux(
        row.finess,
        produit,
        row.siret_fournisseur,
        row.numero_marche,
        debut,
        min(fin, REPERE),
        max(1, round(row.centimes / 100 * MILLIONIEMES / prix)),
        prix,
        row.centimes / 100,
        unite=line.unite,
        libelle=-1 if produit.code else 0,
    )


def _off_contract(row: ConsommationFictive) -> Flux:
    """An order without a contract, or with a number that nobody knows."""
    rayon = Alea("hors", row.cle).parmi(RAYONS)
    produit = Alea("hors", row.cle, 2).parmi(current(rayon))
    prix = _price(produit, 1.18)
    quantite = max(1, round(row.centimes / 100 * MILLIONIEMES / prix))
    fin = min(REPERE, row.le + relativedelta(days=20))
    return Flux(
        row.finess, produit, row.siret_fournisseur, row.numero_marche, row.le, fin, quantite, prix, 0.0
    )


def everyday(
    etablissements: tuple[EtablissementFictif, ...], contrats: tuple[ContratFictif, ...]
) -> tuple[Flux, ...]:
    """Everyday orders of four years: mostly under the agreements of the GHT, each at its own price, some
    without a contract, some with a number that nobody knows, one product in ten without its code.
    """
    return tuple(f for e in etablissements for f in _of_one(e, contrats))


def _of_one(etablissement: EtablissementFictif, contrats: tuple[ContratFictif, ...]) -> Iterator[Flux]:
    alea = Alea("courants", etablissement.finess)
    par_numero = {c.identifiant: c for c in contrats}
    debut, fin = COURANTS
    for _ in range(PAR_ETABLISSEMENT):
        rayon = alea.parmi(RAYONS)
        produit = alea.parmi(current(rayon))
        # A few products are bought all the time, most now and then.
        u = alea.unite()
        annuel = (300 + 60_000 * u * u * u) * (0.2 + etablissement.poids)
        prix = _price(produit, alea.entre(0.9, 1.22))
        contrat = par_numero.get(everyday_number(rayon))
        numero, siret = "", alea.parmi(suppliers(rayon.famille)).siret
        v = alea.unite()
        if contrat is not None and v < 0.84:
            numero, siret = contrat.identifiant, contrat.titulaires[0].siret
        elif v > 0.94:
            numero = f"X{alea.entier(100, 999)}"
        years = fin.year - debut.year
        yield Flux(
            etablissement.finess, produit, siret, numero, debut, fin,
            max(1, round(annuel * years * MILLIONIEMES / prix)), prix, annuel * years,
            code=alea.unite() >= 0.1, libelle=-1 if produit.code else 0,
        )  # fmt: skip


def _price(produit: Produit, facteur: float) -> int:
    return max(PAS, round(produit.prix * facteur * MILLIONIEMES / PAS) * PAS)
