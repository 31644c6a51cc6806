"""Index series: reading them at a date, and chaining them where a new base replaced an old one.

A chaining coefficient multiplies the new series to prolong the old one: value in the old base = value of the
new series × coefficient.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fanal.prix.compute.clause import DERNIER_CONNU, MOYENNE, LectureIndice
from fanal.prix.compute.ecriture import decaler, ecrire, ecrire_mois, premier_du_mois
from fanal.refus import Refus


@dataclass(frozen=True)
class Point:
    """One published value: its month (first day), and when it was published if that is known."""

    mois: date
    valeur: Decimal
    publiee_le: date | None = None
    provisoire: bool = False


@dataclass(frozen=True)
class Serie:
    """A series. `suite_de` names the one it replaced, `coefficient` chains it on that one."""

    code: str
    points: tuple[Point, ...]
    libelle: str = ""
    base: str = ""
    suite_de: str = ""
    coefficient: Fraction | None = None


@dataclass(frozen=True)
class Maillon:
    """A value of the chain, in the base of the series asked: `valeur` = published value × `facteur`."""

    serie: str
    point: Point
    facteur: Fraction

    @property
    def valeur(self) -> Fraction:
        return Fraction(self.point.valeur) * self.facteur

    @property
    def phrase(self) -> str:
        text = f"{ecrire(self.point.valeur)} ({ecrire_mois(self.point.mois)}"
        if self.facteur != 1:
            text += f", série {self.serie} raccordée × {ecrire(self.facteur)}"
        return text + (", provisoire)" if self.point.provisoire else ")")


@dataclass(frozen=True)
class Lu:
    """An index as read for a formula: its exact value and the published values it comes from."""

    valeur: Fraction
    maillons: tuple[Maillon, ...]

    @property
    def phrase(self) -> str:
        if len(self.maillons) == 1:
            return self.maillons[0].phrase
        values = " ; ".join(m.phrase for m in self.maillons)
        return f"{ecrire(self.valeur)} (moyenne de {values})"


Series = Mapping[str, Serie]


def chaine(series: Series, code: str) -> dict[date, Maillon]:
    """Every month known for *code*, in its own base: its values first, then those of its neighbours.

    Raises `Refus` when the series is unknown.
    """
    if code not in series:
        known = f" ; séries connues : {', '.join(sorted(series)[:8])}" if series else ""
        raise Refus(f"L'indice « {code} » n'est pas connu. Importez sa série, ou corrigez son code{known}.")
    months: dict[date, Maillon] = {}
    for serie, factor in _voisines(series, code):
        for point in serie.points:
            months.setdefault(point.mois, Maillon(serie.code, point, factor))
    return dict(sorted(months.items()))


def lire(series: Series, code: str, lecture: LectureIndice, le: date) -> Lu:
    """The index *code* read as *lecture* says at the date *le*. Raises `Refus` naming the missing months."""
    months = chaine(series, code)
    if lecture.mode == DERNIER_CONNU:
        return _dernier_connu(months, code, lecture.le or le)
    last = decaler(le, -lecture.decalage)
    count = lecture.mois if lecture.mode == MOYENNE else 1
    wanted = [decaler(last, -rank) for rank in reversed(range(count))]
    missing = [m for m in wanted if m not in months]
    if missing:
        raise Refus(_manquants(series, code, missing, months))
    links = tuple(months[m] for m in wanted)
    return Lu(sum((link.valeur for link in links), Fraction(0)) / len(links), links)


def mois_absents(points: Sequence[Point]) -> list[date]:
    """The months without value between the first and the last of a series."""
    if not points:
        return []
    known = {p.mois for p in points}
    month, last, missing = min(known), max(known), []
    while month < last:
        month = decaler(month, 1)
        if month not in known:
            missing.append(month)
    return missing


def coefficient_de_raccordement(ancienne: Sequence[Point], nouvelle: Sequence[Point]) -> Fraction | None:
    """The coefficient that the last common month gives (old value / new value); `None` without one."""
    old = {p.mois: p.valeur for p in ancienne}
    common = [p for p in nouvelle if p.mois in old]
    if not common:
        return None
    last = max(common, key=lambda p: p.mois)
    return Fraction(old[last.mois]) / Fraction(last.valeur)


def _voisines(series: Series, code: str) -> Iterator[tuple[Serie, Fraction]]:
    """The series itself, those that prolong it, then those it prolongs, each with its factor."""
    after = {s.suite_de: s for s in series.values() if s.suite_de}
    yield series[code], Fraction(1)
    seen, here, factor = {code}, code, Fraction(1)
    while (following := after.get(here)) and following.code not in seen and following.coefficient:
        factor *= following.coefficient
        seen.add(following.code)
        yield following, factor
        here = following.code
    current, factor = series[code], Fraction(1)
    while current.suite_de in series and current.suite_de not in seen and current.coefficient:
        factor /= current.coefficient
        current = series[current.suite_de]
        seen.add(current.code)
        yield current, factor


def _dernier_connu(months: dict[date, Maillon], code: str, le: date) -> Lu:
    known = [m for m in months.values() if m.point.publiee_le is not None and m.point.publiee_le <= le]
    if known:
        return Lu(known[-1].valeur, (known[-1],))
    undated = sum(m.point.publiee_le is None for m in months.values())
    reason = (
        f"{undated} valeurs n'ont pas de date de publication : complétez-les pour savoir lesquelles étaient "
        "connues."
        if undated
        else "importez les valeurs publiées avant cette date."
    )
    raise Refus(f"Aucune valeur de l'indice « {code} » n'est connue au {le:%d/%m/%Y} : {reason}")


def _manquants(series: Series, code: str, missing: list[date], months: dict[date, Maillon]) -> str:
    said = ", ".join(ecrire_mois(m) for m in missing[:6]) + ("…" if len(missing) > 6 else "")
    text = f"L'indice « {code} » n'a pas de valeur pour {said}."
    if months:
        text += f" Valeurs connues de {ecrire_mois(min(months))} à {ecrire_mois(max(months))}."
    broken = [s.code for s in series.values() if s.suite_de == code and not s.coefficient]
    if broken:
        return f"{text} La série « {broken[0]} » lui succède : saisissez son coefficient de raccordement."
    return f"{text} Importez les valeurs publiées, ou vérifiez le code et le mois."


def mois_de(le: date) -> date:
    """The month of a date, as series keep it."""
    return premier_du_mois(le)
