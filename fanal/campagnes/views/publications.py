"""Publishing a campaign, and reading what was published."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes import registre, rules
from fanal.campagnes.actions import publications as actions
from fanal.campagnes.exports_publication import as_json, as_xlsx
from fanal.campagnes.forms import MotifForm
from fanal.campagnes.models import Campagne, Publication
from fanal.campagnes.queries.publications import etat_publication, verifier_publication
from fanal.campagnes.queries.publications_visibles import Codes, codes_de
from fanal.campagnes.queries.publiees import (
    Ecart,
    Publiee,
    comparer_publiees,
    lire,
)
from fanal.campagnes.registre import Indicateur
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr, jour_fr
from fanal.campagnes.views.commun import campagne_de, fil_campagne
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.memoire import stable
from fanal.refus import Introuvable, Refus

FIL = ("Publications", "campagnes:publications")
GENRES: dict[str, Any] = {"montant": "montant_rond", "centimes": "montant", "taux": "taux", "texte": "texte"}
ESSAI = "essai"  # stands for the reason still to be written


@require_http_methods(["GET", "POST"])
def publier(request: HttpRequest, code: str) -> HttpResponse:
    """What remains before a campaign is published, and its publication."""
    campagne = campagne_de(request, code)
    exiger(request, "publication.publier")
    now = timezone.now()
    etat = etat_publication(campagne, now)
    form = MotifForm(request.POST if request.method == "POST" else None, obligatoire=etat.publications > 0)
    form.fields["motif"].help_text = "Il est inscrit au journal et imprimé avec la publication."
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            faite = actions.publier(campagne=campagne, by=user, instant=now, motif=form.cleaned_data["motif"])
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"La campagne est publiée (publication n° {faite.numero}).")
            return redirect("campagnes:publiee", numero=faite.pk)
    raison = _refus(etat)
    contexte = {
        "titre": f"Publier : {campagne.titre}",
        "phrase": raison or _pret(etat),
        "fil": fil_campagne(campagne),
        "campagne": campagne,
        "etat": etat,
        "reste": _reste(campagne, etat),
        "possible": not raison,
        "raison": raison,
        "form": form,
        "anciennes": campagne.publications.defer("instantane"),
    }
    return render(request, "campagnes/publier.html", contexte, status=409 if form.errors else 200)


def _refus(etat: rules.EtatPublication) -> str:
    try:
        rules.check_publication(etat, ESSAI)
    except Refus as refus:
        return refus.phrase
    return ""


def _pret(etat: rules.EtatPublication) -> str:
    phrase = f"Tout est prêt : {pluriel(etat.lignes, 'ligne est décidée', 'lignes sont décidées')}."
    if etat.publications:
        phrase += (
            f" Ce sera la publication n° {etat.publications + 1} : dites pourquoi vous publiez de nouveau."
        )
    return phrase


def _reste(campagne: Campagne, etat: rules.EtatPublication) -> list[dict[str, Any]]:
    """The conditions of a publication: what is done, what remains, and where to do it."""
    genre = registre.obtenir(campagne.type_campagne)
    etapes = reverse("campagnes:etapes", args=[campagne.code])
    passer = reverse("campagnes:passer", args=[campagne.code])
    periode = f"&periode={campagne.periode}" if campagne.periode else ""
    file = f"{reverse(genre.file)}?annee={campagne.annee}{periode}&etat=a_decider" if genre.file else etapes
    fin = f", la dernière jusqu'au {jour_fr(etat.echeance)} compris" if etat.echeance else ""
    return [
        {
            "fait": etat.lignes > 0,
            "titre": "Des lignes sont déposées",
            "phrase": pluriel(etat.lignes, "ligne", "lignes"),
            "url": reverse("campagnes:campagne", args=[campagne.code]),
            "lien": "Voir les dossiers",
        },
        {
            "fait": not etat.a_decider,
            "titre": "Toutes les lignes sont décidées",
            "phrase": f"{pluriel(etat.a_decider, 'ligne reste', 'lignes restent')} à décider dans "
            f"{pluriel(etat.dossiers_a_decider, 'dossier', 'dossiers')}",
            "url": file,
            "lien": "Ouvrir la file",
        },
        {
            "fait": not etat.observations_ouvertes,
            "titre": "Personne n'est attendu pour répondre",
            "phrase": pluriel(etat.observations_ouvertes, "observation attend", "observations attendent")
            + f" une réponse{fin}",
            "url": etapes,
            "lien": "Voir les dossiers",
        },
        {
            "fait": not etat.non_decides,
            "titre": "Les dossiers sont arrêtés",
            "phrase": f"{pluriel(len(etat.non_decides), 'dossier reste', 'dossiers restent')} à arrêter",
            "url": f"{passer}?portee=tout&passage=arreter" if not etat.a_decider else etapes,
            "lien": "Voir les étapes" if etat.a_decider else "Arrêter les décisions",
        },
    ]


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The publications of every campaign, the latest first."""
    exiger(request, "publication.voir")
    publiees = stable("campagnes.publications", _publiees)
    nombre = len(publiees)
    contexte = {
        "titre": "Publications",
        "phrase": f"{pluriel(nombre, 'publication figée', 'publications figées')}, avec leur empreinte."
        if nombre
        else "Rien n'est encore publié.",
        "publications": Tableau(
            nom="publications",
            titre="Publications",
            lignes=publiees,
            vide="Aucune campagne n'est encore publiée. Une publication paraît ici dès que la DGOS la fait.",
            colonnes=[
                Colonne(
                    "campagne",
                    "Campagne",
                    "lien",
                    valeur=lambda p: p.campagne.titre,
                    lien=lambda p: reverse("campagnes:publiee", args=[p.pk]),
                ),
                Colonne("numero", "N°", "entier"),
                Colonne("publiee_le", "Publiée le", "date"),
                Colonne("motif", "Motif", valeur=lambda p: p.motif or Absence.SANS_OBJET),
                Colonne("empreinte", "Empreinte", valeur=lambda p: p.empreinte[:12]),
            ],
        ),
    }
    return rendre(request, "campagnes/publications.html", contexte)


def _publiees() -> list[Publication]:
    """The publications of every campaign, the latest first, without what they froze."""
    rows = Publication.objects.defer("instantane").select_related("campagne")
    return list(rows.order_by("-publiee_le", "-pk"))


def _trouver(request: HttpRequest, numero: int, *, lignes: bool = False) -> tuple[Publication, Codes | None]:
    """A publication, and the codes whose rows the account may read; its lines are those of the dossiers."""
    held = exiger(request, "publication.voir")
    if lignes:
        held = perimetre_de(request, "dossier.voir")
    publiee = next((p for p in stable("campagnes.publications", _publiees) if p.pk == numero), None)
    if publiee is None:
        raise Introuvable("Cette publication n'existe pas. Revenez à la liste des publications.")
    # A copy: what it froze is long, and must not stay in memory with the list once it has been read.
    return copy(publiee), codes_de(held)


@require_GET
def publication(request: HttpRequest, numero: int) -> HttpResponse:
    """The frozen snapshot of a publication: totals and tables as printed that day."""
    trouvee, vues = _trouver(request, numero)
    lue = lire(trouvee, vues)
    meme = [p for p in stable("campagnes.publications", _publiees) if p.campagne_id == trouvee.campagne_id]
    autres = sorted((p for p in meme if p.pk != trouvee.pk), key=lambda p: p.numero)
    presentes = [nom for nom, rangees in lue.tables.items() if rangees]
    choisie = next((n for n in presentes if n == request.GET.get("par")), presentes[0] if presentes else "")
    contexte = {
        "titre": f"{trouvee.campagne.titre} : publication n° {trouvee.numero}",
        "phrase": _phrase(lue),
        "fil": [(FIL[0], reverse(FIL[1]))],
        "publication": trouvee,
        "lue": lue,
        "chiffres": _chiffres(lue),
        "choix": [(n, lue.genre.ventilations[n], n == choisie) for n in presentes],
        "table": _table(lue, choisie) if choisie else None,
        "autres": autres,
    }
    etat = (trouvee.empreinte, perimetre_de(request, "dossier.voir"))
    return rendre(request, "campagnes/publication.html", contexte, etat=etat)


@require_GET
def verification(request: HttpRequest, numero: int) -> HttpResponse:
    """Whether the publication is still what was published, said on its page."""
    trouvee, _ = _trouver(request, numero)
    verdict = verifier_publication(trouvee)
    (messages.success if verdict.ok else messages.error)(request, verdict.phrase)
    return redirect("campagnes:publiee", numero=trouvee.pk)


def _phrase(lue: Publiee) -> str:
    """The answer in one sentence: when, and the first figures."""
    dits: list[str] = []
    for nom, valeur in lue.totaux.items():
        i = lue.genre.indicateurs[nom]
        if valeur is not None and len(dits) < 3:
            texte = ecrire_taux(valeur, 0) if i.genre == "taux" else ecrire_millions(valeur)
            dits.append(f"{i.titre[0].lower()}{i.titre[1:]} {texte}")
    suite = f" : {', '.join(dits)}" if dits else ""
    return f"Publiée le {instant_fr(lue.publication.publiee_le)}{suite}. Ces chiffres ne changent plus."


def _chiffres(lue: Publiee) -> list[tuple[str, Any, str]]:
    """The first four figures."""
    rangs = list(lue.totaux.items())[:4]
    return [
        (
            lue.genre.indicateurs[n].titre,
            Absence.NON_RENSEIGNE if v is None and lue.genre.indicateurs[n].genre == "montant" else v,
            "taux" if lue.genre.indicateurs[n].genre == "taux" else "millions",
        )
        for n, v in rangs
    ]


def _table(lue: Publiee, nom: str) -> Tableau:
    """A published breakdown."""
    titre = lue.genre.ventilations[nom]
    return Tableau(
        nom=nom.replace("_", "-"),
        titre=f"Par {titre[0].lower()}{titre[1:]}" if titre != "GHT" else "Par GHT",
        lignes=lue.tables[nom],
        colonnes=[Colonne("nom", titre), *(_colonne(n, i) for n, i in _portes(lue, nom))],
        demonstration=lue.publication.campagne.demonstration,
    )


def _portes(lue: Publiee, nom: str) -> list[tuple[str, Indicateur]]:
    """The figures that at least one row of a table carries: a family has no objective."""
    return [
        (n, i)
        for n, i in lue.genre.indicateurs.items()
        if any(rangee[n] is not None for rangee in lue.tables[nom])
    ]


def _colonne(nom: str, indicateur: Indicateur) -> Colonne:
    somme = indicateur.genre in ("montant", "centimes")
    return Colonne(
        nom,
        indicateur.titre,
        GENRES[indicateur.genre],
        total="somme" if somme else "",
        visible=indicateur.visible,
        absence=Absence.NON_RENSEIGNE if somme else Absence.NON_CALCULABLE,
    )


@require_GET
def comparaison(request: HttpRequest) -> HttpResponse:
    """Two publications of a campaign side by side: totals, régions, lines."""
    avant, vues = _trouver(request, _numero(request, "avant"), lignes=True)
    apres, _ = _trouver(request, _numero(request, "apres"), lignes=True)
    if avant.campagne.type_campagne != apres.campagne.type_campagne:
        raise Refus("Ces deux publications ne sont pas du même type de campagne : elles ne se comparent pas.")
    faite = comparer_publiees(lire(avant, vues, lignes=True), lire(apres, vues, lignes=True))
    genre = registre.obtenir(apres.campagne.type_campagne)
    nom = genre.indicateurs[genre.principal].titre if genre.principal else "Valeur"
    changes = sum(bool(e.ecart) for e in faite.regions)
    contexte = {
        "titre": "Comparer deux publications",
        "phrase": f"{pluriel(changes, 'région change', 'régions changent')} ; lignes changées parmi celles "
        f"que vous voyez : {ecrire_nombre(len(faite.lignes))}. De {_nommer(avant)} à {_nommer(apres)}.",
        "fil": [
            (FIL[0], reverse(FIL[1])),
            (str(apres.campagne.titre), reverse("campagnes:publiee", args=[apres.pk])),
        ],
        "totaux": [(e, genre.indicateurs[e.code].genre, _points(e)) for e in faite.totaux],
        "regions": _table_ecarts("regions", f"{nom} par région", "Région", faite.regions, code=False),
        "lignes": _table_ecarts("lignes", "Lignes qui changent", "GHT", faite.lignes, code=True),
    }
    return rendre(request, "campagnes/comparaison.html", contexte)


def _points(ecart: Ecart) -> str:
    """The distance between two rates, in points."""
    if ecart.avant is None or ecart.apres is None:
        return Absence.SANS_OBJET.value
    return f"{ecrire_nombre((ecart.apres - ecart.avant) * 100, 1)} points"


def _nommer(publication: Publication) -> str:
    """« la publication n° 2 de la remontée 2021, du 20/05/2022 »."""
    jour = jour_fr(timezone.localdate(publication.publiee_le))
    return f"la publication n° {publication.numero} du {jour} ({publication.campagne.titre})"


def _numero(request: HttpRequest, nom: str) -> int:
    """The number of a publication in the address; 0, which is none, for anything else."""
    valeur = request.GET.get(nom, "")
    return int(valeur) if valeur.isdecimal() and len(valeur) < 19 else 0


def _table_ecarts(nom: str, titre: str, colonne: str, ecarts: list[Ecart], *, code: bool) -> Tableau:
    montant: dict[str, Any] = {"genre": "montant", "total": "somme", "absence": Absence.SANS_OBJET}
    noms = [Colonne("code", colonne), Colonne("nom", "Ligne")] if code else [Colonne("nom", colonne)]
    return Tableau(
        nom=nom,
        titre=titre,
        lignes=ecarts,
        vide="Rien n'a changé.",
        colonnes=[
            *noms,
            Colonne("avant", "Avant", **montant),
            Colonne("apres", "Après", **montant),
            Colonne("ecart", "Écart", **montant),
        ],
    )


@require_GET
def fichier(request: HttpRequest, numero: int, genre: str) -> HttpResponse:
    """The publication as a file: json (the snapshot itself for those who see it whole) or xlsx."""
    trouvee, vues = _trouver(request, numero, lignes=True)
    if genre not in ("json", "xlsx"):
        raise Introuvable("Ce fichier n'existe pas : une publication se télécharge en json ou en xlsx.")
    lue = lire(trouvee, vues, lignes=True)
    nom = f"{trouvee.campagne.code}-publication-{trouvee.numero}.{genre}"
    if genre == "json":
        reponse = HttpResponse(as_json(lue), content_type="application/json")
    else:
        reponse = HttpResponse(
            as_xlsx(lue),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
