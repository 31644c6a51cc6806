"""What a person must still fill before a contract can be published: nothing is invented in its place."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.publication import nomenclatures as mots
from fanal.marches.publication.actes import est_un_jour, manques_des_actes
from fanal.marches.publication.contrat import Contrat, Identite
from fanal.marches.publication.manque import Manque

SIRET = re.compile(r"[0-9]{14}")
CPV = re.compile(r"[0-9]{8}(-[0-9])?")
OBJET_MAX = 1000
IDENTIFIANT_MAX = 16
Controle = Callable[[Contrat], Iterator[Manque]]


def manques(contrat: Contrat) -> list[Manque]:
    """The fields that bar the publication in DECP v2, in the order of the schema; none when complete."""
    controles = CONCESSION if contrat.concession else MARCHE
    return [manque for controle in controles for manque in controle(contrat)]


def manques_ocds(contrat: Contrat) -> list[Manque]:
    """What an OCDS release cannot do without: who bought, what, from whom, and when it was published."""
    return [manque for controle in OCDS for manque in controle(contrat)]


@dataclass(frozen=True)
class ReglesOrigine:
    """CPV codes whose origins are to be published: {title of the family: prefixes of the CPV code}."""

    familles: tuple[tuple[str, tuple[str, ...]], ...] = ()


def avertissements(contrat: Contrat, regles: ReglesOrigine) -> list[Manque]:
    """What the schema lets pass and the order asks for: the origin of food, health products, clothing…

    A code of a family covers those below it: "33600000" covers "33690000" (zeros at the end left out).
    """
    if contrat.concession or contrat.origine_ue is not None:
        return []
    for titre, codes in regles.familles:
        if any(contrat.code_cpv.startswith(code[:2] + code[2:].rstrip("0")) for code in codes):
            return [
                Manque(
                    "origineUE",
                    f"Ce marché relève de la famille « {titre} » (CPV {contrat.code_cpv}) : indiquez la part "
                    "des produits venant de l'Union européenne, et de France.",
                )
            ]
    return []


def _texte(champ: str, lire: Callable[[Contrat], str], demande: str, admis: Collection[str] = ()) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        lu = lire(contrat)
        if not lu:
            yield Manque(champ, demande)
        elif admis and lu not in admis:
            yield Manque(champ, f"« {lu} » n'est pas une valeur du format. {demande}")

    return controle


def _liste(
    champ: str, lire: Callable[[Contrat], Sequence[str]], demande: str, admis: Collection[str]
) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        lus = lire(contrat)
        faux = [v for v in lus if v not in admis]
        if not lus:
            yield Manque(champ, demande)
        elif faux:
            yield Manque(champ, f"« {faux[0]} » n'est pas une valeur du format. {demande}")
        elif len(set(lus)) != len(lus):
            yield Manque(champ, f"La même valeur est donnée deux fois. {demande}")

    return controle


def _minimum(
    champ: str, lire: Callable[[Contrat], int | Decimal | None], demande: str, au_moins: int = 1
) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        lu = lire(contrat)
        if lu is None:
            yield Manque(champ, demande)
        elif lu < au_moins:
            yield Manque(champ, f"La valeur {lu} est inférieure à {au_moins}. {demande}")

    return controle


def _connu(champ: str, lire: Callable[[Contrat], bool | date | None], demande: str) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        if lire(contrat) is None:
            yield Manque(champ, demande)

    return controle


def _acheteur(contrat: Contrat) -> Iterator[Manque]:
    champ = "autoriteConcedante" if contrat.concession else "acheteur"
    if not contrat.acheteur_siret:
        yield Manque(f"{champ}.id", "Indiquez le SIRET de l'acheteur.")
    elif not SIRET.fullmatch(contrat.acheteur_siret):
        yield Manque(
            f"{champ}.id", f"Le SIRET de l'acheteur « {contrat.acheteur_siret} » n'a pas quatorze chiffres."
        )


def _identifiant(contrat: Contrat) -> Iterator[Manque]:
    if not contrat.identifiant:
        yield Manque("id", "Indiquez le numéro du marché chez l'acheteur.")
    elif len(contrat.identifiant) > IDENTIFIANT_MAX:
        yield Manque(
            "id",
            f"Le numéro « {contrat.identifiant} » compte {len(contrat.identifiant)} caractères : le format "
            f"en admet {IDENTIFIANT_MAX} au plus.",
        )
    if len(contrat.id_accord_cadre) > IDENTIFIANT_MAX:
        yield Manque(
            "idAccordCadre",
            f"Le numéro de l'accord-cadre « {contrat.id_accord_cadre} » compte "
            f"{len(contrat.id_accord_cadre)} caractères : le format en admet {IDENTIFIANT_MAX} au plus.",
        )


def _objet(contrat: Contrat) -> Iterator[Manque]:
    if not contrat.objet:
        yield Manque("objet", "Indiquez l'objet du marché.")
    elif len(contrat.objet) > OBJET_MAX:
        yield Manque(
            "objet",
            f"L'objet compte {len(contrat.objet)} caractères : résumez-le en {OBJET_MAX} caractères au plus.",
        )


def _cpv(contrat: Contrat) -> Iterator[Manque]:
    if not CPV.fullmatch(contrat.code_cpv):
        yield Manque("codeCPV", "Indiquez le code CPV principal : huit chiffres.")


def _lieu(contrat: Contrat) -> Iterator[Manque]:
    if not contrat.lieu_code:
        yield Manque("lieuExecution.code", "Indiquez le code du lieu d'exécution principal.")
    if contrat.lieu_type not in mots.LIEUX:
        yield Manque("lieuExecution.typeCode", f"Dites de quel code il s'agit : {_enumerer(mots.LIEUX)}.")


def _titulaires(contrat: Contrat) -> Iterator[Manque]:
    champ = "concessionnaires" if contrat.concession else "titulaires"
    if not contrat.titulaires:
        yield Manque(champ, "Indiquez le titulaire et son identifiant (le SIRET de préférence).")
    for identite in contrat.titulaires:
        yield from _identite(champ, identite)
    if len({(i.type, i.id) for i in contrat.titulaires}) != len(contrat.titulaires):
        yield Manque(champ, "Le même titulaire est inscrit deux fois.")


def _identite(champ: str, identite: Identite) -> Iterator[Manque]:
    nom = f" « {identite.nom} »" if identite.nom else ""
    if not identite.id:
        yield Manque(f"{champ}.id", f"Le titulaire{nom} n'a pas d'identifiant : indiquez son SIRET.")
    elif identite.type not in mots.IDENTIFIANTS:
        yield Manque(
            f"{champ}.typeIdentifiant",
            f"Dites de quel identifiant il s'agit pour le titulaire{nom} : {_enumerer(mots.IDENTIFIANTS)}.",
        )


def _part(champ: str, lire: Callable[[Contrat], Decimal | None]) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        lu = lire(contrat)
        if lu is not None and not 0 <= lu <= 1:
            yield Manque(champ, f"La valeur {lu} n'est pas une part entre 0 et 1.")

    return controle


def _origines(contrat: Contrat) -> Iterator[Manque]:
    """The share from France is part of the share from the Union (DECP schema 2.0.3)."""
    ue, france = contrat.origine_ue, contrat.origine_france
    if ue is not None and france is not None and france > ue:
        yield Manque(
            "origineFrance",
            "La part des produits français dépasse celle des produits de l'Union européenne : corrigez l'une "
            "ou l'autre.",
        )


def _changements(contrat: Contrat) -> Iterator[Manque]:
    """Modifications bear numbers that only grow, and their two dates."""
    notification = "dateSignatureModification" if contrat.concession else "dateNotificationModification"
    precedent = 0
    for c in contrat.changements:
        nom = f"la modification n° {c.numero}"
        if c.numero <= precedent:
            yield Manque("modifications.id", f"Les numéros ne se suivent pas à partir de {nom}.")
        precedent = max(precedent, c.numero)
        if c.notifiee_le is None:
            yield Manque(f"modifications.{notification}", f"Indiquez la date de notification de {nom}.")
        if c.publiee_le is None:
            yield Manque("modifications.datePublicationDonneesModification", f"Publiez {nom}. {PUBLIER}")
        if c.duree_mois is not None and c.duree_mois < 1:
            yield Manque("modifications.dureeMois", f"La durée de {nom} est inférieure à un mois.")
        if c.montant is not None and c.montant < 1:
            yield Manque("modifications.montant", f"Le montant de {nom} est inférieur à 1 €.")
        for identite in c.titulaires:
            yield from _identite("modifications.titulaires", identite)


def _complement(champ: str, demande: str, admis: Callable[[Any], bool]) -> Controle:
    def controle(contrat: Contrat) -> Iterator[Manque]:
        if not admis(contrat.complements.get(champ)):
            yield Manque(champ, demande)

    return controle


def _positif(lu: Any) -> bool:
    return isinstance(lu, int | float) and not isinstance(lu, bool) and lu >= 0


def _enumerer(valeurs: Sequence[str]) -> str:
    return f"{', '.join(valeurs[:-1])} ou {valeurs[-1]}"


PUBLIER = "La date s'inscrit quand vous publiez, sur la page « Publication » du marché."
DUREE = _minimum(
    "dureeMois", lambda c: c.duree_mois, "Indiquez la durée en mois, reconductions et tranches comprises."
)
NOTIFICATION = _connu("dateNotification", lambda c: c.notifie_le, "Indiquez la date de notification.")
PUBLICATION = _connu(
    "datePublicationDonnees", lambda c: c.publie_le, f"Ce marché n'est pas encore publié. {PUBLIER}"
)
ENVIRONNEMENT = _liste(
    "considerationsEnvironnementales",
    lambda c: c.environnementales,
    f"Indiquez les considérations environnementales : {_enumerer(mots.ENVIRONNEMENTALES)}.",
    mots.ENVIRONNEMENTALES,
)

MARCHE: tuple[Controle, ...] = (
    _identifiant,
    _acheteur,
    _texte("nature", lambda c: c.nature, f"Indiquez la nature : {_enumerer(mots.NATURES)}.", mots.NATURES),
    _objet,
    _cpv,
    _liste(
        "techniques",
        lambda c: c.techniques,
        "Indiquez la ou les techniques d'achat (« Sans objet » s'il n'y en a pas).",
        mots.TECHNIQUES,
    ),
    _liste(
        "modalitesExecution",
        lambda c: c.modalites,
        "Indiquez la ou les modalités d'exécution (« Sans objet » s'il n'y en a pas).",
        mots.MODALITES,
    ),
    _connu("marcheInnovant", lambda c: c.innovant, "Dites si le marché est innovant."),
    _texte("ccag", lambda c: c.ccag, "Indiquez le CCAG de référence (« Pas de CCAG » sans lui).", mots.CCAG),
    _minimum("offresRecues", lambda c: c.offres_recues, "Indiquez le nombre d'offres reçues."),
    _connu("attributionAvance", lambda c: c.avance, "Dites si une avance a été attribuée au titulaire."),
    _part("tauxAvance", lambda c: c.taux_avance),
    _texte(
        "typeGroupementOperateurs",
        lambda c: c.groupement,
        f"Indiquez le type de groupement : {_enumerer(mots.GROUPEMENTS)}.",
        mots.GROUPEMENTS,
    ),
    _texte("procedure", lambda c: c.procedure, "Indiquez la procédure de passation.", mots.PROCEDURES),
    _lieu,
    DUREE,
    NOTIFICATION,
    PUBLICATION,
    _minimum("montant", lambda c: c.montant, "Indiquez le montant HT, ou le maximum estimé : 1 € au moins."),
    _liste(
        "typesPrix",
        lambda c: c.types_prix,
        f"Indiquez le type de prix : {_enumerer(mots.TYPES_PRIX)}.",
        mots.TYPES_PRIX,
    ),
    _texte(
        "formePrix",
        lambda c: c.forme_prix,
        f"Indiquez la forme du prix : {_enumerer(mots.FORMES_PRIX)}.",
        mots.FORMES_PRIX,
    ),
    _part("origineUE", lambda c: c.origine_ue),
    _part("origineFrance", lambda c: c.origine_france),
    _origines,
    _connu("sousTraitanceDeclaree", lambda c: c.sous_traitance, "Dites si une sous-traitance est déclarée."),
    _titulaires,
    _liste(
        "considerationsSociales",
        lambda c: c.sociales,
        f"Indiquez les considérations sociales : {_enumerer(mots.SOCIALES)}.",
        mots.SOCIALES,
    ),
    ENVIRONNEMENT,
    manques_des_actes,
    _changements,
)

CONCESSION: tuple[Controle, ...] = (
    _identifiant,
    _acheteur,
    _objet,
    _texte(
        "procedure",
        lambda c: c.procedure,
        f"Indiquez la procédure : {_enumerer(mots.PROCEDURES_CONCESSION)}.",
        mots.PROCEDURES_CONCESSION,
    ),
    DUREE,
    _complement("dateSignature", "Indiquez la date de signature de la concession.", est_un_jour),
    PUBLICATION,
    _complement("dateDebutExecution", "Indiquez la date de début d'exécution de la concession.", est_un_jour),
    _minimum("valeurGlobale", lambda c: c.montant, "Indiquez la valeur globale : 1 € au moins."),
    _complement(
        "montantSubventionPublique", "Indiquez le montant de la subvention publique, 0 sans elle.", _positif
    ),
    _titulaires,
    _liste(
        "considerationsSociales",
        lambda c: c.sociales,
        f"Indiquez les considérations sociales : {_enumerer(mots.SOCIALES_CONCESSION)}.",
        mots.SOCIALES_CONCESSION,
    ),
    ENVIRONNEMENT,
    _changements,
)

OCDS: tuple[Controle, ...] = (_identifiant, _acheteur, _objet, _titulaires, PUBLICATION)
