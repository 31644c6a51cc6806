"""What a price list that was read, and not kept yet, would change."""

from collections.abc import Sequence
from datetime import date

from fanal.prix.compute.differences import Bilan, LigneComparee, comparer
from fanal.prix.models import VersionBpu
from fanal.prix.queries.prix import comparee
from fanal.prix.rules.bpu import LigneLue


def apercu_bpu(ancienne: VersionBpu | None, lignes: Sequence[LigneLue], le: date) -> Bilan:
    """The differences between the last list and the lines of a file that would hold from *le* on."""
    before = [comparee(line) for line in ancienne.lignes.all()] if ancienne else []
    after = [
        LigneComparee(
            cle=line.cle,
            libelle=line.libelle,
            unite=line.unite,
            conditionnement=line.conditionnement,
            prix=line.prix_unitaire_ht,
            taux_tva=line.taux_tva,
            quantite=line.quantite_estimee,
            type_code=line.type_code,
            code=line.code,
            au=line.au,
        )
        for line in lignes
    ]
    return comparer(before, after, le)
