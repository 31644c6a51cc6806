"""A request for an expensive medicine on the dossier of the GHT, and what is proposed about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fanal.molecules.models import DemandeMolecule, ImportListe, Inscription, Rapprochement
from tests.securite.monde_appels import AppelsMonde


@dataclass
class MoleculesMonde:
    """What the addresses of expensive medicines name; `code`: of the call."""

    code: str
    demande: DemandeMolecule
    rapprochement: Rapprochement
    importation: ImportListe


def build_molecules(appels: AppelsMonde, instant: datetime) -> MoleculesMonde:
    """Laid directly on a dossier that was handed in; three patients, a count that others may not read."""
    demande = DemandeMolecule.objects.create(
        version=appels.reponse.version,
        dossier=appels.dossier,
        annee=instant.year,
        demandee_le=instant,
        secteur="mco",
        finess="210000001",
        ucd="9000001",
        libelle="MOLECULE D'ESSAI",
        cout_annuel=Decimal("100.00"),
        patients=3,
    )
    recu = ImportListe.objects.create(
        nom_fichier="liste.csv",
        original=appels.piece.original,
        recu_le=instant,
        importe_le=instant,
        bilan={"lues": 1, "nouvelles": 1, "modifiees": 0, "inchangees": 0, "ecartees": 0},
    )
    ligne = Inscription.objects.create(
        liste="mco",
        ucd="9000001",
        libelle="MOLECULE D'ESSAI",
        debut=instant.date(),
        source="Essai",
        importation=recu,
    )
    propose = Rapprochement.objects.create(
        demande=demande, nature="finance", inscription=ligne, phrase="Déjà inscrit.", created_at=instant
    )
    return MoleculesMonde(appels.appel.campagne.code, demande, propose, recu)
