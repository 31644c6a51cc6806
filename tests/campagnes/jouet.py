"""A toy kind of campaign: a small call for projects. It uses the engine's tables as they are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from fanal.campagnes.actions import campagnes, dossiers
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Decision, Dossier, Version
from fanal.campagnes.queries import decisions_valides
from fanal.campagnes.registre import Choix, Etape, Exigence, Reception, Transition, TypeCampagne
from fanal.campagnes.temps import PARIS
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud

PLAFOND = Decimal(1000)

ETAPES = (
    Etape("ecriture", "Écriture", "Le projet s'écrit.", preparation=True),
    Etape("envoye", "Envoyé", "L'avis est attendu.", avis=True, apres_modification="ecriture"),
    Etape("instruction", "Instruction", "Le projet est instruit.", avis=True, controle=True),
    Etape("arrete", "Arrêté", "Tout est décidé.", apres_modification="instruction", decidee=True),
    Etape("publie", "Publié", "Les résultats sont publiés.", modifiable=False, publiee=True),
)
TRANSITIONS = (
    Transition(
        "envoyer",
        "Envoyer",
        ("ecriture",),
        "envoye",
        "dossier.transmettre",
        exige=(Exigence.VERSION, Exigence.SANS_BLOQUANT),
    ),
    Transition("instruire", "Instruire", ("envoye",), "instruction", "ligne.decider"),
    Transition(
        "saisir",
        "Instruire d'office",
        ("ecriture", "envoye"),
        "instruction",
        "ligne.decider",
        exige=(Exigence.VERSION, Exigence.CLOTURE_PASSEE, Exigence.MOTIF),
    ),
    Transition(
        "arreter",
        "Arrêter",
        ("instruction",),
        "arrete",
        "ligne.decider",
        exige=(Exigence.OBSERVATIONS_CLOSES, Exigence.LIGNES_DECIDEES),
    ),
    Transition(
        "rouvrir", "Rouvrir", ("arrete", "publie"), "instruction", "ligne.decider", exige=(Exigence.MOTIF,)
    ),
)


def check_amounts(version: Version, choix: Sequence[Choix]) -> Mapping[str, str]:
    """The domain's own rule: nothing above a ceiling."""
    return {
        c.cle: f"Le montant dépasse {PLAFOND} €."
        for c in choix
        if c.montant is not None and c.montant > PLAFOND
    }


def compose(campagne: Campagne) -> dict[str, Any]:
    decisions = decisions_valides(campagne)
    return {
        "total": sum((d.montant or Decimal(0) for d in decisions), Decimal("0.00")),
        "par_sens": [
            {"code": s, "lignes": sum(d.sens == s for d in decisions)} for s in Decision.Sens.values
        ],
    }


JOUET = TypeCampagne(
    code="appel-jouet",
    titre="Appel à projets d'essai",
    composer=compose,
    periodes=("", "fin-annee"),
    receptions={
        "projet": Reception(
            format="projet",
            niveaux=("ght", "etablissement"),
            permission="dossier.deposer",
            etapes=ETAPES,
            transitions=TRANSITIONS,
            enregistrer=lambda version, lecture: {},
            decidable=True,
            controler_choix=check_amounts,
        ),
        "annonce": Reception(
            format="annonce",
            niveaux=("operateur",),
            permission="operateur.declarer",
            etapes=(
                Etape("recu", "Reçu", "L'annonce est reçue.", controle=True, decidee=True),
                Etape("publie", "Publié", "Les résultats sont publiés.", modifiable=False, publiee=True),
            ),
            transitions=(),
            enregistrer=lambda version, lecture: {},
            sens=("repris",),
        ),
    },
)


def paris(*quand: int) -> datetime:
    """An instant of Paris: paris(2022, 2, 28, 23, 59, 59)."""
    return datetime(*quand, tzinfo=PARIS)  # type: ignore[misc, arg-type]


OUVERTURE = paris(2022, 1, 4)
CLOTURE = paris(2022, 2, 28, 23, 59, 59)
CORRECTION = paris(2022, 4, 15, 23, 59, 59)
LE = paris(2022, 2, 10, 9, 30)


def open_campaign(annee: int = 2021, **champs: Any) -> Campagne:
    dates: dict[str, Any] = {"ouverture": OUVERTURE, "cloture": CLOTURE, "correction_jusqu_au": CORRECTION}
    return campagnes.ouvrir(
        type_campagne=JOUET.code, annee=annee, periode="", by=None, instant=OUVERTURE, **(dates | champs)
    )


def deposit(
    dossier: Dossier,
    lignes: Mapping[str, object],
    instant: datetime = LE,
    by: Utilisateur | None = None,
    motif: str = "",
) -> Version:
    """Deposit a version whose lines have these contents."""
    version = dossiers.enregistrer_version(dossier=dossier, depot=None, by=by, instant=instant, motif=motif)
    hashes = {cle: sha256(contenu) for cle, contenu in lignes.items()}
    version = dossiers.sceller(version=version, lignes=hashes, by=by, instant=instant)
    dossier.refresh_from_db()
    return version


def cross(dossier: Dossier, *transitions: str, instant: datetime = LE, motif: str = "") -> Dossier:
    """Take transitions one after the other, as the system."""
    for transition in transitions:
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=instant, motif=motif)
    dossier.refresh_from_db()
    return dossier


def keep(*cles: str, motif: str = "") -> list[Choix]:
    return [Choix(cle, "retenu", motif=motif) for cle in cles]


OpenDossier = Callable[[Noeud], Dossier]
