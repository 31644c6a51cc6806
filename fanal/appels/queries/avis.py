"""Opinions on the dossiers of calls: those asked, given, missing; who owes one; who reads it and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.appels import regles_de
from fanal.appels.rules.avis import DROITS, lisible_par_le_declarant, phrase_avis
from fanal.appels.rules.regles import AvisAttendu
from fanal.campagnes.models import Avis, Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.lignes import ecarts
from fanal.campagnes.temps import add_days
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.roles import ROLES
from fanal.parametres.catalogue import valeur
from fanal.territoires.models import Appartenance, Niveau, Region
from fanal.territoires.noeuds import Noeud

RELIES = (
    "dossier__campagne__appel",
    "dossier__version_courante",
    "dossier__region",
    "dossier__ght__region",
    "dossier__etablissement",
    "dossier__operateur",
    "region",
    "ght",
    "etablissement",
    "operateur",
    "expert",
    "avis__version",
)
A_RENDRE, EN_RETARD, A_REVOIR, RENDU, RENDU_EN_RETARD, RETIRE, FERME = (
    "a_rendre",
    "en_retard",
    "a_revoir",
    "rendu",
    "rendu_en_retard",
    "retire",
    "ferme",
)
DUS = (A_RENDRE, EN_RETARD, A_REVOIR)
TITRES = {"ars": "ARS", "omedit": "OMEDIT", "expert": "Expert"}


@dataclass(frozen=True)
class AvisManquant:
    """An opinion not given: asked (with its last day), or due by the rules and never asked."""

    instance: str
    echeance: date | None = None
    demande: DemandeAvis | None = None

    @property
    def titre(self) -> str:
        """Of whom it is awaited."""
        return TITRES[self.instance]

    def depasse(self, jour: date) -> bool:
        """Whether its last day has passed."""
        return self.echeance is not None and jour > self.echeance


@dataclass(frozen=True)
class EtatAvis:
    """The opinions on a dossier on a day: how many are awaited and given, how many of these came late, those
    that are missing, and how many of the missing ones are past their last day.
    """

    attendus: int = 0
    rendus: int = 0
    en_retard: int = 0
    manquants: tuple[AvisManquant, ...] = ()
    depasses: int = 0
    sens: tuple[str, ...] = field(default=())

    @property
    def phrase(self) -> str:
        """« 2 avis sur 3 rendus »."""
        return phrase_avis(self.rendus, self.attendus)


def attendu(appel: Appel, instance: str) -> AvisAttendu:
    """What the rules of the call say of the opinion of *instance*; the defaults when they say nothing."""
    return next((a for a in regles_de(appel).avis if a.instance == instance), AvisAttendu(instance))


def echeance_par_defaut(appel: Appel, instance: str, jour: date) -> date:
    """The last day to give an opinion asked on *jour*: that of the rules while it is to come, else the usual
    delay after that day.
    """
    dite = attendu(appel, instance).echeance
    if dite is not None and dite > jour:
        return dite
    return add_days(jour, int(valeur("appels.avis.delai_jours", le=jour)))


def etat_avis(dossier: Dossier, jour: date | None = None) -> EtatAvis:
    """The opinions on one dossier, today or on *jour*."""
    return etats_avis(dossier.campagne.appel, [dossier], jour)[dossier.pk]


def etats_avis(appel: Appel, dossiers: Sequence[Dossier], jour: date | None = None) -> dict[int, EtatAvis]:
    """The same for many dossiers of a call, by number of dossier, in one query."""
    jour = jour or timezone.localdate()
    demandes: dict[int, list[DemandeAvis]] = {d.pk: [] for d in dossiers}
    ouvertes = DemandeAvis.objects.filter(dossier__in=list(demandes), retiree_le__isnull=True)
    for demande in ouvertes.select_related("avis"):
        demandes[demande.dossier_id].append(demande)
    obligatoires = [a for a in regles_de(appel).avis if a.obligatoire]
    return {pk: _etat(siennes, obligatoires, jour) for pk, siennes in demandes.items()}


def _etat(demandes: list[DemandeAvis], obligatoires: list[AvisAttendu], jour: date) -> EtatAvis:
    rendues = [d for d in demandes if d.avis_id]
    demandees = {d.instance for d in demandes}
    manquants = [AvisManquant(d.instance, d.echeance, d) for d in demandes if not d.avis_id]
    manquants += [AvisManquant(a.instance, a.echeance) for a in obligatoires if a.instance not in demandees]
    return EtatAvis(
        attendus=len(rendues) + len(manquants),
        rendus=len(rendues),
        en_retard=sum(d.en_retard for d in rendues),
        manquants=tuple(manquants),
        depasses=sum(m.depasse(jour) for m in manquants),
        sens=tuple(d.avis.sens for d in rendues if d.avis),
    )


def etat_demande(demande: DemandeAvis, jour: date) -> str:
    """Where a request stands on a day: a key of the constants above."""
    if demande.retiree_le is not None:
        return RETIRE
    ouvert = reception_de(demande.dossier).etape(demande.dossier.etape).avis
    if demande.avis is not None:
        if ouvert and a_change(demande):
            return A_REVOIR
        return RENDU_EN_RETARD if demande.en_retard else RENDU
    if not ouvert:
        return FERME
    return EN_RETARD if jour > demande.echeance else A_RENDRE


def a_change(demande: DemandeAvis) -> bool:
    """Whether an answer of the dossier has changed since the opinion was given."""
    if demande.avis is None or demande.avis.version_id == demande.dossier.version_courante_id:
        return False
    return bool(ecarts(demande.avis.version, demande.dossier.version_courante))


# Who owes opinions ------------------------------------------------------------


def demandes_a(user: Utilisateur, perimetres: dict[str, Perimetre]) -> QuerySet[DemandeAvis]:
    """The requests put to an account: those of its agency or OMEDIT, those that name it as expert.

    `perimetres` gives where it holds the permission of each body (`rules.avis.DROITS`).
    """
    siennes = Q(pk__in=[])
    for instance in DROITS:
        la = perimetres[instance]
        if not la.vide:
            nommee = Q(expert=user) if instance == "expert" else Q()
            siennes |= la.dossiers_q() & Q(instance=instance) & nommee
    return DemandeAvis.objects.filter(siennes).select_related(*RELIES)


def region_du_declarant(dossier: Dossier, le: date) -> Region | None:
    """The région asked for an opinion: for an establishment, that of its GHT, else of its département."""
    match dossier.niveau:
        case Niveau.REGION:
            return dossier.region
        case Niveau.GHT:
            return dossier.ght.region if dossier.ght else None
        case Niveau.OPERATEUR:
            return dossier.operateur.region if dossier.operateur else None
        case Niveau.ETABLISSEMENT:
            membre = Appartenance.objects.en_vigueur(le).filter(etablissement=dossier.etablissement_id)
            lien = membre.select_related("ght__region").first()
            if lien is not None:
                return lien.ght.region
            departement = dossier.etablissement.departement if dossier.etablissement else None
            return departement.region if departement else None
    return None


def experts_possibles(noeuds: Collection[Noeud], le: date) -> list[Utilisateur]:
    """The active accounts that hold the role of expert above every one of these nodes."""
    titulaires = [code for code, role in ROLES.items() if DROITS["expert"] in role.permissions]
    roles = Affectation.objects.en_vigueur(le).filter(role__in=titulaires).select_related("region")
    regions = {r.pk for n in noeuds if (r := _region(n, le)) is not None}
    sures: set[int] = set()
    for role in roles:
        nation = role.niveau == Niveau.NATIONAL
        if nation or (role.region_id and regions == {role.region_id}):
            sures.add(role.utilisateur_id)
    return list(Utilisateur.objects.filter(pk__in=sures, is_active=True).order_by("email"))


def _region(noeud: Noeud, le: date) -> Region | None:
    return region_du_declarant(Dossier(**noeud.champs()), le)


# Who reads them -----------------------------------------------------------------


@dataclass(frozen=True)
class AvisLu:
    """An opinion as somebody reads it: `qui` never names a person to an applicant."""

    demande: DemandeAvis
    qui: str
    etat: str
    avis: Avis | None
    anterieur: bool  # it bears on an earlier version than the current one


def avis_pour_le_declarant(dossier: Dossier, jour: date) -> list[AvisLu]:
    """The opinions that the rules of the call let an applicant read, without any name."""
    appel = dossier.campagne.appel
    decidee = reception_de(dossier).etape(dossier.etape).decidee
    return [
        _lu(d, jour, nom=False)
        for d in demandes_du_dossier(dossier)
        if d.avis_id and lisible_par_le_declarant(attendu(appel, d.instance).visible, decidee=decidee)
    ]


def avis_pour_l_instruction(dossier: Dossier, jour: date, *, noms: bool) -> list[AvisLu]:
    """Every opinion asked on a dossier; *noms* tells those of the experts (to the organiser)."""
    return [_lu(d, jour, nom=noms) for d in demandes_du_dossier(dossier)]


def demandes_du_dossier(dossier: Dossier) -> QuerySet[DemandeAvis]:
    """The requests on a dossier that were not withdrawn."""
    return dossier.demandes_avis.filter(retiree_le__isnull=True).select_related(*RELIES)


def _lu(demande: DemandeAvis, jour: date, *, nom: bool) -> AvisLu:
    avis = demande.avis
    return AvisLu(
        demande, nom_instance(demande, nom=nom), etat_demande(demande, jour), avis, a_change(demande)
    )


def nom_instance(demande: DemandeAvis, *, nom: bool) -> str:
    """« ARS Bretagne », « OMEDIT Bretagne », « Expert » (its name for the organiser only)."""
    titre = TITRES[demande.instance]
    if demande.instance == "expert":
        return f"{titre} : {demande.expert}" if nom and demande.expert else titre
    return f"{titre} {demande.nom_noeud}" if demande.noeud else titre
