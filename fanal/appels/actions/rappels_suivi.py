"""Reminders of what kept projects owe: one message per account for all that comes. Each one once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from fanal.appels.models import Jalon
from fanal.appels.queries.suivi import accords_connus
from fanal.campagnes.actions.commun import record
from fanal.campagnes.courriels import Courriel
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.parametres import valeur
from fanal.procedures.actions.relances import nature_du_jour, prendre, rendre
from fanal.procedures.queries.destinataires import comptes_de
from fanal.territoires.noeuds import Noeud

SAISIR = "suivi.saisir"


@dataclass
class BilanRappels:
    """What a run did. `sans_compte`: projects that nobody declares; `echecs`: the mail server refused."""

    envoyes: list[str] = field(default_factory=list)
    jalons: list[Jalon] = field(default_factory=list)
    sans_compte: list[str] = field(default_factory=list)
    echecs: list[str] = field(default_factory=list)


def rappeler(*, le: date, instant: datetime, connexion: BaseEmailBackend | None = None) -> BilanRappels:
    """Send the reminders due on day *le*; running again sends nothing more."""
    bilan = BilanRappels()
    seuils = [int(n) for n in valeur("appels.suivi.rappels", le=le)]
    par_compte: dict[Utilisateur, list[Jalon]] = defaultdict(list)
    pris: dict[int, str] = {}
    for jalon in _attendus(le, max(seuils, default=0)):
        nature = nature_du_jour(jalon.prevu_le, le, seuils)
        if nature is None or nature in jalon.rappels:
            continue
        comptes = comptes_de(Noeud.de(jalon.dossier), {SAISIR}, le)
        if not comptes:
            bilan.sans_compte.append(str(jalon.dossier))
        elif prendre(Jalon, jalon.pk, "rappels", nature):
            pris[jalon.pk] = nature
            for compte in comptes:
                par_compte[compte].append(jalon)
    for compte, jalons in par_compte.items():
        _envoyer(compte, jalons, pris, connexion, bilan)
    _journaliser(bilan, instant)
    return bilan


def _attendus(le: date, loin: int) -> list[Jalon]:
    """The milestones not reached that come within *loin* days, of projects whose applicants know."""
    dossiers = accords_connus().filter(statut="definitive").values("dossier_id")
    jalons = Jalon.objects.filter(
        atteint_le=None, prevu_le__range=(le, le + timedelta(days=loin)), dossier__in=dossiers
    )
    relies = ("campagne", "region", "ght", "etablissement", "operateur")
    return list(jalons.select_related(*(f"dossier__{r}" for r in relies)).order_by("prevu_le", "pk"))


def _envoyer(
    compte: Utilisateur,
    jalons: list[Jalon],
    pris: dict[int, str],
    connexion: BaseEmailBackend | None,
    bilan: BilanRappels,
) -> None:
    message = courriel(jalons, settings.ADRESSE_PUBLIQUE)
    try:
        (connexion or get_connection()).send_messages(
            [EmailMessage(message.objet, message.texte, to=[compte.email])]
        )
    except OSError:  # smtplib's errors are OSErrors too
        bilan.echecs.append(compte.email)
        for jalon in jalons:
            rendre(Jalon, jalon.pk, "rappels", pris[jalon.pk])
    else:
        bilan.envoyes.append(compte.email)
        bilan.jalons += [j for j in jalons if j not in bilan.jalons]


def courriel(jalons: list[Jalon], adresse: str) -> Courriel:
    """The message that lists what is due."""
    nombre = len(jalons)
    objet = "Projet retenu : une échéance approche"
    if nombre > 1:
        objet = f"Projets retenus : {nombre} échéances approchent"
    lignes = [
        f"- {j.prevu_le:%d/%m/%Y} : {j.titre} ({j.dossier.nom_noeud}, {j.dossier.campagne})" for j in jalons
    ]
    texte = "\n\n".join(["Bonjour,", "\n".join(lignes), f"Pour déclarer : {adresse}", "Fanal"])
    return Courriel(objet, f"{texte}\n")


def _journaliser(bilan: BilanRappels, instant: datetime) -> None:
    par_dossier: dict[Dossier, list[str]] = defaultdict(list)
    for jalon in bilan.jalons:
        par_dossier[jalon.dossier].append(jalon.titre)
    for dossier, titres in par_dossier.items():
        with transaction.atomic():
            record(
                campagne=dossier.campagne,
                action="suivi.rappeler",
                objet=dossier,
                by=None,
                instant=instant,
                donnees={"jalons": titres},
            )
