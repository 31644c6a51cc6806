"""Procedures laid by hand, as short as the tests need them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Marche
from fanal.procedures.actions import etats, lots, offres
from fanal.procedures.actions.procedures import creer
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.territoires.models import Etablissement, Ght

INSTANT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
JOUR = date(2026, 11, 2)
AOO = "Appel d'offres ouvert"
CRITERES = [
    {"titre": "Prix", "nature": "prix", "poids": "60"},
    {"titre": "Valeur technique", "nature": "technique", "poids": "30"},
    {"titre": "Environnement", "nature": "environnement", "poids": "10"},
]


def nouvelle(ght: Ght, **champs: Any) -> Procedure:
    """A planned procedure for supplies, needed on 1 December 2027."""
    champs.setdefault("date_besoin", date(2027, 12, 1))
    champs.setdefault("intitule", "Gants d'examen")
    return creer(ght=ght, nature_achat="fournitures", by=None, instant=INSTANT, **champs)


def fournisseur(nom: str) -> Fournisseur:
    return Fournisseur.objects.create(nom=nom, nom_normalise=nom.upper())


def prete(ght: Ght, nombre_lots: int = 2, procedure: str = AOO, **champs: Any) -> Procedure:
    """A procedure in drafting, with its lots and criteria, ready to be launched."""
    champs.setdefault("montant_estime_ht", Decimal(400_000))
    p = nouvelle(ght, procedure=procedure, duree_mois=48, **champs)
    for rang in range(nombre_lots):
        lots.enregistrer_lot(
            procedure=p,
            numero=None,
            intitule=f"Lot n° {rang + 1}",
            criteres=CRITERES,
            montant_estime_ht=Decimal(200_000),
            maximum_ht=Decimal(250_000),
            by=None,
            instant=INSTANT,
            verrou=None,
        )
    return etats.franchir(procedure=p, code="rediger", le=JOUR, verrou=None, by=None, instant=INSTANT)


def lancee(ght: Ght, nombre_lots: int = 2, procedure: str = AOO, **champs: Any) -> Procedure:
    """A consultation launched on 2 November 2026, offers until 4 December included."""
    return etats.franchir(
        procedure=prete(ght, nombre_lots, procedure, **champs),
        code="lancer",
        le=JOUR,
        verrou=None,
        by=None,
        instant=INSTANT,
        date_lancement=JOUR,
        date_limite=date(2026, 12, 4),
    )


def avec_offres(p: Procedure, lot: int, donnees: Sequence[tuple[str, int | None, str, str]]) -> list[Offre]:
    """Offers (name, amount, technical mark, environmental mark) received in time and marked."""
    recues = []
    for nom, montant, technique, environnement in donnees:
        connu = Fournisseur.objects.filter(nom=nom).first() or fournisseur(nom)
        offre = offres.recevoir(
            procedure=p,
            lot=lot,
            fournisseur=connu,
            recue_le=datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
            montant_ht=None if montant is None else Decimal(montant),
            by=None,
            instant=INSTANT,
        )
        recues.append(
            offres.noter(
                procedure=p,
                lot=lot,
                offre=offre.pk,
                notes={"valeurtechnique": technique, "environnement": environnement},
                commentaires={},
                montant_ht=offre.montant_ht,
                by=None,
                instant=INSTANT,
            )
        )
    for offre in recues:
        offre.refresh_from_db()
    return recues


def en_analyse(p: Procedure) -> Procedure:
    """The tenders are opened on 7 December 2026."""
    return etats.franchir(
        procedure=p, code="analyser", le=date(2026, 12, 7), verrou=None, by=None, instant=INSTANT
    )


def lot(p: Procedure, numero: int = 1) -> Lot:
    return p.lots.get(numero=numero)


def marche(ght: Ght, identifiant: str = "2023-01", **champs: Any) -> Marche:
    """A notified contract of the GHT."""
    champs.setdefault("objet", f"Marché {identifiant}")
    champs.setdefault("nature_achat", "fournitures")
    champs.setdefault("niveau", "ght")
    if champs["niveau"] == "ght":
        champs["ght"] = ght
    return Marche.objects.create(
        acheteur_siret="26210001900013",
        identifiant=identifiant,
        created_at=INSTANT,
        updated_at=INSTANT,
        **champs,
    )


def membres(ght: Ght) -> list[Etablissement]:
    return list(Etablissement.objects.filter(appartenances__ght=ght).order_by("finess"))
