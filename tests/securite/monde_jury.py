"""The jury of a call of the région: a member, an interest, a reading, a sitting under way, a closed one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fanal.appels.models import Appel, Deliberation, Interet, LectureJury, MembreJury, Seance
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.depots.models import Original
from fanal.questionnaires.models import PieceJointe, Reponse, VersionFormulaire
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import Noeud

REGLES = {"grille": {"criteres": [{"code": "pertinence", "titre": "Pertinence", "poids": "1"}]}}


@dataclass
class JuryMonde:
    """What the addresses of a jury name."""

    code: str
    dossier: Dossier
    membre: MembreJury
    interet: Interet
    lecture: LectureJury
    piece: PieceJointe
    ouverte: Seance
    close: Seance


def build_jury(
    region: Region,
    ght: Ght,
    jure: Utilisateur,
    original: Original,
    instant: datetime,
) -> JuryMonde:
    """Laid directly: the rules of a jury are other tests' business. The form is that of the other call."""
    formulaire = VersionFormulaire.objects.get(appels__campagne__code="essai-2022")
    campagne = Campagne.objects.create(
        type_campagne="appel",
        code="jury-2022",
        titre="Appel au jury",
        annee=instant.year,
        ouverture=instant - timedelta(days=20),
        cloture=instant - timedelta(days=5),
        correction_jusqu_au=instant + timedelta(days=20),
    )
    appel = Appel.objects.create(
        campagne=campagne,
        formulaire=formulaire,
        regles=REGLES,
        etat="ouvert",
        publie_le=instant - timedelta(days=20),
        **Noeud("region", region).champs(),
    )
    dossier = _dossier(campagne, ght, instant)
    piece = _answers(dossier, formulaire, original, instant)
    membre = MembreJury.objects.create(
        appel=appel, utilisateur=jure, nomme_le=instant, declaration_le=instant
    )
    interet = Interet.objects.create(
        membre=membre, fournisseur="Alpha Bêta", nature="financier", declare_le=instant
    )
    lecture = LectureJury.objects.create(dossier=dossier, membre=membre, confiee_le=instant)
    close = Seance.objects.create(
        appel=appel, jour=instant.date(), ouverte_le=instant, close_le=instant, proces_verbal=original
    )
    ouverte = Seance.objects.create(appel=appel, jour=instant.date(), ouverte_le=instant)
    ouverte.presents.add(membre)
    for seance in (close, ouverte):
        Deliberation.objects.create(
            seance=seance,
            dossier=dossier,
            note=Decimal(50),
            moyenne=Decimal(50),
            proposition="retenir",
            enregistree_le=instant,
        )
    return JuryMonde(campagne.code, dossier, membre, interet, lecture, piece, ouverte, close)


def _dossier(campagne: Campagne, ght: Ght, instant: datetime) -> Dossier:
    return Dossier.objects.create(
        campagne=campagne,
        format="candidature",
        etape="recevable",
        created_at=instant,
        etape_depuis=instant,
        **Noeud("ght", ght).champs(),
    )


def _answers(
    dossier: Dossier, formulaire: VersionFormulaire, original: Original, instant: datetime
) -> PieceJointe:
    version = Version.objects.create(dossier=dossier, numero=1, created_at=instant, empreinte="d" * 64)
    lettre = {"nom": "l.pdf", "empreinte": original.empreinte, "taille": 1, "type": "application/pdf"}
    Reponse.objects.create(version=version, formulaire=formulaire, reponses={"lettre": lettre})
    dossier.version_courante = version
    dossier.save()
    return PieceJointe.objects.create(
        dossier=dossier,
        question="lettre",
        nom="l.pdf",
        genre="application/pdf",
        original=original,
        jointe_le=instant,
    )
