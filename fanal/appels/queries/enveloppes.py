"""Reads of envelopes: their balance, what each dossier was granted, the waiting list, who was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from fanal.appels.models import Appel, Attribution, Courrier, Enveloppe
from fanal.campagnes.models import Dossier
from fanal.comptes.perimetre import NULLE_PART, Perimetre

ZERO = Decimal(0)
Statut = Attribution.Statut
ENGAGES = (Statut.PROVISOIRE, Statut.DEFINITIVE)
DECIDES = {"retenu", "complementaire", "non_retenu"}
# What an applicant sees of a dossier whose decision was not sent to it yet.
ETAPE_AVANT_COURRIER = "recevable"
ETAPE_PAR_STATUT: dict[str, str] = {
    Statut.PROVISOIRE: "retenu",
    Statut.DEFINITIVE: "retenu",
    Statut.COMPLEMENTAIRE: "complementaire",
    Statut.REFUSEE: "non_retenu",
    Statut.ABANDONNEE: "abandonne",
}


@dataclass(frozen=True)
class Solde:
    """An envelope's amount, what is granted of it (provisional, final), how many dossiers, what is left."""

    enveloppe: Enveloppe
    provisoire: Decimal = ZERO
    definitif: Decimal = ZERO
    retenus: int = 0
    en_attente: int = 0

    @property
    def montant(self) -> Decimal:
        return self.enveloppe.montant

    @property
    def engage(self) -> Decimal:
        return self.provisoire + self.definitif

    @property
    def reste(self) -> Decimal:
        return self.montant - self.engage

    @property
    def part(self) -> Decimal | None:
        """The share of the envelope that is granted, None for an empty envelope."""
        return self.engage / self.montant if self.montant else None


def solde(enveloppe: Enveloppe) -> Solde:
    """The balance of an envelope now; hold the row of the envelope to act on it."""
    return soldes([enveloppe])[0]


def soldes(enveloppes: Iterable[Enveloppe]) -> list[Solde]:
    """The same of several, in one query."""
    lues = list(enveloppes)
    lignes = (
        Attribution.objects.filter(enveloppe__in=lues)
        .order_by()
        .values("enveloppe_id")
        .annotate(
            provisoire=Sum("montant", filter=Q(statut=Statut.PROVISOIRE)),
            definitif=Sum("montant", filter=Q(statut=Statut.DEFINITIVE)),
            retenus=Count("pk", filter=Q(statut__in=ENGAGES)),
            en_attente=Count("pk", filter=Q(statut=Statut.COMPLEMENTAIRE)),
        )
    )
    par_enveloppe: dict[int, dict[str, Any]] = {
        ligne.pop("enveloppe_id"): {k: v or 0 for k, v in ligne.items()} for ligne in lignes
    }
    return [Solde(e, **par_enveloppe.get(e.pk, {})) for e in lues]


def enveloppes_de(appel: Appel) -> QuerySet[Enveloppe]:
    """The envelopes of money of a call, the latest year first."""
    return (
        appel.enveloppes.filter(genre=Enveloppe.Genre.ARGENT)
        .select_related("appel__campagne")
        .order_by("-annee", "nom")
    )


RELIES_DOSSIER = (
    "campagne__appel",
    "region",
    "ght__region",
    "etablissement__departement__region",
    "operateur",
)
RELIES = (
    "version",
    "simulation",
    "decidee_par",
    "enveloppe__appel__campagne",
    "dossier__version_courante",
    *(f"dossier__{lien}" for lien in RELIES_DOSSIER),
)


def attributions_de(enveloppe: Enveloppe) -> QuerySet[Attribution]:
    """What an envelope granted, refused or keeps waiting, by rank."""
    return enveloppe.attributions.select_related(*RELIES).order_by("rang", "pk")


def liste_complementaire(enveloppe: Enveloppe) -> QuerySet[Attribution]:
    """Those who wait, the next one first."""
    return attributions_de(enveloppe).filter(statut=Statut.COMPLEMENTAIRE)


def autres_engagements(attribution: Attribution) -> int:
    """Agreements signed on an attribution: money may have been paid."""
    return int(hasattr(attribution, "convention"))


def derniers_courriers(dossiers: Iterable[Dossier]) -> dict[int, Courrier]:
    """The last letter sent of each dossier, by its primary key: what its applicant knows."""
    envoyes = Courrier.objects.filter(attribution__dossier__in=list(dossiers), envoye_le__isnull=False)
    lus = envoyes.select_related("attribution__enveloppe", "original").order_by("envoye_le", "pk")
    return {c.attribution.dossier_id: c for c in lus}


def avec_etape_vue(dossiers: QuerySet[Dossier], instruites: Perimetre) -> QuerySet[Dossier]:
    """*dossiers* with `etape_vue`, the step an account may know: the real one inside *instruites*; for an
    applicant, once something is decided, that of the last letter sent.

    A decision taken and not told leaves the dossier under examination; one that rests on no envelope at all
    shows as it is.
    """
    if instruites.national:
        return dossiers.annotate(etape_vue=F("etape"))
    envoyes = Courrier.objects.filter(attribution__dossier=OuterRef("pk"), envoye_le__isnull=False)
    decide = Q(etape__in=DECIDES) & Exists(Attribution.objects.filter(dossier=OuterRef("pk")))
    reelle = ~decide if instruites.vide else ~decide | instruites.dossiers_q()
    dites = [When(dite=statut, then=Value(etape)) for statut, etape in ETAPE_PAR_STATUT.items()]
    return dossiers.annotate(
        dite=Subquery(envoyes.order_by("-envoye_le", "-pk").values("statut")[:1]),
        etape_vue=Case(
            When(reelle, then=F("etape")),
            *dites,
            default=Value(ETAPE_AVANT_COURRIER),
            output_field=CharField(),
        ),
    )


def tel_que_vu(dossier: Dossier) -> Dossier:
    """A dossier read with `etape_vue`, showing the step that the account may know and no other trace."""
    vue = getattr(dossier, "etape_vue", dossier.etape)
    if vue != dossier.etape:
        dossier.etape = vue
        if dossier.version_courante is not None:
            dossier.etape_depuis = dossier.version_courante.created_at
    return dossier


def etapes_pour_declarant(dossiers: Iterable[Dossier]) -> dict[int, str]:
    """The step that the applicants of these dossiers see, by primary key."""
    lus = Dossier.objects.filter(pk__in=[d.pk for d in dossiers])
    vues: QuerySet[Any] = avec_etape_vue(lus, NULLE_PART)
    return dict(vues.order_by("pk").values_list("pk", "etape_vue"))


def etape_pour_declarant(dossier: Dossier) -> str:
    """The same for one dossier."""
    return etapes_pour_declarant([dossier])[dossier.pk]
