"""What operators declare for the establishments of a GHT and its trame lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.achats.compute.lignes import numero_normalise
from fanal.achats.models import Action, GainOperateur
from fanal.achats.queries.choix import french_amount
from fanal.achats.queries.tables import TYPE, operator_rows
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.queries.correction import base_de
from fanal.refus import Refus
from fanal.territoires.models import Appartenance, Etablissement, Ght, OperateurAchat
from fanal.territoires.queries import MEMBRES
from fanal.territoires.rules import repair_finess

FORMAT = "paat"
INTITULE_MAX = 400


@dataclass(frozen=True)
class LigneOperateur:
    """What one operator declares for one contract and establishment in the civil year, in euros."""

    operateur: OperateurAchat
    numero_marche: str
    etablissement: Etablissement
    role: str
    annee: int
    gain_ttc: Decimal
    identifiant: str

    @property
    def cle(self) -> str:
        """What names the line from one reading to the next."""
        numero = numero_normalise(self.numero_marche)
        return f"{self.operateur.code}|{numero}|{self.etablissement.finess}|{self.gain_ttc}"

    @property
    def explication(self) -> str:
        """What the line must say of its amount: a civil year is not twelve months from the first order."""
        return (
            f"Repris de la déclaration de {self.operateur.nom} : {french_amount(self.gain_ttc)} pour l'année "
            f"civile {self.annee}, et non sur douze mois. À remplacer par le gain annuel quand la date de "
            "première commande sera connue."
        )

    def textes(self) -> Mapping[str, str]:
        """The line as a row of the trame; what nobody knows stays empty, and the controls say so."""
        return {
            "identifiant": self.identifiant,
            "finess": self.etablissement.finess,
            "role": self.role,
            "intitule": f"Marché {self.numero_marche} de {self.operateur.nom}"[:INTITULE_MAX],
            "operateur": self.operateur.categorie,
            "nom_operateur": self.operateur.nom,
            "numero_marche": self.numero_marche,
            "gain_annuel_ttc": format(self.gain_ttc, "f").replace(".", ","),
            "explication": self.explication,
        }


def trame_of(campagne: Campagne, ght: Ght) -> Dossier | None:
    """The trame of the GHT in the campaign, if a dossier was opened."""
    found = Dossier.objects.filter(campagne=campagne, format=FORMAT, ght=ght)
    return found.select_related("campagne", "version_courante__depot", "ght").first()


def lines_to_take(campagne: Campagne, ght: Ght) -> list[LigneOperateur]:
    """The operators' lines that the trame lacks, by operator, contract and establishment.

    A line of the trame with the same contract number (case, spaces and punctuation aside) and the same
    establishment is the same purchase, even when the row is still to be corrected.
    """
    members = _members(ght, date(campagne.annee, 12, 31))
    rows = operator_rows(campagne.annee, campagne.periode).filter(finess__in=members)
    rows = rows.select_related("operateur").order_by("operateur__code", "numero_marche", "finess", "pk")
    dossier = trame_of(campagne, ght)
    version = dossier.version_courante if dossier else None
    known, names = _already_there(version) if version else (set(), set())
    groups: dict[tuple[int, str, str], list[GainOperateur]] = {}
    for row in rows:
        numero = numero_normalise(row.numero_marche)
        if (numero, row.finess) not in known:
            groups.setdefault((row.operateur_id, numero, row.finess), []).append(row)
    lines: list[LigneOperateur] = []
    for same in groups.values():
        first = same[0]
        etablissement, role = members[first.finess]
        name = _identifier(first, names)
        names.add(name)
        lines.append(
            LigneOperateur(
                operateur=first.operateur,
                numero_marche=first.numero_marche,
                etablissement=etablissement,
                role=role,
                annee=campagne.annee,
                gain_ttc=sum((r.gain_ttc for r in same), Decimal("0.00")),
                identifiant=name,
            )
        )
    return lines


def _members(ght: Ght, le: date) -> dict[str, tuple[Etablissement, str]]:
    """FINESS to establishment and role (support or partie), for those that answer in the GHT's trame."""
    rows = Appartenance.objects.en_vigueur(le).filter(ght=ght, role__in=MEMBRES)
    return {a.etablissement.finess: (a.etablissement, a.role) for a in rows.select_related("etablissement")}


def _already_there(version: Version) -> tuple[set[tuple[str, str]], set[str]]:
    """The (contract, establishment) pairs and the identifiers of a trame, refused rows included."""
    actions = Action.objects.filter(version=version).values_list("numero_marche", "finess", "identifiant")
    pairs = {(numero_normalise(n), f) for n, f, _ in actions if n}
    names = {i for _, _, i in actions}
    try:
        base = base_de(version)
    except Refus:
        return pairs, names
    for ligne in base.principale.rangees:
        if numero := numero_normalise(base.cellule(ligne, "numero_marche")):
            pairs.add((numero, repair_finess(base.cellule(ligne, "finess"))))
        names.add(base.cellule(ligne, "identifiant"))
    return pairs, names


def _identifier(row: GainOperateur, names: set[str]) -> str:
    """`OP-<contract>-<finess>`, made distinct from what the trame already has."""
    plain = f"OP-{row.numero_marche}-{row.finess}"[:100]
    found, rank = plain, 1
    while found in names:
        rank += 1
        found = f"{plain}-{rank}"
    return found


def affected_versions(version: Version) -> list[Version]:
    """The trames to control again after the declaration *version*: those with a line of a contract and
    establishment that this declaration, or the one before it, names. Published ones stay as they are.
    """
    campagne = version.dossier.campagne
    before = version.dossier.versions.filter(numero__lt=version.numero).order_by("-numero").first()
    rows = GainOperateur.objects.filter(version__in=[v for v in (version, before) if v])
    pairs = {(numero_normalise(n), f) for n, f in rows.values_list("numero_marche", "finess")}
    trames = Dossier.objects.filter(
        campagne__type_campagne=TYPE, campagne=campagne, format=FORMAT, version_courante__isnull=False
    )
    lines = (
        Action.objects.filter(version__in=trames.values("version_courante"))
        .exclude(numero_marche="")
        .order_by()
        .values_list("version", "numero_marche", "finess")
    )
    wanted = {v for v, numero, finess in lines if (numero_normalise(numero), finess) in pairs}
    return list(Version.objects.filter(pk__in=wanted).select_related("dossier__campagne", "dossier__ght"))
