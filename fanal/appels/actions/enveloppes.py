"""Envelopes and their simulations. What is granted from them is decided in `actions.attributions`."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.appels.models import Appel, Enveloppe, Simulation
from fanal.appels.queries.enveloppes import solde
from fanal.appels.queries.simulations import Reglages, question_de
from fanal.appels.rules.enveloppes import check_argent, check_enveloppe, check_lu, check_motif, check_plancher
from fanal.appels.types_campagne import DECIDER
from fanal.campagnes.actions.commun import record
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

CENTIME = Decimal("0.01")


@transaction.atomic
def creer(
    *,
    appel: Appel,
    annee: int,
    nom: str,
    montant: Decimal,
    ferme: bool = True,
    source: str = "",
    by: Utilisateur | None,
    instant: datetime,
) -> Enveloppe:
    """A new envelope of a call. Raises Inutilisable, Refus when its name is taken that year, Interdit."""
    check_droit(by, DECIDER, Noeud.de(appel), instant)
    nom = " ".join(nom.split())[:120]
    prise = Enveloppe.objects.filter(appel=appel, annee=annee, nom=nom).exists()
    check_enveloppe(annee=annee, nom=nom, montant=montant, prise=prise)
    enveloppe = Enveloppe.objects.create(
        appel=appel,
        annee=annee,
        nom=nom,
        montant=montant.quantize(CENTIME),
        ferme=ferme,
        source=source.strip()[:240],
        created_at=instant,
    )
    noter(enveloppe, "enveloppe.creer", by, instant, donnees=_dit(enveloppe))
    return enveloppe


@transaction.atomic
def modifier(
    *,
    enveloppe: Enveloppe,
    montant: Decimal,
    motif: str,
    ferme: bool | None = None,
    source: str | None = None,
    lu: Decimal | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> Enveloppe:
    """Change the amount of an envelope (or make it firm), with a reason; never below what is granted.

    *lu* is the amount that was on the page: Refus when somebody changed it meanwhile.
    """
    tenue = tenir(enveloppe, by=by, instant=instant)
    check_motif(motif, "Modifier une enveloppe")
    check_argent(tenue.genre)
    check_enveloppe(annee=tenue.annee, nom=tenue.nom, montant=montant, prise=False)
    check_lu(lu=lu, montant=tenue.montant)
    engage = solde(tenue).engage
    check_plancher(montant=montant, engage=engage)
    if ferme is False and engage:
        raise Refus(
            "De l'argent est déjà attribué sur cette enveloppe : elle ne peut plus être une prévision."
        )
    avant = _dit(tenue)
    tenue.montant = montant.quantize(CENTIME)
    tenue.ferme = tenue.ferme if ferme is None else ferme
    tenue.source = tenue.source if source is None else source.strip()[:240]
    tenue.save(update_fields=["montant", "ferme", "source"])
    noter(tenue, "enveloppe.modifier", by, instant, motif, {"avant": avant, "apres": _dit(tenue)})
    return tenue


@transaction.atomic
def simuler(
    *, enveloppe: Enveloppe, titre: str, reglages: Reglages, by: Utilisateur | None, instant: datetime
) -> Simulation:
    """Share the envelope between the dossiers under examination, as a try; nothing is granted.

    The question, the answer and their SHA-256 are kept: `fanal repartition calculer` on the question gives
    the same. Raises Inutilisable for settings the engine cannot use, Refus when there is nothing to share
    between, Interdit.
    """
    # The solver takes a second to load: only who shares waits for it, not every command.
    from fanal.moteurs.allocation import lire_annees, repartir_annees
    from fanal.moteurs.allocation.documents import annees_en_document

    check_droit(by, DECIDER, Noeud.de(enveloppe.appel), instant)
    check_argent(enveloppe.genre)
    lue = question_de(enveloppe, reglages)
    if not lue.document["demandes"]:
        raise Refus(
            "Aucun dossier ne peut entrer dans le partage : il faut des dossiers recevables, notés par une "
            "séance close du jury si l'appel a une grille, et qui indiquent un montant."
        )
    resultat = annees_en_document(repartir_annees(lire_annees(lue.document)))
    simulation = Simulation.objects.create(
        enveloppe=enveloppe,
        titre=" ".join(titre.split())[:120] or f"Simulation {enveloppe.simulations.count() + 1}",
        question=lue.document,
        resultat=resultat,
        # What was simulated is what is decided: an amount left to the balance is written down.
        contexte=lue.contexte
        | {"reglages": lue.contexte["reglages"] | {"montant": lue.document["enveloppe"]}},
        empreinte=resultat.get("empreinte_des_annees") or resultat["empreinte_sha256"],
        auteur=by,
        created_at=instant,
    )
    donnees = {"titre": simulation.titre, "regle": resultat["regle"], "empreinte": simulation.empreinte}
    noter(enveloppe, "enveloppe.simuler", by, instant, donnees=donnees)
    return simulation


@transaction.atomic
def supprimer_simulation(*, simulation: Simulation, by: Utilisateur | None, instant: datetime) -> None:
    """Throw a try away. Raises Refus when it was ever the decision, Interdit."""
    tenue = tenir(simulation.enveloppe, by=by, instant=instant)
    lue = Simulation.objects.get(pk=simulation.pk)
    if lue.retenue_le is not None:
        raise Refus("Cette simulation a servi à décider : elle reste, avec sa question et sa réponse.")
    donnees = {"titre": lue.titre, "empreinte": lue.empreinte}
    lue.delete()
    noter(tenue, "enveloppe.supprimer_simulation", by, instant, donnees=donnees)


def tenir(enveloppe: Enveloppe, *, by: Utilisateur | None, instant: datetime) -> Enveloppe:
    """The envelope as it is now, held until the end of the transaction: deciders pass one after the other.

    Every act on money takes this row first, then the dossiers. Raises Interdit.
    """
    tenue = Enveloppe.objects.select_for_update().get(pk=enveloppe.pk)
    tenue.appel = Appel.objects.select_related("campagne", "region").get(pk=tenue.appel_id)
    check_droit(by, DECIDER, Noeud.de(tenue.appel), instant)
    return tenue


def noter(
    enveloppe: Enveloppe,
    action: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    donnees: Mapping[str, Any] | None = None,
) -> None:
    """One entry of the journal about an envelope; the campaign's revision goes up."""
    record(
        campagne=enveloppe.appel.campagne,
        action=action,
        objet=enveloppe,
        by=by,
        instant=instant,
        motif=motif,
        donnees=dict(donnees or {}),
    )


def _dit(enveloppe: Enveloppe) -> dict[str, Any]:
    return {
        "annee": enveloppe.annee,
        "nom": enveloppe.nom,
        "montant": f"{enveloppe.montant:.2f}",
        "ferme": enveloppe.ferme,
        "source": enveloppe.source,
    }
