"""E-mails: establishments that have not answered a survey, milestones that come. Each one once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.parametres import valeur
from fanal.procedures import courriels
from fanal.procedures.courriels import Courriel
from fanal.procedures.models import Jalon, Recensement, ReponseRecensement
from fanal.procedures.queries.besoins import attendus
from fanal.procedures.queries.destinataires import comptes_de
from fanal.procedures.rules.etats import EN_COURS
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


@dataclass
class BilanRelances:
    """What a run did. `sans_compte`: nobody to write to; `echecs`: the mail server refused, run again."""

    envoyees: list[str] = field(default_factory=list)
    deja: int = 0
    sans_compte: list[str] = field(default_factory=list)
    echecs: list[str] = field(default_factory=list)


def nature_du_jour(echeance: date, le: date, seuils: Collection[int]) -> str | None:
    """The reminder due on day *le*, « J-7 2026-05-31 »; a moved deadline gives new ones. None: not yet, or
    too late. A day without a run loses nothing: the nearest threshold passed is the one due.
    """
    reste = (echeance - le).days
    seuil = next((s for s in sorted(seuils) if 0 <= reste <= s), None)
    return None if seuil is None else f"J-{seuil} {echeance.isoformat()}"


def relancer(*, le: date, instant: datetime, connexion: BaseEmailBackend | None = None) -> BilanRelances:
    """Send the reminders due on day *le*: surveys, then milestones. Running again sends nothing more."""
    bilan = BilanRelances()
    seuils = valeur("procedures.recensement.relances", le=le)
    ouverts = Recensement.objects.filter(clos_le=None).select_related("procedure__ght").order_by("pk")
    for recensement in ouverts:
        nature = nature_du_jour(recensement.echeance, le, seuils)
        if nature is not None:
            _relancer(recensement, list(attendus(recensement)), nature, le, instant, None, connexion, bilan)
    _rappeler_jalons(le, connexion, bilan)
    return bilan


def relancer_maintenant(
    *,
    recensement: Recensement,
    etablissements: Collection[str],
    le: date,
    instant: datetime,
    by: Utilisateur | None,
    connexion: BaseEmailBackend | None = None,
) -> BilanRelances:
    """Remind the chosen establishments (FINESS) now, once a day each. Raises Refus when none is awaited."""
    choisis = [r for r in attendus(recensement) if r.etablissement.finess in etablissements]
    if not choisis:
        raise Refus("Aucun établissement n'est choisi parmi ceux qui n'ont pas répondu.")
    bilan = BilanRelances()
    nature = f"manuelle {le.isoformat()}"
    _relancer(recensement, choisis, nature, le, instant, by, connexion, bilan)
    return bilan


def _relancer(
    recensement: Recensement,
    choisis: list[ReponseRecensement],
    nature: str,
    le: date,
    instant: datetime,
    by: Utilisateur | None,
    connexion: BaseEmailBackend | None,
    bilan: BilanRelances,
) -> None:
    partis = []
    for reponse in choisis:
        nom = reponse.etablissement.nom
        comptes = comptes_de(Noeud("etablissement", reponse.etablissement), {"besoin.saisir"}, le)
        comptes = comptes or _du_ght(recensement, le)
        if not comptes:
            bilan.sans_compte.append(nom)
        elif not prendre(ReponseRecensement, reponse.pk, "relances", nature):
            bilan.deja += 1
        elif _envoyer(_courriel(recensement, reponse, le), comptes, connexion):
            partis.append(reponse.etablissement.finess)
            bilan.envoyees.append(nom)
        else:
            rendre(ReponseRecensement, reponse.pk, "relances", nature)
            bilan.echecs.append(nom)
    if partis:
        with transaction.atomic():
            donnees = {"nature": nature, "etablissements": partis}
            inscrire(
                action="procedure.relancer_besoins",
                objet=recensement.procedure,
                by=by,
                instant=instant,
                donnees=donnees,
            )


def _du_ght(recensement: Recensement, le: date) -> list[Utilisateur]:
    """When nobody answers for an establishment, the buyers of the GHT are told."""
    return comptes_de(Noeud("ght", recensement.procedure.ght), {"procedure.gerer"}, le)


def _courriel(recensement: Recensement, reponse: ReponseRecensement, le: date) -> Courriel:
    return courriels.recensement(
        intitule=recensement.procedure.intitule,
        etablissement=reponse.etablissement.nom,
        echeance=recensement.echeance,
        jours=(recensement.echeance - le).days,
        consigne=recensement.consigne,
        adresse=settings.ADRESSE_PUBLIQUE,
    )


def _rappeler_jalons(le: date, connexion: BaseEmailBackend | None, bilan: BilanRelances) -> None:
    """One message per account for all the milestones that come to their threshold today."""
    seuils = valeur("procedures.jalons.rappels", le=le)
    a_venir = Jalon.objects.filter(
        realise_le=None, prevu_le__gte=le, procedure__etat__in=EN_COURS
    ).select_related("procedure__ght")
    par_compte: dict[Utilisateur, list[Jalon]] = defaultdict(list)
    pris: dict[int, str] = {}
    for jalon in a_venir:
        nature = nature_du_jour(jalon.prevu_le, le, seuils)
        comptes = comptes_de(Noeud("ght", jalon.procedure.ght), {"procedure.gerer"}, le) if nature else []
        if nature is None or not comptes:
            continue
        if not prendre(Jalon, jalon.pk, "rappels", nature):
            bilan.deja += 1
            continue
        pris[jalon.pk] = nature
        for compte in comptes:
            par_compte[compte].append(jalon)
    for compte, jalons in par_compte.items():
        lignes = [f"{j.prevu_le:%d/%m/%Y} : {j.titre}, {j.procedure}" for j in jalons]
        message = courriels.jalons(lignes=lignes, adresse=settings.ADRESSE_PUBLIQUE)
        if _envoyer(message, [compte], connexion):
            bilan.envoyees.append(compte.email)
        else:
            bilan.echecs.append(compte.email)
            for jalon in jalons:
                rendre(Jalon, jalon.pk, "rappels", pris[jalon.pk])


@transaction.atomic
def prendre(modele: type[models.Model], pk: int, champ: str, nature: str) -> bool:
    """Take a reminder before it is sent, so that two runs do not send it twice; False when it is taken."""
    ligne = modele._default_manager.select_for_update().get(pk=pk)
    faits = getattr(ligne, champ)
    if nature in faits:
        return False
    setattr(ligne, champ, [*faits, nature])
    ligne.save(update_fields=[champ])
    return True


@transaction.atomic
def rendre(modele: type[models.Model], pk: int, champ: str, nature: str) -> None:
    """Give back a reminder that could not be sent: the next run tries again."""
    ligne = modele._default_manager.select_for_update().get(pk=pk)
    setattr(ligne, champ, [n for n in getattr(ligne, champ) if n != nature])
    ligne.save(update_fields=[champ])


def _envoyer(courriel: Courriel, comptes: list[Utilisateur], connexion: BaseEmailBackend | None) -> bool:
    """One message per account: nobody sees the others' addresses. False when the server refuses."""
    messages = [EmailMessage(courriel.objet, courriel.texte, to=[c.email]) for c in comptes]
    try:
        (connexion or get_connection()).send_messages(messages)
    except OSError:  # smtplib's errors are OSErrors too
        return False
    return True
