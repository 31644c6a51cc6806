"""Reads of dossiers: how many a declarant has, in what order they came, what the decision table says."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from fanal.appels.models import Arrivee
from fanal.appels.queries.appels import regles_de
from fanal.appels.registre import genre_de
from fanal.appels.reponses import formulaire_de
from fanal.appels.rules.eligibilite import ConstatLu, FaitsDepot, examiner
from fanal.appels.rules.regles import Regles
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import Noeud

HORS_COMPTE = ("abandonne", "irrecevable")
SANS_PLACE = ("brouillon", "irrecevable", "abandonne", "non_retenu")


def est_invite(campagne: Campagne, noeud: Noeud) -> bool:
    """Whether the node is on the list of those invited."""
    return campagne.repondants.filter(**noeud.champs()).exists()


def region_du_noeud(noeud: Noeud) -> str:
    """The sigle of the région where a declarant stands; empty for the nation."""
    match noeud.objet:
        case Region():
            return noeud.objet.sigle
        case Ght():
            return noeud.objet.region.sigle
        case Etablissement():
            return noeud.objet.departement.region.sigle if noeud.objet.departement else ""
    return ""


def ghts_de(noeud: Noeud) -> QuerySet[Ght]:
    """The GHT of a node: itself, or those its establishment belongs to."""
    if noeud.niveau == "ght" and noeud.objet is not None:
        return Ght.objects.filter(pk=noeud.objet.pk)
    if noeud.niveau == "etablissement" and noeud.objet is not None:
        return Ght.objects.filter(appartenances__etablissement=noeud.objet.pk)
    return Ght.objects.none()


def dossiers_comptes(campagne: Campagne, noeud: Noeud, regles: Regles) -> QuerySet[Dossier]:
    """The dossiers that count with those of *noeud*: its own, or those of its GHT and of its members."""
    siens = Q(**noeud.champs())
    if regles.dossiers.compte_par == "ght":
        ghts = list(ghts_de(noeud).values_list("pk", flat=True))
        if ghts:
            siens |= Q(niveau="ght", ght__in=ghts)
            siens |= Q(niveau="etablissement", etablissement__appartenances__ght__in=ghts)
    trouves = Dossier.objects.filter(siens, campagne=campagne).exclude(etape__in=HORS_COMPTE)
    return trouves.order_by().distinct()


def nombre_de_dossiers(
    campagne: Campagne, noeud: Noeud, regles: Regles, *, sauf: Dossier | None = None, deposes: bool = False
) -> int:
    """How many dossiers the declarant has, withdrawn and refused ones left out; *deposes*: handed in only."""
    trouves = dossiers_comptes(campagne, noeud, regles)
    if sauf is not None:
        trouves = trouves.exclude(pk=sauf.pk)
    if deposes:
        trouves = trouves.exclude(etape="brouillon")
    return trouves.values("pk").count()


def autres_references(dossier: Dossier, regles: Regles) -> list[str]:
    """What the other dossiers handed in by the declarant answer to the question that tells them apart."""
    autres = dossiers_comptes(dossier.campagne, Noeud.de(dossier), regles).exclude(pk=dossier.pk)
    deposes = autres.exclude(etape="brouillon").select_related("version_courante__reponse")
    return [
        str(d.version_courante.reponse.reponses.get(regles.dossiers.reference, ""))
        for d in deposes
        if d.version_courante is not None and hasattr(d.version_courante, "reponse")
    ]


@dataclass(frozen=True)
class Place:
    """The rank of a dossier in the order of arrival; `retenue` when it is within the number of places."""

    rang: int
    retenue: bool


def places(campagne: Campagne, regles: Regles) -> dict[int, Place]:
    """The order of arrival of the dossiers that still count, by dossier number. `retenue` is true for all
    when the call has no limit, or when the jury's ranking fills its places.
    """
    rangs = (
        Arrivee.objects.filter(dossier__campagne=campagne)
        .exclude(dossier__etape__in=SANS_PLACE)
        .order_by("arrive_le", "pk")
        .values_list("dossier", flat=True)
    )
    limite = regles.dossiers.places if regles.dossiers.par_arrivee else None
    return {numero: Place(rang, limite is None or rang <= limite) for rang, numero in enumerate(rangs, 1)}


def faits_du_depot(version: Version) -> FaitsDepot:
    """What the decision table knows of a version besides its answers."""
    instances = version.dossier.demandes_avis.filter(avis__isnull=False, retiree_le__isnull=True)
    return FaitsDepot(
        en_retard=version.en_retard,
        avis_rendus=frozenset(instances.values_list("instance", flat=True)),
        manques=len(version.reponse.anomalies),
    )


def examiner_version(version: Version, regles: Regles | None = None) -> list[ConstatLu]:
    """The decision table on a version, as at the instant it was handed in; what its kind adds comes last."""
    appel = version.dossier.campagne.appel
    regles = regles or regles_de(appel)
    reponse = version.reponse
    constats = examiner(
        regles,
        formulaire_de(reponse.formulaire),
        reponse.reponses,
        instant=version.created_at,
        depot=faits_du_depot(version),
    )
    genre = genre_de(appel.genre)
    if genre and genre.examiner:
        constats += genre.examiner(version, constats, version.created_at)
    return constats


def depose_le(dossier: Dossier) -> datetime | None:
    """When the dossier was handed in, complements apart; None for a draft."""
    arrivee = Arrivee.objects.filter(dossier=dossier).first()
    return arrivee.arrive_le if arrivee else None
