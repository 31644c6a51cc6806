"""The campaigns: their list, and one campaign with everybody's progress."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.campagnes.queries.avancement import (
    RIEN,
    Avancement,
    Suivi,
    avancement,
    etat_campagne,
    etats_par_titre,
    resume,
    titre_format,
)
from fanal.campagnes.queries.campagnes import toutes
from fanal.campagnes.queries.depots_possibles import campagnes_ouvertes_a, depots_possibles
from fanal.campagnes.rules import pluriel
from fanal.campagnes.views.commun import campagne_de, fil_campagnes, peut_sur, url_dossier
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.territoires.noeuds import NATIONAL
from fanal.territoires.queries import revision

ETATS = {
    "a_venir": ("À venir", "neutre"),
    "ouverte": ("Ouverte", "information"),
    "corrections": ("Corrections en cours", "attente"),
    "close": ("Close", "decide"),
}


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Every campaign, the latest first."""
    perimetre = exiger(request, "campagne.voir")
    maintenant = timezone.now()
    campagnes = toutes()
    lignes = [resume(c, perimetre) for c in campagnes]
    etats = [etat_campagne(c, maintenant)[0] for c in campagnes]
    ouvertes = sum(etat in ("ouverte", "corrections") for etat in etats)
    contexte = {
        "titre": "Campagnes",
        "phrase": _phrase(len(campagnes), ouvertes),
        "campagnes": Tableau(
            nom="campagnes",
            titre="Toutes les campagnes",
            colonnes=[
                Colonne(
                    "titre",
                    "Campagne",
                    "lien",
                    valeur=lambda a: a.campagne.titre,
                    lien=lambda a: reverse("campagnes:campagne", args=[a.campagne.code]),
                ),
                Colonne(
                    "etat",
                    "État",
                    "etat",
                    valeur=lambda a: etat_campagne(a.campagne, maintenant)[0],
                    etats=ETATS,
                    choix=True,
                ),
                Colonne(
                    "ouverture",
                    "Ouverture",
                    "date",
                    valeur=lambda a: timezone.localdate(a.campagne.ouverture),
                ),
                Colonne(
                    "cloture", "Clôture", "date", valeur=lambda a: timezone.localdate(a.campagne.cloture)
                ),
                Colonne("deposes", "Ont déposé", "entier", valeur=lambda a: a.deposes),
                Colonne(
                    "attendus", "Attendus", "entier", valeur=lambda a: a.attendus or Absence.NON_RENSEIGNE
                ),
                Colonne("a_relancer", "À relancer", "entier", valeur=lambda a: a.a_relancer),
            ],
            lignes=lignes,
            vide="Aucune campagne n'a encore été ouverte.",
        ),
        "peut_gerer": peut_sur(request, "campagne.gerer", NATIONAL),
    }
    # A campaign changes with its own row; the rest of a line is in its summary.
    etat_table = (
        perimetre,
        *(
            (r.campagne.pk, r.campagne.titre, r.campagne.code, r.campagne.ouverture, r.campagne.cloture)
            for r in lignes
        ),
        *((r.deposes, r.attendus, r.a_relancer) for r in lignes),
        *etats,
    )
    return rendre(request, "campagnes/liste.html", contexte, etat=etat_table)


def _phrase(nombre: int, ouvertes: int) -> str:
    if not nombre:
        return "Aucune campagne n'a encore été ouverte."
    connues = pluriel(nombre, "campagne", "campagnes")
    return (
        f"{connues}, dont {pluriel(ouvertes, 'reçoit', 'reçoivent')} des dépôts."
        if ouvertes
        else f"{connues}."
    )


@require_GET
def campagne(request: HttpRequest, code: str) -> HttpResponse:
    """One campaign: who answered, where each dossier stands, who is late or missing."""
    vue = campagne_de(request, code)
    perimetre = perimetre_de(request, "campagne.voir")
    maintenant = timezone.now()
    fait = avancement(vue, maintenant, perimetre)
    etat, mot = etat_campagne(vue, maintenant)
    possibles = depots_possibles(lambda permission: perimetre_de(request, permission))
    recue = any(c.pk == vue.pk for c in campagnes_ouvertes_a({p.format for p in possibles}))
    contexte = {
        "titre": vue.titre,
        "phrase": fait.phrase,
        "fil": fil_campagnes(),
        "campagne": vue,
        "etat": mot,
        "ton": ETATS[etat][1],
        "fait": fait,
        "suivis": table_suivis(request, fait),
        "peut_gerer": peut_sur(request, "campagne.gerer", NATIONAL),
        "peut_controler": not perimetre_de(request, "controle.voir").vide,
        "peut_deposer": recue and etat != "a_venir",
        "montre_etapes": len(fait.du_principal) > 1,
    }
    vus = (perimetre, perimetre_de(request, "dossier.voir"))
    etat_table = (vue.revision, timezone.localdate(maintenant), revision(), vus)
    return rendre(request, "campagnes/campagne.html", contexte, etat=etat_table)


def table_suivis(request: HttpRequest, fait: Avancement) -> Tableau:
    """The respondents and their dossiers; a dossier opens when the account may see it."""
    voir = perimetre_de(request, "dossier.voir")
    etapes = etats_par_titre(fait.campagne) | {RIEN: (RIEN, "attention")}

    def lien(suivi: Suivi) -> str:
        return url_dossier(suivi.dossier) if suivi.dossier and voir.contient(suivi.noeud) else ""

    return Tableau(
        nom="dossiers",
        titre="Répondants et dossiers",
        colonnes=[
            Colonne("noeud", "Répondant", "lien", valeur=lambda s: str(s.noeud), lien=lien),
            Colonne("region", "Région", choix=True),
            Colonne("format", "Fichier", valeur=lambda s: titre_format(s.format), choix=True),
            Colonne("etape", "Étape", "etat", etats=etapes, choix=True),
            Colonne(
                "retard",
                "Retard",
                "etat",
                valeur=_retard,
                etats={"oui": ("En retard", "attention"), "non": ("À temps", "neutre")},
                choix=True,
            ),
            Colonne("lignes", "Lignes", "entier", valeur=_compte("lignes")),
            Colonne("a_decider", "À décider", "entier", valeur=_compte("a_decider")),
        ],
        lignes=fait.suivis,
        vide="Personne n'a encore déposé, et personne n'est encore invité à répondre.",
        demonstration=fait.campagne.demonstration,
    )


def _retard(suivi: Suivi) -> Any:
    """Whether the dossier came in late; nothing to say while nothing came in."""
    if not suivi.depose or suivi.dossier is None:
        return Absence.SANS_OBJET
    return "oui" if suivi.dossier.en_retard else "non"


def _compte(champ: str) -> Callable[[Suivi], Any]:
    """A count of lines; nothing to count where nothing was deposited."""

    def lire(suivi: Suivi) -> Any:
        valeur = getattr(suivi, champ)
        return Absence.SANS_OBJET if valeur is None else valeur

    return lire
