"""Index series: their list, one series, its values from a file, its chaining."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte, exiger
from fanal.interface.ici import droits_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.prix.actions.indices import ResultatIndices, importer_indices, raccorder
from fanal.prix.compute.ecriture import ecrire, ecrire_mois, ecrire_part
from fanal.prix.compute.series import coefficient_de_raccordement, mois_absents
from fanal.prix.forms import FichierForm, RaccordForm
from fanal.prix.models import SerieIndice
from fanal.prix.queries.indices import points_de, resumes, une_serie, valeurs
from fanal.prix.views.colonnes import designer
from fanal.prix.views.commun import GERER, VOIR
from fanal.prix.views.fichiers import Recu, gardees, recevoir, recu_de, redeposer
from fanal.prix.views.images import image_indice
from fanal.prix.views.tables import table_anomalies
from fanal.refus import Refus
from fanal.territoires.noeuds import NATIONAL, Noeud


def _fil(*suite: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Révisions de prix", reverse("prix:revisions")), *suite]


@require_GET
def indices(request: HttpRequest) -> HttpResponse:
    """Every series known, common to all territories."""
    exiger(request, VOIR)
    found = resumes()
    holes = sum(bool(r.absents) for r in found)
    said = "Aucun indice n'est encore connu : importez les valeurs publiées."
    if found:
        said = f"{len(found)} série{'s' if len(found) > 1 else ''} d'indice"
        said += f", dont {holes} avec des mois manquants." if holes else ", sans mois manquant."
    contexte = {
        "titre": "Indices",
        "phrase": said,
        "fil": _fil(),
        "indices": Tableau(
            nom="indices",
            titre="Séries d'indices",
            lignes=found,
            vide="Aucune série.",
            colonnes=[
                Colonne(
                    "code",
                    "Code",
                    "lien",
                    valeur=lambda r: r.serie.code,
                    lien=lambda r: reverse("prix:indice", args=[r.serie.code]),
                ),
                Colonne("libelle", "Libellé", valeur=lambda r: r.serie.libelle),
                Colonne("base", "Base", valeur=lambda r: r.serie.base),
                Colonne("valeurs", "Valeurs", "entier"),
                Colonne("premier", "Premier mois", valeur=lambda r: _mois(r.premier)),
                Colonne("dernier", "Dernier mois", valeur=lambda r: _mois(r.dernier)),
                Colonne("derniere_valeur", "Dernière valeur", "nombre"),
                Colonne("absents", "Mois manquants", "entier"),
                Colonne("sans_publication", "Sans date de publication", "entier", visible=False),
                Colonne("suite", "Remplacée par", valeur=_suite),
            ],
        ),
    }
    return rendre(request, "prix/indices.html", contexte)


def _mois(month: Any) -> Any:
    return ecrire_mois(month) if month else Absence.NON_RENSEIGNE


def _suite(row: Any) -> Any:
    following = getattr(row.serie, "remplacee_par", None)
    return following.code if following else Absence.SANS_OBJET


@require_http_methods(["GET", "POST"])
def indice(request: HttpRequest, code: str) -> HttpResponse:
    """One series: its picture, its values, its chaining."""
    exiger(request, VOIR)
    serie = une_serie(code)
    points = points_de(serie)
    others = SerieIndice.objects.exclude(pk=serie.pk).order_by("code")
    form = RaccordForm(
        request.POST or None,
        series=[("", "Aucune"), *((s.code, str(s)) for s in others)],
        initial={
            "suite_de": serie.suite_de.code if serie.suite_de else "",
            "coefficient": serie.coefficient,
        },
    )
    error = ""
    if request.method == "POST" and form.is_valid():
        exiger(request, GERER)
        try:
            raccorder(
                serie=serie,
                suite_de=une_serie(form.cleaned_data["suite_de"]) if form.cleaned_data["suite_de"] else None,
                coefficient=form.cleaned_data["coefficient"],
                motif=form.cleaned_data["motif"],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            error = refus.phrase
        else:
            messages.success(request, "Le raccordement est enregistré.")
            return redirect("prix:indice", serie.code)
    missing = mois_absents(points)
    contexte = {
        "titre": str(serie),
        "phrase": _phrase(points, missing),
        "fil": _fil(("Indices", reverse("prix:indices"))),
        "serie": serie,
        "suivante": getattr(serie, "remplacee_par", None),
        "suggere": _suggere(serie),
        "image": image_indice(_titre(points), [(p.mois, p.valeur) for p in points], serie.base),
        "absents": [ecrire_mois(m) for m in missing],
        "valeurs": Tableau(
            nom="valeurs",
            titre="Valeurs",
            lignes=valeurs(serie),
            vide="Aucune valeur.",
            recherche=False,
            colonnes=[
                Colonne("mois", "Mois", valeur=lambda v: ecrire_mois(v.mois)),
                Colonne("valeur", "Valeur", "nombre", decimales=_decimales(points)),
                Colonne("publiee_le", "Publiée le", "date"),
                Colonne(
                    "provisoire",
                    "État",
                    "etat",
                    etats={True: ("Provisoire", "attention"), False: ("Définitive", "decide")},
                ),
            ],
        ),
        "form": form,
        "erreur": error,
    }
    return rendre(request, "prix/indice.html", contexte, status=422 if error or form.errors else 200)


def _suggere(serie: SerieIndice) -> str:
    """The coefficient that the last common month gives, to compare with the published one."""
    if serie.suite_de is None:
        return ""
    found = coefficient_de_raccordement(points_de(serie.suite_de), points_de(serie))
    return ecrire(found, 6) if found else ""


def _phrase(points: Any, missing: list[Any]) -> str:
    if not points:
        return "Cette série n'a pas encore de valeur."
    last = points[-1]
    said = f"Dernière valeur : {ecrire(last.valeur)} en {ecrire_mois(last.mois)}"
    said += f", publiée le {last.publiee_le:%d/%m/%Y}." if last.publiee_le else ", sans date de publication."
    if missing:
        said += f" {len(missing)} mois manque{'nt' if len(missing) > 1 else ''}."
    return said


def _decimales(points: Any) -> int:
    """The same number of decimals for every value of a series."""
    return max((max(0, -int(p.valeur.normalize().as_tuple().exponent)) for p in points), default=0)


def _titre(points: Any) -> str:
    if len(points) < 2:
        return "Trop peu de valeurs pour une courbe"
    change = points[-1].valeur / points[0].valeur - 1
    return f"{ecrire_part(change, 1)} depuis {ecrire_mois(points[0].mois)}"


@require_http_methods(["GET", "POST"])
def importer(request: HttpRequest) -> HttpResponse:
    """Send a file of published values."""
    exiger(request, GERER)
    form = FichierForm(
        request.POST or None, request.FILES or None, gardees=gardees("indices", _noeud(request))
    )
    if request.method == "POST" and form.is_valid():
        try:
            recu = recevoir(
                request,
                form.cleaned_data["fichier"],
                "indices",
                marche=None,
                correspondance=form.cleaned_data["correspondance"],
            )
            return _prendre(request, recu)
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    contexte = {
        "titre": "Importer des indices",
        "phrase": "Une ligne par série et par mois ; la date de publication dit ce qui était connu.",
        "fil": _fil(("Indices", reverse("prix:indices"))),
        "form": form,
        "modele": reverse("depots:modele", args=["indices"]),
    }
    return render(request, "prix/deposer.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def lire(request: HttpRequest) -> HttpResponse:
    """The file received, once its columns are known: read it and add its values."""
    exiger(request, GERER)
    recu = recu_de(request, "indices")
    if recu is None:
        return redeposer(request, reverse("prix:indices_importer"))
    if request.method == "POST":
        return _prendre(request, recu)
    contexte = {
        "titre": "Indices prêts à lire",
        "phrase": f"Les colonnes de « {recu.nom} » sont désignées.",
        "fil": _fil(("Indices", reverse("prix:indices"))),
        "envoyer": "Ajouter ces valeurs",
    }
    return render(request, "prix/pret.html", contexte)


def _prendre(request: HttpRequest, recu: Recu) -> HttpResponse:
    try:
        with recu.chemin() as path:
            done = importer_indices(
                chemin=path,
                nom_fichier=recu.nom,
                by=compte(request),
                instant=timezone.now(),
                correspondance=recu.mapping(),
            )
    except Refus as refus:
        contexte: dict[str, Any] = {
            "titre": "Ces indices ne peuvent pas être lus",
            "phrase": refus.phrase,
            "fil": _fil(("Indices", reverse("prix:indices"))),
            "colonnes": f"{reverse('prix:indices_colonnes')}?f={recu.jeton}",
            "retour": reverse("prix:indices_importer"),
            "modele": reverse("depots:modele", args=["indices"]),
        }
        return render(request, "prix/illisible.html", contexte, status=422)
    contexte = {
        "titre": "Indices importés",
        "phrase": _bilan(done),
        "fil": _fil(("Indices", reverse("prix:indices"))),
        "anomalies": table_anomalies(done.lecture.anomalies),
    }
    return render(request, "prix/importes.html", contexte)


def _bilan(done: ResultatIndices) -> str:
    counts = (
        (done.ajoutees, "valeur ajoutée", "valeurs ajoutées"),
        (done.corrigees, "valeur corrigée", "valeurs corrigées"),
        (done.inchangees, "valeur déjà connue", "valeurs déjà connues"),
        (done.lecture.ecartees, "ligne écartée", "lignes écartées"),
    )
    said = ", ".join(f"{n} {many if n > 1 else one}" for n, one, many in counts if n)
    series = "1 série" if done.series == 1 else f"{done.series} séries"
    return f"{series} : {said}."


@require_http_methods(["GET", "POST"])
def colonnes(request: HttpRequest) -> HttpResponse:
    """Which column of the values is which."""
    exiger(request, GERER)
    recu = recu_de(request, "indices")
    if recu is None:
        return redeposer(request, reverse("prix:indices_importer"))
    noeud = _noeud(request)
    return designer(request, recu, noeud, reverse("prix:indices_lire"), _fil())


def _noeud(request: HttpRequest) -> Noeud:
    """The node whose mappings the account keeps: the widest one it stands on."""
    nodes = droits_de(request, timezone.localdate()).noeuds
    return nodes[0] if nodes else NATIONAL
