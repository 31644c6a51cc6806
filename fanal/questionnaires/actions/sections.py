"""Sections of a draft entrusted to accounts of its node, and marked finished."""

from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.questionnaires.actions.commun import prendre
from fanal.questionnaires.compute.sections import sections
from fanal.questionnaires.models import Brouillon, SectionConfiee
from fanal.questionnaires.queries.equipe import comptes_possibles
from fanal.questionnaires.rules.sections import check_confier, check_section


@transaction.atomic
def confier_section(
    *, brouillon: Brouillon, section: str, a: Utilisateur, by: Utilisateur | None, instant: datetime
) -> SectionConfiee:
    """Entrust a section to an account of the same node; it stays open to the others. Raises Refus."""
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    check_section(section, [s.nom for s in sections(formulaire)])
    possibles = {c.pk for c in comptes_possibles(pris.dossier, instant)}
    deja = SectionConfiee.objects.filter(brouillon=pris, section=section, utilisateur=a).exists()
    check_confier(a.pk, possibles, deja)
    confiee = SectionConfiee.objects.create(
        brouillon=pris, section=section, utilisateur=a, confiee_le=instant
    )
    _inscrire(pris, "questionnaire.confier", section, a, by, instant)
    return confiee


@transaction.atomic
def reprendre_section(
    *, brouillon: Brouillon, section: str, a: Utilisateur, by: Utilisateur | None, instant: datetime
) -> None:
    """Entrust the section to that account no more."""
    pris, _ = prendre(brouillon, by=by, instant=instant)
    retirees, _ = SectionConfiee.objects.filter(brouillon=pris, section=section, utilisateur=a).delete()
    if retirees:
        _inscrire(pris, "questionnaire.reprendre_section", section, a, by, instant)


@transaction.atomic
def terminer_section(
    *,
    brouillon: Brouillon,
    section: str,
    by: Utilisateur,
    instant: datetime,
    terminee: bool = True,
) -> SectionConfiee:
    """Say that one has finished a section (or, with *terminee* false, that one takes it up again).

    Somebody to whom the section was not entrusted takes it on by finishing it. Raises Refus.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    check_section(section, [s.nom for s in sections(formulaire)])
    confiee, _ = SectionConfiee.objects.get_or_create(
        brouillon=pris, section=section, utilisateur=by, defaults={"confiee_le": instant}
    )
    confiee.terminee_le = instant if terminee else None
    confiee.save(update_fields=["terminee_le"])
    _inscrire(
        pris, "questionnaire.terminer" if terminee else "questionnaire.rouvrir", section, by, by, instant
    )
    return confiee


def _inscrire(
    brouillon: Brouillon,
    action: str,
    section: str,
    a: Utilisateur,
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    inscrire(
        action=action,
        objet=brouillon.dossier,
        by=by,
        instant=instant,
        donnees={"section": section, "compte": a.pk},
    )
