"""The lines of a version as their respondent knows them: place in the file, and values by field of the
format.
"""

from collections.abc import Collection, Mapping

from fanal.achats.models import AchatsAnnuels, Action, GainOperateur, LigneDeVersion, Nomenclature, Objectif
from fanal.campagnes.models import Version
from fanal.campagnes.registre import LigneDecrite
from fanal.depots import formats

MODELES: dict[str, type[LigneDeVersion]] = {
    "paat": Action,
    "operateur": GainOperateur,
    "objectifs": Objectif,
    "nomenclature": Nomenclature,
    "achats_annuels": AchatsAnnuels,
}
TRANCHE = 500


def describe(version: Version, cles: Collection[str] | None = None) -> Mapping[str, LigneDecrite]:
    """`{cle: line}` of a version, in the order of the file; only *cles* when given."""
    modele = MODELES[version.dossier.format]
    champs = [c.nom for c in formats.charger(version.dossier.format).principal.champs]
    connus = {f.name for f in modele._meta.fields}
    lignes = modele._default_manager.filter(version=version).order_by("ligne")
    if cles is not None:
        voulues = sorted(cles)
        tranches = [voulues[i : i + TRANCHE] for i in range(0, len(voulues), TRANCHE)]
        trouvees = [ligne for tranche in tranches for ligne in lignes.filter(cle__in=tranche)]
    else:
        trouvees = list(lignes)
    return {
        ligne.cle: LigneDecrite(
            feuille=ligne.feuille,
            ligne=ligne.ligne,
            titre=getattr(ligne, "intitule", "") or str(ligne),
            valeurs={c: getattr(ligne, c) for c in champs if c in connus and c != "operateur"}
            | _operateur(ligne, champs),
        )
        for ligne in trouvees
    }


def _operateur(ligne: LigneDeVersion, champs: Collection[str]) -> dict[str, str]:
    """The operator as the file writes it: a word on an action, the name of the account's operator
    elsewhere.
    """
    return {"operateur": str(getattr(ligne, "operateur"))} if "operateur" in champs else {}  # noqa: B009 - a field that only some lines have
