"""What a set of choices would do, before anything is done: the same examination as the decision itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from fanal.campagnes import rules
from fanal.campagnes.models import Decision, Dossier, Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.queries.lignes import Contradictoire, contradictoires, decisions_du_dossier
from fanal.campagnes.registre import Choix, Reception
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Effet:
    """One line that would be decided: `avant` is the decision it replaces."""

    dossier: Dossier
    cle: str
    choix: Choix
    avant: Decision | None = None


@dataclass(frozen=True)
class RefusLigne:
    """One line that cannot be decided, and the sentence saying why; an empty key is the whole dossier."""

    dossier: Dossier
    cle: str
    phrase: str


@dataclass
class Apercu:
    """What a bulk decision would do. `inchanges` counts the lines already decided so."""

    effets: list[Effet] = field(default_factory=list)
    refus: list[RefusLigne] = field(default_factory=list)
    inchanges: int = 0

    @property
    def lignes(self) -> int:
        return len(self.effets) + len(self.refus) + self.inchanges

    @property
    def phrase(self) -> str:
        """The answer to "what will happen?", in one sentence."""
        faites = rules.pluriel(len(self.effets), "ligne sera décidée", "lignes seront décidées")
        if not self.refus:
            return f"{faites}."
        empechees = rules.pluriel(len(self.refus), "ligne ne peut pas l'être", "lignes ne peuvent pas l'être")
        return f"{faites} ; {empechees}."

    def add(self, autre: "Apercu") -> None:
        self.effets += autre.effets
        self.refus += autre.refus
        self.inchanges += autre.inchanges


def previsualiser(
    *, choix: Mapping[Dossier, Sequence[Choix]], by: Utilisateur | None, instant: datetime
) -> Apercu:
    """What deciding *choix* would change, and what is refused and why, in every dossier. Writes nothing."""
    apercu = Apercu()
    for dossier, demandes in choix.items():
        apercu.add(examiner(dossier, demandes, by=by, instant=instant))
    return apercu


def examiner(
    dossier: Dossier, demandes: Sequence[Choix], *, by: Utilisateur | None, instant: datetime
) -> Apercu:
    """The examination of one dossier: its step and the right first, then each line."""
    reception = reception_de(dossier)
    try:
        check_droit(by, reception.permission_decision, Noeud.de(dossier), instant)
        rules.check_decidable(reception.etape(dossier.etape), reception)
        version = rules.check_deposee(dossier.version_courante)
        rules.check_unique([c.cle for c in demandes])
    except Refus as refus:
        return Apercu(refus=[RefusLigne(dossier, "", refus.phrase)])
    connues = decisions_du_dossier(dossier)
    demandees = contradictoires(dossier)
    apercu = Apercu()
    for choix in demandes:
        avant = connues.get(choix.cle)
        if avant is not None and content_of(avant) == rules.contenu(choix):
            apercu.inchanges += 1
            continue
        try:
            rules.check_ligne(choix.cle, version.lignes)
            ligne = _etat_ligne(dossier, demandees.get(choix.cle, Contradictoire()), avant)
            rules.check_choix(choix, reception, ligne, jour=local_day(instant))
        except Refus as refus:
            apercu.refus.append(RefusLigne(dossier, choix.cle, refus.phrase))
        else:
            apercu.effets.append(Effet(dossier, choix.cle, choix, avant))
    return _ask_domain(apercu, reception, version)


def _ask_domain(apercu: Apercu, reception: Reception, version: Version) -> Apercu:
    """Let the domain refuse, among the choices that the engine accepts, those that break its own rules."""
    if reception.controler_choix is None or not apercu.effets:
        return apercu
    phrases = reception.controler_choix(version, [e.choix for e in apercu.effets])
    return Apercu(
        effets=[e for e in apercu.effets if e.cle not in phrases],
        refus=apercu.refus
        + [RefusLigne(e.dossier, e.cle, phrases[e.cle]) for e in apercu.effets if e.cle in phrases],
        inchanges=apercu.inchanges,
    )


def content_of(decision: Decision) -> tuple[str, Decimal | None, str, str]:
    """What a decision says, as `rules.contenu` tells it of a choice."""
    return (decision.sens, decision.montant, decision.motif, decision.commentaire)


def _etat_ligne(dossier: Dossier, demande: Contradictoire, avant: Decision | None) -> rules.EtatLigne:
    return rules.EtatLigne(
        declarant=rules.DECLARANTS[dossier.niveau],
        demandee=demande.demandee,
        repondue=demande.repondue,
        echeance=demande.echeance,
        decision=content_of(avant) if avant else None,
    )


def choix_possibles(reception: Reception) -> dict[str, str]:
    """The decisions that a reception allows, `{sens: titre}`, for the choices of a page."""
    return {s: rules.SENS_TITRES[s] for s in reception.sens}
