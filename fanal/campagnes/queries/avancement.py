"""A campaign as its pages show it: who was expected, who answered, where each one stands."""

from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from fanal.campagnes import registre, rules
from fanal.campagnes.models import Campagne, Dossier, Repondant
from fanal.campagnes.queries.campagnes import (
    TableauDeBord,
    attendus_sans_reponse,
    comptes,
    tableau_de_bord,
)
from fanal.campagnes.registre import Etape, Reception
from fanal.campagnes.temps import local_day
from fanal.comptes.perimetre import Perimetre
from fanal.depots import formats
from fanal.memoire import Memoire
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import revision

NOEUDS = {"ght": "GHT", "region": "région", "operateur": "opérateur", "etablissement": "établissement"}
PLURIELS = {"ght": "GHT", "region": "régions", "operateur": "opérateurs", "etablissement": "établissements"}
RIEN = "Rien n'a été déposé"


@dataclass(frozen=True)
class Suivi:
    """One line of a campaign's table: a respondent, its dossier if it has one, and where it stands."""

    noeud: Noeud
    format: str
    region: str
    attendu: bool
    dossier: Dossier | None
    etape: str
    lignes: int | None = None
    a_decider: int | None = None

    @property
    def depose(self) -> bool:
        return self.dossier is not None and self.dossier.version_courante_id is not None


@dataclass
class Avancement:
    """A campaign at a glance within a perimeter. The counts are those of its main format."""

    campagne: Campagne
    tableau: TableauDeBord
    principal: Reception
    suivis: list[Suivi] = field(default_factory=list)

    def compte(self) -> "Avancement":
        """Itself, each count made: what is kept is counted once, not by each page that shows it."""
        for nom, attribut in vars(type(self)).items():
            if isinstance(attribut, cached_property):
                getattr(self, nom)
        return self

    @cached_property
    def du_principal(self) -> list[Suivi]:
        return [s for s in self.suivis if s.format == self.principal.format]

    @cached_property
    def deposes(self) -> int:
        return sum(s.depose for s in self.du_principal)

    @cached_property
    def attendus(self) -> int:
        return sum(s.attendu for s in self.du_principal)

    @cached_property
    def a_relancer(self) -> int:
        return sum(a.repondant.format == self.principal.format for a in self.tableau.sans_reponse)

    @cached_property
    def en_retard(self) -> int:
        return sum(bool(s.dossier and s.dossier.en_retard) for s in self.du_principal)

    @cached_property
    def etapes(self) -> list[tuple[str, int]]:
        """The steps of the main format: title and number of dossiers."""
        nombres = self.tableau.par_etape[self.principal.format]
        return [(e.titre, nombres[e.code]) for e in self.principal.etapes]

    @cached_property
    def phrase(self) -> str:
        """« 118 GHT sur 135 ont déposé, 12 à relancer. »"""
        niveau = self.principal.niveaux[0]
        n = self.deposes
        verbe = "ont déposé" if n > 1 else "a déposé"
        if not self.attendus:
            nom = PLURIELS.get(niveau, "répondants") if n > 1 else NOEUDS.get(niveau, "répondant")
            return f"{n} {nom} {verbe}." if n else "Personne n'a encore déposé."
        if self.attendus == 1 and len(self.du_principal) == 1:
            seul = self.du_principal[0]
            return f"{seul.noeud} : {seul.etape[0].lower()}{seul.etape[1:]}."
        nom = PLURIELS.get(niveau, "répondants")
        debut = (
            f"{n} {nom} sur {self.attendus} {verbe}" if n else f"Aucun des {self.attendus} {nom} n'a déposé"
        )
        return f"{debut}, {self.a_relancer} à relancer." if self.a_relancer else f"{debut}."


def reception_principale(campagne: Campagne) -> Reception:
    """The format a campaign is about: the first whose lines are decided, else the first one."""
    receptions = list(registre.obtenir(campagne.type_campagne).receptions.values())
    return next((r for r in receptions if r.decidable), receptions[0])


def avancement(campagne: Campagne, instant: datetime, perimetre: Perimetre) -> Avancement:
    """Everything that the page of a campaign shows within a perimeter; kept until the campaign, the territory
    or the day changes.
    """
    fait = _avancements.lire(
        (campagne.pk, perimetre),
        (campagne.revision, local_day(instant), *revision()),
        lambda: _lire(campagne, instant, perimetre).compte(),
    )
    rendu = copy(fait)
    rendu.campagne = campagne
    return rendu


def _lire(campagne: Campagne, instant: datetime, perimetre: Perimetre) -> Avancement:
    genre = registre.obtenir(campagne.type_campagne)
    relies = ("region", "ght__region", "etablissement", "operateur__region")
    dossiers = campagne.dossiers.filter(perimetre.dossiers_q()).select_related(*relies, "campagne")
    par_place = {_place(d): d for d in dossiers}
    attendus = {
        _place(r): r for r in campagne.repondants.filter(perimetre.dossiers_q()).select_related(*relies)
    }
    connus = comptes(campagne)
    suivis = []
    for place in dict.fromkeys([*attendus, *par_place]):
        dossier = par_place.get(place)
        ligne: Dossier | Repondant = dossier or attendus[place]
        reception = genre.reception(ligne.format)
        etape = reception.etape(dossier.etape) if dossier and dossier.version_courante_id else None
        compte = connus.get(dossier.pk) if dossier else None
        suivis.append(
            Suivi(
                noeud=Noeud.de(ligne),
                format=ligne.format,
                region=_region(ligne),
                attendu=place in attendus,
                dossier=dossier,
                etape=etape.titre if etape else RIEN,
                lignes=compte.lignes if compte else None,
                a_decider=compte.a_decider if compte and reception.decidable else None,
            )
        )
    suivis.sort(key=lambda s: (s.format, s.region, s.noeud.code))
    return Avancement(
        campagne, tableau_de_bord(campagne, instant, perimetre), reception_principale(campagne), suivis
    )


def _place(ligne: Dossier | Repondant) -> tuple[object, ...]:
    return (
        ligne.format,
        ligne.niveau,
        ligne.region_id,
        ligne.ght_id,
        ligne.etablissement_id,
        ligne.operateur_id,
    )


def _region(ligne: Dossier | Repondant) -> str:
    if ligne.ght is not None:
        return ligne.ght.region.nom
    if ligne.region is not None:
        return ligne.region.nom
    if ligne.operateur is not None and ligne.operateur.region is not None:
        return ligne.operateur.region.nom
    return "National"


def etat_campagne(campagne: Campagne, instant: datetime) -> tuple[str, str]:
    """Where a campaign's windows stand: a code and a word."""
    if instant < campagne.ouverture:
        return "a_venir", "À venir"
    if not rules.is_after(campagne.cloture, instant):
        return "ouverte", "Ouverte"
    if not rules.is_after(campagne.correction_jusqu_au, instant):
        return "corrections", "Corrections"
    return "close", "Close"


def etats_etapes(campagne: Campagne) -> dict[str, tuple[str, str]]:
    """The steps of a campaign's main format: code to its title and the tone it is shown in."""
    return {e.code: (e.titre, _ton(e)) for e in reception_principale(campagne).etapes}


def etats_par_titre(campagne: Campagne) -> dict[str, tuple[str, str]]:
    """The steps of every format, by title: two formats may use one code for different steps."""
    genre = registre.obtenir(campagne.type_campagne)
    return {e.titre: (e.titre, _ton(e)) for r in genre.receptions.values() for e in r.etapes}


def _ton(etape: Etape) -> str:
    if etape.preparation:
        return "attente"
    return "decide" if etape.decidee or etape.publiee else "information"


@dataclass(frozen=True)
class Resume:
    """A campaign on one line of their list, for its main format within a perimeter."""

    campagne: Campagne
    deposes: int
    attendus: int
    a_relancer: int


_resumes: Memoire[Resume] = Memoire(200)
_avancements: Memoire[Avancement] = Memoire(32)


def resume(campagne: Campagne, perimetre: Perimetre) -> Resume:
    """The counts of a campaign, without reading its lines."""
    etat = (campagne.revision, *revision())
    fait = _resumes.lire((campagne.pk, perimetre), etat, lambda: _resumer(campagne, perimetre))
    return replace(fait, campagne=campagne)


def _resumer(campagne: Campagne, perimetre: Perimetre) -> Resume:
    format_ = reception_principale(campagne).format
    visible = perimetre.dossiers_q()
    return Resume(
        campagne=campagne,
        deposes=campagne.dossiers.filter(visible, format=format_, version_courante__isnull=False).count(),
        attendus=campagne.repondants.filter(visible, format=format_).count(),
        a_relancer=sum(a.repondant.format == format_ for a in attendus_sans_reponse(campagne, perimetre)),
    )


def titre_format(format: str) -> str:
    """The French title of a format."""
    return formats.charger(format).titre
