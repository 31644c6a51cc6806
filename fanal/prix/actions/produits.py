"""An operator's file « produits en marché »: its contracts that a GHT joins, and their price lists."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.depots.lecture import Anomalie, Lecture
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.journal.actions import inscrire
from fanal.marches.models import Adhesion, Marche, Titulaire
from fanal.prix.actions.bpu import importer_bpu
from fanal.prix.queries.fichiers import BpuLu, lire_fichier
from fanal.prix.queries.prix import clauses, taux_tva, version_courante
from fanal.prix.rules.bpu import LigneLue, controler_bpu
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud

FORMAT = SOURCE = "produits_en_marche"
CLAUSE = (
    "Le marché {} a une clause de révision exécutable : ses prix ne viennent pas de ce fichier. Comparez-les "
    "depuis la page des prix du marché."
)


@dataclass
class ResultatProduits:
    """What a file did: contracts created, lists replaced or left as they were, and its remarks."""

    lues: int
    acceptees: int
    ecartees: int
    marches_crees: int = 0
    bordereaux: int = 0
    inchanges: int = 0
    marches: list[Marche] = field(default_factory=list)
    anomalies: list[Anomalie] = field(default_factory=list)

    def en_json(self) -> dict[str, Any]:
        """The document of the command line."""
        return {
            "format": FORMAT,
            "lues": self.lues,
            "acceptees": self.acceptees,
            "ecartees": self.ecartees,
            "marches_crees": self.marches_crees,
            "bordereaux": self.bordereaux,
            "inchanges": self.inchanges,
            "marches": [m.identifiant for m in self.marches],
            "anomalies": [asdict(a) for a in self.anomalies],
        }


@dataclass(frozen=True)
class _Source:
    """One file for one GHT, from one operator, its prices holding from a day."""

    chemin: Path
    nom: str
    ght: Ght
    operateur: OperateurAchat
    applicable_le: date
    by: Utilisateur | None
    instant: datetime


@transaction.atomic
def importer_produits(
    *,
    chemin: Path,
    nom_fichier: str,
    ght: Ght,
    operateur: OperateurAchat,
    applicable_le: date,
    by: Utilisateur | None,
    instant: datetime,
) -> ResultatProduits:
    """Create the operator's contracts that *ght* does not have yet, and give each its list from that day.

    Each GHT keeps its own: what an operator charges one is not what it charges another. The same file twice
    changes nothing. Raises Inutilisable (unreadable file), Interdit.
    """
    for permission in ("marche.gerer", "prix.gerer"):
        check_droit(by, permission, Noeud("ght", ght), instant)
    read = lire_fichier(chemin, FORMAT)
    source = _Source(chemin, nom_fichier, ght, operateur, applicable_le, by, instant)
    by_contract: dict[str, list[dict[str, Any]]] = defaultdict(list)
    table = next(iter(read.tables.values()))
    for row in table.lignes.filter(table.lignes["_acceptee"]).iter_rows(named=True):
        by_contract[row["numero_marche"].strip()].append(row)
    done = ResultatProduits(read.lues, read.acceptees, read.ecartees, anomalies=list(read.anomalies))
    for number, rows in sorted(by_contract.items()):
        _un_marche(source, number, rows, read, done)
    return done


def _un_marche(
    source: _Source, number: str, rows: list[dict[str, Any]], read: Lecture, done: ResultatProduits
) -> None:
    lines, remarks, aside = controler_bpu(
        [{**row, "numero_ligne": row["code_produit"], "type_code": row["type_code"] or "INTERNE",
          "code": row["code_produit"]} for row in rows],
        next(iter(read.tables.values())).feuille,
        taux_tva(source.applicable_le),
    )  # fmt: skip
    done.anomalies += remarks
    done.acceptees -= len(aside)
    done.ecartees += len(aside)
    marche, created = _marche(source, number, rows)
    done.marches.append(marche)
    done.marches_crees += created
    if not lines:
        return
    if clauses(marche):
        done.anomalies.append(
            Anomalie(
                None,
                rows[0]["_ligne"],
                "numero_marche",
                number,
                "clause-executable",
                "controle",
                CLAUSE.format(number),
            )
        )
        return
    if _memes_lignes(marche, lines):
        done.inchanges += 1
        return
    own = [a for a in (*read.anomalies, *remarks) if a.ligne in {row["_ligne"] for row in rows}]
    importer_bpu(
        marche=marche,
        chemin=source.chemin,
        nom_fichier=source.nom,
        applicable_le=source.applicable_le,
        by=source.by,
        instant=source.instant,
        origine="revision",
        motif=f"Fichier « produits en marché » de {source.operateur.nom}.",
        lue=BpuLu(
            Lecture(FORMAT, read.tables, own, len(rows), len(lines), len(rows) - len(lines)), tuple(lines)
        ),
    )
    done.bordereaux += 1


def _marche(source: _Source, number: str, rows: list[dict[str, Any]]) -> tuple[Marche, bool]:
    """The GHT's record of the operator's contract, created if needed. Unknown dates stay unknown."""
    found = Marche.objects.filter(
        niveau="ght", ght=source.ght, operateur_acheteur=source.operateur, identifiant=number
    ).first()
    if found is not None:
        return found, False
    starts = [row["debut"] for row in rows if row["debut"]]
    ends = [row["fin"] for row in rows]
    named = next((row["objet_marche"].strip() for row in rows if row["objet_marche"]), "")
    marche = Marche.objects.create(
        niveau="ght",
        ght=source.ght,
        operateur_acheteur=source.operateur,
        # Not a SIRET: the operator's contract as this GHT holds it, apart from that of another GHT.
        acheteur_siret=f"{source.ght.code}@{source.operateur.code}"[:20],
        acheteur_nom=source.operateur.nom,
        identifiant=number,
        objet=named or f"Marché {number} de {source.operateur.nom}",
        nature="Marché",
        etat=Marche.Etat.NOTIFIE,
        nature_achat=Marche.NatureAchat.FOURNITURES,
        date_debut=min(starts, default=None),
        date_fin_totale=max(ends) if all(ends) else None,
        source=SOURCE,
        demonstration=source.ght.demonstration,
        created_at=source.instant,
        updated_at=source.instant,
    )
    _titulaires(marche, rows, source.instant)
    Adhesion.objects.create(marche=marche, ght=source.ght, debut=min(starts, default=source.applicable_le))
    inscrire(
        action="marche.creer",
        objet=marche,
        by=source.by,
        instant=source.instant,
        donnees={"identifiant": number, "operateur": source.operateur.code, "fichier": source.nom},
    )
    return marche, True


def _titulaires(marche: Marche, rows: list[dict[str, Any]], instant: datetime) -> None:
    who = dict.fromkeys(
        ((row["siret_fournisseur"] or "").replace(" ", ""), (row["fournisseur"] or "").strip())
        for row in rows
        if row["siret_fournisseur"] or row["fournisseur"]
    )
    found = obtenir_lot(
        [("SIRET" if siret else "", siret, nom) for siret, nom in who],
        instant=instant,
        demonstration=marche.demonstration,
    )
    Titulaire.objects.bulk_create(
        Titulaire(marche=marche, fournisseur=f, rang=rang)
        for rang, f in enumerate(dict.fromkeys(found), start=1)
    )


def _memes_lignes(marche: Marche, lines: list[LigneLue]) -> bool:
    """Whether the contract's list already says just this."""
    version = version_courante(marche)
    if version is None:
        return False
    names = ("cle", "code", "libelle", "unite", "conditionnement", "prix_unitaire_ht", "taux_tva", "du", "au")
    before = {tuple(getattr(line, n) for n in names) for line in version.lignes.all()}
    return before == {tuple(getattr(line, n) for n in names) for line in lines}
