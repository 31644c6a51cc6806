"""The calls of the demonstration: some left open, a past one replayed whole, a région's, surveys."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from fanal.appels.actions import appels as actions
from fanal.appels.actions.modeles import creer_depuis
from fanal.comptes.actions import ouvrir_compte
from fanal.comptes.models import Utilisateur
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario import comptes
from fanal.demonstration.scenario.calendrier import Geste
from fanal.maturite import demonstration as maturite
from fanal.molecules import demonstration as molecules
from fanal.sesame import demonstration as sesame
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

JURES = 4
REGION_MOLECULES = "BFC"
FIN_OUVERTS = datetime(2035, 12, 31, 22, 59, 59, tzinfo=UTC)
RESUME = "Appel de démonstration : ses réponses ne sont lues par personne."
OUVERTS = (
    ("achats-innovation", "Achats d'innovation : sites pilotes (démonstration)", ""),
    ("logistique", "Accompagnements logistiques (démonstration)", ""),
    ("soins-ecoresponsables", "Enquête soins écoresponsables (démonstration)", comptes.REGION),
)


def open_calls(plan: Plan, geste: Geste) -> None:
    """Calls that whoever tries the platform may answer: they do not close before long."""
    for code, titre, region in OUVERTS:
        noeud = Noeud(Niveau.REGION, territoires.region(region)) if region else NATIONAL
        appel = creer_depuis(
            modele=code,
            noeud=noeud,
            by=None,
            instant=geste.instant,
            code=f"{code}-demonstration",
            titre=titre,
            resume=RESUME,
            annee=geste.instant.year,
            ouverture=geste.instant,
            cloture=FIN_OUVERTS,
            demonstration=True,
        )
        actions.publier(appel=appel, by=None, instant=geste.instant)


def play_medicines(plan: Plan, geste: Geste) -> None:
    """The requests of one région, at the published figures."""
    if not plan.appels.molecules:
        return
    region = territoires.region(REGION_MOLECULES)
    noeud = Noeud(Niveau.REGION, region)
    omedit = _account(f"omedit.{REGION_MOLECULES.lower()}", "OMEDIT", "omedit", noeud, geste.instant)
    ars = Utilisateur.objects.get(email=comptes.address(REGION_MOLECULES))
    molecules.construire(region=region, omedit=omedit, ars=ars)


def play_maturity(plan: Plan, geste: Geste) -> None:
    """Surveys that a few GHT answered, and one where people of the GHT shown disagree."""
    shown = territoires.ght(comptes.GHT)
    others = Ght.objects.filter(demonstration=True).exclude(pk=shown.pk).order_by("nom")
    names = {"Directeur achats": "directeur.achats", "Pharmacien": "pharmacien", "Acheteur": "acheteur"}
    team = {f: Utilisateur.objects.get(email=f"{n}@{comptes.DOMAINE}") for f, n in names.items()}
    maturite.construire(
        ghts=[shown, *others[: plan.appels.maturite - 1]],
        compte=lambda ght: Utilisateur.objects.get(email=comptes.address(ght.code)),
        equipe=maturite.Equipe(shown, team),
    )


def play_sesame(plan: Plan, geste: Geste) -> None:
    """The call of 2025, replayed with invented dossiers from every région."""
    jurors = [Utilisateur.objects.get(email=f"jure@{comptes.DOMAINE}")]
    jurors += [
        _account(f"jure.{n}", f"Juré {n}", "jure", NATIONAL, geste.instant) for n in range(2, JURES + 1)
    ]
    sesame.construire(lieux=_places(plan.appels.sesame), acteurs=sesame.Acteurs(jurors))


def _places(nombre: int) -> Sequence[Noeud]:
    """Establishments of every région in turn, that of the GHT shown first."""
    by_region: dict[int, list[Etablissement]] = {}
    for one in Etablissement.objects.filter(demonstration=True).select_related("departement__region"):
        if one.departement is not None:
            by_region.setdefault(one.departement.region_id, []).append(one)
    shown = territoires.ght(comptes.GHT)
    first = Etablissement.objects.filter(appartenances__ght=shown).order_by("finess").first()
    turns = [place for turn in _turns(list(by_region.values())) for place in turn if place != first]
    found = [first, *turns] if first else turns
    return [Noeud(Niveau.ETABLISSEMENT, place) for place in found[:nombre]]


def _turns(lists: Sequence[Sequence[Etablissement]]) -> Sequence[Sequence[Etablissement]]:
    """The first of each list, then the second of each…"""
    longest = max(map(len, lists), default=0)
    return [[one[rank] for one in lists if rank < len(one)] for rank in range(longest)]


def _account(nom: str, titre: str, role: str, noeud: Noeud, instant: datetime) -> Utilisateur:
    """An account more, with the password of all."""
    email = f"{nom}@{comptes.DOMAINE}"
    ouvrir_compte(email=email, nom=titre, role=role, noeud=noeud, by=None, instant=instant)
    account = Utilisateur.objects.get(email=email)
    account.set_password(comptes.MOT_DE_PASSE)
    account.demonstration = True
    account.save(update_fields=["password", "demonstration"])
    return account


GESTES: dict[str, Callable[[Plan, Geste], None]] = {
    "appels_ouverts": open_calls,
    "molecules": play_medicines,
    "maturite": play_maturity,
    "sesame": play_sesame,
}
