"""Sittings: opened, who is there, what is decided, closed with minutes."""

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import jury_seance as actions
from fanal.appels.forms_jury import CloreForm, MotifForm, PresencesForm, SeanceForm
from fanal.appels.models import MembreJury, Seance
from fanal.appels.queries.jury import actifs
from fanal.appels.queries.jury_espace import assise_de, dossiers_visibles, pv_lisible
from fanal.appels.queries.jury_seance import Point, points
from fanal.appels.queries.portee import organise
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import (
    GERER,
    PROPOSITIONS,
    appel_du_jury,
    fil_conduite,
    fil_jure,
    mes_sieges,
    page_acte,
    seance_conduite,
)
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.actes import dire
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.parametres import valeur_datee
from fanal.refus import Introuvable

ETATS = {
    "a_deliberer": ("À délibérer", "attente"),
    "a_reprendre": ("À reprendre", "refus"),
    "attend": ("Lectures attendues", "attention"),
    "sans": ("Sans lecture", "attention"),
    "delibere": ("Délibéré", "decide"),
}


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest, code: str) -> HttpResponse:
    """Open a sitting."""
    appel = appel_du_jury(request, code)
    declares = [m for m in actifs(appel) if m.declaration_le is not None]
    form = SeanceForm(
        request.POST if request.method == "POST" else None,
        membres=declares,
        initial={"jour": timezone.localdate()},
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        seance = actions.ouvrir(
            appel=appel,
            jour=d["jour"],
            lieu=d["lieu"],
            presents=form.lus(),
            motif_sans_quorum=d["motif_sans_quorum"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "La séance est ouverte.")
        return redirect("appels:jury_seance", seance.pk)

    quorum = valeur_datee(actions.PART_QUORUM, le=timezone.localdate())
    contexte = {
        "titre": "Ouvrir une séance",
        "phrase": "Les membres présents voient les dossiers et les notes, sauf là où un intérêt les écarte.",
        "fil": fil_conduite(appel),
        "bouton": "Ouvrir la séance",
        "retour": reverse("appels:jury_classement", args=[code]),
        "note": _note_quorum(quorum),
    }
    return page_acte(request, form, agir, contexte)


def _note_quorum(quorum: Any) -> str:
    part = f"{quorum.valeur * 100:.0f} %"
    reserve = " Ce chiffre est à confirmer." if quorum.a_confirmer else ""
    return f"Quorum : {part} des membres sans intérêt avec le dossier ({quorum.reference} CRPA).{reserve}"


@require_GET
def seance(request: HttpRequest, numero: int) -> HttpResponse:
    """The sitting: run by the organiser, followed by the members in the room, less what they may not see."""
    tenue = Seance.objects.filter(pk=numero).select_related("appel__campagne", "appel__region").first()
    if tenue is None:
        raise Introuvable(INVISIBLE)
    conduit = organise(request, tenue.appel, GERER)
    membre = None if conduit else _membre_assis(request, tenue)
    if not conduit and membre is None:
        seance_conduite(request, numero)
    ordre = points(tenue)
    if membre is not None:
        vus = {d.pk for d in dossiers_visibles(membre)}
        ordre = [p for p in ordre if p.etat.dossier.pk in vus]
    contexte = {
        "titre": f"Séance du {tenue.jour:%d/%m/%Y}",
        "phrase": _phrase(tenue, ordre),
        "fil": fil_jure(membre) if membre else fil_conduite(tenue.appel),
        "seance": tenue,
        "conduit": conduit,
        "ouverte": tenue.close_le is None,
        "presents": list(tenue.presents.select_related("utilisateur")),
        "dossiers": _tableau(tenue, ordre, conduit),
        "perimes": [nom_dossier(p.etat.dossier) for p in ordre if p.perime] if tenue.close_le is None else [],
    }
    return rendre(request, "appels/jury/seance.html", contexte)


def _membre_assis(request: HttpRequest, seance: Seance) -> MembreJury | None:
    for membre in mes_sieges(request):
        assise = assise_de(membre)
        if assise is not None and assise.seance.pk == seance.pk:
            return membre
    return None


def etat_du_point(point: Point, ouverte: bool) -> str:
    """A key of `ETATS`."""
    if point.deliberation is not None:
        return "a_reprendre" if ouverte and point.perime else "delibere"
    if point.etat.en_attente:
        return "attend"
    return "a_deliberer" if point.etat.rendues else "sans"


def _phrase(seance: Seance, ordre: Sequence[Point]) -> str:
    faits = sum(p.deliberation is not None for p in ordre)
    if seance.close_le is not None:
        return f"Séance close : {pluriel(faits, 'dossier délibéré', 'dossiers délibérés')}."
    return f"{faits} dossier{'s' if faits > 1 else ''} délibéré{'s' if faits > 1 else ''} sur {len(ordre)}."


def _tableau(seance: Seance, ordre: Sequence[Point], conduit: bool) -> Tableau:
    ouverte = seance.close_le is None

    def lien(p: Point) -> str:
        if conduit:
            return reverse("appels:jury_deliberer", args=[seance.pk, p.etat.dossier.pk])
        return reverse("appels:jury_dossier", args=[p.etat.dossier.pk])

    def si_lu(lire: Any) -> Any:
        return lambda p: lire(p) if p.etat.completes or conduit else None

    return Tableau(
        "ordre",
        [
            Colonne("dossier", "Dossier", "lien", valeur=lambda p: nom_dossier(p.etat.dossier), lien=lien),
            Colonne(
                "etat", "État", "etat", valeur=lambda p: etat_du_point(p, ouverte), etats=ETATS, choix=True
            ),
            Colonne(
                "moyenne", "Moyenne sur 100", "nombre", decimales=3, valeur=si_lu(lambda p: p.etat.moyenne)
            ),
            Colonne("ecart", "Écart", "nombre", decimales=3, valeur=si_lu(lambda p: p.etat.ecart)),
            Colonne("votants", "Délibèrent", "entier", valeur=_votants),
            Colonne("quorum", "Quorum", "entier", visible=False, valeur=lambda p: max(p.salle.quorum, 1)),
            Colonne(
                "deportes",
                "Sortent",
                valeur=lambda p: ", ".join(str(m.utilisateur) for m in p.salle.deportes) or "personne",
            ),
            Colonne(
                "note",
                "Note retenue",
                "nombre",
                decimales=3,
                absence=Absence.NON_RENSEIGNE,
                valeur=lambda p: p.deliberation.note if p.deliberation else None,
            ),
            Colonne(
                "proposition",
                "Proposition",
                "etat",
                valeur=lambda p: p.deliberation.proposition if p.deliberation else None,
                etats=PROPOSITIONS,
            ),
        ],
        list(ordre),
        titre="Ordre du jour",
        vide="Aucun dossier à l'ordre du jour.",
        exportable=conduit,
    )


def _votants(point: Point) -> int:
    return point.deliberation.votants if point.deliberation else len(point.salle.votants)


@require_http_methods(["GET", "POST"])
def presences(request: HttpRequest, numero: int) -> HttpResponse:
    """Correct who is in the room."""
    tenue = seance_conduite(request, numero)
    declares = [m for m in actifs(tenue.appel) if m.declaration_le is not None]
    presents = [str(pk) for pk in tenue.presents.values_list("pk", flat=True)]
    form = PresencesForm(
        request.POST if request.method == "POST" else None, membres=declares, initial={"presents": presents}
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.noter_presences(seance=tenue, presents=form.lus(), by=compte(request), instant=timezone.now())
        dire(request, "Les présences sont enregistrées.")
        return redirect("appels:jury_seance", tenue.pk)

    contexte = {
        "titre": "Membres présents",
        "phrase": f"Séance du {tenue.jour:%d/%m/%Y}. Seuls siègent ceux qui ont déclaré leurs intérêts.",
        "fil": _fil(tenue),
        "bouton": "Enregistrer les présences",
        "retour": reverse("appels:jury_seance", args=[tenue.pk]),
    }
    return page_acte(request, form, agir, contexte)


def _fil(seance: Seance) -> list[tuple[str, str]]:
    titre = f"Séance du {seance.jour:%d/%m/%Y}"
    return [*fil_conduite(seance.appel), (titre, reverse("appels:jury_seance", args=[seance.pk]))]


@require_http_methods(["GET", "POST"])
def clore(request: HttpRequest, numero: int) -> HttpResponse:
    """Close the sitting and establish its minutes."""
    tenue = seance_conduite(request, numero)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.clore(
            seance=tenue, observations=d["observations"], by=compte(request), instant=timezone.now()
        )
        dire(request, "La séance est close et son procès-verbal est établi.")
        return redirect("appels:jury_classement", tenue.appel.campagne.code)

    faits = tenue.deliberations.count()
    contexte = {
        "titre": "Clore la séance",
        "phrase": f"{pluriel(faits, 'dossier est délibéré', 'dossiers sont délibérés')}. Une séance close ne "
        "change plus : son procès-verbal est établi et gardé avec son empreinte.",
        "fil": _fil(tenue),
        "bouton": "Clore et établir le procès-verbal",
        "retour": reverse("appels:jury_seance", args=[tenue.pk]),
    }
    return page_acte(request, CloreForm(request.POST if request.method == "POST" else None), agir, contexte)


@require_http_methods(["GET", "POST"])
def abandonner(request: HttpRequest, numero: int) -> HttpResponse:
    """Undo the opening of a sitting that decided nothing."""
    tenue = seance_conduite(request, numero)

    def agir(d: dict[str, Any]) -> HttpResponse:
        code = tenue.appel.campagne.code
        actions.abandonner(seance=tenue, motif=d["motif"], by=compte(request), instant=timezone.now())
        dire(request, "La séance est abandonnée.")
        return redirect("appels:jury_classement", code)

    contexte = {
        "titre": "Abandonner la séance",
        "phrase": "Une séance qui n'a rien délibéré peut être abandonnée ; le journal en garde la trace.",
        "fil": _fil(tenue),
        "bouton": "Abandonner la séance",
        "danger": True,
        "retour": reverse("appels:jury_seance", args=[tenue.pk]),
    }
    return page_acte(request, MotifForm(request.POST or None), agir, contexte)


@require_GET
def proces_verbal(request: HttpRequest, numero: int) -> FileResponse:
    """The minutes of a closed sitting, for the organiser and the members who never had to leave."""
    tenue = Seance.objects.filter(pk=numero).select_related("appel__campagne", "proces_verbal").first()
    if tenue is None:
        raise Introuvable(INVISIBLE)
    if not any(m.appel_id == tenue.appel_id and pv_lisible(m, tenue) for m in mes_sieges(request)):
        seance_conduite(request, numero)
    if tenue.proces_verbal is None:
        raise Introuvable("Le procès-verbal est établi à la clôture de la séance.")
    nom = f"proces-verbal-{tenue.appel.campagne.code}-{tenue.jour:%Y-%m-%d}.pdf"
    return FileResponse(
        tenue.proces_verbal.fichier.open("rb"),
        as_attachment=True,
        filename=nom,
        content_type="application/pdf",
    )
