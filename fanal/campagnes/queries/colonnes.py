"""A file that was sent, as its columns and codes are shown to whoever says what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fanal.campagnes.models import Envoi
from fanal.depots import formats, lecture
from fanal.depots.formats import Champ
from fanal.depots.originaux import local_copy
from fanal.depots.queries import as_reading_mapping
from fanal.refus import Inutilisable

CODES_MAX = 60  # past this, the column does not hold the codes of a list


@dataclass(frozen=True)
class ATraduire:
    """A field with a closed list, and the values of the file that are not in it."""

    champ: Champ
    valeurs: tuple[str, ...]


def apercu(envoi: Envoi, feuille: str | None = None, entete: int | None = None) -> lecture.Apercu:
    """The file as found, its columns with a suggested field. Raises `Inutilisable` when it cannot be
    opened.
    """
    connue = as_reading_mapping(envoi.correspondance) if envoi.correspondance else None
    if feuille is not None or entete is not None:
        connue = replace(
            connue or lecture.Correspondance(nom=""), feuille=feuille or None, ligne_entete=entete
        )
    try:
        with local_copy(envoi.original, envoi.nom_fichier) as chemin:
            return lecture.apercu(chemin, formats.charger(envoi.format), correspondance=connue)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def a_traduire(envoi: Envoi, correspondance: lecture.Correspondance) -> list[ATraduire]:
    """The values to translate once the columns are known. Raises `Inutilisable` if it still cannot be
    read.
    """
    format_ = formats.charger(envoi.format)
    try:
        with local_copy(envoi.original, envoi.nom_fichier) as chemin:
            lue = lecture.lire(chemin, format_, correspondance=correspondance)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error
    valeurs: dict[str, dict[str, None]] = {}
    for anomalie in lue.anomalies:
        if anomalie.regle == "enumeration" and anomalie.colonne and anomalie.valeur:
            valeurs.setdefault(anomalie.colonne, {})[anomalie.valeur] = None
    champs = format_.principal.par_nom
    return [
        ATraduire(champs[champ], tuple(sorted(trouvees)))
        for champ, trouvees in valeurs.items()
        if champ in champs and len(trouvees) <= CODES_MAX
    ]


def champs_proposes(format: str) -> list[tuple[str, str, bool]]:
    """The fields a column may hold: name, French title, required; the required ones first."""
    champs = formats.charger(format).principal.champs
    return sorted(((c.nom, c.titre, c.requis) for c in champs), key=lambda c: not c[2])


def lire_choix(titres: list[str], saisies: Mapping[str, str]) -> dict[str, str]:
    """Title to field, from the answers `c0`, `c1`… of the page; an empty field leaves the column out."""
    return {titre: saisies.get(f"c{rang}", "") for rang, titre in enumerate(titres)}
