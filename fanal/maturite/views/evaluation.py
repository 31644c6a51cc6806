"""One's own answers, topic by topic, saved as one chooses; proofs beside the levels."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.fichiers import copie, taille_document, type_du_document
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, compte
from fanal.maturite.actions import evaluations, preuves
from fanal.maturite.forms import MotifForm, PreuveForm
from fanal.maturite.models import Appreciation, Evaluateur, NiveauSujet, Preuve
from fanal.maturite.queries.evaluations import sujets_de, themes_de
from fanal.maturite.views.commun import SAISIR, dossier_de, fil
from fanal.refus import Introuvable, Refus

PASSE = "passe"


def _mine(request: HttpRequest, seen: Dossier) -> Evaluateur:
    found = Evaluateur.objects.filter(dossier=seen, utilisateur=compte(request)).first()
    if found is None:
        raise Introuvable("Vous n'êtes pas invité à évaluer. Demandez-le à la direction des achats du GHT.")
    return found


@require_http_methods(["GET", "POST"])
def mienne(request: HttpRequest, numero: int) -> HttpResponse:
    """Answer topic by topic; the page saves at each choice, and hands in at the end."""
    seen = dossier_de(request, numero)
    person = _mine(request, seen)
    refused = ""
    if request.method == "POST":
        try:
            _save(request, seen, person)
            if "rendre" in request.POST:
                evaluations.rendre(evaluateur=person, by=compte(request), instant=timezone.now())
                messages.success(request, "Votre évaluation est rendue. Merci.")
                return redirect("maturite:dossier", seen.pk)
        except Refus as refus:
            refused = refus.phrase
        else:
            if not request.headers.get("HX-Request"):
                messages.success(request, "Vos réponses sont enregistrées.")
                return redirect("maturite:mienne", seen.pk)
    context = _context(seen, person, refused)
    template = (
        "maturite/_avancement.html" if request.headers.get("HX-Request") else "maturite/evaluation.html"
    )
    return render(request, template, context, status=409 if refused else 200)


def _save(request: HttpRequest, seen: Dossier, person: Evaluateur) -> None:
    """Write the answers that changed; a topic that is not in the form is left as it is."""
    known = {a.sujet_id: a for a in person.appreciations.select_related("niveau")}
    changed = {}
    for topic in sujets_de(seen.profil_maturite.grille):
        raw = request.POST.get(f"niveau-{topic.pk}")
        if raw is None:
            continue
        level = None if raw == PASSE else int(raw) if raw.isascii() and raw.isdigit() else 0
        answer = evaluations.Reponse(level, request.POST.get(f"commentaire-{topic.pk}", "").strip())
        if _answer_of(known.get(topic.pk)) != answer:
            changed[topic.pk] = answer
    if changed:
        evaluations.apprecier(evaluateur=person, reponses=changed, by=compte(request), instant=timezone.now())


def _answer_of(given: Appreciation | None) -> evaluations.Reponse | None:
    if given is None:
        return None
    return evaluations.Reponse(given.niveau.rang if given.niveau else None, given.commentaire)


def _context(seen: Dossier, person: Evaluateur, refused: str) -> dict[str, object]:
    given = {a.sujet_id: a for a in person.appreciations.select_related("niveau")}
    topics = sujets_de(seen.profil_maturite.grille)
    themes = [
        (t, [(s, given.get(s.pk)) for s in topics if s.theme.code == t.code])
        for t in themes_de(seen.profil_maturite.grille)
    ]
    return {
        "titre": "Mon évaluation",
        "phrase": f"{person.fonction.capitalize()} : {len(given)} sujets répondus sur {len(topics)}.",
        "fil": fil(seen),
        "dossier": seen,
        "personne": person,
        "themes": themes,
        "fait": len(given),
        "total": len(topics),
        "refus": refused,
    }


@require_http_methods(["GET", "POST"])
def prouver(request: HttpRequest, numero: int, niveau: int) -> HttpResponse:
    """Put a proof beside a level."""
    seen = dossier_de(request, numero, SAISIR)
    level = NiveauSujet.objects.filter(pk=niveau, sujet__theme__grille=seen.profil_maturite.grille).first()
    if level is None:
        raise Introuvable("Ce niveau n'est pas de cette grille. Revenez à l'autoévaluation.")
    form = PreuveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _prove(request, seen, level, form)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "La preuve est ajoutée.")
            return redirect("maturite:dossier", seen.pk)
    context = {
        "titre": f"Prouver le niveau {level.rang} : {level.sujet.titre}",
        "phrase": level.preuve or "Aucune preuve n'est demandée à ce niveau.",
        "fil": fil(seen),
        "form": form,
        "verbe": "Ajouter la preuve",
        "fichier": True,
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)


def _prove(request: HttpRequest, seen: Dossier, level: NiveauSujet, form: PreuveForm) -> None:
    sent, by, now = form.cleaned_data["fichier"], compte(request), timezone.now()
    said = form.cleaned_data["libelle"]
    if sent is None:
        preuves.ajouter(dossier=seen, niveau=level, libelle=said, by=by, instant=now)
        return
    with copie(sent, taille_document(timezone.localdate(now))) as path:
        type_du_document(path, sent.name, timezone.localdate(now))
        preuves.ajouter(
            dossier=seen, niveau=level, libelle=said, by=by, instant=now, chemin=path, nom=sent.name
        )


def _proof(request: HttpRequest, numero: int, preuve: int, permission: str = "") -> Preuve:
    seen = dossier_de(request, numero, permission)
    found = Preuve.objects.filter(dossier=seen, pk=preuve).select_related("original", "dossier").first()
    if found is None:
        raise Introuvable(INVISIBLE)
    return found


@require_GET
def piece(request: HttpRequest, numero: int, preuve: int) -> HttpResponse:
    """The paper of a proof, to be saved."""
    found = _proof(request, numero, preuve)
    if found.original is None:
        raise Introuvable("Cette preuve n'a pas de pièce : son libellé dit où elle se trouve.")
    answer = FileResponse(
        found.original.fichier.open("rb"), as_attachment=True, filename=found.nom or "preuve"
    )
    answer["Content-Type"] = "application/octet-stream"
    return answer  # type: ignore[return-value]  # a streamed answer is an answer


@require_http_methods(["GET", "POST"])
def retirer_preuve(request: HttpRequest, numero: int, preuve: int) -> HttpResponse:
    """Withdraw a proof, with a reason."""
    found = _proof(request, numero, preuve, SAISIR)
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            preuves.retirer(
                preuve=found, motif=form.cleaned_data["motif"], by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("maturite:dossier", found.dossier_id)
    context = {
        "titre": f"Retirer la preuve : {found.libelle}",
        "phrase": "La preuve ne compte plus ; le journal garde son libellé et l'empreinte de sa pièce.",
        "fil": fil(found.dossier),
        "form": form,
        "verbe": "Retirer la preuve",
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)
