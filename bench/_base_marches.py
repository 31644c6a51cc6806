"""A large register of contracts for its benchmark, written straight through the models, from one seed."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.comptes.models import Affectation, Utilisateur
from fanal.fournisseurs.models import Fournisseur
from fanal.journal.actions import inscrire
from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import (
    AnomalieMarche,
    Beneficiaire,
    Consommation,
    Cpv,
    LotConsommation,
    Marche,
    Titulaire,
)
from fanal.territoires.models import Appartenance, Etablissement, Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

LOT = 1_000
INSTANT = datetime(2026, 1, 2, 8, tzinfo=UTC)
FAMILLES = {
    "336": ("Médicaments", "Anticancéreux"),
    "331": ("Dispositifs médicaux", "Pansements"),
    "091": ("Énergie", "Gaz naturel"),
    "158": ("Hôtelier", "Denrées"),
    "452": ("Travaux", "Réfection de toitures"),
    "504": ("Biomédical", "Maintenance d'échographes"),
    "722": ("Systèmes d'information", "Licences"),
}
ENVIRONNEMENT = (["Clause environnementale"], ["Pas de considération environnementale"], None)
SOCIAL = (["Pas de considération sociale"], None)
PROCEDURES = ("Appel d'offres ouvert", "Procédure adaptée", "Procédure avec négociation")


def build(nombre: int, ghts: int, dire: Callable[[str], object]) -> None:
    """*nombre* contracts over *ghts* GHT of five establishments, their holders, use and defects."""
    drawn = random.Random(7)
    with transaction.atomic():
        groups = list(_territoire(ghts))
        _comptes(groups[0][0])
        suppliers = _fournisseurs(max(20, nombre // 25))
        for prefix, (label, _) in FAMILLES.items():
            Cpv.objects.update_or_create(code=f"{prefix}00000", defaults={"libelle": label})
        contracts = [_marche(i, groups[i % len(groups)], drawn) for i in range(nombre)]
        Marche.objects.bulk_create(contracts, batch_size=LOT)
        dire(f"{nombre} contracts")
        Titulaire.objects.bulk_create(
            (Titulaire(marche=m, fournisseur=drawn.choice(suppliers)) for m in contracts), batch_size=LOT
        )
        members = {g.pk: places for g, places in groups}
        Beneficiaire.objects.bulk_create(
            (
                Beneficiaire(marche=m, etablissement=e, entree=m.date_debut)
                for m in contracts
                for e in drawn.sample(members[m.ght_id], 2)
            ),
            batch_size=LOT,
        )
        AnomalieMarche.objects.bulk_create(
            (AnomalieMarche(marche=m, regle="essai", phrase="Date absente.") for m in contracts[::7]),
            batch_size=LOT,
        )
        Consommation.objects.bulk_create(_consommations(contracts, members, drawn), batch_size=LOT)
        inscrire(action="marche.importer", objet=contracts[-1], by=None, instant=INSTANT)
    dire("base ready")


def _territoire(ghts: int) -> Iterator[tuple[Ght, list[Etablissement]]]:
    regions = list(Region.objects.order_by("pk"))
    for n in range(ghts):
        ght = Ght.objects.create(code=f"ESS-{n:03d}", nom=f"GHT {n}", region=regions[n % len(regions)])
        places = [
            Etablissement.objects.create(finess=f"{n:03d}{k:06d}", nom=f"Hôpital {n}-{k}") for k in range(5)
        ]
        for k, place in enumerate(places):
            Appartenance.objects.create(ght=ght, etablissement=place, role="partie" if k else "support")
        yield ght, places


def _comptes(ght: Ght) -> None:
    for name, role, node in (
        ("dgos", "dgos", NATIONAL),
        ("ars", "referent_ars", Noeud("region", ght.region)),
        ("ght", "directeur_achats", Noeud("ght", ght)),
    ):
        user = Utilisateur.objects.create_user(f"{name}@essai.example", "un mot de passe d'essai")
        Affectation.objects.create(utilisateur=user, role=role, **node.champs())


def _fournisseurs(nombre: int) -> list[Fournisseur]:
    return Fournisseur.objects.bulk_create(
        Fournisseur(
            type_identifiant="HORS-UE",
            identifiant=f"ESSAI{n}",
            identifiant_valide=n % 20 > 0,
            nom=f"Fournisseur {n}",
            nom_normalise=f"FOURNISSEUR {n}",
        )
        for n in range(nombre)
    )


def _marche(rang: int, groupe: tuple[Ght, list[Etablissement]], drawn: random.Random) -> Marche:
    ght, places = groupe
    prefix = drawn.choice(list(FAMILLES))
    famille, objet = FAMILLES[prefix]
    months = drawn.choice((12, 24, 36, 48))
    start = None if drawn.random() < 0.05 else date(2021, 1, 1) + timedelta(days=drawn.randrange(5 * 365))
    amount = None if drawn.random() < 0.03 else Decimal(drawn.randrange(10_000, 4_000_000))
    fields: dict[str, Any] = {
        "acheteur": places[0],
        "acheteur_siret": f"{rang % 1000:014d}",
        "identifiant": f"E{rang:06d}",
        "objet": f"{objet}, lot {rang % 9}",
        "famille": famille,
        "code_cpv": f"{prefix}{rang % 10}0000",
        "procedure": drawn.choice(PROCEDURES),
        "montant": amount,
        "maximum_ht": amount if drawn.random() < 0.33 else None,
        "offres_recues": None if drawn.random() < 0.25 else drawn.randrange(1, 7),
        "considerations_environnementales": drawn.choice(ENVIRONNEMENT),
        "considerations_sociales": drawn.choice(SOCIAL),
        "date_notification": start,
        "date_debut": start,
        "date_publication": start and start + timedelta(days=drawn.randrange(10, 90)),
        "duree_mois": months,
        "date_fin_totale": start and fin_apres(start, months),
    }
    return Marche(
        niveau="ght",
        ght=ght,
        etat="notifie",
        source="essai",
        created_at=INSTANT,
        updated_at=INSTANT,
        **fields,
    )


def _consommations(
    contracts: list[Marche], members: dict[int | None, list[Etablissement]], drawn: random.Random
) -> Iterator[Consommation]:
    lot = LotConsommation.objects.create(cle="essai", source="fichier", empreinte="0", recu_le=INSTANT)
    for m in contracts:
        if m.maximum_ht is None or m.date_debut is None:
            continue
        for month in range(6):
            yield Consommation(
                marche=m,
                numero_marche=m.identifiant,
                etablissement=members[m.ght_id][month % 5],
                lot=lot,
                cle=f"{m.identifiant}-{month}",
                le=m.date_debut + timedelta(days=30 * month),
                montant_ht=Decimal(drawn.randrange(100, 400_000)),
            )
