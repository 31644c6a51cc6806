"""What the decision table says of the lists: a line for a pharmacist to check, never a refusal."""

from collections.abc import Sequence
from datetime import datetime

from fanal.appels.rules.eligibilite import INCONNU, OUI, ConstatLu
from fanal.campagnes.models import Version
from fanal.campagnes.temps import local_day
from fanal.molecules.compute import exclusions
from fanal.molecules.queries.lecture import lue
from fanal.molecules.queries.listes import financement, lignes_de
from fanal.refus import Refus

CODE = "deja_finance"
TITRE = "Médicament non financé par ailleurs"


def examiner(version: Version, constats: Sequence[ConstatLu], instant: datetime) -> list[ConstatLu]:
    """The line about the lists: met, or to be checked with the row that funds the drug and its source."""
    try:
        demande = lue(version)
    except Refus as refus:
        return [ConstatLu(CODE, TITRE, INCONNU, "attente", refus.phrase)]
    le = local_day(version.created_at)
    dossier = version.dossier
    finess = dossier.etablissement.finess if dossier.etablissement else ""
    cherchee = exclusions.Demande(0, demande.secteur, finess, demande.ucd, demande.indication, le)
    trouvees = exclusions.deja_financee(cherchee, lignes_de([demande.ucd]), financement(le))
    if not trouvees:
        phrase = f"Aucune liste connue ne finance ce médicament pour ce secteur au {le:%d/%m/%Y}."
        return [ConstatLu(CODE, TITRE, OUI, "attente", phrase)]
    phrase = "À vérifier par un pharmacien de l'OMEDIT. " + " ".join(t.phrase for t in trouvees)
    return [ConstatLu(CODE, TITRE, INCONNU, "attente", phrase, trouvees[0].ligne.source)]
