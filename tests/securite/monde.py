"""One object of each kind on the territory of `ght`, for the walk over every address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from fanal.achats.models import Action
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import (
    Campagne,
    Decision,
    Dossier,
    Envoi,
    Observation,
    Publication,
    Repondant,
    TexteType,
    Version,
)
from fanal.comptes.models import Affectation, Jeton, Utilisateur
from fanal.convergence.models import Proposition
from fanal.depots.models import Correspondance, Depot
from fanal.fournisseurs.models import Fournisseur, Incident, Rapprochement
from fanal.journal.actions import inscrire
from fanal.journal.models import Entree
from fanal.marches.models import Document, Importation, LienAction, LotConsommation, Marche, VersionDocument
from fanal.marches.models import Publication as PublicationMarche
from fanal.prix.models import (
    ClauseRevision,
    LigneBpu,
    PrixLigne,
    PropositionPrix,
    SerieIndice,
    ValeurIndice,
    VersionBpu,
)
from fanal.procedures.models import (
    LienActionProcedure,
    Lot,
    Offre,
    Procedure,
    Recensement,
    ReponseRecensement,
)
from fanal.territoires.models import Appartenance, Etablissement, Ght, OperateurAchat, Region
from fanal.territoires.noeuds import Noeud
from tests.securite.monde_appels import AppelsMonde, build_appels
from tests.securite.monde_avis import AvisMonde, build_avis
from tests.securite.monde_depenses import DepensesMonde, build_depenses
from tests.securite.monde_jury import JuryMonde, build_jury
from tests.securite.monde_maturite import MaturiteMonde, build_maturite
from tests.securite.monde_molecules import MoleculesMonde, build_molecules


@dataclass
class PrixMonde:
    """What the addresses of prices name."""

    version: VersionBpu
    ligne: LigneBpu
    clause: ClauseRevision
    proposition: PropositionPrix


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
    envoi: Envoi
    action: Action
    appartenance: Appartenance
    texte: TexteType
    marche: Marche
    incident: Incident
    rapprochement: Rapprochement
    importation: Importation
    lot: LotConsommation
    publiee: PublicationMarche
    document: VersionDocument
    lien: LienAction
    proposition: Proposition
    procedure: Procedure
    prix: PrixMonde
    appels: AppelsMonde
    avis: AvisMonde
    molecules: MoleculesMonde
    maturite: MaturiteMonde
    depenses: DepensesMonde
    jury: JuryMonde


def build(
    region: Region,
    ght: Ght,
    etablissement: Etablissement,
    operateur: OperateurAchat,
    utilisateurs: dict[str, Utilisateur],
    instant: datetime,
    trame: Path,
) -> Monde:
    """A real deposit, and around it objects laid directly: their rules are other tests' business."""
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
    done = deposer(
        chemin=trame,
        nom_fichier=trame.name,
        format="paat",
        campagne=campagne,
        noeud=Noeud("ght", ght),
        by=buyer,
        instant=instant,
        canal="page",
    )
    depot, dossier, version = done.depot, done.dossier, done.version
    action = Action.objects.get(version=version)
    with transaction.atomic():
        entree = inscrire(action="essai", objet=dossier, by=buyer, instant=instant)
    marche = Marche.objects.create(
        niveau="ght",
        ght=ght,
        acheteur=etablissement,
        acheteur_siret="21000000100011",
        identifiant="M1",
        objet="Gants d'examen",
        created_at=instant,
        updated_at=instant,
    )
    appels = build_appels(region, ght, buyer, instant)
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
            cle=action.cle,
            empreinte=action.empreinte,
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
        envoi=Envoi.objects.create(
            campagne=campagne,
            format="paat",
            original=depot.original,
            nom_fichier="trame.csv",
            auteur=buyer,
            envoye_le=instant,
            etat=Envoi.Etat.TERMINE,
            version=version,
            **on_ght,
        ),
        action=action,
        texte=TexteType.objects.create(
            niveau="region",
            region=region,
            titre="Favorable",
            sens="favorable",
            texte="Rien à signaler.",
            updated_at=instant,
        ),
        appartenance=Appartenance.objects.filter(ght=ght).latest("pk"),
        marche=marche,
        incident=build_incident(ght, etablissement, instant),
        rapprochement=build_rapprochement(),
        importation=Importation.objects.create(
            format="marches",
            original=depot.original,
            nom_fichier="marches.csv",
            auteur=buyer,
            envoyee_le=instant,
            **on_ght,
        ),
        lot=LotConsommation.objects.create(
            ght=ght, cle="essai-lot", source="api", empreinte="1" * 64, recu_le=instant
        ),
        publiee=PublicationMarche.objects.create(
            marche=marche, format="decp", publiee_le=instant.date(), empreinte=depot.original.empreinte
        ),
        document=VersionDocument.objects.create(
            document=Document.objects.create(marche=marche, genre="ae", titre="Acte d'engagement"),
            numero=1,
            original=depot.original,
            nom_fichier="ae.pdf",
            auteur=buyer,
            created_at=instant,
        ),
        lien=LienAction.objects.create(
            marche=marche,
            ght=ght,
            annee=2021,
            identifiant_action=action.identifiant,
            auteur=buyer,
            created_at=instant,
        ),
        proposition=Proposition.objects.create(
            ght=ght,
            segment="cpv:331",
            depart=instant.date() + timedelta(days=300),
            cout_ht=1000,
            empreinte="f" * 64,
            statut=Proposition.Statut.ECARTEE,
            motif="Essai.",
            auteur=buyer,
            created_at=instant,
            decidee_le=instant,
        ),
        procedure=build_procedure(ght, etablissement, marche, instant),
        prix=build_prix(marche, instant),
        appels=appels,
        avis=build_avis(appels, region, instant),
        molecules=build_molecules(appels, instant),
        maturite=build_maturite(ght, utilisateurs, instant),
        depenses=build_depenses(ght, etablissement, buyer, instant),
        jury=build_jury(region, ght, utilisateurs["jure"], depot.original, instant),
    )


def build_prix(marche: Marche, instant: datetime) -> PrixMonde:
    """A price list of one line, a clause that may be applied, a proposal that waits."""
    version = VersionBpu.objects.create(
        marche=marche, numero=1, applicable_le=instant.date(), created_at=instant
    )
    ligne = LigneBpu.objects.create(
        version=version, cle="1", libelle="Gant", unite="boîte", prix_unitaire_ht="4.20", taux_tva="20"
    )
    PrixLigne.objects.create(
        marche=marche,
        cle="1",
        prix_unitaire_ht="4.20",
        depuis=instant.date(),
        origine="bpu",
        created_at=instant,
    )
    serie = SerieIndice.objects.get_or_create(code="ESSAI", defaults={"libelle": "Indice d'essai"})[0]
    for mois in (instant.date().replace(day=1),):
        ValeurIndice.objects.get_or_create(serie=serie, mois=mois, defaults={"valeur": 100})
    definition = {
        "formule": {"fixe": "0", "termes": [{"indice": "ESSAI", "part": "1"}]},
        "mois_zero": f"{instant:%Y-%m}",
    }
    clause = ClauseRevision.objects.create(
        marche=marche, definition=definition, empreinte="a" * 64, created_at=instant
    )
    proposition = PropositionPrix.objects.create(
        marche=marche, applicable_le=instant.date(), created_at=instant
    )
    return PrixMonde(version, ligne, clause, proposition)


def build_procedure(ght: Ght, etablissement: Etablissement, marche: Marche, instant: datetime) -> Procedure:
    """A procedure under analysis with one lot, one offer, a survey still open and a linked action."""
    procedure = Procedure.objects.create(
        ght=ght,
        numero="2022-001",
        intitule="Gants",
        nature_achat="fournitures",
        procedure="Appel d'offres ouvert",
        etat="analyse",
        created_at=instant,
        updated_at=instant,
    )
    procedure.remplace.add(marche)
    lot = Lot.objects.create(
        procedure=procedure,
        numero=1,
        intitule="Gants",
        criteres=[{"code": "prix", "titre": "Prix", "nature": "prix", "poids": "100"}],
    )
    supplier = Fournisseur.objects.create(nom="Essai", nom_normalise="ESSAI PROCEDURE")
    Offre.objects.create(lot=lot, fournisseur=supplier, recue_le=instant, montant_ht=100, rang=1)
    survey = Recensement.objects.create(
        procedure=procedure, ouvert_le=instant, echeance=instant.date() + timedelta(days=30)
    )
    ReponseRecensement.objects.create(recensement=survey, etablissement=etablissement)
    LienActionProcedure.objects.create(procedure=procedure, annee=2021, identifiant_action="A1")
    return procedure


def build_incident(ght: Ght, etablissement: Etablissement, instant: datetime) -> Incident:
    """An incident that an establishment saw."""
    supplier = Fournisseur.objects.create(nom="Essai incident", nom_normalise="ESSAI INCIDENT")
    return Incident.objects.create(
        fournisseur=supplier,
        ght=ght,
        etablissement=etablissement,
        nature="retard",
        survenu_le=instant.date(),
        description="Livraison en retard.",
    )


def build_rapprochement() -> Rapprochement:
    """Two suppliers that look alike."""
    garde, double = (
        Fournisseur.objects.create(nom=f"Essai {n}", nom_normalise=f"ESSAI {n}") for n in ("UN", "DEUX")
    )
    return Rapprochement.objects.create(garde=garde, double=double, ressemblance=1, raison="Même nom")
