"""Sections of a form: its groups and repeats of the first level; loose questions gather under the title."""

from fanal.moteurs.xlsform.modele import GROUPE, NOTE, QUESTIONS, REPETITION, Element, Formulaire

RESTE = ""


def sections(formulaire: Formulaire) -> list[Element]:
    """The sections in the order of the form, each a group (a lone repeat is put in one of its own name).

    Questions outside every group come together where the first of them stands; when only notes and
    calculations stand outside, they make no section (`preambule` gives the notes).
    """
    trouvees: list[Element] = []
    libres: list[Element] = []
    place = -1
    for element in formulaire.elements:
        if element.genre == GROUPE:
            trouvees.append(element)
        elif element.genre == REPETITION:
            trouvees.append(Element(element.nom, GROUPE, element.libelle or element.nom, enfants=(element,)))
        else:
            place = len(trouvees) if place < 0 else place
            libres.append(element)
    if any(e.genre in QUESTIONS for e in libres):
        titre = formulaire.titre if not trouvees else "Renseignements généraux"
        trouvees.insert(place, Element(RESTE, GROUPE, titre, enfants=tuple(libres)))
    return trouvees


def preambule(formulaire: Formulaire) -> list[Element]:
    """The notes outside every section: they introduce the form."""
    if section_de(formulaire, RESTE) is not None:
        return []
    return [e for e in formulaire.elements if e.genre == NOTE]


def section_de(formulaire: Formulaire, nom: str) -> Element | None:
    """The section called *nom*."""
    return next((s for s in sections(formulaire) if s.nom == nom), None)


def noms_de(section: Element) -> set[str]:
    """The names of all that stands in the section, at any depth."""
    noms = {section.nom}
    for enfant in section.enfants:
        noms |= noms_de(enfant)
    return noms


def section_du_chemin(formulaire: Formulaire, chemin: str) -> str:
    """The name of the section where *chemin* stands; "" when nowhere."""
    nom = chemin.partition("[")[0]
    return next((s.nom for s in sections(formulaire) if nom in noms_de(s)), "")
