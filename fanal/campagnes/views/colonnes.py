"""« Désigner les colonnes »: a file laid out in another way is mapped once, on the file itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.campagnes.actions.envois import renvoyer
from fanal.campagnes.forms import CorrespondanceForm
from fanal.campagnes.models import Envoi
from fanal.campagnes.queries.colonnes import ATraduire, a_traduire, apercu, champs_proposes, lire_choix
from fanal.campagnes.rules import pluriel
from fanal.campagnes.views.commun import envoi_de, fil_campagne, titre_format
from fanal.comptes.acces import compte
from fanal.depots import formats
from fanal.depots.correspondances import Disposition, keep_codes, keep_mapping
from fanal.depots.lecture import Apercu
from fanal.depots.models import Correspondance
from fanal.depots.queries import as_reading_mapping
from fanal.depots.rules import check_colonnes
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud


@require_http_methods(["GET", "POST"])
def colonnes(request: HttpRequest, numero: int) -> HttpResponse:
    """The columns of the file, each with the field it holds; kept under a name, then the file is read
    again.
    """
    envoi = envoi_de(request, numero)
    source = request.POST if request.method == "POST" else request.GET
    entete = source.get("entete", "")
    vue = apercu(
        envoi, source.get("feuille"), int(entete) if entete.isdecimal() and len(entete) < 7 else None
    )
    gardee = (
        envoi.correspondance if envoi.correspondance and envoi.correspondance.niveau == envoi.niveau else None
    )
    erreur = ""
    form = CorrespondanceForm(
        request.POST if request.method == "POST" else None, initial=_initial(envoi, gardee)
    )
    if request.method == "POST" and form.is_valid():
        try:
            correspondance, reste = _garder(request, envoi, vue, form.cleaned_data, gardee)
            if reste:
                return redirect("depots_envois:codes", envoi.pk, correspondance.pk)
            return _relire(request, envoi, correspondance)
        except Refus as refus:
            erreur = refus.phrase
    contexte = _contexte(request, envoi, vue) | {"form": form, "erreur": erreur}
    return render(request, "campagnes/colonnes.html", contexte, status=422 if erreur or form.errors else 200)


def _initial(envoi: Envoi, gardee: Correspondance | None) -> dict[str, Any]:
    if gardee is not None:
        return {"nom": gardee.nom, "ordre_dates": gardee.formats.get("dates", "jma")}
    return {"nom": f"Trame {Noeud.de(envoi).code}".strip(), "ordre_dates": "jma"}


def _garder(
    request: HttpRequest, envoi: Envoi, vue: Apercu, donnees: dict[str, Any], gardee: Correspondance | None
) -> tuple[Correspondance, list[ATraduire]]:
    """Keep the mapping once the file has been read with it; with the values that remain to be translated."""
    disposition = Disposition(
        colonnes=lire_choix([c.titre for c in vue.colonnes], request.POST),
        # A sheet and a header row are kept only when somebody chose them: the reader finds them otherwise.
        feuille=request.POST.get("feuille", ""),
        ligne_entete=vue.ligne_entete if request.POST.get("entete") else None,
        ordre_dates=donnees["ordre_dates"],
        codes=gardee.codes if gardee else {},
    )
    check_colonnes(disposition.colonnes, formats.charger(envoi.format).principal)
    reste = a_traduire(envoi, disposition.lue_comme(donnees["nom"]))
    correspondance = keep_mapping(
        nom=donnees["nom"],
        format=envoi.format,
        noeud=Noeud.de(envoi),
        disposition=disposition,
        by=compte(request),
        instant=timezone.now(),
        remplace=gardee if gardee and gardee.nom == donnees["nom"].strip() else None,
    )
    return correspondance, reste


def _contexte(request: HttpRequest, envoi: Envoi, vue: Apercu) -> dict[str, Any]:
    soumis = request.POST if request.method == "POST" else {}
    choisis = [soumis.get(f"c{i}", c.champ or "") for i, c in enumerate(vue.colonnes)]
    par_nom = formats.charger(envoi.format).principal.par_nom
    reconnues = sum(bool(c) for c in choisis)
    absents = [par_nom[c].titre for c in par_nom if par_nom[c].requis and c not in choisis]
    phrase = f"{pluriel(reconnues, 'colonne reconnue', 'colonnes reconnues')} sur {len(vue.colonnes)}. "
    phrase += (
        "Il reste à désigner : " + ", ".join(f"« {a} »" for a in absents) + "."
        if absents
        else "Vérifiez-les, puis enregistrez."
    )
    return {
        "titre": "Désigner les colonnes",
        "phrase": phrase,
        "fil": fil_campagne(envoi.campagne),
        "envoi": envoi,
        "nom_format": titre_format(envoi.format),
        "apercu": vue,
        "colonnes": [
            {"rang": i, "titre": c.titre, "choisi": choisi, "exacte": c.exacte, "exemples": c.exemples}
            for i, (c, choisi) in enumerate(zip(vue.colonnes, choisis, strict=True))
        ],
        "champs": champs_proposes(envoi.format),
        "feuille": soumis.get("feuille", request.GET.get("feuille", "")),
        "entete": soumis.get("entete", request.GET.get("entete", "")),
    }


@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, numero: int, correspondance: int) -> HttpResponse:
    """The values of the file that are not those of the format's lists, each with its translation."""
    envoi = envoi_de(request, numero)
    gardee = Correspondance.objects.filter(
        pk=correspondance, format=envoi.format, **Noeud.de(envoi).champs()
    ).first()
    if gardee is None:
        raise Introuvable("Cette correspondance n'existe plus. Recommencez depuis le fichier.")
    listes = a_traduire(envoi, as_reading_mapping(gardee))
    if request.method == "POST":
        table = {
            liste.champ.nom: {
                valeur: choisi
                for j, valeur in enumerate(liste.valeurs)
                if (choisi := request.POST.get(f"{liste.champ.nom}-{j}", "")) in liste.champ.enumeration
            }
            for liste in listes
        }
        keep_codes(correspondance=gardee, codes=table, by=compte(request), instant=timezone.now())
        return _relire(request, envoi, gardee)
    total = sum(len(liste.valeurs) for liste in listes)
    dites = pluriel(total, "valeur de votre fichier n'est pas", "valeurs de votre fichier ne sont pas")
    phrase = f"{dites} dans les listes du format. Dites ce qu'elles signifient, ou laissez-les à corriger."
    contexte = {
        "titre": "Traduire les codes",
        "phrase": phrase if listes else "Toutes les valeurs de votre fichier sont comprises.",
        "fil": fil_campagne(envoi.campagne),
        "envoi": envoi,
        "correspondance": gardee,
        "listes": listes,
    }
    return render(request, "campagnes/codes.html", contexte)


def _relire(request: HttpRequest, envoi: Envoi, correspondance: Correspondance) -> HttpResponse:
    suivant = renvoyer(envoi=envoi, correspondance=correspondance, by=compte(request), instant=timezone.now())
    messages.success(
        request,
        f"La correspondance « {correspondance.nom} » est enregistrée. Votre fichier est lu de nouveau avec "
        "elle.",
    )
    return redirect("depots_envois:envoi", suivant.pk)
