"""The refusals of the campaign engine: one sentence each, shared by the button, the API and the terminal.

No queries and no clock here: states, days and instants are given by the caller. Days and instants are those of
Paris (legal time), to the second; a due day is inclusive.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fanal.campagnes.registre import Choix, Etape, Exigence, Reception, Transition
from fanal.campagnes.temps import instant_fr, jour_fr, local_day, to_second
from fanal.refus import Inutilisable, Refus

DECLARANTS = {
    "national": "le ministère",
    "region": "la région",
    "ght": "le GHT",
    "etablissement": "l'établissement",
    "operateur": "l'opérateur",
}
SENS_A_MOTIF = ("moindre", "retire", "repris")
SENS_A_MONTANT = ("moindre", "repris")
SENS_CONTRADICTOIRES = ("moindre", "retire")
SENS_TITRES = {
    "retenu": "retenu",
    "moindre": "retenu pour un montant moindre",
    "retire": "retiré",
    "repris": "repris de l'opérateur",
}
CENTIME = Decimal("0.01")


def pluriel(n: int, un: str, plusieurs: str) -> str:
    """« 1 ligne », « 12 lignes »."""
    return f"{n} {un if n < 2 else plusieurs}"


@dataclass(frozen=True)
class EtatDossier:
    """Where a dossier stands at an instant, as the rules need it. Counts are of the current version's lines."""

    declarant: str  # « le GHT », « l'opérateur »…
    etape: Etape
    version: int  # number of the current version, 0 when nothing was deposited
    lignes: int = 0
    a_decider: int = 0
    bloquants: int = 0
    observations_ouvertes: int = 0
    echeance: date | None = None  # last day of the open observations
    cloture: datetime | None = None


@dataclass(frozen=True)
class EtatLigne:
    """What the rules need to know of one line of the current version, on a day."""

    declarant: str
    demandee: bool = False  # observations were asked on this very content
    repondue: bool = False
    echeance: date | None = None  # last day to answer, when asked and not answered
    decision: tuple[str, Decimal | None, str, str] | None = (
        None  # sens, montant, motif, commentaire; still holding
    )


# Windows


def check_fenetres(ouverture: datetime, cloture: datetime, correction_jusqu_au: datetime) -> None:
    """A campaign opens, then closes, then stops taking corrections."""
    if not ouverture <= cloture <= correction_jusqu_au:
        raise Refus(
            f"Les dates de la campagne ne se suivent pas : ouverture le {instant_fr(ouverture)}, clôture le "
            f"{instant_fr(cloture)}, corrections jusqu'au {instant_fr(correction_jusqu_au)}. "
            "Corrigez-les dans cet ordre."
        )


def check_ouverte(titre: str, ouverture: datetime, instant: datetime) -> None:
    """Nothing comes in before the opening."""
    if to_second(instant) < ouverture:
        raise Refus(
            f"La campagne « {titre} » ouvre le {instant_fr(ouverture)}. Revenez à partir de cette date : "
            "votre fichier peut être vérifié dès maintenant sans être déposé."
        )


def is_after(fin: datetime, instant: datetime) -> bool:
    """Whether *instant* is past the last second of a window."""
    return to_second(instant) > fin


def is_late(*, cloture: datetime, correction_jusqu_au: datetime, instant: datetime, correction: bool) -> bool:
    """Whether a version is late: a first answer after the closing, a correction after its own last instant."""
    return is_after(correction_jusqu_au if correction else cloture, instant)


def check_modifiable(etape: Etape) -> None:
    """A version comes in only at a step that allows it."""
    if etape.publiee:
        raise Refus(
            "Ce dossier est publié : il ne peut plus être corrigé. Demandez sa réouverture, avec un motif, au "
            "responsable de la campagne."
        )
    if not etape.modifiable:
        raise Refus(
            f"Ce dossier est à l'étape « {etape.titre} » : il ne peut pas être corrigé maintenant. "
            "Attendez l'étape suivante ou écrivez au responsable de la campagne."
        )


def check_correction(*, correction_jusqu_au: datetime, instant: datetime, motif: str) -> None:
    """A correction after its last instant is kept, with a reason."""
    if is_after(correction_jusqu_au, instant) and not motif.strip():
        raise Refus(
            f"Les corrections sans motif étaient possibles jusqu'au {instant_fr(correction_jusqu_au)}. "
            "Indiquez pourquoi vous corrigez maintenant : le motif est inscrit au journal et montré avec la version."
        )


def check_niveau(reception: Reception, titre: str, niveau: str) -> None:
    """A format is answered only by the kinds of node that the type says."""
    if niveau not in reception.niveaux:
        attendus = " ou ".join(DECLARANTS[n] for n in reception.niveaux)
        raise Inutilisable(
            f"Dans la campagne « {titre} », le format « {reception.format} » est déposé par {attendus}, pas par "
            f"{DECLARANTS[niveau]}. Choisissez un autre déclarant."
        )


def check_periode(titre: str, periodes: Collection[str], periode: str) -> None:
    """A campaign stands on one of the periods of its type."""
    if periode not in periodes:
        connues = ", ".join(f"« {p} »" for p in periodes if p) or "aucune"
        raise Inutilisable(
            f"La campagne « {titre} » n'a pas de période « {periode} ». Périodes possibles : {connues}."
        )


# Steps


def check_transition(
    transition: Transition, etat: EtatDossier, *, instant: datetime, motif: str | None
) -> None:
    """Whether the dossier may take *transition* now. `motif=None` leaves the reason to be asked later (a button)."""
    if etat.etape.code not in transition.de:
        raise Refus(
            f"« {transition.titre} » n'est pas possible à l'étape « {etat.etape.titre} ». {etat.etape.phrase}"
        )
    for exigence in transition.exige:
        _check_exigence(exigence, etat, instant=instant, motif=motif)


def _check_exigence(exigence: Exigence, etat: EtatDossier, *, instant: datetime, motif: str | None) -> None:
    match exigence:
        case Exigence.VERSION if not etat.version:
            raise Refus("Rien n'a encore été déposé dans ce dossier. Déposez d'abord votre fichier.")
        case Exigence.SANS_BLOQUANT if etat.bloquants:
            raise Refus(
                f"Ce dossier a encore {pluriel(etat.bloquants, 'anomalie bloquante', 'anomalies bloquantes')}. "
                "Corrigez les lignes signalées, puis recommencez."
            )
        case Exigence.OBSERVATIONS_DEMANDEES if not etat.observations_ouvertes:
            raise Refus(
                "Aucune observation n'attend de réponse dans ce dossier. Demandez-en d'abord sur une ligne."
            )
        case Exigence.OBSERVATIONS_CLOSES if etat.observations_ouvertes:
            raise Refus(phrase_observations(etat))
        case Exigence.LIGNES_DECIDEES if etat.a_decider:
            raise Refus(
                f"Il reste {pluriel(etat.a_decider, 'ligne', 'lignes')} à décider dans ce dossier. "
                "Décidez-les, puis recommencez."
            )
        case Exigence.CLOTURE_PASSEE if etat.cloture and not is_after(etat.cloture, instant):
            raise Refus(
                f"La campagne est ouverte jusqu'au {instant_fr(etat.cloture)} : {etat.declarant} peut encore "
                "transmettre ce dossier. Attendez la clôture."
            )
        case Exigence.MOTIF if motif is not None:
            check_motif(motif)


def check_motif(motif: str) -> None:
    """Every override says why."""
    if not motif.strip():
        raise Refus(
            "Cette action demande un motif : il sera inscrit au journal. Indiquez-le, puis recommencez."
        )


def phrase_observations(etat: EtatDossier) -> str:
    """Why the dossier waits for answers."""
    fin = f" jusqu'au {jour_fr(etat.echeance)}" if etat.echeance else ""
    attendues = pluriel(etat.observations_ouvertes, "observation attend", "observations attendent")
    return (
        f"{attendues} une réponse : {etat.declarant} a{fin} pour répondre. "
        "Reprenez après sa réponse ou après ce délai."
    )


# Opinions and observations


def check_avis(etape: Etape, *, sens: str, texte: str, connus: Collection[str]) -> None:
    """An opinion is given at a step that takes opinions; a reserved or adverse one says why."""
    if not etape.avis:
        raise Refus(f"Aucun avis n'est attendu à l'étape « {etape.titre} ». {etape.phrase}")
    if sens not in connus:
        raise Inutilisable(f"L'avis « {sens} » n'existe pas. Choisissez parmi : {', '.join(connus)}.")
    if sens != "favorable" and not texte.strip():
        raise Refus("Un avis réservé ou défavorable dit pourquoi. Écrivez vos raisons, puis rendez l'avis.")


def check_demandes(etape: Etape, demandes: Mapping[str, str], cles: Collection[str]) -> None:
    """Observations are asked during control, on lines of the current version, in words."""
    if not etape.controle:
        raise Refus(
            f"Les observations se demandent pendant le contrôle ; ce dossier est à l'étape « {etape.titre} ». "
            f"{etape.phrase}"
        )
    if not demandes:
        raise Refus("Aucune ligne n'est choisie. Choisissez au moins une ligne et écrivez votre demande.")
    for cle, texte in demandes.items():
        if cle and cle not in cles:
            raise Refus(phrase_ligne_absente(cle))
        if not texte.strip():
            raise Refus(
                f"La demande sur {nom_ligne(cle)} est vide. Écrivez ce que vous attendez du déclarant."
            )


def check_echeance(echeance: date, instant: datetime) -> None:
    """The answer is due on a coming day, never the very day of the request."""
    if echeance <= local_day(instant):
        raise Refus(
            f"L'échéance du {jour_fr(echeance)} ne laisse pas de temps pour répondre. Choisissez un jour à venir."
        )


def check_reponse(*, reponse: str, repondu_le: datetime | None, decidee: bool, courante: bool) -> None:
    """One answer per request, until the line is decided or its content has changed."""
    if repondu_le is not None:
        raise Refus(f"Vous avez déjà répondu à cette demande le {instant_fr(repondu_le)}.")
    if not courante:
        raise Refus(
            "Cette demande portait sur une ligne que vous avez corrigée depuis : elle est sans objet. "
            "Une nouvelle demande vous sera faite s'il le faut."
        )
    if decidee:
        raise Refus("Cette ligne est déjà décidée : votre réponse ne peut plus être prise en compte ici.")
    if not reponse.strip():
        raise Refus("Votre réponse est vide. Écrivez-la, puis envoyez-la.")


# Decisions


def nom_ligne(cle: str) -> str:
    """How a sentence names a line."""
    return f"la ligne « {cle} »" if cle else "l'ensemble du dossier"


def phrase_ligne_absente(cle: str) -> str:
    """Why a key that is not in the current version is refused."""
    return (
        f"La ligne « {cle} » n'est pas dans la version actuelle du dossier. Rechargez la page pour voir "
        "les lignes à jour."
    )


def check_decidable(etape: Etape, reception: Reception) -> None:
    """Lines are decided during control only."""
    if not reception.sens:
        raise Refus("Les lignes de ce dossier ne se décident pas : elles sont prises telles que déclarées.")
    if not etape.controle:
        raise Refus(
            f"Les lignes se décident pendant le contrôle ; ce dossier est à l'étape « {etape.titre} ». {etape.phrase}"
        )


def check_choix(choix: Choix, reception: Reception, ligne: EtatLigne, *, jour: date) -> None:
    """Whether *choix* may be taken on that line on day *jour*: its shape, its reason, then the right of reply."""
    if choix.sens not in reception.sens:
        possibles = ", ".join(f"« {SENS_TITRES[s]} »" for s in reception.sens)
        titre = SENS_TITRES.get(choix.sens, choix.sens)
        raise Refus(
            f"La décision « {titre} » n'existe pas pour cette ligne. Décisions possibles : {possibles}."
        )
    if choix.sens in SENS_A_MOTIF and not choix.motif.strip():
        raise Refus(
            f"Une ligne ne peut pas être « {SENS_TITRES[choix.sens]} » sans motif. Indiquez le motif."
        )
    check_montant(choix)
    if choix.sens in SENS_CONTRADICTOIRES:
        check_contradictoire(choix.sens, ligne, jour)
    if ligne.decision and ligne.decision != contenu(choix) and not choix.motif.strip():
        raise Refus(
            f"Cette ligne est déjà décidée ({SENS_TITRES[ligne.decision[0]]}). Pour changer la décision, "
            "indiquez un motif."
        )


def check_montant(choix: Choix) -> None:
    """A lesser or taken-up amount is given, in euros and cents; the other decisions carry none."""
    if choix.sens in SENS_A_MONTANT:
        if choix.montant is None:
            raise Refus("Indiquez le montant retenu, en euros.")
        if not choix.montant.is_finite() or choix.montant != choix.montant.quantize(CENTIME):
            raise Refus(
                f"Le montant {choix.montant} n'est pas en euros et centimes. Arrondissez-le au centime."
            )
    elif choix.montant is not None:
        raise Refus(
            f"Une ligne « {SENS_TITRES[choix.sens]} » ne porte pas de montant. Pour retenir un autre montant, "
            "choisissez « retenu pour un montant moindre »."
        )


def check_contradictoire(sens: str, ligne: EtatLigne, jour: date) -> None:
    """Withdrawing or reducing comes after the respondent has answered, or its period has ended (inclusive day)."""
    verbe = "retirer cette ligne" if sens == "retire" else "réduire cette ligne"
    if not ligne.demandee:
        raise Refus(
            f"Vous ne pouvez pas encore {verbe} : {ligne.declarant} n'a pas été invité à présenter ses "
            "observations. Demandez-les d'abord."
        )
    if not ligne.repondue and ligne.echeance is not None and jour <= ligne.echeance:
        raise Refus(
            f"Vous ne pouvez pas encore {verbe} : {ligne.declarant} a jusqu'au {jour_fr(ligne.echeance)} "
            "pour répondre."
        )


def contenu(choix: Choix) -> tuple[str, Decimal | None, str, str]:
    """What a decision says, to tell a change from a repetition."""
    return (choix.sens, choix.montant, choix.motif.strip(), choix.commentaire.strip())


def check_unique(cles: Collection[str]) -> None:
    """One choice per line in one request."""
    vues: set[str] = set()
    for cle in cles:
        if cle in vues:
            raise Refus(f"La ligne « {cle} » porte deux décisions dans la même demande. Gardez-en une.")
        vues.add(cle)


# Publication


@dataclass(frozen=True)
class EtatPublication:
    """What stands between a campaign and its publication."""

    lignes: int = 0  # lines of the dossiers to decide
    a_decider: int = 0
    dossiers_a_decider: int = 0
    observations_ouvertes: int = 0
    echeance: date | None = None
    non_decides: tuple[str, ...] = ()  # dossiers whose lines are decided but whose step is not
    publications: int = 0


def check_publication(etat: EtatPublication, motif: str) -> None:
    """A campaign is published when every line is decided and nobody is still awaited; again, with a reason."""
    if not etat.lignes:
        raise Refus("Il n'y a rien à publier : aucune ligne n'a été déposée dans cette campagne.")
    if etat.a_decider:
        raise Refus(
            f"Il reste {pluriel(etat.a_decider, 'ligne', 'lignes')} à décider dans "
            f"{pluriel(etat.dossiers_a_decider, 'dossier', 'dossiers')} : ouvrez la file de contrôle pour les "
            "décider, puis publiez."
        )
    if etat.observations_ouvertes:
        fin = f" (la dernière jusqu'au {jour_fr(etat.echeance)})" if etat.echeance else ""
        attendues = pluriel(etat.observations_ouvertes, "observation attend", "observations attendent")
        raise Refus(f"{attendues} encore une réponse{fin}. Publiez après les réponses ou après ce délai.")
    if etat.non_decides:
        noms = ", ".join(etat.non_decides[:3]) + ("…" if len(etat.non_decides) > 3 else "")
        raise Refus(
            f"{pluriel(len(etat.non_decides), 'dossier', 'dossiers')} n'ont pas été clos après décision : {noms}. "
            "Clôturez leur contrôle, puis publiez."
            if len(etat.non_decides) > 1
            else f"Le dossier {noms} n'a pas été clos après décision. Clôturez son contrôle, puis publiez."
        )
    if etat.publications and not motif.strip():
        raise Refus(
            f"Cette campagne a déjà {pluriel(etat.publications, 'publication', 'publications')}. "
            "Indiquez pourquoi vous publiez de nouveau."
        )
