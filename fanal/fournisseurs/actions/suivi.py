"""What a GHT knows of a supplier: its bank account, its incidents, its evaluations."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from fanal import parametres
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.models import CompteBancaire, Evaluation, Fournisseur, Incident
from fanal.fournisseurs.rules.comptes import check_iban, check_remplacement, masquer
from fanal.fournisseurs.rules.decisions import check_cloture, check_evaluation, check_incident
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.models import Appartenance, Etablissement, Ght


def criteres(le: date) -> dict[str, str]:
    """The criteria of evaluations on a day: code → title."""
    return {c["code"]: c["titre"] for c in parametres.valeur("fournisseurs.evaluation.criteres", le=le)}


def poids(le: date) -> dict[str, Decimal]:
    """The weights of the criteria on a day: code → weight."""
    return {
        c["code"]: Decimal(c["poids"]) for c in parametres.valeur("fournisseurs.evaluation.criteres", le=le)
    }


@transaction.atomic
def enregistrer_compte(
    *,
    fournisseur: Fournisseur,
    ght: Ght,
    iban: str,
    depuis: date,
    by: Utilisateur | None,
    instant: datetime,
) -> CompteBancaire:
    """Pay *fournisseur* on this IBAN from a day on; the one before is closed the day before, and kept.

    Raises Refus when the IBAN is wrong, is the present one, or does not come after it. The journal keeps the
    masked numbers only.
    """
    checked = check_iban(iban)
    Fournisseur.objects.select_for_update().get(pk=fournisseur.pk)
    present = CompteBancaire.objects.filter(fournisseur=fournisseur, ght=ght, jusqu_a=None).first()
    check_remplacement(
        present.iban if present else None, checked, depuis, present.depuis if present else None
    )
    if present:
        present.jusqu_a = depuis - timedelta(days=1)
        present.save(update_fields=["jusqu_a"])
    created = CompteBancaire.objects.create(
        fournisseur=fournisseur, ght=ght, iban=checked, depuis=depuis, auteur=by
    )
    inscrire(
        action="fournisseur.iban",
        objet=fournisseur,
        by=by,
        instant=instant,
        donnees={
            "ght": ght.code,
            "nouveau": masquer(checked),
            "ancien": masquer(present.iban) if present else "",
            "depuis": depuis.isoformat(),
        },
    )
    return created


@transaction.atomic
def signaler_incident(
    *,
    fournisseur: Fournisseur,
    etablissement: Etablissement,
    nature: str,
    grave: bool,
    survenu_le: date,
    description: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Incident:
    """Record an incident seen by an establishment, on its GHT of that day. Raises Refus."""
    check_incident(survenu_le, description, local_day(instant))
    if nature not in Incident.Nature.values:
        raise Refus("Choisissez la nature de l'incident dans la liste.")
    membership = (
        Appartenance.objects.en_vigueur(survenu_le)
        .filter(etablissement=etablissement)
        .order_by("role")
        .last()
    )
    if membership is None:
        raise Refus(f"{etablissement} n'appartenait à aucun GHT le {survenu_le:%d/%m/%Y}. Vérifiez la date.")
    created = Incident.objects.create(
        fournisseur=fournisseur,
        ght=membership.ght,
        etablissement=etablissement,
        nature=nature,
        grave=grave,
        survenu_le=survenu_le,
        description=description.strip(),
        auteur=by,
    )
    inscrire(
        action="fournisseur.incident",
        objet=created,
        by=by,
        instant=instant,
        donnees={"fournisseur": fournisseur.pk, "nature": nature, "grave": grave},
    )
    return created


@transaction.atomic
def clore_incident(*, incident: Incident, motif: str, by: Utilisateur | None, instant: datetime) -> None:
    """Close an incident today. Raises Refus when it is closed already."""
    row = Incident.objects.select_for_update().get(pk=incident.pk)
    today = local_day(instant)
    check_cloture(row.survenu_le, row.clos_le, today)
    row.clos_le = today
    row.save(update_fields=["clos_le"])
    inscrire(action="fournisseur.incident_clos", objet=row, by=by, instant=instant, motif=motif)


@transaction.atomic
def evaluer(
    *,
    fournisseur: Fournisseur,
    ght: Ght,
    du: date,
    au: date,
    notes: Mapping[str, int],
    commentaire: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Evaluation:
    """Record a GHT's marks for a period; a former evaluation is kept beside it. Raises Refus."""
    check_evaluation(du, au, notes, criteres(local_day(instant)))
    created = Evaluation.objects.create(
        fournisseur=fournisseur,
        ght=ght,
        du=du,
        au=au,
        notes=dict(notes),
        commentaire=commentaire.strip(),
        auteur=by,
        created_at=instant,
    )
    inscrire(
        action="fournisseur.evaluer",
        objet=created,
        by=by,
        instant=instant,
        donnees={"fournisseur": fournisseur.pk, "notes": dict(notes)},
    )
    return created
