"""The requests one sees, and one of them with what is said of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels import onglets
from fanal.appels.queries.portee import un_appel
from fanal.appels.types_campagne import DECIDER, ETAPES
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.molecules.actions.rapprochements import OMEDIT
from fanal.molecules.compute.analyse import somme_de
from fanal.molecules.compute.ucd import code_long
from fanal.molecules.models import DemandeMolecule, Rapprochement
from fanal.molecules.queries import demandes as lectures
from fanal.molecules.queries.listes import motifs_de_refus
from fanal.molecules.views.commun import cadre, millions
from fanal.territoires.noeuds import Noeud

TITRES = {e.code: e.titre for e in ETAPES}
TONS = {
    "depose": "attente",
    "incomplet": "attention",
    "irrecevable": "refus",
    "recevable": "attente",
    "retenu": "decide",
    "complementaire": "attention",
    "non_retenu": "refus",
    "abandonne": "neutre",
    "brouillon": "neutre",
}
STATUTS = {
    Rapprochement.Statut.PROPOSE: "attention",
    Rapprochement.Statut.CONFIRME: "refus",
    Rapprochement.Statut.REJETE: "decide",
}


@require_GET
def demandes(request: HttpRequest) -> HttpResponse:
    """The requests that the account sees, those with a proposal to examine first."""
    le = timezone.localdate()
    vues = list(lectures.demandes(request).order_by("-a_examiner", "-annee", "-cout_annuel"))
    a_examiner = sum(_attend(d) for d in vues)
    total = somme_de(d.cout_annuel for d in vues)
    phrase = f"{pluriel(len(vues), 'demande', 'demandes')}, {millions(total)} demandés"
    if a_examiner:
        phrase += f" ; {pluriel(a_examiner, 'proposition attend', 'propositions attendent')} un pharmacien"
    contexte = cadre(
        request,
        "Demandes de molécules onéreuses",
        f"{phrase}." if vues else "Aucune demande n'est visible avec votre compte.",
        t=_tableau(request, vues, le),
    )
    return rendre(request, "molecules/demandes.html", contexte)


@require_GET
def appel(request: HttpRequest, code: str) -> HttpResponse:
    """The requests of a call, from its page."""
    trouve = un_appel(request, code)
    exiger(request, lectures.INSTRUIRE, Noeud.de(trouve))
    le = timezone.localdate()
    vues = list(
        lectures.demandes(request)
        .filter(dossier__campagne=trouve.campagne)
        .order_by("-a_examiner", "-cout_annuel")
    )
    total = millions(somme_de(d.cout_annuel for d in vues))
    contexte = {
        "titre": f"Demandes : {trouve.campagne.titre}",
        "phrase": f"{pluriel(len(vues), 'demande', 'demandes')}, {total} demandés.",
        "fil": [(trouve.campagne.titre, reverse("appels:appel", args=[code]))],
        "onglets": onglets.liens(request, trouve),
        "t": _tableau(request, vues, le),
    }
    return rendre(request, "molecules/appel.html", contexte)


@require_GET
def demande(request: HttpRequest, numero: int) -> HttpResponse:
    """A request: what is asked, what the lists say, what is proposed and decided."""
    trouvee = lectures.demande_de(request, numero)
    contexte = cadre(
        request,
        trouvee.libelle,
        phrase_de(trouvee),
        fil=[("Demandes", reverse("molecules:demandes"))],
        dossier_url=adresse_dossier(trouvee.dossier),
        **contexte_demande(request, trouvee),
    )
    return rendre(request, "molecules/demande.html", contexte)


def phrase_de(demande: DemandeMolecule) -> str:
    """The request in one sentence."""
    return (
        f"{demande.dossier.nom_noeud} demande {millions(demande.cout_annuel)} pour {demande.libelle} en "
        f"{demande.annee} ({demande.get_secteur_display()})."
    )


def contexte_demande(request: HttpRequest, demande: DemandeMolecule) -> dict[str, Any]:
    """What the page and the panel of the dossier show of a request to this account."""
    le = timezone.localdate()
    noeud = Noeud.de(demande.dossier)
    suite = lectures.suites([demande])[demande.pk]
    instruit = perimetre_de(request, lectures.INSTRUIRE).contient(noeud)
    rapprochements = list(demande.rapprochements.select_related("auteur", "inscription"))
    motifs = motifs_de_refus(le)
    return {
        "demande": demande,
        "ucd_long": code_long(demande.ucd),
        "effectif": lectures.effectif(request, demande, le),
        "rapprochements": [(r, STATUTS[Rapprochement.Statut(r.statut)]) for r in rapprochements],
        # What the OMEDIT proposes is its advice to the ARS: the applicant reads the decision.
        "proposition": suite.proposition if instruit else None,
        "decision": suite.decision,
        "attribution": suite.attribution,
        "motifs": motifs,
        "motif_proposition": motifs.get(suite.proposition.motif_refus, "") if suite.proposition else "",
        "motif_decision": motifs.get(suite.decision.motif_refus, "") if suite.decision else "",
        "instruit": instruit,
        "peut_repondre": perimetre_de(request, OMEDIT).contient(noeud),
        "peut_decider": perimetre_de(request, DECIDER).contient(noeud),
        "sous_enveloppe": lectures.sous_enveloppe(demande, le),
        "etape": (TITRES[demande.dossier.etape], TONS[demande.dossier.etape]),
    }


def adresse_dossier(dossier: Dossier) -> str:
    """The page of the dossier."""
    try:
        return reverse("appels:dossier", args=[dossier.pk])
    except NoReverseMatch:
        return ""


def _tableau(request: HttpRequest, vues: list[DemandeMolecule], le: date) -> Tableau:
    suites = lectures.suites(vues)

    def priorite(d: DemandeMolecule) -> int | None:
        dite = suites[d.pk].proposition
        return (
            dite.priorite
            if dite and perimetre_de(request, lectures.INSTRUIRE).contient(Noeud.de(d.dossier))
            else None
        )

    examens = {True: ("À examiner", "attention"), False: ("Rien à examiner", "neutre")}
    etapes = {code: (titre, TONS[code]) for code, titre in TITRES.items()}
    return Tableau(
        "demandes",
        [
            Colonne(
                "libelle", "Médicament", "lien", lien=lambda d: reverse("molecules:demande", args=[d.pk])
            ),
            Colonne("declarant", "Établissement", valeur=lambda d: d.dossier.nom_noeud),
            Colonne("annee", "Année", valeur=lambda d: str(d.annee), choix=True),
            Colonne("secteur", "Secteur", valeur=lambda d: d.get_secteur_display(), choix=True),
            Colonne("classe", "Classe", choix=True, visible=False),
            Colonne("ucd", "Code UCD", visible=False),
            Colonne("indication", "Indication", visible=False),
            Colonne("montant", "Demandé", "montant", valeur=lambda d: d.cout_annuel, total="somme"),
            # No total and no order: both would tell a hidden count.
            Colonne(
                "patients",
                "Patients",
                aide="Masqué s'il est petit, sauf pour ceux qui l'ont saisi, l'OMEDIT et l'ARS",
                valeur=lambda d: _ecrit(lectures.effectif(request, d, le)),
                triable=False,
            ),
            Colonne("priorite", "Priorité", "entier", valeur=priorite, absence=Absence.NON_RENSEIGNE),
            Colonne(
                "accorde",
                "Accordé",
                "montant",
                valeur=lambda d: suites[d.pk].accorde,
                total="somme",
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne(
                "examen",
                "Listes et doublons",
                "etat",
                valeur=_attend,
                etats=examens,
                choix=True,
            ),
            Colonne("etape", "Étape", "etat", valeur=lambda d: d.dossier.etape, etats=etapes, choix=True),
        ],
        vues,
        titre="Demandes",
        vide="Aucune demande.",
        demonstration=any(d.dossier.campagne.demonstration for d in vues) or None,
    )


def _attend(demande: DemandeMolecule) -> bool:
    """Whether a proposal about the request waits for a pharmacist (annotated by the query)."""
    return bool(getattr(demande, "a_examiner", False))


def _ecrit(effectif: object) -> str:
    return "non renseigné" if effectif is None else str(effectif)
