"""The order lines of the demonstration, by the ordinary path: contracts, price lists, catalogue, deposits.

Each step is recorded as done like the other gestures. The lines built so far are a rank: asking for more
adds volume beyond it and leaves what is there alone; asking for less changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.demonstration.classeurs.ecriture import write_csv
from fanal.demonstration.classeurs.marches import write_these, write_these_lists
from fanal.demonstration.lignes import fichiers as fi
from fanal.demonstration.lignes.bordereaux import price_lists
from fanal.demonstration.lignes.contrats import OPERATEURS, operator_siret
from fanal.demonstration.lignes.ensemble import order
from fanal.demonstration.lignes.generateur import BASE, Part, Source, parts, write_part
from fanal.demonstration.lignes.produits import Produit, catalogue
from fanal.demonstration.models import GesteAccompli
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario import comptes
from fanal.demonstration.scenario.calendrier import APPELS, FIN_CONTRATS, Geste, at
from fanal.depenses.actions.catalogue import importer_referentiel
from fanal.depenses.models import ProduitReference
from fanal.depots.models import Correspondance, Depot
from fanal.fournisseurs.models import Fournisseur
from fanal.journal.actions import inscrire_lot
from fanal.marches.actions.importation import importer as import_contracts
from fanal.marches.models import Marche
from fanal.prix.actions.bpu import importer_bpu
from fanal.refus import Refus
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

DEFAUT, MAXIMUM = BASE, 100_000_000
DOSSIER = "demonstration/lignes"
CIBLE, FAITES = "lignes/cible/", "lignes/faites/"
INSTANT = at(FIN_CONTRATS + timedelta(days=len(APPELS) + 2), 9)
SOURCE = "Catalogue de démonstration"
TITRES_REFERENTIEL = ("type_code", "code", "libelle", "dosage", "forme", "unites", "unite", "famille")
FORMAT = "lignes_commande"
Progression = Callable[[str, int, int], None]


def check_number(lignes: int) -> None:
    """At most a hundred million lines. Raises `Refus`."""
    if not 0 <= lignes <= MAXIMUM:
        raise Refus(
            f"Le nombre de lignes va de 0 à {MAXIMUM:,} ; vous avez demandé {lignes:,}.".replace(",", " ")
        )


def built() -> int:
    """How many lines have been built."""
    return max(_ranks(FAITES), default=0)


def is_built(lignes: int) -> bool:
    """Whether nothing is left to do for that many lines."""
    return _target(lignes) <= built()


def _ranks(prefixe: str) -> list[int]:
    codes = GesteAccompli.objects.filter(code__startswith=prefixe).values_list("code", flat=True)
    return [int(code.removeprefix(prefixe)) for code in codes]


def _target(lignes: int) -> int:
    """What must be reached: a number asked before and not reached yet comes first."""
    return max([lignes, *_ranks(CIBLE)])


@dataclass(frozen=True)
class _Etape:
    """A step: its stable name, its title, what it does."""

    cle: str
    titre: str
    jouer: Callable[[Geste], None]


def play(plan: Plan, lignes: int, progresser: Progression) -> int:
    """Bring *lignes* order lines in, with all that they refer to; returns the number of steps played."""
    if is_built(lignes):
        return 0
    played = 0
    # A build that was stopped is finished with the number it was begun for, then extended.
    for cible in sorted({*(r for r in _ranks(CIBLE) if r > built()), lignes}):
        if cible > built():
            GesteAccompli.objects.get_or_create(code=f"{CIBLE}{cible}", defaults={"instant": INSTANT})
            played += _play(Source(plan), built(), cible, progresser)
    return played


def _play(source: Source, debut: int, fin: int, progresser: Progression) -> int:
    done = set(GesteAccompli.objects.values_list("code", flat=True))
    steps = [step for step in _steps(source, debut, fin) if step.cle not in done]
    for rank, step in enumerate(steps):
        progresser(step.titre, rank, len(steps))
        geste = Geste(INSTANT + timedelta(minutes=rank), step.cle)
        with transaction.atomic():
            step.jouer(geste)
            GesteAccompli.objects.create(code=step.cle, instant=geste.instant)
    return len(steps)


def _steps(source: Source, debut: int, fin: int) -> Iterator[_Etape]:
    found = parts(source.plan, debut, fin)
    codes = list(dict.fromkeys(part.ght for part in found))
    for code in codes:
        yield _Etape(f"lignes/marches/{code}", f"Marchés suivis {code}", _contracts(source, code))
    first = order(source.plan)[0]
    yield _Etape("lignes/bordereaux", f"Bordereaux signés {first}", _price_lists(source, first))
    yield _Etape("lignes/catalogue", "Catalogue de référence", _catalogue(source, codes))
    for part in found:
        name = f"lignes/{part.ght}/{part.debut}-{part.debut + part.lignes}"
        yield _Etape(name, f"Lignes de commande {part.ght}", _deposit(source, part))
    yield _Etape(f"{FAITES}{fin}", "Lignes de commande", lambda geste: None)


def folder() -> Path:
    """Where the files of order lines are written."""
    return Path(settings.VAR) / DOSSIER


def _account(code: str) -> Utilisateur:
    return Utilisateur.objects.get(email=comptes.address(code))


def _contracts(source: Source, code: str) -> Callable[[Geste], None]:
    """Import the contracts that the actions of a GHT name, those before them, and everyday agreements."""

    def play(geste: Geste) -> None:
        lines = source.de(code)
        noeud = Noeud(Niveau.GHT, territoires.ght(code))
        _give_siret(source, code, geste)
        chemin = write_these(lines.contrats, folder() / f"marches_{code}.xlsx")
        import_contracts(
            chemin=chemin, format="marches", noeud=noeud, by=_account(code), instant=geste.instant,
            nom_fichier=chemin.name, canal=Depot.Canal.PAGE,
        )  # fmt: skip
        numbers = {(c.acheteur_siret, c.identifiant) for c in lines.contrats}
        ours = [
            m
            for m in Marche.objects.filter(**noeud.champs(), demonstration=False)
            if (m.acheteur_siret, m.identifiant) in numbers
        ]
        _close(source, code, ours, geste)
        Fournisseur.objects.filter(titres__marche__in=ours).update(demonstration=True)

    return play


def _give_siret(source: Source, code: str, geste: Geste) -> None:
    """The support gets the SIRET it buys under, unless the contracts of the story gave it one."""
    support = Etablissement.objects.get(finess=source.plan.ghts[code].support.finess)
    if not support.siret:
        support.siret = source.de(code).siret
        support.siren = support.siret[:9]
        support.save(update_fields=["siret", "siren"])
        inscrire_lot(action="territoire.demonstration", objets=[support], by=None, instant=geste.instant)


def _close(source: Source, code: str, marches: list[Marche], geste: Geste) -> None:
    """Mark them as demonstration, paid in full where they have ended, each after the one it renewed."""
    known = {(m.acheteur_siret, m.identifiant): m for m in marches}
    operators = {operator_siret(name): territoires.operateur(name) for name in OPERATEURS}
    for marche in marches:
        marche.demonstration = True
        marche.operateur_acheteur = operators.get(marche.acheteur_siret)
        if marche.date_fin_totale and marche.date_fin_totale < geste.instant.date():
            marche.etat = Marche.Etat.SOLDE
            marche.solde_le = marche.date_fin_totale + relativedelta(months=3)
    for suivie in source.de(code).suivies:
        if suivie.contrat is not None and suivie.ancien is not None:
            after, before = (
                known.get((c.acheteur_siret, c.identifiant)) for c in (suivie.contrat, suivie.ancien)
            )
            if after is not None and after.successeur_de is None:
                after.successeur_de = before
    Marche.objects.bulk_update(
        marches, ["demonstration", "operateur_acheteur", "etat", "solde_le", "successeur_de"], batch_size=500
    )


def _price_lists(source: Source, code: str) -> Callable[[Geste], None]:
    """Deposit the price lists signed by some of the actions."""

    def play(geste: Geste) -> None:
        written = write_these_lists(price_lists(source.de(code)), folder() / "bordereaux")
        for key, chemin in written.items():
            siret, number = key.split("/")
            marche = Marche.objects.get(acheteur_siret=siret, identifiant=number)
            importer_bpu(
                marche=marche, chemin=chemin, nom_fichier=chemin.name,
                applicable_le=marche.date_debut or geste.instant.date(), by=_account(code),
                instant=geste.instant, motif="Bordereau du marché",
            )  # fmt: skip

    return play


def _catalogue(source: Source, codes: list[str]) -> Callable[[Geste], None]:
    """Import the reference catalogue: every product that has a code, those of single actions included."""

    def play(geste: Geste) -> None:
        wanted: dict[str, Produit] = {p.code: p for p in catalogue() if p.code}
        for code in codes:
            for suivie in source.de(code).suivies:
                wanted |= {p.code: p for p in suivie.produits if p.code}
        chemin = folder() / "referentiel_produits.csv"
        rows = [
            ("GTIN", p.code, p.libelle, p.dosage, p.forme, p.unites, p.unite, p.famille)
            for p in wanted.values()
        ]
        write_csv(chemin, TITRES_REFERENTIEL, rows)
        importer_referentiel(chemin=chemin, nom_fichier=SOURCE, motif="", by=None, instant=geste.instant)
        ProduitReference.objects.filter(code__in=list(wanted)).update(demonstration=True)

    return play


def _deposit(source: Source, part: Part) -> Callable[[Geste], None]:
    """Write the files of a GHT and deposit them one after the other, by the account of its purchases."""
    from fanal.depenses.actions.importation import importer

    def play(geste: Geste) -> None:
        noeud = Noeud(Niveau.GHT, territoires.ght(part.ght))
        by = _account(part.ght)
        for rank, fichier in enumerate(write_part(source, part, folder())):
            importer(
                chemin=fichier.chemin,
                nom_fichier=fichier.chemin.name,
                noeud=noeud,
                canal=Depot.Canal.PAGE,
                by=by,
                instant=geste.instant + timedelta(seconds=rank),
                mois=fichier.mois,
                correspondance=_mapping(fichier, noeud, by, geste) if fichier.correspondance else None,
            )
            if fichier.genre == "volume":
                fichier.chemin.unlink()

    return play


def _mapping(fichier: fi.FichierLignes, noeud: Noeud, by: Utilisateur, geste: Geste) -> Correspondance:
    """The layout of the invented finance system, saved for the GHT."""
    mapping, _ = Correspondance.objects.get_or_create(
        nom=fichier.correspondance,
        format=FORMAT,
        **noeud.champs(),
        defaults={
            "colonnes": fi.TITRES_GEF,
            "codes": {"type_ligne": fi.NATURES, "taux_tva": fi.TVAS},
            "auteur": by,
            "updated_at": geste.instant,
        },
    )
    return mapping
