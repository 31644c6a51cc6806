"""E-mails of a campaign: reminders before the closing, acknowledgements of deposits, requests for
observations.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from fanal.campagnes import courriels, registre
from fanal.campagnes.actions.commun import record
from fanal.campagnes.courriels import Courriel
from fanal.campagnes.fenetres import seuils_de_relance
from fanal.campagnes.models import Campagne, Dossier, Relance, Repondant, Version
from fanal.campagnes.queries.campagnes import Attendu, attendus_sans_reponse
from fanal.campagnes.queries.destinataires import comptes_du_noeud, droits_du_declarant
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit_national
from fanal.campagnes.rules.relances import check_relance
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur

ABANDON = timedelta(minutes=15)  # after this, a reminder claimed but never sent is taken up again


@dataclass(frozen=True)
class Envoi:
    """A reminder sent to `destinataires` accounts."""

    repondant: Repondant
    nature: str
    destinataires: int


@dataclass
class BilanRelances:
    """What a run did. `sans_compte`: nobody to write to; `echecs`: the mail server refused, the next run
    retries.
    """

    envoyees: list[Envoi] = field(default_factory=list)
    deja_envoyees: int = 0
    sans_compte: list[Repondant] = field(default_factory=list)
    echecs: list[Repondant] = field(default_factory=list)


def relancer(*, le: date, instant: datetime, connexion: BaseEmailBackend | None = None) -> BilanRelances:
    """Send the reminders due on day *le* in every campaign, once each: running again sends nothing more.

    On a day between two thresholds the nearest one passed is sent if it was not: a day without a run loses
    nothing.
    """
    bilan = BilanRelances()
    for campagne in Campagne.objects.filter(ouverture__lte=instant).order_by("pk"):
        attend = registre.obtenir(campagne.type_campagne).attend
        nature = nature_du_jour(campagne, le)
        if nature is not None and (attend is None or attend(campagne)):
            _relancer_campagne(campagne, nature, le, instant, connexion, bilan)
    return bilan


def relancer_maintenant(
    *,
    campagne: Campagne,
    repondants: Collection[int],
    by: Utilisateur | None,
    instant: datetime,
    connexion: BaseEmailBackend | None = None,
) -> BilanRelances:
    """Remind these respondents now, whatever the day; once a day each. Those that have answered are left
    alone.

    Raises Interdit without `campagne.gerer`, Refus when nobody is chosen.
    """
    check_droit_national(by, "campagne.gerer", instant)
    check_relance(len(repondants))
    le = local_day(instant)
    nature = f"manuelle {le.isoformat()}"
    bilan = BilanRelances()
    for attendu in attendus_sans_reponse(campagne):
        if attendu.repondant.pk in repondants:
            _relancer_attendu(campagne, attendu, nature, le, instant, connexion, bilan)
    if bilan.envoyees:
        with transaction.atomic():
            record(
                campagne=campagne,
                action="campagne.relancer",
                objet=campagne,
                by=by,
                instant=instant,
                donnees={"nature": nature, "repondants": [e.repondant.pk for e in bilan.envoyees]},
            )
    return bilan


def nature_du_jour(campagne: Campagne, le: date) -> str | None:
    """The reminder due on day *le*, « J-7 2022-02-28 »; a moved closing gives new ones. None: too early or
    too late.
    """
    cloture = local_day(campagne.cloture)
    reste = (cloture - le).days
    seuil = next((s for s in seuils_de_relance(le) if 0 <= reste <= s), None)
    return None if seuil is None else f"J-{seuil} {cloture.isoformat()}"


def _relancer_campagne(
    campagne: Campagne,
    nature: str,
    le: date,
    instant: datetime,
    connexion: BaseEmailBackend | None,
    bilan: BilanRelances,
) -> None:
    avant = len(bilan.envoyees)
    for attendu in attendus_sans_reponse(campagne):
        _relancer_attendu(campagne, attendu, nature, le, instant, connexion, bilan)
    envoyees = bilan.envoyees[avant:]
    if envoyees:
        with transaction.atomic():
            record(
                campagne=campagne,
                action="campagne.relancer",
                objet=campagne,
                by=None,
                instant=instant,
                donnees={"nature": nature, "repondants": [e.repondant.pk for e in envoyees]},
            )


def _relancer_attendu(
    campagne: Campagne,
    attendu: Attendu,
    nature: str,
    le: date,
    instant: datetime,
    connexion: BaseEmailBackend | None,
    bilan: BilanRelances,
) -> None:
    repondant = attendu.repondant
    reception = registre.obtenir(campagne.type_campagne).reception(repondant.format)
    comptes = comptes_du_noeud(repondant, droits_du_declarant(reception), le)
    if not comptes:
        bilan.sans_compte.append(repondant)
        return
    relance = _claim(repondant, nature, instant)
    if relance is None:
        bilan.deja_envoyees += 1
        return
    courriel = courriels.rappel(
        campagne=campagne.titre,
        declarant=repondant.nom_noeud,
        cloture=campagne.cloture,
        jours=(local_day(campagne.cloture) - le).days,
        reste=reception.rappels[attendu.en_preparation],
        adresse=settings.ADRESSE_PUBLIQUE,
    )
    try:
        _send(courriel, comptes, connexion)
    except OSError:  # smtplib's errors are OSErrors too
        relance.delete()
        bilan.echecs.append(repondant)
        return
    relance.destinataires = len(comptes)
    relance.save(update_fields=["destinataires"])
    bilan.envoyees.append(Envoi(repondant, nature, len(comptes)))


def _claim(repondant: Repondant, nature: str, instant: datetime) -> Relance | None:
    """Take this reminder, committed before it is sent so that no lock is held meanwhile; None when it is
    taken.
    """
    relance, nouvelle = Relance.objects.get_or_create(
        repondant=repondant, nature=nature, defaults={"envoyee_le": instant}
    )
    if nouvelle:
        return relance
    abandonnee = Relance.objects.filter(
        pk=relance.pk, destinataires=0, envoyee_le__lt=instant - ABANDON, envoyee_le=relance.envoyee_le
    )
    return relance if abandonnee.update(envoyee_le=instant) else None


def _send(
    courriel: Courriel, comptes: Iterable[Utilisateur], connexion: BaseEmailBackend | None = None
) -> None:
    """One message per account: nobody sees the others' addresses."""
    messages = [EmailMessage(courriel.objet, courriel.texte, to=[c.email]) for c in comptes]
    (connexion or get_connection()).send_messages(messages)


def accuser_reception(*, version: Version, instant: datetime) -> bool:
    """Acknowledge a deposit to its author, once. Returns whether an e-mail was sent."""
    version = Version.objects.select_related("depot__original", "auteur", "dossier__campagne").get(
        pk=version.pk
    )
    depot, auteur = version.depot, version.auteur
    if depot is None or auteur is None or not auteur.is_active:
        return False
    libre = Version.objects.filter(pk=version.pk, accuse_le__isnull=True)
    if not libre.update(accuse_le=instant):
        return False
    courriel = courriels.accuse(
        campagne=version.dossier.campagne.titre,
        declarant=version.dossier.nom_noeud,
        fichier=depot.nom_fichier,
        numero=version.numero,
        recu_le=version.created_at,
        acceptees=depot.acceptees,
        ecartees=depot.ecartees,
        empreinte=depot.original.empreinte,
        en_retard=version.en_retard,
        adresse=settings.ADRESSE_PUBLIQUE,
    )
    try:
        _send(courriel, [auteur])
    except OSError:
        Version.objects.filter(pk=version.pk).update(accuse_le=None)
        raise
    return True


def annoncer_observations(*, dossier: Dossier, demandes: int, echeance: date, le: date) -> int:
    """Tell the respondent's accounts that observations are asked. Returns how many were written to."""
    comptes = comptes_du_noeud(dossier, {reception_de(dossier).permission_reponse}, le)
    courriel = courriels.observations(
        campagne=dossier.campagne.titre,
        declarant=dossier.nom_noeud,
        demandes=demandes,
        echeance=echeance,
        adresse=settings.ADRESSE_PUBLIQUE,
    )
    _send(courriel, comptes)
    return len(comptes)
