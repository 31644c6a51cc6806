"""The page of a contract: one sentence, its life line, its figures, who executes it, what can be done now."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.comptes.acces import perimetre_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import rendre
from fanal.journal.presentation import LigneJournal, present
from fanal.journal.queries import de_l_objet
from fanal.marches import volets
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.compute.irregularites import relever
from fanal.marches.compute.plafond import ATTEINT, DEPASSE, SEUIL, Jauge
from fanal.marches.models import Marche, VersionDocument
from fanal.marches.queries.liens import actions_liees
from fanal.marches.rules.cycle import check_corriger
from fanal.marches.rules.liens import GENRES
from fanal.marches.rules.modifications import MOTIFS
from fanal.marches.rules.situation import Part, Situation
from fanal.marches.rules.usages import usages
from fanal.marches.views.actes import boutons
from fanal.marches.views.actes_type import Bouton
from fanal.marches.views.contexte import Contexte, contexte_de
from fanal.marches.views.frise import frise
from fanal.marches.views.phrases import phrase
from fanal.refus import Refus

JOURNAL_MAX = 20
COMMANDES = ("marche.commander", "marche.reprendre")


@dataclass(frozen=True)
class JaugeVue:
    """A gauge as the page draws it: `part` from 0 to 100 for the bar, capped; the words say the rest."""

    jauge: Jauge
    part: int
    ton: str
    mot: str


@require_GET
def marche(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the contract stands and what its reader can do."""
    c = contexte_de(request, pk)
    s, vu = c.situation, c.marche
    changes = list(vu.modifications.all())
    contexte = {
        "titre": vu.objet,
        "phrase": phrase(s),
        "fil": [("Marchés", reverse("marches:portefeuille"))],
        "marche": vu,
        "s": s,
        "maximum": Absence.NON_RENSEIGNE if s.effets.maximum_ht is None else s.effets.maximum_ht,
        "montant": Absence.NON_RENSEIGNE if s.effets.montant is None else s.effets.montant,
        "epuisement": s.epuisement_proche or Absence.NON_CALCULABLE,
        "vie": s.vie,
        "etat_temps": ETATS_TEMPS[s.vie.etat_temps],
        "frise": frise(
            s.vie,
            notification=vu.date_notification,
            modifications=changes,
            epuisement=s.epuisement_proche,
            le=c.today,
        ),
        "jauge": jauge_vue(s.jauge),
        "jauge_quantite": jauge_vue(s.jauge_quantite),
        "parts": [(p, jauge_vue(p.jauge), _quand(s, p)) for p in s.parts],
        "sans_part": _sans_part(s, c),
        "modifications": [(m, MOTIFS.get(m.motif, "")) for m in changes],
        "documents": documents(vu) if c.voit_les_pieces else None,
        "anomalies": list(vu.anomalies.filter(levee_le__isnull=True)),
        "irregularites": [
            *relever(s.faits),
            *usages(s),
            *(m for m in changes if m.irreguliere),
        ],
        "boutons": [*boutons(c), *_autres(c)],
        "titulaires": [t.fournisseur for t in vu.titulaires.select_related("fournisseur")],
        "actions_liees": actions_liees(vu),
        "peut_gerer": c.gere("marche.gerer"),
        "penalites": list(vu.penalites.select_related("etablissement")),
        "adhesions": list(vu.adhesions.select_related("ght")),
        "successeurs": list(vu.successeurs.all()),
        "journal": journal(vu),
        "commandes": de_l_objet(vu).filter(action__in=COMMANDES).count(),
        "volets": volets.remplir(vu, partial(perimetre_de, request), c.today),
    }
    return rendre(request, "marches/marche.html", contexte)


def jauge_vue(gauge: Jauge) -> JaugeVue:
    """The gauge with its tone and its word, which never rests on the colour alone."""
    part = min(100, round(gauge.taux * 100)) if gauge.taux is not None else 0
    match gauge.niveau:
        case x if x == DEPASSE:
            return JaugeVue(gauge, part, "refus", "Maximum dépassé")
        case x if x == ATTEINT:
            return JaugeVue(gauge, part, "refus", "Maximum atteint")
        case x if x == SEUIL and gauge.seuil is not None:
            return JaugeVue(gauge, part, "attention", f"Plus de {gauge.seuil * 100:.0f} %".replace(".", ","))
    return JaugeVue(gauge, part, "neutre", "")


def _quand(s: Situation, part: Part) -> str:
    if part.entree and part.entree > s.le:
        return "à venir"
    return "sorti" if part.sortie and part.sortie < s.le else "en vigueur"


def _sans_part(s: Situation, c: Contexte) -> list[tuple[str, Any]]:
    """Establishments that ordered and are in no entry of the ledger."""
    known = {p.etablissement for p in s.parts}
    others = {key: amount for key, amount in s.par_etablissement.items() if key not in known}
    if not others:
        return []
    from fanal.territoires.models import Etablissement

    names = dict(Etablissement.objects.filter(pk__in=others).values_list("pk", "nom"))
    return sorted((names[key], amount) for key, amount in others.items())


def _autres(c: Contexte) -> list[Bouton]:
    """What has a page of its own: correcting the terms, attaching a paper."""
    if not c.gere("marche.gerer"):
        return []
    reason = ""
    try:
        check_corriger(c.situation)
    except Refus as refus:
        reason = refus.phrase
    pk = c.marche.pk
    return [
        Bouton(
            "Compléter les données essentielles", reverse("marches:completer", args=[pk]), True, "", "pencil"
        ),
        Bouton("Joindre un document", reverse("marches:joindre", args=[pk]), True, "", "upload"),
        Bouton("Corriger le marché", reverse("marches:corriger", args=[pk]), not reason, reason, "pencil"),
    ]


def documents(vu: Marche) -> list[tuple[str, str, list[VersionDocument]]]:
    """(kind, title, versions, the latest first) of each paper."""
    listed = vu.documents.prefetch_related("versions__original", "versions__auteur")
    return [
        (GENRES.get(d.genre, d.genre), d.titre, sorted(d.versions.all(), key=lambda v: -v.numero))
        for d in listed
    ]


def journal(vu: Marche) -> list[LigneJournal]:
    """The last acts on the contract, the latest first; orders apart, they would hide the rest."""
    return present(de_l_objet(vu).exclude(action__in=COMMANDES)[:JOURNAL_MAX])
