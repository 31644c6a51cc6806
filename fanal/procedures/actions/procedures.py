"""Creating and editing procedures."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.marches.models import Marche
from fanal.procedures.actions.commun import enregistrer, tenir
from fanal.procedures.actions.jalons import poser
from fanal.procedures.models import LienActionProcedure, Procedure
from fanal.procedures.rules.etats import LIBELLES, check_modifiable
from fanal.procedures.rules.lots import check_maximum
from fanal.refus import Refus
from fanal.territoires.models import Ght

# What the notice announces: frozen at the launch. The others may still be corrected.
ANNONCES = {
    "nature_achat": "la nature",
    "code_cpv": "le code CPV",
    "montant_estime_ht": "la valeur estimée",
    "procedure": "la procédure",
    "motif_non_allotissement": "le motif de non-allotissement",
    "duree_mois": "la durée",
    "envoi_electronique": "la voie d'échange",
}
LIBRES = ("intitule", "famille", "acheteur_fonction", "charge_jours", "date_besoin")


@transaction.atomic
def creer(
    *,
    ght: Ght,
    intitule: str,
    nature_achat: str,
    by: Utilisateur | None,
    instant: datetime,
    code_cpv: str = "",
    famille: str = "",
    montant_estime_ht: Decimal | None = None,
    date_besoin: date | None = None,
    remplace: Iterable[Marche] = (),
    procedure: str = "",
    duree_mois: int | None = None,
    acheteur_fonction: str = "",
    charge_jours: Decimal | None = None,
    actions: Iterable[tuple[int, str]] = (),
    suite_de: Procedure | None = None,
    conseil: Mapping[str, Any] | None = None,
    demonstration: bool = False,
) -> Procedure:
    """Create a planned procedure of a GHT with its milestones; amounts excl. VAT, over the whole need.

    `remplace`: the contracts it renews; `actions`: (year, identifier) of the purchase plan it carries out.
    Raises Refus without a title, or for an unknown nature or procedure.
    """
    titre = " ".join(intitule.split())[:300]
    if not titre:
        raise Refus("Donnez un intitulé à la procédure.")
    if nature_achat not in Marche.NatureAchat.values:
        raise Refus("Choisissez la nature de l'achat : fournitures, services ou travaux.")
    if procedure and procedure not in LIBELLES:
        raise Refus("Cette procédure n'est pas dans la liste : choisissez l'un des libellés proposés.")
    check_maximum(montant_estime_ht, None)
    # The GHT's row is held: two creations at once do not take the same number.
    Ght.objects.select_for_update().get(pk=ght.pk)
    nouvelle = Procedure.objects.create(
        ght=ght,
        numero=_numero(ght, instant.year),
        intitule=titre,
        nature_achat=nature_achat,
        code_cpv=code_cpv[:8],
        famille=famille[:160],
        montant_estime_ht=montant_estime_ht,
        procedure=procedure,
        conseil=dict(conseil or {}),
        duree_mois=duree_mois,
        acheteur_fonction=acheteur_fonction[:120],
        charge_jours=charge_jours,
        date_besoin=date_besoin,
        suite_de=suite_de,
        demonstration=demonstration or ght.demonstration,
        created_at=instant,
        updated_at=instant,
    )
    renouveles = list(remplace)
    nouvelle.remplace.set(renouveles)
    LienActionProcedure.objects.bulk_create(
        LienActionProcedure(procedure=nouvelle, annee=annee, identifiant_action=identifiant)
        for annee, identifiant in dict.fromkeys(actions)
    )
    poser(nouvelle)
    donnees = {
        "numero": nouvelle.numero,
        "intitule": titre,
        "remplace": [m.identifiant for m in renouveles],
        "montant_estime_ht": montant_estime_ht,
    }
    inscrire(action="procedure.creer", objet=nouvelle, by=by, instant=instant, donnees=donnees)
    return nouvelle


def _numero(ght: Ght, annee: int) -> str:
    """The next number of the year in the GHT: 2026-001."""
    debut = f"{annee}-"
    pris = Procedure.objects.filter(ght=ght, numero__startswith=debut).values_list("numero", flat=True)
    rangs = [int(n.removeprefix(debut)) for n in pris if n.removeprefix(debut).isdecimal()]
    return f"{debut}{max(rangs, default=0) + 1:03d}"


@transaction.atomic
def modifier(
    *,
    procedure: Procedure,
    champs: Mapping[str, Any],
    verrou: int | None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Procedure:
    """Change fields of a procedure; another day of need or procedure lays the milestones again.

    Raises Refus when somebody wrote meanwhile, or when what was announced would change after the launch.
    """
    tenue = tenir(procedure, verrou)
    connus = {*ANNONCES, *LIBRES, "conseil"}
    changes = {c: v for c, v in champs.items() if c in connus and getattr(tenue, c) != v}
    check_modifiable(tenue.etat, [ANNONCES[c] for c in changes if c in ANNONCES])
    if changes.get("procedure") and changes["procedure"] not in LIBELLES:
        raise Refus("Cette procédure n'est pas dans la liste : choisissez l'un des libellés proposés.")
    check_maximum(changes.get("montant_estime_ht"), None)
    avant = {c: getattr(tenue, c) for c in changes}
    for champ, valeur in changes.items():
        setattr(tenue, champ, valeur)
    if changes:
        enregistrer(
            tenue,
            action="procedure.modifier",
            by=by,
            instant=instant,
            motif=motif,
            donnees={c: [avant[c], v] for c, v in changes.items()},
        )
    if {"date_besoin", "procedure", "envoi_electronique"} & set(changes):
        poser(tenue)
    return tenue
