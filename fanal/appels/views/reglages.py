"""Settings of a call that are files or lists: its form, its rules, its documents, those it invites."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.actions import appels as actions
from fanal.appels.fichiers import (
    TAILLE_REGLES,
    copie,
    taille_classeur,
    taille_document,
    texte,
    type_du_document,
)
from fanal.appels.forms_gestion import DocumentForm, FichierForm, InvitationForm, ReglesForm
from fanal.appels.models import Appel, DocumentAppel
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.invitations import noeuds_du_filtre
from fanal.appels.queries.portee import un_appel
from fanal.appels.queries.preparation import elements, fautes_de_regles, questions
from fanal.appels.rules.lecture_regles import en_yaml, lire_regles
from fanal.appels.views.commun import appel_lisible, contexte_appel, fil_appel
from fanal.appels.views.gestion import GERER, _acte, url_reglages
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.moteurs.xlsform.modele import CALCUL, NOTE, Element, Formulaire
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.refus import Introuvable
from fanal.territoires.models import Region
from fanal.territoires.noeuds import Noeud


@require_http_methods(["GET", "POST"])
def deposer_formulaire(request: HttpRequest, code: str) -> HttpResponse:
    """A workbook in XLSForm becomes the form of the call; what is not usable is said with its cell."""
    appel = un_appel(request, code, GERER)
    form = FichierForm(request.POST or None, request.FILES or None)

    def agir(c: dict[str, Any]) -> None:
        with copie(c["fichier"], taille_classeur(timezone.localdate()), "formulaire.xlsx") as chemin:
            version = importer_formulaire(
                noeud=Noeud.de(appel),
                by=compte(request),
                instant=timezone.now(),
                chemin=chemin,
                nom_fichier=c["fichier"].name or "",
            )
        actions.modifier(
            appel=appel, formulaire=version, motif=c["motif"], by=compte(request), instant=timezone.now()
        )

    return _acte(
        request,
        appel,
        form,
        agir,
        titre="Déposer le formulaire",
        phrase=(
            "Un classeur XLSForm (feuilles survey, choices et settings). Les dossiers commencés gardent "
            "leur version."
        ),
        fait="Le formulaire est en place. Vérifiez-le comme un déclarant.",
        multipart=True,
    )


@require_GET
def classeur(request: HttpRequest, code: str) -> FileResponse:
    """The workbook of the form, as it was deposited."""
    appel = un_appel(request, code, GERER)
    if appel.formulaire is None or appel.formulaire.original is None:
        raise Introuvable(INVISIBLE)
    nom = appel.formulaire.nom_fichier or f"{appel.campagne.code}.xlsx"
    return FileResponse(appel.formulaire.original.fichier.open("rb"), as_attachment=True, filename=nom)


@require_http_methods(["GET", "POST"])
def regles(request: HttpRequest, code: str) -> HttpResponse:
    """The usual rules, in a page; the rest of the rule file stays as it is."""
    appel = un_appel(request, code, GERER)
    actuelles = regles_de(appel)
    form = ReglesForm(
        request.POST if request.method == "POST" else None,
        questions=_questions(appel),
        initial=ReglesForm.initiales(actuelles),
    )
    return _acte(
        request,
        appel,
        form,
        lambda c: actions.modifier(
            appel=appel,
            regles=form.appliquer(actuelles),
            motif=c["motif"],
            by=compte(request),
            instant=timezone.now(),
        ),
        titre="Réglages courants",
        phrase="Les conditions, la grille et le suivi s'écrivent dans le fichier de règles.",
        fait="Les règles sont changées.",
    )


def _questions(appel: Appel) -> list[tuple[str, str]]:
    """The questions and calculations of the form that a rule may name."""
    if appel.formulaire is None:
        return []
    formulaire = formulaire_de(appel.formulaire)
    noms = {e.nom: e for e in questions(formulaire)}
    noms |= {e.nom: e for e in elements(formulaire) if e.genre == CALCUL}
    return [(nom, f"{e.libelle or nom} ({nom})") for nom, e in noms.items()]


@require_http_methods(["GET", "POST"])
def deposer_regles(request: HttpRequest, code: str) -> HttpResponse:
    """A YAML file becomes the rules of the call; each fault is said with its place."""
    appel = un_appel(request, code, GERER)
    form = FichierForm(request.POST or None, request.FILES or None)

    def agir(c: dict[str, Any]) -> None:
        lues = lire_regles(texte(c["fichier"], TAILLE_REGLES))
        actions.modifier(
            appel=appel, regles=lues, motif=c["motif"], by=compte(request), instant=timezone.now()
        )
        if appel.formulaire:
            for faute in fautes_de_regles(lues, formulaire_de(appel.formulaire)):
                messages.warning(request, faute)

    return _acte(
        request,
        appel,
        form,
        agir,
        titre="Déposer un fichier de règles",
        phrase="Un fichier YAML : téléchargez les règles actuelles, changez-les, déposez-les ici.",
        fait="Les règles sont changées.",
        multipart=True,
    )


@require_GET
def regles_yaml(request: HttpRequest, code: str) -> HttpResponse:
    """The present rules as a YAML file."""
    appel = un_appel(request, code, GERER)
    reponse = HttpResponse(en_yaml(regles_de(appel)), content_type="application/yaml; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="regles-{appel.campagne.code}.yaml"'
    return reponse


@require_http_methods(["GET", "POST"])
def joindre(request: HttpRequest, code: str) -> HttpResponse:
    """Put a document beside the call."""
    appel = un_appel(request, code, GERER)
    form = DocumentForm(request.POST or None, request.FILES or None)

    def agir(c: dict[str, Any]) -> None:
        nom = c["fichier"].name or "document"
        with copie(c["fichier"], taille_document(timezone.localdate())) as chemin:
            genre = type_du_document(chemin, nom, timezone.localdate())
            actions.ajouter_document(
                appel=appel,
                titre=c["titre"],
                nom=nom,
                genre=genre,
                chemin=chemin,
                by=compte(request),
                instant=timezone.now(),
            )

    return _acte(
        request,
        appel,
        form,
        agir,
        titre="Joindre un document",
        phrase="Instruction, notice, lettre type : tous ceux qui voient l'appel le téléchargent.",
        fait="Le document est joint.",
        multipart=True,
    )


@require_POST
def retirer_document(request: HttpRequest, code: str, numero: int) -> HttpResponse:
    """Take a document away."""
    appel = un_appel(request, code, GERER)
    document = DocumentAppel.objects.filter(Q(appel=appel), pk=numero).first()
    if document is None:
        raise Introuvable(INVISIBLE)
    actions.retirer_document(document=document, by=compte(request), instant=timezone.now())
    messages.success(request, "Le document est enlevé de la page de l'appel.")
    return redirect(url_reglages(appel))


@require_http_methods(["GET", "POST"])
def invites(request: HttpRequest, code: str) -> HttpResponse:
    """Invite all the nodes of a filter, or those whose codes are given."""
    appel = un_appel(request, code, GERER)
    regions = Region.objects.order_by("nom")
    if appel.region_id:
        regions = regions.filter(pk=appel.region_id)
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        appel=appel,
        niveaux=regles_de(appel).declarants.niveaux,
        regions=list(regions),
    )

    def agir(c: dict[str, Any]) -> None:
        noeuds = noeuds_du_filtre(c["niveau"], c["region"], c["codes"])
        neufs = actions.inviter(appel=appel, noeuds=noeuds, by=compte(request), instant=timezone.now())
        messages.info(request, f"{pluriel(len(neufs), 'nouvel invité', 'nouveaux invités')}.")

    return _acte(
        request,
        appel,
        form,
        agir,
        titre="Inviter",
        phrase="Les invités sont rappelés avant la clôture tant qu'ils n'ont pas déposé.",
        fait="La liste des invités est à jour.",
    )


@login_not_required
@require_GET
def formulaire(request: HttpRequest, code: str) -> HttpResponse:
    """The form as those who answer will read it, question by question."""
    appel = appel_lisible(request, code)
    if appel.formulaire is None:
        raise Introuvable(INVISIBLE)
    lu = formulaire_de(appel.formulaire)
    nombre = len(questions(lu))
    contexte = contexte_appel(request, appel) | {
        "titre": lu.titre,
        "phrase": (
            f"{pluriel(nombre, 'question', 'questions')}, version {appel.formulaire.numero} du formulaire."
        ),
        "fil": fil_appel(appel),
        "elements": [_apercu(e, lu) for e in lu.elements if e.genre != CALCUL],
    }
    return render(request, "appels/formulaire_apercu.html", contexte)


GENRES_DITS = {
    "texte": "texte",
    "entier": "nombre entier",
    "decimal": "nombre",
    "date": "date",
    "heure": "heure",
    "date_heure": "date et heure",
    "choix": "un choix",
    "choix_multiple": "plusieurs choix",
    "fichier": "pièce jointe",
    "accord": "accord",
}


def _apercu(element: Element, lu: Formulaire) -> dict[str, Any]:
    """An element as the page shows it, with its children and its choices."""
    return {
        "element": element,
        "genre": GENRES_DITS.get(element.genre, ""),
        "note": element.genre == NOTE,
        "obligatoire": bool(element.requis) and element.requis not in ("no", "false()"),
        "condition": bool(element.visible),
        "choix": lu.listes.get(element.liste, ()),
        "enfants": [_apercu(e, lu) for e in element.enfants if e.genre != CALCUL],
    }
