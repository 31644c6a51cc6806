"""What the page of a dossier shows: the way travelled, its history in words, its lines with their
decisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fanal.campagnes.models import Decision, Dossier, Observation, Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.lignes import decisions_du_dossier, lignes_courantes, porte_encore
from fanal.campagnes.queries.rapport import describe_lines
from fanal.campagnes.registre import LigneDecrite
from fanal.campagnes.temps import jour_fr
from fanal.comptes.models import Utilisateur
from fanal.journal.libelles import action_title
from fanal.journal.models import Entree
from fanal.journal.queries import de_l_objet
from fanal.memoire import Memoire, stable

HISTORIQUE = 30
# Lines and decisions of a dossier, until something is written in its campaign.
_suivies: "Memoire[list[LigneSuivie]]" = Memoire(100)
MOTS = {"ajoutees": "ajoutée", "modifiees": "modifiée", "retirees": "retirée"}
ACTIONS = {
    "dossier.ouvrir": "Dossier ouvert",
    "dossier.version": "Version déposée",
    "dossier.franchir": "Changement d'étape",
    "dossier.avis": "Avis rendu",
    "dossier.observations": "Observations demandées",
    "dossier.reponse": "Réponse à une demande",
    "dossier.decider": "Lignes décidées",
    "dossier.publier": "Résultats publiés",
}


@dataclass(frozen=True)
class Marche:
    """A step of the path: `etat` is fait, encours or reste."""

    code: str
    titre: str
    etat: str


def marches(dossier: Dossier) -> list[Marche]:
    """The steps of the dossier's path, in order."""
    etapes = reception_de(dossier).etapes
    rang = [e.code for e in etapes].index(dossier.etape)
    etats = ["fait" if i < rang else "encours" if i == rang else "reste" for i in range(len(etapes))]
    return [Marche(e.code, e.titre, etat) for e, etat in zip(etapes, etats, strict=True)]


@dataclass(frozen=True)
class Fait:
    """One entry of the history, in words."""

    instant: datetime
    auteur: str
    titre: str
    phrase: str
    motif: str


def historique(dossier: Dossier, seules: frozenset[str] = frozenset()) -> list[Fait]:
    """The latest entries of the journal about a dossier; only those of the actions *seules*, if given."""
    return stable(("campagnes.historique", dossier.pk, seules), lambda: _historique(dossier, seules))


def _historique(dossier: Dossier, seules: frozenset[str]) -> list[Fait]:
    toutes = de_l_objet(dossier)
    entrees = list((toutes.filter(action__in=seules) if seules else toutes)[:HISTORIQUE])
    noms = {u.pk: str(u) for u in Utilisateur.objects.filter(pk__in={e.acteur for e in entrees if e.acteur})}
    etapes = {e.code: e.titre for e in reception_de(dossier).etapes}
    return [
        Fait(
            instant=e.instant,
            auteur=noms.get(e.acteur, f"compte {e.acteur}") if e.acteur else "Système",
            titre=ACTIONS.get(e.action) or action_title(e.action),
            phrase=_phrase(e, etapes),
            motif=e.motif,
        )
        for e in entrees
    ]


def _phrase(entree: Entree, etapes: Mapping[str, str]) -> str:
    donnees = entree.donnees
    match entree.action:
        case "dossier.version":
            changes = [(donnees.get(nom, 0), mot) for nom, mot in MOTS.items()]
            dits = [f"{n} {mot}{'s' if n > 1 else ''}" for n, mot in changes if n]
            suite = f" Lignes : {', '.join(dits)}." if dits else " Aucune ligne n'a changé."
            retard = " En retard." if donnees.get("en_retard") else ""
            return f"Version {donnees.get('version')}.{suite}{retard}"
        case "dossier.franchir":
            return f"De « {etapes.get(donnees.get('de'), '')} » à « {etapes.get(donnees.get('vers'), '')} »."
        case "dossier.observations":
            lignes, echeance = len(donnees.get("lignes", [])), donnees.get("echeance", "")
            jour = jour_fr(date.fromisoformat(echeance)) if echeance else ""
            return f"{lignes} demande{'s' if lignes > 1 else ''}, réponse attendue jusqu'au {jour}."
        case "dossier.decider":
            lignes = len(donnees.get("decisions", {}))
            return f"{lignes} ligne{'s' if lignes > 1 else ''}."
        case "dossier.reponse":
            return f"Ligne {donnees['ligne']}." if donnees.get("ligne") else "Ensemble du dossier."
    return ""


@dataclass(frozen=True)
class Demande:
    """A request for observations as the page shows it; `ouverte` tells whether it may still be answered."""

    observation: Observation
    titre: str
    ouverte: bool
    etat: str
    ton: str


def demandes(dossier: Dossier, jour: date) -> list[Demande]:
    """The requests of a dossier, those that wait first."""
    return stable(("campagnes.demandes", dossier.pk, jour), lambda: _demandes(dossier, jour))


def _demandes(dossier: Dossier, jour: date) -> list[Demande]:
    lignes = lignes_courantes(dossier)
    connues = list(dossier.observations.select_related("auteur", "repondant"))
    titres = _titres(dossier.version_courante, [o.cle for o in connues if o.cle in lignes])
    decidees = decisions_du_dossier(dossier)
    dites = [_demande(o, lignes, titres, o.cle in decidees, jour) for o in connues]
    return sorted(dites, key=lambda d: (not d.ouverte, d.observation.echeance))


def _demande(
    o: Observation, lignes: Mapping[str, str], titres: Mapping[str, str], decidee: bool, jour: date
) -> Demande:
    titre = titres.get(o.cle, f"Ligne {o.cle}") if o.cle else "Ensemble du dossier"
    if o.repondu_le is not None:
        return Demande(o, titre, False, "Répondue", "decide")
    if not porte_encore(o, lignes):
        return Demande(o, titre, False, "Sans objet : la ligne a été corrigée", "neutre")
    if decidee:
        return Demande(o, titre, False, "Ligne décidée", "neutre")
    if o.echeance < jour:
        return Demande(o, titre, True, f"Délai passé le {jour_fr(o.echeance)}", "refus")
    return Demande(o, titre, True, f"À répondre avant le {jour_fr(o.echeance)} inclus", "attente")


def _titres(version: Version | None, cles: Sequence[str]) -> dict[str, str]:
    if version is None or not cles:
        return {}
    return {cle: f"{cle} · {ligne.titre}" for cle, ligne in describe_lines(version, list(cles)).items()}


@dataclass(frozen=True)
class LigneSuivie:
    """A line of the current version with what was decided on it."""

    cle: str
    ligne: LigneDecrite
    montant: object
    decision: Decision | None


def lignes_suivies(dossier: Dossier, lignes: Mapping[str, LigneDecrite]) -> list[LigneSuivie]:
    """The lines of the current version with what was declared and decided on each."""
    version = dossier.version_courante
    if version is None:
        return []
    montants = reception_de(dossier).montants

    def read() -> list[LigneSuivie]:
        declares = montants(version, list(lignes)) if montants else {}
        decisions = decisions_du_dossier(dossier)
        return [LigneSuivie(c, ligne, declares.get(c), decisions.get(c)) for c, ligne in lignes.items()]

    return _suivies.lire(dossier.pk, (version.pk, dossier.campagne.revision), read)
