"""What the decision table says of the lists: a line for a pharmacist to check, never a refusal."""

from collections.abc import Sequence
from datetime import datetime

from fanal.appels.rules.eligibilite import INCONNU, NON, OUI, ConstatLu
from fanal.campagnes.models import Version
from fanal.campagnes.temps import local_day
from fanal.molecules.compute import exclusions
from fanal.molecules.models import Rapprochement
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
    verdict, dit = _repondu(version, {t.ligne.numero for t in trouvees})
    phrase = f"{dit} " + " ".join(t.phrase for t in trouvees)
    return [ConstatLu(CODE, TITRE, verdict, "attente", phrase, trouvees[0].ligne.source)]


def _repondu(version: Version, inscriptions: set[int]) -> tuple[str, str]:
    """What the pharmacist answered about these rows: one confirmed is enough, all must be set aside."""
    repondus = dict(
        Rapprochement.objects.filter(demande__version=version, inscription__in=inscriptions)
        .exclude(statut=Rapprochement.Statut.PROPOSE)
        .values_list("inscription", "statut")
    )
    if Rapprochement.Statut.CONFIRME in repondus.values():
        return NON, "Un pharmacien de l'OMEDIT a confirmé."
    if set(repondus) == inscriptions:
        return OUI, "Un pharmacien de l'OMEDIT a écarté cette proposition."
    return INCONNU, "À vérifier par un pharmacien de l'OMEDIT."
