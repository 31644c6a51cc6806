"""The states of a procedure and the acts that lead from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from fanal.procedures.rules.lots import SituationLot, check_lots_prets
from fanal.refus import Refus

SANS_CONCURRENCE = "Marché passé sans publicité ni mise en concurrence préalable"
ADAPTEE = "Procédure adaptée"
# Labels of the DECP schema 2.0.3 (field `procedure`).
LIBELLES = (
    ADAPTEE,
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Procédure avec négociation",
    SANS_CONCURRENCE,
    "Dialogue compétitif",
)
FORMALISEES = frozenset(LIBELLES) - {ADAPTEE, SANS_CONCURRENCE}
TITRES = {
    "planifiee": "Planifiée",
    "recensement": "Recensement des besoins",
    "redaction": "Rédaction",
    "lancee": "Consultation lancée",
    "analyse": "Analyse des offres",
    "attribuee": "Attribuée",
    "terminee": "Terminée",
    "infructueuse": "Infructueuse",
    "sans_suite": "Sans suite",
}
FINIES = frozenset({"terminee", "infructueuse", "sans_suite"})
EN_COURS = ("planifiee", "recensement", "redaction", "lancee", "analyse")


@dataclass(frozen=True)
class Passage:
    """An act: from which states, to which, its verb on the button, whether it asks for a reason."""

    code: str
    titre: str
    de: tuple[str, ...]
    vers: str
    motif: bool = False


PASSAGES = {
    p.code: p
    for p in (
        Passage("rediger", "Passer à la rédaction", ("planifiee", "recensement"), "redaction"),
        Passage("lancer", "Lancer la consultation", ("redaction",), "lancee"),
        Passage("analyser", "Ouvrir les plis et analyser", ("lancee",), "analyse"),
        Passage("terminer", "Terminer la procédure", ("attribuee",), "terminee"),
        Passage("infructueuse", "Déclarer infructueuse…", ("lancee", "analyse"), "infructueuse", motif=True),
        Passage("sans_suite", "Classer sans suite…", EN_COURS, "sans_suite", motif=True),
    )
}


@dataclass(frozen=True)
class Situation:
    """What the rules need of a procedure. Amounts excl. VAT; `recensement_ouvert` None when there was none.

    `delai_minimal`: days that the law leaves to tenderers, with its article; None when it sets none.
    """

    etat: str
    procedure: str = ""
    montant_connu: bool = False
    motif_non_allotissement: str = ""
    lots: Sequence[SituationLot] = ()
    recensement_ouvert: bool | None = None
    critere_environnemental: bool = False
    date_lancement: date | None = None
    date_limite: date | None = None
    delai_minimal: int | None = None
    article_delai: str = ""
    marches_non_notifies: Sequence[str] = field(default_factory=tuple)


def check_passage(code: str, s: Situation, *, le: date, motif: str | None = "") -> Passage:
    """The act, when it is possible on day *le*. `motif=None` leaves the reason to be given later.

    Raises Refus with the sentence that stands beside the button.
    """
    passage = PASSAGES.get(code)
    if passage is None:
        raise Refus("Cet acte n'existe pas. Revenez à la procédure et choisissez dans la liste.")
    if s.etat not in passage.de:
        possibles = " ou ".join(f"« {TITRES[e]} »" for e in passage.de)
        raise Refus(
            f"La procédure est à l'état « {TITRES[s.etat]} » ; cet acte se fait à l'état {possibles}."
        )
    if passage.motif and motif is not None and not motif.strip():
        raise Refus("Écrivez le motif : il sera gardé au journal et repris dans la suite de la procédure.")
    if code == "rediger" and s.recensement_ouvert:
        raise Refus("Le recensement est ouvert : fermez-le d'abord, l'estimation en vient.")
    if code == "lancer":
        _check_lancer(s, le)
    if code == "analyser":
        _check_analyser(s, le)
    if code == "infructueuse":
        _check_aucun_lot_decide(s)
    if code == "terminer" and s.marches_non_notifies:
        noms = ", ".join(s.marches_non_notifies[:3])
        raise Refus(f"Ces marchés ne sont pas encore notifiés : {noms}. Notifiez-les sur leur page.")
    return passage


def _check_lancer(s: Situation, le: date) -> None:
    if s.procedure not in LIBELLES:
        raise Refus("Choisissez la procédure (« Modifier »), par exemple avec le conseil de procédure.")
    if not s.montant_connu:
        raise Refus(
            "La valeur estimée au niveau du GHT n'est pas connue : saisissez-la ou fermez un recensement."
        )
    check_lots_prets(
        s.lots,
        motif_non_allotissement=s.motif_non_allotissement,
        avec_criteres=s.procedure != SANS_CONCURRENCE,
        critere_environnemental=s.critere_environnemental,
    )
    check_dates_lancement(s, le)


def check_permise(procedure: str, permises: Sequence[str], motif: str) -> None:
    """The procedure is one that the amount allows at the launch date, or a conditional route with its reason.

    Raises Refus naming those that need none.
    """
    if permises and procedure not in permises and not motif.strip():
        raise Refus(
            f"À cette valeur et à cette date, la loi permet sans condition : {', '.join(permises)}. "
            f"« {procedure} » suppose une voie conditionnelle : écrivez le motif et son article."
        )


def check_dates_lancement(s: Situation, le: date) -> None:
    """The launch is not in the future, the deadline follows it by the minimum time of the law.

    Dates not given yet are not looked at. Raises Refus. R2161-2 to R2161-12 CCP.
    """
    if s.date_lancement is None:
        return
    if s.date_lancement > le:
        raise Refus(
            f"Le lancement serait le {s.date_lancement:%d/%m/%Y}, qui n'est pas encore arrivé. "
            "Enregistrez le jour réel de l'envoi."
        )
    if s.date_limite is None:
        if s.procedure == SANS_CONCURRENCE:
            return
        raise Refus("Indiquez la date limite de réception des offres.")
    jours = (s.date_limite - s.date_lancement).days
    if jours < 0:
        raise Refus("La date limite de réception des offres précède le lancement.")
    if s.delai_minimal is not None and jours < s.delai_minimal:
        raise Refus(
            f"{s.procedure} : il faut au moins {s.delai_minimal} jours entre l'envoi et la date limite "
            f"({s.article_delai}) ; vous en laissez {jours}."
        )


def _check_analyser(s: Situation, le: date) -> None:
    if s.date_limite is not None and le <= s.date_limite:
        raise Refus(
            f"Les plis s'ouvrent après la date limite de réception, le {s.date_limite:%d/%m/%Y} inclus."
        )


def _check_aucun_lot_decide(s: Situation) -> None:
    if any(lot.issue in {"choisi", "attribue"} for lot in s.lots):
        raise Refus(
            "Un lot a déjà un attributaire : déclarez infructueux les autres lots, un par un, sur leur page."
        )


def etat_apres_lots(issues: Sequence[str]) -> str | None:
    """The state that the outcomes of the lots give to the procedure; None while one is undecided."""
    if not issues or any(i in {"", "choisi"} for i in issues):
        return None
    if "attribue" in issues:
        return "attribuee"
    return "infructueuse" if "infructueux" in issues else "sans_suite"


def check_modifiable(etat: str, champs: Sequence[str]) -> None:
    """What was announced to tenderers no longer changes once the consultation is launched. Raises Refus."""
    if etat in FINIES:
        raise Refus(f"La procédure est à l'état « {TITRES[etat]} » : elle ne se modifie plus.")
    if etat not in {"planifiee", "recensement", "redaction"} and champs:
        raise Refus(
            f"La consultation est lancée : {', '.join(champs)} ne se modifie plus. Classez-la sans suite si "
            "elle doit changer, puis relancez."
        )


def check_verrou(lu: int | None, courant: int) -> None:
    """Nobody else wrote since the page was read. Raises Refus."""
    if lu is not None and lu != courant:
        raise Refus(
            "Une autre personne a modifié cette procédure pendant votre saisie. Rien n'a été enregistré : "
            "rechargez la page, vérifiez, puis saisissez de nouveau."
        )
