"""Where the kept projects stand: due, paid, measured. A few reads, however many projects."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from fanal.appels.compute.comparaison import Evolution, evolution
from fanal.appels.compute.suivi import A_FAIRE, Avancement, avancement, echeance_de, etat_jalon
from fanal.appels.models import (
    Appel,
    Attribution,
    Convention,
    EvenementProjet,
    Indicateur,
    Jalon,
    Releve,
    Versement,
)
from fanal.appels.queries.portee import candidature_de
from fanal.appels.rules.evenements import regionale
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.parametres import valeur
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement, Ght, OperateurAchat, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

SUIVIS = (Attribution.Statut.DEFINITIVE, Attribution.Statut.ABANDONNEE)
VOIR = "suivi.voir"
RELIES = (
    "enveloppe",
    "dossier__campagne__appel",
    "dossier__region",
    "dossier__ght__region",
    "dossier__etablissement__departement__region",
    "dossier__operateur",
    "convention__original",
)


@dataclass(frozen=True)
class EtatJalon:
    """A milestone and its state on the day of the page."""

    jalon: Jalon
    etat: str

    @property
    def deplace(self) -> bool:
        """Whether it is no longer at its first date."""
        return self.jalon.prevu_le != self.jalon.initial_le


@dataclass(frozen=True)
class EtatIndicateur:
    """What a project declared of one indicator: baseline, target, measures in the order of days."""

    indicateur: Indicateur
    reference: Releve | None
    cible: Releve | None
    mesures: tuple[Releve, ...]
    avancement: Avancement
    evolution: Evolution

    @property
    def derniere(self) -> Releve | None:
        return self.mesures[-1] if self.mesures else None


@dataclass
class Projet:
    """A kept project as its pages show it. Amounts are euros; `verse` leaves out what was paid back."""

    accord: Attribution
    dossier: Dossier
    region: Region | None
    convention: Convention | None
    versements: list[Versement] = field(default_factory=list)
    jalons: list[EtatJalon] = field(default_factory=list)
    evenements: list[EvenementProjet] = field(default_factory=list)
    indicateurs: list[EtatIndicateur] = field(default_factory=list)

    @property
    def nom(self) -> str:
        d = self.dossier
        return f"{d.nom_noeud} ({d.reference})" if d.reference else d.nom_noeud

    @property
    def sans_argent(self) -> bool:
        """Whether the call grants no money: amounts then do not apply to the project."""
        return self.accord.sans_argent

    @property
    def abandonne(self) -> bool:
        return self.accord.statut == Attribution.Statut.ABANDONNEE

    @property
    def verse(self) -> Decimal:
        faits = (v.montant for v in self.versements if v.verse_le and not v.reverse_le)
        return sum(faits, Decimal(0))

    @property
    def planifie(self) -> Decimal:
        return sum((v.montant for v in self.versements if not v.verse_le), Decimal(0))

    @property
    def non_planifie(self) -> Decimal:
        return self.accord.montant - self.verse - self.planifie

    @property
    def en_retard(self) -> list[EtatJalon]:
        return [] if self.abandonne else [j for j in self.jalons if j.etat == "en_retard"]

    @property
    def a_faire(self) -> list[EtatJalon]:
        return [] if self.abandonne else [j for j in self.jalons if j.etat in A_FAIRE]

    @property
    def prochain(self) -> EtatJalon | None:
        """The next milestone not reached yet, late ones left out."""
        attendus = [j for j in self.jalons if j.etat in ("proche", "a_venir")]
        return None if self.abandonne else next(iter(attendus), None)

    @property
    def demandes(self) -> list[EvenementProjet]:
        return [e for e in self.evenements if e.etat == EvenementProjet.Etat.DEMANDE]

    @property
    def etat(self) -> str:
        """One word for the desk: abandonne, en_retard, demande, proche, a_venir or atteint."""
        if self.abandonne:
            return "abandonne"
        etats = {j.etat for j in self.jalons} | ({"demande"} if self.demandes else set())
        return next((e for e in ("en_retard", "demande", "proche", "a_venir") if e in etats), "atteint")


def projets_suivis(request: HttpRequest, appel: Appel) -> QuerySet[Attribution]:
    """The kept projects of a call that the account follows (`suivi.voir`), none for an applicant."""
    held = perimetre_de(request, VOIR)
    return accords(Dossier.objects.filter(held.dossiers_q(), campagne=appel.campagne))


def projets_declares(siennes: Perimetre) -> QuerySet[Attribution]:
    """The kept projects of a perimeter, once their applicants know: a letter sent, or an agreement signed."""
    return accords(Dossier.objects.filter(siennes.dossiers_q())).filter(pk__in=accords_connus().values("pk"))


def accords(dossiers: QuerySet[Dossier]) -> QuerySet[Attribution]:
    """The grants, definitive or abandoned, of these dossiers."""
    trouves = Attribution.objects.filter(dossier__in=dossiers.values("pk"), statut__in=SUIVIS)
    return trouves.select_related(*RELIES).order_by("dossier__pk")


def accords_connus() -> QuerySet[Attribution]:
    """The grants that their applicants know: a letter was sent, or an agreement signed."""
    annonces = Q(courriers__envoye_le__isnull=False) | Q(convention__isnull=False)
    return Attribution.objects.filter(annonces).order_by().distinct()


def accord_du_dossier(request: HttpRequest, numero: int, permission: str = "") -> Attribution:
    """The grant of a kept project that the account sees; with *permission*, on which it may act.

    An applicant sees it once it knows. Raises Introuvable (404), Interdit (403).
    """
    dossier = candidature_de(request, numero, permission)
    trouves = accords(Dossier.objects.filter(pk=dossier.pk))
    if not suit(request, dossier):
        trouves = trouves.filter(pk__in=accords_connus().values("pk"))
    accord = trouves.first()
    if accord is None:
        raise Introuvable(INVISIBLE)
    return accord


def suit(request: HttpRequest, dossier: Dossier) -> bool:
    """Whether the account looks at a project from the side of those who follow it."""
    return perimetre_de(request, VOIR).contient(Noeud.de(dossier))


def projet(accord: Attribution, le: date) -> Projet:
    """One project on day *le*."""
    return projets([accord], le)[0]


def projets(trouves: Iterable[Attribution], le: date) -> list[Projet]:
    """The projects on day *le*, with all that hangs on them, read together."""
    lus = list(trouves)
    cles = [a.dossier_id for a in lus]
    proche = int(valeur("appels.suivi.proche_jours", le=le))
    jalons: dict[int, list[EtatJalon]] = defaultdict(list)
    for j in Jalon.objects.filter(dossier__in=cles):
        etat = etat_jalon(prevu=j.prevu_le, atteint=j.atteint_le, le=le, proche_jours=proche)
        jalons[j.dossier_id].append(EtatJalon(j, etat))
    evenements: dict[int, list[EvenementProjet]] = defaultdict(list)
    for e in EvenementProjet.objects.filter(dossier__in=cles).select_related("demande_par", "tranche_par"):
        evenements[e.dossier_id].append(e)
    versements: dict[int, list[Versement]] = defaultdict(list)
    for v in Versement.objects.filter(convention__attribution__in=[a.pk for a in lus]):
        versements[v.convention_id].append(v)
    releves = _releves(cles)
    indicateurs = _indicateurs(lus)
    return [
        Projet(
            accord=a,
            dossier=a.dossier,
            region=region_de(a.dossier),
            convention=(convention := getattr(a, "convention", None)),
            versements=versements[convention.pk] if convention else [],
            jalons=jalons[a.dossier_id],
            evenements=evenements[a.dossier_id],
            indicateurs=[
                _etat(i, releves.get((a.dossier_id, i.pk), []))
                for i in indicateurs[a.dossier.campagne.appel.pk]
            ],
        )
        for a in lus
    ]


def _indicateurs(lus: Iterable[Attribution]) -> dict[int, list[Indicateur]]:
    par_appel: dict[int, list[Indicateur]] = defaultdict(list)
    for i in Indicateur.objects.filter(appel__in={a.dossier.campagne.appel.pk for a in lus}):
        par_appel[i.appel_id].append(i)
    return par_appel


def _releves(cles: list[int]) -> dict[tuple[int, int], list[Releve]]:
    par_projet: dict[tuple[int, int], list[Releve]] = defaultdict(list)
    courants = Releve.objects.filter(dossier__in=cles, remplace_le=None).select_related("auteur")
    for r in courants.order_by("jour", "pk"):
        par_projet[r.dossier_id, r.indicateur_id].append(r)
    return par_projet


def _etat(indicateur: Indicateur, releves: list[Releve]) -> EtatIndicateur:
    par_nature: dict[str, list[Releve]] = defaultdict(list)
    for r in releves:
        par_nature[r.nature].append(r)
    reference = next(iter(par_nature["reference"]), None)
    cible = next(iter(par_nature["cible"]), None)
    mesures = tuple(par_nature["mesure"])
    return EtatIndicateur(
        indicateur,
        reference,
        cible,
        mesures,
        avancement(
            reference.valeur if reference else None,
            cible.valeur if cible else None,
            mesures[-1].valeur if mesures else None,
            indicateur.sens,
        ),
        evolution({m.jour: m.valeur for m in mesures}),
    )


def mesure_a(projet: Projet, etat: EtatIndicateur, titre: str) -> Releve | None:
    """The measure of a project at the due date named *titre*: the latest among those nearest to that date."""
    dates = [j.jalon.prevu_le for j in projet.jalons if j.jalon.nature == Jalon.Nature.RELEVE]
    voulue = next((j.jalon.prevu_le for j in projet.jalons if j.jalon.titre == titre), None)
    if voulue is None:
        return None
    mesures = [m for m in etat.mesures if echeance_de(m.jour, dates) == voulue]
    return mesures[-1] if mesures else None


def historique(dossier: Dossier) -> list[Releve]:
    """Every value declared, those replaced too, the latest first."""
    return list(
        dossier.releves.select_related("indicateur", "auteur").order_by(
            "indicateur__pk", "nature", "-jour", "-pk"
        )
    )


def noeud_competent(evenement: EvenementProjet) -> Noeud:
    """The node of the authority competent for a request."""
    if regionale(evenement.autorite):
        region = region_de(evenement.dossier)
        return NATIONAL if region is None else Noeud("region", region)
    return Noeud.de(evenement.dossier.campagne.appel)


def region_de(dossier: Dossier) -> Region | None:
    """The région where a dossier stands."""
    match dossier.noeud:
        case Region() as region:
            return region
        case Ght() as ght:
            return ght.region
        case Etablissement() as etablissement:
            return etablissement.departement.region if etablissement.departement else None
        case OperateurAchat() as operateur:
            return operateur.region
    return None
