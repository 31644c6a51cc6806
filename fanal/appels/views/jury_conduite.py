"""The organiser's desk: where readings stand, how readers score, what sittings decided."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.appels.compute.jury import REGLE_DES_EGALITES
from fanal.appels.images_jury import avancement, decalages
from fanal.appels.models import Appel, LectureJury
from fanal.appels.queries.jury import (
    ProfilLecteur,
    Rang,
    Situation,
    a_revoir,
    actifs,
    grille_de,
    profils_des_lecteurs,
    seance_ouverte,
    situations,
)
from fanal.appels.queries.jury import classement as lire_classement
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import PROPOSITIONS, appel_du_jury, contexte_conduite
from fanal.campagnes.rules import pluriel
from fanal.interface.nombres import ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre

ETATS = {
    "sans": ("Sans lecteur", "attention"),
    "incomplet": ("Lecteur manquant", "attention"),
    "en_cours": ("En lecture", "attente"),
    "discuter": ("À discuter", "refus"),
    "lu": ("Lu", "decide"),
    "decide": ("Décidé", "neutre"),
}


@require_GET
def conduite(request: HttpRequest, code: str) -> HttpResponse:
    """Every dossier of the jury, its readings, what is missing."""
    appel = appel_du_jury(request, code)
    etats = situations(appel)
    siegent = actifs(appel)
    contexte = contexte_conduite(request, appel, "jury_conduite") | {
        "titre": "Jury",
        "phrase": _phrase(etats),
        "image": avancement(_comptes(etats)) if etats else None,
        "dossiers": tableau_dossiers(appel, etats),
        "manques": sum(e.manquantes for e in etats),
        "alertes": sum(e.alerte for e in etats),
        "attendues": sum(e.en_attente for e in etats),
        "muets": [m for m in siegent if m.declaration_le is None],
        "membres": len(siegent),
        "a_revoir": [(d, nom_dossier(d.dossier)) for d in a_revoir(appel)],
        "seance": seance_ouverte(appel),
        "grille": grille_de(appel),
        "retraits": retraits_recents(appel),
    }
    return rendre(request, "appels/jury/conduite.html", contexte)


def etat_de(etat: Situation) -> str:
    """A key of `ETATS`."""
    if etat.dossier.etape != "recevable":
        return "decide"
    if not etat.lectures:
        return "sans"
    if etat.manquantes:
        return "incomplet"
    if etat.en_attente:
        return "en_cours"
    return "discuter" if etat.alerte else "lu"


def _comptes(etats: Sequence[Situation]) -> dict[str, int]:
    comptes = dict.fromkeys(ETATS, 0)
    for etat in etats:
        comptes[etat_de(etat)] += 1
    return {ETATS[cle][0]: nombre for cle, nombre in comptes.items() if nombre}


def _phrase(etats: Sequence[Situation]) -> str:
    if not etats:
        return "Aucun dossier n'est encore recevable : le jury n'a rien à lire."
    rendues = sum(len(e.rendues) for e in etats)
    attendues = sum(max(e.prevues, len(e.lectures)) for e in etats)
    combien = pluriel(len(etats), "dossier", "dossiers")
    dites = pluriel(rendues, "lecture rendue", "lectures rendues")
    return f"{dites} sur {attendues} attendues, pour {combien}."


def tableau_dossiers(appel: Appel, etats: Sequence[Situation]) -> Tableau:
    """One row per dossier, readers named: this page is the organiser's."""
    code = appel.campagne.code
    return Tableau(
        "dossiers",
        [
            Colonne(
                "dossier",
                "Dossier",
                "lien",
                valeur=lambda e: nom_dossier(e.dossier),
                lien=lambda e: reverse("appels:jury_lecteurs", args=[code, e.dossier.pk]),
            ),
            Colonne("etat", "État", "etat", valeur=etat_de, etats=ETATS, choix=True),
            Colonne("rendues", "Lectures rendues", "entier", valeur=lambda e: len(e.rendues), total="somme"),
            Colonne("attente", "En attente", "entier", valeur=lambda e: e.en_attente, total="somme"),
            Colonne("moyenne", "Moyenne sur 100", "nombre", decimales=3, valeur=lambda e: e.moyenne),
            Colonne("ecart", "Écart", "nombre", decimales=3, valeur=lambda e: e.ecart),
            Colonne(
                "lecteurs",
                "Lecteurs",
                valeur=lambda e: ", ".join(str(lec.membre.utilisateur) for lec in e.lectures),
            ),
        ],
        list(etats),
        titre="Dossiers du jury",
        vide="Aucun dossier n'est recevable pour le moment.",
        demonstration=appel.campagne.demonstration or None,
    )


def retraits_recents(appel: Appel) -> list[tuple[LectureJury, str]]:
    """The readings withdrawn, the last first: a score given before stays readable, and does not count."""
    retirees = LectureJury.objects.filter(membre__appel=appel, retiree_le__isnull=False)
    retirees = retirees.select_related(
        "membre__utilisateur", "dossier__ght", "dossier__etablissement", "dossier__region"
    ).order_by("-retiree_le", "pk")[:30]
    return [(lecture, nom_dossier(lecture.dossier)) for lecture in retirees]


@require_GET
def notation(request: HttpRequest, code: str) -> HttpResponse:
    """How readers score: picture first, then readers, then every reading (exported with its marks)."""
    appel = appel_du_jury(request, code)
    etats = situations(appel)
    profils = profils_des_lecteurs(etats)
    contexte = contexte_conduite(request, appel, "jury_notation") | {
        "titre": "Notation",
        "phrase": _phrase_notation(profils, etats),
        "image": decalages(profils) if any(p.profil.decalage is not None for p in profils) else None,
        "lecteurs": _tableau_lecteurs(profils),
        "disputes": _tableau_disputes(code, etats),
        "lectures": tableau_lectures(appel, etats),
        "seuil": grille_de(appel).ecart_alerte,
    }
    return rendre(request, "appels/jury/notation.html", contexte)


def _phrase_notation(profils: Sequence[ProfilLecteur], etats: Sequence[Situation]) -> str:
    mesures = [p for p in profils if p.profil.decalage is not None]
    if not mesures:
        return "Aucun dossier n'a encore deux lectures rendues : rien ne se compare."
    loin = max(mesures, key=lambda p: abs(p.profil.decalage or Decimal(0)))
    decalage = loin.profil.decalage or Decimal(0)
    sens = "au-dessus" if decalage > 0 else "au-dessous"
    alertes = sum(e.alerte for e in etats)
    dit = (
        f"{loin.membre.utilisateur} note en moyenne {ecrire_nombre(abs(decalage), 1)} points {sens} des "
        "autres lecteurs des mêmes dossiers"
    )
    return f"{dit} ; {pluriel(alertes, 'dossier est', 'dossiers sont')} à discuter."


def _tableau_lecteurs(profils: Sequence[ProfilLecteur]) -> Tableau:
    return Tableau(
        "lecteurs",
        [
            Colonne("lecteur", "Lecteur", valeur=lambda p: str(p.membre.utilisateur)),
            Colonne(
                "lectures", "Lectures rendues", "entier", valeur=lambda p: p.profil.lectures, total="somme"
            ),
            Colonne("moyenne", "Moyenne sur 100", "nombre", decimales=1, valeur=lambda p: p.profil.moyenne),
            Colonne("minimum", "Plus basse", "nombre", decimales=1, valeur=lambda p: p.profil.minimum),
            Colonne("maximum", "Plus haute", "nombre", decimales=1, valeur=lambda p: p.profil.maximum),
            Colonne(
                "decalage",
                "Écart moyen aux autres",
                "nombre",
                decimales=1,
                aide="Sur les dossiers lus aussi par d'autres.",
                valeur=lambda p: p.profil.decalage,
            ),
            Colonne("communs", "Dossiers comparés", "entier", valeur=lambda p: p.profil.communs),
        ],
        list(profils),
        titre="Lecteurs",
        vide="Aucune lecture n'est rendue.",
        recherche=False,
    )


def _tableau_disputes(code: str, etats: Sequence[Situation]) -> Tableau:
    mesures = sorted((e for e in etats if e.ecart is not None), key=lambda e: -(e.ecart or 0))
    return Tableau(
        "ecarts",
        [
            Colonne(
                "dossier",
                "Dossier",
                "lien",
                valeur=lambda e: nom_dossier(e.dossier),
                lien=lambda e: reverse("appels:jury_lecteurs", args=[code, e.dossier.pk]),
            ),
            Colonne("ecart", "Écart", "nombre", decimales=3, valeur=lambda e: e.ecart),
            Colonne("bas", "Plus basse", "nombre", decimales=3, valeur=lambda e: min(e.totaux)),
            Colonne("haut", "Plus haute", "nombre", decimales=3, valeur=lambda e: max(e.totaux)),
            Colonne("etat", "État", "etat", valeur=etat_de, etats=ETATS),
        ],
        mesures,
        titre="Écarts entre lecteurs",
        vide="Aucun dossier n'a deux lectures rendues.",
    )


def tableau_lectures(appel: Appel, etats: Sequence[Situation]) -> Tableau:
    """Every reading handed in, a column per criterion: the workbook of the scoring."""
    lignes = [(e, lec) for e in etats for lec in e.rendues]
    criteres = [
        Colonne(
            f"c-{c.code}",
            f"{c.titre} (sur {c.maximum})",
            "entier",
            valeur=lambda ligne, code=c.code: ligne[1].notes.get(code),  # type: ignore[misc]  # bound default
        )
        for c in grille_de(appel).criteres
    ]
    return Tableau(
        "notation",
        [
            Colonne("dossier", "Dossier", valeur=lambda ligne: nom_dossier(ligne[0].dossier)),
            Colonne("rang", "Lecture", "entier", valeur=lambda ligne: ligne[1].rang),
            Colonne("lecteur", "Lecteur", valeur=lambda ligne: str(ligne[1].membre.utilisateur)),
            *criteres,
            Colonne("total", "Total sur 100", "nombre", decimales=3, valeur=lambda ligne: ligne[1].total),
            Colonne(
                "moyenne", "Moyenne du dossier", "nombre", decimales=3, valeur=lambda ligne: ligne[0].moyenne
            ),
            Colonne("ecart", "Écart du dossier", "nombre", decimales=3, valeur=lambda ligne: ligne[0].ecart),
            Colonne("rendue_le", "Rendue le", "date", valeur=lambda ligne: ligne[1].rendue_le.date()),
            Colonne("commentaire", "Commentaire", visible=False, valeur=lambda ligne: ligne[1].commentaire),
        ],
        lignes,
        titre="Toutes les lectures rendues",
        vide="Aucune lecture n'est rendue.",
        demonstration=appel.campagne.demonstration or None,
    )


@require_GET
def classement(request: HttpRequest, code: str) -> HttpResponse:
    """The sittings and the ranking they lead to."""
    appel = appel_du_jury(request, code)
    rangs = lire_classement(appel)
    seances = list(appel.seances.select_related("proces_verbal").prefetch_related("deliberations"))
    contexte = contexte_conduite(request, appel, "jury_classement") | {
        "titre": "Séances et classement",
        "phrase": _phrase_classement(rangs),
        "seances": seances,
        "ouverte": next((s for s in seances if s.close_le is None), None),
        "egalites": REGLE_DES_EGALITES,
        "classement": Tableau(
            "classement",
            [
                Colonne("rang", "Rang", "entier", valeur=lambda r: r.rang),
                Colonne("dossier", "Dossier", valeur=lambda r: nom_dossier(r.dossier)),
                Colonne("note", "Note retenue sur 100", "nombre", decimales=3, valeur=lambda r: r.note),
                Colonne(
                    "moyenne",
                    "Moyenne des lectures",
                    "nombre",
                    decimales=3,
                    valeur=lambda r: r.deliberation.moyenne,
                ),
                Colonne("ecart", "Écart", "nombre", decimales=3, valeur=lambda r: r.ecart),
                Colonne(
                    "proposition",
                    "Proposition",
                    "etat",
                    valeur=lambda r: r.proposition,
                    etats=PROPOSITIONS,
                    choix=True,
                ),
                Colonne("seance", "Séance", "date", valeur=lambda r: r.deliberation.seance.jour),
            ],
            rangs,
            titre="Classement",
            vide="Aucune séance close n'a encore délibéré.",
            demonstration=appel.campagne.demonstration or None,
        ),
    }
    return rendre(request, "appels/jury/classement.html", contexte)


def _phrase_classement(rangs: Sequence[Rang]) -> str:
    if not rangs:
        return "Aucune séance close n'a encore classé de dossier."
    retenus = sum(r.proposition == "retenir" for r in rangs)
    return (
        f"{pluriel(len(rangs), 'dossier classé', 'dossiers classés')}, dont {retenus} que le jury propose de "
        "retenir."
    )
