"""`fanal depenses importer`: files of order lines into the lake."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from fanal.cli.rapport import COULEURS, existing_file
from fanal.depenses.actions.importation import importer
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.entree import FORMAT, finess_de
from fanal.depots.queries import mapping
from fanal.moteurs.lac.entree.definition import Progres
from fanal.moteurs.lac.entree.ecriture import EXEMPLES
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

SOMMES = ("lues", "acceptees", "ecartees", "deja_connues", "corrigees", "remplacees")
MONTANTS = {
    "montant_accepte": "montant_accepte_ht",
    "montant_ecarte": "montant_ecarte_ht",
    "remises": "remises_ht",
}
ETAPES = {
    "conversion": "Conversion",
    "lecture": "Lecture et contrôles",
    "doublons": "Recherche des doublons",
    "comparaison": "Comparaison au lac",
    "ecriture": "Écriture",
    "enregistrement": "Enregistrement",
}


def run(
    fichiers: Sequence[Path],
    *,
    mois: str | None,
    correspondance: str | None,
    ght: str | None,
    instant: datetime,
) -> dict[str, Any]:
    """The document: counts and amounts of all files, `anomalies` by rule, `depots` one by one.

    Raises `Introuvable` for an unknown GHT or mapping, `Inutilisable` for months that name none, or for a
    file that cannot be used: the sentence names it when there are several, those before it are registered.
    """
    chemins = [existing_file(f) for f in fichiers]
    noeud = Noeud(Niveau.GHT, territoires.ght(ght)) if ght else NATIONAL
    known = mapping(nom=correspondance, format=FORMAT, noeud=noeud) if correspondance else None
    months = _mois(mois)
    done = []
    with _progress() as bar:
        # One by one: a file that cannot be used leaves those before it registered.
        for chemin in chemins:
            try:
                done.append(
                    importer(
                        chemin=chemin,
                        nom_fichier=chemin.name,
                        noeud=noeud,
                        canal="cli",
                        by=None,
                        instant=instant,
                        mois=months,
                        correspondance=known,
                        finess_permis=finess_de(noeud),
                        progresser=_suivi(bar, chemin.name),
                    )
                )
            except Inutilisable as error:
                if len(chemins) == 1:
                    raise
                raise Inutilisable(_lequel(chemins, len(done), error)) from error
    return document(done)


def _mois(mois: str | None) -> list[str]:
    """The months of the option. Raises `Inutilisable` when it is given and empty: a script meant some."""
    if mois is None:
        return []
    months = [m.strip() for m in mois.split(",") if m.strip()]
    if not months:
        raise Inutilisable(
            "L'option --mois est vide : rien n'a été importé. Écrivez les mois à remplacer, par exemple "
            "2021-03, ou retirez l'option pour ajouter les lignes."
        )
    return months


def _lequel(chemins: Sequence[Path], faits: int, error: Inutilisable) -> str:
    """Which of several files is wrong, and what became of the others."""
    left = len(chemins) - faits - 1
    before = f" {faits} fichier(s) avant lui : importés." if faits else ""
    after = f" {left} après lui : à importer." if left else ""
    return f"« {chemins[faits].name} » : {error}{before}{after}"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip


def _suivi(bar: Progress, nom: str) -> Progres:
    """What moves the bar of one file."""
    task = bar.add_task(nom, total=None)

    def dire(etape: str, fait: int, total: int) -> None:
        bar.update(task, completed=fait, total=total, description=f"{nom} : {ETAPES.get(etape, etape)}")

    return dire


def document(deposits: Sequence[DepotLignes]) -> dict[str, Any]:
    """What the command says of one or several deposits."""
    result: dict[str, Any] = {name: sum(getattr(d, name) for d in deposits) for name in SOMMES}
    result |= {
        key: str(sum((getattr(d, name) for d in deposits), Decimal("0.00"))) for key, name in MONTANTS.items()
    }
    result["anomalies"] = _anomalies(deposits)
    result["depots"] = [
        {"depot": d.pk, "version": d.numero, "fichier": d.depot.nom_fichier, "deja_depose": _known(d)}
        for d in deposits
    ]
    return result


def _known(deposit: DepotLignes) -> bool:
    """Whether the same bytes were registered before."""
    return DepotLignes.objects.filter(
        depot__original=deposit.depot.original_id, numero__lt=deposit.numero or 0
    ).exists()


def _anomalies(deposits: Sequence[DepotLignes]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for deposit in deposits:
        for row in deposit.anomalies.all():
            rule = rules.setdefault(
                row.regle,
                {"regle": row.regle, "gravite": row.gravite, "phrase": row.phrase, "nombre": 0,
                 "montant": Decimal("0.00"), "exemples": []},
            )  # fmt: skip
            rule["nombre"] += row.nombre
            rule["montant"] += row.montant_ht
            rule["exemples"] = (rule["exemples"] + row.exemples)[:EXEMPLES]
    ordered = sorted(rules.values(), key=lambda r: (r["gravite"] != "refus", -r["nombre"]))
    return [rule | {"montant": str(rule["montant"])} for rule in ordered]


def show(document: dict[str, Any]) -> None:
    """Print the document for a person."""
    console = Console(highlight=False)
    console.print(
        f"{document['lues']} lignes lues : {document['acceptees']} acceptées pour "
        f"{document['montant_accepte']} € HT, {document['ecartees']} écartées pour "
        f"{document['montant_ecarte']} € HT.",
        style="bold",
    )
    console.print(
        f"Déjà connues : {document['deja_connues']}. Corrigées : {document['corrigees']}. Remplacées : "
        f"{document['remplacees']}. Remises de fin d'année, à part : {document['remises']} € HT."
    )
    if not document["anomalies"]:
        return
    table = Table("Règle", "Gravité", "Lignes", "Montant HT", "Remarque", "Exemple")
    for rule in document["anomalies"]:
        first = rule["exemples"][0]["phrase"] if rule["exemples"] else ""
        table.add_row(
            rule["regle"], f"[{COULEURS[rule['gravite']]}]{rule['gravite']}[/]", str(rule["nombre"]),
            rule["montant"], rule["phrase"], first,
        )  # fmt: skip
    console.print(table)
