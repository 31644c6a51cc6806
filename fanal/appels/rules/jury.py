"""What a jury may do and when: sentences for what it may not.

A jury advises: its rules of sitting follow those of consultative commissions (R133-10 to R133-13 CRPA),
whose use here is to be confirmed by each organiser.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from fanal.appels.rules.regles import Critere, Grille
from fanal.refus import Inutilisable, Refus

RETENIR, COMPLEMENTAIRE, ECARTER = "retenir", "complementaire", "ecarter"
PROPOSITIONS = {
    RETENIR: "Retenir",
    COMPLEMENTAIRE: "Liste complémentaire",
    ECARTER: "Ne pas retenir",
}
ETAPE_LUE = "recevable"
COMMENTAIRE_MINIMUM = 20
MOTIF_MINIMUM = 5
NOTE_MAXIMUM = Decimal(100)


def check_motif(motif: str, pourquoi: str) -> None:
    """Raises Refus when no reason is given; *pourquoi* begins the sentence ("Changer un lecteur")."""
    if len(motif.strip()) < MOTIF_MINIMUM:
        raise Refus(f"{pourquoi} demande un motif : écrivez-le en quelques mots.")


def check_grille(grille: Grille) -> None:
    """Raises Refus when the call has no scoring grid, so that nothing can be read or shared out."""
    if not grille.criteres:
        raise Refus("Cet appel n'a pas de grille de notation : ajoutez-la dans ses règles, puis revenez ici.")


def check_nommable(*, jure: bool, instruit: bool, deja: bool, nom: str) -> None:
    """Who may sit: an account with the role of juror on the organiser's node, that does not instruct.

    Raises Refus: the role is missing, the account already sits, or it would see through instruction the
    dossiers from which a declared interest withdraws it (R133-12 CRPA).
    """
    if deja:
        raise Refus(f"{nom} siège déjà dans ce jury.")
    if not jure:
        raise Refus(
            f"{nom} n'a pas le rôle de juré sur le territoire de cet appel. Faites-le donner par "
            "l'administration des comptes."
        )
    if instruit:
        raise Refus(
            f"{nom} instruit les dossiers de cet appel : ce compte les verrait tous, même ceux dont un "
            "intérêt l'écarterait. Nommez un compte distinct."
        )


def check_membre_actif(*, retire: bool) -> None:
    """Raises Refus when the member has left the jury."""
    if retire:
        raise Refus("Ce membre a quitté le jury.")


def check_declaration(*, faite: bool) -> None:
    """Raises Refus: nothing is read before interests are declared, even to say there are none."""
    if not faite:
        raise Refus(
            "Déclarez d'abord vos intérêts, même pour dire que vous n'en avez aucun : les dossiers s'ouvrent "
            "ensuite."
        )


def check_interet(*, objets: int, nature: str, natures: Collection[str]) -> None:
    """Raises Inutilisable unless an interest has one object and a known nature."""
    if objets != 1:
        raise Inutilisable(
            "Un intérêt porte sur une seule chose : un dossier, un GHT, un établissement ou un fournisseur. "
            "Déclarez-en plusieurs s'il le faut."
        )
    if nature not in natures:
        raise Inutilisable("Choisissez la nature de cet intérêt dans la liste.")


def check_fournisseur(noms: Collection[str], nom: str) -> None:
    """Raises Inutilisable when the name of a supplier is too short to be looked for."""
    if not noms:
        raise Inutilisable(
            f"Le nom de fournisseur « {nom[:60]} » est trop court pour être cherché dans les dossiers : "
            "écrivez-le en entier."
        )


def check_modifiable(*, rendue: bool, retiree: bool) -> None:
    """Raises Refus when the reading is frozen (handed in) or withdrawn."""
    if retiree:
        raise Refus("Cette lecture vous a été retirée : elle ne peut plus être modifiée.")
    if rendue:
        raise Refus(
            "Cette lecture est rendue : elle ne change plus. La note se discute en séance, avec un motif."
        )


def check_lisible(etape: str) -> None:
    """Raises Refus when the dossier is no longer being examined."""
    if etape != ETAPE_LUE:
        raise Refus("Ce dossier n'est plus à l'examen : sa lecture est suspendue. Rien n'est perdu.")


def check_revision(vue: int | None, actuelle: int) -> None:
    """Raises Refus when the page was read before another save."""
    if vue is not None and vue != actuelle:
        raise Refus(
            "Cette lecture a été enregistrée entre-temps, dans une autre fenêtre. Rechargez la page, "
            "puis reportez vos changements."
        )


def lire_notes(criteres: Sequence[Critere], saisies: Mapping[str, str]) -> dict[str, int]:
    """The marks typed, by criterion; an empty one is left out. Raises Inutilisable naming the criterion."""
    notes = {}
    for critere in criteres:
        texte = str(saisies.get(critere.code, "")).strip()
        if not texte:
            continue
        if not (texte.isascii() and texte.isdigit()) or int(texte[:9]) > critere.maximum:
            raise Inutilisable(
                f"{critere.titre} : « {texte[:20]} » n'est pas une note. Donnez un nombre entier de 0 à "
                f"{critere.maximum}."
            )
        notes[critere.code] = int(texte)
    return notes


def check_rendue(criteres: Sequence[Critere], notes: Mapping[str, int], commentaire: str) -> None:
    """Raises Refus unless every criterion is marked and the comment says why."""
    sans = [c.titre for c in criteres if c.code not in notes]
    if sans:
        raise Refus(f"Il reste à noter : {', '.join(sans)}. Le brouillon est gardé.")
    if len(commentaire.strip()) < COMMENTAIRE_MINIMUM:
        raise Refus(
            f"Un commentaire est attendu ({COMMENTAIRE_MINIMUM} caractères au moins) : dites ce qui fonde "
            "vos notes. Le brouillon est gardé."
        )


def check_lecteur(*, declare: bool, concerne: bool, deja: bool) -> None:
    """Raises Refus when a member may not be given a dossier by hand."""
    if deja:
        raise Refus("Ce membre lit déjà ce dossier.")
    if not declare:
        raise Refus(
            "Ce membre n'a pas encore déclaré ses intérêts : aucune lecture ne peut lui être confiée."
        )
    if concerne:
        raise Refus("Ce membre a un intérêt avec ce dossier : il ne peut pas le lire.")


def check_seance_ouvrable(*, ouverte: bool, membres: int) -> None:
    """Raises Refus when a sitting is already open, or when the jury has nobody."""
    if ouverte:
        raise Refus("Une séance est déjà ouverte pour cet appel : fermez-la avant d'en ouvrir une autre.")
    if not membres:
        raise Refus("Le jury n'a aucun membre qui ait déclaré ses intérêts : la séance ne peut pas s'ouvrir.")


def check_seance_ouverte(*, close: bool) -> None:
    """Raises Refus when the sitting is closed: nothing changes after it except in a new sitting."""
    if close:
        raise Refus(
            "Cette séance est close : elle ne change plus. Ouvrez une nouvelle séance pour y revenir."
        )


def check_quorum(*, votants: int, quorum: int, dispense: bool) -> None:
    """Raises Refus under the quorum (R133-10 CRPA), unless this sitting was summoned without it."""
    if votants < max(quorum, 1) and not (dispense and votants):
        reste = "membre peut" if votants < 2 else "membres peuvent"
        raise Refus(
            f"Le quorum n'est pas atteint pour ce dossier : {votants} {reste} délibérer, il en faut "
            f"{max(quorum, 1)}. Les membres qui ont un intérêt sortent et ne comptent pas."
        )


def check_lectures(*, rendues: int, en_attente: int, prevues: int, motif: str) -> None:
    """Raises Refus while a reading is awaited, without any, or with too few and no reason given."""
    if en_attente:
        mots = "lecture est attendue" if en_attente == 1 else "lectures sont attendues"
        raise Refus(f"{en_attente} {mots} sur ce dossier : il ne peut pas encore être délibéré.")
    if not rendues:
        raise Refus("Personne n'a noté ce dossier : confiez-le à un lecteur.")
    if rendues < prevues:
        check_motif(motif, f"Délibérer avec {rendues} lecture sur {prevues} prévues")


def check_note(*, note: Decimal, moyenne: Decimal, motif: str) -> None:
    """Raises Inutilisable out of 0 to 100; Refus when it is not the mean and no reason is given."""
    if not Decimal(0) <= note <= NOTE_MAXIMUM:
        raise Inutilisable("La note retenue va de 0 à 100.")
    if note != moyenne:
        check_motif(motif, "Retenir une autre note que la moyenne des lectures")


def a_discuter(ecart: Decimal | None, grille: Grille, rendues: int) -> bool:
    """Whether readers differ so much that the sitting must discuss, no further reading having been asked."""
    return ecart is not None and ecart > grille.ecart_alerte and rendues <= grille.lectures


def check_discussion(*, requise: bool, discussion: str) -> None:
    """Raises Refus when a discussion is required and nothing is written of it."""
    if requise and len(discussion.strip()) < COMMENTAIRE_MINIMUM:
        raise Refus(
            "Les lecteurs s'écartent beaucoup sur ce dossier : écrivez ce que la séance en a dit, ou "
            "demandez une lecture de plus."
        )


def check_proposition(proposition: str) -> None:
    """Raises Inutilisable for an unknown proposal."""
    if proposition not in PROPOSITIONS:
        raise Inutilisable(
            "Choisissez ce que le jury propose : retenir, liste complémentaire ou ne pas retenir."
        )


def check_cloture(*, deliberes: int, perimes: Sequence[str]) -> None:
    """Raises Refus for a sitting that decided nothing, or whose facts changed since (*perimes*: dossiers)."""
    if not deliberes:
        raise Refus(
            "Aucun dossier n'a été délibéré dans cette séance : elle n'a pas de procès-verbal à établir."
        )
    if perimes:
        raise Refus(
            "Un intérêt ou une lecture a changé depuis la délibération de : "
            f"{', '.join(perimes)}. Reprenez-la avant de clore."
        )
