"""The control queue: the lines of a campaign in the order of their risk, each opening on why."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.achats.forms import PERIODES
from fanal.achats.forms_instruction import GESTES
from fanal.achats.models import Action
from fanal.achats.queries.detail import DECISIONS
from fanal.achats.queries.instruction import (
    Criteres,
    LigneFile,
    Mesure,
    campaign_of,
    dossiers_at,
    handed_in,
    load,
    measure,
    queue,
)
from fanal.achats.views.filtres_file import Filtres, filtres
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_montant, ecrire_nombre
from fanal.interface.sources import SourceRequete
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.memoire import Memoire, stable
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import revision

NOM = "file"
_mesures: Memoire[Mesure] = Memoire(100)
REPONSES = {
    "": ("", "neutre"),
    "a_repondre": ("Réponse attendue", "attente"),
    "repondu": ("Réponse reçue", "information"),
    "delai_passe": ("Délai passé", "attention"),
}


class SourceFile(SourceRequete):
    """Lines sorted by the database on their numbers alone; only the page shown is read whole."""

    def __init__(self, requete: QuerySet[Action], campagne: Campagne, jour: date) -> None:
        super().__init__(requete)
        self.campagne, self.jour = campagne, jour

    def _narrowed(self, source: SourceRequete) -> "SourceFile":
        return SourceFile(source.requete, self.campagne, self.jour)

    def garder(self, champ: Any, valeur: str) -> "SourceFile":
        return self._narrowed(super().garder(champ, valeur))

    def trier(self, champ: Any, descendant: bool) -> "SourceFile":
        return self._narrowed(super().trier(champ, descendant))

    def compter(self) -> int:
        return measure(self.requete, self.campagne).lignes

    def somme(self, champ: Any) -> tuple[Any, int]:
        return measure(self.requete, self.campagne).gain, 0

    def tranche(self, debut: int, fin: int) -> Sequence[LigneFile]:
        return load(list(self.requete.values_list("pk", flat=True)[debut:fin]), self.jour)


@dataclass
class TableauFile(Tableau):
    """A table whose rows come from the queue."""

    file: SourceFile | None = None

    @property
    def source(self) -> Any:
        return self.file


@dataclass
class Vue:
    """What the address asks of the queue, within what the account holds."""

    request: HttpRequest
    parametres: Any
    noeud: Noeud
    annee: int
    perimetre: Perimetre
    jour: date

    @cached_property
    def periode(self) -> str:
        """The period asked for, else that of the campaign of the year, the end of the year first."""
        asked = self.parametres.get("periode")
        if asked in dict(PERIODES):
            return str(asked)
        return next((p for p, _ in PERIODES if campaign_of(self.annee, p)), PERIODES[0][0])

    @cached_property
    def campagne(self) -> Campagne | None:
        return campaign_of(self.annee, self.periode)

    @cached_property
    def filtres(self) -> Filtres:
        """The filters in use, lines to decide unless the address asks for others."""
        asked = {"etat": "a_decider"} | self.parametres.dict()
        asked |= {"territoire": ici.parametre(self.noeud), "periode": self.periode}
        return filtres(self.request, asked, self.campagne)

    @property
    def criteres(self) -> Criteres:
        return self.filtres.criteres

    @cached_property
    def dossiers(self) -> QuerySet[Dossier]:
        """The trames that their GHT has handed in."""
        if self.campagne is None:
            return Dossier.objects.none()
        here = dossiers_at(self.campagne, self.perimetre, self.noeud)
        return here.filter(etape__in=handed_in(self.campagne))

    @cached_property
    def lignes(self) -> QuerySet[Action]:
        finess = self.noeud.code if self.noeud.niveau == Niveau.ETABLISSEMENT else ""
        key = ("achats.file", self.etat, self.criteres, finess)
        return stable(key, lambda: queue(self.dossiers, self.criteres, self.jour, finess)).all()

    @cached_property
    def etat(self) -> Hashable:
        """All that the lines shown depend on besides the address."""
        revisions = (self.campagne.pk, self.campagne.revision, *revision()) if self.campagne else ()
        return (revisions, self.jour, self.perimetre, ici.parametre(self.noeud), self.periode)

    @cached_property
    def mesure(self) -> Mesure:
        campagne = self.campagne
        if campagne is None:
            return Mesure(0, None)
        return _mesures.lire((self.criteres, self.etat), None, lambda: measure(self.lignes, campagne))

    @property
    def en_preparation(self) -> int:
        """Trames deposited that their GHT has not handed in."""
        if self.campagne is None:
            return 0
        campagne = self.campagne

        def count() -> int:
            here = dossiers_at(campagne, self.perimetre, self.noeud)
            return here.exclude(etape__in=handed_in(campagne)).count()

        return stable(("achats.preparation", self.etat), count)

    def adresse(self, **changes: str) -> str:
        """The queue under the same filters, some of them changed."""
        query = {k: v for k, v in self.parametres.items() if not k.startswith(NOM)}
        return f"?{urlencode(query | changes)}"


def read(request: HttpRequest, permission: str, parametres: Any = None) -> Vue:
    """The queue as the address asks for it. Raises 404 for a territory that the account cannot see."""
    place = ici.ici(request, timezone.localdate())
    perimetre = exiger(request, permission, place.noeud)
    return Vue(request, parametres or request.GET, place.noeud, place.annee, perimetre, timezone.localdate())


@require_GET
def instruction(request: HttpRequest) -> HttpResponse:
    """The lines to look at, the riskiest first, and what may be done with them."""
    vue = read(request, "controle.voir")
    decide = perimetre_de(request, "ligne.decider").contient(vue.noeud)
    contexte = {
        "titre": f"Instruction {vue.annee}",
        "phrase": sentence(vue),
        "champs": vue.filtres.champs,
        "vue": vue,
        "campagne": vue.campagne,
        "mesure": vue.mesure,
        "peut_decider": decide,
        "gestes": GESTES,
        "lignes": table(vue, selection=decide) if vue.campagne else None,
        "caches": [(k, v) for k, v in request.GET.items() if not k.startswith(NOM)],
        "q": vue.criteres.q,
        "sans_remarque": _clean_lines(vue) if decide else None,
        "preparation": vue.en_preparation,
    }
    return rendre(request, "achats/file.html", contexte, etat=(vue.etat, vue.annee, decide))


def sentence(vue: Vue) -> str:
    """The answer in one sentence."""
    if vue.campagne is None:
        return f"Aucune campagne n'est ouverte pour {vue.annee}. Choisissez une autre année."
    where = "" if vue.noeud.objet is None else f", {vue.noeud}"
    count = vue.mesure.lignes
    if not count:
        if vue.criteres == Criteres():
            return f"Aucune ligne n'attend de décision en {vue.annee}{where}."
        return f"Aucune ligne ne correspond à ces filtres en {vue.annee}{where}."
    lines = lines_phrase(count)
    what = f"{lines} à décider" if vue.criteres.etat == "a_decider" else lines
    gain = ecrire_montant(vue.mesure.gain, 0)
    text = f"{what}{where}" + (f", {gain} de gain annuel déclaré" if gain else "")
    return text + ". Les plus risquées (euros en jeu × doute) sont en tête."


def _clean_lines(vue: Vue) -> tuple[int, str] | None:
    """How many lines to decide here carry no remark, and the address that keeps them all."""
    if vue.campagne is None:
        return None

    def lines() -> QuerySet[Action]:
        return queue(vue.dossiers, Criteres(code="aucune"), vue.jour)

    campagne = vue.campagne
    count = _mesures.lire(("sans remarque", vue.etat), None, lambda: measure(lines(), campagne)).lignes
    query = {"territoire": ici.parametre(vue.noeud), "annee": str(vue.annee), "periode": vue.periode}
    query |= {"code": "aucune", "etat": "a_decider", "portee": "tout", "sens": "retenu"}
    return count, f"{reverse('achats:decision')}?{urlencode(query)}"


def table(vue: Vue, *, selection: bool) -> TableauFile:
    """The queue as a table of 50 rows a page."""

    def of_action(name: str) -> Any:
        return lambda row: getattr(row.action, name)

    def amount(name: str, absence: Absence = Absence.NON_RENSEIGNE) -> Any:
        return lambda row: absence if getattr(row.action, name) is None else getattr(row.action, name)

    def column(cle: str, titre: str, genre: Any = "texte", **options: Any) -> Colonne:
        return Colonne(cle, titre, genre, valeur=options.pop("valeur", of_action(cle)), **options)

    assert vue.campagne is not None  # noqa: S101 - a page without campaign shows no table
    return TableauFile(
        nom=NOM,
        titre="Lignes à instruire",
        lignes=[],
        file=SourceFile(vue.lignes, vue.campagne, vue.jour),
        tri="-score",
        vide="Aucune ligne ne correspond à ces filtres.",
        filtres=vue.filtres.phrases,
        # The search stands in the page's filters: a bulk decision bears on what it found.
        recherche=False,
        detail=lambda row: reverse("achats:examen", args=[row.action.pk]),
        cle_ligne=lambda row: str(row.action.pk),
        selection="ligne" if selection else "",
        formulaire="choix" if selection else "",
        demonstration=vue.campagne.demonstration,
        colonnes=[
            column(
                "identifiant",
                "Action",
                "lien",
                lien=lambda row: reverse("achats:action", args=[row.action.pk]),
            ),
            column(
                "ght",
                "GHT",
                champ="version__dossier__ght__code",
                valeur=lambda row: row.dossier.ght.code,
            ),
            column("intitule", "Intitulé"),
            column("famille", "Famille", visible=False),
            column("operateur", "Opérateur", visible=False),
            column("finess", "FINESS", visible=False),
            column("numero_marche", "Marché", visible=False),
            column(
                "gain_annuel_ttc",
                "Gain annuel",
                "montant_rond",
                valeur=amount("gain_annuel_ttc"),
                total="somme",
            ),
            column(
                "montant_reference_ttc",
                "Référence",
                "montant_rond",
                valeur=amount("montant_reference_ttc"),
                visible=False,
            ),
            column("taux", "Performance", "taux", valeur=_rate, triable=False),
            column(
                "commentaire",
                "Commentaire DGOS proposé",
                valeur=lambda row: row.commentaire or Absence.SANS_OBJET,
                triable=False,
            ),
            column(
                "remarques",
                "Remarques",
                "entier",
                valeur=lambda row: row.remarques,
                triable=False,
                visible=False,
            ),
            column("sens", "Décision", "etat", valeur=lambda row: row.sens, etats=DECISIONS, triable=False),
            column(
                "observation",
                "Réponse du GHT",
                "etat",
                valeur=lambda row: row.observation or "aucune",
                etats={**REPONSES, "aucune": ("Rien de demandé", "neutre")},
                triable=False,
                visible=False,
            ),
            column("score", "Risque", "montant_rond", aide="Euros en jeu × doute (de 0 à 1)"),
        ],
    )


def _rate(row: LigneFile) -> Any:
    gain, reference = row.action.gain_annuel_ttc, row.action.montant_reference_ttc
    if gain is None or reference is None or reference <= 0:
        return None
    return Decimal(gain) / Decimal(reference)


def lines_phrase(count: int) -> str:
    """« 12 lignes »."""
    return f"{ecrire_nombre(count)} {'ligne' if count < 2 else 'lignes'}"
