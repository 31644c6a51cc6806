"""What a call shares: contacts by consent, the library of documents; withdrawing a consent."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.actions import partage as actions
from fanal.appels.models import Appel, DocumentPartage
from fanal.appels.queries.partage import (
    Contact,
    bibliotheque,
    consentements_donnes,
    contacts,
    partage_ouvert,
    proposes,
    voit_les_contacts,
)
from fanal.appels.queries.portee import candidature_de, organise, un_appel
from fanal.appels.types_campagne import SAISIR
from fanal.appels.views.commun import contexte_appel, fil_appel, fil_dossier, nom_dossier, url_dossier
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable

GERER = "appel.gerer"


class TitreForm(forms.Form):
    """The title of a document in the library."""

    titre = forms.CharField(label="Titre dans la bibliothèque", max_length=160)


def _appel(request: HttpRequest, code: str, permission: str = "") -> Appel:
    appel = un_appel(request, code, permission)
    if not partage_ouvert(appel):
        raise Introuvable(INVISIBLE)
    return appel


@require_GET
def partages(request: HttpRequest, code: str) -> HttpResponse:
    """The contacts that their owners share, and the documents of the library."""
    appel = _appel(request, code)
    voit = voit_les_contacts(request, appel)
    trouves = contacts(appel) if voit else []
    documents = bibliotheque(appel)
    gere = organise(request, appel, GERER)
    contexte = contexte_appel(request, appel) | {
        "titre": "Partages",
        "phrase": _phrase(len(documents), len(trouves) if voit else None),
        "fil": fil_appel(appel),
        "documents": [(d, nom_dossier(d.piece.dossier)) for d in documents],
        "contacts": _table(trouves, appel) if voit else None,
        "gere": gere,
        "proposes": [
            (p, nom_dossier(p.dossier), TitreForm(initial={"titre": p.nom}, auto_id=f"id_%s_{p.pk}"))
            for p in (proposes(appel) if gere else [])
        ],
    }
    return rendre(request, "appels/partages.html", contexte)


def _phrase(documents: int, contacts_lus: int | None) -> str:
    qui = (
        "contacts réservés à ceux qui répondent"
        if contacts_lus is None
        else pluriel(contacts_lus, "contact partagé", "contacts partagés")
    )
    return f"{pluriel(documents, 'document partagé', 'documents partagés')}, {qui}."


def _table(trouves: list[Contact], appel: Appel) -> Tableau:
    titres = list(dict.fromkeys(titre for c in trouves for titre, _ in c.champs))
    return Tableau(
        nom="contacts",
        titre="Contacts partagés",
        lignes=trouves,
        vide="Personne ne partage encore son contact.",
        demonstration=appel.campagne.demonstration,
        colonnes=[
            Colonne("declarant", "Structure"),
            Colonne("region", "Région", choix=True),
            *(Colonne(f"champ{i}", titre, valeur=_champ(titre)) for i, titre in enumerate(titres)),
        ],
    )


def _champ(titre: str) -> Callable[[Contact], str]:
    """Reads one answer of a contact."""
    return lambda contact: dict(contact.champs).get(titre, "")


@require_GET
def document_partage(request: HttpRequest, code: str, numero: int) -> FileResponse:
    """A document of the library, under its own name."""
    partage = _partage(_appel(request, code), numero)
    return FileResponse(
        partage.piece.original.fichier.open("rb"),
        as_attachment=True,
        filename=partage.piece.nom,
        content_type=partage.piece.genre,
    )


def _partage(appel: Appel, numero: int) -> DocumentPartage:
    trouve = appel.documents_partages.filter(pk=numero).select_related("piece__original", "appel").first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return trouve


@require_POST
def partager(request: HttpRequest, code: str, piece: int) -> HttpResponse:
    """Put a proposed document in the library."""
    appel = _appel(request, code, GERER)
    trouvee = next((p for p in proposes(appel) if p.pk == piece), None)
    if trouvee is None:
        raise Introuvable(INVISIBLE)
    form = TitreForm(request.POST)
    if form.is_valid():
        actions.partager(
            piece=trouvee, titre=form.cleaned_data["titre"], by=compte(request), instant=timezone.now()
        )
        messages.success(request, "Le document est dans la bibliothèque.")
    else:
        messages.error(request, "Donnez un titre au document.")
    return redirect("appels:partages", code=appel.campagne.code)


@require_POST
def retirer_partage(request: HttpRequest, code: str, numero: int) -> HttpResponse:
    """Take a document out of the library."""
    appel = _appel(request, code, GERER)
    actions.retirer_partage(partage=_partage(appel, numero), by=compte(request), instant=timezone.now())
    messages.success(request, "Le document n'est plus dans la bibliothèque.")
    return redirect("appels:partages", code=appel.campagne.code)


@require_http_methods(["GET", "POST"])
def retirer_accord(request: HttpRequest, numero: int, question: str) -> HttpResponse:
    """Withdraw a consent: what it covered is erased, whatever the step of the dossier."""
    dossier = candidature_de(request, numero, SAISIR)
    donnes = dict(consentements_donnes(dossier))
    if question not in donnes:
        raise Introuvable(INVISIBLE)
    if request.method == "POST":
        actions.retirer_consentement(
            dossier=dossier, question=question, by=compte(request), instant=timezone.now()
        )
        messages.success(request, "L'accord est retiré et le contact est effacé.")
        return redirect("appels:dossier", numero=dossier.pk)
    contexte = {
        "titre": "Retirer l'accord",
        "phrase": (
            f"« {donnes[question]} » Le contact sera effacé du dossier et de toutes ses versions ; "
            "il ne pourra pas être retrouvé."
        ),
        "fil": fil_dossier(dossier),
        "form": None,
        "bouton": "Retirer l'accord et effacer",
        "possible": True,
        "retour": url_dossier(dossier),
    }
    return render(request, "appels/formulaire.html", contexte)
