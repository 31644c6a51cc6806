"""Segments and propositions as a JSON document: the command line's answer, and what a kept proposal freezes.

Amounts are texts of euros excl. VAT to the cent, dates ISO 8601; described in docs/reference/convergence.md.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from fanal.convergence.queries.fiches import portefeuille
from fanal.convergence.queries.propositions import propositions, segment, segments
from fanal.convergence.rules.fiches import Fiche
from fanal.convergence.rules.segments import CPV, Segment
from fanal.moteurs.convergence import (
    Contrat,
    Impossible,
    Option,
    Proposition,
    Requete,
    Resultat,
    dire_action,
    dire_besoins,
    dire_impossible,
    options_de,
)
from fanal.parametres import valeur
from fanal.territoires.models import Ght


def document(ght: Ght, le: date, cpv: str = "") -> dict[str, Any]:
    """The answer of `fanal convergence`: every segment of the GHT, or the one of a CPV prefix."""
    chosen = segments(ght, le, avec_prix=True)
    if cpv:
        chosen = [segment(ght, le, f"{CPV}:{cpv}", avec_prix=True)]
    read = portefeuille(ght, le, avec_prix=True).fiches
    limite = valeur("convergence.propositions_detaillees", le=le)
    return {
        "ght": ght.code,
        "le": le.isoformat(),
        "segments": [dire_segment(s, propositions(s), limite) for s in chosen],
        "sans_echeance": [
            dire_fiche(f) for f in read if f.contrat is None and f.connu.code_cpv.startswith(cpv)
        ],
    }


def dire_segment(segment: Segment, resultat: Resultat, limite: int) -> dict[str, Any]:
    """One segment; the first *limite* propositions are told act by act, `departs` gives them all."""
    return {
        "code": segment.code,
        "genre": segment.genre,
        "libelle": segment.libelle,
        "depense_annuelle_ht": _euros(segment.depense_annuelle),
        "enjeu_annuel_ht": _euros(segment.enjeu),
        "marches": [dire_fiche(f) for f in segment.fiches],
        "chevauchements": [
            {"du": p.du.isoformat(), "au": p.au.isoformat(), "marches": p.nombre} for p in segment.periodes
        ],
        "paires_en_chevauchement": segment.paires,
        "ecarts_prix": [
            {
                "code": e.code,
                "libelle": e.libelle,
                "prix_mini_ht": f"{e.mini:f}",
                "prix_maxi_ht": f"{e.maxi:f}",
                "enjeu_annuel_ht": None if e.enjeu is None else _euros(e.enjeu),
                "marches": [str(m) for m in e.marches],
            }
            for e in segment.ecarts or ()
        ],
        "propositions": [dire_proposition(p, resultat.requete) for p in resultat.propositions[:limite]],
        "departs": [
            {"depart": p.depart.isoformat(), "cout": _cents(p.cout), "optimal": p.optimal}
            for p in sorted(resultat.propositions, key=lambda p: p.depart)
        ],
        "empreinte": resultat.empreinte,
    }


def dire_fiche(fiche: Fiche) -> dict[str, Any]:
    """One contract, in what the engine looks at."""
    contrat, connu = fiche.contrat, fiche.connu
    return {
        "marche": fiche.cle,
        "identifiant": connu.identifiant,
        "objet": connu.objet,
        "acheteur": connu.acheteur,
        "etablissements": list(connu.etablissements),
        "debut": _jour(fiche.vie.debut),
        "fin": _jour(fiche.vie.fin),
        "fin_totale": _jour(fiche.vie.fin_totale),
        "sorties": [
            {"fin": s.fin.isoformat(), "genre": s.genre.value, "preavis_le": _jour(s.preavis_le)}
            for s in (contrat.sorties if contrat else ())
        ],
        "depense_mensuelle_ht": None if connu.depense.mensuelle is None else _euros(connu.depense.mensuelle),
        "origine_depense": connu.depense.origine,
        "ecart_mensuel_ht": None if connu.ecart_mensuel is None else _euros(connu.ecart_mensuel),
        "marges": [
            {
                "motif": m.motif,
                "libelle": m.libelle,
                "reste_ht": None if m.montant is None else _euros(m.montant),
                "borne_exclue": m.stricte,
                "raison": m.raison,
            }
            for m in (contrat.marges if contrat else ())
        ],
        "avenant_jusqu_au": _jour(contrat.avenant_jusqu_au) if contrat else None,
        "du_ght": connu.du_ght,
    }


def dire_proposition(proposition: Proposition, requete: Requete) -> dict[str, Any]:
    """One proposition, act by act, with what is not open and why."""
    pairs = zip(requete.contrats, proposition.options, strict=True)
    return {
        "depart": proposition.depart.isoformat(),
        "cout": _cents(proposition.cout),
        "optimal": proposition.optimal,
        "consultation": _cents(proposition.consultation),
        "actions": [dire_option(c, o, proposition.depart, requete) for c, o in pairs],
    }


def dire_option(contrat: Contrat, option: Option, depart: date, requete: Requete) -> dict[str, Any]:
    """One act: what it costs, part by part, what it needs, and the acts that were not open."""
    return {
        "marche": contrat.cle,
        "identifiant": contrat.libelle,
        "acte": option.acte.value,
        "motif": option.motif,
        "mois": option.mois,
        "fin": option.sortie.isoformat(),
        "entree": _jour(option.entree),
        "montant": _cents(option.montant),
        "cout": _cents(option.total),
        "couts": {
            "attente": _cents(option.attente),
            "risque": _cents(option.risque),
            "administratif": _cents(option.administratif),
            "indemnite": _cents(option.indemnite),
        },
        "besoin": dire_besoins(option),
        "phrase": dire_action(option, contrat, depart),
        "impossibles": [dire_impossible(i) for i in impossibles(contrat, depart, requete)],
    }


def impossibles(contrat: Contrat, depart: date, requete: Requete) -> list[Impossible]:
    """The acts that are not open to a contract for a start."""
    return options_de(contrat, depart, requete.le, requete.regles)[1]


def _cents(cents: int) -> str:
    return _euros(Decimal(cents) / 100)


def _euros(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _jour(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
