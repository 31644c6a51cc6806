"""Demonstration requests for Bourgogne-Franche-Comté, 2023 and 2024, calibrated on what was published.

Published (minutes of the regional committee on medicines, ARS Bourgogne-Franche-Comté, 27 May 2025): 3.17 M€
asked for in 2024, 40 % more than in 2023; médico-social about half of the requests, 61 % of the amounts. The
drugs, their codes, the numbers of requests and every single amount are invented; they add up to the published
figures to the cent. The same requests come out each time.
"""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.actions.instruction import declarer_recevable
from fanal.appels.models import Appel
from fanal.appels.queries.modeles import modele
from fanal.comptes.models import Utilisateur
from fanal.molecules.actions import examen, listes
from fanal.molecules.actions.rapprochements import repondre
from fanal.molecules.compute.ucd import code_long
from fanal.molecules.models import DemandeMolecule, Inscription, Rapprochement
from fanal.molecules.queries.demandes import GENRE
from fanal.moteurs.partage import repartir
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.actions.saisie import remplacer
from fanal.refus import Inutilisable
from fanal.territoires.models import Etablissement, Region
from fanal.territoires.noeuds import Noeud

TOTAL_2024 = Decimal("3170000.00")
TOTAL_2023 = Decimal("2264285.71")  # 3.17 M€ ÷ 1.40, to the cent
SOCIAL = "medico_social"
# Cents by group, and number of requests by sector. The 61 % of 2024 are published; the rest is ours.
MONTANTS = {
    2023: {SOCIAL: 124_535_714, "sanitaire": 101_892_857},
    2024: {SOCIAL: 193_370_000, "sanitaire": 123_630_000},
}
NOMBRES = {
    2023: {SOCIAL: 31, "smr": 9, "had": 9, "mco": 6, "psy": 5},
    2024: {SOCIAL: 42, "smr": 20, "had": 10, "mco": 6, "psy": 6},
}
# Six requests of ten come back the year after: the same need, at another cost.
RECONDUITES = 0.6
ETABLISSEMENTS_MIN = 6


@dataclass(frozen=True)
class Produit:
    """An invented drug: its code, its class in the form, the weight of a request, patients at most."""

    ucd: str
    libelle: str
    classe: str
    poids: int
    patients: int
    rare: bool = False
    depuis: int = 2023


PRODUITS = (
    Produit("9700011", "FICTIF ANÉMIE A", "anemie", 22, 30),
    Produit("9700028", "FICTIF ANÉMIE B", "anemie", 15, 24),
    Produit("9700034", "FICTIF DMLA A", "dmla", 26, 18),
    Produit("9700041", "FICTIF DMLA B", "dmla", 18, 12),
    Produit("9700057", "FICTIF ANTIPSYCHOTIQUE A", "antipsychotique", 12, 16),
    Produit("9700063", "FICTIF ANTIPSYCHOTIQUE B", "antipsychotique", 9, 14),
    Produit("9700070", "FICTIF IMMUNOLOGIE A", "immunologie", 30, 6),
    Produit("9700086", "FICTIF ANTI-INFECTIEUX A", "antiinfectieux", 20, 5),
    Produit("9700092", "FICTIF CANCER A", "anticancereux", 34, 8),
    Produit("9700130", "FICTIF NEUROLOGIE A", "autre", 16, 9, depuis=2024),
    Produit("9700146", "FICTIF OSTÉOPOROSE A", "autre", 8, 20, depuis=2024),
    Produit("9700100", "FICTIF MALADIE RARE A", "maladie_rare", 150, 1, True),
    Produit("9700117", "FICTIF MALADIE RARE B", "maladie_rare", 190, 2, True),
    Produit("9700123", "FICTIF MALADIE RARE C", "maladie_rare", 120, 1, True),
)
COURANTS = tuple(p for p in PRODUITS if not p.rare)
RARE_A, RARE_B, RARE_C = (p for p in PRODUITS if p.rare)
CLASSES_AUTRES = {"9700130": "Neurologie", "9700146": "Ostéoporose"}
# Where the rare drugs are asked for: (year, sector, drug).
RARES = {
    2023: (("smr", RARE_A),),
    2024: ((SOCIAL, RARE_B), ("had", RARE_C)),
}


@dataclass(frozen=True)
class DemandePrevue:
    """A request to hand in: `lieu` is the rank of its establishment among those of the région."""

    annee: int
    jour: int
    lieu: int
    secteur: str
    produit: Produit
    centimes: int
    quantite: int
    patients: int
    reconduite: bool

    @property
    def reponses(self) -> dict[str, Any]:
        """The answers of its form; quantity × unit cost gives its cents exactly (fewer than 100 units)."""
        unitaire = (Decimal(self.centimes) / 100 / self.quantite).quantize(Decimal("0.0001"))
        autre = CLASSES_AUTRES.get(self.produit.ucd)
        return ({"classe_autre": autre} if autre else {}) | {
            "secteur": self.secteur,
            "contact_fonction": "Pharmacien gérant",
            "libelle": self.produit.libelle,
            "ucd": self.produit.ucd,
            "indication": f"D{self.produit.ucd[-4:]}",
            "indication_texte": "Indication de démonstration.",
            "classe": self.produit.classe,
            "quantite": str(self.quantite),
            "cout_unitaire": f"{unitaire:f}",
            "patients": str(self.patients),
            "alternative": "Alternative de démonstration, examinée et écartée.",
            "rcp": "non" if self.jour % 7 == 0 else "rcp",
            "reconduction": "oui" if self.reconduite else "non",
        }


def prevoir(lieux: int) -> dict[int, list[DemandePrevue]]:
    """The requests of both years for *lieux* establishments, in the order they are handed in."""
    if lieux < ETABLISSEMENTS_MIN:
        raise Inutilisable(f"La démonstration demande au moins {ETABLISSEMENTS_MIN} établissements.")
    premieres = _annee(2023, lieux, [])
    return {2023: premieres, 2024: _annee(2024, lieux, premieres)}


def _annee(annee: int, lieux: int, avant: Sequence[DemandePrevue]) -> list[DemandePrevue]:
    source = Random(f"fanal/molecules/demonstration/{annee}")
    besoins: dict[tuple[int, str, str], tuple[Produit, bool]] = {}
    for secteur, produit in RARES[annee]:
        besoins[(source.randrange(lieux), secteur, produit.ucd)] = (produit, False)
    for secteur, nombre in NOMBRES[annee].items():
        anciennes = [d for d in avant if d.secteur == secteur and not d.produit.rare]
        garde = anciennes[: int(len(anciennes) * RECONDUITES)]
        besoins |= {(d.lieu, secteur, d.produit.ucd): (d.produit, True) for d in garde}
        possibles = [p for p in COURANTS if p.depuis <= annee]
        while sum(1 for _, s, _ in besoins if s == secteur) < nombre:
            produit = possibles[source.randrange(len(possibles))]
            besoins.setdefault((source.randrange(lieux), secteur, produit.ucd), (produit, False))
    return _chiffrer(annee, besoins, source)


def _chiffrer(
    annee: int, besoins: dict[tuple[int, str, str], tuple[Produit, bool]], source: Random
) -> list[DemandePrevue]:
    """The needs with their cents: the group's total shared in proportion to the weight of each drug."""
    prevues = []
    for groupe, total in MONTANTS[annee].items():
        cles = sorted(c for c in besoins if (c[1] == SOCIAL) == (groupe == SOCIAL))
        poids = [besoins[c][0].poids * (70 + source.randrange(61)) for c in cles]
        for cle, centimes in zip(cles, repartir(total, poids), strict=True):
            produit, reconduite = besoins[cle]
            prevues.append(
                DemandePrevue(
                    annee=annee,
                    jour=1 + source.randrange(270),
                    lieu=cle[0],
                    secteur=cle[1],
                    produit=produit,
                    centimes=centimes,
                    quantite=4 + source.randrange(90),
                    patients=1 + source.randrange(produit.patients),
                    reconduite=reconduite,
                )
            )
    return sorted(prevues, key=lambda p: (p.jour, p.lieu, p.secteur, p.produit.ucd))


def construire(
    *,
    region: Region,
    by: Utilisateur | None = None,
    omedit: Utilisateur | None = None,
    ars: Utilisateur | None = None,
    annees: Sequence[int] = (2023, 2024),
) -> None:
    """Open a call for each year, hand the requests in and examine them, through the acts of the pages.

    Acts bear their dates of 2023 and 2024; doing it again changes nothing. *by* deposits (the system without
    it), *omedit* proposes and *ars* decides. Raises Inutilisable when the région has too few establishments.
    """
    lieux = list(Etablissement.objects.filter(departement__region=region).order_by("finess"))
    prevues = prevoir(len(lieux))
    for annee in annees:
        if not Appel.objects.filter(campagne__code=_code(region, annee)).exists():
            _construire_annee(region, annee, lieux, prevues[annee], by, omedit, ars)


@transaction.atomic
def _construire_annee(
    region: Region,
    annee: int,
    lieux: Sequence[Etablissement],
    prevues: Sequence[DemandePrevue],
    by: Utilisateur | None,
    omedit: Utilisateur | None,
    ars: Utilisateur | None,
) -> None:
    appel = _ouvrir(region, annee, ars)
    _inscrire_liste(annee, omedit)
    demandes = [_deposer(appel, rang, lieux[p.lieu], p, by) for rang, p in enumerate(prevues, 1)]
    _examiner(demandes, annee, omedit, ars)


def _ouvrir(region: Region, annee: int, ars: Utilisateur | None) -> Appel:
    """The scheme as it was: one call for all sectors, open all year, decided request by request."""
    choisi = modele("molecules")
    regles = replace(
        choisi.regles,
        dossiers=replace(choisi.regles.dossiers, permanente=True),
        eligibilite=tuple(t for t in choisi.regles.eligibilite if t.code != "secteur"),
    )
    debut = datetime(annee, 1, 2, 8, 0, tzinfo=UTC)
    noeud = Noeud("region", region)
    version = importer_formulaire(
        noeud=noeud, by=ars, instant=debut, texte=choisi.formulaire, demonstration=True
    )
    appel = actions_appels.creer(
        noeud=noeud,
        code=_code(region, annee),
        titre=f"Molécules onéreuses {annee}, {region.nom}",
        annee=annee,
        ouverture=debut,
        cloture=datetime(annee, 12, 31, 22, 0, tzinfo=UTC),
        formulaire=version,
        regles=regles,
        genre=GENRE,
        resume="Prise en charge exceptionnelle de molécules onéreuses, tous secteurs (démonstration).",
        demonstration=True,
        by=ars,
        instant=debut,
    )
    return actions_appels.publier(appel=appel, by=ars, instant=debut)


def _inscrire_liste(annee: int, omedit: Utilisateur | None) -> None:
    """Two invented rows, so that something is proposed as funded already."""
    cancer, immunologie, source = PRODUITS[8], PRODUITS[6], "Texte de démonstration"
    rows = [
        ["liste", "code_ucd", "libelle", "code_indication", "debut", "fin", "source"],
        ["mco", code_long(cancer.ucd), cancer.libelle, "", "2023-03-01", "", source],
        ["had", code_long(immunologie.ucd), immunologie.libelle, "D0070", "2024-02-01", "", source],
    ]
    with tempfile.TemporaryDirectory(prefix="fanal-demonstration-") as dossier:
        chemin = Path(dossier) / f"liste-en-sus-demonstration-{annee}.csv"
        with chemin.open("w", encoding="utf-8", newline="") as fichier:
            csv.writer(fichier, delimiter=";").writerows(rows)
        listes.importer(chemin=chemin, by=omedit, instant=datetime(annee, 1, 3, 8, 0, tzinfo=UTC))
    Inscription.objects.filter(source=source).update(demonstration=True)


def _deposer(
    appel: Appel, rang: int, lieu: Etablissement, prevue: DemandePrevue, by: Utilisateur | None
) -> DemandeMolecule:
    instant = datetime(prevue.annee, 1, 5, 9, 0, tzinfo=UTC) + timedelta(days=prevue.jour, minutes=rang)
    dossier = candidatures.commencer(
        appel=appel, noeud=Noeud("etablissement", lieu), reference=f"{rang:03}", by=by, instant=instant
    )
    remplacer(brouillon=dossier.brouillon, reponses=prevue.reponses, revision=None, by=by, instant=instant)
    version = candidatures.deposer(dossier=dossier, by=by, instant=instant)
    return DemandeMolecule.objects.get(version=version)


def _examiner(
    demandes: Sequence[DemandeMolecule], annee: int, omedit: Utilisateur | None, ars: Utilisateur | None
) -> None:
    """All of 2023 is decided; in 2024 the first half is proposed, and nothing decided yet."""
    instant = datetime(annee, 12, 1, 9, 0, tzinfo=UTC)
    examinees = demandes if annee == min(NOMBRES) else demandes[: len(demandes) // 2]
    for rang, demande in enumerate(examinees):
        moment = instant + timedelta(minutes=rang)
        refusee = _repondre(demande, omedit, moment)
        champs: dict[str, Any] = (
            {"montant": Decimal(0), "motif_refus": "deja_finance"}
            if refusee
            else {"montant": demande.cout_annuel}
        )
        examen.proposer(demande=demande, priorite=1 + rang % 3, by=omedit, instant=moment, **champs)
        if annee == min(NOMBRES):
            declarer_recevable(
                dossiers=[demande.dossier], by=ars, instant=moment, motif="Examiné (démonstration)."
            )
            lue = DemandeMolecule.objects.get(pk=demande.pk)
            examen.decider(demande=lue, by=ars, instant=moment, **champs)


def _repondre(demande: DemandeMolecule, omedit: Utilisateur | None, instant: datetime) -> bool:
    """Confirm what the lists say; True when the drug is funded already."""
    proposes = demande.rapprochements.filter(nature=Rapprochement.Nature.FINANCE)
    for propose in proposes:
        repondre(
            rapprochement=propose, confirme=True, motif="Vérifié (démonstration).", by=omedit, instant=instant
        )
    return bool(proposes)


def _code(region: Region, annee: int) -> str:
    return f"molecules-{region.sigle.lower()}-{annee}"
