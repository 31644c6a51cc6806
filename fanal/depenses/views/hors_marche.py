"""Purchases off contract: the worklist, the share of spend on contract, one group and its history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.depenses.actions.hors_marche import DECIDER
from fanal.depenses.models import SuiviHorsMarche
from fanal.depenses.mots import nommer
from fanal.depenses.queries.hors_marche import (
    Achats,
    Groupe,
    Part,
    achats_hors_marche,
    cle_de,
    ensemble,
    filtres_du_groupe,
    groupes,
    parts,
)
from fanal.depenses.queries.portee import VOIR, Portee
from fanal.depenses.rules.hors_marche import DECISIONS
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.interface.ici import parametre
from fanal.interface.nombres import ecrire_date, ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.refus import Introuvable
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

TITRE = "Achats hors marché"
CAS = {
    "sans_numero": ("Sans numéro", "attention"),
    "numero_inconnu": ("Numéro inconnu", "attention"),
    "etablissement_non_couvert": ("Non couvert", "information"),
    "hors_dates": ("Hors des dates", "information"),
}
STATUTS = {
    "a_traiter": ("À traiter", "attention"),
    "rattache": ("Rattaché par décision", "decide"),
    "justifie": ("Justifié", "neutre"),
    "procedure": ("Procédure à lancer", "information"),
}
LIGNES_MAX = 5_000  # groups listed; the smallest are counted, not shown


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """What no contract covers on the territory and the year of the top bar."""
    place = lieu(request)
    context: dict[str, Any] = {"titre": TITRE, "territoire": request.GET.get("territoire", "")}
    if place.vide:
        context |= {
            "phrase": place.phrase_vide,
            "vide": True,
            "deposer_url": deposer(request),
        }
        return rendre(request, "depenses/hors_marche/liste.html", context)
    scope = Portee(place.finess, place.portee.prix)
    rows = groupes(place.annee, scope.codes, perimetre_de(request, "marche.voir"))
    shares = parts(place.annee, scope.codes, rows)
    whole = ensemble(shares.values())
    left = [g for g in rows if not g.rattache]
    names = _noms(rows)
    context |= {
        "annee": place.annee,
        "phrase": phrase(place, whole, left),
        "part": whole,
        "a_traiter": sum(g.statut == "a_traiter" for g in rows),
        "cas": cas(left),
        "image": _image(whole, shares, place),
        "peut_decider": bool(rows) and not perimetre_de(request, DECIDER).vide,
        "decisions": list(DECISIONS.items()),
        "reste": max(0, len(rows) - LIGNES_MAX),
        "groupes": tableau(rows[:LIGNES_MAX], names, place, perimetre_de(request, DECIDER)),
        "autres": _autres(request),
    }
    return rendre(request, "depenses/hors_marche/liste.html", context)


def _autres(request: HttpRequest) -> list[tuple[str, str]]:
    """The pages that answer the questions next to this one."""
    query = request.GET.get("territoire", "")
    after = f"?{urlencode({'territoire': query})}" if query else ""
    return [
        ("Maximums dépassés", f"{reverse('depenses:plafonds')}{after}"),
        ("Consommations transmises sans marché", f"{reverse('marches:hors_marche')}{after}"),
    ]


def phrase(place: Lieu, whole: Part, left: Sequence[Groupe]) -> str:
    """« En 2021, 87,3 % des achats passent par un marché… »."""
    share = whole.sur_marche
    if share is None:
        return f"En {place.annee}, aucun achat n'a été reçu pour {place.nom}."
    text = f"En {place.annee}, {ecrire_taux(share)} des achats passent par un marché ({place.nom})"
    if whole.rattache:
        text += f", dont {ecrire_taux(whole.rattache / whole.total)} rattachés par décision"
    if not left:
        return f"{text} : aucun achat ne reste hors marché."
    without = sum((g.achats.montant_ht for g in left if not g.cle.numero), Decimal(0))
    text += f" ; {ecrire_millions(whole.hors)} HT restent hors marché"
    return f"{text}, dont {ecrire_millions(without)} sans numéro de marché." if without else f"{text}."


def cas(left: Sequence[Groupe]) -> list[tuple[str, Decimal, int]]:
    """Each of the four ways: its words, the amount and the number of groups whose main way it is."""
    found = []
    for code, (words, _) in CAS.items():
        mine = [g for g in left if g.achats.cas[0] == code]
        found.append((words, sum((g.achats.montant_ht for g in mine), Decimal("0.00")), len(mine)))
    return found


def _noms(rows: Sequence[Groupe]) -> dict[str, Mapping[str | None, str]]:
    return {
        "finess": nommer("finess", {g.cle.finess for g in rows}),
        "siret": nommer("siret_fournisseur", {g.cle.siret for g in rows}),
    }


def _image(whole: Part, shares: Mapping[tuple[str, str], Part], place: Lieu) -> Any:
    # Drawing loads its library: only a page that has something to draw waits for it.
    from fanal.depenses.images_hors_marche import image_parts

    by_place: dict[str, list[Part]] = {}
    for (finess, _), share in shares.items():
        by_place.setdefault(finess, []).append(share)
    names = sans_finess(nommer("finess", by_place))
    known = [(names[f], s) for f, rows in by_place.items() if (s := ensemble(rows).sur_marche) is not None]
    if not known:
        return None
    low = min(known, key=lambda k: (k[1], k[0]))
    title = (
        f"{ecrire_taux(whole.sur_marche, 0)} des achats sur marché"
        if len(known) == 1
        else f"La plus petite part sur marché : {low[0]}, {ecrire_taux(low[1], 0)}"
    )
    return image_parts(title, shares, names)


def adresse_lignes(achats: Achats, place: Lieu) -> str:
    """The very lines of a group, for who may open them; else the same in the explorer."""
    filters = filtres_du_groupe(achats.cle, achats.cas)
    page = "depenses:lignes" if place.portee.voit_prix(achats.cle.finess) else "depenses:explorer"
    territory = urlencode({"territoire": parametre(place.noeud)})
    more = "&lignes=mois" if page == "depenses:explorer" else ""
    return f"{reverse(page)}?{territory}&{filters.en_requete()}{more}"


def tableau(
    rows: Sequence[Groupe],
    names: Mapping[str, Mapping[str | None, str]],
    place: Lieu,
    held: Perimetre,
) -> Tableau:
    """A row per group; checked ones are decided together, after a preview."""

    noms = sans_finess(names["finess"])

    def followed(g: Groupe) -> str:
        return reverse("depenses:hors_marche_suivi", args=[g.suivi.pk]) if g.suivi else ""

    def offered(g: Groupe) -> Any:
        if g.suivi and g.suivi.marche:
            return g.suivi.marche.identifiant
        return g.proposition.texte or "aucun"

    def contract(g: Groupe) -> str:
        pk = g.suivi.marche_id if g.suivi and g.suivi.marche_id else g.proposition.marche
        return reverse("marches:marche", args=[pk]) if pk else ""

    return Tableau(
        nom="groupes",
        titre="Achats hors marché, en euros HT",
        lignes=list(rows),
        tri="-montant",
        vide="Aucun achat hors marché : chaque commande porte le numéro d'un marché en cours.",
        filtres=[f"Année {place.annee}", place.nom],
        cle_ligne=lambda g: g.cle.jeton,
        selection="" if held.vide else "groupe",
        formulaire="choix",
        colonnes=[
            Colonne("etablissement", "Établissement", valeur=lambda g: noms[g.cle.finess], choix=True),
            Colonne("finess", "FINESS", valeur=lambda g: g.cle.finess, visible=False),
            Colonne("fournisseur", "Fournisseur", valeur=lambda g: _sans_siret(names["siret"], g.cle.siret)),
            Colonne(
                "siret", "SIRET", valeur=lambda g: g.cle.siret or Absence.NON_RENSEIGNE, visible=False
            ),
            Colonne(
                "famille", "Famille", valeur=lambda g: g.cle.famille or Absence.NON_RENSEIGNE, choix=True
            ),
            Colonne("numero", "Numéro reçu", valeur=lambda g: g.cle.numero or "aucun"),
            Colonne("cas", "Pourquoi", "etat", valeur=lambda g: g.achats.cas[0], etats=CAS, choix=True),
            Colonne(
                "montant",
                "Montant",
                "montant_rond",
                valeur=lambda g: Valeur(g.achats.montant_ht, url=lambda: adresse_lignes(g.achats, place)),
                total="somme",
            ),
            Colonne("lignes", "Lignes", "entier", valeur=lambda g: g.achats.lignes, total="somme"),
            Colonne("periode", "Du, au", valeur=_periode, triable=False, visible=False),
            Colonne("premiere", "Première", "date", valeur=lambda g: g.achats.premiere, visible=False),
            Colonne("derniere", "Dernière", "date", valeur=lambda g: g.achats.derniere, visible=False),
            Colonne("statut", "Décision", "etat", valeur=lambda g: g.statut, etats=STATUTS, choix=True),
            Colonne("marche", "Marché proposé", "lien", valeur=offered, lien=contract),
            Colonne(
                "suivi", "Suivi", "lien",
                valeur=lambda g: "Historique" if g.suivi else Absence.SANS_OBJET, lien=followed,
                triable=False, visible=any(g.suivi for g in rows),
            ),
            Colonne("raison", "Pourquoi ce marché", valeur=lambda g: g.proposition.raison, visible=False),
            Colonne(
                "motif", "Motif de la décision", visible=False,
                valeur=lambda g: (g.suivi.motif if g.suivi else "") or Absence.SANS_OBJET,
            ),
        ],
    )  # fmt: skip


def sans_finess(names: Mapping[str | None, str]) -> dict[str | None, str]:
    """The names of establishments alone, with their FINESS only where two bear the same."""
    short = {f: name.removesuffix(f" ({f})") for f, name in names.items()}
    seen = Counter(short.values())
    return {f: name if seen[name] == 1 else names[f] for f, name in short.items()}


def _sans_siret(names: Mapping[str | None, str], siret: str) -> str:
    return names[siret or None].removesuffix(f" ({siret})")


def _periode(g: Groupe) -> str:
    first, last = (ecrire_date(d) or "" for d in (g.achats.premiere, g.achats.derniere))
    return first if first == last else f"{first}, {last}"


@require_GET
def suivi(request: HttpRequest, pk: int) -> HttpResponse:
    """One group that something was decided about: the decision in force and its history."""
    place = lieu(request)
    row = SuiviHorsMarche.objects.select_related("etablissement", "marche", "auteur").filter(pk=pk).first()
    if row is None or not perimetre_de(request, VOIR).contient(
        Noeud(Niveau.ETABLISSEMENT, row.etablissement)
    ):
        raise Introuvable(INVISIBLE)
    key = cle_de(row)
    scope = Portee(frozenset({key.finess}), place.portee.prix)
    found = next((a for a in achats_hors_marche(row.annee, scope.codes) if a.cle == key), None)
    amount = ecrire_millions(found.montant_ht) if found else "aucun achat"
    number = f", {ecrire_nombre(found.lignes)} lignes" if found and found.lignes > 1 else ""
    supplier = nommer("siret_fournisseur", [key.siret])[key.siret or None]
    context = {
        "titre": f"{TITRE} : {supplier}",
        "fournisseur": supplier,
        "phrase": f"{STATUTS[row.statut][0]} : {amount} HT en {row.annee}{number}.",
        "fil": [(TITRE, f"{reverse('depenses:hors_marche')}?{urlencode({'annee': row.annee})}")],
        "suivi": row,
        "etat": STATUTS[row.statut],
        "lignes_url": adresse_lignes(found, place) if found else "",
    }
    return rendre(request, "depenses/hors_marche/suivi.html", context)
