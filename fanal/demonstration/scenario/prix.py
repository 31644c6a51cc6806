"""Prices of the demonstration: invented indices, price lists deposited, revision clauses transcribed."""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from fanal.demonstration.classeurs.ecriture import write_table
from fanal.demonstration.classeurs.marches import write_price_lists
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario.calendrier import Geste
from fanal.demonstration.scenario.marches import buyer, contracts_of, folder
from fanal.marches.models import Marche
from fanal.prix.actions.bpu import importer_bpu
from fanal.prix.actions.clauses import enregistrer_clause
from fanal.prix.actions.indices import importer_indices

DEBUT, MOIS = date(2022, 1, 1), 57
INDICES = {
    "DEMO-PLASTIQUE": ("Matières plastiques (démonstration)", 0.35),
    "DEMO-TRANSPORT": ("Transport de marchandises (démonstration)", 0.25),
    "DEMO-SALAIRES": ("Coût du travail (démonstration)", 0.2),
}
TITRES = ("serie", "mois", "valeur", "publiee_le", "base", "libelle", "source")
CLAUSES = 12


def bring_indices(plan: Plan, geste: Geste) -> None:
    """Import three invented series, five years of months."""
    chemin = folder() / "indices.xlsx"
    write_table(chemin, "Indices de démonstration", "Indices", TITRES, list(_values()))
    importer_indices(
        chemin=chemin, nom_fichier=chemin.name, by=None, instant=geste.instant, demonstration=True
    )


def _values() -> Iterator[tuple[object, ...]]:
    for code, (title, drift) in INDICES.items():
        alea = Alea("indice", code)
        value = 100.0
        for rank in range(MOIS):
            month = DEBUT + relativedelta(months=rank)
            value += drift + alea.entre(-0.5, 0.5)
            published = month + relativedelta(months=2) - timedelta(days=1)
            yield (
                code,
                f"{month:%Y-%m}",
                round(value, 1),
                published,
                "base 100 en 2022",
                title,
                "Démonstration",
            )


def bring_price_lists(plan: Plan, geste: Geste) -> None:
    """Deposit the price lists, and transcribe the clause of some of the contracts."""
    contracts = contracts_of(plan)
    by = buyer(plan)
    for rank, (key, chemin) in enumerate(write_price_lists(contracts, folder()).items()):
        siret, number = key.split("/")
        marche = Marche.objects.get(acheteur_siret=siret, identifiant=number)
        start = marche.date_debut or geste.instant.date()
        importer_bpu(
            marche=marche,
            chemin=chemin,
            nom_fichier=chemin.name,
            applicable_le=start,
            by=by,
            instant=geste.instant,
            motif="Bordereau du marché",
        )
        if rank < CLAUSES and start >= DEBUT:
            enregistrer_clause(
                marche=marche,
                brut=_clause(start),
                by=by,
                instant=geste.instant,
                transcription=True,
                motif="Clause du CCAP transcrite",
            )


def _clause(start: date) -> dict[str, object]:
    first = start + relativedelta(years=1)
    return {
        "intitule": "Révision annuelle des prix (démonstration)",
        "article": "CCAP, article 7",
        "formule": {
            "fixe": "0.15",
            "termes": [
                {"indice": "DEMO-PLASTIQUE", "part": "0.50"},
                {"indice": "DEMO-TRANSPORT", "part": "0.20"},
                {"indice": "DEMO-SALAIRES", "part": "0.15"},
            ],
        },
        "mois_zero": f"{start:%Y-%m}",
        "lecture": {"mode": "dernier_connu"},
        "periodicite": {"mois": 12, "premiere": first.isoformat()},
        "butoir": "0.04",
    }
