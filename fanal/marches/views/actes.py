"""What can be done to a contract: each act, when it may be done, its form, and what it runs."""

from collections.abc import Callable

from django.urls import reverse

from fanal.marches import forms_vie as f
from fanal.marches.actions import (
    avenants,
    commandes,
    cycle,
    reconductions,
)
from fanal.marches.queries.liens import precedents_possibles
from fanal.marches.rules import cycle as regles
from fanal.marches.rules.avenants import check_avenant_possible
from fanal.marches.rules.parts import check_tenir_beneficiaires
from fanal.marches.rules.penalites import check_penalite_possible
from fanal.marches.rules.precisions import check_precisable
from fanal.marches.rules.situation import ATTRIBUE, PREPARATION
from fanal.marches.views import actes_gestes as gestes
from fanal.marches.views.actes_type import Acte, Bouton, Donnees
from fanal.marches.views.contexte import Contexte


def boutons(c: Contexte) -> list[Bouton]:
    """What the account can do now, and why not for the rest; acts that can never apply are left out."""
    shown = []
    for act in ACTES.values():
        if not act.ouvert(c) or not _applicable(act, c):
            continue
        reason = act.refus(c.situation)
        url = reverse("marches:acte", args=[c.marche.pk, act.code])
        shown.append(Bouton(act.titre, url, not reason, reason, act.icone))
    return sorted(shown, key=lambda b: not b.possible)


def _applicable(act: Acte, c: Contexte) -> bool:
    """Steps already taken, and renewals of a contract that has none, would only be noise."""
    s = c.situation
    notified = s.etat not in (PREPARATION, ATTRIBUE)
    match act.code:
        case "attribuer" | "notifier":
            return not notified
        case "reconduire" | "ne-pas-reconduire":
            return c.marche.reconductions_prevues > 0
        case "notifier-avenant":
            return bool(s.avenants_non_notifies)
        case "preciser":
            return notified and bool(gestes.termes_inconnus(c)["inconnus"])
        case "reprendre":
            return s.jauge.consomme > 0
    return True


def _choix_commandeurs(c: Contexte) -> dict[str, f.Choix]:
    return {"etablissement": [(str(e.pk), e.nom) for e in c.commandeurs]}


def _choix_membres(c: Contexte) -> dict[str, f.Choix]:
    return {"etablissement": [(str(e.pk), e.nom) for e in c.membres]}


def _choix_ghts(c: Contexte) -> dict[str, f.Choix]:
    return {"ght": [(str(g.pk), g.code) for g in c.ghts]}


def _choix_precedents(c: Contexte) -> dict[str, f.Choix]:
    listed = [(str(m.pk), str(m)) for m in precedents_possibles(c.marche)]
    return {"predecesseur": [("", "Aucun"), *listed]}


def _aujourd_hui(*names: str) -> Callable[[Contexte], Donnees]:
    return lambda c: dict.fromkeys(names, c.today)


def _actes() -> list[Acte]:
    return [
        Acte(
            "attribuer",
            "Attribuer le marché",
            "award",
            regles.check_attribuer,
            f.ActeForm,
            lambda c, d: cycle.attribuer(**gestes.commun(c, d)),
            "Le marché est attribué. Notifiez-le au titulaire.",
        ),
        Acte(
            "notifier",
            "Notifier le marché",
            "send",
            regles.check_notifier,
            f.NotificationForm,
            lambda c, d: cycle.notifier(**gestes.commun(c, d), le=d["le"]),
            "Le marché est notifié.",
            _aujourd_hui("le"),
        ),
        Acte(
            "commander",
            "Enregistrer une commande",
            "cart3",
            regles.check_commander,
            f.CommandeForm,
            gestes.commander,
            "La commande est enregistrée.",
            _aujourd_hui("le"),
            _choix_commandeurs,
            commandes.SAISIR,
        ),
        Acte(
            "avenant",
            "Signer un avenant",
            "pencil-square",
            check_avenant_possible,
            f.AvenantForm,
            gestes.signer,
            "L'avenant est enregistré.",
            _aujourd_hui("date_signature"),
            apercu=gestes.a_sa_notification,
        ),
        Acte(
            "notifier-avenant",
            "Notifier l'avenant",
            "send",
            lambda s: regles.check_en_cours(s, "la notification d'un avenant"),
            f.NotificationAvenantForm,
            lambda c, d: avenants.notifier(**gestes.commun(c, d), numero=int(d["numero"]), le=d["le"]),
            "L'avenant est notifié : il a pris effet.",
            _aujourd_hui("le"),
            lambda c: {"numero": [(str(a.numero), f"n° {a.numero}") for a in c.avenants_signes]},
        ),
        Acte(
            "ne-pas-reconduire",
            "Ne pas reconduire",
            "dash-circle",
            regles.check_refuser_reconduction,
            f.MotifActeForm,
            lambda c, d: reconductions.refuser(**gestes.commun(c, d), motif=d["motif"]),
            "Le marché ne sera pas reconduit. Informez le titulaire avant la date de préavis.",
        ),
        Acte(
            "reconduire",
            "Reconduire",
            "arrow-clockwise",
            regles.check_reconduire,
            f.MotifActeForm,
            lambda c, d: reconductions.reconduire(**gestes.commun(c, d), motif=d["motif"]),
            "Le marché est reconduit.",
        ),
        Acte(
            "beneficiaire",
            "Tenir les bénéficiaires",
            "people",
            check_tenir_beneficiaires,
            f.BeneficiaireForm,
            gestes.tenir,
            "Les bénéficiaires sont à jour.",
            gestes.initial_beneficiaire,
            _choix_membres,
        ),
        Acte(
            "adherer",
            "Adhérer au marché",
            "box-arrow-in-right",
            lambda s: regles.check_en_cours(s, "une adhésion"),
            f.AdhesionForm,
            gestes.adherer,
            "L'adhésion est enregistrée.",
            _aujourd_hui("debut"),
            _choix_ghts,
        ),
        Acte(
            "penalite",
            "Calculer une pénalité",
            "calculator",
            check_penalite_possible,
            f.PenaliteForm,
            gestes.penaliser,
            "La pénalité est enregistrée.",
            lambda _: {},
            _choix_membres,
            simule=False,
        ),
        Acte(
            "preciser",
            "Préciser un terme inconnu",
            "pencil",
            check_precisable,
            f.PrecisionsForm,
            gestes.preciser,
            "Les termes sont complétés.",
            lambda _: {},
            gestes.termes_inconnus,
        ),
        Acte(
            "action",
            "Lier une action du PAAT",
            "link-45deg",
            lambda s: None,
            f.LienForm,
            gestes.lier,
            "L'action est liée au marché.",
            lambda c: {"annee": c.today.year},
            _choix_ghts,
            simule=False,
        ),
        Acte(
            "remplacer",
            "Dire quel marché il remplace",
            "compass",
            lambda s: None,
            f.SuccesseurForm,
            gestes.remplacer,
            "Le lien est enregistré.",
            lambda c: {"predecesseur": str(c.marche.successeur_de_id or "")},
            _choix_precedents,
            simule=False,
        ),
        Acte(
            "reprendre",
            "Reprendre une commande",
            "arrow-counterclockwise",
            lambda s: None,
            f.RepriseForm,
            gestes.reprendre,
            "La reprise est enregistrée.",
            _aujourd_hui("le"),
            _choix_commandeurs,
            commandes.SAISIR,
        ),
        Acte(
            "resilier",
            "Résilier",
            "x-circle",
            regles.check_resilier,
            f.ResiliationForm,
            lambda c, d: cycle.resilier(**gestes.commun(c, d), effet=d["effet"], motif=d["motif"]),
            "La résiliation est prononcée.",
        ),
        Acte(
            "solder",
            "Solder",
            "check2-all",
            regles.check_solder,
            f.SoldeForm,
            lambda c, d: cycle.solder(**gestes.commun(c, d), paiement=d["paiement"], motif=d["motif"]),
            "Le marché est soldé.",
            _aujourd_hui("paiement"),
        ),
    ]


ACTES: dict[str, Acte] = {act.code: act for act in _actes()}
