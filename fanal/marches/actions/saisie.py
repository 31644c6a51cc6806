"""A contract typed by a person: created in preparation, corrected freely until it is notified."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.journal.actions import inscrire
from fanal.journal.rules import canonical_data
from fanal.marches.actions.commun import GERER, ecrire, prendre
from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import Marche, Titulaire
from fanal.marches.queries.situation import loi
from fanal.marches.rules.cycle import check_corriger
from fanal.marches.rules.precisions import PRECISABLES, check_precisions
from fanal.marches.rules.saisie import Termes, check_identifiant_libre, check_termes
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud

TITULAIRES = Sequence[tuple[str, str, str]]  # (type, identifier, name), the agent of the group first
AUTRES = (
    "famille",
    "procedure",
    "unite_quantite",
    "reconduction_tacite",
    "ccag",
    "ccag_version",
    "offres_recues",
    "acheteur_fonction",
    "id_accord_cadre",
)


@transaction.atomic
def creer(
    *,
    ght: Ght,
    acheteur: Etablissement,
    termes: Termes,
    autres: dict[str, Any] | None = None,
    titulaires: TITULAIRES = (),
    operateur: OperateurAchat | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> Marche:
    """A contract in preparation, managed by *ght*; *acheteur* signs it, or *operateur* whose contract it is.

    *autres* holds fields of `AUTRES`. Raises Refus, Interdit.
    """
    check_droit(by, GERER, Noeud("ght", ght), instant)
    siret = "" if operateur else acheteur.siret or acheteur.finess
    name = operateur.nom if operateur else acheteur.nom
    if operateur:
        siret = f"operateur:{operateur.code}"[:20]
    _check(termes, instant)
    taken = Marche.objects.filter(acheteur_siret=siret, identifiant=termes.identifiant.strip()).exists()
    check_identifiant_libre(taken, termes.identifiant)
    marche = Marche.objects.create(
        niveau="ght",
        ght=ght,
        acheteur=None if operateur else acheteur,
        operateur_acheteur=operateur,
        acheteur_siret=siret,
        acheteur_nom=name,
        nature="Marché",
        etat=Marche.Etat.PREPARATION,
        source="saisie",
        demonstration=ght.demonstration,
        created_at=instant,
        updated_at=instant,
        **champs(termes, autres or {}),
    )
    _titulaires(marche, titulaires, instant)
    inscrire(
        action="marche.creer",
        objet=marche,
        by=by,
        instant=instant,
        donnees={"identifiant": marche.identifiant, "acheteur": siret},
    )
    return marche


@transaction.atomic
def corriger(
    *,
    marche: Marche,
    termes: Termes,
    autres: dict[str, Any] | None = None,
    titulaires: TITULAIRES | None = None,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Marche:
    """Correct the terms before notification; *titulaires* None leaves the holders. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    check_corriger(facts)
    _check(termes, instant)
    if termes.identifiant.strip() != locked.identifiant:
        taken = Marche.objects.filter(
            acheteur_siret=locked.acheteur_siret, identifiant=termes.identifiant.strip()
        ).exists()
        check_identifiant_libre(taken, termes.identifiant)
    if titulaires is not None:
        Titulaire.objects.filter(marche=locked).delete()
        _titulaires(locked, titulaires, instant)
    fields = champs(termes, autres or {})
    written = {k: v for k, v in fields.items() if getattr(locked, k) != v}
    for name, value in written.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(written))
    return ecrire(locked, action="marche.corriger", by=by, instant=instant, donnees=canonical_data(written))


@transaction.atomic
def preciser(
    *,
    marche: Marche,
    valeurs: dict[str, Any],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Marche:
    """Fill terms still unknown on a notified contract; what is known stays. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    terms = {n: getattr(locked, n) for n in (*PRECISABLES, "duree_mois")}
    check_precisions(facts, termes=terms, valeurs=valeurs, motif=motif)
    fields = dict(valeurs)
    if "reconductions_prevues" in valeurs and facts.vie.debut is not None and locked.duree_mois:
        renewals = valeurs["reconductions_prevues"] * valeurs["reconduction_mois"]
        fields["date_fin"] = fin_apres(facts.vie.debut, locked.duree_mois - renewals)
    return ecrire(
        locked,
        action="marche.preciser",
        by=by,
        instant=instant,
        champs=canonical_fields(fields),
        motif=motif,
    )


def canonical_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are written: texts without outer spaces."""
    return {n: v.strip() if isinstance(v, str) else v for n, v in fields.items()}


def champs(t: Termes, autres: dict[str, Any]) -> dict[str, Any]:
    """The fields of a contract, the ends computed from its start and durations when both are known."""
    fields: dict[str, Any] = {
        "identifiant": t.identifiant.strip(),
        "objet": t.objet.strip(),
        "nature_achat": t.nature_achat,
        "code_cpv": t.code_cpv,
        "techniques": ["Accord-cadre"] if t.accord_cadre else ["Sans objet"],
        "montant": t.montant if t.montant is not None else t.maximum_ht,
        "minimum_ht": t.minimum_ht,
        "maximum_ht": t.maximum_ht,
        "maximum_quantite": t.maximum_quantite,
        "date_lancement": t.date_lancement,
        "date_debut": t.date_debut,
        "date_fin": None,
        "date_fin_totale": None,
        "duree_mois": t.duree_mois,
        "reconductions_prevues": t.reconductions_prevues,
        "reconduction_mois": t.reconduction_mois,
        "preavis_mois": t.preavis_mois,
        "motif_duree": t.motif_duree.strip(),
    }
    if t.date_debut and t.duree_mois:
        first = t.duree_mois - t.reconductions_prevues * (t.reconduction_mois or 0)
        fields["date_fin"] = fin_apres(t.date_debut, first)
        fields["date_fin_totale"] = fin_apres(t.date_debut, t.duree_mois)
    return fields | {name: value for name, value in autres.items() if name in AUTRES}


def _check(termes: Termes, instant: datetime) -> None:
    launch = termes.date_lancement or local_day(instant)
    check_termes(
        termes,
        duree_maximale_mois=loi("marches.accord_cadre.duree_maximale_mois", launch),
        maximum_obligatoire=bool(loi("marches.accord_cadre.maximum_obligatoire", launch)),
    )


def _titulaires(marche: Marche, titulaires: TITULAIRES, instant: datetime) -> None:
    """The holders in their order, each once."""
    suppliers = obtenir_lot(list(titulaires), instant=instant, demonstration=marche.demonstration)
    distinct = list(dict.fromkeys(suppliers))
    Titulaire.objects.bulk_create(
        Titulaire(marche=marche, fournisseur=f, rang=i) for i, f in enumerate(distinct, start=1)
    )
