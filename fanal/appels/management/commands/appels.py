"""`fanal appels`: the calls, opening one from a form and a rule file, the dossiers received."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import transaction
from django.utils import timezone
from django_typer.management import command
from rich.console import Console
from rich.table import Table

from fanal.appels.actions import appels as actions
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.models import Appel
from fanal.appels.queries.appels import ETATS, etat_appel
from fanal.appels.queries.description import decrire_appel, decrire_dossier
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import PARIS
from fanal.cli.commande import Commande
from fanal.cli.rapport import existing_file
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.noeuds import NATIONAL, Noeud

Json = Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")]
INSTANTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


class Command(Commande):
    help = "Appels : les lister, en ouvrir un, lire les dossiers reçus."

    @command(help="Liste les appels, la clôture la plus proche d'abord.")
    def lister(
        self,
        etat: Annotated[
            str, typer.Option(help="ouvert, permanent, a_venir, clos, retire, preparation.")
        ] = "",
        json: Json = False,
    ) -> None:
        instant = timezone.now()
        if etat and etat not in ETATS:
            raise Inutilisable(f"L'état « {etat} » n'existe pas. États possibles : {', '.join(ETATS)}.")
        lus = Appel.objects.select_related("campagne", "formulaire", "region").order_by("campagne__cloture")
        gardes = [a for a in lus if not etat or etat_appel(a, instant) == etat]
        if json:
            self.print_json([decrire_appel(a, instant) for a in gardes])
            return
        table = Table("Code", "Appel", "État", "Clôture")
        for a in gardes:
            d = decrire_appel(a, instant)
            table.add_row(d["code"], d["titre"], ETATS[d["etat"]][0], d["cloture"] or "permanente")
        Console().print(table)

    @command(help="Crée un appel (d'après un formulaire et un fichier de règles, ou un modèle) et le publie.")
    def ouvrir(
        self,
        code: Annotated[str, typer.Argument(help="Code de l'appel, par exemple sesame-2025.")],
        titre: Annotated[str, typer.Option(help="Titre.")],
        resume: Annotated[str, typer.Option(help="Une phrase : pour qui, pour quoi.")],
        ouverture: Annotated[datetime, typer.Option(formats=INSTANTS, help="Heure de Paris.")],
        cloture: Annotated[datetime, typer.Option(formats=INSTANTS, help="Heure de Paris.")],
        formulaire: Annotated[Path | None, typer.Option(help="Classeur XLSForm.")] = None,
        regles: Annotated[Path | None, typer.Option(help="Fichier de règles YAML.")] = None,
        modele: Annotated[str, typer.Option(help="Modèle fourni, au lieu de fichiers.")] = "",
        region: Annotated[str, typer.Option(help="Sigle de la région qui organise ; national sinon.")] = "",
        brouillon: Annotated[bool, typer.Option("--brouillon", help="Sans publier.")] = False,
        json: Json = False,
    ) -> None:
        if bool(modele) == bool(formulaire):
            raise Inutilisable("Donnez un formulaire (--formulaire) ou un modèle (--modele), pas les deux.")
        instant = timezone.now()
        champs: dict[str, Any] = {
            "noeud": Noeud("region", territoires.region(region)) if region else NATIONAL,
            "code": code,
            "titre": titre,
            "resume": resume,
            "annee": cloture.year,
            "ouverture": ouverture.replace(tzinfo=PARIS),
            "cloture": cloture.replace(tzinfo=PARIS),
            "by": None,
            "instant": instant,
        }
        with transaction.atomic():
            appel = _creer(modele, formulaire, regles, champs)
            if not brouillon:
                appel = actions.publier(appel=appel, by=None, instant=instant)
        if json:
            self.print_json(decrire_appel(appel, instant))
        else:
            etat = "créé, à publier" if brouillon else "publié"
            sys.stdout.write(f"Appel « {appel.campagne.titre} » {etat} : /appels/{code}/\n")

    @command(help="Liste les dossiers d'un appel, avec leurs montants et leurs constats.")
    def candidatures(
        self,
        code: Annotated[str, typer.Argument(help="Code de l'appel.")],
        json: Json = False,
    ) -> None:
        appel = Appel.objects.filter(campagne__code=code).first()
        if appel is None:
            raise Introuvable(f"L'appel « {code} » n'existe pas. « fanal appels lister » les donne.")
        dossiers = Dossier.objects.filter(campagne=appel.campagne).select_related(
            "campagne__appel", "version_courante__reponse", "region", "ght__region", "etablissement"
        )
        dits = [decrire_dossier(d) for d in dossiers.order_by("pk")]
        if json:
            self.print_json(dits)
            return
        table = Table("N°", "Déclarant", "Étape", "Demandé (€)", "À voir")
        for d in dits:
            a_voir = ", ".join(c["titre"] for c in d["constats"] if c["verdict"] != "oui")
            table.add_row(
                str(d["numero"]), d["declarant"], d["etape_titre"], d["montant_demande"] or "", a_voir
            )
        Console().print(table)


def _creer(modele: str, formulaire: Path | None, regles: Path | None, champs: dict[str, Any]) -> Appel:
    if formulaire is None:
        return creer_depuis(modele=modele, **champs)
    chemin = existing_file(formulaire)
    version = importer_formulaire(
        noeud=champs["noeud"],
        by=None,
        instant=champs["instant"],
        chemin=chemin,
        nom_fichier=chemin.name,
    )
    document = existing_file(regles).read_text(encoding="utf-8") if regles else None
    return actions.creer(formulaire=version, regles=document, **champs)
