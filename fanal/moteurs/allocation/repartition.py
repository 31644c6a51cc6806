"""From a question to its answer: the rule applied, each amount explained, the whole sealed by its hash."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from fanal.moteurs.allocation.division import divide
from fanal.moteurs.allocation.modele import Attribution, Demande, Partage, Resultat, euros
from fanal.moteurs.allocation.optimal import Capacite, choose
from fanal.moteurs.allocation.regles import order

LIMITES = {
    "demande": "le montant demandé",
    "taux": "le taux maximal appliqué au montant éligible",
    "plafond": "le plafond par projet",
}


def repartir_enveloppe(partage: Partage, autres: Sequence[Capacite] = ()) -> Resultat:
    """Share the envelope as the rule says; the answers keep the order of the requests. *autres* are further
    envelopes that a choice of indivisible projects must hold in as well (`annees`).

    Never more than the envelope, nor than a request's maximum. A dividing rule without constraint gives out
    min(envelope, sum of the maxima) unless a minimum forbids it.
    """
    requests = partage.demandes
    if partage.regle == "optimal":
        chosen, proven = choose(partage.enveloppe, requests, partage.contraintes, autres)
        shares = [r.maximum if yes else 0 for r, yes in zip(requests, chosen, strict=True)]
        reasons = _reasons_of_choice(partage, shares)
        optimal: bool | None = proven
    else:
        shares, kept = divide(partage.enveloppe, partage.regle, requests, partage.contraintes)
        reasons = _reasons(partage, shares, kept)
        optimal = None
    answers = tuple(
        Attribution(r.id, r.maximum, share, reason)
        for r, share, reason in zip(requests, shares, reasons, strict=True)
    )
    return Resultat(partage.regle, partage.enveloppe, answers, optimal, seal(partage, answers))


def seal(partage: Partage, answers: Sequence[Attribution]) -> str:
    """SHA-256 of the question as understood and of the amounts answered, in one canonical text."""
    question = asdict(partage) | {"taux_max": None if partage.taux_max is None else str(partage.taux_max)}
    text = json.dumps(
        {"question": question, "reponse": [[a.id, a.attribue] for a in answers]},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _reasons(partage: Partage, shares: Sequence[int], kept: Sequence[str]) -> list[str]:
    ranks = {i: rank for rank, i in enumerate(order(partage.demandes), start=1)}
    total = sum(r.maximum for r in partage.demandes)
    return [
        _reason(partage, request, share, why, ranks[i], total)
        for i, (request, share, why) in enumerate(zip(partage.demandes, shares, kept, strict=True))
    ]


def _reason(partage: Partage, request: Demande, share: int, why: str, rank: int, total: int) -> str:
    if request.maximum == 0:
        return f"Rien : {LIMITES[request.limite]} est nul."
    if why == "classe":
        most = partage.contraintes.nombres[request.classe]
        return f"Rien : {most} demandes de la classe {request.classe} sont déjà servies, mieux notées."
    if why == "minimum_impossible":
        return (
            f"Rien : le minimum de {euros(request.minimum)} dépasse le maximum de {euros(request.maximum)}, "
            f"que fixe {LIMITES[request.limite]}."
        )
    if why == "minimum":
        return f"Rien : la part possible est inférieure au minimum de {euros(request.minimum)}."
    place = _place(partage, rank)
    if share == request.maximum:
        return f"Servie en totalité : {euros(share)}, que fixe {LIMITES[request.limite]}{place}."
    given = f"{euros(share)} sur {euros(request.maximum)}"
    if request.region in partage.contraintes.plafonds:
        return f"Servie de {given} : le plafond de la région {request.region} joue."
    if partage.regle == "ordre_score":
        if share:
            return f"Servie de ce qui restait, {given}{place}."
        return f"Rien : l'enveloppe est épuisée avant elle{place}."
    if partage.regle == "prorata_par_priorite":
        name = "sans priorité" if request.priorite is None else f"de priorité {request.priorite}"
        if not share:
            return f"Rien : l'enveloppe est épuisée par les priorités précédentes (demande {name})."
        return f"Servie de {given}, au prorata des demandes {name}."
    covered = _percent(partage.enveloppe, total)
    return f"Servie de {given}, au prorata : l'enveloppe couvre {covered} des maximums."


def _place(partage: Partage, rank: int) -> str:
    if partage.regle != "ordre_score":
        return ""
    return f" ({rank}{'re' if rank == 1 else 'e'} sur {len(partage.demandes)})"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %".replace(".", ",")


def _reasons_of_choice(partage: Partage, shares: Sequence[int]) -> list[str]:
    left = partage.enveloppe - sum(shares)
    said = []
    for request, share in zip(partage.demandes, shares, strict=True):
        if share:
            said.append(
                f"Retenue en totalité : {euros(share)} pour un score de {partage.points(request.score)}."
            )
        elif request.maximum == 0:
            said.append(f"Rien : {LIMITES[request.limite]} est nul.")
        elif request.score <= 0:
            said.append(f"Rien : son score de {partage.points(request.score)} n'ajoute rien à l'ensemble.")
        elif request.minimum > request.maximum:
            said.append(f"Rien : le minimum de {euros(request.minimum)} dépasse {euros(request.maximum)}.")
        elif request.maximum > partage.enveloppe:
            said.append(f"Rien : {euros(request.maximum)} dépassent l'enveloppe entière.")
        else:
            said.append(
                f"Non retenue : {euros(request.maximum)} pour un score de "
                f"{partage.points(request.score)} n'entrent pas dans le meilleur ensemble "
                f"({euros(left)} restent)."
            )
    return said
