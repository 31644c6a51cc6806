"""One object of each kind on the territory of `ght`, for the walk over every address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from fanal.campagnes.models import Campagne, Decision, Dossier, Observation, Publication, Repondant, Version
from fanal.comptes.models import Affectation, Jeton, Utilisateur
from fanal.depots.models import Correspondance, Depot, Original
from fanal.journal.actions import inscrire
from fanal.journal.models import Entree
from fanal.territoires.models import Etablissement, Ght, OperateurAchat, Region


@dataclass
class Monde:
    """What the addresses' arguments are taken from; all of it stands on one territory, or on none."""

    region: Region
    ght: Ght
    etablissement: Etablissement
    operateur: OperateurAchat
    utilisateurs: dict[str, Utilisateur]
    campagne: Campagne
    repondant: Repondant
    dossier: Dossier
    version: Version
    depot: Depot
    correspondance: Correspondance
    observation: Observation
    decision: Decision
    publication: Publication
    affectation: Affectation
    jeton: Jeton
    entree: Entree


def build(
    region: Region,
    ght: Ght,
    etablissement: Etablissement,
    operateur: OperateurAchat,
    utilisateurs: dict[str, Utilisateur],
    instant: datetime,
) -> Monde:
    """Lay the objects directly: their rules are other tests' business."""
    on_ght = {"niveau": "ght", "ght": ght}
    buyer, dgos = utilisateurs["acheteur"], utilisateurs["dgos"]
    campagne = Campagne.objects.create(
        type_campagne="performance",
        code="performance-2021-fin-annee",
        titre="Performance achat 2021",
        annee=2021,
        periode="fin-annee",
        ouverture=instant - timedelta(days=60),
        cloture=instant + timedelta(days=3),
        correction_jusqu_au=instant + timedelta(days=20),
    )
    original = Original(empreinte="a" * 64, taille=3)
    original.fichier.save("a" * 64, ContentFile(b"abc"), save=True)
    depot = Depot.objects.create(
        format="paat", original=original, nom_fichier="trame.csv", canal="page", recu_le=instant, auteur=buyer
    )
    dossier = Dossier.objects.create(
        campagne=campagne,
        format="paat",
        etape="transmis",
        created_at=instant,
        etape_depuis=instant,
        **on_ght,
    )
    version = Version.objects.create(
        dossier=dossier,
        numero=1,
        depot=depot,
        auteur=buyer,
        created_at=instant,
        lignes={"A1": "b" * 64},
        empreinte="c" * 64,
    )
    dossier.version_courante = version
    dossier.save()
    with transaction.atomic():
        entree = inscrire(action="essai", objet=dossier, by=buyer, instant=instant)
    return Monde(
        region=region,
        ght=ght,
        etablissement=etablissement,
        operateur=operateur,
        utilisateurs=utilisateurs,
        campagne=campagne,
        repondant=Repondant.objects.create(campagne=campagne, format="paat", **on_ght),
        dossier=dossier,
        version=version,
        depot=depot,
        correspondance=Correspondance.objects.create(
            nom="La nôtre", format="paat", auteur=buyer, updated_at=instant, **on_ght
        ),
        observation=Observation.objects.create(
            dossier=dossier,
            version=version,
            demande="Précisez.",
            auteur=dgos,
            demandee_le=instant,
            echeance=instant.date() + timedelta(days=10),
        ),
        decision=Decision.objects.create(
            dossier=dossier,
            version=version,
            cle="A1",
            empreinte="b" * 64,
            sens="retenu",
            auteur=dgos,
            prise_le=instant,
        ),
        publication=Publication.objects.create(
            campagne=campagne,
            numero=1,
            publiee_le=instant,
            auteur=dgos,
            instantane={},
            empreinte="d" * 64,
            journal_numero=entree.numero,
            journal_empreinte=entree.empreinte,
        ),
        affectation=Affectation.objects.get(utilisateur=buyer),
        jeton=Jeton.objects.create(
            utilisateur=buyer,
            nom="script",
            debut="abcd",
            empreinte="e" * 64,
            created_at=instant,
            expire_le=instant + timedelta(days=30),
        ),
        entree=entree,
    )
