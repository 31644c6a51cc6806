"""What is asked for in a year: sectors, classes, first drugs, establishments, what comes back."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.interface.cartes import Carte, ValeurRegion, carte
from fanal.interface.images import Barre, Image, classement
from fanal.interface.nombres import Absence, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.molecules.compute import analyse as calcul
from fanal.molecules.compute.analyse import AUTRE, RARE_COUTEUSE, RECURRENTE, TYPES, Groupe, Ligne, Molecule
from fanal.molecules.compute.bilan import BilanAnnee, bilans
from fanal.molecules.models import Secteur
from fanal.molecules.queries.analyse import secteur
from fanal.molecules.views import images
from fanal.molecules.views.commun import Place, cadre, millions, placer, table_groupes, vers_demandes
from fanal.parametres import valeur
from fanal.territoires.models import Niveau, Region

TONS = {RARE_COUTEUSE: "attention", RECURRENTE: "information", AUTRE: "neutre"}
SOCIAL = Secteur.MEDICO_SOCIAL.value


@require_GET
def analyse(request: HttpRequest) -> HttpResponse:
    """The requests of the year by sector, class, drug and place."""
    place = placer(request)
    lignes = place.lues.annee(place.annee)
    if not lignes:
        return _vide(request, place, "Molécules onéreuses")
    annuel = next(b for b in bilans(place.lues.par_annee, place.lues.enveloppe) if b.annee == place.annee)
    secteurs, classes = annuel.secteurs, calcul.par(lignes, lambda ligne: ligne.classe)
    rangees = calcul.molecules(place.annee, place.lues.par_annee, place.lues.seuils)
    fictif = place.lues.demonstration
    contexte = cadre(
        request,
        f"Molécules onéreuses {place.annee}",
        phrase_annee(place, annuel),
        annuel=annuel,
        social=groupe_de(annuel, SOCIAL),
        image_secteurs=images.parts(titre_secteurs(annuel), secteurs, [secteur(g.nom) for g in secteurs]),
        secteurs=table_groupes("secteurs", "Par secteur", "Secteur", secteurs, secteur, demonstration=fictif),
        image_classes=classement(
            _titre_premier("classe", classes), [Barre(g.nom, g.montant) for g in classes]
        ),
        classes=table_groupes("classes", "Par classe thérapeutique", "Classe", classes, demonstration=fictif),
        image_pareto=images.pareto(phrase_pareto(rangees, place), rangees, "À droite : montant, puis cumul."),
        molecules=table_molecules(rangees, fictif),
        carte=_carte(place, lignes),
        image_lieux=_image_lieux(place, lignes),
        lieux=_table_lieux(place, lignes, fictif),
        demandes_url=vers_demandes(place.annee),
    )
    return rendre(request, "molecules/analyse.html", contexte)


@require_GET
def recurrences(request: HttpRequest) -> HttpResponse:
    """What comes back every year, and what is rare and very costly."""
    place = placer(request)
    if not place.lues.annee(place.annee):
        return _vide(request, place, "Récurrences")
    rangees = calcul.molecules(place.annee, place.lues.par_annee, place.lues.seuils)
    genres = {m.ucd: m.genre for m in rangees}
    groupes = calcul.par(place.lues.annee(place.annee), lambda ligne: genres[ligne.ucd])
    seuils = place.lues.seuils
    contexte = cadre(
        request,
        f"Récurrences {place.annee}",
        phrase_typologie(groupes, place.annee),
        image=images.parts(
            "Peu de demandes peuvent peser lourd : comparez le nombre et les montants",
            groupes,
            [TYPES[g.nom] for g in groupes],
            f"Récurrente : demandée {seuils.annees_recurrentes} années de suite ou plus. Rare et très "
            f"coûteuse : {seuils.demandes_rares} demandes au plus dans l'année, "
            f"{millions(seuils.cout_eleve)} ou plus en moyenne. Ces seuils sont à confirmer.",
        ),
        types=table_groupes(
            "types",
            "Par type",
            "Type",
            groupes,
            lambda nom: TYPES[nom],
            demonstration=place.lues.demonstration,
        ),
        molecules=table_molecules(rangees, place.lues.demonstration),
        besoins=_table_besoins(place),
    )
    return rendre(request, "molecules/recurrences.html", contexte)


def phrase_annee(place: Place, annuel: BilanAnnee) -> str:
    """The answer of the year in one sentence; both shares of the médico-social are told, never one alone."""
    texte = f"En {annuel.annee}, {place.qui} : {millions(annuel.montant)} demandés"
    if annuel.variation is not None:
        sens = "de plus" if annuel.variation >= 0 else "de moins"
        texte += f", {ecrire_taux(abs(annuel.variation), 0)} {sens} qu'en {annuel.annee - 1}"
    social = groupe_de(annuel, SOCIAL)
    if social is not None:
        texte += (
            f" ; le médico-social fait {ecrire_taux(social.part_nombre, 0)} des demandes et "
            f"{ecrire_taux(social.part_montant, 0)} des montants"
        )
    return texte + "."


def titre_secteurs(annuel: BilanAnnee) -> str:
    """What the picture of sectors shows."""
    social = groupe_de(annuel, SOCIAL)
    if social is None:
        return "Aucune demande du médico-social cette année"
    return (
        f"Médico-social : {ecrire_taux(social.part_nombre, 0)} des demandes, "
        f"{ecrire_taux(social.part_montant, 0)} des montants"
    )


def groupe_de(annuel: BilanAnnee, nom: str) -> Groupe | None:
    """The group of a sector."""
    return next((g for g in annuel.secteurs if g.nom == nom), None)


def phrase_pareto(rangees: Sequence[Molecule], place: Place) -> str:
    """How few drugs make most of the amount."""
    seuil = valeur("molecules.pareto.seuil", le=place.le)
    nombre = calcul.premieres(rangees, seuil)
    sujet = "1 médicament fait" if nombre == 1 else f"{nombre} médicaments font"
    return f"{sujet} {ecrire_taux(seuil, 0)} des montants, sur {len(rangees)}"


def phrase_typologie(groupes: Sequence[Groupe], annee: int) -> str:
    """The two families that matter, number and amount."""
    dites = [
        f"{TYPES[g.nom].lower()} : {ecrire_taux(g.part_nombre, 0)} des demandes et "
        f"{ecrire_taux(g.part_montant, 0)} des montants"
        for code in (RECURRENTE, RARE_COUTEUSE)
        for g in groupes
        if g.nom == code
    ]
    return f"En {annee}, {' ; '.join(dites)}." if dites else f"En {annee}, aucune demande récurrente."


def table_molecules(rangees: Sequence[Molecule], fictif: bool) -> Tableau:
    """The drugs of the year, the largest amount first."""
    return Tableau(
        "molecules",
        [
            Colonne("libelle", "Médicament"),
            Colonne("rang", "Rang", "entier", visible=False),
            Colonne("ucd", "Code UCD", visible=False),
            Colonne("classe", "Classe", choix=True),
            Colonne("genre", "Type", "etat", etats={c: (t, TONS[c]) for c, t in TYPES.items()}, choix=True),
            Colonne("nombre", "Demandes", "entier", total="somme"),
            Colonne("montant", "Montant demandé", "montant", total="somme"),
            Colonne("moyen", "Moyenne par demande", "montant"),
            Colonne("cumul", "Cumul", "taux", aide="Part des montants, de la première ligne à celle-ci"),
            Colonne("annees", "Années", valeur=lambda m: ", ".join(map(str, m.annees)), triable=False),
        ],
        list(rangees),
        titre="Par médicament",
        demonstration=fictif,
    )


def _table_besoins(place: Place) -> Tableau:
    avant = {ligne.suite: ligne for ligne in place.lues.annee(place.annee - 1)}
    rows = [
        {
            "etablissement": ligne.etablissement,
            "secteur": secteur(ligne.secteur),
            "libelle": ligne.libelle,
            "montant": ligne.montant,
            "avant": avant[ligne.suite].montant if ligne.suite in avant else Absence.SANS_OBJET,
            "suite": "reconduite" if ligne.suite in avant else "nouvelle",
        }
        for ligne in place.lues.annee(place.annee)
    ]
    etats = {"reconduite": ("Déjà demandée", "information"), "nouvelle": ("Nouvelle", "neutre")}
    return Tableau(
        "besoins",
        [
            Colonne("etablissement", "Établissement"),
            Colonne("secteur", "Secteur", choix=True),
            Colonne("libelle", "Médicament"),
            Colonne("suite", "Suite", "etat", etats=etats, choix=True),
            Colonne("avant", f"Demandé en {place.annee - 1}", "montant", total="somme"),
            Colonne("montant", f"Demandé en {place.annee}", "montant", total="somme"),
        ],
        rows,
        titre="Demandes reconduites d'une année sur l'autre",
        demonstration=place.lues.demonstration,
    )


def _carte(place: Place, lignes: Sequence[Ligne]) -> Carte | None:
    """The map of the régions, for a national account; a région has its table of establishments."""
    if place.noeud.niveau != Niveau.NATIONAL:
        return None
    par_region = {g.nom: g for g in calcul.par(lignes, lambda ligne: ligne.region)}
    valeurs = [
        ValeurRegion(
            r.code_insee,
            r.nom,
            par_region[r.nom].montant if r.nom in par_region else None,
            f"{reverse('molecules:analyse')}?territoire=region:{r.sigle}",
        )
        for r in Region.objects.all()
    ]
    return carte("Montants demandés par région", valeurs, "montant")


def _image_lieux(place: Place, lignes: Sequence[Ligne]) -> Image | None:
    if place.noeud.niveau == Niveau.NATIONAL:
        return None
    groupes = calcul.par(lignes, lambda ligne: ligne.ght)
    return classement(_titre_premier("territoire", groupes), [Barre(g.nom, g.montant) for g in groupes])


def _table_lieux(place: Place, lignes: Sequence[Ligne], fictif: bool) -> Tableau:
    if place.noeud.niveau == Niveau.NATIONAL:
        groupes = calcul.par(lignes, lambda ligne: ligne.region or "Région inconnue")
        return table_groupes("lieux", "Par région", "Région", groupes, demonstration=fictif)
    groupes = calcul.par(lignes, lambda ligne: f"{ligne.etablissement} · {ligne.ght}")
    return table_groupes("lieux", "Par établissement", "Établissement", groupes, demonstration=fictif)


def _titre_premier(quoi: str, groupes: Sequence[Groupe]) -> str:
    premier = groupes[0]
    return f"Premier {quoi} : {premier.nom}".replace("Premier classe", "Première classe") + (
        f", {ecrire_taux(premier.part_montant, 0)} des montants" if premier.part_montant is not None else ""
    )


def _vide(request: HttpRequest, place: Place, titre: str) -> HttpResponse:
    connues = sorted(place.lues.par_annee, reverse=True)
    contexte = cadre(
        request,
        f"{titre} {place.annee}",
        f"Aucune demande n'est déposée en {place.annee} pour {place.qui}.",
        annees=[(annee, f"?annee={annee}") for annee in connues],
    )
    return rendre(request, "molecules/vide.html", contexte)
