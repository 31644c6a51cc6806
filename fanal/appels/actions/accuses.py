"""Acknowledging a deposit: once by e-mail, at will as a PDF."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from fanal.appels import courriels
from fanal.appels.queries.etat_dossier import place_de
from fanal.campagnes.models import Version
from fanal.campagnes.temps import instant_fr
from fanal.interface import pdf

MODELE = "appels/documents/accuse.typ"


def accuser_depot(*, version: Version, instant: datetime) -> bool:
    """Acknowledge a deposit to its author, once. Returns whether an e-mail was sent."""
    lue = Version.objects.select_related("auteur", "dossier__campagne__appel").get(pk=version.pk)
    auteur = lue.auteur
    if auteur is None or not auteur.is_active:
        return False
    libre = Version.objects.filter(pk=lue.pk, accuse_le__isnull=True)
    if not libre.update(accuse_le=instant):
        return False
    place = place_de(lue.dossier)
    courriel = courriels.accuse(
        appel=lue.dossier.campagne.titre,
        declarant=lue.dossier.nom_noeud,
        numero=lue.numero,
        recu_le=lue.created_at,
        en_retard=lue.en_retard,
        attente=place is not None and not place.retenue,
        empreinte=lue.empreinte,
        adresse=f"{settings.ADRESSE_PUBLIQUE}{reverse('appels:dossier', args=[lue.dossier_id])}",
    )
    try:
        EmailMessage(courriel.objet, courriel.texte, to=[auteur.email]).send()
    except OSError:
        Version.objects.filter(pk=lue.pk).update(accuse_le=None)
        raise
    return True


def composer_accuse(version: Version, instant: datetime) -> bytes:
    """The receipt of a version as a PDF."""
    dossier = version.dossier
    lignes = [
        ["Appel", dossier.campagne.titre],
        ["Déclarant", dossier.nom_noeud],
        ["Dossier", f"n° {dossier.pk}{f' ({dossier.reference})' if dossier.reference else ''}"],
        ["Version", str(version.numero)],
        ["Reçu le", f"{instant_fr(version.created_at)} (heure de Paris)"],
        ["Clôture", f"{instant_fr(dossier.campagne.cloture)} (heure de Paris)"],
        ["Dans les délais", "Non, gardé et marqué en retard" if version.en_retard else "Oui"],
        ["Déposé par", str(version.auteur) if version.auteur else "Système"],
        ["Réponses", str(len(version.lignes))],
        ["Empreinte (SHA-256)", version.empreinte],
    ]
    return pdf.composer(
        MODELE,
        {"titre": "Accusé de réception", "sous_titre": dossier.campagne.titre, "lignes": lignes},
        instant=instant,
        demonstration=dossier.campagne.demonstration,
    )
