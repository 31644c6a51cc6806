"""Demonstration accounts: one per role, one per GHT, agency and national operator. One password, printed for
all to see.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from fanal.comptes.actions import ouvrir_compte
from fanal.comptes.models import Utilisateur
from fanal.comptes.roles import ROLES
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.plan.territoire import REGIONS
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

DOMAINE = "demo.fanal.example"
MOT_DE_PASSE = "Lanterne-de-demonstration-2021"
GHT, REGION, OPERATEUR = "BRE-D01", "BRE", "UniHA"
# role: (address before the domain, level of the node it is given on).
PAR_ROLE: dict[str, tuple[str, str]] = {
    "controleur_gestion": ("controleur.gestion", Niveau.GHT),
    "directeur_achats": ("directeur.achats", Niveau.GHT),
    "acheteur": ("acheteur", Niveau.GHT),
    "pharmacien": ("pharmacien", Niveau.GHT),
    "operateur": ("operateur", Niveau.OPERATEUR),
    "referent_ars": ("referent.ars", Niveau.REGION),
    "omedit": ("omedit", Niveau.REGION),
    "dgos": ("dgos", Niveau.NATIONAL),
    "anap": ("anap", Niveau.NATIONAL),
    "jure": ("jure", Niveau.NATIONAL),
    "expert": ("expert", Niveau.NATIONAL),
    "lecteur": ("lecteur", Niveau.NATIONAL),
    "administrateur": ("administrateur", Niveau.NATIONAL),
}


@dataclass(frozen=True)
class CompteDemonstration:
    """An account shown to whoever tries the platform."""

    email: str
    titre: str
    noeud: str


def shown_accounts() -> list[CompteDemonstration]:
    """One account per role, in the order of the roles."""
    ou = {Niveau.GHT: GHT, Niveau.REGION: REGION, Niveau.OPERATEUR: OPERATEUR, Niveau.NATIONAL: "national"}
    return [
        CompteDemonstration(f"{PAR_ROLE[code][0]}@{DOMAINE}", role.titre, ou[Niveau(PAR_ROLE[code][1])])
        for code, role in ROLES.items()
        if code in PAR_ROLE
    ]


def address(code: str) -> str:
    """The address of the account that acts for a GHT ("ght"), an agency or an operator in the scenario."""
    if code == GHT:
        return f"{PAR_ROLE['directeur_achats'][0]}@{DOMAINE}"
    if code == REGION:
        return f"{PAR_ROLE['referent_ars'][0]}@{DOMAINE}"
    if code == OPERATEUR:
        return f"{PAR_ROLE['operateur'][0]}@{DOMAINE}"
    return f"{code.lower()}@{DOMAINE}"


def install(plan: Plan, instant: datetime) -> None:
    """Open every account through the ordinary action, then give them all the same password."""
    noeuds = {
        Niveau.GHT: Noeud(Niveau.GHT, territoires.ght(GHT)),
        Niveau.REGION: Noeud(Niveau.REGION, territoires.region(REGION)),
        Niveau.OPERATEUR: Noeud(Niveau.OPERATEUR, territoires.operateur(OPERATEUR)),
        Niveau.NATIONAL: NATIONAL,
    }
    for role, (nom, niveau) in PAR_ROLE.items():
        _open(f"{nom}@{DOMAINE}", ROLES[role].titre, role, noeuds[Niveau(niveau)], instant)
    for code in plan.ghts:
        if code != GHT:
            titre = f"Direction des achats, {code}"
            _open(address(code), titre, "directeur_achats", Noeud(Niveau.GHT, territoires.ght(code)), instant)
    for sigle in REGIONS:
        if sigle != REGION:
            noeud = Noeud(Niveau.REGION, territoires.region(sigle))
            _open(address(sigle), f"Référent ARS, {sigle}", "referent_ars", noeud, instant)
    for nom, _ in cat.NATIONAUX:
        if nom != OPERATEUR:
            noeud = Noeud(Niveau.OPERATEUR, territoires.operateur(nom))
            _open(address(nom), f"Opérateur d'achat, {nom}", "operateur", noeud, instant)
    comptes = Utilisateur.objects.filter(email__endswith=f"@{DOMAINE}")
    comptes.update(password=make_password(MOT_DE_PASSE), demonstration=True, date_joined=instant)


def _open(email: str, nom: str, role: str, noeud: Noeud, instant: datetime) -> None:
    ouvrir_compte(email=email, nom=nom, role=role, noeud=noeud, by=None, instant=instant)
