"""The contracts behind the actions, and the everyday ones: what makes an order's contract number known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from fanal.demonstration.lignes.verdicts import reference
from fanal.demonstration.lignes.vocabulaire import RANGS, RAYONS, Rayon
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.catalogue import TRAVAUX
from fanal.demonstration.plan.marches.contrats import FONCTION, siret, suppliers
from fanal.demonstration.plan.marches.modele import ContratFictif, FournisseurFictif
from fanal.demonstration.plan.modele import EtablissementFictif, Ligne

DEBUT, MOIS = date(2019, 1, 1), 48
SUPPORT = "Établissement support (démonstration)"
SANS_CLAUSE_VERTE = "Pas de considération environnementale"
SANS_CLAUSE_SOCIALE = "Pas de considération sociale"
OPERATEURS = {"UniHA": 1, "Resah": 2, "Unicancer": 3, "Groupement régional de démonstration": 4}
SERVICES = frozenset({"613", "615", "616", "624", "628", "651"})


def buyer(ligne: Ligne, siret_support: str) -> tuple[str, str]:
    """SIRET and name of who passed the contract; the SIRET of an operator is invented."""
    if ligne.operateur == "GHT":
        return siret_support, SUPPORT
    return operator_siret(ligne.nom_operateur), f"{ligne.nom_operateur} (démonstration)"


def operator_siret(nom: str) -> str:
    """The invented SIRET under which an operator buys here."""
    return siret(99_800_000 + OPERATEURS[nom], 1)


def number(ligne: Ligne) -> str:
    """The number as its buyer writes it: members of the first operator write it in several ways."""
    if ligne.nom_operateur == "UniHA":
        return f"M_{ligne.numero_marche[-4:]}"
    return ligne.numero_marche


def contract(
    ligne: Ligne, rayon: Rayon, siret_support: str, titulaire: FournisseurFictif
) -> ContratFictif | None:
    """The contract that the action names; None when it names none or has no day."""
    if not ligne.numero_marche or ligne.date is None:
        return None
    return _build(number(ligne), ligne, rayon, buyer(ligne, siret_support), titulaire, ligne.date, 24)


def formerly(
    ligne: Ligne, rayon: Rayon, siret_support: str, titulaire: FournisseurFictif
) -> ContratFictif | None:
    """The contract under which the same was bought before."""
    if ligne.date is None:
        return None
    debut = ligne.date - relativedelta(months=36)
    numero = f"{debut.year}A{ligne.identifiant[-3:]}{ligne.annee % 10}"
    acheteur = siret_support, SUPPORT
    return _build(numero, ligne, rayon, acheteur, titulaire, debut, 36)


def _build(
    numero: str,
    ligne: Ligne,
    rayon: Rayon,
    acheteur: tuple[str, str],
    titulaire: FournisseurFictif,
    debut: date,
    mois: int,
) -> ContratFictif:
    alea = Alea("contrat", ligne.identifiant, numero)
    annuel = max(2_000, reference(ligne) // 100)
    plafonne = debut >= date(2021, 6, 1) or alea.unite() < 0.3
    return ContratFictif(
        identifiant=numero,
        acheteur_siret=acheteur[0],
        acheteur_nom=acheteur[1],
        objet=f"{ligne.categorie.capitalize()} (démonstration)",
        famille=ligne.famille,
        cpv=rayon.cpv,
        nature="services" if rayon.compte in SERVICES else "fournitures",
        procedure="Appel d'offres ouvert" if annuel > 110_000 else "Procédure adaptée",
        debut=debut,
        mois=mois,
        reconductions=0,
        montant=annuel * mois // 12,
        # One in twelve was set far too low: its orders will pass it.
        maximum=round(annuel * mois / 12 * (0.45 if alea.unite() < 0.08 else 1.5)) if plafonne else None,
        titulaires=(titulaire,),
        beneficiaires=(ligne.finess,),
        offres=alea.entier(1, 5),
        environnement=SANS_CLAUSE_VERTE,
        social=SANS_CLAUSE_SOCIALE,
        innovant=False,
        acheteur_fonction=FONCTION,
        publie=None,
        annuel=annuel,
        complet=True,
    )


def everyday(
    code: str, etablissements: tuple[EtablissementFictif, ...], siret_support: str
) -> tuple[ContratFictif, ...]:
    """Framework agreements of four years, one per shelf: what is ordered every week."""
    return tuple(_everyday(code, etablissements, siret_support, rayon) for rayon in RAYONS)


def everyday_number(rayon: Rayon) -> str:
    """The number of the agreement of a shelf."""
    return f"{DEBUT.year % 100}C{RANGS[rayon.cle] + 1:02d}"


def _everyday(
    code: str, etablissements: tuple[EtablissementFictif, ...], siret_support: str, rayon: Rayon
) -> ContratFictif:
    alea = Alea("courant", code, rayon.cle)
    return ContratFictif(
        identifiant=everyday_number(rayon),
        acheteur_siret=siret_support,
        acheteur_nom=SUPPORT,
        objet=f"Approvisionnement courant : {rayon.cle.lower()} (démonstration)",
        famille=rayon.famille,
        cpv=rayon.cpv,
        nature=_nature(rayon),
        procedure="Appel d'offres ouvert",
        debut=DEBUT,
        mois=MOIS,
        reconductions=0,
        montant=100_000 * alea.entier(2, 40),
        maximum=None,
        titulaires=(alea.parmi(suppliers(rayon.famille)),),
        beneficiaires=tuple(e.finess for e in etablissements),
        offres=alea.entier(1, 5),
        environnement=SANS_CLAUSE_VERTE,
        social=SANS_CLAUSE_SOCIALE,
        innovant=False,
        acheteur_fonction=FONCTION,
        publie=None,
        annuel=100_000,
    )


def _nature(rayon: Rayon) -> str:
    if rayon.famille == TRAVAUX and rayon.code:
        return "travaux"
    return "services" if rayon.compte in SERVICES else "fournitures"


def merged(contrats: Iterable[ContratFictif]) -> tuple[ContratFictif, ...]:
    """One contract per buyer and number, with every beneficiary; the earliest start and the sum hold."""
    found: dict[tuple[str, str], ContratFictif] = {}
    for c in contrats:
        cle = (c.acheteur_siret, c.identifiant)
        avant = found.get(cle)
        if avant is None:
            found[cle] = c
            continue
        debuts = [d for d in (avant.debut, c.debut) if d]
        found[cle] = replace(
            avant,
            debut=min(debuts),
            beneficiaires=tuple(dict.fromkeys((*avant.beneficiaires, *c.beneficiaires))),
            montant=(avant.montant or 0) + (c.montant or 0),
            maximum=avant.maximum + c.maximum if avant.maximum and c.maximum else None,
        )
    return tuple(found.values())
