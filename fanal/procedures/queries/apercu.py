"""Procedures to create from contracts that end: what would be created, what would not and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.etat import vies
from fanal.procedures.compute.echeancier import besoin_apres
from fanal.procedures.models import Procedure
from fanal.procedures.queries.echeancier import libelle_presume
from fanal.procedures.rules.etats import EN_COURS
from fanal.territoires.models import Appartenance, Ght
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Prevue:
    """A procedure that would be created."""

    ght: Ght
    intitule: str
    nature_achat: str
    code_cpv: str
    famille: str
    montant_estime_ht: Decimal | None
    date_besoin: date | None
    duree_mois: int | None
    procedure: str
    acheteur_fonction: str
    marches: tuple[Marche, ...]


@dataclass
class ApercuCreation:
    """`refus`: each contract left out with its sentence."""

    prevues: list[Prevue] = field(default_factory=list)
    refus: list[tuple[Marche, str]] = field(default_factory=list)

    @property
    def phrase(self) -> str:
        """The one sentence that answers."""
        nombre = len(self.prevues)
        s = "s" if nombre > 1 else ""
        dit = f"{nombre} procédure{s} {'seront créées' if nombre > 1 else 'sera créée'}"
        if not nombre:
            dit = "Aucune procédure ne serait créée : cochez des marchés dans l'échéancier"
        if self.refus:
            pluriel = "s" if len(self.refus) > 1 else ""
            dit += f" ; {len(self.refus)} marché{pluriel} laissé{pluriel} de côté"
        return f"{dit}."


def apercu_creation(
    marches: Iterable[Marche], gere: Perimetre, le: date, *, ensemble: bool = False
) -> ApercuCreation:
    """One procedure per contract, or one per GHT for all of them (`ensemble`): the need is then joined."""
    apercu = ApercuCreation()
    lus = list(marches)
    fins = vies(lus, le)
    retenus: list[tuple[Ght, Marche, date | None]] = []
    for marche in lus:
        ght = marche.ght or _ght_de(marche, le)
        raison = _raison(marche, ght, gere)
        if raison or ght is None:
            apercu.refus.append((marche, raison))
        else:
            retenus.append((ght, marche, fins[marche.pk].fin_totale))
    groupes: dict[tuple[int, int], list[tuple[Ght, Marche, date | None]]] = {}
    for rang, item in enumerate(retenus):
        groupes.setdefault((item[0].pk, 0 if ensemble else rang), []).append(item)
    apercu.prevues = [_prevue(groupe, le) for groupe in groupes.values()]
    return apercu


def _ght_de(marche: Marche, le: date) -> Ght | None:
    """The GHT of the establishment that holds an older contract."""
    if marche.etablissement_id is None:
        return None
    membres = Appartenance.objects.en_vigueur(le).filter(
        etablissement=marche.etablissement_id, role__in=[Appartenance.Role.SUPPORT, Appartenance.Role.PARTIE]
    )
    membre = membres.select_related("ght").first()
    return membre.ght if membre else None


def _raison(marche: Marche, ght: Ght | None, gere: Perimetre) -> str:
    if ght is None:
        return "Ce marché n'est pas tenu par un GHT ni par l'un de ses établissements."
    if not gere.contient(Noeud("ght", ght)):
        return f"Votre compte ne conduit pas les procédures de {ght.code}."
    vivante = Procedure.objects.filter(remplace=marche, etat__in=[*EN_COURS, "attribuee"]).first()
    return f"La procédure {vivante.numero} le renouvelle déjà." if vivante else ""


def _prevue(groupe: list[tuple[Ght, Marche, date | None]], le: date) -> Prevue:
    ght = groupe[0][0]
    marches = tuple(m for _, m, _ in groupe)
    premier = marches[0]
    fins = [fin for *_, fin in groupe if fin is not None]
    montants = [m.maximum_ht if m.maximum_ht is not None else m.montant for m in marches]
    connus = [m for m in montants if m is not None]
    cpv = _commun([m.code_cpv for m in marches])
    seul = len(marches) == 1
    return Prevue(
        ght=ght,
        intitule=premier.objet[:300]
        if seul
        else f"Renouvellement de {len(marches)} marchés : {premier.objet}"[:300],
        nature_achat=premier.nature_achat or "fournitures",
        code_cpv=cpv,
        famille=_commun([m.famille for m in marches]),
        montant_estime_ht=sum(connus, Decimal(0)) if connus and len(connus) == len(montants) else None,
        date_besoin=besoin_apres(min(fins), le) if fins else None,
        duree_mois=premier.duree_mois if seul else None,
        procedure=libelle_presume(premier, le) if seul else "",
        acheteur_fonction=_commun([m.acheteur_fonction for m in marches]),
        marches=marches,
    )


def _commun(valeurs: list[str]) -> str:
    """The value that all share, else nothing."""
    return valeurs[0] if len(set(valeurs)) == 1 else ""
