"""What the page of a deposit says: its sentence, its figures, its anomalies, its versions."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from fanal.depenses.models import AnomalieLignes, DepotLignes
from fanal.depenses.queries.depots import Acces
from fanal.depenses.rules import depots as rules
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau
from fanal.moteurs.lac.entree.phrases import REGLES
from fanal.territoires.models import Niveau

Etat = DepotLignes.Etat
ETATS = {
    rules.A_CONFIRMER: ("À confirmer", "attention"),
    Etat.ATTENTE: ("En attente", "attente"),
    rules.INTERROMPU: ("Interrompu", "attention"),
    Etat.EN_COURS: ("En cours", "attente"),
    Etat.TERMINE: ("Terminé", "decide"),
    Etat.REFUSE: ("Refusé", "refus"),
}
GRAVITES = {
    "refus": ("Écartées", "refus"),
    "controle": ("À vérifier", "attention"),
    "information": ("Pour information", "neutre"),
}
ETAPES = {
    rules.EN_FILE: "en attente de lecture",
    "conversion": "conversion du fichier",
    "lecture": "lecture et contrôles",
    "doublons": "recherche des doublons",
    "comparaison": "comparaison aux lignes connues",
    "ecriture": "écriture",
    "enregistrement": "enregistrement",
}
TITRES = {code: titre for code, _, titre, _ in REGLES}
EXEMPLES = 5


def cle_etat(depot: DepotLignes) -> str:
    """The state of a deposit as its readers know it."""
    known = (rules.A_CONFIRMER, rules.INTERROMPU)
    return depot.etape if depot.etat == Etat.ATTENTE and depot.etape in known else depot.etat


def nom_noeud(depot: DepotLignes) -> str:
    """Whose lines a deposit brings."""
    return "Tous les établissements" if depot.niveau == Niveau.NATIONAL else depot.nom_noeud


def contexte(depot: DepotLignes, acces: Acces, en_cours: bool, arrete: bool) -> dict[str, Any]:
    """Everything that the page shows."""
    done = depot.etat == Etat.TERMINE
    context = {
        "titre": depot.depot.nom_fichier,
        "phrase": phrase(depot, arrete),
        "fil": [("Dépôts", reverse("depenses:depots"))],
        "depot": depot,
        "acces": acces,
        "nom_noeud": nom_noeud(depot),
        "refuse": depot.etat == Etat.REFUSE,
        "arrete": arrete,
        "termine": done,
        "rafraichir": reverse("depenses:depot", args=[depot.pk]) if en_cours else "",
        "avancement": avancement(depot),
    }
    if done:
        rules_found = depot.anomalies.all()
        context |= {
            "comptes": comptes(depot),
            "anomalies": tableau_anomalies(depot, rules_found),
            "exemples": exemples(depot, rules_found) if acces.lignes else [],
            "reprises": depot.reprises.count(),
            "corrections": depot.corrections.select_related("depot").order_by("id"),
            "anciens": memes(depot),
        }
    return context


def phrase(depot: DepotLignes, arrete: bool) -> str:
    """Where things stand, in one sentence."""
    if depot.etat == Etat.REFUSE:
        return depot.phrase
    if depot.etat == Etat.TERMINE:
        return bilan(depot)
    if depot.etape == rules.A_CONFIRMER:
        return "Ce fichier est reçu. Qui l'a déposé doit encore vérifier ses colonnes et demander l'import."
    if arrete:
        return depot.phrase or (
            "L'import a été interrompu. Le fichier est conservé, aucune ligne n'a été enregistrée : "
            "relancez-le, il reprendra où il en était."
        )
    step = ETAPES.get(depot.etape, "lecture")
    return f"Votre fichier est reçu et conservé. Import : {step}."


def bilan(depot: DepotLignes) -> str:
    """What a finished deposit brought."""
    if not depot.lues:
        return "Ce fichier ne contenait aucune ligne."
    lines = "ligne acceptée" if depot.acceptees < 2 else "lignes acceptées"
    text = (
        f"{ecrire_nombre(depot.acceptees)} {lines} sur {ecrire_nombre(depot.lues)}, pour "
        f"{ecrire_montant(depot.montant_accepte_ht)} HT"
    )
    if depot.ecartees:
        aside = "ligne est écartée" if depot.ecartees == 1 else "lignes sont écartées"
        text += (
            f" ; {ecrire_nombre(depot.ecartees)} {aside}, pour {ecrire_montant(depot.montant_ecarte_ht)} HT"
        )
    return f"{text}."


def comptes(depot: DepotLignes) -> list[tuple[str, int | None, str | None]]:
    """The account of the lines: read, then accepted and set aside, which make it."""
    read = depot.montant_accepte_ht + depot.montant_ecarte_ht
    rows = [
        ("Lues", depot.lues, read),
        ("Acceptées", depot.acceptees, depot.montant_accepte_ht),
        ("dont déjà connues, inchangées", depot.deja_connues, None),
        ("dont corrections d'une ligne connue", depot.corrigees, None),
        ("dont remises de fin d'année, montrées à part", None, depot.remises_ht),
        ("Écartées", depot.ecartees, depot.montant_ecarte_ht),
        ("Remplacées : lignes d'un mois remplacé, absentes du fichier", depot.remplacees, None),
    ]
    return [(name, count, ecrire_nombre(amount, 2)) for name, count, amount in rows]


def avancement(depot: DepotLignes) -> dict[str, Any]:
    """How far the work is, for the progress line."""
    share = min(100, 100 * depot.fait // depot.total) if depot.total else None
    return {"etape": ETAPES.get(depot.etape, "préparation"), "part": share}


def tableau_anomalies(depot: DepotLignes, rows: QuerySet[AnomalieLignes]) -> Tableau:
    """How many lines each rule found, for how much."""
    aside = reverse("depenses:depot_ecartees", args=[depot.pk])
    return Tableau(
        "anomalies",
        [
            Colonne("gravite", "Suite", "etat", etats=GRAVITES),
            Colonne(
                "regle",
                "Ce qui est vérifié",
                "lien",
                valeur=lambda a: TITRES.get(a.regle, a.regle),
                lien=lambda a: f"{aside}?regle={a.regle}" if a.gravite == "refus" else "",
                triable=False,
            ),
            Colonne("phrase", "Que faire", triable=False),
            Colonne("nombre", "Lignes", "entier"),
            Colonne("montant_ht", "Montant HT", "montant"),
        ],
        rows,
        titre="Remarques par règle",
        tri="-nombre",
        vide="Aucune remarque : toutes les lignes ont été comprises.",
        recherche=False,
    )


def champs(depot: DepotLignes) -> dict[str, str]:
    """Title of the file → field it was read as."""
    known: dict[str, str] = depot.depot.lecture.get("lignes_commande", {}).get("correspondance", {})
    return known


def dire(depot: DepotLignes, phrase: str) -> str:
    """A sentence about a line, naming each column as the file names it."""
    for title, field in champs(depot).items():
        phrase = phrase.replace(f"colonne « {field} »", f"colonne « {title} »")
    return phrase


def exemples(depot: DepotLignes, rows: QuerySet[AnomalieLignes]) -> list[tuple[str, list[str]]]:
    """For each rule, the sentences of some lines."""
    return [
        (TITRES.get(a.regle, a.regle), [dire(depot, e["phrase"]) for e in a.exemples[:EXEMPLES]])
        for a in rows
        if a.exemples
    ]


def memes(depot: DepotLignes) -> list[DepotLignes]:
    """The other deposits of the same bytes or of the same file name for the same node: its versions."""
    same = DepotLignes.objects.filter(depot__original=depot.depot.original_id) | DepotLignes.objects.filter(
        depot__nom_fichier=depot.depot.nom_fichier,
        niveau=depot.niveau,
        ght=depot.ght_id,
        etablissement=depot.etablissement_id,
        region=depot.region_id,
    )
    return list(
        same.exclude(pk=depot.pk)
        .filter(numero__isnull=False)
        .select_related("depot")
        .order_by("-numero")[:20]
    )
