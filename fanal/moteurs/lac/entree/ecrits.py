"""Plain numbers and dates, compiled. What is written otherwise is left to slower readers, never guessed."""

import numpy as np
from numba import njit

from fanal.moteurs.lac.entree.constantes import LENT, LENT_JOUR
from fanal.moteurs.lac.entree.octets import mot, premier_bit

_ESPACE, _PLUS, _MOINS, _VIRGULE, _POINT, _ZERO = 32, 43, 45, 44, 46, 48
# The longest number read by words: its digits and the decimals of any column hold in 64 bits.
_COURT = np.int64(12)
# Columns with two decimals hold amounts.
_EUROS = 2
_PUISSANCES = 10 ** np.arange(19, dtype=np.int64)
_ZEROS = np.uint64(0x3030303030303030)
_SEPT_BITS, _HAUTS = np.uint64(0x7676767676767676), np.uint64(0x8080808080808080)
_PAIRES, _DIX, _UN = np.uint64(0x000000FF000000FF), np.uint64(10), np.uint64(1)
_FOIS_HAUT, _FOIS_BAS = np.uint64(0x000F424000000064), np.uint64(0x0000271000000001)
_U8, _U16, _U32 = np.uint64(8), np.uint64(16), np.uint64(32)


@njit(nogil=True, forceinline=True)
def _huit_chiffres(t):  # type: ignore[no-untyped-def]  # compiled: types are those of the call
    """The number whose eight digits are the bytes of t, the first in the lowest."""
    t = t * _DIX + (t >> _U8)
    return np.int64(((t & _PAIRES) * _FOIS_HAUT + ((t >> _U16) & _PAIRES) * _FOIS_BAS) >> _U32)


@njit(nogil=True, forceinline=True)
def _intrus(t):  # type: ignore[no-untyped-def]  # compiled
    """The high bit of each byte of t that is not a digit."""
    return ((t + _SEPT_BITS) | t) & _HAUTS


@njit(nogil=True, forceinline=True)
def nombre(o, a, b, decimales, signe_decimal):  # type: ignore[no-untyped-def]  # compiled
    """A plain number in units of 10^-decimales, rounded half up; LENT when it is written otherwise.

    Usual ones (a minus, twelve digits, a mark followed by no more than the decimals kept) are read by words
    of eight bytes; the others digit by digit.
    """
    negatif = o[a] == _MOINS
    i = a + 1 if negatif else a
    n = b - i
    if n < 1 or n > _COURT:
        return _nombre_long(o, a, b, decimales, signe_decimal)
    haut = np.int64(0)
    if n > 8:
        t = (mot(o, i) ^ _ZEROS) << np.uint64(8 * (16 - n))
        if _intrus(t) != 0:
            return _nombre_long(o, a, b, decimales, signe_decimal)
        haut = _huit_chiffres(t)
        t = mot(o, b - 8) ^ _ZEROS
    else:
        t = (mot(o, i) ^ _ZEROS) << np.uint64(8 * (8 - n))
    intrus = _intrus(t)
    if intrus == 0:
        v = (haut * 100_000_000 + _huit_chiffres(t)) * _PUISSANCES[decimales]
        return -v if negatif else v
    rang = premier_bit(intrus) >> 3
    fraction = 7 - rang
    marque = o[b - 1 - fraction]
    if (
        intrus & (intrus - _UN) != 0
        or (marque != _VIRGULE and marque != _POINT)
        or (signe_decimal != 0 and marque != signe_decimal)
        or fraction > decimales
        or n == 1
    ):
        return _nombre_long(o, a, b, decimales, signe_decimal)
    # The bytes before the mark take its place, one after the other.
    avant = (_UN << np.uint64(8 * rang)) - _UN
    apres = t & ~((avant << _U8) | np.uint64(0xFF))
    v = haut * 10_000_000 + _huit_chiffres(apres | ((t & avant) << _U8))
    v *= _PUISSANCES[decimales - fraction]
    return -v if negatif else v


@njit(cache=True, nogil=True)
def _blanc(o, i):  # type: ignore[no-untyped-def]  # compiled
    """How many bytes a space between thousands takes here (0: it is not one)."""
    c = o[i]
    if c == _ESPACE:
        return 1
    if c == 0xC2 and o[i + 1] == 0xA0:
        return 2
    if c == 0xE2 and o[i + 1] == 0x80 and o[i + 2] == 0xAF:
        return 3
    return 0


@njit(cache=True, nogil=True)
def _nombre_long(o, a, b, decimales, signe_decimal):  # type: ignore[no-untyped-def]  # compiled
    """The same, digit by digit, with spaces between thousands and any number of decimals."""
    i = a
    negatif = o[i] == _MOINS
    if negatif or o[i] == _PLUS:
        i += 1
    v = np.int64(0)
    chiffres = 0
    groupe = -1
    while i < b:
        c = np.int64(o[i]) - _ZERO
        if 0 <= c <= 9:
            v = v * 10 + c
            chiffres += 1
            if groupe >= 0:
                groupe += 1
            i += 1
            continue
        saut = _blanc(o, i)
        if saut == 0:
            break
        if chiffres == 0 or (groupe == -1 and chiffres > 3) or (groupe >= 0 and groupe != 3):
            return LENT
        groupe = 0
        i += saut
    if (groupe >= 0 and groupe != 3) or chiffres + decimales > 18:
        return LENT
    fraction = 0
    arrondi = np.int64(0)
    if i < b:
        if (o[i] != _VIRGULE and o[i] != _POINT) or (signe_decimal != 0 and o[i] != signe_decimal):
            return LENT
        i += 1
        while i < b:
            c = np.int64(o[i]) - _ZERO
            if c < 0 or c > 9:
                return LENT
            if fraction < decimales:
                v = v * 10 + c
            elif fraction == decimales and c >= 5:
                arrondi = np.int64(1)
            fraction += 1
            i += 1
    if chiffres == 0 and fraction == 0:
        return LENT
    # An amount like 1.200 may be twelve hundred: a person is asked.
    if decimales == _EUROS and fraction == 3 and chiffres <= 3 and groupe == -1 and signe_decimal == 0:
        return LENT
    for _ in range(fraction, decimales):
        v *= 10
    v += arrondi
    return -v if negatif else v


@njit(cache=True, nogil=True)
def _entier(o, a, b):  # type: ignore[no-untyped-def]  # compiled
    v = np.int64(0)
    for i in range(a, b):
        c = np.int64(o[i]) - _ZERO
        if c < 0 or c > 9:
            return np.int64(-1)
        v = v * 10 + c
    return v


@njit(cache=True, nogil=True)
def jours(annee, mois, jour):  # type: ignore[no-untyped-def]  # compiled
    """Days since 1970-01-01 of a day of the Gregorian calendar."""
    a = annee - 1 if mois <= 2 else annee
    ere = a // 400
    an = a - ere * 400
    rang = (153 * (mois - 3 if mois > 2 else mois + 9) + 2) // 5 + jour - 1
    return ere * 146097 + an * 365 + an // 4 - an // 100 + rang - 719468


@njit(cache=True, nogil=True)
def date(o, a, b, mois_premier):  # type: ignore[no-untyped-def]  # compiled
    """A day written 31/12/2021 or 2021-12-31 (a time of day after it is left out); LENT_JOUR otherwise."""
    heure = b - a >= 16 and (o[a + 10] == _ESPACE or o[a + 10] == 84) and o[a + 13] == 58
    if b - a != 10 and not heure:
        return LENT_JOUR
    b = a + 10
    if not 48 <= o[a + 4] <= 57:
        if o[a + 7] != o[a + 4]:
            return LENT_JOUR
        an, mois, jour = _entier(o, a, a + 4), _entier(o, a + 5, a + 7), _entier(o, a + 8, b)
        marque = o[a + 4]
    else:
        if o[a + 5] != o[a + 2]:
            return LENT_JOUR
        an, mois, jour = _entier(o, a + 6, b), _entier(o, a + 3, a + 5), _entier(o, a, a + 2)
        marque = o[a + 2]
        if mois_premier:
            mois, jour = jour, mois
    if marque != 47 and marque != _MOINS and marque != _POINT:
        return LENT_JOUR
    if an < 1 or mois < 1 or mois > 12 or jour < 1 or jour > 31:
        return LENT_JOUR
    if jour > 28:
        bissextile = an % 4 == 0 and (an % 100 != 0 or an % 400 == 0)
        if mois == 2 and jour > (29 if bissextile else 28):
            return LENT_JOUR
        if jour == 31 and (mois == 4 or mois == 6 or mois == 9 or mois == 11):
            return LENT_JOUR
    return np.int32(jours(an, mois, jour))
