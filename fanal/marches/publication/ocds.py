"""Contracts as an OCDS 1.1.5 release package, as the published pair DECP → OCDS (001) lays it out.

The identifier of a process is the prefix, the buyer's SIRET and the contract's number. A duration in days
is the number of months times 30.5, rounded down. A first release tells the award and the contract, one more
each modification.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fanal.marches.publication.contrat import Changement, Contrat, Identite
from fanal.marches.publication.decp import nombre

JOURS_PAR_MOIS = Decimal("30.5")
PARIS = ZoneInfo("Europe/Paris")
REGISTRE = "FR-RCS"  # where French SIRET stand, as the pair writes it


@dataclass(frozen=True)
class Entete:
    """What the package says of itself; `editeur` is who publishes it."""

    prefixe: str
    editeur: dict[str, str]
    licence: str = ""
    politique: str = ""
    uri: str = ""


def paquet(contrats: Iterable[Contrat], entete: Entete, instant: datetime) -> dict[str, Any]:
    """The package of the releases of *contrats*, published at *instant* (aware)."""
    releases = [release for contrat in contrats for release in publications(contrat, entete.prefixe)]
    return {**tete(entete, instant), "releases": releases}


def tete(entete: Entete, instant: datetime) -> dict[str, Any]:
    """What the package says of itself. Without an address of its own it bears a URN made of who and when."""
    who = f"{entete.editeur} {instant.isoformat()}"
    package = {
        "version": "1.1",
        "uri": entete.uri or uuid.uuid5(uuid.NAMESPACE_OID, who).urn,
        "publishedDate": instant.astimezone(PARIS).isoformat(timespec="seconds"),
        "publisher": entete.editeur,
        "license": entete.licence,
        "publicationPolicy": entete.politique,
    }
    return {cle: valeur for cle, valeur in package.items() if valeur != ""}


def publications(contrat: Contrat, prefixe: str) -> list[dict[str, Any]]:
    """The releases of one contract: the award, then each published modification."""
    return [
        _attribution(contrat, prefixe),
        *(_modification(contrat, c, prefixe) for c in contrat.changements if c.publiee_le),
    ]


def jours(mois: int) -> int:
    """A duration in days for a number of months: 39 months are 1189 days."""
    return int(mois * JOURS_PAR_MOIS)


def _attribution(contrat: Contrat, prefixe: str) -> dict[str, Any]:
    uid = f"{contrat.acheteur_siret}{contrat.identifiant}"
    ocid = f"{prefixe}-{uid}"
    items = _items(contrat, ocid)
    period = {"durationInDays": jours(contrat.duree_mois)} if contrat.duree_mois else None
    value = _valeur(contrat.montant)
    award = {
        "id": f"{ocid}-award-1",
        "description": contrat.objet,
        "status": "active",
        "date": f"{contrat.notifie_le.isoformat()}T00:00:00Z" if contrat.notifie_le else None,
        "value": value,
        "suppliers": [_renvoi(i, "supplier") for i in contrat.titulaires],
        "items": items,
        "contractPeriod": period,
    }
    contract = {
        "id": f"{ocid}-contract-1",
        "awardID": award["id"],
        "value": value,
        "description": contrat.objet,
        "period": period,
        # Essential data tell that the contract was concluded, not how it goes on.
        "status": "pending",
        "items": items,
    }
    return {
        **_tete(contrat, prefixe, 0, contrat.publie_le, ["award", "contract"]),
        "parties": [_partie(_acheteur(contrat), "buyer")]
        + [_partie(i, "supplier") for i in contrat.titulaires],
        "buyer": _renvoi(_acheteur(contrat), "buyer"),
        "awards": [_connus(award)],
        "contracts": [_connus(contract)],
    }


def _modification(contrat: Contrat, c: Changement, prefixe: str) -> dict[str, Any]:
    ocid = f"{prefixe}-{contrat.acheteur_siret}{contrat.identifiant}"
    amendment = {
        "id": f"{ocid}-amendment-{c.numero}",
        "date": f"{c.notifiee_le.isoformat()}T00:00:00Z" if c.notifiee_le else None,
        "description": c.objet or None,
    }
    contract = {
        "id": f"{ocid}-contract-1",
        "awardID": f"{ocid}-award-1",
        "value": _valeur(c.montant),
        "period": {"durationInDays": jours(c.duree_mois)} if c.duree_mois else None,
        "amendments": [_connus(amendment)],
    }
    return {
        **_tete(contrat, prefixe, c.numero, c.publiee_le, ["contractAmendment"]),
        "parties": [_partie(_acheteur(contrat), "buyer")] + [_partie(i, "supplier") for i in c.titulaires],
        "buyer": _renvoi(_acheteur(contrat), "buyer"),
        "contracts": [_connus(contract)],
    }


def _tete(contrat: Contrat, prefixe: str, rang: int, le: date | None, tags: list[str]) -> dict[str, Any]:
    uid = f"{contrat.acheteur_siret}{contrat.identifiant}"
    assert le is not None  # noqa: S101 - incomplete contracts are not published
    return {
        "ocid": f"{prefixe}-{uid}",
        "id": f"{prefixe}-{uid}-{rang:02d}",
        "decpUID": uid,
        "date": datetime.combine(le, time(), PARIS).isoformat(),
        "language": "fr",
        "tag": tags,
        "initiationType": "tender",
    }


def _items(contrat: Contrat, ocid: str) -> list[dict[str, Any]] | None:
    if not contrat.code_cpv:
        return None
    return [
        {
            "id": f"{ocid}-item-1",
            "description": contrat.objet,
            "classification": {"scheme": "CPV", "id": contrat.code_cpv},
        }
    ]


def _acheteur(contrat: Contrat) -> Identite:
    return Identite("SIRET", contrat.acheteur_siret, contrat.acheteur_nom)


def _schema(identite: Identite) -> str:
    return REGISTRE if identite.type == "SIRET" else identite.type


def _reference(identite: Identite, role: str) -> str:
    return f"{_schema(identite)}-{identite.id}-{role}"


def _renvoi(identite: Identite, role: str) -> dict[str, Any]:
    return _connus({"name": identite.nom or None, "id": _reference(identite, role)})


def _partie(identite: Identite, role: str) -> dict[str, Any]:
    named = {"scheme": _schema(identite), "id": identite.id, "legalName": identite.nom or None}
    return {**_renvoi(identite, role), "roles": [role], "identifier": _connus(named)}


def _valeur(montant: Decimal | None) -> dict[str, Any] | None:
    return None if montant is None else {"amount": nombre(montant), "currency": "EUR"}


def _connus(written: dict[str, Any]) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in written.items() if valeur is not None}
