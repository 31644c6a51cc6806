"""The schedule: procedures under way, and contracts that end without one."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Beneficiaire, Marche
from fanal.marches.queries.etat import vies
from fanal.marches.queries.portee import marches_visibles
from fanal.parametres import SansValeur, valeur
from fanal.procedures.compute.charge import Mois, Travail, charge_par_defaut, par_fonction
from fanal.procedures.compute.echeancier import Programme, besoin_apres, programmer, travail
from fanal.procedures.compute.retroplanning import JalonPrevu
from fanal.procedures.models import Jalon, Procedure
from fanal.procedures.queries.jalons import OUVERTURE, delais_par_epoque, jalons_prevus
from fanal.procedures.queries.portee import procedures_sous, procedures_visibles
from fanal.procedures.rules.etats import ADAPTEE, EN_COURS
from fanal.refus import Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

SANS_FONCTION = "Sans fonction"
LOURDS = ("recu", "actes_sous_traitance", "modifications_sous_traitance", "derogations")


@dataclass(frozen=True)
class Filtres:
    """What the page asks for; empty fields keep all."""

    famille: str = ""
    fonction: str = ""
    cpv: str = ""
    horizon_mois: int = 36


@dataclass(frozen=True)
class AProgrammer:
    """A contract that ends without a successor, and the procedure it would ask for."""

    marche: Marche
    fin: date
    libelle: str
    programme: Programme
    fonction: str
    jours: Decimal

    @property
    def pk(self) -> int:
        return self.marche.pk


@dataclass(frozen=True)
class Programmee:
    """A procedure that is not over, with its days; `programme` None without a day of need."""

    procedure: Procedure
    programme: Programme | None
    fonction: str
    jours: Decimal


@dataclass
class Echeancier:
    """The schedule of a perimeter. `inconnus`: contracts whose end is not known; `anciens`: those that ended
    too long ago to be proposed. `charge`: person-days by function and month.
    """

    a_programmer: list[AProgrammer] = field(default_factory=list)
    programmees: list[Programmee] = field(default_factory=list)
    inconnus: int = 0
    anciens: int = 0
    lointains: int = 0
    charge: dict[str, dict[Mois, Decimal]] = field(default_factory=dict)


def echeancier(perimetre: Perimetre, noeud: Noeud, filtres: Filtres, le: date) -> Echeancier:
    """The schedule on day *le*, in a fixed number of queries."""
    jalons = _jalons_gardes()
    vue = Echeancier()
    travaux: list[Travail] = []
    limite = le + relativedelta(months=filtres.horizon_mois)
    for p in _procedures(perimetre, noeud, filtres):
        ligne = _programmee(p, le)
        vue.programmees.append(ligne)
        if ligne.programme is not None:
            travaux.append(travail(ligne.programme, ligne.fonction, ligne.jours, le))
    debut = le - relativedelta(months=int(valeur("procedures.echeancier.echus_mois", le=le)))
    marches = list(sans_suite(perimetre, noeud, filtres))
    fins = vies(marches, le)
    for marche in marches:
        fin = fins[marche.pk].fin_totale
        if fin is None:
            vue.inconnus += 1
        elif fin < debut:
            vue.anciens += 1
        elif fin > limite:
            vue.lointains += 1
        else:
            ligne_marche = _a_programmer(marche, fin, le, jalons)
            vue.a_programmer.append(ligne_marche)
            travaux.append(travail(ligne_marche.programme, ligne_marche.fonction, ligne_marche.jours, le))
    vue.a_programmer.sort(key=lambda x: (x.programme.debut, x.fin, x.marche.pk))
    vue.charge = par_fonction(travaux)
    return vue


def sans_suite(perimetre: Perimetre, noeud: Noeud, filtres: Filtres) -> QuerySet[Marche]:
    """The contracts of GHT and establishments that nothing follows: no successor, no live procedure."""
    suivies = Procedure.objects.filter(remplace=OuterRef("pk"), etat__in=[*EN_COURS, "attribuee", "terminee"])
    successeurs = Marche.objects.filter(successeur_de=OuterRef("pk"))
    marches = marches_visibles(perimetre).filter(
        marches_sous(noeud),
        ~Exists(suivies),
        ~Exists(successeurs),
        niveau__in=[Niveau.GHT, Niveau.ETABLISSEMENT],
        # A contract under a framework follows it: the framework alone is renewed.
        accord_cadre=None,
    )
    marches = marches.exclude(etat=Marche.Etat.SOLDE)
    if filtres.famille:
        marches = marches.filter(famille=filtres.famille)
    if filtres.fonction:
        voulue = "" if filtres.fonction == SANS_FONCTION else filtres.fonction
        marches = marches.filter(acheteur_fonction=voulue)
    if filtres.cpv:
        marches = marches.filter(code_cpv__startswith=filtres.cpv)
    return marches.select_related("ght", "etablissement").defer(*LOURDS).order_by("pk")


def marches_sous(noeud: Noeud) -> Q:
    """The filter for the contracts of a node, of those below it, and those that it executes."""
    if noeud.objet is None:
        return Q()
    pk = noeud.objet.pk
    match noeud.niveau:
        case Niveau.REGION:
            return Q(ght__region=pk) | Q(etablissement__departement__region=pk)
        case Niveau.GHT:
            membres = Marche.objects.filter(pk=OuterRef("pk"), etablissement__appartenances__ght=pk)
            return Q(ght=pk) | Q(Exists(membres))
        case Niveau.ETABLISSEMENT:
            executes = Beneficiaire.objects.filter(marche=OuterRef("pk"), etablissement=pk)
            return Q(etablissement=pk) | Q(Exists(executes))
    return Q(operateur=pk)


def _procedures(perimetre: Perimetre, noeud: Noeud, filtres: Filtres) -> QuerySet[Procedure]:
    procedures = procedures_visibles(perimetre).filter(procedures_sous(noeud), etat__in=EN_COURS)
    if filtres.famille:
        procedures = procedures.filter(famille=filtres.famille)
    if filtres.fonction:
        voulue = "" if filtres.fonction == SANS_FONCTION else filtres.fonction
        procedures = procedures.filter(acheteur_fonction=voulue)
    if filtres.cpv:
        procedures = procedures.filter(code_cpv__startswith=filtres.cpv)
    jalons = Prefetch("jalons", Jalon.objects.order_by("prevu_le", "ordre"))
    return procedures.select_related("ght").prefetch_related(jalons, "lots", "remplace")


def _programmee(procedure: Procedure, le: date) -> Programmee:
    jalons = [JalonPrevu(j.code, j.titre, j.prevu_le, j.source, j.ordre) for j in procedure.jalons.all()]
    programme = programmer(jalons, le) if jalons else None
    jours = procedure.charge_jours
    if jours is None:
        jours = charge_par_defaut(procedure.procedure or OUVERTURE, len(procedure.lots.all()), _bareme(le))
    return Programmee(procedure, programme, procedure.acheteur_fonction or SANS_FONCTION, jours)


def _a_programmer(marche: Marche, fin: date, le: date, jalons: Any) -> AProgrammer:
    libelle = libelle_presume(marche, le)
    programme = programmer(jalons(libelle, besoin_apres(fin, le)), le)
    jours = charge_par_defaut(libelle, 1, _bareme(le))
    return AProgrammer(marche, fin, libelle, programme, marche.acheteur_fonction or SANS_FONCTION, jours)


def libelle_presume(marche: Marche, le: date) -> str:
    """The procedure to plan time for, by the contract's own amount: formal at the threshold or above, or
    when it is not known; adapted below. The need of the whole GHT decides in the end.
    """
    montant = marche.maximum_ht if marche.maximum_ht is not None else marche.montant
    if montant is None:
        return OUVERTURE
    nature = marche.nature_achat or "fournitures"
    try:
        seuil = valeur("marches.seuils.procedure_formalisee", le=le, nature=nature)
    except (KeyError, SansValeur):
        return OUVERTURE
    return OUVERTURE if montant >= seuil else ADAPTEE


def _bareme(le: date) -> dict[str, Decimal]:
    table: dict[str, Decimal] = valeur("procedures.charge.jours", le=le)
    return table


def _jalons_gardes() -> Any:
    """The retro-planning, computed once per procedure and day of need: many contracts end together."""

    regle = delais_par_epoque()

    @cache
    def lire(libelle: str, besoin: date) -> list[JalonPrevu]:
        try:
            return jalons_prevus(libelle, besoin, lire=regle)
        except Refus:
            return [JalonPrevu("execution", "Début d'exécution", besoin, "", 0)]

    return lire


def choix_filtres(perimetre: Perimetre, noeud: Noeud) -> tuple[list[str], list[str]]:
    """The families and functions that the contracts of the node bear, for the filters."""
    marches = marches_visibles(perimetre).filter(marches_sous(noeud)).order_by()
    familles = marches.exclude(famille="").values_list("famille", flat=True).distinct()
    fonctions = marches.exclude(acheteur_fonction="").values_list("acheteur_fonction", flat=True).distinct()
    autres = procedures_visibles(perimetre).filter(procedures_sous(noeud)).order_by()
    plus = autres.exclude(acheteur_fonction="").values_list("acheteur_fonction", flat=True).distinct()
    return sorted(set(familles)), sorted({*fonctions, *plus})
