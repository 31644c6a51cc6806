"""The blocks of a file in order: threads cut them, then their unusual texts are read once each."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree import codage, constantes
from fanal.moteurs.lac.entree.cellules import decouper_cellules
from fanal.moteurs.lac.entree.coupe import COUPEURS_MAX, Coupe, Decoupeur, processeurs
from fanal.moteurs.lac.entree.definition import CODES, DATES, NOMBRES, Conventions, Disposition
from fanal.moteurs.lac.entree.dictionnaires import RANG, TABLES, Dictionnaires

BLOC = 16 * 1024 * 1024
# Codes that stand for a fault in the maps below: the text breaks a rule.
REFUSE = -1
TAUX_ABSENT = -1
TYPE_ABSENT = -1
TYPE_FAUX = -2
CELLULES_GARDEES = 20_000
TAUX_FAUX = -2


@dataclass
class Bloc:
    """The records of a block. Arrays have one column per record; missing values are `VIDE` or 0."""

    octets: Any
    place: int  # of the block in the file
    debuts: Any
    lignes: Any
    trop_longues: Any
    t_place: Any
    t_long: Any
    t_hach: Any
    dims: Any
    types: Any
    taux: Any
    nums: Any
    dates: Any
    # Cells that could not be read: (rule, record, column of the file).
    fautes: list[tuple[str, int, int]] = field(default_factory=list)
    separateur: str = ";"
    colonnes: int = 1
    _cellules: dict[int, list[str]] = field(default_factory=dict)

    @property
    def nombre(self) -> int:
        """How many records."""
        return len(self.debuts)

    def dim(self, nom: str) -> Any:
        """The codes of a dimension."""
        return self.dims[RANG[nom]]

    def num(self, champ: str) -> Any:
        """The values of a number."""
        return self.nums[list(NOMBRES).index(champ)]

    def date(self, champ: str) -> Any:
        """The days of a date."""
        return self.dates[DATES.index(champ)]

    def cellules(self, rang: int) -> list[str]:
        """The cells of a record as the file holds them; several remarks ask for the same ones."""
        if rang not in self._cellules:
            if len(self._cellules) > CELLULES_GARDEES:
                self._cellules.clear()
            self._cellules[rang] = decouper_cellules(
                self.octets, int(self.debuts[rang]), self.separateur, self.colonnes
            )
        return self._cellules[rang]


class Lecteur:
    """Gives the blocks of a file in order. `place`, `vus`: where it stands, to go on from there later.

    A block is good until the next one is asked for: its arrays are used again.
    """

    def __init__(
        self, disposition: Disposition, conventions: Conventions, dictionnaires: Dictionnaires,
        *, place: int | None = None, vus: int = 0, bloc: int | None = None,
    ) -> None:  # fmt: skip
        self.disposition, self.conventions, self.dictionnaires = disposition, conventions, dictionnaires
        self.place = disposition.depart if place is None else place
        self.vus, self.bloc = vus, bloc or BLOC
        self._plan = disposition.plan()
        # Raw code to code; what the lake knows stands for itself.
        self.cartes = [np.arange(dictionnaires.nombre(t) + 1, dtype=np.int32) for t in TABLES]
        self.cartes[RANG["type_ligne"]] = np.full(1, TYPE_ABSENT, np.int32)
        self.cartes[RANG["taux_tva"]] = np.full(1, TAUX_ABSENT, np.int32)
        self._lus: dict[tuple[str, bytes], int | None] = {}
        self._refus: dict[int, dict[int, str]] = {}

    def blocs(self) -> Iterator[Bloc]:
        """The blocks from where it stands to the end."""
        with self.disposition.chemin.open("rb") as fichier:
            decoupeur = Decoupeur(self.disposition, fichier.fileno())
            attendus = self.bloc
            while self.place < decoupeur.taille:
                # Pieces are cut ahead, from guessed places: when one proves wrong, again from the right one.
                depart = self.place
                for coupe in self._coupes(decoupeur, attendus):
                    bloc = self._recevoir(coupe)
                    if bloc.nombre:
                        yield bloc
                    decoupeur.rendre(coupe)
                attendus = 2 * attendus if self.place == depart else self.bloc
                decoupeur.oublier()

    def _coupes(self, decoupeur: Decoupeur, attendus: int) -> Iterator[Coupe]:
        """The pieces that follow one another from where it stands, until one ends before the next."""
        bornes = decoupeur.bornes(self.place, attendus)
        if decoupeur.taille - self.place <= attendus:
            yield from (decoupeur.couper(*b) for b in bornes)
            return
        coupeurs = min(COUPEURS_MAX, processeurs())
        attente: deque[tuple[int, Future[Coupe]]] = deque()
        with ThreadPoolExecutor(coupeurs, "coupeur") as equipe:
            try:
                for borne in bornes:
                    attente.append((borne[1], equipe.submit(decoupeur.couper, *borne)))
                    if len(attente) <= coupeurs:
                        continue
                    fin, recue = attente.popleft()
                    yield recue.result()
                    if self.place != fin:
                        return
                while attente:
                    fin, recue = attente.popleft()
                    yield recue.result()
                    if self.place != fin:
                        return
            finally:
                for _, inutile in attente:
                    inutile.cancel()

    def _recevoir(self, coupe: Coupe) -> Bloc:
        """A piece in its turn: its codes become common ones, its unusual texts are read."""
        n = coupe.nombre
        debuts, rangs, trop, places, longueurs, hachages, dims, nums, dates = coupe.colonnes
        for table, rang in RANG.items():
            nouveaux = self.dictionnaires.codes(table, *coupe.nouveaux(rang))
            coupe.locaux.bruts[rang].ajouter(nouveaux)
        self._connaitre()
        fautes = self._lire_lents(coupe.tampons.octets, coupe.lents, nums, dates, longueurs)
        for table, rang in RANG.items():
            fautes += self._placer(table, coupe, dims[rang, :n])
        bloc = Bloc(
            coupe.tampons.octets, coupe.place, debuts[:n],
            self.disposition.premiere_ligne + self.vus + rangs[:n], trop[:n], places[:, :n],
            longueurs[:, :n], hachages[:, :n], dims[:, :n], dims[RANG["type_ligne"], :n],
            dims[RANG["taux_tva"], :n], nums[:, :n], dates[:, :n], fautes, self.disposition.separateur,
            len(self.disposition.champs),
        )  # fmt: skip
        self.place = coupe.fin
        self.vus += coupe.vus
        return bloc

    def _connaitre(self) -> None:
        """Read each new text of the coded columns once, and say which code it stands for."""
        for champ, table in CODES.items():
            rang = RANG[table]
            avant = len(self.cartes[rang]) - 1
            nouvelles = self.dictionnaires.nouvelles(table, avant)
            if nouvelles:
                # Reading may add a value (a FINESS with its zero back): it stands for itself.
                codes = [self._code(champ, table, rang, brut, texte) for brut, texte in nouvelles.items()]
                ajoutes = range(avant + len(codes) + 1, self.dictionnaires.nombre(table) + 1)
                self.cartes[rang] = np.concatenate(
                    [self.cartes[rang], np.array([*codes, *ajoutes], np.int32)]
                )

    def _code(self, champ: str, table: str, rang: int, brut: int, texte: str) -> int:
        if self.conventions.absence(texte):
            return {"type_ligne": TYPE_ABSENT, "taux_tva": TAUX_ABSENT}.get(table, 0)
        lue = self.conventions.valeur(champ, texte)
        if table in ("type_ligne", "taux_tva"):
            lire = self.conventions.type_ligne if table == "type_ligne" else self.conventions.taux
            nombre = lire(lue.texte or "")
            return TYPE_FAUX if nombre is None else nombre
        if lue.refus:
            self._refus.setdefault(rang, {})[brut] = lue.refus
            return REFUSE
        if lue.texte is None:
            return 0
        return brut if lue.texte == texte else self.dictionnaires.code(table, lue.texte)

    def _placer(self, table: str, coupe: Coupe, codes: Any) -> list[tuple[str, int, int]]:
        """Put codes in place of those of a thread; the cells whose text breaks a rule."""
        rang = RANG[table]
        bruts, finals = coupe.locaux.bruts[rang], coupe.locaux.finals[rang]
        if finals.nombre == 0:
            finals.ajouter(self.cartes[rang][:1])
        finals.ajouter(self.cartes[rang][bruts.valeurs[finals.nombre : bruts.nombre]])
        refus = self._refus.get(rang)
        locaux = codes.copy() if refus else codes
        codage.traduire(codes, finals.valeurs)
        if not refus:
            return []
        champ = next(c for c, t in CODES.items() if t == table)
        colonne = self.disposition.champs.index(champ)
        fautifs = np.flatnonzero(codes == REFUSE)
        fautes = [(refus[int(bruts.valeurs[locaux[r]])], int(r), colonne) for r in fautifs]
        codes[fautifs] = 0
        return fautes

    def _lire_lents(
        self, o: Any, lents: Any, nums: Any, dates: Any, longueurs: Any
    ) -> list[tuple[str, int, int]]:
        """Read the cells left by the compiled loop; those that cannot be read, or in one way, are faults."""
        fautes = []
        vue = memoryview(o)
        genres, cibles, _ = self._plan
        for rang, colonne, place, longueur in lents.tolist():
            texte = bytes(vue[place : place + longueur])
            champ, genre, cible = self.disposition.champ(colonne), genres[colonne], cibles[colonne]
            if genre == constantes.TEXTE:
                if self.conventions.absence(texte.decode()):
                    longueurs[cible, rang] = 0
                elif self.conventions.abrege(texte.decode()):
                    fautes.append(("code_abrege", rang, colonne))
                continue
            valeur = self._lu(champ, texte)
            if valeur is None:
                fautes.append(("type", rang, colonne))
                valeur = int(constantes.VIDE) if genre == constantes.NOMBRE else int(constantes.VIDE_JOUR)
            if genre == constantes.NOMBRE:
                nums[cible, rang] = valeur
                if not self.disposition.typee and self.conventions.ambigu(champ, texte.decode()):
                    fautes.append(("nombre_ambigu", rang, colonne))
            else:
                dates[cible, rang] = valeur if valeur != constantes.VIDE else constantes.VIDE_JOUR
        return fautes

    def _lu(self, champ: str, octets: bytes) -> int | None:
        cle = (champ, octets)
        if cle not in self._lus:
            texte = octets.decode()
            if self.conventions.absence(texte):
                self._lus[cle] = int(constantes.VIDE)
            elif champ in DATES:
                self._lus[cle] = self.conventions.jour(texte)
            else:
                self._lus[cle] = self.conventions.nombre(champ, texte)
            if len(self._lus) > 500_000:
                self._lus = {cle: self._lus[cle]}
        return self._lus[cle]
