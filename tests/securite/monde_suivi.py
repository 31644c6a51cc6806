"""A project granted for good on the territory of the GHT, and one object of each kind that follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from fanal.appels.models import (
    Attribution,
    Convention,
    Enveloppe,
    EvenementProjet,
    Indicateur,
    Jalon,
    Releve,
    Versement,
)
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Original


@dataclass
class SuiviMonde:
    """What the addresses of the follow-up name. `jalon`: a step; `echeance`: a due date of indicators."""

    accord: Attribution
    jalon: Jalon
    echeance: Jalon
    versement: Versement
    evenement: EvenementProjet
    releve: Releve


def build_suivi(dossier: Dossier, by: Utilisateur, instant: datetime) -> SuiviMonde:
    """Laid directly on a dossier that was handed in; its call becomes a SESAME one, for its tab."""
    appel = dossier.campagne.appel
    appel.genre = "sesame"
    appel.save()
    jour = instant.date()
    enveloppe = Enveloppe.objects.create(
        appel=appel, annee=jour.year, nom="Suivi", montant=Decimal(1000), created_at=instant
    )
    accord = Attribution.objects.create(
        enveloppe=enveloppe,
        dossier=dossier,
        version=dossier.version_courante,
        statut="definitive",
        demande=Decimal(1000),
        maximum=Decimal(1000),
        montant=Decimal(500),
        decidee_le=instant,
    )
    convention = Convention.objects.create(
        attribution=accord, signee_le=jour, original=_papier(), created_at=instant
    )
    indicateur = Indicateur.objects.create(appel=appel, code="essai", titre="Essai")
    plus_tard = jour + timedelta(days=100)
    jalons = [
        Jalon.objects.create(dossier=dossier, nature=n, titre=n, prevu_le=plus_tard, initial_le=plus_tard)
        for n in ("etape", "releve")
    ]
    return SuiviMonde(
        accord,
        jalons[0],
        jalons[1],
        Versement.objects.create(convention=convention, prevu_le=plus_tard, montant=Decimal(100)),
        EvenementProjet.objects.create(
            dossier=dossier,
            nature="report",
            autorite="ars",
            motif="Essai",
            nouvelle_fin=plus_tard,
            demande_le=instant,
            demande_par=by,
        ),
        Releve.objects.create(
            dossier=dossier,
            indicateur=indicateur,
            nature="mesure",
            jour=jour,
            valeur=Decimal(1),
            declare_le=instant,
        ),
    )


def _papier() -> Original:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "convention.pdf"
        path.write_bytes(b"%PDF-1.4\n%%EOF convention\n")
        return keep_original(chemin=path, empreinte=file_hash(path))
