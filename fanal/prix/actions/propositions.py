"""A supplier's proposed prices: received, compared with the clause, accepted or refused."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots.models import Correspondance
from fanal.marches.actions.commun import ecrire
from fanal.marches.models import Marche
from fanal.prix.actions.clauses import appliquer_revision
from fanal.prix.actions.commun import garder_fichier, verrouiller
from fanal.prix.compute.clause import date_de_revision
from fanal.prix.compute.propositions import FAVORABLE, Verdict
from fanal.prix.models import ClauseRevision, PropositionPrix
from fanal.prix.queries.fichiers import lire_propositions
from fanal.prix.queries.prix import clauses, definition
from fanal.prix.queries.propositions import controler_proposition, en_json, verdicts_de
from fanal.prix.rules.propositions import check_acceptable, check_motif_refus, check_recue
from fanal.refus import Refus


@transaction.atomic
def recevoir_proposition(
    *,
    marche: Marche,
    chemin: Path,
    nom_fichier: str,
    applicable_le: date,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
) -> PropositionPrix:
    """Keep a supplier's file and its verdicts, line by line. Raises `Inutilisable`, `Refus`."""
    read, lines = lire_propositions(chemin, correspondance)
    marche = verrouiller(marche, by=by, instant=instant)
    if not clauses(marche):
        raise Refus(
            "Ce marché n'a pas de clause de révision exécutable : les prix proposés ne peuvent pas être "
            "comparés. Transcrivez d'abord la clause du CCAP."
        )
    if not lines:
        raise Refus("Aucune ligne de ce fichier ne peut être prise en compte : rien n'a été enregistré.")
    verdicts = controler_proposition(marche, lines, applicable_le)
    depot = garder_fichier(
        lue=read,
        chemin=chemin,
        nom_fichier=nom_fichier,
        by=by,
        instant=instant,
        correspondance=correspondance,
    )
    kept = PropositionPrix.objects.create(
        marche=marche,
        depot=depot,
        applicable_le=applicable_le,
        lignes=[en_json(v) for v in verdicts],
        auteur=by,
        created_at=instant,
    )
    wrong = sum(not v.conforme for v in verdicts)
    donnees = {"proposition": kept.pk, "lignes": len(verdicts), "ecarts": wrong}
    ecrire(marche, action="prix.proposition", by=by, instant=instant, donnees=donnees)
    return kept


@transaction.atomic
def accepter_proposition(
    *, proposition: PropositionPrix, motif: str, by: Utilisateur | None, instant: datetime
) -> PropositionPrix:
    """Apply the revision with the proposed prices, none above the clause; they are compared again first."""
    proposition, marche = _prendre(proposition, by, instant)
    verdicts = controler_proposition(
        marche, [v.proposee for v in verdicts_de(proposition)], proposition.applicable_le
    )
    check_acceptable(verdicts)
    for clause, lower in _par_clause(marche, verdicts):
        when = date_de_revision(definition(clause), proposition.applicable_le)
        if when is not None:
            appliquer_revision(clause=clause, le=when, by=by, instant=instant, motif=motif, plus_bas=lower)
    return _decider(proposition, marche, PropositionPrix.Statut.ACCEPTEE, motif, by, instant)


@transaction.atomic
def refuser_proposition(
    *, proposition: PropositionPrix, motif: str, by: Utilisateur | None, instant: datetime
) -> PropositionPrix:
    """Refuse a proposal, saying why; no price moves."""
    proposition, marche = _prendre(proposition, by, instant)
    check_motif_refus(motif)
    return _decider(proposition, marche, PropositionPrix.Statut.REFUSEE, motif, by, instant)


def _prendre(
    proposition: PropositionPrix, by: Utilisateur | None, instant: datetime
) -> tuple[PropositionPrix, Marche]:
    marche = verrouiller(proposition.marche, by=by, instant=instant)
    proposition = PropositionPrix.objects.get(pk=proposition.pk)
    check_recue(proposition.statut)
    return proposition, marche


def _par_clause(marche: Marche, verdicts: list[Verdict]) -> list[tuple[ClauseRevision, dict[str, Decimal]]]:
    """The clauses that the proposed lines follow, with the lower prices offered under each."""
    lower: dict[int, dict[str, Decimal]] = defaultdict(dict)
    known = {clause.pk: (clause, definition(clause)) for clause in clauses(marche)}
    for verdict in verdicts:
        for key, (_, value) in known.items():
            if value.vise(verdict.proposee.cle):
                lower[key]
                if verdict.genre == FAVORABLE:
                    lower[key][verdict.proposee.cle] = verdict.proposee.prix
    return [(known[key][0], prices) for key, prices in lower.items()]


def _decider(
    proposition: PropositionPrix,
    marche: Marche,
    statut: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> PropositionPrix:
    proposition.statut, proposition.motif, proposition.decidee_le = statut, motif, instant
    proposition.save(update_fields=["statut", "motif", "decidee_le"])
    donnees = {"proposition": proposition.pk, "statut": statut}
    ecrire(marche, action=f"prix.proposition_{statut}", by=by, instant=instant, motif=motif, donnees=donnees)
    return proposition
