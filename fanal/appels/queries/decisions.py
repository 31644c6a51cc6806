"""Reads of calls without money: the admissible dossiers in order, what an act would decide of them."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from fanal.appels.models import Appel, Attribution, Enveloppe
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import ENGAGES, RELIES, RELIES_DOSSIER
from fanal.appels.queries.jury import Rang, classement
from fanal.appels.queries.resultats import region_de
from fanal.appels.queries.simulations import nom_du_dossier
from fanal.appels.rules import decisions as rules
from fanal.appels.rules.jury import ECARTER
from fanal.appels.rules.regles import OptionSuivi, Regles
from fanal.campagnes.models import Dossier
from fanal.refus import Refus

Statut = Attribution.Statut
DECIDABLES = ("recevable", "retenu", "complementaire", "non_retenu")
A_PLACER = ("recevable", "complementaire")
JURY_ECARTE = "Le jury propose de ne pas retenir ce dossier."


@dataclass(frozen=True)
class Ligne:
    """A dossier of the desk: its rank in the order of the call (None: the jury did not rank it), the options
    it asks for, what was decided of it.
    """

    dossier: Dossier
    rang: int | None
    region: str
    demandees: tuple[str, ...] = ()
    attribution: Attribution | None = None
    note: Decimal | None = None
    ecarte: bool = False

    @property
    def statut(self) -> str:
        """What was decided; empty for nothing yet (or for what was taken back)."""
        if self.attribution is None or self.dossier.etape == "recevable":
            return ""
        return self.attribution.statut

    @property
    def engage(self) -> bool:
        return self.statut in ENGAGES

    @property
    def options(self) -> tuple[str, ...]:
        """The options it was granted."""
        return tuple(self.attribution.options) if self.attribution and self.engage else ()


@dataclass(frozen=True)
class Bureau:
    """The dossiers of a call without money in their order, and what its rules say of places and options."""

    appel: Appel
    regles: Regles
    ordre: str
    lignes: tuple[Ligne, ...]
    enveloppe: Enveloppe | None = None

    @property
    def places(self) -> int | None:
        return self.regles.dossiers.places

    @property
    def retenus(self) -> list[Ligne]:
        return [x for x in self.lignes if x.engage]

    @property
    def en_attente(self) -> list[Ligne]:
        """The waiting list, the next one first."""
        return [x for x in self.lignes if x.statut == Statut.COMPLEMENTAIRE]

    @property
    def libres(self) -> int | None:
        """The places left, None without a number of places."""
        return None if self.places is None else max(0, self.places - len(self.retenus))

    @property
    def a_decider(self) -> list[Ligne]:
        return [x for x in self.lignes if x.dossier.etape == "recevable"]

    def avec(self, option: str) -> int:
        """How many kept dossiers have *option*."""
        return sum(option in x.options for x in self.lignes)


@dataclass(frozen=True)
class Prevue:
    """What an act would write on a dossier."""

    ligne: Ligne
    statut: str
    options: tuple[str, ...]
    motif: str


@dataclass(frozen=True)
class Apercu:
    """An act before it is done: what it would write, what it leaves and why; `passes`, those who come before
    in the order of the call and are not kept; `empreinte` changes with anything of it.
    """

    geste: str
    prevues: tuple[Prevue, ...] = ()
    laisses: tuple[tuple[Ligne, str], ...] = ()
    passes: tuple[str, ...] = ()
    motif_exige: bool = False
    empreinte: str = field(default="")


def places_de(appel: Appel) -> Enveloppe | None:
    """The places of a call, once a decision was taken on them."""
    return appel.enveloppes.filter(genre=Enveloppe.Genre.PLACES).first()


def bureau_de(appel: Appel) -> Bureau:
    """Where the decisions of a call without money stand. Hold its places to act on it."""
    regles = regles_de(appel)
    rangs = {r.dossier.pk: r for r in classement(appel)} if regles.grille.criteres else {}
    ordre = rules.ordre_de(regles, classe=bool(rangs))
    enveloppe = places_de(appel)
    prises: dict[int, Attribution] = {}
    if enveloppe is not None:
        prises = {
            a.dossier_id: a
            for a in enveloppe.attributions.select_related(*RELIES).prefetch_related("courriers")
        }
    lus = Dossier.objects.filter(campagne=appel.campagne_id, version_courante__isnull=False)
    lus = lus.filter(etape__in=DECIDABLES) | lus.filter(pk__in=list(prises))
    relies = lus.select_related("version_courante__reponse", "arrivee", *RELIES_DOSSIER)
    dossiers = list(relies.order_by("arrivee__arrive_le", "pk"))
    return Bureau(appel, regles, ordre, _lignes(regles, ordre, dossiers, prises, rangs), enveloppe)


def _lignes(
    regles: Regles,
    ordre: str,
    dossiers: Sequence[Dossier],
    prises: dict[int, Attribution],
    rangs: dict[int, Rang],
) -> tuple[Ligne, ...]:
    lignes = []
    for position, dossier in enumerate(dossiers, 1):
        juge = rangs.get(dossier.pk)
        lignes.append(
            Ligne(
                dossier,
                position if ordre != rules.JURY else (juge.rang if juge else None),
                region_de(dossier),
                tuple(o.code for o in regles.suivi.options if demande_option(dossier, o)),
                prises.get(dossier.pk),
                juge.note if juge else None,
                bool(juge and juge.proposition == ECARTER),
            )
        )
    if ordre == rules.JURY:
        lignes.sort(key=lambda x: (x.rang is None, x.rang or 0, x.dossier.pk))
    return tuple(lignes)


def demande_option(dossier: Dossier, option: OptionSuivi) -> bool:
    """Whether the answers of the dossier ask for *option*."""
    reponse = getattr(dossier.version_courante, "reponse", None)
    if reponse is None or not option.question:
        return False
    return str(reponse.reponses.get(option.question, "")) == option.reponse


def previsualiser(
    bureau: Bureau, geste: str, choisis: Collection[int], motif: str = "", option: str = ""
) -> Apercu:
    """What *geste* would decide of the dossiers *choisis* (primary keys; not used to follow the order).

    Raises Refus when the whole cannot be done (no order to follow, more kept than places, too many with an
    option), Introuvable for an unknown act or option.
    """
    rules.check_geste(geste)
    lignes = [x for x in bureau.lignes if x.dossier.pk in choisis]
    if geste == rules.SUIVRE:
        apercu = _suivre(bureau)
    elif geste in (rules.ACCORDER, rules.RETIRER):
        apercu = _option(bureau, geste, lignes, option)
    else:
        apercu = _a_la_main(bureau, geste, lignes, motif)
    return replace(apercu, empreinte=_empreinte(apercu))


def suivante(bureau: Bureau, motif: str = "") -> Prevue:
    """The next of the waiting list, and what keeping it would write.

    Raises Refus when nobody waits, when no place is free.
    """
    if not bureau.en_attente:
        raise Refus("Personne n'attend sur la liste complémentaire de cet appel.")
    rules.check_places(retenus=len(bureau.retenus) + 1, places=bureau.places)
    ligne = bureau.en_attente[0]
    return Prevue(ligne, Statut.PROVISOIRE, _options_libres(bureau, [ligne])[0], _motif(bureau, ligne, motif))


def _suivre(bureau: Bureau) -> Apercu:
    """Fill the places in order with those who are neither kept nor refused; the others wait."""
    rules.check_ordre(ordre=bureau.ordre, places=bureau.places)
    a_placer = [x for x in bureau.lignes if x.dossier.etape in A_PLACER]
    classes = [x for x in a_placer if x.rang is not None and not x.ecarte]
    libres = bureau.libres or 0
    servis, autres = classes[:libres], classes[libres:]
    options = _options_libres(bureau, servis)
    prevues = [
        Prevue(x, Statut.PROVISOIRE, o, _motif(bureau, x, "")) for x, o in zip(servis, options, strict=True)
    ]
    prevues += [
        Prevue(x, Statut.COMPLEMENTAIRE, (), _motif(bureau, x, "", retenu=False))
        for x in autres
        if x.statut != Statut.COMPLEMENTAIRE
    ]
    prevues += [Prevue(x, Statut.REFUSEE, (), JURY_ECARTE) for x in a_placer if x.ecarte]
    laisses = [(x, "Le jury ne l'a pas encore classé.") for x in a_placer if x.rang is None]
    return Apercu(rules.SUIVRE, tuple(prevues), tuple(laisses))


def _a_la_main(bureau: Bureau, geste: str, choisis: Sequence[Ligne], motif: str) -> Apercu:
    vers = {
        rules.RETENIR: Statut.PROVISOIRE,
        rules.LISTER: Statut.COMPLEMENTAIRE,
        rules.REFUSER: Statut.REFUSEE,
    }[geste]
    possibles, laisses = [], []
    for ligne in choisis:
        pourquoi = _empeche(ligne, vers)
        if pourquoi:
            laisses.append((ligne, pourquoi))
        else:
            possibles.append(ligne)
    retenu = geste == rules.RETENIR
    if retenu:
        rules.check_places(retenus=len(bureau.retenus) + len(possibles), places=bureau.places)
    passes = _passes(bureau, possibles) if retenu else ()
    options: list[tuple[str, ...]] = _options_libres(bureau, possibles) if retenu else [()] * len(possibles)
    prevues = [
        Prevue(x, vers, o, _motif(bureau, x, motif, retenu=retenu))
        for x, o in zip(possibles, options, strict=True)
    ]
    return Apercu(geste, tuple(prevues), tuple(laisses), passes, bool(passes) or geste == rules.REFUSER)


def _empeche(ligne: Ligne, vers: str) -> str:
    """Why a decision is not possible on a dossier; empty when it is."""
    if ligne.dossier.etape not in DECIDABLES:
        return "Ce dossier a été abandonné."
    if ligne.statut == Statut.DEFINITIVE:
        return "Sa décision est définitive : un abandon se demande dans le suivi du projet."
    if ligne.statut == vers:
        return "C'est déjà sa décision."
    return ""


def _passes(bureau: Bureau, choisis: Sequence[Ligne]) -> tuple[str, ...]:
    """Those who come before the last one chosen, could be kept and are not chosen."""
    if bureau.ordre == rules.MAIN or not choisis:
        return ()
    pris = {x.dossier.pk for x in choisis}
    rang = {x.dossier.pk: n for n, x in enumerate(bureau.lignes)}
    dernier = max(rang[pk] for pk in pris)
    return tuple(
        nom_du_dossier(x.dossier)
        for x in bureau.lignes[:dernier]
        if x.dossier.etape in A_PLACER and x.dossier.pk not in pris and not x.ecarte and x.rang is not None
    )


def _option(bureau: Bureau, geste: str, choisis: Sequence[Ligne], code: str) -> Apercu:
    """Grant an option to kept dossiers, or take it back, while their decision is not final."""
    option = option_de(bureau.regles, code)
    accorde = geste == rules.ACCORDER
    prevues, laisses = [], []
    for ligne in choisis:
        if ligne.statut != Statut.PROVISOIRE:
            laisses.append(
                (ligne, "Une option se choisit sur un dossier retenu, avant la décision définitive.")
            )
        elif (code in ligne.options) == accorde:
            laisses.append((ligne, "C'est déjà le cas."))
        else:
            gardees = tuple(o for o in ligne.options if o != code) + ((code,) if accorde else ())
            assert ligne.attribution is not None  # noqa: S101 - a granted dossier has its decision
            prevues.append(Prevue(ligne, ligne.statut, gardees, ligne.attribution.motif))
    if accorde:
        rules.check_option(
            titre=option.titre, accordees=bureau.avec(code) + len(prevues), nombre_max=option.nombre_max
        )
    return Apercu(geste, tuple(prevues), tuple(laisses))


def option_de(regles: Regles, code: str) -> OptionSuivi:
    """An option of the rules. Raises Refus for a code that is not there."""
    for option in regles.suivi.options:
        if option.code == code:
            return option
    raise Refus("Choisissez l'option dans la liste.")


def _options_libres(bureau: Bureau, servis: Sequence[Ligne]) -> list[tuple[str, ...]]:
    """For those about to be kept, in order: the options they ask for, while some are left."""
    reste = {
        o.code: None if o.nombre_max is None else o.nombre_max - bureau.avec(o.code)
        for o in bureau.regles.suivi.options
    }
    accordees = []
    for ligne in servis:
        siennes = []
        for code in ligne.demandees:
            libre = reste[code]
            if libre is None or libre > 0:
                siennes.append(code)
                reste[code] = None if libre is None else libre - 1
        accordees.append(tuple(siennes))
    return accordees


def _motif(bureau: Bureau, ligne: Ligne, motif: str, *, retenu: bool = True) -> str:
    return motif.strip() or rules.motif_de_place(
        ordre=bureau.ordre, rang=ligne.rang or 0, places=bureau.places, retenu=retenu
    )


def _empreinte(apercu: Apercu) -> str:
    """What the act would write, whatever reason is given: the SHA-256 of who, what and which options."""
    dit = [
        [p.ligne.dossier.pk, p.ligne.dossier.version_courante_id, p.statut, list(p.options)]
        for p in apercu.prevues
    ]
    return hashlib.sha256(json.dumps([apercu.geste, dit]).encode()).hexdigest()
