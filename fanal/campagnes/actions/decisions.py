"""Decisions on lines, one dossier or many, all or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fanal.campagnes import rules
from fanal.campagnes.actions.commun import lock_all, record
from fanal.campagnes.canonique import to_json
from fanal.campagnes.models import Decision, Dossier
from fanal.campagnes.queries.decisions import Apercu, Effet, examiner
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud

LOT = 500


def decider(
    *, dossier: Dossier, choix: Sequence[Choix], by: Utilisateur | None, instant: datetime
) -> list[Decision]:
    """Decide lines of a dossier, all or none; a choice that is already the decision changes nothing.

    Raises Refus with the line's sentence; with several refused lines, their number and the first sentence.
    """
    return decider_lot(choix={dossier: choix}, by=by, instant=instant)


@transaction.atomic
def decider_lot(
    *, choix: Mapping[Dossier, Sequence[Choix]], by: Utilisateur | None, instant: datetime
) -> list[Decision]:
    """Decide lines of several dossiers, all or none; `queries.previsualiser` shows it beforehand."""
    demandes = {dossier.pk: liste for dossier, liste in choix.items()}
    apercu = Apercu()
    for dossier in lock_all(demandes):
        check_droit(by, reception_de(dossier).permission_decision, Noeud.de(dossier), instant)
        apercu.add(examiner(dossier, demandes[dossier.pk], by=by, instant=instant))
    rules.check_apercu(apercu.lignes, [(r.cle, r.phrase) for r in apercu.refus])
    decisions: list[Decision] = []
    for dossier in {e.dossier.pk: e.dossier for e in apercu.effets}.values():
        effets = [e for e in apercu.effets if e.dossier.pk == dossier.pk]
        decisions += _decide(dossier, effets, by=by, instant=instant)
    return decisions


def _decide(
    dossier: Dossier, effets: Sequence[Effet], *, by: Utilisateur | None, instant: datetime
) -> list[Decision]:
    version = rules.check_deposee(dossier.version_courante)
    cles = [e.cle for e in effets]
    for debut in range(0, len(cles), LOT):
        remplacees = dossier.decisions.filter(courante=True, cle__in=cles[debut : debut + LOT])
        remplacees.update(courante=False)
    decisions = Decision.objects.bulk_create(
        (_decision(dossier, e, by, instant) for e in effets), batch_size=LOT
    )
    resume = {
        d.cle: {"sens": d.sens, "montant": d.montant, "motif": d.motif, "commentaire": d.commentaire}
        for d in decisions
    }
    record(
        campagne=dossier.campagne,
        action="dossier.decider",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"version": version.numero, "decisions": to_json(resume)},
    )
    return decisions


def _decision(dossier: Dossier, effet: Effet, by: Utilisateur | None, instant: datetime) -> Decision:
    version = rules.check_deposee(dossier.version_courante)
    choix = effet.choix
    return Decision(
        dossier=dossier,
        version=version,
        cle=choix.cle,
        empreinte=version.lignes[choix.cle],
        sens=choix.sens,
        montant=choix.montant,
        motif=choix.motif.strip(),
        commentaire=choix.commentaire.strip(),
        auteur=by,
        prise_le=instant,
    )
