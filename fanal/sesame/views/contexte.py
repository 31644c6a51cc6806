"""The context of the call: how many establishments had which machine in 2022, and what the fund covers."""

from decimal import Decimal
from typing import Any

import altair as alt
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels.queries.portee import un_appel
from fanal.appels.views.commun import contexte_appel as contexte_de_l_appel
from fanal.appels.views.commun import fil_appel
from fanal.comptes.acces import INVISIBLE, exiger
from fanal.interface.echelles import CATEGORIES
from fanal.interface.images import Image, composer
from fanal.interface.nombres import ecrire_millions, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.parametres import valeur, valeur_datee
from fanal.refus import Introuvable
from fanal.sesame.compute.plan import coherent, couverture
from fanal.sesame.queries.constats import GENRE

COURTS = {
    "deconditionnement": "Déconditionnement",
    "pda": "PDA nominative",
    "stockage": "Stockage et commandes",
    "surconditionnement": "Surconditionnement",
}
TYPES = {
    "deconditionnement": "Doses unitaires avec déconditionnement",
    "pda": "PDA pour la dispensation individuelle nominative",
    "stockage": "Stockage et préparation de commandes",
    "surconditionnement": "Doses unitaires avec surconditionnement",
}


@require_GET
def contexte(request: HttpRequest) -> HttpResponse:
    """What the note says of the machines in service, and what the fund can cover."""
    exiger(request, "appel.voir")
    return _page(request, {"fil": [("Appels", reverse("appels:liste"))]})


@require_GET
def contexte_appel(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a tab of a SESAME call. Raises Introuvable for another call."""
    appel = un_appel(request, code)
    if appel.genre != GENRE:
        raise Introuvable(INVISIBLE)
    return _page(request, contexte_de_l_appel(request, appel) | {"fil": fil_appel(appel)})


def _page(request: HttpRequest, autour: dict[str, Any]) -> HttpResponse:
    le = timezone.localdate()
    parc = valeur_datee("appels.sesame.parc_2022", le=le)
    parts = {code: Decimal(part) for code, part in parc.valeur.items()}
    au_moins_un = parts.pop("au_moins_un")
    fonds, taux = valeur("appels.sesame.fonds", le=le), valeur("appels.sesame.taux_maximal", le=le)
    couvert = couverture(fonds, taux)
    somme = sum(parts.values(), Decimal(0))
    contexte = autour | {
        "titre": "SESAME : le contexte de l'appel",
        "phrase": (
            f"En 2022, près de {ecrire_taux(au_moins_un, 0)} des établissements déclaraient au moins un "
            f"automate. Au taux de {ecrire_taux(taux, 0)}, le fonds de {ecrire_millions(fonds)} couvre "
            f"{ecrire_millions(couvert)} TTC d'équipements."
        ),
        "fonds": fonds,
        "couvert": couvert,
        "au_moins_un": au_moins_un,
        "image": _image(parts),
        "parc": _tableau(parts),
        "somme": somme,
        "maximum": max(parts.values()),
        "coherent": coherent(au_moins_un, list(parts.values())),
        "source": parc.source,
    }
    return rendre(request, "sesame/contexte.html", contexte)


def _image(parts: dict[str, Decimal]) -> Image:
    rows: list[dict[str, Any]] = [
        {"nom": nom, "part": float(parts[code]), "mot": ecrire_taux(parts[code])}
        for code, nom in sorted(COURTS.items(), key=lambda t: -parts[t[0]])
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[r["nom"] for r in rows], title=None),
        tooltip=[alt.Tooltip("nom:N", title="Équipement"), alt.Tooltip("mot:N", title="Établissements")],
    )
    x = alt.X("part:Q", axis=None, scale=alt.Scale(zero=True, padding=0))
    barres = base.mark_bar(height=16, color=CATEGORIES[0]).encode(x=x)
    mots = base.mark_text(align="left", dx=8).encode(x="part:Q", text="mot:N")
    parle = " ; ".join(f"{r['nom']} : {r['mot']}" for r in rows)
    titre = f"{rows[0]['nom']} : l'équipement le plus répandu, {rows[0]['mot']} des établissements"
    note = "Ces parts ne s'additionnent pas : un établissement peut avoir plusieurs équipements."
    return composer(titre, parle, alt.layer(barres, mots), note, len(rows) * 28)


def _tableau(parts: dict[str, Decimal]) -> Tableau:
    lignes = [{"nom": nom, "part": parts[code]} for code, nom in TYPES.items()]
    return Tableau(
        nom="parc",
        titre="Établissements déclarant un automate en 2022",
        lignes=lignes,
        tri="-part",
        recherche=False,
        colonnes=[
            Colonne("nom", "Équipement", valeur=lambda u: u["nom"]),
            Colonne("part", "Établissements", "taux", valeur=lambda u: u["part"]),
        ],
    )
