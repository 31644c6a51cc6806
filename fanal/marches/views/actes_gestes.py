"""What each act runs, from the data of its form."""

from decimal import Decimal
from typing import Any

from fanal.marches import forms_vie as f
from fanal.marches.actions import avenants, beneficiaires, commandes, cycle, liens, penalites, saisie
from fanal.marches.queries.liens import precedents_possibles
from fanal.marches.rules.avenants import Avenant
from fanal.marches.rules.precisions import PRECISABLES, inconnus
from fanal.marches.views.contexte import Contexte

Donnees = dict[str, Any]


def place(c: Contexte, data: Donnees) -> Any:
    """The establishment chosen among those the account orders for."""
    return next(e for e in c.commandeurs if str(e.pk) == data["etablissement"])


def membre(c: Contexte, data: Donnees) -> Any:
    """The establishment chosen among the possible beneficiaries."""
    return c.membres.get(pk=int(data["etablissement"]))


def commun(c: Contexte, data: Donnees) -> Donnees:
    """What every act takes: the contract, who, when, and the version read."""
    return {"marche": c.marche, "by": c.by, "instant": c.instant, "verrou": data["verrou"]}


def sans_verrou(c: Contexte) -> Donnees:
    """The same for acts that others' acts do not disturb."""
    return {"marche": c.marche, "by": c.by, "instant": c.instant}


def preciser(c: Contexte, d: Donnees) -> Any:
    """Fill unknown terms."""
    values = {n: v for n, v in d.items() if n in PRECISABLES and v not in (None, "")}
    return saisie.preciser(**commun(c, d), valeurs=values, motif=d["motif"])


def termes_inconnus(c: Contexte) -> dict[str, f.Choix]:
    """The terms that the form of precisions asks for."""
    terms = {n: getattr(c.marche, n) for n in PRECISABLES}
    return {"inconnus": [(n, PRECISABLES[n]) for n in inconnus(terms)]}


def commander(c: Contexte, d: Donnees) -> Any:
    """Record an order."""
    return commandes.commander(
        **sans_verrou(c),
        etablissement=place(c, d),
        le=d["le"],
        montant_ht=d["montant_ht"],
        quantite=d["quantite"],
        libelle=d["libelle"],
    )


def reprendre(c: Contexte, d: Donnees) -> Any:
    """Take an order back."""
    return commandes.reprendre(
        **sans_verrou(c),
        etablissement=place(c, d),
        le=d["le"],
        montant_ht=d["montant_ht"],
        quantite=d["quantite"],
        motif=d["motif"],
    )


def signer(c: Contexte, d: Donnees) -> Any:
    """Sign a modification."""
    holders = f.lire_titulaires(d["titulaires"])
    wanted = Avenant(
        motif=d["motif_legal"],
        objet=d["objet"],
        date_signature=d["date_signature"],
        variation_ht=d["variation_ht"] or Decimal(0),
        variation_quantite=d["variation_quantite"],
        date_fin_apres=d["date_fin_apres"],
        titulaires=bool(holders),
        motif_duree=d["motif_duree"],
    )
    return avenants.signer(
        **commun(c, d), avenant=wanted, titulaires=holders, date_notification=d["date_notification"]
    )


def a_sa_notification(d: Donnees) -> tuple[Donnees, str]:
    """A modification not yet notified is tried as if it were: that is when it takes effect."""
    if d["date_notification"] is not None:
        return d, ""
    said = "Ces changements prendront effet à la notification de l'avenant ; il est d'abord seulement signé."
    return {**d, "date_notification": d["date_signature"]}, said


def tenir(c: Contexte, d: Donnees) -> Any:
    """Write the ledger."""
    cle = c.request.GET.get("cle", "")
    return beneficiaires.tenir(
        **commun(c, d),
        etablissement=membre(c, d),
        entree=d["entree"],
        sortie=d["sortie"],
        part_ht=d["part_ht"],
        part_quantite=d["part_quantite"],
        cle=int(cle) if cle.isdecimal() and len(cle) < 10 else None,
    )


def initial_beneficiaire(c: Contexte) -> Donnees:
    """The entry to correct, or a new one from today."""
    cle = c.request.GET.get("cle", "")
    part = next((p for p in c.situation.parts if str(p.cle) == cle), None)
    if part is None:
        return {"entree": max(c.today, c.situation.vie.debut or c.today)}
    return {
        "etablissement": str(part.etablissement),
        "entree": part.entree,
        "sortie": part.sortie,
        "part_ht": part.jauge.maximum,
        "part_quantite": part.jauge_quantite.maximum,
    }


def adherer(c: Contexte, d: Donnees) -> Any:
    """Join an operator's contract."""
    ght = next(g for g in c.ghts if str(g.pk) == d["ght"])
    return beneficiaires.adherer(
        **commun(c, d), ght=ght, debut=d["debut"], fin=d["fin"], engagement_ttc=d["engagement_ttc"]
    )


def lier(c: Contexte, d: Donnees) -> Any:
    """Link an action of the plan."""
    ght = next(g for g in c.ghts if str(g.pk) == d["ght"])
    return liens.lier(**sans_verrou(c), ght=ght, annee=d["annee"], identifiant=d["identifiant"])


def remplacer(c: Contexte, d: Donnees) -> Any:
    """Say which contract it follows."""
    before = next((m for m in precedents_possibles(c.marche) if str(m.pk) == d["predecesseur"]), None)
    return cycle.remplacer(**commun(c, d), predecesseur=before)


def penaliser(c: Contexte, d: Donnees) -> Any:
    """Reckon a penalty."""
    fields = ("objet", "du", "au", "base_ht", "montant_commande_ht", "appliquee", "motif")
    return penalites.calculer(**commun(c, d), etablissement=membre(c, d), **{n: d[n] for n in fields})
