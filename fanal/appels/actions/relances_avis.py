"""E-mails about opinions: those asked, those due soon; and about admissibility, to applicants.

One message per account and call: an agency with twenty dossiers is not written to twenty times.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from fanal.appels import courriels_avis
from fanal.appels.actions.demandes_avis import tenir
from fanal.appels.models import DemandeAvis
from fanal.appels.queries.avis import RELIES
from fanal.appels.rules import avis as rules
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.actions.commun import record
from fanal.campagnes.courriels import Courriel
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.destinataires import comptes_du_noeud
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.parametres.catalogue import valeur
from fanal.refus import Refus

Groupe = tuple[int, str]  # campaign, address of the account


@dataclass
class BilanRelances:
    """What a run did: how many e-mails left, the requests reminded, those that nobody reads, those whose
    e-mail the mail server refused (the next run retries).
    """

    courriels: int = 0
    relancees: list[DemandeAvis] = field(default_factory=list)
    sans_compte: list[DemandeAvis] = field(default_factory=list)
    echecs: list[DemandeAvis] = field(default_factory=list)


def relancer(*, le: date, instant: datetime, connexion: BaseEmailBackend | None = None) -> BilanRelances:
    """Remind of the opinions due soon on day *le*, once for each threshold: running again sends nothing.

    On a day between two thresholds the nearest one passed is sent if it was not: a day without a run loses
    nothing. What was asked or reminded since that threshold is left alone.
    """
    seuils = sorted(int(n) for n in valeur("appels.avis.relances_jours_avant", le=le))
    attendues = _attendues().filter(
        echeance__gte=le, echeance__lte=le + timedelta(days=max(seuils, default=0))
    )
    dues = [d for d in attendues if _due(d, le, seuils)]
    return _envoyer(dues, le, instant, connexion)


def relancer_maintenant(
    *,
    demandes: Sequence[DemandeAvis],
    by: Utilisateur | None,
    instant: datetime,
    connexion: BaseEmailBackend | None = None,
) -> BilanRelances:
    """Remind of these opinions now, once a day each; those given or withdrawn are left alone.

    Raises Introuvable when none is chosen, Interdit unless *by* organises their calls, Refus when there is
    none to remind of.
    """
    le = local_day(instant)
    with transaction.atomic():
        numeros = [d.pk for d in tenir(demandes, by, instant)]
    dues = [
        d
        for d in _attendues().filter(pk__in=numeros)
        if d.relancee_le is None or local_day(d.relancee_le) < le
    ]
    if not dues:
        raise Refus(
            "Aucune de ces demandes n'est à relancer : avis rendu, demande retirée ou relancée ce jour."
        )
    return _envoyer(dues, le, instant, connexion, by)


def _attendues() -> QuerySet[DemandeAvis]:
    """The requests that wait for their opinion, on dossiers whose step takes one."""
    ouvertes = DemandeAvis.objects.filter(avis__isnull=True, retiree_le__isnull=True)
    etapes = [e.code for e in ETAPES if e.avis]
    return ouvertes.filter(dossier__etape__in=etapes).select_related(*RELIES).order_by("pk")


def _due(demande: DemandeAvis, le: date, seuils: Sequence[int]) -> bool:
    reste = (demande.echeance - le).days
    seuil = next((s for s in seuils if 0 <= reste <= s), None)
    if seuil is None:
        return False
    dernier = max(local_day(demande.relancee_le or demande.demandee_le), local_day(demande.demandee_le))
    return dernier < demande.echeance - timedelta(days=seuil)


def _envoyer(
    dues: Sequence[DemandeAvis],
    le: date,
    instant: datetime,
    connexion: BaseEmailBackend | None,
    by: Utilisateur | None = None,
) -> BilanRelances:
    bilan = BilanRelances()
    groupes: dict[Groupe, list[DemandeAvis]] = {}
    for demande in dues:
        comptes = destinataires(demande, le)
        if not comptes:
            bilan.sans_compte.append(demande)
        elif _prendre(demande, instant):
            bilan.relancees.append(demande)
            for compte in comptes:
                groupes.setdefault((demande.dossier.campagne_id, compte.email), []).append(demande)
    echouees: set[int] = set()
    for (_, adresse), siennes in groupes.items():
        if _poster(_rappel(siennes, le), adresse, connexion):
            bilan.courriels += 1
        else:
            echouees.update(d.pk for d in siennes)
    _rendre_la_main(bilan, echouees)
    _inscrire(bilan, by, instant)
    return bilan


def _prendre(demande: DemandeAvis, instant: datetime) -> bool:
    """Take this reminder, committed before it is sent: of two workers, one sends it."""
    libre = DemandeAvis.objects.filter(pk=demande.pk, relancee_le=demande.relancee_le, avis__isnull=True)
    return bool(libre.update(relancee_le=instant))


def _rendre_la_main(bilan: BilanRelances, echouees: Collection[int]) -> None:
    """Forget the reminders that did not leave, so that the next run tries again."""
    for demande in [d for d in bilan.relancees if d.pk in echouees]:
        DemandeAvis.objects.filter(pk=demande.pk).update(relancee_le=demande.relancee_le)
        bilan.relancees.remove(demande)
        bilan.echecs.append(demande)


def _inscrire(bilan: BilanRelances, by: Utilisateur | None, instant: datetime) -> None:
    par_appel: dict[int, list[DemandeAvis]] = {}
    for demande in bilan.relancees:
        par_appel.setdefault(demande.dossier.campagne_id, []).append(demande)
    for demandes in par_appel.values():
        campagne = demandes[0].dossier.campagne
        with transaction.atomic():
            record(
                campagne=campagne,
                action="avis.relancer",
                objet=campagne.appel,
                by=by,
                instant=instant,
                donnees={"demandes": [d.pk for d in demandes]},
            )


def destinataires(demande: DemandeAvis, le: date) -> list[Utilisateur]:
    """The accounts that can give the opinion: those of the body asked on its node, or the expert named."""
    if demande.instance == "expert":
        return [demande.expert] if demande.expert and demande.expert.is_active else []
    return comptes_du_noeud(demande, {rules.DROITS[demande.instance]}, le)


def annoncer(*, numeros: Collection[int], le: date) -> int:
    """Tell those asked: one e-mail per account and due date. Returns how many were sent."""
    groupes: dict[tuple[str, date], list[DemandeAvis]] = {}
    ouvertes = DemandeAvis.objects.filter(pk__in=numeros, retiree_le__isnull=True, avis__isnull=True)
    for demande in ouvertes.select_related(*RELIES):
        for compte in destinataires(demande, le):
            groupes.setdefault((compte.email, demande.echeance), []).append(demande)
    for (adresse, echeance), siennes in groupes.items():
        textes = {d.texte for d in siennes}
        courriel = courriels_avis.demande(
            appel=siennes[0].dossier.campagne.titre,
            declarants=[d.dossier.nom_noeud for d in siennes],
            echeance=echeance,
            texte=textes.pop() if len(textes) == 1 else "",
            adresse=settings.ADRESSE_PUBLIQUE,
        )
        _send(courriel, adresse)
    return len(groupes)


def annoncer_instruction(*, numeros: Collection[int], geste: str, motif: str, le: date) -> int:
    """Tell the accounts of each applicant what was decided on its dossier; how many were written to."""
    envoyes = 0
    relies = ("campagne", "region", "ght", "etablissement", "operateur", "version_courante__auteur")
    for dossier in Dossier.objects.filter(pk__in=numeros).select_related(*relies).order_by("pk"):
        courriel = courriels_avis.instruction(
            appel=dossier.campagne.titre,
            declarant=dossier.nom_noeud,
            geste=geste,
            motif=motif,
            adresse=settings.ADRESSE_PUBLIQUE,
        )
        for compte in comptes_du_declarant(dossier, le):
            _send(courriel, compte.email)
            envoyes += 1
    return envoyes


def comptes_du_declarant(dossier: Dossier, le: date) -> list[Utilisateur]:
    """The accounts that write the dossier on its very node, and whoever handed it in: a GHT does it for its
    establishments.
    """
    comptes = {c.pk: c for c in comptes_du_noeud(dossier, {reception_de(dossier).permission}, le)}
    auteur = dossier.version_courante.auteur if dossier.version_courante else None
    if auteur is not None and auteur.is_active:
        comptes[auteur.pk] = auteur
    return sorted(comptes.values(), key=lambda c: c.email)


def _rappel(demandes: Sequence[DemandeAvis], le: date) -> Courriel:
    return courriels_avis.rappel(
        appel=demandes[0].dossier.campagne.titre,
        declarants=[d.dossier.nom_noeud for d in demandes],
        echeance=min(d.echeance for d in demandes),
        jour=le,
        adresse=settings.ADRESSE_PUBLIQUE,
    )


def _poster(courriel: Courriel, adresse: str, connexion: BaseEmailBackend | None) -> bool:
    try:
        _send(courriel, adresse, connexion)
    except OSError:  # smtplib's errors are OSErrors too
        return False
    return True


def _send(courriel: Courriel, adresse: str, connexion: BaseEmailBackend | None = None) -> None:
    """One message per account: nobody sees the others' addresses."""
    (connexion or get_connection()).send_messages(
        [EmailMessage(courriel.objet, courriel.texte, to=[adresse])]
    )
