"""What each gesture of the calendar does, through the same actions as the pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from fanal.achats.models import GainOperateur
from fanal.campagnes.actions import avis, campagnes, decisions, dossiers, observations, publications
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import Campagne, Dossier, Observation
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.demonstration.classeurs import mises_en_page as mep
from fanal.demonstration.classeurs.ensemble import OPERATEUR, PAAT, Fichier
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.modele import Ligne, Plan
from fanal.demonstration.scenario import appels, calendrier, comptes, marches, passation, prix, territoire
from fanal.demonstration.scenario.calendrier import FIN_2022, Geste
from fanal.depots.lecture import Lecture
from fanal.depots.models import Correspondance
from fanal.depots.queries import mapping
from fanal.territoires import queries as territoires
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

PERFORMANCE = "performance"
MOTIF_CORRECTION = "Lignes signalées corrigées."
MOTIF_REPRISE = (
    "Aucune ligne du GHT n'a pu être retenue ; les gains déclarés par les opérateurs nationaux pour ses "
    "établissements sont repris, sans doute possible sur les bénéficiaires."
)
COMMENTAIRE_REPRISE = "Repris de la déclaration de l'opérateur"
AVIS_RESERVE = "Plusieurs lignes demandent une explication avant d'être retenues."


@dataclass
class Contexte:
    """What gestures share: the plan, readings made ahead, accounts and campaigns by name."""

    plan: Plan
    lectures: Callable[[Fichier], Lecture | None] = lambda fichier: None
    _comptes: dict[str, Utilisateur] = field(default_factory=dict)
    _campagnes: dict[int, Campagne] = field(default_factory=dict)
    _dossiers: dict[tuple[int, str, str], Dossier] = field(default_factory=dict)

    def compte(self, email: str) -> Utilisateur:
        """The account of that address."""
        if email not in self._comptes:
            self._comptes[email] = Utilisateur.objects.get(email=email)
        return self._comptes[email]

    def de(self, code: str) -> Utilisateur:
        """The account that acts for a GHT, an agency or an operator."""
        return self.compte(comptes.address(code))

    @property
    def dgos(self) -> Utilisateur:
        return self.compte(f"dgos@{comptes.DOMAINE}")

    def campagne(self, annee: int) -> Campagne:
        """The campaign of the year. What it holds may be older than the base: actions read it again."""
        if annee not in self._campagnes:
            self._campagnes[annee] = Campagne.objects.get(
                type_campagne=PERFORMANCE, annee=annee, demonstration=True
            )
        return self._campagnes[annee]

    def dossier(self, annee: int, code: str, format: str = PAAT) -> Dossier:
        """The dossier of a node. What it holds may be older than the base: actions read it again."""
        cle = (annee, code, format)
        if cle not in self._dossiers:
            siens = Dossier.objects.filter(campagne=self.campagne(annee), format=format).order_by()
            noeud = {"operateur__nom": code} if format == OPERATEUR else {"ght__code": code}
            self._dossiers[cle] = siens.get(**noeud)
        return self._dossiers[cle]

    def lignes(self, annee: int, code: str) -> list[Ligne]:
        return self.plan.campagnes[annee].lignes[code]


def node(niveau: str, code: str) -> Noeud:
    """The node that sends a file."""
    match niveau:
        case "ght":
            return Noeud(Niveau.GHT, territoires.ght(code))
        case "region":
            return Noeud(Niveau.REGION, territoires.region(code))
        case "operateur":
            return Noeud(Niveau.OPERATEUR, territoires.operateur(code))
    return NATIONAL


def installer_territoire(contexte: Contexte, geste: Geste) -> None:
    territoire.install(contexte.plan, geste.instant)


def installer_comptes(contexte: Contexte, geste: Geste) -> None:
    comptes.install(contexte.plan, geste.instant)
    Correspondance.objects.create(
        nom=mep.CORRESPONDANCE,
        format=PAAT,
        colonnes={titre: champ for champ, titre in mep.TITRES_MAISON.items()},
        codes=mep.CODES_MAISON,
        auteur=contexte.de(mep.GHT_MAISON),
        updated_at=geste.instant,
        **node("ght", mep.GHT_MAISON).champs(),
    )


def ouvrir(contexte: Contexte, geste: Geste) -> None:
    jours = calendrier.dates(geste.annee)
    campagnes.ouvrir(
        type_campagne=PERFORMANCE,
        annee=geste.annee,
        periode="mi-annee" if geste.annee == 2022 else "fin-annee",
        ouverture=calendrier.at(jours.ouverture, 0),
        cloture=calendrier.at(jours.cloture, 23, 59) + timedelta(seconds=59),
        correction_jusqu_au=calendrier.at(jours.corrections, 23, 59) + timedelta(seconds=59),
        by=contexte.dgos,
        instant=geste.instant,
        demonstration=True,
    )


def inviter(contexte: Contexte, geste: Geste) -> None:
    campagne = contexte.campagne(geste.annee)
    ghts = [Noeud(Niveau.GHT, g) for g in Ght.objects.filter(demonstration=True).order_by("code")]
    operateurs = [node("operateur", nom) for nom, _ in cat.NATIONAUX]
    for format, noeuds in ((PAAT, ghts), (OPERATEUR, operateurs)):
        campagnes.inviter(
            campagne=campagne, format=format, noeuds=noeuds, by=contexte.dgos, instant=geste.instant
        )


def envoyer(contexte: Contexte, geste: Geste) -> None:
    """Deposit a file for its node, by its account (the command line for an agency's purchases)."""
    fichier = geste.fichier
    assert fichier is not None  # noqa: S101 - the calendar gives one to every deposit
    noeud = node(fichier.niveau, fichier.code)
    par = {"national": contexte.dgos, "region": None}.get(fichier.niveau)
    if fichier.niveau in ("ght", "operateur"):
        par = contexte.de(fichier.code)
    deposer(
        chemin=fichier.chemin,
        nom_fichier=fichier.chemin.name,
        format=fichier.format,
        campagne=contexte.campagne(fichier.annee),
        noeud=noeud,
        by=par,
        instant=geste.instant,
        canal="page" if par else "cli",
        correspondance=reading_mapping(fichier),
        motif=MOTIF_CORRECTION if fichier.envoi > 1 else "",
        lue=contexte.lectures(fichier),
    )


def reading_mapping(fichier: Fichier) -> Correspondance | None:
    """The mapping kept for the one layout that needs it."""
    if not fichier.correspondance:
        return None
    return mapping(
        nom=fichier.correspondance, format=fichier.format, noeud=node(fichier.niveau, fichier.code)
    )


def _franchir(contexte: Contexte, geste: Geste, transition: str, by: Utilisateur, format: str = PAAT) -> None:
    dossier = contexte.dossier(geste.annee, geste.code, format)
    dossiers.franchir(dossier=dossier, transition=transition, by=by, instant=geste.instant)


def valider(contexte: Contexte, geste: Geste) -> None:
    _franchir(contexte, geste, "valider", contexte.de(geste.code))


def transmettre(contexte: Contexte, geste: Geste) -> None:
    _franchir(contexte, geste, "transmettre", contexte.de(geste.code))


def transmettre_operateur(contexte: Contexte, geste: Geste) -> None:
    _franchir(contexte, geste, "transmettre", contexte.de(geste.code), OPERATEUR)


def donner_avis(contexte: Contexte, geste: Geste) -> None:
    """The agency's opinion: reserved where many lines will be withdrawn."""
    lignes = contexte.lignes(geste.annee, geste.code)
    retirees = sum(ligne.sens != "retenu" for ligne in lignes)
    reserve = retirees * 8 > len(lignes)
    _avis(contexte, geste, "reserve" if reserve else "favorable", AVIS_RESERVE if reserve else "")


def redonner_avis(contexte: Contexte, geste: Geste) -> None:
    _avis(contexte, geste, "favorable", "Vu les lignes corrigées.")


def _avis(contexte: Contexte, geste: Geste, sens: str, texte: str) -> None:
    region = contexte.plan.ghts[geste.code].region
    avis.rendre(
        dossier=contexte.dossier(geste.annee, geste.code),
        sens=sens,
        texte=texte,
        niveau=Niveau.REGION,
        by=contexte.de(region),
        instant=geste.instant,
    )


def controler(contexte: Contexte, geste: Geste) -> None:
    _franchir(contexte, geste, "controler", contexte.dgos)


def demander(contexte: Contexte, geste: Geste) -> None:
    """Questions on the doubtful lines, before anything is withdrawn."""
    demandes = {
        g.identifiant: g.observation for g in contexte.lignes(geste.annee, geste.code) if g.observation
    }
    observations.demander(
        dossier=contexte.dossier(geste.annee, geste.code),
        demandes=demandes,
        echeance=FIN_2022 if geste.annee == 2022 else (geste.instant + timedelta(days=15)).date(),
        by=contexte.dgos,
        instant=geste.instant,
    )
    _franchir(contexte, geste, "demander", contexte.dgos)


def repondre(contexte: Contexte, geste: Geste) -> None:
    """The GHT answers some of the questions; the others are left to their due day."""
    reponses = {g.identifiant: g.reponse for g in contexte.lignes(geste.annee, geste.code) if g.reponse}
    posees = Observation.objects.filter(dossier=contexte.dossier(geste.annee, geste.code), cle__in=reponses)
    for observation in posees.select_related("dossier"):
        observations.repondre(
            observation=observation,
            reponse=reponses[observation.cle],
            by=contexte.de(geste.code),
            instant=geste.instant,
        )


def decider(contexte: Contexte, geste: Geste) -> None:
    """Every line of the GHT, then the end of its control."""
    dossier = contexte.dossier(geste.annee, geste.code)
    lignes = contexte.lignes(geste.annee, geste.code)
    if any(ligne.observation for ligne in lignes):
        _franchir(contexte, geste, "clore_observations", contexte.dgos)
    choix = [_choice(ligne) for ligne in lignes]
    decisions.decider(dossier=dossier, choix=choix, by=contexte.dgos, instant=geste.instant)
    _franchir(contexte, geste, "arreter", contexte.dgos)


def _choice(ligne: Ligne) -> Choix:
    montant = None if ligne.sens != "moindre" or ligne.retenu is None else Decimal(ligne.retenu) / 100
    return Choix(ligne.identifiant, ligne.sens, montant, ligne.motif, ligne.commentaire)


def reprendre(contexte: Contexte, geste: Geste) -> None:
    """Take up, with a reason, what the operator declares for the région of which nothing else is kept."""
    dossier = contexte.dossier(geste.annee, geste.code, OPERATEUR)
    reprises = {
        (d.numero_marche, d.finess): Decimal(d.gain) / 100
        for d in contexte.plan.campagnes[geste.annee].declarations[geste.code]
        if d.reprise
    }
    declarees = GainOperateur.objects.filter(
        version__dossier=dossier, finess__in={finess for _, finess in reprises}
    )
    choix = [
        Choix(g.cle, "repris", reprises[g.numero_marche, g.finess], MOTIF_REPRISE, COMMENTAIRE_REPRISE)
        for g in declarees
        if (g.numero_marche, g.finess) in reprises
    ]
    decisions.decider(dossier=dossier, choix=choix, by=contexte.dgos, instant=geste.instant)


def publier(contexte: Contexte, geste: Geste) -> None:
    publications.publier(campagne=contexte.campagne(geste.annee), by=contexte.dgos, instant=geste.instant)


MARCHES: dict[str, Callable[[Plan, Geste], None]] = {
    "rejoindre": marches.join,
    "marches": marches.bring_contracts,
    "commandes": marches.bring_orders,
    "indices": prix.bring_indices,
    "bordereaux": prix.bring_price_lists,
    "avenants": passation.sign_amendments,
    "procedures": passation.plan_procedures,
    "fournisseurs": passation.follow_suppliers,
}


def of_contracts(act: Callable[[Plan, Geste], None]) -> Callable[[Contexte, Geste], None]:
    """A gesture on contracts, or on calls, needs the plan alone."""

    def play(contexte: Contexte, geste: Geste) -> None:
        act(contexte.plan, geste)

    return play


GESTES: dict[str, Callable[[Contexte, Geste], None]] = {
    "territoire": installer_territoire,
    "comptes": installer_comptes,
    "ouvrir": ouvrir,
    "inviter": inviter,
    "deposer": envoyer,
    "transmettre_operateur": transmettre_operateur,
    "valider": valider,
    "transmettre": transmettre,
    "avis": donner_avis,
    "avis_apres_correction": redonner_avis,
    "controler": controler,
    "demander": demander,
    "repondre": repondre,
    "decider": decider,
    "reprendre": reprendre,
    "publier": publier,
    **{nature: of_contracts(act) for nature, act in MARCHES.items()},
    **{nature: of_contracts(act) for nature, act in appels.GESTES.items()},
}
