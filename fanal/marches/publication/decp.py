"""A contract in the DECP v2.0.3 JSON format, official names and order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.publication.contrat import Changement, Contrat, Identite


def paquet(contrats: Iterable[Contrat]) -> dict[str, Any]:
    """The whole document. Contracts and concessions stand apart; the contracts' list is there even empty."""
    rows = list(contrats)
    contracts = [marche(c) for c in rows if not c.concession]
    concessions = [concession(c) for c in rows if c.concession]
    body: dict[str, Any] = {"marche": contracts} if contracts or not concessions else {}
    if concessions:
        body["contrat-concession"] = concessions
    return {"marches": body}


def document(contrat: Contrat) -> dict[str, Any]:
    """One contract or concession as an element of the package."""
    return concession(contrat) if contrat.concession else marche(contrat)


def marche(contrat: Contrat) -> dict[str, Any]:
    """A complete contract as the schema's `marche`. Optional fields that are not known are left out."""
    written = {
        "id": contrat.identifiant,
        "acheteur": {"id": contrat.acheteur_siret},
        "nature": contrat.nature,
        "objet": contrat.objet,
        "codeCPV": contrat.code_cpv,
        "techniques": {"technique": list(contrat.techniques)},
        "modalitesExecution": {"modaliteExecution": list(contrat.modalites)},
        "idAccordCadre": contrat.id_accord_cadre or None,
        "marcheInnovant": contrat.innovant,
        "ccag": contrat.ccag,
        "offresRecues": contrat.offres_recues,
        "attributionAvance": contrat.avance,
        "tauxAvance": nombre(contrat.taux_avance),
        "typeGroupementOperateurs": contrat.groupement,
        "sousTraitanceDeclaree": contrat.sous_traitance,
        "actesSousTraitance": _envelopper("acteSousTraitance", contrat.actes),
        "procedure": contrat.procedure,
        "lieuExecution": {"code": contrat.lieu_code, "typeCode": contrat.lieu_type},
        "dureeMois": contrat.duree_mois,
        "dateNotification": jour(contrat.notifie_le),
        "datePublicationDonnees": jour(contrat.publie_le),
        "montant": nombre(contrat.montant),
        "typesPrix": {"typePrix": list(contrat.types_prix)},
        "formePrix": contrat.forme_prix,
        "origineUE": nombre(contrat.origine_ue),
        "origineFrance": nombre(contrat.origine_france),
        "titulaires": _titulaires("titulaire", contrat.titulaires),
        "considerationsSociales": {"considerationSociale": list(contrat.sociales)},
        "considerationsEnvironnementales": {"considerationEnvironnementale": list(contrat.environnementales)},
        "modificationsActesSousTraitance": _envelopper(
            "modificationActeSousTraitance", contrat.modifications_actes
        ),
        "modifications": [{"modification": _changement(c)} for c in contrat.changements] or None,
    }
    return _connus(written)


def concession(contrat: Contrat) -> dict[str, Any]:
    """A complete concession as the schema's `contrat-concession`."""
    more = contrat.complements
    written = {
        "id": contrat.identifiant,
        "autoriteConcedante": {"id": contrat.acheteur_siret},
        "nature": contrat.nature,
        "objet": contrat.objet,
        "procedure": contrat.procedure,
        "dureeMois": contrat.duree_mois,
        "dateSignature": more.get("dateSignature"),
        "datePublicationDonnees": jour(contrat.publie_le),
        "dateDebutExecution": more.get("dateDebutExecution"),
        "valeurGlobale": nombre(contrat.montant),
        "montantSubventionPublique": more.get("montantSubventionPublique"),
        "donneesExecution": more.get("donneesExecution") or None,
        "concessionnaires": _titulaires("concessionnaire", contrat.titulaires),
        "considerationsSociales": {"considerationSociale": list(contrat.sociales)},
        "considerationsEnvironnementales": {"considerationEnvironnementale": list(contrat.environnementales)},
        "modifications": [{"modification": _changement_de_concession(c)} for c in contrat.changements]
        or None,
    }
    return _connus(written)


def nombre(valeur: Decimal | None) -> int | float | None:
    """A decimal as a JSON number: whole when it is."""
    if valeur is None:
        return None
    return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)


def jour(le: date | None) -> str | None:
    """A day as AAAA-MM-JJ."""
    return le.isoformat() if le else None


def _changement(c: Changement) -> dict[str, Any]:
    return _connus(
        {
            "id": c.numero,
            "dateNotificationModification": jour(c.notifiee_le),
            "datePublicationDonneesModification": jour(c.publiee_le),
            "dureeMois": c.duree_mois,
            "montant": nombre(c.montant),
            "titulaires": _titulaires("titulaire", c.titulaires) or None,
        }
    )


def _changement_de_concession(c: Changement) -> dict[str, Any]:
    return _connus(
        {
            "id": c.numero,
            "dateSignatureModification": jour(c.notifiee_le),
            "datePublicationDonneesModification": jour(c.publiee_le),
            "dureeMois": c.duree_mois,
            "valeurGlobale": nombre(c.montant),
        }
    )


def _titulaires(cle: str, identites: Sequence[Identite]) -> list[dict[str, Any]]:
    return [{cle: {"typeIdentifiant": i.type, "id": i.id}} for i in identites]


def _envelopper(cle: str, actes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    return [{cle: _connus(acte)} for acte in actes] or None


def _connus(written: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is known: the schemas have no null."""
    return {cle: valeur for cle, valeur in written.items() if valeur is not None}
