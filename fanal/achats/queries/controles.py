"""What the controls of a trame are told, from the register and the parameters in force."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from fanal import parametres
from fanal.achats.models import AchatsAnnuels, Action, Nomenclature
from fanal.achats.queries.performance import jeu, regle
from fanal.achats.queries.tables import TYPE, cents, current, operator_rows
from fanal.achats.rules import Bornes, ContexteControle, Controle, controler
from fanal.depots.lecture import Anomalie, Lecture
from fanal.refus import Introuvable
from fanal.territoires.models import Appartenance, Ght, Niveau, OperateurAchat
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import operateur

DECLARES = {"numero_marche": pl.String, "finess": pl.String, "nom_operateur": pl.String, "gain_c": pl.Int64}


def build_context(*, annee: int, periode: str = "fin-annee", ght: Ght | None = None) -> ContexteControle:
    """Everything a line is compared with. Without a GHT, what depends on the territory is not controlled."""
    le = date(annee, 12, 31)
    known: dict[str, Any] = {
        "familles": Nomenclature.objects.values_list("famille", flat=True).distinct(),
        "operateurs": [name for pair in OperateurAchat.objects.values_list("nom", "code") for name in pair],
    }
    if ght is not None:
        finess = frozenset(
            Appartenance.objects.en_vigueur(le)
            .filter(ght=ght)
            .values_list("etablissement__finess", flat=True)
        )
        known |= {
            "finess_ght": finess or None,
            "lignes_operateurs": declared_by_operators(annee, periode, finess),
            "identifiants_precedents": previous_identifiers(annee, ght),
            "achats_annuels": yearly_purchases(annee, finess),
        }
    return ContexteControle.from_valeurs(
        jeu("achats.controles", annee),
        jeu("achats.nomenclature", annee),
        annee=annee,
        regle=regle(annee),
        bornes_familles=family_bounds(le),
        **known,
    )


def family_bounds(le: date) -> dict[str, Bornes]:
    """The bounds that a parameter narrows to a family; none until the ministry publishes them."""
    names = ("borne_alerte", "borne_alerte_forte", "borne_non_atteignable")
    codes = [f"achats.controles.{n}" for n in names]
    familles = {
        v.axes["famille"]
        for code in codes
        for v in parametres.catalogue()[code].valeurs
        if "famille" in v.axes and v.holds(le)
    }
    return {f: Bornes(*(_bound(code, le, f) for code in codes)) for f in familles}


def _bound(code: str, le: date, famille: str) -> Any:
    narrowed = "famille" in parametres.catalogue()[code].axes
    return parametres.valeur(code, le=le, **({"famille": famille} if narrowed else {}))


def yearly_purchases(annee: int, finess: frozenset[str]) -> dict[str, Decimal]:
    """Yearly purchases in euros of these establishments, where they are known."""
    rows = current(AchatsAnnuels.objects.filter(annee=annee, finess__in=finess)).order_by("version")
    return dict(rows.values_list("finess", "achats_annuels_ttc"))


def declared_by_operators(annee: int, periode: str, finess: frozenset[str]) -> pl.DataFrame:
    """What operators declare for these establishments in the campaign of the year, in cents."""
    rows = operator_rows(annee, periode).filter(finess__in=finess)
    data = rows.annotate(gain_c=cents("gain_ttc")).values_list(
        "numero_marche", "finess", "operateur__nom", "gain_c"
    )
    return pl.DataFrame(list(data), schema=DECLARES, orient="row")


def previous_identifiers(annee: int, ght: Ght) -> frozenset[str]:
    """Actions of the GHT whose gain the campaign of the year before already places in its own year."""
    rows = current(
        Action.objects.filter(
            version__dossier__campagne__type_campagne=TYPE,
            version__dossier__campagne__annee=annee - 1,
            version__dossier__campagne__periode="fin-annee",
            version__dossier__ght=ght,
            date_premiere_commande__year=annee - 1,
            gain_annuel_ttc__isnull=False,
        )
    )
    return frozenset(rows.values_list("identifiant", flat=True))


def as_anomaly(controle: Controle, feuille: str | None) -> Anomalie:
    """A domain control as a remark of a reading."""
    return Anomalie(
        feuille=feuille,
        ligne=controle.ligne,
        colonne=controle.colonne or None,
        valeur=None,
        regle=controle.code,
        gravite=controle.gravite,
        phrase=controle.phrase,
    )


def control_reading(lecture: Lecture, noeud: Noeud | None, annee: int | None) -> list[Anomalie]:
    """The domain's remarks on the sound lines of a trame that was read, written or not.

    Without a year, that of the latest first order is taken: a file can be checked before any campaign.
    """
    table = next(iter(lecture.tables.values()))
    lines = table.lignes.filter(pl.col("_acceptee"))
    latest = lines["date_premiere_commande"].max() if "date_premiere_commande" in lines.columns else None
    if annee is None:
        annee = latest.year if isinstance(latest, date) else date.max.year - 1
    ght = noeud.objet if noeud is not None and noeud.niveau == Niveau.GHT else None
    contexte = build_context(annee=annee, ght=ght if isinstance(ght, Ght) else None)
    return [as_anomaly(c, table.feuille) for c in controler(lines, contexte)]


def control_operator_reading(lecture: Lecture, noeud: Noeud | None, annee: int | None) -> list[Anomalie]:
    """Rows of an operator's declaration that name another operator, or another year than the campaign's."""
    table = next(iter(lecture.tables.values()))
    lines = table.lignes.filter(pl.col("_acceptee")).select("_ligne", "operateur", "annee")
    known = noeud is not None and noeud.objet is not None
    others = {n for n in lines["operateur"].unique() if known and not same_operator(n, noeud)}
    found = []
    for ligne, nom, of_year in lines.iter_rows():
        if nom in others:
            found.append(
                Anomalie(
                    table.feuille,
                    ligne,
                    "operateur",
                    nom,
                    "operateur_different",
                    "controle",
                    f"Ligne {ligne} : « {nom} » n'est pas l'opérateur pour lequel vous déposez ({noeud}). "
                    "La ligne compte pour ce dernier : corrigez-la, ou déposez-la pour l'autre opérateur.",
                )
            )
        if annee is not None and of_year != annee:
            found.append(
                Anomalie(
                    table.feuille,
                    ligne,
                    "annee",
                    str(of_year),
                    "annee_differente",
                    "controle",
                    f"Ligne {ligne} : l'année {of_year} n'est pas celle de la campagne ({annee}). "
                    "La ligne est gardée mais ne compte pas : corrigez l'année, "
                    "ou déposez-la dans sa campagne.",
                )
            )
    return found


def same_operator(nom: str, noeud: Noeud | None) -> bool:
    """Whether a name in a file is that of the operator of *noeud*, by its code or its name."""
    try:
        return noeud is not None and operateur(nom) == noeud.objet
    except Introuvable:
        return False
