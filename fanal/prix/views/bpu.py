"""The price list of a contract: its lines today, its versions, a new one previewed then kept."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte
from fanal.depots.queries import anomalies
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import rendre
from fanal.marches.models import Marche
from fanal.prix.actions.bpu import importer_bpu
from fanal.prix.compute.differences import AJOUTEE, BAISSE, HAUSSE, Bilan
from fanal.prix.forms import BpuForm, FichierForm
from fanal.prix.models import VersionBpu
from fanal.prix.queries.bpu import apercu_bpu
from fanal.prix.queries.fichiers import BpuLu, lire_bpu
from fanal.prix.queries.prix import (
    LigneActuelle,
    clauses,
    definition,
    differences,
    est_notifie,
    lignes_actuelles,
    une_version,
    version_courante,
)
from fanal.prix.queries.revisions import revisions_du_marche
from fanal.prix.rules.bpu import MOTIFS
from fanal.prix.views.colonnes import designer
from fanal.prix.views.commun import (
    LECTURE_SEULE,
    fil,
    fil_prix,
    lire_jour,
    lire_verrou,
    marche_gere,
    marche_vu,
    peut_gerer,
)
from fanal.prix.views.fichiers import gardees, recevoir, recu_de, redeposer
from fanal.prix.views.tables import ORIGINES, table_anomalies, table_differences, table_lignes
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud


@require_GET
def bpu(request: HttpRequest, pk: int) -> HttpResponse:
    """The prices of a contract on a day, its versions and its clauses."""
    marche = marche_vu(request, pk)
    today = timezone.localdate()
    le = lire_jour(request.GET.get("le", ""), today)
    lines = lignes_actuelles(marche, le)
    due = revisions_du_marche(marche, today)
    may = peut_gerer(request, marche)
    contexte = {
        "titre": f"Prix du marché {marche.identifiant}",
        "phrase": phrase(lines, due_count=sum(d.en_retard for d in due)),
        "fil": fil(marche),
        "marche": marche,
        "le": le,
        "lignes": table_lignes(lines) if lines else None,
        "versions": marche.versions_bpu.order_by("-numero"),
        "origines": ORIGINES,
        "clauses": [(clause, definition(clause)) for clause in clauses(marche)],
        "dues": due,
        "propositions": marche.propositions_prix.all()[:10],
        "gerer": may,
        "raison": "" if may else LECTURE_SEULE,
        "vivantes": sum(not line.echue for line in lines),
        "echues": sum(line.echue for line in lines),
        "signalees": sum(bool(line.ligne.anomalies) for line in lines),
    }
    return rendre(request, "prix/bpu.html", contexte)


def phrase(lines: Sequence[LigneActuelle], *, due_count: int) -> str:
    """What a buyer wants first: how many prices, and whether a revision is late."""
    if not lines:
        return "Ce marché n'a pas encore de bordereau de prix dans Fanal."
    count = "1 ligne" if len(lines) == 1 else f"{ecrire_nombre(len(lines))} lignes"
    expired = sum(line.echue for line in lines)
    said = f"Le bordereau compte {count}"
    said += f", dont {expired} échue{'s' if expired > 1 else ''}." if expired else "."
    if due_count:
        late = "Une révision est en retard." if due_count == 1 else f"{due_count} révisions sont en retard."
        said += f" {late}"
    return said


@require_http_methods(["GET", "POST"])
def deposer(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the file of a new price list."""
    marche = marche_gere(request, pk)
    form = FichierForm(request.POST or None, request.FILES or None, gardees=gardees("bpu", Noeud.de(marche)))
    if request.method == "POST" and form.is_valid():
        try:
            recu = recevoir(
                request,
                form.cleaned_data["fichier"],
                "bpu",
                marche=marche.pk,
                correspondance=form.cleaned_data["correspondance"],
            )
            return redirect(f"{reverse('prix:apercu', args=[marche.pk])}?f={recu.jeton}")
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    contexte = {
        "titre": "Déposer un bordereau de prix",
        "phrase": "Vous verrez ce qu'il change, ligne par ligne, avant de l'enregistrer.",
        "fil": fil_prix(marche),
        "form": form,
        "modele": reverse("depots:modele", args=["bpu"]),
    }
    return render(request, "prix/deposer.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def colonnes(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the list is which."""
    marche = marche_gere(request, pk)
    recu = recu_de(request, "bpu", marche.pk)
    if recu is None:
        return redeposer(request, reverse("prix:deposer", args=[marche.pk]))
    return designer(
        request, recu, Noeud.de(marche), reverse("prix:apercu", args=[marche.pk]), fil_prix(marche)
    )


@require_http_methods(["GET", "POST"])
def apercu(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list would change; then, confirmed, the list kept."""
    marche = marche_gere(request, pk)
    recu = recu_de(request, "bpu", marche.pk)
    if recu is None:
        return redeposer(request, reverse("prix:deposer", args=[marche.pk]))
    notified, last, today = est_notifie(marche), version_courante(marche), timezone.localdate()
    form = BpuForm(
        request.POST or None,
        notifie=notified,
        premiere=last is None,
        initial={"applicable_le": (marche.date_debut if last is None else None) or today},
    )
    error = ""
    with recu.chemin() as path:
        try:
            read = lire_bpu(path, today, recu.mapping())
        except Refus as refus:
            return _illisible(request, marche, refus.phrase, recu.jeton)
        if request.method == "POST" and form.is_valid():
            try:
                done = importer_bpu(
                    marche=marche,
                    chemin=path,
                    nom_fichier=recu.nom,
                    by=compte(request),
                    instant=timezone.now(),
                    correspondance=recu.mapping(),
                    verrou=lire_verrou(request, marche),
                    lue=read,
                    **form.cleaned_data,
                )
            except Refus as refus:
                error = refus.phrase
            else:
                _dire(request, done.version, done.immobiles)
                return redirect("prix:version", marche.pk, done.version.numero)
    bilan = apercu_bpu(last, read.lignes, today)
    held = {x.ligne.cle: x.contractuel.prix for x in lignes_actuelles(marche, today) if x.contractuel}
    contexte = {
        "titre": "Aperçu du bordereau",
        "phrase": _phrase_apercu(read, bilan, last),
        "fil": fil_prix(marche),
        "form": form,
        "erreur": error,
        "verrou": marche.verrou,
        "differences": table_differences(bilan, held) if last else None,
        "anomalies": table_anomalies(read.lecture.anomalies),
        "colonnes": f"{reverse('prix:colonnes', args=[marche.pk])}?f={recu.jeton}",
        "lecture": read.lecture,
        "bilan": bilan if last else None,
        "possible": bool(read.lignes),
    }
    return rendre(request, "prix/apercu.html", contexte, status=422 if error or form.errors else 200)


def _dire(request: HttpRequest, version: VersionBpu, still: Sequence[tuple[str, str]]) -> None:
    messages.success(request, f"La version {version.numero} du bordereau est enregistrée.")
    for key, said in still[:5]:
        messages.warning(request, f"Ligne « {key} ». {said}")
    if len(still) > 5:
        messages.warning(request, f"{len(still) - 5} autres lignes n'ont pas changé de prix.")


def _illisible(request: HttpRequest, marche: Marche, said: str, jeton: str) -> HttpResponse:
    contexte = {
        "titre": "Ce fichier n'est pas encore lisible",
        "phrase": said,
        "fil": fil_prix(marche),
        "colonnes": f"{reverse('prix:colonnes', args=[marche.pk])}?f={jeton}",
        "retour": reverse("prix:deposer", args=[marche.pk]),
        "modele": reverse("depots:modele", args=["bpu"]),
    }
    return render(request, "prix/illisible.html", contexte, status=422)


def _phrase_apercu(read: BpuLu, bilan: Bilan, last: VersionBpu | None) -> str:
    sound, aside = read.lecture.acceptees, read.lecture.ecartees
    said = f"{ecrire_nombre(sound)} ligne{'s' if sound > 1 else ''} lue{'s' if sound > 1 else ''}"
    if aside:
        said += f", {ecrire_nombre(aside)} écartée{'s' if aside > 1 else ''}"
    if last is None:
        return f"{said}. C'est le premier bordereau de ce marché. Rien n'est encore enregistré."
    return f"{said}. {phrase_bilan(bilan)} Rien n'est encore enregistré."


def phrase_bilan(bilan: Bilan) -> str:
    """How many rises, falls, additions and removals, and what it costs over the known quantities."""
    words = ((HAUSSE, "en hausse"), (BAISSE, "en baisse"), (AJOUTEE, "ajoutées"), ("retiree", "retirées"))
    parts = [f"{bilan.nombres[genre]} {word}" for genre, word in words if bilan.nombres[genre]]
    said = ", ".join(parts) if parts else "aucun prix ne change"
    if bilan.nombres[HAUSSE] or bilan.nombres[BAISSE]:
        said += f" ; effet annuel de {ecrire_montant(bilan.enjeu, 0)} HT sur les quantités estimées"
        if bilan.sans_quantite:
            said += f" ({bilan.sans_quantite} sans quantité, hors du total)"
    return f"{said[0].upper()}{said[1:]}."


@require_GET
def version(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """One version: what it changed from the one before, and what its file said wrong."""
    marche = marche_vu(request, pk)
    found = une_version(marche, numero)
    if found is None:
        raise Introuvable("Cette version du bordereau n'existe pas.")
    before = marche.versions_bpu.filter(numero__lt=numero).exclude(origine="promotion").last()
    bilan = differences(before, found)
    notes = anomalies(found.depot) if found.depot else []
    contexte = {
        "titre": f"Bordereau, version {numero}",
        "phrase": phrase_bilan(bilan) if before else f"Premier bordereau : {found.lignes.count()} lignes.",
        "fil": fil_prix(marche),
        "version": found,
        "origine": MOTIFS.get(found.origine, "Bordereau"),
        "precedente": before,
        "bilan": bilan if before else None,
        "differences": table_differences(bilan),
        "anomalies": table_anomalies(notes),
    }
    return rendre(request, "prix/version.html", contexte)
