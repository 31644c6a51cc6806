"""`fanal campagnes relancer` and `fanal campagnes attendus`: reminders, and who has not answered."""

import sys
from datetime import datetime
from typing import Annotated

import typer
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Console
from django.utils import timezone
from django_typer.management import command

from fanal.campagnes.actions.relances import BilanRelances, relancer
from fanal.campagnes.models import Campagne, Repondant
from fanal.campagnes.queries import attendus_sans_reponse
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.cli.commande import Commande
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

Json = Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")]


class Command(Commande):
    help = "Relances des campagnes et réponses attendues."

    @command(help="Envoie les rappels dus (J-15, J-7, J-1). Recommencer n'envoie rien de plus.")
    def relancer(
        self,
        le: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Jour des rappels ; aujourd'hui sinon.")
        ] = None,
        json: Json = False,
    ) -> None:
        instant = timezone.now()
        jour = le.date() if le else local_day(instant)
        bilan = relancer(le=jour, instant=instant, connexion=_connection())
        if json:
            self.print_json({"le": jour.isoformat(), **document(bilan)})
        else:
            sys.stdout.write(phrase(bilan) + "\n")
        if bilan.echecs:
            sys.exit(1)

    @command(help="Liste ceux qui n'ont pas encore répondu à une campagne.")
    def attendus(
        self,
        campagne: Annotated[str, typer.Argument(help="Code, par exemple performance-2021-fin-annee.")],
        json: Json = False,
    ) -> None:
        connue = Campagne.objects.filter(code=campagne).first()
        if connue is None:
            codes = ", ".join(Campagne.objects.values_list("code", flat=True)[:10]) or "aucune"
            raise Introuvable(f"La campagne « {campagne} » n'existe pas. Campagnes ouvertes : {codes}.")
        attendus = attendus_sans_reponse(connue)
        if json:
            self.print_json([{**_noeud(a.repondant), "etat": a.phrase} for a in attendus])
            return
        for attendu in attendus:
            sys.stdout.write(f"{attendu.repondant} ({attendu.repondant.format}) : {attendu.phrase}\n")
        sys.stdout.write(pluriel(len(attendus), "réponse attendue", "réponses attendues") + ".\n")


def _connection() -> BaseEmailBackend:
    """The mail connection; the one that prints messages does so on standard error, beside the document."""
    connection: BaseEmailBackend = get_connection()
    if isinstance(connection, Console):
        connection.stream = sys.stderr
    return connection


def _noeud(repondant: Repondant) -> dict[str, str]:
    return {"format": repondant.format, "niveau": repondant.niveau, "code": Noeud.de(repondant).code}


def document(bilan: BilanRelances) -> dict[str, object]:
    """The JSON document of a run."""
    return {
        "envoyees": [
            {
                "campagne": e.repondant.campagne.code,
                **_noeud(e.repondant),
                "nature": e.nature,
                "destinataires": e.destinataires,
            }
            for e in bilan.envoyees
        ],
        "deja_envoyees": bilan.deja_envoyees,
        "sans_compte": [_noeud(r) for r in bilan.sans_compte],
        "echecs": [_noeud(r) for r in bilan.echecs],
    }


def phrase(bilan: BilanRelances) -> str:
    """The run in one sentence, then who could not be written to."""
    lignes = [
        f"{pluriel(len(bilan.envoyees), 'rappel envoyé', 'rappels envoyés')}, "
        f"{pluriel(bilan.deja_envoyees, 'déjà envoyé', 'déjà envoyés')}."
    ]
    if bilan.sans_compte:
        noms = ", ".join(str(r) for r in bilan.sans_compte)
        lignes.append(f"Sans compte à prévenir : {noms}. Créez-leur un compte, puis relancez.")
    if bilan.echecs:
        noms = ", ".join(str(r) for r in bilan.echecs)
        lignes.append(f"La messagerie a refusé l'envoi pour : {noms}. Vérifiez-la, puis relancez.")
    return "\n".join(lignes)
