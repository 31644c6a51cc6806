"""What can be done to a contract: each act, when it may be done, its form, and what it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from fanal.marches import forms_vie as f
from fanal.marches.actions import (
    avenants,
    beneficiaires,
    commandes,
    cycle,
    liens,
    penalites,
    reconductions,
)
from fanal.marches.queries.liens import precedents_possibles
from fanal.marches.rules import cycle as regles
from fanal.marches.rules.avenants import Avenant, check_avenant_possible
from fanal.marches.rules.parts import check_tenir_beneficiaires
from fanal.marches.rules.penalites import check_penalite_possible
from fanal.marches.rules.situation import ATTRIBUE, PREPARATION, Situation
from fanal.marches.views.contexte import Contexte
from fanal.refus import Refus

Donnees = dict[str, Any]


@dataclass(frozen=True)
class Acte:
    """`possible` raises the refusal shown beside the button. `initial`: what the form starts with.

    `choix`: the choices of its lists. `executer` runs the action with the data of a valid form. `simule`:
    what the act changes is shown before it is confirmed.
    """

    code: str
    titre: str
    icone: str
    possible: Callable[[Situation], Any]
    formulaire: type[f.ActeForm]
    executer: Callable[[Contexte, Donnees], Any]
    fait: str
    initial: Callable[[Contexte], Donnees] = lambda _: {}
    choix: Callable[[Contexte], dict[str, f.Choix]] = lambda _: {}
    permission: str = "marche.gerer"
    simule: bool = True

    def ouvert(self, c: Contexte) -> bool:
        """Whether the account has a say in this act at all."""
        if self.permission == commandes.SAISIR:
            return bool(c.commandeurs)
        if self.code == "adherer":
            return bool(c.ghts) and (
                c.marche.operateur_acheteur_id is not None or c.marche.niveau == "operateur"
            )
        return c.gere(self.permission)

    def refus(self, s: Situation) -> str:
        """Why it cannot be done now, "" when it can."""
        try:
            self.possible(s)
        except Refus as refus:
            return refus.phrase
        return ""


@dataclass(frozen=True)
class Bouton:
    """An act on the page of a contract: a link, or a reason."""

    titre: str
    url: str
    possible: bool
    phrase: str
    icone: str


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
        case "reprendre":
            return s.jauge.consomme > 0
    return True


def _place(c: Contexte, data: Donnees) -> Any:
    return next(e for e in c.commandeurs if str(e.pk) == data["etablissement"])


def _membre(c: Contexte, data: Donnees) -> Any:
    return c.membres.get(pk=int(data["etablissement"]))


def _commun(c: Contexte, data: Donnees) -> Donnees:
    return {"marche": c.marche, "by": c.by, "instant": c.instant, "verrou": data["verrou"]}


def _sans_verrou(c: Contexte) -> Donnees:
    return {"marche": c.marche, "by": c.by, "instant": c.instant}


def _commander(c: Contexte, d: Donnees) -> Any:
    return commandes.commander(
        **_sans_verrou(c),
        etablissement=_place(c, d),
        le=d["le"],
        montant_ht=d["montant_ht"],
        quantite=d["quantite"],
        libelle=d["libelle"],
    )


def _reprendre(c: Contexte, d: Donnees) -> Any:
    return commandes.reprendre(
        **_sans_verrou(c),
        etablissement=_place(c, d),
        le=d["le"],
        montant_ht=d["montant_ht"],
        quantite=d["quantite"],
        motif=d["motif"],
    )


def _signer(c: Contexte, d: Donnees) -> Any:
    holders = f.lire_titulaires(d["titulaires"])
    wanted = Avenant(
        motif=d["motif_legal"],
        objet=d["objet"],
        date_signature=d["date_signature"],
        variation_ht=d["variation_ht"] or Decimal(0),
        variation_quantite=d["variation_quantite"],
        date_fin_apres=d["date_fin_apres"],
        titulaires=bool(holders),
        motif_duree=d["motif_duree"],
    )
    return avenants.signer(
        **_commun(c, d), avenant=wanted, titulaires=holders, date_notification=d["date_notification"]
    )


def _tenir(c: Contexte, d: Donnees) -> Any:
    cle = c.request.GET.get("cle", "")
    return beneficiaires.tenir(
        **_commun(c, d),
        etablissement=_membre(c, d),
        entree=d["entree"],
        sortie=d["sortie"],
        part_ht=d["part_ht"],
        part_quantite=d["part_quantite"],
        cle=int(cle) if cle.isdecimal() and len(cle) < 10 else None,
    )


def _initial_beneficiaire(c: Contexte) -> Donnees:
    cle = c.request.GET.get("cle", "")
    part = next((p for p in c.situation.parts if str(p.cle) == cle), None)
    if part is None:
        return {"entree": max(c.today, c.situation.vie.debut or c.today)}
    return {
        "etablissement": str(part.etablissement),
        "entree": part.entree,
        "sortie": part.sortie,
        "part_ht": part.jauge.maximum,
        "part_quantite": part.jauge_quantite.maximum,
    }


def _adherer(c: Contexte, d: Donnees) -> Any:
    ght = next(g for g in c.ghts if str(g.pk) == d["ght"])
    return beneficiaires.adherer(
        **_commun(c, d), ght=ght, debut=d["debut"], fin=d["fin"], engagement_ttc=d["engagement_ttc"]
    )


def _lier(c: Contexte, d: Donnees) -> Any:
    ght = next(g for g in c.ghts if str(g.pk) == d["ght"])
    return liens.lier(**_sans_verrou(c), ght=ght, annee=d["annee"], identifiant=d["identifiant"])


def _remplacer(c: Contexte, d: Donnees) -> Any:
    before = next((m for m in precedents_possibles(c.marche) if str(m.pk) == d["predecesseur"]), None)
    return cycle.remplacer(**_commun(c, d), predecesseur=before)


def _penaliser(c: Contexte, d: Donnees) -> Any:
    fields = ("objet", "du", "au", "base_ht", "montant_commande_ht", "appliquee", "motif")
    return penalites.calculer(**_commun(c, d), etablissement=_membre(c, d), **{n: d[n] for n in fields})


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
            lambda c, d: cycle.attribuer(**_commun(c, d)),
            "Le marché est attribué. Notifiez-le au titulaire.",
        ),
        Acte(
            "notifier",
            "Notifier le marché",
            "send",
            regles.check_notifier,
            f.NotificationForm,
            lambda c, d: cycle.notifier(**_commun(c, d), le=d["le"]),
            "Le marché est notifié.",
            _aujourd_hui("le"),
        ),
        Acte(
            "commander",
            "Enregistrer une commande",
            "cart3",
            regles.check_commander,
            f.CommandeForm,
            _commander,
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
            _signer,
            "L'avenant est enregistré.",
            _aujourd_hui("date_signature"),
        ),
        Acte(
            "notifier-avenant",
            "Notifier l'avenant",
            "send",
            lambda s: regles.check_en_cours(s, "la notification d'un avenant"),
            f.NotificationAvenantForm,
            lambda c, d: avenants.notifier(**_commun(c, d), numero=int(d["numero"]), le=d["le"]),
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
            lambda c, d: reconductions.refuser(**_commun(c, d), motif=d["motif"]),
            "Le marché ne sera pas reconduit. Informez le titulaire avant la date de préavis.",
        ),
        Acte(
            "reconduire",
            "Reconduire",
            "arrow-clockwise",
            regles.check_reconduire,
            f.MotifActeForm,
            lambda c, d: reconductions.reconduire(**_commun(c, d), motif=d["motif"]),
            "Le marché est reconduit.",
        ),
        Acte(
            "beneficiaire",
            "Tenir les bénéficiaires",
            "people",
            check_tenir_beneficiaires,
            f.BeneficiaireForm,
            _tenir,
            "Les bénéficiaires sont à jour.",
            _initial_beneficiaire,
            _choix_membres,
        ),
        Acte(
            "adherer",
            "Adhérer au marché",
            "box-arrow-in-right",
            lambda s: regles.check_en_cours(s, "une adhésion"),
            f.AdhesionForm,
            _adherer,
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
            _penaliser,
            "La pénalité est enregistrée.",
            lambda _: {},
            _choix_membres,
            simule=False,
        ),
        Acte(
            "action",
            "Lier une action du PAAT",
            "link-45deg",
            lambda s: None,
            f.LienForm,
            _lier,
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
            _remplacer,
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
            _reprendre,
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
            lambda c, d: cycle.resilier(**_commun(c, d), effet=d["effet"], motif=d["motif"]),
            "La résiliation est prononcée.",
        ),
        Acte(
            "solder",
            "Solder",
            "check2-all",
            regles.check_solder,
            f.SoldeForm,
            lambda c, d: cycle.solder(**_commun(c, d), paiement=d["paiement"], motif=d["motif"]),
            "Le marché est soldé.",
            _aujourd_hui("paiement"),
        ),
    ]


ACTES: dict[str, Acte] = {act.code: act for act in _actes()}
