"""A jury laid by hand: a call with its grid, dossiers under examination, members who declared interests."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fanal.appels.actions import jury_composition, jury_interets, jury_lectures
from fanal.appels.models import Appel, LectureJury, MembreJury
from fanal.appels.queries.jury_partage import apercu
from fanal.appels.types_campagne import FORMAT, TYPE
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.models import Affectation, Utilisateur
from fanal.questionnaires.models import Formulaire, Reponse, VersionFormulaire
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

LE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
COMMENTAIRE = "Projet solide, équipe constituée."
GRILLE = {
    "criteres": [
        {"code": "pertinence", "titre": "Pertinence", "poids": "3", "maximum": 5},
        {"code": "cout", "titre": "Maîtrise du coût", "poids": "2", "maximum": 4},
        {"code": "equipe", "titre": "Équipe", "poids": "1", "maximum": 10},
    ],
    "lectures": 2,
    "ecart_alerte": "20",
}
CONTENU = {
    "code": "essai",
    "titre": "Formulaire d'essai",
    "version": "1",
    "elements": [
        {"nom": "titre", "genre": "texte", "libelle": "Titre du projet"},
        {"nom": "fournisseur", "genre": "choix", "libelle": "Fournisseur", "liste": "fournisseurs"},
    ],
    "listes": {"fournisseurs": [{"code": "f1", "libelle": "Robotique Alpha SAS"}]},
}


def un_appel(noeud: Noeud = NATIONAL, code: str = "essai-2026", **grille: Any) -> Appel:
    """A call open to view, its window past, its form with one choice of supplier."""
    campagne = Campagne.objects.create(
        type_campagne=TYPE,
        code=code,
        titre="Appel d'essai 2026",
        annee=2026,
        ouverture=LE - timedelta(days=60),
        cloture=LE - timedelta(days=10),
        correction_jusqu_au=LE + timedelta(days=60),
    )
    formulaire = Formulaire.objects.create(code=f"f-{code}", titre="Essai", created_at=LE, **noeud.champs())
    version = VersionFormulaire.objects.create(
        formulaire=formulaire, numero=1, contenu=CONTENU, empreinte="0" * 64, created_at=LE
    )
    return Appel.objects.create(
        campagne=campagne,
        formulaire=version,
        regles={"grille": {**GRILLE, **grille}},
        etat="ouvert",
        publie_le=LE - timedelta(days=61),
        **noeud.champs(),
    )


def un_dossier(
    appel: Appel, noeud: Noeud, reference: str = "", etape: str = "recevable", **reponses: Any
) -> Dossier:
    """A dossier under examination, its answers frozen."""
    dossier = Dossier.objects.create(
        campagne=appel.campagne,
        format=FORMAT,
        reference=reference,
        etape=etape,
        created_at=LE,
        etape_depuis=LE,
        **noeud.champs(),
    )
    version = Version.objects.create(
        dossier=dossier,
        numero=1,
        created_at=LE - timedelta(days=20) + timedelta(minutes=dossier.pk),
        lignes={},
        empreinte=hashlib.sha256(f"{dossier.pk}".encode()).hexdigest(),
    )
    valeurs = {"titre": f"Projet {reference or dossier.pk}", **reponses}
    Reponse.objects.create(version=version, formulaire=appel.formulaire, reponses=valeurs)
    dossier.version_courante = version
    dossier.save()
    return dossier


def des_dossiers(appel: Appel, noeud: Noeud, nombre: int) -> list[Dossier]:
    return [un_dossier(appel, noeud, f"P{rang}") for rang in range(1, nombre + 1)]


def un_jure(nom: str, noeud: Noeud = NATIONAL, role: str = "jure") -> Utilisateur:
    user = Utilisateur.objects.create_user(f"{nom.lower().replace(' ', '.')}@jury.example", nom=nom)
    Affectation.objects.create(utilisateur=user, role=role, **noeud.champs())
    return user


@dataclass
class Jury:
    """A call, its dossiers, its members; the last member has declared nothing at all unless told."""

    appel: Appel
    dossiers: list[Dossier]
    membres: list[MembreJury]

    def lectures(self, dossier: Dossier) -> list[LectureJury]:
        return list(LectureJury.objects.filter(dossier=dossier, retiree_le=None).order_by("rang"))


def un_jury(
    ght: Ght,
    dossiers: int = 3,
    membres: int = 3,
    noeud: Noeud = NATIONAL,
    code: str = "essai-2026",
    **grille: Any,
) -> Jury:
    """Members M1…Mn, all of whom said they have no interest; dossiers P1…Pn of a GHT."""
    appel = un_appel(noeud, code, **grille)
    comptes = [un_jure(f"Lecteur M{rang}", noeud) for rang in range(1, membres + 1)]
    nommes = [
        jury_composition.nommer(appel=appel, utilisateur=u, president=u is comptes[0], by=None, instant=LE)
        for u in comptes
    ]
    for membre in nommes:
        jury_interets.declarer(membre=membre, interets=[], by=membre.utilisateur, instant=LE)
    return Jury(appel, des_dossiers(appel, Noeud("ght", ght), dossiers), nommes)


def repartir(jury: Jury, graine: str = "") -> list[LectureJury]:
    prevu = apercu(jury.appel, graine)
    return jury_lectures.confier_lot(
        appel=jury.appel, graine=graine, empreinte=prevu.empreinte, by=None, instant=LE
    )


def rendre(lecture: LectureJury, *notes: int, commentaire: str = COMMENTAIRE) -> LectureJury:
    """Hand a reading in with marks in the order of the grid."""
    codes = [c["code"] for c in GRILLE["criteres"]]  # type: ignore[index]
    return jury_lectures.rendre(
        lecture=lecture,
        notes=dict(zip(codes, map(str, notes), strict=True)),
        commentaire=commentaire,
        revision=None,
        by=None,
        instant=LE,
    )


def tout_noter(jury: Jury, notes: dict[int, list[tuple[int, int, int]]] | None = None) -> None:
    """Hand every reading in: `notes[rank of the dossier][rank of the reading]`, (4, 3, 8) by default."""
    for place, dossier in enumerate(jury.dossiers):
        for rang, lecture in enumerate(jury.lectures(dossier)):
            voulues = (notes or {}).get(place, [])
            rendre(lecture, *(voulues[rang] if rang < len(voulues) else (4, 3, 8)))
