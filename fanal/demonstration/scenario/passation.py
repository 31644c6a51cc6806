"""What the buyers of the demonstration have in hand: procedures, a survey of needs, incidents, amendments."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from fanal.comptes.models import Utilisateur
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.marches.segments import SEGMENTS
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario.calendrier import Geste
from fanal.demonstration.scenario.marches import buyer, contracts_of
from fanal.fournisseurs.actions.suivi import criteres, evaluer, signaler_incident
from fanal.fournisseurs.models import Fournisseur, Incident
from fanal.marches.actions.avenants import signer
from fanal.marches.models import Marche
from fanal.marches.rules.avenants import Avenant
from fanal.procedures.actions import procedures, recensement
from fanal.procedures.actions.recensement import BesoinDonne
from fanal.procedures.models import Procedure
from fanal.refus import Refus
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Ght

LANCEES = ("33141110", "33141420", "15800000", "90524000", "33651000")
RECENSEE = "33141420"
PRODUITS = (
    "Gants stériles, taille 6",
    "Gants stériles, taille 7",
    "Gants stériles, taille 8",
    "Gants sans latex",
)
INCIDENTS = 14
AVENANTS = 8


def plan_procedures(plan: Plan, geste: Geste) -> None:
    """Renew what ends first in a few segments; one of them asks the establishments for their needs."""
    contracts = contracts_of(plan)
    ght, by, today = territoires.ght(contracts.ght), buyer(plan), geste.instant.date()
    for segment in (s for s in SEGMENTS if s.cpv in LANCEES):
        ending = Marche.objects.filter(ght=ght, code_cpv=segment.cpv, date_fin_totale__gte=today).order_by(
            "date_fin_totale", "pk"
        )
        first = ending.first()
        if first is None or first.date_fin_totale is None:
            continue
        need = max(first.date_fin_totale + timedelta(days=1), today + timedelta(days=300))
        renewed = list(ending.filter(date_fin_totale__lt=need + timedelta(days=120))[:30])
        created = procedures.creer(
            ght=ght,
            intitule=f"Renouvellement : {segment.libelle} (démonstration)",
            nature_achat=segment.nature,
            by=by,
            instant=geste.instant,
            code_cpv=segment.cpv,
            famille=segment.famille,
            montant_estime_ht=Decimal(segment.annuel_ht * segment.mois // 12),
            date_besoin=need,
            remplace=renewed,
            procedure="Appel d'offres ouvert",
            duree_mois=segment.mois,
            acheteur_fonction=first.acheteur_fonction,
        )
        if segment.cpv == RECENSEE:
            _survey(created, ght, by, geste)


def _survey(procedure: Procedure, ght: Ght, by: Utilisateur, geste: Geste) -> None:
    today = geste.instant.date()
    members = list(
        Etablissement.objects.filter(appartenances__in=ght.appartenances.en_vigueur(today)).order_by("finess")
    )
    opened = recensement.ouvrir(
        procedure=procedure,
        echeance=date(2035, 12, 31),
        etablissements=members,
        consigne="Quantités annuelles par taille (démonstration).",
        le=today,
        verrou=None,
        by=by,
        instant=geste.instant,
    )
    for member in members[:5]:
        alea = Alea("besoin", member.finess)
        needs = [
            BesoinDonne(
                designation=product,
                code=f"DEMO-GANT-{rank}",
                type_code="INTERNE",
                unite="paire",
                quantite_annuelle=Decimal(alea.entier(5, 90) * 100),
                montant_annuel_ht=None if alea.unite() < 0.2 else Decimal(alea.entier(8, 160) * 100),
            )
            for rank, product in enumerate(PRODUITS, start=1)
        ]
        recensement.repondre(
            recensement=opened, etablissement=member, besoins=needs, by=by, instant=geste.instant
        )


def follow_suppliers(plan: Plan, geste: Geste) -> None:
    """Incidents seen by establishments, an evaluation of the largest suppliers."""
    ght, by, today = territoires.ght(contracts_of(plan).ght), buyer(plan), geste.instant.date()
    members = list(
        Etablissement.objects.filter(appartenances__in=ght.appartenances.en_vigueur(today)).order_by("finess")
    )
    largest = list(
        Fournisseur.objects.filter(titres__marche__ght=ght)
        .annotate(total=Sum("titres__marche__montant"))
        .order_by("-total", "pk")[:INCIDENTS]
    )
    for rank, supplier in enumerate(largest):
        alea = Alea("incident", supplier.identifiant)
        signaler_incident(
            fournisseur=supplier,
            etablissement=alea.parmi(members),
            nature=alea.parmi(Incident.Nature.values),
            grave=rank % 5 == 0,
            survenu_le=today - timedelta(days=alea.entier(5, 300)),
            description="Incident de démonstration",
            by=by,
            instant=geste.instant,
        )
    for supplier in largest[:4]:
        alea = Alea("evaluation", supplier.identifiant)
        evaluer(
            fournisseur=supplier,
            ght=ght,
            du=date(2025, 11, 1),
            au=date(2026, 10, 31),
            notes={code: alea.entier(2, 5) for code in criteres(today)},
            commentaire="Évaluation de démonstration",
            by=by,
            instant=geste.instant,
        )


def sign_amendments(plan: Plan, geste: Geste) -> None:
    """A few small amendments; those that the rules refuse are left out, as a buyer would."""
    ght, by, today = territoires.ght(contracts_of(plan).ght), buyer(plan), geste.instant.date()
    running = Marche.objects.filter(
        ght=ght, date_fin_totale__gt=today + timedelta(days=200), montant__gt=50_000
    ).order_by("date_fin_totale", "pk")
    for marche in running[:AVENANTS]:
        assert marche.montant is not None  # noqa: S101 - the filter keeps known amounts
        amendment = Avenant(
            motif="R2194-8",
            objet="Ajout de références (démonstration)",
            date_signature=today,
            variation_ht=(marche.montant * Decimal("0.04")).quantize(Decimal(1)),
        )
        try:
            signer(
                marche=marche,
                avenant=amendment,
                date_notification=today,
                by=by,
                instant=geste.instant,
                verrou=marche.verrou,
            )
        except Refus:
            continue
