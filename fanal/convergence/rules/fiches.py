"""A contract as the engine takes it: its exits, its headroom under the law of modifications, its spend.

Sources: R2112-4 CCP (renewals), R2194-7 and R2194-8 (modifications), L2125-1 (four years of a framework),
R2162-4 (maximum).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from fanal.convergence.compute.depense import Depense
from fanal.marches.compute.dates import fin_apres
from fanal.marches.compute.echeances import A_VENIR, EN_COURS, PREVUE, Vie
from fanal.marches.rules.modifications import Limites, marge
from fanal.marches.rules.situation import Situation
from fanal.moteurs.convergence import Contrat, Genre, Marge, Sortie, mois_entre

UN_JOUR = timedelta(days=1)
PETITE, NON_SUBSTANTIELLE = "R2194-8", "R2194-7"
OPERATEUR = "Marché passé par un opérateur : le GHT ne peut pas le modifier."
# Divisions of the common procurement vocabulary that are services; 45 is works, the others supplies.
TRAVAUX, SERVICES_DEPUIS = "45", "50"


@dataclass(frozen=True)
class Reglages:
    """What the parameters say of contracts. *preavis_mois*: assumed when the contract does not say."""

    le: date
    limites: Limites
    preavis_mois: int


@dataclass(frozen=True)
class Connu:
    """What is known of a contract besides its situation. *du_ght*: the GHT may sign its modifications."""

    pk: int
    identifiant: str
    objet: str
    code_cpv: str
    famille: str
    acheteur: str
    titulaires: str
    etablissements: tuple[str, ...]
    du_ght: bool
    motif_duree: str
    depense: Depense
    ecart_mensuel: Decimal | None = None
    anomalies: int = 0
    verrou: int = 0


@dataclass(frozen=True)
class Fiche:
    """A contract on the workbench. `contrat` None: no end is known, the engine works around it."""

    connu: Connu
    vie: Vie
    montant: Decimal | None
    maximum: Decimal | None
    consomme: Decimal
    nature: str
    contrat: Contrat | None

    @property
    def cle(self) -> str:
        return str(self.connu.pk)


def en_lice(situation: Situation) -> bool:
    """Whether the contract counts: running, to come, or without a known end."""
    return situation.vie.fin_totale is None or situation.vie.etat_temps in (EN_COURS, A_VENIR)


def construire(connu: Connu, situation: Situation, reglages: Reglages) -> Fiche:
    """The record of one contract seen on the day of *reglages*."""
    return Fiche(
        connu,
        situation.vie,
        situation.effets.montant,
        situation.effets.maximum_ht,
        situation.jauge.consomme,
        nature(situation, connu.code_cpv),
        _contrat(connu, situation, reglages),
    )


def nature(situation: Situation, code_cpv: str) -> str:
    """The nature of the purchase, read from the CPV when the contract does not say; supplies otherwise."""
    if situation.nature_achat:
        return situation.nature_achat
    division = code_cpv[:2]
    if division == TRAVAUX:
        return "travaux"
    return "services" if division >= SERVICES_DEPUIS else "fournitures"


def _contrat(connu: Connu, situation: Situation, reglages: Reglages) -> Contrat | None:
    fin = situation.vie.fin_totale
    if fin is None:
        return None
    return Contrat(
        cle=str(connu.pk),
        libelle=connu.identifiant,
        sorties=tuple(_sorties(situation, fin, reglages)),
        etablissements=connu.etablissements,
        debut=situation.vie.debut,
        depense_mensuelle=connu.depense.mensuelle,
        ecart_mensuel=connu.ecart_mensuel,
        marges=tuple(_marges(connu, situation, fin, reglages)),
        avenant_jusqu_au=_duree_maximale(connu, situation),
        modifiable=connu.du_ght,
        raison_non_modifiable="" if connu.du_ght else OPERATEUR,
    )


def _sorties(situation: Situation, fin: date, reglages: Reglages) -> Iterator[Sortie]:
    """The ends that a renewal not yet decided still offers, then the total end."""
    genre = Genre.TACITE if situation.tacite else Genre.EXPRESSE
    preavis = situation.preavis_mois if situation.preavis_mois is not None else reglages.preavis_mois
    for avant, apres in pairwise(situation.vie.periodes):
        if apres.sens != PREVUE or not reglages.le <= avant.fin < fin:
            continue
        limite = apres.debut or avant.fin + UN_JOUR
        jour = limite - relativedelta(months=preavis) - UN_JOUR if genre is Genre.TACITE else None
        yield Sortie(avant.fin, genre, apres.numero, jour)
    yield Sortie(fin)


def _marges(connu: Connu, situation: Situation, fin: date, reglages: Reglages) -> Iterator[Marge]:
    """What each ground of modification still allows."""
    yield _petite(connu, situation, reglages)
    maximum = situation.effets.maximum_ht
    if maximum is not None and situation.faits.accord_cadre:
        yield _dans_le_maximum(connu.depense, situation, maximum, fin, reglages.le)


def _petite(connu: Connu, situation: Situation, reglages: Reglages) -> Marge:
    """R2194-8: strictly below 10 % (15 % for works) and below the threshold, cumulated (R2194-9)."""
    initial = situation.initial
    libelle = "modifications de faible montant, cumulées"
    if initial is None or initial <= 0:
        return Marge(PETITE, libelle, None, True, "le montant initial du marché n'est pas connu")
    reste = marge(
        initial=initial,
        motif=PETITE,
        nature=nature(situation, connu.code_cpv),
        deja=situation.effets.deja.get(PETITE, Decimal(0)),
        limites=reglages.limites,
    )
    return Marge(PETITE, libelle, reste, True)


def _dans_le_maximum(depense: Depense, situation: Situation, maximum: Decimal, fin: date, le: date) -> Marge:
    """R2194-7: what the maximum leaves once the contract has been used until its end, at today's pace."""
    libelle = "reste du maximum de l'accord-cadre à son terme"
    if depense.mensuelle is None:
        return Marge(NON_SUBSTANTIELLE, libelle, None, False, "la dépense mensuelle n'est pas connue")
    debut = situation.vie.debut
    used = situation.jauge.consomme
    if not used and debut is not None and debut < le:
        # Nothing was received: the pace stands for what has been used so far.
        used = depense.mensuelle * mois_entre(debut, le)
    to_come = depense.mensuelle * mois_entre(max(le, debut or le), fin + UN_JOUR)
    return Marge(NON_SUBSTANTIELLE, libelle, max(Decimal(0), maximum - used - to_come))


def _duree_maximale(connu: Connu, situation: Situation) -> date | None:
    """The last day that a framework may reach, unless its longer duration is justified (L2125-1)."""
    faits, debut = situation.faits, situation.vie.debut
    if not faits.accord_cadre or connu.motif_duree.strip() or debut is None:
        return None
    if faits.duree_maximale_mois is None:
        return None
    return fin_apres(debut, faits.duree_maximale_mois)
