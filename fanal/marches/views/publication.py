"""The publication desk: what waits, what is late, what bars it; publishing; the files published."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.depots.models import Original
from fanal.interface import ici
from fanal.interface.images import Image
from fanal.interface.images_temps import Periode, frise
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.marches.actions.publication import SUFFIXES, publier
from fanal.marches.models import Publication
from fanal.marches.queries import bureau_publication as bureau
from fanal.marches.queries.bureau_publication import APublier
from fanal.refus import Introuvable, Refus

VOIR, GERER = "marche.voir", "marche.gerer"
MONTREES = 50
ETATS = {
    bureau.RETARD: ("En retard", "refus"),
    bureau.INCOMPLET_RETARD: ("Incomplet, en retard", "refus"),
    bureau.INCOMPLET: ("Incomplet", "attention"),
    bureau.PUBLIABLE: ("À publier", "attente"),
    bureau.SANS_OBJET: ("Sous le seuil", "neutre"),
}
FORMATS = {"decp": "DECP JSON", "decp-xml": "DECP XML"}
MOIS_MAX = 24


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is to publish on the territory of the top bar, and what was published."""
    held = exiger(request, VOIR)
    today = timezone.localdate()
    place = ici.ici(request, today).noeud
    rows = bureau.file_d_attente(held, place, today)
    due = [r for r in rows if r.etat != bureau.SANS_OBJET]
    context = {
        "titre": "Publication des données essentielles",
        "phrase": _phrase(due),
        "retard": sum(r.en_retard for r in due),
        "publiables": sum(r.publiable for r in due),
        "incomplets": sum(not r.publiable for r in due),
        "manques": Counter(c for r in due for c in r.champs).most_common(6),
        "image": _image(due, today),
        "peut_publier": not perimetre_de(request, GERER).vide and any(r.publiable for r in rows),
        "attente": _table(rows),
        "publies": _published(bureau.publications(held, place, today)),
        "territoire": request.GET.get("territoire", ""),
    }
    return rendre(request, "marches/publication.html", context)


def _phrase(due: Sequence[APublier]) -> str:
    if not due:
        return "Aucun marché n'attend sa publication."
    late, barred = sum(r.en_retard for r in due), sum(not r.publiable for r in due)
    waiting = pluriel(len(due), "marché attend sa publication", "marchés attendent leur publication")
    return f"{waiting} : {late} en retard, {barred} avec des champs à remplir."


def _image(due: Sequence[APublier], today: date) -> Image | None:
    """How many fall due each month; the late ones in grey."""
    months = Counter((r.echeance.year, r.echeance.month) for r in due if r.echeance)
    if not months:
        return None
    periods = [
        Periode(f"{month:02d}/{year}", number, passee=(year, month) < (today.year, today.month))
        for (year, month), number in sorted(months.items())
    ]
    kept = periods[-MOIS_MAX:]
    unknown = sum(r.echeance is None for r in due)
    note = "Mois de l'échéance : deux mois après la notification du marché ou de l'avenant. En gris : passé."
    if len(kept) < len(periods):
        before = sum(p.nombre for p in periods[:-MOIS_MAX])
        note += f" Non dessiné : {pluriel(before, 'marché', 'marchés')} avant."
    if unknown:
        note += f" Sans date de notification : {pluriel(unknown, 'marché', 'marchés')}."
    return frise(_finding(due), kept, "marchés", note)


def _finding(due: Sequence[APublier]) -> str:
    """What the picture says first: how late, or when the next one is due."""
    late = [r.echeance for r in due if r.en_retard and r.echeance]
    if late:
        said = pluriel(len(late), "publication en retard", "publications en retard")
        return f"{said}, la plus ancienne due le {min(late):%d/%m/%Y}"
    nearest = min(r.echeance for r in due if r.echeance)
    return f"Aucun retard ; prochaine échéance le {nearest:%d/%m/%Y}"


def _table(rows: Sequence[APublier]) -> Tableau:
    return Tableau(
        nom="attente",
        titre="Marchés à publier",
        lignes=rows,
        vide="Aucun marché n'attend sa publication.",
        cle_ligne=lambda r: str(r.pk),
        selection="marche",
        formulaire="choix",
        colonnes=[
            Colonne("identifiant", "Marché", "lien", lien=lambda r: reverse("marches:marche", args=[r.pk])),
            Colonne("objet", "Objet"),
            Colonne("acheteur", "Acheteur", choix=True),
            Colonne("quoi", "À publier"),
            Colonne("echeance", "Échéance", "date", valeur=lambda r: r.echeance or Absence.NON_RENSEIGNE),
            Colonne("etat", "État", "etat", etats=ETATS, choix=True),
            Colonne("nombre", "Champs à remplir", "entier", valeur=lambda r: len(r.champs)),
            Colonne("champs", "Lesquels", valeur=lambda r: ", ".join(r.champs) or "aucun"),
            Colonne("phrases", "Que faire", valeur=lambda r: " ".join(r.phrases), visible=False),
            Colonne(
                "notifie_le",
                "Notifié le",
                "date",
                valeur=lambda r: r.notifie_le or Absence.NON_RENSEIGNE,
                visible=False,
            ),
        ],
    )


def _published(rows: Any) -> Tableau:
    return Tableau(
        nom="publies",
        titre="Publié depuis Fanal",
        lignes=rows,
        vide="Rien n'a été publié depuis Fanal sur ce territoire.",
        colonnes=[
            Colonne("publiee_le", "Publié le", "date"),
            Colonne(
                "marche",
                "Marché",
                "lien",
                champ="marche__identifiant",
                valeur=lambda p: p.marche.identifiant,
                lien=lambda p: reverse("marches:marche", args=[p.marche_id]),
            ),
            Colonne("objet", "Objet", champ="marche__objet", valeur=lambda p: p.marche.objet),
            Colonne(
                "quoi",
                "Publié",
                champ="modification__numero",
                valeur=lambda p: f"Avenant {p.modification.numero}" if p.modification else "Marché",
            ),
            Colonne("format", "Format", valeur=lambda p: FORMATS.get(p.format, p.format)),
            Colonne(
                "empreinte",
                "Fichier",
                "lien",
                valeur=lambda p: p.empreinte[:12],
                lien=lambda p: reverse("marches:publication_fichier", args=[p.empreinte]),
                aide="Début de l'empreinte SHA-256 du fichier publié.",
            ),
        ],
    )


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """What would be published, then the publication itself."""
    held = exiger(request, GERER)
    today = timezone.localdate()
    place = ici.ici(request, today).noeud
    rows = {r.pk: r for r in bureau.file_d_attente(held, place, today)}
    asked = _asked(request, rows)
    back = f"{reverse('marches:publication')}?{_territory(request)}"
    if not asked:
        messages.error(request, "Cochez au moins un marché à publier, parmi ceux qui sont complets.")
        return redirect(back)
    if request.method == "POST":
        return _publish(request, [r.pk for r in asked], back)
    barred = [r for r in asked if not r.publiable and r.etat != bureau.SANS_OBJET]
    context = {
        "titre": "Aperçu de la publication",
        "phrase": f"{pluriel(len(asked), 'marché sera publié', 'marchés seront publiés')} dans un fichier.",
        "fil": [("Publication", back)],
        "choisis": asked[:MONTREES],
        "reste": max(0, len(asked) - MONTREES),
        "barres": barred,
        "nombre": len(asked),
        "confirmer": f"Publier {pluriel(len(asked), 'marché', 'marchés')}",
        "retour": back,
        "formats": FORMATS.items(),
        "publie_le": today,
    }
    return render(request, "marches/publication_apercu.html", context)


def _asked(request: HttpRequest, rows: dict[int, APublier]) -> list[APublier]:
    if request.GET.get("portee") == "tout":
        return [r for r in rows.values() if r.publiable]
    keys = [int(k) for k in request.GET.getlist("marche") if k.isdecimal() and len(k) < 16]
    return [rows[k] for k in dict.fromkeys(keys) if k in rows]


def _publish(request: HttpRequest, keys: list[int], back: str) -> HttpResponse:
    try:
        done = publier(
            marches=keys,
            format=request.POST.get("format", ""),
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(back)
    said = pluriel(done.marches, "marché publié", "marchés publiés")
    messages.success(
        request,
        f"{said}. Le fichier est prêt : téléchargez-le dans « Publié depuis Fanal », puis déposez-le sur le "
        "portail national de données ouvertes.",
    )
    return redirect(f"{back}#tableau-publies")


def _territory(request: HttpRequest) -> str:
    territory = request.GET.get("territoire", "")
    return f"territoire={territory}" if territory else ""


@require_GET
def published_file(request: HttpRequest, empreinte: str) -> FileResponse:
    """The file that was published, as it was."""
    found: Publication | None = bureau.fichier_publie(empreinte, perimetre_de(request, VOIR))
    original = Original.objects.filter(empreinte=empreinte).first() if found else None
    if found is None or original is None:
        raise Introuvable(INVISIBLE)
    suffix = SUFFIXES.get(found.format, "json")
    return FileResponse(
        original.fichier.open("rb"),
        as_attachment=True,
        filename=f"donnees-essentielles-{found.publiee_le.isoformat()}.{suffix}",
        content_type="application/json" if suffix == "json" else "application/xml",
    )
