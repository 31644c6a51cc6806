"""Writing a clause, applying a revision."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.marches.actions.commun import ecrire
from fanal.marches.models import Marche
from fanal.prix.actions.commun import empreinte, empreinte_prix, verrouiller
from fanal.prix.compute.ecriture import en_decimal
from fanal.prix.compute.historique import REVISION
from fanal.prix.compute.recit import decrire
from fanal.prix.compute.revision import Revision
from fanal.prix.models import ClauseRevision, PrixLigne, RevisionPrix
from fanal.prix.queries.prix import apercu_revision, definition, est_notifie, fin_du_marche
from fanal.prix.rules.clauses import (
    check_applicable,
    check_ecrire_clause,
    check_lignes_libres,
    check_provisoire,
    check_transcription,
    check_vraisemblable,
)
from fanal.prix.rules.definition import ecrire_clause, lire_clause
from fanal.refus import Refus


@transaction.atomic
def enregistrer_clause(
    *,
    marche: Marche,
    brut: object,
    by: Utilisateur | None,
    instant: datetime,
    clause: ClauseRevision | None = None,
    transcription: bool = False,
    motif: str = "",
    verrou: int | None = None,
) -> ClauseRevision:
    """Keep a clause of a contract, or change *clause*. Raises `Inutilisable` naming a wrong key, `Refus`."""
    value = lire_clause(brut)
    marche = verrouiller(marche, by=by, instant=instant, verrou=verrou)
    revisions = clause.revisions.count() if clause else 0
    check_ecrire_clause(
        notifie=est_notifie(marche),
        types_prix=marche.types_prix,
        existe=clause is not None,
        revisions=revisions,
        transcription=transcription,
    )
    if est_notifie(marche):
        check_transcription(value, motif)
    others = [definition(c) for c in marche.clauses.exclude(pk=clause.pk if clause else 0)]
    check_lignes_libres(value, others)
    document = ecrire_clause(value)
    before = clause.definition if clause else None
    kept = clause or ClauseRevision(marche=marche, created_at=instant)
    kept.definition, kept.lignes = document, list(value.lignes)
    kept.empreinte, kept.auteur = empreinte(document), by
    kept.save()
    ecrire(
        marche,
        action="prix.clause",
        by=by,
        instant=instant,
        motif=motif,
        donnees={"clause": kept.pk, "empreinte": kept.empreinte},
    )
    _garder_texte(kept, before, document, by, instant, motif)
    return kept


@transaction.atomic
def retirer_clause(*, clause: ClauseRevision, motif: str, by: Utilisateur | None, instant: datetime) -> None:
    """Remove a clause before the notification of its contract."""
    marche = verrouiller(clause.marche, by=by, instant=instant)
    if est_notifie(marche):
        raise Refus("Ce marché est notifié : sa clause de révision est intangible, elle ne se retire pas.")
    donnees = {"clause": clause.pk, "empreinte": clause.empreinte}
    ecrire(marche, action="prix.clause_retirer", by=by, instant=instant, motif=motif, donnees=donnees)
    _garder_texte(clause, clause.definition, None, by, instant, motif)
    clause.delete()


@transaction.atomic
def appliquer_revision(
    *,
    clause: ClauseRevision,
    le: date,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    verrou: int | None = None,
    plus_bas: Mapping[str, Decimal] | None = None,
) -> tuple[RevisionPrix, Revision]:
    """Apply the revision of a date to every line that moves; expired lines stay.

    *plus_bas*: lower prices that the supplier offers, by line. A revision without effect is recorded too, so
    that nobody looks at it again. Raises `Refus`.
    """
    marche = verrouiller(clause.marche, by=by, instant=instant, verrou=verrou)
    value = definition(clause)
    check_applicable(
        clause=value,
        le=le,
        aujourd_hui=local_day(instant),
        traitees=list(clause.revisions.values_list("le", flat=True)),
        fin=fin_du_marche(marche, le),
        notifie=est_notifie(marche),
    )
    revision = apercu_revision(clause, le)
    found = revision.coefficient
    if found is None:
        raise Refus("La première date de révision de cette clause est encore à venir.")
    check_vraisemblable(revision)
    check_provisoire(found, motif)
    moved = _prix(marche, clause, revision, plus_bas or {}, by, instant, motif)
    PrixLigne.objects.bulk_create(moved, batch_size=500)
    kept = RevisionPrix.objects.create(
        clause=clause,
        le=le,
        effet=found.effet,
        etat=RevisionPrix.Etat.APPLIQUEE if found.declenchee else RevisionPrix.Etat.SANS_EFFET,
        coefficient=en_decimal(found.retenu, 10),
        calcul=_calcul(revision),
        motif=motif,
        auteur=by,
        created_at=instant,
    )
    ecrire(
        marche,
        action="prix.revision",
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "clause": clause.pk,
            "le": le,
            "effet": found.effet,
            "coefficient": kept.coefficient,
            "prix_changes": len(moved),
            "empreinte": empreinte_prix(moved),
        },
    )
    return kept, revision


def _garder_texte(
    clause: ClauseRevision,
    before: Any,
    after: Any,
    by: Utilisateur | None,
    instant: datetime,
    motif: str,
) -> None:
    """The whole text of the clause, before and after, in the journal of the clause itself."""
    inscrire(
        action="prix.clause_texte",
        objet=clause,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"avant": before, "apres": after},
    )


def _prix(
    marche: Marche,
    clause: ClauseRevision,
    revision: Revision,
    lower: Mapping[str, Decimal],
    by: Utilisateur | None,
    instant: datetime,
    motif: str,
) -> list[PrixLigne]:
    found = revision.coefficient
    rows = []
    for line in revision.lignes if found else ():
        price = min(line.prix_revise, lower.get(line.ligne.cle, line.prix_revise))
        if found is None or price == line.prix_avant or not (line.bouge or price < line.prix_revise):
            continue
        said = line.phrase
        if price < line.prix_revise:
            said += " Le fournisseur a proposé moins : son prix est retenu."
        rows.append(
            PrixLigne(
                marche=marche,
                cle=line.ligne.cle,
                prix_unitaire_ht=price,
                depuis=found.effet,
                origine=REVISION,
                motif=motif,
                calcul={
                    "clause": clause.pk,
                    "le": found.le.isoformat(),
                    "coefficient": str(en_decimal(found.arrondi)),
                    "etat": line.etat,
                    "phrase": said,
                    "termes": [term.phrase for term in found.termes],
                },
                auteur=by,
                created_at=instant,
            )
        )
    return rows


def _calcul(revision: Revision) -> dict[str, Any]:
    """The whole computation, kept with the revision; lines live in the history of prices."""
    document = decrire(revision)
    document.pop("lignes")
    return document
