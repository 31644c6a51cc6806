"""The invented dossiers of the SESAME replay: 140 of them, the same each time, from every région."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from random import Random
from typing import Any

from fanal.moteurs.xlsform.modele import Reponses

NOMBRE = 140
CENT = Decimal("0.01")
ELIGIBLES = frozenset({"achat", "livraison", "installation", "qualification", "logiciel", "interface"})
# (code of the form, share of the dossiers, range of the price in thousands of euros incl. VAT).
AUTOMATES = (
    ("stockage", 38, (250, 700)),
    ("pda", 27, (300, 900)),
    ("doses_unitaires", 25, (350, 1100)),
    ("autre_securise", 10, (120, 400)),
)
# Rank of the dossiers that meet a refusal of the decision table, or come too late.
REFUSES = {
    11: {"statut": "prive_lucratif"},
    37: {"pui": "non"},
    58: {"territoire": "polynesie"},
    83: {"reorganisation": "non"},
    119: {"statut": "prive_lucratif"},
}
TARDIFS = frozenset({24, 97, 131})
CLOTURE = datetime(2025, 9, 15, 21, 59, 59, tzinfo=UTC)
TEXTE = "Texte de démonstration : {quoi}. Aucun établissement réel n'est décrit."


@dataclass(frozen=True)
class DossierPrevu:
    """One dossier: its rank, when it is handed in, its answers, how good readers find it (0 to 5)."""

    rang: int
    depose_le: datetime
    reponses: Reponses
    qualite: float


def prevoir() -> list[DossierPrevu]:
    """The dossiers in the order they are handed in."""
    return sorted((_dossier(rang) for rang in range(1, NOMBRE + 1)), key=lambda d: (d.depose_le, d.rang))


def _dossier(rang: int) -> DossierPrevu:
    source = Random(f"fanal/sesame/demonstration/{rang}")
    late = rang in TARDIFS
    shift = timedelta(hours=5 + rang) if late else -timedelta(minutes=source.randrange(3, 60 * 24 * 75))
    return DossierPrevu(
        rang=rang,
        depose_le=CLOTURE + shift,
        reponses=_reponses(rang, source) | REFUSES.get(rang, {}),
        qualite=min(5.0, max(0.5, source.gauss(3.1, 0.9))),
    )


def _reponses(rang: int, source: Random) -> dict[str, Any]:
    code, _, prices = source.choices(AUTOMATES, weights=[a[1] for a in AUTOMATES])[0]
    lines = _equipements(code, prices, source)
    eligible = sum((Decimal(e["montant_ttc"]) for e in lines if e["categorie"] in ELIGIBLES), Decimal(0))
    highest = (eligible * 50).to_integral_value(ROUND_FLOOR) / 100
    asked = (highest * source.choice((80, 90, 100, 100, 100)) / 100).quantize(CENT, ROUND_FLOOR)
    order = date(2026, 1, 15) + timedelta(days=source.randrange(0, 240))
    start = order + timedelta(days=source.randrange(90, 240))
    precision = (
        {"automate_precision": "Armoires sécurisées (démonstration)"} if code == "autre_securise" else {}
    )
    return {
        "statut": source.choices(("eps", "espic", "hia"), weights=(88, 10, 2))[0],
        "finess": f"99{rang:07d}",
        "pui": "propre",
        "territoire": "hexagone",
        "contact_fonction": "Pharmacien gérant",
        "contact_courriel": f"pui.{rang}@demo.fanal.example",
        "titre_projet": f"Projet de démonstration n° {rang}",
        "automates": [code],
        "reorganisation": "oui",
        "reorganisation_description": TEXTE.format(quoi="réorganisation du circuit"),
        "cooperation": source.choice(("oui", "non")),
        **{champ: TEXTE.format(quoi=quoi) for champ, quoi in TEXTES.items()},
        "date_commande": order.isoformat(),
        "deploiement_debut": start.isoformat(),
        "deploiement_fin": (start + timedelta(days=source.randrange(60, 300))).isoformat(),
        "equipements": lines,
        "montant_demande": f"{asked:f}",
        "tva_recuperee": "non",
        "soutenabilite": TEXTE.format(quoi="soutenabilité financière"),
        **precision,
    }


TEXTES = {
    "diagnostic": "diagnostic",
    "maturite": "maturité",
    "engagement_direction": "engagement de la direction",
    "equipe_projet": "équipe projet",
    "dimension_territoriale": "dimension territoriale",
    "organisation": "organisation",
    "impact_rh": "ressources humaines",
    "accompagnement": "accompagnement des équipes",
    "pharmacie_clinique": "pharmacie clinique",
}


def _equipements(code: str, prices: tuple[int, int], source: Random) -> list[dict[str, Any]]:
    """The machine, what goes with it, and now and then what the call does not pay for."""

    def line(what: str, category: str, low: int, high: int) -> dict[str, Any]:
        amount = Decimal(source.randrange(low * 100_000, high * 100_000)) / 100
        return {"designation": f"{what} (démonstration)", "categorie": category, "montant_ttc": f"{amount:f}"}

    machine = line("Automate", "achat", *prices) | {"type_automate": code, "quantite": "1"}
    lines = [machine, line("Livraison et mise en place", "installation", 8, 45)]
    if source.random() < 0.8:
        lines.append(line("Interface avec la prescription", "interface", 6, 30))
    if source.random() < 0.5:
        lines.append(line("Qualification", "qualification", 4, 15))
    if source.random() < 0.35:
        lines.append(line("Travaux du local", "travaux", 20, 160))
    if source.random() < 0.3:
        lines.append(line("Maintenance, cinq ans", "maintenance", 30, 120))
    return lines
