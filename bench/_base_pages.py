"""A large base for the pages' benchmark: GHT × years × actions, written straight through the models.

Everything is drawn from one seed, so that two runs measure the same rows. Past campaigns are decided and
published through the ordinary action; the last one is open, its trames at every step, half of its lines
decided. One GHT's last trame is a real workbook deposited through the ordinary path: the pages that go down
to the cell have one to show.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import transaction

from fanal.achats.models import AchatsAnnuels, Action, GainOperateur, Objectif
from fanal.campagnes.actions.campagnes import inviter, ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.actions.publications import publier
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Controle, Decision, Dossier, Version
from fanal.comptes.models import Affectation, Utilisateur
from fanal.territoires.models import Appartenance, Etablissement, Ght, OperateurAchat, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

LOT = 2_000
GAMMES = {
    "MEDICAMENTS": ("Anticancéreux", "Anti-infectieux", "Solutés", "Immunoglobulines"),
    "DISPOSITIFS MEDICAUX": ("Gants", "Sutures", "Prothèses", "Pansements"),
    "ENERGIE": ("Gaz", "Électricité"),
    "HOTELIER": ("Linge", "Denrées", "Nettoyage"),
    "BIOMEDICAL": ("Échographes", "Moniteurs", "Maintenance"),
    "SYSTEMES D INFORMATION": ("Licences", "Postes de travail"),
    "TRAVAUX": ("Toitures", "Ascenseurs"),
    "LABORATOIRE": ("Automates", "Réactifs"),
    "TRANSPORTS": ("Ambulances", "Courses"),
}
ETAPES = ("brouillon", "valide", "transmis", "en_controle", "en_controle", "observations", "decide")


@dataclass(frozen=True)
class Taille:
    """How large the base is. `derniere` is the year of the open campaign."""

    ghts: int = 136
    annees: int = 5
    actions: int = 400
    derniere: int = 2023
    membres: int = 7

    @property
    def exercices(self) -> range:
        return range(self.derniere - self.annees + 1, self.derniere + 1)


@dataclass
class Base:
    """What the builder keeps at hand while it writes."""

    taille: Taille
    hasard: random.Random = field(default_factory=lambda: random.Random(11))
    ghts: list[Ght] = field(default_factory=list)
    membres: dict[int, list[Etablissement]] = field(default_factory=dict)

    def cents(self, bas: int, haut: int) -> Decimal:
        return Decimal(self.hasard.randrange(bas * 100, haut * 100)) / 100


def build(taille: Taille, dossier: Path, progresser: Any = lambda mot: None) -> None:
    """Fill the empty, migrated base of the settings; *dossier* receives the one real workbook."""
    base = Base(taille)
    with transaction.atomic():
        _territory(base)
        _accounts(base)
    for annee in taille.exercices:
        progresser(f"{annee}…")
        with transaction.atomic():
            _campaign(base, annee, dossier)


def at(annee: int, mois: int, jour: int) -> datetime:
    """An instant of the calendar of campaigns."""
    return datetime(annee, mois, jour, 9, tzinfo=UTC)


def _territory(base: Base) -> None:
    regions = list(Region.objects.order_by("code_insee"))
    for rang in range(base.taille.ghts):
        region = regions[rang % len(regions)]
        base.ghts.append(Ght(code=f"{region.sigle}-{rang:03}", nom=f"GHT d'essai {rang}", region=region))
    base.ghts = Ght.objects.bulk_create(base.ghts)
    lieux = Etablissement.objects.bulk_create(
        Etablissement(finess=f"{rang:09}", nom=f"Établissement d'essai {rang}")
        for rang in range(base.taille.ghts * base.taille.membres)
    )
    liens = []
    for rang, lieu in enumerate(lieux):
        ght = base.ghts[rang % base.taille.ghts]
        siens = base.membres.setdefault(ght.pk, [])
        role = Appartenance.Role.PARTIE if siens else Appartenance.Role.SUPPORT
        siens.append(lieu)
        liens.append(Appartenance(ght=ght, etablissement=lieu, role=role))
    Appartenance.objects.bulk_create(liens)


def _accounts(base: Base) -> None:
    """One account per place from which pages are read."""
    premier = base.ghts[0]
    for nom, role, noeud in (
        ("dgos", "dgos", NATIONAL),
        ("ars", "referent_ars", Noeud("region", premier.region)),
        ("ght", "directeur_achats", Noeud("ght", premier)),
    ):
        compte = Utilisateur.objects.create_user(f"{nom}@essai.example", nom=nom.upper())
        Affectation.objects.create(utilisateur=compte, role=role, **noeud.champs())


def _campaign(base: Base, annee: int, dossier: Path) -> None:
    """A campaign and everything in it; published unless it is the last."""
    ouverte = annee == base.taille.derniere
    fin = at(annee + 1, 3, 1) if not ouverte else at(2040, 1, 1)
    campagne = ouvrir(
        type_campagne="performance",
        annee=annee,
        periode="fin-annee",
        ouverture=at(annee, 11, 1),
        cloture=fin,
        correction_jusqu_au=fin + timedelta(days=45),
        by=None,
        instant=at(annee, 11, 1),
    )
    noeuds = [Noeud("ght", ght) for ght in base.ghts]
    inviter(campagne=campagne, format="paat", noeuds=noeuds, by=None, instant=at(annee, 11, 1))
    _references(base, campagne)
    _operators(base, campagne)
    for rang, ght in enumerate(base.ghts):
        if ouverte and not rang:
            _real_deposit(base, campagne, ght, dossier)
        else:
            _trame(base, campagne, ght, ETAPES[rang % len(ETAPES)] if ouverte else "decide")
    if not ouverte:
        publier(campagne=campagne, by=None, instant=at(annee + 1, 5, 20))


def _version(campagne: Campagne, format: str, etape: str, noeud: Noeud, lignes: dict[str, str]) -> Version:
    """A dossier with one sealed version."""
    instant = campagne.ouverture + timedelta(days=20)
    dossier = Dossier.objects.create(
        campagne=campagne,
        format=format,
        etape=etape,
        created_at=instant,
        etape_depuis=instant,
        **noeud.champs(),
    )
    version = Version.objects.create(
        dossier=dossier, numero=1, created_at=instant, lignes=lignes, empreinte=sha256(lignes)
    )
    Dossier.objects.filter(pk=dossier.pk).update(version_courante=version)
    return version


def _keys(prefixe: str, nombre: int) -> dict[str, str]:
    return {f"{prefixe}{rang:04}": sha256([prefixe, rang]) for rang in range(nombre)}


def _references(base: Base, campagne: Campagne) -> None:
    """Objectives of the nation, the régions and the GHT; yearly purchases of every establishment."""
    buts = [
        ("national", "", 40_000_000),
        *(("region", sigle, 2_000_000) for sigle in Region.objects.values_list("sigle", flat=True)),
        *(("ght", ght.code, 300_000) for ght in base.ghts),
    ]
    cles = _keys("O", len(buts))
    version = _version(campagne, "objectifs", "enregistre", NATIONAL, cles)
    Objectif.objects.bulk_create(
        Objectif(
            version=version,
            cle=cle,
            ligne=rang,
            empreinte=empreinte,
            annee=campagne.annee,
            periode=campagne.periode,
            niveau=niveau,
            code=code,
            montant=montant,
        )
        for rang, ((cle, empreinte), (niveau, code, montant)) in enumerate(
            zip(cles.items(), buts, strict=True), start=2
        )
    )
    lieux = [lieu for siens in base.membres.values() for lieu in siens]
    cles = _keys("P", len(lieux))
    version = _version(campagne, "achats_annuels", "enregistre", NATIONAL, cles)
    AchatsAnnuels.objects.bulk_create(
        AchatsAnnuels(
            version=version,
            cle=cle,
            ligne=rang,
            empreinte=empreinte,
            finess=lieu.finess,
            annee=campagne.annee,
            achats_annuels_ttc=base.cents(5_000_000, 60_000_000),
        )
        for rang, ((cle, empreinte), lieu) in enumerate(zip(cles.items(), lieux, strict=True), start=2)
    )


def _operators(base: Base, campagne: Campagne) -> None:
    """What two national operators declare for each beneficiary."""
    lieux = [lieu for siens in base.membres.values() for lieu in siens]
    for operateur in OperateurAchat.objects.filter(categorie="NATIONAL").order_by("pk")[:2]:
        cles = _keys("D", len(lieux))
        noeud = Noeud("operateur", operateur)
        etape = "transmis" if campagne.annee == base.taille.derniere else "publie"
        version = _version(campagne, "operateur", etape, noeud, cles)
        GainOperateur.objects.bulk_create(
            GainOperateur(
                version=version,
                cle=cle,
                ligne=rang,
                empreinte=empreinte,
                operateur=operateur,
                numero_marche=f"N-{base.hasard.randrange(400):03}",
                finess=lieu.finess,
                annee=campagne.annee,
                gain_ttc=base.cents(100, 40_000),
            )
            for rang, ((cle, empreinte), lieu) in enumerate(zip(cles.items(), lieux, strict=True), start=2)
        )


def _values(base: Base, annee: int, ght: Ght, rang: int) -> dict[str, Any]:
    """The cells of one line."""
    hasard = base.hasard
    lieu = base.membres[ght.pk][rang % base.taille.membres]
    famille = hasard.choice(list(GAMMES))
    operateur = hasard.choice(("GHT", "GHT", "NATIONAL", "REGIONAL"))
    reference = base.cents(5_000, 400_000)
    part = Decimal(hasard.randrange(-40, 260)) / 1000
    return {
        "identifiant": f"{annee}-{rang:04}",
        "finess": lieu.finess,
        "role": "partie" if rang % base.taille.membres else "support",
        "famille": famille,
        "domaine": famille.capitalize(),
        "categorie": "",
        "intitule": f"{hasard.choice(GAMMES[famille])}, lot {rang}",
        "operateur": operateur,
        "nom_operateur": "" if operateur != "NATIONAL" else "UniHA",
        "numero_marche": "" if operateur == "GHT" else f"N-{hasard.randrange(400):03}",
        "date_premiere_commande": date(annee, 1, 1) + timedelta(days=hasard.randrange(364)),
        "nature_depense": "exploitation",
        "montant_reference_ttc": reference,
        "perimetre_traite_ttc": reference,
        "gain_annuel_ttc": (reference * part).quantize(Decimal("0.01")),
        "type_effet": "prix",
        "cause_prix": hasard.choice(("", "acheteur", "acheteur", "baisse_tarifaire")),
        "explication": "Comparaison des prix de l'ancien et du nouveau marché.",
        "statut": hasard.choice(("notifiée", "notifiée", "en cours", "envisagée")),
        "date_prevue": date(annee, 1, 1) + timedelta(days=hasard.randrange(364)),
        "gain_previsionnel_ttc": base.cents(0, 30_000),
    }


def _trame(base: Base, campagne: Campagne, ght: Ght, etape: str) -> None:
    """The lines of a GHT with their remarks, and their decisions when its step has some."""
    cles = _keys(f"{ght.code}/{campagne.annee}-", base.taille.actions)
    version = _version(campagne, "paat", etape, Noeud("ght", ght), cles)
    actions = [
        Action(
            version=version,
            cle=cle,
            feuille="Actions",
            ligne=rang + 2,
            empreinte=empreinte,
            etablissement=base.membres[ght.pk][rang % base.taille.membres],
            score=base.cents(0, 20_000) if not rang % 4 else Decimal(0),
            **_values(base, campagne.annee, ght, rang),
        )
        for rang, (cle, empreinte) in enumerate(cles.items())
    ]
    Action.objects.bulk_create(actions, batch_size=LOT)
    Controle.objects.bulk_create(_remarks(version, actions), batch_size=LOT)
    if etape in {"decide", "publie"}:
        Decision.objects.bulk_create(_decisions(base, version, actions), batch_size=LOT)
    elif etape in {"en_controle", "observations"}:
        Decision.objects.bulk_create(_decisions(base, version, actions[::2]), batch_size=LOT)


def _remarks(version: Version, actions: list[Action]) -> Iterator[Controle]:
    for action in actions:
        if action.score:
            yield Controle(
                version=version,
                cle=action.cle,
                code="performance_sup_borne",
                gravite="controle",
                colonne="gain_annuel_ttc",
                phrase="La performance dépasse la borne de contrôle de la famille.",
                poids=Decimal("0.4"),
                donnees={"commentaire_dgos": "Performance supérieure aux bornes de contrôle"},
            )


def _decisions(base: Base, version: Version, actions: list[Action]) -> Iterator[Decision]:
    for action in actions:
        sens = base.hasard.choice(("retenu",) * 8 + ("moindre", "retire"))
        gain = action.gain_annuel_ttc or Decimal(0)
        sens = "retire" if sens == "moindre" and gain <= 0 else sens
        yield Decision(
            dossier=version.dossier,
            version=version,
            cle=action.cle,
            empreinte=action.empreinte,
            sens=sens,
            montant=(gain / 2).quantize(Decimal("0.01")) if sens == "moindre" else None,
            motif="" if sens == "retenu" else "Montant de référence non justifié.",
            prise_le=version.created_at + timedelta(days=60),
        )


def _real_deposit(base: Base, campagne: Campagne, ght: Ght, dossier: Path) -> None:
    """A workbook of the same size, deposited as a GHT does."""
    chemin = dossier / "trame.xlsx"
    lignes = [_values(base, campagne.annee, ght, rang) for rang in range(base.taille.actions)]
    with xlsxwriter.Workbook(str(chemin), {"default_date_format": "dd/mm/yyyy"}) as classeur:
        feuille = classeur.add_worksheet("Actions")
        feuille.write_row(0, 0, list(lignes[0]))
        for rang, valeurs in enumerate(lignes, start=1):
            feuille.write_row(rang, 0, [float(v) if isinstance(v, Decimal) else v for v in valeurs.values()])
    deposer(
        chemin=chemin,
        nom_fichier=chemin.name,
        format="paat",
        campagne=campagne,
        noeud=Noeud("ght", ght),
        by=None,
        instant=campagne.ouverture + timedelta(days=20),
        canal="page",
    )
    Dossier.objects.filter(campagne=campagne, ght=ght).update(etape="en_controle")
