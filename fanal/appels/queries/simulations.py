"""From the dossiers of a call to a question of the sharing engine, and back to what it decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from fanal.appels.models import Appel, Attribution, Enveloppe, Simulation
from fanal.appels.queries.appels import MontantsLus, lire_montant, montants_lus, regles_de
from fanal.appels.queries.candidatures import region_du_noeud
from fanal.appels.queries.enveloppes import RELIES_DOSSIER, solde
from fanal.appels.queries.jury import Rang, classement
from fanal.appels.registre import Part, genre_de
from fanal.appels.rules.regles import Regles
from fanal.campagnes.models import Dossier
from fanal.territoires.noeuds import Noeud

EXAMINE = "recevable"
ZERO = Decimal(0)
ECHELLES = (1, 10, 100, 1000)
Statut = Attribution.Statut
PROPOSE_ECARTER, PROPOSE_LISTE = "ecarter", "complementaire"
RAISONS = {
    "jury": "Le jury propose de ne pas retenir ce dossier.",
    "liste": "Le jury propose ce dossier pour la liste complémentaire.",
    "note": "La note est inférieure à la note minimale.",
    "sans_note": "Aucune séance close n'a donné de note à ce dossier.",
    "exclu": "Laissé de côté dans cette simulation.",
    "hors_enveloppe": "Cette demande ne partage pas l'enveloppe : elle est décidée seule.",
    "omedit": "L'OMEDIT propose de ne pas prendre en charge cette demande.",
    "sans_proposition": "L'OMEDIT n'a pas encore proposé de priorité.",
    "sans_montant": "Le dossier n'indique pas de montant.",
}


@dataclass(frozen=True)
class Reglages:
    """What the person who simulates chooses; None takes what the call or the envelope says.

    `contraintes` are those of the engine, amounts in decimal text. `exclus`: dossiers left aside this time.
    """

    montant: Decimal | None = None
    regle: str = ""
    taux_max: Decimal | None = None
    plafond: Decimal | None = None
    contraintes: Mapping[str, Any] = field(default_factory=dict)
    note_minimale: Decimal | None = None
    exclus: tuple[int, ...] = ()
    avec_liste: bool = False

    def en_json(self) -> dict[str, Any]:
        texte = {k: None if v is None else str(v) for k, v in asdict(self).items() if k in DECIMAUX}
        return asdict(self) | texte | {"exclus": list(self.exclus), "contraintes": dict(self.contraintes)}

    @classmethod
    def de_json(cls, document: Mapping[str, Any]) -> "Reglages":
        lus = {k: None if document.get(k) is None else Decimal(str(document[k])) for k in DECIMAUX}
        return cls(
            regle=document.get("regle", ""),
            contraintes=document.get("contraintes") or {},
            exclus=tuple(document.get("exclus") or ()),
            avec_liste=bool(document.get("avec_liste")),
            **lus,
        )


DECIMAUX = ("montant", "taux_max", "plafond", "note_minimale")


@dataclass(frozen=True)
class Candidat:
    """A dossier to share between: amounts, score kept by the jury, rank. `ecart`: a key of `RAISONS` when it
    takes no part, empty otherwise. `borne`: the most it may be granted, when its kind says so."""

    dossier: Dossier
    montants: MontantsLus
    region: str
    classe: str
    priorite: int | None
    note: Decimal | None
    rang: int | None
    ecart: str = ""
    borne: Decimal | None = None


@dataclass(frozen=True)
class Question:
    """The document put to the engine, and what it was made of."""

    document: dict[str, Any]
    contexte: dict[str, Any]
    candidats: tuple[Candidat, ...]

    @property
    def ecartes(self) -> list[Candidat]:
        return [c for c in self.candidats if c.ecart]


def nom_du_dossier(dossier: Dossier) -> str:
    """How a sentence names a dossier."""
    return f"{dossier.nom_noeud}, {dossier.reference}" if dossier.reference else dossier.nom_noeud


def dossiers_examines(appel: Appel) -> list[Dossier]:
    """The dossiers under examination, in their order of arrival."""
    lus = Dossier.objects.filter(
        campagne=appel.campagne_id, etape=EXAMINE, version_courante__isnull=False
    ).select_related("version_courante__reponse", *RELIES_DOSSIER)
    return list(lus.order_by("arrivee__arrive_le", "pk"))


def question_de(enveloppe: Enveloppe, reglages: Reglages) -> Question:
    """The question that the dossiers under examination make today, with these settings.

    Requests are in the order of the jury's ranking, then of arrival: ties go to the first. Scores are whole
    numbers of tenths, hundredths or thousandths of a point when the jury's marks have decimals (`echelle`).
    """
    appel = enveloppe.appel
    regles = regles_de(appel)
    candidats = _candidats(appel, regles, reglages)
    retenus = [c for c in candidats if not c.ecart]
    echelle = next(
        (e for e in ECHELLES if all((c.note or ZERO) * e == int((c.note or ZERO) * e) for c in retenus)), 1000
    )
    montant = solde(enveloppe).reste if reglages.montant is None else reglages.montant
    m = regles.montants
    taux = m.taux_max if reglages.taux_max is None else reglages.taux_max
    plafond = m.plafond if reglages.plafond is None else reglages.plafond
    document: dict[str, Any] = {
        "enveloppe": f"{max(montant, ZERO):.2f}",
        "regle": reglages.regle or regles.repartition.regle,
        "demandes": [_demande(c, echelle, regles) for c in retenus],
    }
    facultatives = {
        "taux_max": None if taux is None else f"{taux:f}",
        "plafond": None if plafond is None else f"{plafond:.2f}",
        "contraintes": dict(reglages.contraintes or regles.repartition.contraintes) or None,
        "echelle": echelle if echelle > 1 else None,
        "previsions": _previsions(appel, regles),
    }
    document |= {k: v for k, v in facultatives.items() if v}
    contexte = {
        "reglages": reglages.en_json(),
        "dossiers": {str(c.dossier.pk): _etat(c) for c in candidats},
    }
    return Question(document, contexte, tuple(candidats))


def _candidats(appel: Appel, regles: Regles, reglages: Reglages) -> list[Candidat]:
    rangs = {r.dossier.pk: r for r in classement(appel)}
    notes = bool(regles.grille.criteres)
    lus = [_candidat(d, rangs.get(d.pk), regles, reglages, notes) for d in dossiers_examines(appel)]
    genre = genre_de(appel.genre)
    dites = genre.partage([c.dossier for c in lus]) if genre and genre.partage else {}
    lus = [_preciser(c, dites.get(c.dossier.pk)) for c in lus]
    return sorted(lus, key=lambda c: (c.rang is None, c.rang or 0))


def _preciser(candidat: Candidat, part: Part | None) -> Candidat:
    """The candidate with what its kind knows of it; what a person left aside stays aside."""
    if part is None:
        return candidat
    return replace(
        candidat,
        borne=part.maximum,
        priorite=part.priorite if part.priorite is not None else candidat.priorite,
        ecart=candidat.ecart or part.ecart,
    )


def _candidat(
    dossier: Dossier, rang: Rang | None, regles: Regles, reglages: Reglages, notes: bool
) -> Candidat:
    assert dossier.version_courante is not None  # noqa: S101 - handed in, by the query
    reponses = dossier.version_courante.reponse.reponses
    partage = regles.repartition
    montants = montants_lus(regles, reponses)
    return Candidat(
        dossier=dossier,
        montants=montants,
        region=region_du_noeud(Noeud.de(dossier)),
        classe=str(reponses.get(partage.classe) or ""),
        priorite=_entier(reponses.get(partage.priorite)),
        note=rang.note if rang else None,
        rang=rang.rang if rang else None,
        ecart=_ecart(dossier, rang, montants, reglages, notes),
    )


def _ecart(
    dossier: Dossier, rang: Rang | None, montants: MontantsLus, reglages: Reglages, notes: bool
) -> str:
    if dossier.pk in reglages.exclus:
        return "exclu"
    if notes and rang is None:
        return "sans_note"
    if rang and rang.proposition == PROPOSE_ECARTER:
        return "jury"
    if rang and rang.proposition == PROPOSE_LISTE and not reglages.avec_liste:
        return "liste"
    if rang and reglages.note_minimale is not None and rang.note < reglages.note_minimale:
        return "note"
    return "" if montants.maximum is not None else "sans_montant"


def _demande(candidat: Candidat, echelle: int, regles: Regles) -> dict[str, Any]:
    m = candidat.montants
    asked = m.demande if m.demande is not None else m.maximum or ZERO
    asked = asked if candidat.borne is None else min(asked, candidat.borne)
    row: dict[str, Any] = {
        "id": str(candidat.dossier.pk),
        "montant_eligible": f"{m.eligible if m.eligible is not None else asked:.2f}",
        "montant_demande": f"{asked:.2f}",
        # Without a jury every dossier is worth the same: by score, the first to arrive is the first served.
        "score": 1 if candidat.note is None else int(candidat.note * echelle),
    }
    facultatives = {
        "priorite": candidat.priorite,
        "region": candidat.region or None,
        "classe": candidat.classe or None,
        "minimum": None if m.minimum is None else f"{m.minimum:.2f}",
        "previsions": _par_annee(candidat.dossier, regles) or None,
    }
    return row | {k: v for k, v in facultatives.items() if v is not None}


def _par_annee(dossier: Dossier, regles: Regles) -> dict[str, str]:
    assert dossier.version_courante is not None  # noqa: S101 - handed in, by the query
    reponses = dossier.version_courante.reponse.reponses
    lus = {a: lire_montant(reponses.get(q)) for a, q in regles.repartition.annees.items()}
    return {a: f"{v:.2f}" for a, v in lus.items() if v is not None and v >= 0}


def _previsions(appel: Appel, regles: Regles) -> list[dict[str, str]]:
    """The forecast envelopes of the years that the form asks about; a year without one has nothing."""
    annees = sorted(regles.repartition.annees)
    montants = dict.fromkeys(annees, ZERO)
    for e in appel.enveloppes.filter(ferme=False):
        if str(e.annee) in montants:
            montants[str(e.annee)] += e.montant
    return [{"annee": a, "enveloppe": f"{montants[a]:.2f}"} for a in annees]


def _etat(c: Candidat) -> dict[str, Any]:
    """What a decision rests on for one dossier: compared again when it is taken."""
    return {
        "version": c.dossier.version_courante_id,
        "note": None if c.note is None else f"{c.note.normalize():f}",
        "rang": c.rang,
        "ecart": c.ecart,
        "demande": _texte(c.montants.demande),
        "eligible": _texte(c.montants.eligible),
        "minimum": _texte(c.montants.minimum),
        "region": c.region,
        "classe": c.classe,
        "priorite": c.priorite,
        "borne": _texte(c.borne),
    }


def changements(simulation: Simulation) -> list[str]:
    """What is no longer as the simulation used it, dossier by dossier; empty when it still holds."""
    reglages = Reglages.de_json(simulation.contexte["reglages"])
    actuelle = question_de(simulation.enveloppe, reglages)
    avant, apres = simulation.contexte["dossiers"], actuelle.contexte["dossiers"]
    noms = {str(c.dossier.pk): nom_du_dossier(c.dossier) for c in actuelle.candidats}
    partis = [int(k) for k in avant if k not in apres]
    noms |= {str(d.pk): nom_du_dossier(d) for d in Dossier.objects.filter(pk__in=partis)}
    dits = [f"{noms[k]} n'est plus à l'examen" for k in avant if k not in apres]
    dits += [f"{noms[k]} est venu à l'examen" for k in apres if k not in avant]
    dits += [f"{noms[k]} : {_quoi(avant[k], apres[k])}" for k in avant if k in apres and avant[k] != apres[k]]
    figees = ("taux_max", "plafond", "contraintes", "previsions")
    if any(simulation.question.get(k) != actuelle.document.get(k) for k in figees):
        dits.append("les règles de l'appel ou ses prévisions")
    return dits


def _quoi(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> str:
    mots = {"version": "ses réponses", "note": "sa note", "rang": "son rang", "ecart": "l'avis du jury"}
    return "ont changé : " + ", ".join(
        dict.fromkeys(mots.get(k, "ses montants") for k in avant if avant[k] != apres.get(k))
    )


@dataclass(frozen=True)
class Issue:
    """What a decision would do with a dossier."""

    dossier: Dossier
    statut: str
    demande: Decimal
    maximum: Decimal
    montant: Decimal
    rang: int | None
    motif: str
    note: Decimal | None = None
    region: str = ""


def issues(simulation: Simulation, *, liste: bool = True) -> list[Issue]:
    """What keeping *simulation* does, dossier by dossier: granted, waiting, or refused with its reason.

    Unserved requests wait (*liste*) or are refused. Dossiers left aside by hand, without a mark or without
    an amount stay under examination and are not in the answer.
    """
    contexte: Mapping[str, Mapping[str, Any]] = simulation.contexte["dossiers"]
    reponses = {row["id"]: row for row in simulation.resultat["demandes"]}
    dossiers = Dossier.objects.select_related("version_courante", *RELIES_DOSSIER).in_bulk(map(int, contexte))
    trouvees = []
    for ordre, (pk, etat) in enumerate(contexte.items(), 1):
        dossier = dossiers.get(int(pk))
        if dossier is not None and (issue := _issue(dossier, etat, reponses.get(pk), liste, ordre)):
            trouvees.append(issue)
    return trouvees


def _issue(
    dossier: Dossier, etat: Mapping[str, Any], reponse: Mapping[str, Any] | None, liste: bool, ordre: int
) -> Issue | None:
    demande = Decimal(etat["demande"] or 0)
    note = None if etat["note"] is None else Decimal(etat["note"])
    rang = etat["rang"] or ordre
    if reponse is not None:
        montant, maximum = Decimal(reponse["attribue"]), Decimal(reponse["maximum"])
        statut = Statut.PROVISOIRE if montant else _sans_argent(liste and maximum > 0)
        return Issue(dossier, statut, demande, maximum, montant, rang, reponse["motif"], note, etat["region"])
    if etat["ecart"] not in {"jury", "liste", "note", "omedit"}:
        return None
    statut = _sans_argent(etat["ecart"] == "liste")
    raison = RAISONS[etat["ecart"]]
    return Issue(dossier, statut, demande, demande, ZERO, rang, raison, note, etat["region"])


def _sans_argent(attend: bool) -> str:
    return Statut.COMPLEMENTAIRE if attend else Statut.REFUSEE


def comparer(simulations: Sequence[Simulation]) -> list[tuple[Dossier, list[Decimal | None]]]:
    """Dossier by dossier, the amount of each simulation (None where it takes no part)."""
    tables = [{r["id"]: Decimal(r["attribue"]) for r in s.resultat["demandes"]} for s in simulations]
    ids = dict.fromkeys(k for table in tables for k in table)
    dossiers = Dossier.objects.select_related(*RELIES_DOSSIER).in_bulk(map(int, ids))
    return [(dossiers[int(k)], [t.get(k) for t in tables]) for k in ids if int(k) in dossiers]


def par_region(lignes: Iterable[Issue]) -> dict[str, tuple[Decimal, Decimal]]:
    """By région: what is asked, what is granted."""
    totaux: dict[str, tuple[Decimal, Decimal]] = {}
    for ligne in lignes:
        demande, accorde = totaux.get(ligne.region, (ZERO, ZERO))
        totaux[ligne.region] = (demande + ligne.demande, accorde + ligne.montant)
    return totaux


def _entier(valeur: Any) -> int | None:
    try:
        lu = int(str(valeur))
    except ValueError:
        return None
    return lu if 1 <= lu <= 1000 else None


def _texte(montant: Decimal | None) -> str | None:
    return None if montant is None else f"{montant:.2f}"
