"""A call of the région, the dossier of the GHT that was handed in and is being completed, what it names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fanal.appels.models import Appel, DocumentAppel, DocumentPartage
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.brouillons import figer, ouvrir_brouillon
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.actions.pieces import joindre
from fanal.questionnaires.models import Brouillon, PieceJointe, Reponse, VersionFormulaire
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import Noeud
from tests.securite.monde_enveloppes import EnveloppesMonde, build_enveloppes
from tests.securite.monde_suivi import SuiviMonde, build_suivi

FORMULAIRE = """
| survey | | | | |
| | type | name | label | relevant |
| | begin_group | projet | Le projet | |
| | text | titre | Titre | |
| | decimal | demande | Montant demandé (€) | |
| | file | lettre | Lettre | |
| | file | annexe | Annexe | |
| | acknowledge | accord | Partager mon contact | |
| | text | contact | Contact | ${accord} = 'OK' |
| | end_group | | | |
| settings | | | | |
| | form_title | form_id | version | |
| | Essai | essai | 1 | |
"""


@dataclass
class AppelsMonde:
    """What the addresses of calls and forms name. `reponse`: handed in; `ancienne`: in another dossier."""

    formulaire: VersionFormulaire
    appel: Appel
    dossier: Dossier
    brouillon: Brouillon
    piece: PieceJointe
    reponse: Reponse
    ancienne: Reponse
    document: DocumentAppel
    partage: DocumentPartage
    suivi: SuiviMonde
    enveloppes: EnveloppesMonde


def build_appels(region: Region, ght: Ght, by: Utilisateur, instant: datetime) -> AppelsMonde:
    """Times are around *instant*; the dossier is at the step where its author completes it."""
    version = importer_formulaire(texte=FORMULAIRE, noeud=Noeud("region", region), by=None, instant=instant)
    former = _dossier(_appel(version, region, "essai-2021", instant), ght, instant)
    draft = _answer(former, version, instant)
    ancienne = _hand_in(former, instant)
    appel = _appel(version, region, "essai-2022", instant)
    dossier = _dossier(appel, ght, instant)
    draft = _answer(dossier, version, instant)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lettre.pdf"
        path.write_bytes(b"%PDF-1.4\n%%EOF\n")
        piece, annexe = (
            joindre(brouillon=draft, chemin=name, fichier=path, nom="lettre.pdf", by=by, instant=instant)
            for name in ("lettre", "annexe")
        )
    reponse = _hand_in(dossier, instant)
    document = DocumentAppel.objects.create(
        appel=appel,
        titre="Notice",
        nom="notice.pdf",
        genre="application/pdf",
        original=piece.original,
        ajoute_le=instant,
    )
    partage = DocumentPartage.objects.create(appel=appel, piece=annexe, titre="Annexe", publie_le=instant)
    suivi = build_suivi(former, by, instant)
    enveloppes = build_enveloppes(suivi.accord, piece.original, instant)
    return AppelsMonde(
        version, appel, dossier, draft, piece, reponse, ancienne, document, partage, suivi, enveloppes
    )


def _appel(version: VersionFormulaire, region: Region, code: str, instant: datetime) -> Appel:
    campagne = Campagne.objects.create(
        type_campagne="appel",
        code=code,
        titre=f"Appel {code}",
        annee=instant.year,
        ouverture=instant - timedelta(days=10),
        cloture=instant + timedelta(days=10),
        correction_jusqu_au=instant + timedelta(days=20),
    )
    return Appel.objects.create(
        campagne=campagne,
        formulaire=version,
        regles={"consentements": ["accord"], "bibliotheque": ["lettre", "annexe"]},
        etat="ouvert",
        publie_le=instant - timedelta(days=10),
        niveau="region",
        region=region,
    )


def _dossier(appel: Appel, ght: Ght, instant: datetime) -> Dossier:
    return Dossier.objects.create(
        campagne=appel.campagne,
        format="candidature",
        etape="incomplet",
        created_at=instant,
        etape_depuis=instant,
        **Noeud("ght", ght).champs(),
    )


def _answer(dossier: Dossier, version: VersionFormulaire, instant: datetime) -> Brouillon:
    draft = ouvrir_brouillon(dossier=dossier, formulaire=version, by=None, instant=instant)
    draft.reponses = {"titre": "Robot", "demande": "1000", "accord": "OK", "contact": "Référent"}
    draft.save()
    return draft


def _hand_in(dossier: Dossier, instant: datetime) -> Reponse:
    version = Version.objects.create(dossier=dossier, numero=1, created_at=instant, empreinte="c" * 64)
    reponse = figer(version=version, by=None, instant=instant)
    dossier.version_courante = version
    dossier.save()
    return reponse
