"""Pictures of a sharing: by région what is granted of what is asked, then dossier by dossier by rank."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.appels.queries.enveloppes import Solde
from fanal.appels.queries.simulations import Issue, nom_du_dossier, par_region
from fanal.interface.echelles import CATEGORIES
from fanal.interface.images import Empilee, Image, composer, origines
from fanal.interface.nombres import ecrire_montant, ecrire_taux

ATTRIBUE, RESTE_A_SERVIR = "Attribué", "Demandé, non attribué"
COULEURS = (CATEGORIES[0], CATEGORIES[1])


def soldes(lus: Sequence[Solde]) -> Image | None:
    """One bar by envelope: granted for good, granted for now, left."""
    if not any(s.montant for s in lus):
        return None
    premier = lus[0]
    titre = f"{premier.enveloppe} : {ecrire_taux(premier.part, 0) or 'rien'} attribués"
    return origines(
        titre,
        [
            Empilee(
                str(s.enveloppe),
                (("Définitif", s.definitif), ("Provisoire", s.provisoire), ("Solde", s.reste)),
            )
            for s in lus
        ],
    )


def regions(lignes: Sequence[Issue]) -> Image | None:
    """One bar by région, the largest grant first."""
    totaux = par_region(lignes)
    if not totaux:
        return None
    rangees = sorted(totaux.items(), key=lambda t: (-t[1][1], -t[1][0], t[0]))
    premiere, (demande, accorde) = rangees[0]
    part = ecrire_taux(accorde / demande, 0) if demande else None
    titre = (
        f"{premiere or 'National'} reçoit le plus : {part} de ce qui est demandé"
        if accorde and part
        else "Rien n'est attribué"
    )
    return origines(
        titre,
        [
            Empilee(nom or "National", ((ATTRIBUE, a), (RESTE_A_SERVIR, max(d - a, Decimal(0)))))
            for nom, (d, a) in rangees
        ],
    )


def dossiers(lignes: Sequence[Issue]) -> Image | None:
    """One column by dossier in the order of the ranking, the part granted in colour."""
    if not lignes:
        return None
    servis = sum(bool(i.montant) for i in lignes)
    titre = f"{servis} dossiers servis sur {len(lignes)}, par rang"
    rows = tuple(
        (rang, nom_du_dossier(i.dossier), i.montant, max(i.maximum - i.montant, Decimal(0)))
        for rang, i in enumerate(sorted(lignes, key=lambda i: (i.rang or 10**9, i.dossier.pk)), 1)
    )
    return _dossiers(titre, rows)


@lru_cache(maxsize=64)
def _dossiers(titre: str, rows: tuple[tuple[int, str, Decimal, Decimal], ...]) -> Image:
    values: list[dict[str, Any]] = []
    for rang, nom, accorde, manque in rows:
        for part, debut, fin in (
            (ATTRIBUE, Decimal(0), accorde),
            (RESTE_A_SERVIR, accorde, accorde + manque),
        ):
            if fin > debut:
                values.append(
                    {
                        "rang": rang,
                        "nom": nom,
                        "part": part,
                        "debut": float(debut),
                        "fin": float(fin),
                        "dit": ecrire_montant(fin - debut) or "",
                    }
                )
    barres = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("rang:O", axis=None, scale=alt.Scale(domain=[r[0] for r in rows], paddingInner=0.15)),
            y=alt.Y("debut:Q", axis=None),
            y2="fin:Q",
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=[ATTRIBUE, RESTE_A_SERVIR], range=list(COULEURS)),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("rang:O", title="Ordre"),
                alt.Tooltip("nom:N", title="Dossier"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("dit:N", title="Montant"),
            ],
        )
    )
    parle = " ; ".join(f"{v['nom']}, {v['part'].lower()} : {v['dit']}" for v in values[:30])
    suite = f" ; et {len(values) - 30} autres, dans le tableau." if len(values) > 30 else "."
    image = composer(titre, parle + suite, barres, "De gauche à droite, du mieux classé au dernier.", 180)
    styles = (c.removeprefix("var(--").removesuffix(")") for c in COULEURS)
    return replace(image, cles=tuple(zip(styles, (ATTRIBUE, RESTE_A_SERVIR), strict=True)))
