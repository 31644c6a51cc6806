"""Orders without a contract, by establishment, supplier and month, with the contract they may be of."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Consommation, Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.queries.rattachement import registre
from fanal.marches.queries.registre import perimetre_du_noeud, revision
from fanal.marches.queries.situation import situations
from fanal.marches.rules.rattachement import Candidat, Registre, siren_de
from fanal.marches.rules.reception import Compteur, LigneRecue
from fanal.memoire import Memoire
from fanal.territoires.noeuds import Noeud

CENT = Decimal("0.01")
NON_NOTIFIES = (Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE)


@dataclass(frozen=True)
class Groupe:
    """Lines of one establishment, supplier, month and received number. `lignes` are their primary keys.

    `probable` is the contract proposed, `raison` why it is, or why none is.
    """

    cle: str
    etablissement: int
    nom: str
    finess: str
    siren: str
    fournisseur: str
    mois: date
    numero: str
    montant: Decimal
    lignes: tuple[int, ...]
    probable: int | None
    probable_numero: str
    raison: str


def lignes_hors_marche(perimetre: Perimetre, noeud: Noeud, le: date) -> QuerySet[Consommation]:
    """The lines that no contract bears, of the establishments that the account covers."""
    place = perimetre_du_noeud(noeud, le)
    rows = Consommation.objects.filter(marche=None).filter(perimetre.etablissements_q("etablissement__"))
    return rows.filter(place.etablissements_q("etablissement__")).select_related("etablissement")


_groupes: Memoire[tuple[Groupe, ...]] = Memoire(24)
_registres: Memoire[Registre] = Memoire(8)


def groupes(perimetre: Perimetre, voir: Perimetre, noeud: Noeud, today: date) -> tuple[Groupe, ...]:
    """The groups, the largest amount first. *voir*: where the account sees contracts, to propose one."""
    key = (perimetre, voir, noeud.niveau, noeud.code, today)
    return _groupes.lire(key, revision(), lambda: _lire(perimetre, voir, noeud, today))


def candidats(voir: Perimetre) -> Registre:
    """The contracts that may be proposed to an account."""
    contracts = marches_visibles(voir).exclude(etat__in=NON_NOTIFIES)
    return _registres.lire(voir, revision(), lambda: registre(contracts))


def _lire(perimetre: Perimetre, voir: Perimetre, noeud: Noeud, today: date) -> tuple[Groupe, ...]:
    gathered: dict[tuple[int, str, date, str], list[Consommation]] = defaultdict(list)
    for row in lignes_hors_marche(perimetre, noeud, today).order_by("le", "pk"):
        siren = siren_de(row.siret_fournisseur)
        gathered[(row.etablissement_id, siren, row.le.replace(day=1), row.numero_marche)].append(row)
    known = candidats(voir) if gathered else Registre([])
    names = _noms({siren for _, siren, _, _ in gathered})
    found = [_groupe(key, rows, known, names) for key, rows in gathered.items()]
    return tuple(sorted(found, key=lambda g: (-g.montant, g.mois, g.cle)))


def _groupe(
    key: tuple[int, str, date, str], rows: list[Consommation], known: Registre, names: dict[str, str]
) -> Groupe:
    place, siren, month, number = key
    probable, why = _proposer(known, number, siren, rows, place)
    digest = hashlib.sha256(f"{place}|{siren}|{month}|{number}".encode()).hexdigest()[:16]
    return Groupe(
        cle=digest,
        etablissement=place,
        nom=rows[0].etablissement.nom,
        finess=rows[0].etablissement.finess,
        siren=siren,
        fournisseur=names.get(siren, ""),
        mois=month,
        numero=number,
        montant=sum((row.montant_ht for row in rows), Decimal("0.00")),
        lignes=tuple(row.pk for row in rows),
        probable=probable.pk if probable else None,
        probable_numero=probable.numero if probable else "",
        raison=why,
    )


def _proposer(
    known: Registre, number: str, siren: str, rows: Sequence[Consommation], place: int
) -> tuple[Candidat | None, str]:
    """The contract that covers every day of the group, and why."""
    by_number, _ = known.resoudre(number, "", place)
    if by_number is not None:
        return by_number, "Ce numéro est maintenant connu."
    first, last = rows[0].le, rows[-1].le
    likely = known.probables(siren, first, place)
    likely = [c for c in likely if c in known.probables(siren, last, place)]
    if not siren:
        return None, "Le fournisseur n'est pas indiqué."
    if not likely:
        return None, "Aucun marché de ce fournisseur n'est en cours à ces dates."
    if len(likely) == 1:
        return likely[0], "Seul marché de ce fournisseur en cours à ces dates."
    return likely[0], f"{len(likely)} marchés de ce fournisseur sont en cours : vérifiez."


def _noms(sirens: Iterable[str]) -> dict[str, str]:
    rows = Fournisseur.objects.filter(siren__in=set(sirens) - {""}, fusionne_dans=None)
    return dict(rows.order_by("-pk").values_list("siren", "nom"))


@dataclass(frozen=True)
class Effet:
    """What an attachment makes of one contract: amounts before and after, lines past a maximum."""

    marche: Marche
    lignes: int
    montant: Decimal
    avant: Decimal
    apres: Decimal
    maximum: Decimal | None
    depassent: frozenset[int]
    phrases: tuple[str, ...]


def effets(
    choix: dict[int, int], lignes: Sequence[Consommation], marches: Iterable[Marche], today: date
) -> list[Effet]:
    """The effect on each contract of *choix* ({line: contract}); the lines are counted by date."""
    contracts = {m.pk: m for m in marches}
    facts = situations(contracts.values(), today)
    by_contract: dict[int, list[Consommation]] = defaultdict(list)
    for row in sorted(lignes, key=lambda each: (each.le, each.pk)):
        by_contract[choix[row.pk]].append(row)
    found = []
    for pk, rows in by_contract.items():
        meter, over, said = Compteur(facts[pk]), set(), []
        for row in rows:
            sentences = meter.ajouter(row.etablissement_id, ligne_de(row))
            if sentences:
                over.add(row.pk)
                said = sentences
        amount = sum((row.montant_ht for row in rows), Decimal("0.00"))
        before = facts[pk].jauge.consomme
        found.append(
            Effet(
                marche=contracts[pk],
                lignes=len(rows),
                montant=amount,
                avant=before,
                apres=before + amount,
                maximum=facts[pk].jauge.maximum,
                depassent=frozenset(over),
                phrases=tuple(said),
            )
        )
    return sorted(found, key=lambda e: -e.montant)


def ligne_de(row: Consommation) -> LigneRecue:
    """A recorded line as it was received."""
    return LigneRecue(
        rang=row.pk,
        cle=row.cle,
        finess=row.etablissement.finess,
        le=row.le,
        montant_ht=row.montant_ht,
        numero_marche=row.numero_marche,
        quantite=row.quantite,
        code_produit=row.code_produit,
        libelle=row.libelle,
        siret_fournisseur=row.siret_fournisseur,
    )
