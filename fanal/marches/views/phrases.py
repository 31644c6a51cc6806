"""The sentences of the contract page: where it stands, what is left, what an act would change."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, jour, pourcent, quantite
from fanal.marches.compute import echeances as temps
from fanal.marches.compute.plafond import ATTEINT, DEPASSE, Jauge
from fanal.marches.models import Marche
from fanal.marches.rules.situation import ATTRIBUE, PREPARATION, SOLDE, Situation

ETATS = dict(Marche.Etat.choices)


def phrase(s: Situation) -> str:
    """« Ce marché court jusqu'au 31/12/2027 ; 62 % du maximum est consommé, épuisement projeté le … »."""
    return f"{_fin(s)}{_consommation(s)}"


def _fin(s: Situation) -> str:
    end, total = s.vie.fin, s.vie.fin_totale
    if s.etat in (PREPARATION, ATTRIBUE):
        return f"Ce marché est {ETATS[s.etat].lower()}, pas encore notifié"
    if s.etat == SOLDE:
        return "Ce marché est soldé"
    match s.vie.etat_temps:
        case temps.INCONNUE:
            return "L'échéance de ce marché est inconnue : la date de notification ou la durée manque"
        case temps.A_VENIR:
            return f"Ce marché commence le {_jour(s.vie.debut)} et court jusqu'au {_jour(total)}"
        case temps.RESILIE:
            return f"Ce marché est résilié depuis le {_jour(total)}"
        case temps.EXPIRE:
            return f"Ce marché a pris fin le {_jour(end)}"
        case temps.EXPIRE_UTILISE:
            last = _jour(s.derniere_commande)
            return f"Ce marché a pris fin le {_jour(end)} et sert encore : une commande date du {last}"
    if end == total:
        return f"Ce marché court jusqu'au {_jour(end)}"
    return f"Ce marché court jusqu'au {_jour(end)}, {_jour(total)} avec ses reconductions"


def _consommation(s: Situation) -> str:
    gauge, day, words = s.jauge, s.epuisement, "du maximum"
    if gauge.maximum is None:
        gauge, day, words = s.jauge_quantite, s.epuisement_quantite, "du maximum en quantité"
    if gauge.maximum is None or gauge.taux is None:
        return f" ; {euros(s.jauge.consomme)} sont commandés." if s.jauge.consomme else "."
    used = f" ; {pourcent(gauge.taux, 0)} {words} est consommé"
    if gauge.niveau in (ATTEINT, DEPASSE):
        since = f" depuis le {jour(day)}" if day else ""
        word = "dépassé" if gauge.niveau == DEPASSE else "atteint"
        return f"{used} : il est {word}{since}."
    if day is None:
        return f"{used}, sans rythme suffisant pour prévoir son épuisement."
    total = s.vie.fin_totale
    after = ", après la fin du marché" if total is not None and day > total else ""
    return f"{used}, épuisement projeté le {jour(day)}{after}."


def _jour(day: date | None) -> str:
    return jour(day) if day else "date inconnue"


def differences(avant: Situation, apres: Situation) -> list[tuple[str, str, str]]:
    """What an act changes: (what, before, after), nothing for what stays."""
    return [(title, a, b) for title, a, b in _comparees(avant, apres) if a != b]


def _comparees(a: Situation, b: Situation) -> Iterator[tuple[str, str, str]]:
    yield "État", ETATS[a.etat], ETATS[b.etat]
    yield "Début", _jour(a.vie.debut), _jour(b.vie.debut)
    yield "Fin de la période en cours", _jour(a.vie.fin), _jour(b.vie.fin)
    yield "Fin, reconductions comprises", _jour(a.vie.fin_totale), _jour(b.vie.fin_totale)
    yield "Montant HT", _euros(a.effets.montant), _euros(b.effets.montant)
    yield "Maximum HT", _euros(a.effets.maximum_ht), _euros(b.effets.maximum_ht)
    yield "Commandé HT", euros(a.jauge.consomme), euros(b.jauge.consomme)
    yield "Reste sous le maximum", _reste(a.jauge), _reste(b.jauge)
    yield "Commandé en quantité", quantite(a.jauge_quantite.consomme), quantite(b.jauge_quantite.consomme)
    yield "Maximum en quantité", _unites(a.effets.maximum_quantite), _unites(b.effets.maximum_quantite)
    yield "Épuisement projeté", _epuisement(a), _epuisement(b)
    yield "Bénéficiaires", str(len(a.parts)), str(len(b.parts))
    yield "Parts réservées HT", _euros(a.faits.parts_ht), _euros(b.faits.parts_ht)
    yield "Avenants à notifier", str(len(a.avenants_non_notifies)), str(len(b.avenants_non_notifies))


def _euros(amount: Decimal | None) -> str:
    return "inconnu" if amount is None else euros(amount)


def _unites(amount: Decimal | None) -> str:
    return "sans objet" if amount is None else quantite(amount)


def _reste(gauge: Jauge) -> str:
    return "maximum inconnu" if gauge.reste is None else euros(gauge.reste)


def _epuisement(s: Situation) -> str:
    return jour(s.epuisement_proche) if s.epuisement_proche else "non projeté"
