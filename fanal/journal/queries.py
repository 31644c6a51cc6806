"""Reading the journal and proving that it is whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import models

from fanal.journal.models import Entree, Tete
from fanal.journal.rules import ORIGINE, compute_hash

FAUTES_MAX = 50


@dataclass(frozen=True)
class TeteConnue:
    """The journal's head as something else wrote it down; `origine` says what ("publication 2 de …")."""

    numero: int
    empreinte: str
    origine: str


@dataclass
class Verification:
    """`fautes` holds one sentence per fault, the first FAUTES_MAX of them."""

    entrees: int = 0
    fautes: list[str] = field(default_factory=list)
    tetes_externes: int = 0

    @property
    def ok(self) -> bool:
        return not self.fautes

    def phrase(self) -> str:
        """The one sentence that answers."""
        heads = _count(self.tetes_externes, "tête relevée", "têtes relevées")
        entries = _count(self.entrees, "entrée vérifiée", "entrées vérifiées")
        seen = f"{entries}, {heads} par les publications et les sauvegardes."
        if self.ok:
            return f"Le journal est intact : {seen}"
        more = "au moins " if len(self.fautes) == FAUTES_MAX else ""
        return f"Le journal n'est pas intact : {more}{_count(len(self.fautes), 'faute', 'fautes')} ; {seen}"

    def note(self, phrase: str) -> None:
        if len(self.fautes) < FAUTES_MAX:
            self.fautes.append(phrase)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {many if number > 1 else one}"


_FOURNISSEURS: dict[str, Callable[[], Iterable[TeteConnue]]] = {}


def enregistrer_tetes(fournisseur: Callable[[], Iterable[TeteConnue]]) -> None:
    """Register a source of heads recorded elsewhere (publications, backups), to be called in `ready()`."""
    _FOURNISSEURS[f"{fournisseur.__module__}.{fournisseur.__qualname__}"] = fournisseur


def tete() -> TeteConnue:
    """The current head of the journal; number 0 when nothing was written yet."""
    connue = Tete.objects.filter(pk=1).first()
    return (
        TeteConnue(connue.numero, connue.empreinte, "journal")
        if connue
        else TeteConnue(0, ORIGINE, "journal")
    )


def de_l_objet(objet: models.Model) -> models.QuerySet[Entree]:
    """Everything that was done to *objet*, latest first."""
    return Entree.objects.filter(objet_type=objet._meta.label_lower, objet_id=str(objet.pk)).order_by(
        "-numero"
    )


def verifier() -> Verification:
    """Recompute the whole chain: altered, missing or cut-off entries each give a sentence."""
    resultat = Verification()
    attendues = _tetes_attendues(resultat)
    numero, precedente = 0, ORIGINE
    for entree in Entree.objects.order_by("numero").iterator(chunk_size=2000):
        resultat.entrees += 1
        if entree.numero != numero + 1:
            resultat.note(_phrase_manque(numero + 1, entree.numero - 1))
        elif entree.precedente != precedente:
            resultat.note(
                f"L'entrée {entree.numero} ne suit pas la précédente : l'une des deux a été modifiée. "
                "Comparez-les avec une sauvegarde."
            )
        if _recomputed(entree) != entree.empreinte:
            resultat.note(
                f"L'entrée {entree.numero} a été modifiée après son écriture : son empreinte ne correspond "
                f"plus. "
                "Comparez-la avec une sauvegarde."
            )
        for externe in attendues.pop(entree.numero, ()):
            _check_externe(resultat, externe, entree.empreinte)
        numero, precedente = entree.numero, entree.empreinte
    _check_fin(resultat, numero, precedente, attendues)
    return resultat


def _tetes_attendues(resultat: Verification) -> dict[int, list[TeteConnue]]:
    attendues: dict[int, list[TeteConnue]] = {}
    for fournisseur in _FOURNISSEURS.values():
        for externe in fournisseur():
            resultat.tetes_externes += 1
            attendues.setdefault(externe.numero, []).append(externe)
    for externe in attendues.pop(0, ()):
        _check_externe(resultat, externe, ORIGINE)
    return attendues


def _recomputed(entree: Entree) -> str:
    return compute_hash(
        numero=entree.numero,
        instant=entree.instant,
        acteur=entree.acteur,
        action=entree.action,
        objet_type=entree.objet_type,
        objet_id=entree.objet_id,
        motif=entree.motif,
        donnees=entree.donnees,
        precedente=entree.precedente,
    )


def _check_externe(resultat: Verification, externe: TeteConnue, empreinte: str) -> None:
    if externe.empreinte != empreinte:
        resultat.note(
            f"L'entrée {externe.numero} n'a pas l'empreinte relevée par {externe.origine} : "
            "le journal a été réécrit depuis. Comparez-le avec une sauvegarde."
        )


def _check_fin(
    resultat: Verification, numero: int, empreinte: str, restantes: dict[int, list[TeteConnue]]
) -> None:
    fin = tete()
    if fin.numero > numero:
        resultat.note(_phrase_coupe(numero, fin.numero, "la tête du journal"))
    elif (fin.numero, fin.empreinte) != (numero, empreinte):
        resultat.note(
            f"La tête du journal indique l'entrée {fin.numero}, mais la dernière entrée est la {numero}, "
            "ou son empreinte diffère. Comparez le journal avec une sauvegarde."
        )
    for attendu, externes in sorted(restantes.items()):
        if attendu > numero:
            for externe in externes:
                resultat.note(_phrase_coupe(numero, attendu, externe.origine))


def _phrase_manque(premier: int, dernier: int) -> str:
    if dernier < premier:
        return f"Le numéro {dernier + 1} apparaît hors de la suite. Comparez le journal avec une sauvegarde."
    which = (
        f"L'entrée {premier} manque" if premier == dernier else f"Les entrées {premier} à {dernier} manquent"
    )
    return (
        f"{which} : retrouvez-les dans une sauvegarde."
        if premier != dernier
        else f"{which} : retrouvez-la dans une sauvegarde."
    )


def _phrase_coupe(numero: int, attendu: int, origine: str) -> str:
    return (
        f"Le journal s'arrête à l'entrée {numero}, alors que {origine} a relevé l'entrée {attendu} : "
        "la fin a été coupée. Retrouvez-la dans une sauvegarde."
    )
