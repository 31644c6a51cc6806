"""Consumption received from outside: always recorded, and told when it passes what the contract allows.

Sources: R2162-4 CCP (maximum of a framework agreement), R6132-16 CSP (each establishment executes).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.achats.rules.mots import euros, jour, quantite
from fanal.depots.lecture.resultats import Anomalie
from fanal.marches.rules.situation import Situation

MONTANT_MAX = Decimal(10) ** 14
ISSUES = (
    "La consommation est enregistrée. Issues possibles : arrêter les commandes, signer un avenant dans la "
    "marge de son motif (R2194-1 à R2194-8), reprendre une part non utilisée par un autre établissement, ou "
    "lancer une nouvelle procédure."
)


@dataclass(frozen=True)
class LigneRecue:
    """One line as received. `rang` is what the sender sees (row of the file, rank in the call).

    `montant_ht` in euros excl. VAT; a credit note or a correction is negative.
    """

    rang: int
    cle: str
    finess: str
    le: date
    montant_ht: Decimal
    numero_marche: str = ""
    siret_acheteur: str = ""
    quantite: Decimal | None = None
    code_produit: str = ""
    libelle: str = ""
    siret_fournisseur: str = ""

    @property
    def contenu(self) -> tuple[object, ...]:
        """What makes two receptions of the same key the same line."""
        return (
            self.le,
            self.montant_ht,
            self.quantite,
            self.numero_marche,
            self.code_produit,
            self.libelle,
            self.siret_fournisseur,
        )


def empreinte(lignes: Iterable[LigneRecue]) -> str:
    """The SHA-256 of a batch: same lines, same order, same hash, however the numbers were written."""
    rows = [
        {
            cle: f"{v:f}" if isinstance(v, Decimal) else str(v)
            for cle, v in asdict(ligne).items()
            if cle != "rang"
        }
        | {
            "montant_ht": f"{ligne.montant_ht:.2f}",
            "quantite": "" if ligne.quantite is None else f"{ligne.quantite:.4f}",
        }
        for ligne in lignes
    ]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def defaut(ligne: LigneRecue, today: date) -> tuple[str, str] | None:
    """(column, sentence) when a line cannot be counted at all."""
    if not ligne.cle:
        return "cle", "Cette ligne n'a pas de clé : sans elle, un second envoi la compterait deux fois."
    if abs(ligne.montant_ht) >= MONTANT_MAX:
        return "montant_ht", "Ce montant est démesuré. Vérifiez-le."
    if ligne.quantite is not None and abs(ligne.quantite) >= MONTANT_MAX:
        return "quantite", "Cette quantité est démesurée. Vérifiez-la."
    if ligne.le > today:
        return "date", f"Cette ligne est datée du {jour(ligne.le)}, dans le futur. Corrigez sa date."
    return None


@dataclass
class Compteur:
    """Adds lines to what a contract has already been used for, and tells each that passes its maximum."""

    situation: Situation
    total: Decimal = field(init=False)
    unites: Decimal = field(init=False)
    parts: dict[int, list[Decimal]] = field(init=False)

    def __post_init__(self) -> None:
        s = self.situation
        self.total, self.unites = s.jauge.consomme, s.jauge_quantite.consomme
        self.parts = {p.cle: [p.jauge.consomme, p.jauge_quantite.consomme] for p in s.parts}

    def ajouter(self, etablissement: int, ligne: LigneRecue) -> list[str]:
        """Count a line; the sentences that say what it passes, none when it stays within.

        A line that takes away (credit note) never passes anything.
        """
        s, units = self.situation, ligne.quantite or Decimal(0)
        self.total += ligne.montant_ht
        self.unites += units
        found = []
        if ligne.montant_ht > 0:
            found += _passe(self.total, s.jauge.maximum, "le maximum du marché", "")
        if units > 0:
            found += _passe(
                self.unites, s.jauge_quantite.maximum, "le maximum du marché", s.unite or "unités"
            )
        for part in s.parts:
            if part.etablissement == etablissement and part.couvre(ligne.le):
                used = self.parts[part.cle]
                used[0] += ligne.montant_ht
                used[1] += units
                if ligne.montant_ht > 0:
                    found += _passe(used[0], part.jauge.maximum, f"la part de {part.nom}", "")
                if units > 0:
                    unit = s.unite or "unités"
                    found += _passe(used[1], part.jauge_quantite.maximum, f"la part de {part.nom}", unit)
        return found


def _passe(used: Decimal, maximum: Decimal | None, quoi: str, unite: str) -> list[str]:
    if maximum is None or used <= maximum:
        return []
    cap, over = (euros(v) if not unite else f"{quantite(v)} {unite}" for v in (maximum, used - maximum))
    return [f"{quoi[0].upper()}{quoi[1:]} ({cap}) est dépassé{'e' if 'part' in quoi else ''} de {over}."]


def remarques(s: Situation, etablissement: int, nom: str, le: date) -> list[tuple[str, str]]:
    """(rule, sentence) for a consumption that the contract does not provide for; it counts all the same."""
    found = []
    if s.vie.fin is not None and le > s.vie.fin:
        found.append(
            ("apres-la-fin", f"Cette commande du {jour(le)} suit la fin du marché ({jour(s.vie.fin)}).")
        )
    elif s.vie.debut is not None and le < s.vie.debut:
        found.append(
            ("avant-le-debut", f"Cette commande du {jour(le)} précède le marché ({jour(s.vie.debut)}).")
        )
    if s.parts and not any(p.etablissement == etablissement and p.couvre(le) for p in s.parts):
        found.append(("hors-beneficiaires", f"{nom} n'est pas bénéficiaire de ce marché au {jour(le)}."))
    return found


def anomalie(ligne: LigneRecue, colonne: str, regle: str, gravite: str, phrase: str) -> Anomalie:
    """A remark on a line, in the shape of those of files."""
    known = {"date": ligne.le, "finess": ligne.finess, "cle": ligne.cle, "numero_marche": ligne.numero_marche}
    value = known.get(colonne)
    return Anomalie(None, ligne.rang, colonne, None if value is None else str(value), regle, gravite, phrase)


# The counts of a batch: `lues` is the sum of the next three.
COMPTES = ("lues", "acceptees", "deja_connues", "ecartees", "depassees", "hors_marche")


def additionner(lots: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The sum of the counts of several batches."""
    return {compte: sum(int(lot[compte]) for lot in lots) for compte in COMPTES}
