"""One contract as received, judged: what is set aside, what is known, what is unknown and why.

Only a contract without buyer, identifier or object is set aside here (repeats are seen by whoever reads the
whole file). Any other defect leaves the value unknown, with a remark, the text received staying in `recu`.
"""

import hashlib
import json
from typing import Any

from fanal.depots.noms import normaliser as normaliser_texte
from fanal.fournisseurs.rules.identites import controler
from fanal.marches.compute.dates import fin_apres
from fanal.marches.lecture import libelles, valeurs
from fanal.marches.lecture.acteurs import lire_acheteur, lire_titulaires
from fanal.marches.lecture.avenants import lire_modifications, lire_sous_traitance
from fanal.marches.lecture.champs import ATTENDUS, BOOLEENS, CONNUS, DATES, LIBELLES, LISTES, PARTS
from fanal.marches.lecture.fiche import Fiche, deballer
from fanal.marches.lecture.resultats import Brut, Lu, Reperes

# Changes when the reading rules do, so that known content is judged again.
VERSION = "1"
IDENTIFIANT_MAX, SIRET_MAX = 80, 20
ECRIRE = json.JSONEncoder(sort_keys=True, default=str, separators=(",", ":")).encode
MANQUES = {
    "codeCPV": "cpv-absent",
    "dateNotification": "notification-absente",
    "dureeMois": "duree-absente",
    "montant": "montant-absent",
    "titulaires": "titulaire-absent",
}


def empreinte(contenu: dict[str, Any]) -> str:
    """The SHA-256 of what was received, whatever the order of its keys."""
    return hashlib.sha256(f"{VERSION}\n{ECRIRE(contenu)}".encode()).hexdigest()


def normaliser(brut: Brut, reperes: Reperes) -> Lu:
    """Judge one contract. Never raises: what cannot be read is unknown, with a remark."""
    fiche = Fiche(brut)
    siret, nom = lire_acheteur(fiche)
    identifiant = valeurs.texte(brut.contenu.get("id"))
    objet = fiche.texte_accents("objet", brut.contenu.get("objet"))
    _ecarter(fiche, siret, identifiant, objet)
    if fiche.ecarte:
        return Lu(brut.ligne, siret, identifiant, anomalies=fiche.anomalies, ecarte=True)
    marque = empreinte(brut.contenu)
    if len(identifiant) > IDENTIFIANT_MAX:
        fiche.noter("identifiant-long", "id", identifiant)
        identifiant = valeurs.raccourcir(identifiant, IDENTIFIANT_MAX, marque)
    if not controler("SIRET", siret).valide:
        fiche.noter("siret-acheteur", "acheteur.id", siret)
        siret = valeurs.raccourcir(siret, SIRET_MAX, hashlib.sha256(siret.encode()).hexdigest())
    fiche.valeurs.update(acheteur_nom=nom[:240], objet=objet)
    _listes(fiche)
    _libelles(fiche)
    _scalaires(fiche, reperes)
    _temps_et_prix(fiche, reperes)
    _lieu(fiche)
    beneficiaires = _propres(fiche, reperes)
    titulaires = lire_titulaires(fiche)
    modifications = lire_modifications(fiche, reperes)
    lire_sous_traitance(fiche)
    _echeance(fiche, [m.duree_mois_apres for m in modifications])
    _reste(fiche)
    return Lu(
        ligne=brut.ligne,
        acheteur_siret=siret,
        identifiant=identifiant,
        valeurs=fiche.valeurs,
        titulaires=titulaires,
        modifications=modifications,
        beneficiaires=beneficiaires,
        recu=fiche.recu,
        anomalies=fiche.anomalies,
        empreinte=marque,
    )


def _ecarter(fiche: Fiche, siret: str, identifiant: str, objet: str) -> None:
    if not siret:
        fiche.noter("acheteur-absent", "acheteur.id", "")
    if not identifiant:
        fiche.noter("identifiant-absent", "id", "")
    if not objet:
        # A form of file without a column for the object cannot be blamed for its absence.
        prevu = "objet" in fiche.prevus
        fiche.noter("objet-absent" if prevu else "objet-inconnu", "objet", "")


def _listes(fiche: Fiche) -> None:
    for nom, (interne, champ) in LISTES.items():
        recu = fiche.contenu.get(nom)
        if recu is None:
            continue
        plats = recu.get(interne) if isinstance(recu, dict) else recu
        if isinstance(plats, list) and plats and libelles.tous_exacts(nom, plats):
            fiche.valeurs[champ] = list(dict.fromkeys(plats))
            continue
        recus = [valeurs.texte(v) for v in deballer(recu, interne)]
        recus = [v for v in recus if v.casefold() not in valeurs.ABSENTS or v.casefold() == "sans objet"]
        if not recus:
            continue
        lus = [libelles.trouver(nom, v) for v in recus]
        for texte, lu in zip(recus, lus, strict=True):
            if not lu:
                fiche.noter("libelle-inconnu", nom, texte)
        if lus != recus:
            fiche.recu[nom] = recus
        if all(lus):
            fiche.valeurs[champ] = list(dict.fromkeys(lus))


def _libelles(fiche: Fiche) -> None:
    for nom, champ in LIBELLES.items():
        recu = valeurs.texte(fiche.lire(nom))
        if recu.casefold() in valeurs.ABSENTS:
            continue
        lu = recu if libelles.exact(nom, recu) else _ancien(fiche, nom, recu)
        if lu is None:
            continue
        if lu != recu:
            fiche.recu[nom] = recu
        if lu:
            fiche.valeurs[champ] = lu
        else:
            fiche.noter("libelle-inconnu", nom, recu)


def _ancien(fiche: Fiche, nom: str, recu: str) -> str | None:
    """The label of today for an older one; None when it was taken into another field."""
    cle = normaliser_texte(recu)
    if nom == "nature" and cle in (libelles.ACCORD_CADRE, libelles.SUBSEQUENT):
        if cle == libelles.ACCORD_CADRE and "techniques" not in fiche.valeurs:
            fiche.valeurs["techniques"] = ["Accord-cadre"]
        return "Marché"
    if nom == "formePrix" and cle in libelles.VARIATIONS:
        fiche.recu[nom] = recu
        fiche.valeurs.setdefault("types_prix", [libelles.VARIATIONS[cle]])
        return None
    return libelles.trouver(nom, recu)


def _scalaires(fiche: Fiche, reperes: Reperes) -> None:
    for nom, champ in BOOLEENS.items():
        fiche.prendre(nom, champ, valeurs.booleen)
    for nom, champ in PARTS.items():
        fiche.prendre(nom, champ, valeurs.part)
    ue, france = fiche.valeurs.get("origine_ue"), fiche.valeurs.get("origine_france")
    if ue is not None and france is not None and france > ue:
        # DECP 2.0.3: what comes from France comes from the Union.
        fiche.noter("origines-incoherentes", "origineFrance", str(france))
    fiche.prendre("offresRecues", "offres_recues", lambda v: valeurs.entier(v, 1, 100_000))
    accord = valeurs.texte(fiche.lire("idAccordCadre"))
    if accord.casefold() not in valeurs.ABSENTS:
        fiche.valeurs["id_accord_cadre"] = accord[:80]


def _temps_et_prix(fiche: Fiche, reperes: Reperes) -> None:
    for nom, champ in DATES.items():
        fiche.prendre(nom, champ, lambda v: valeurs.jour(valeurs.texte(v), reperes.aujourd_hui))
    fiche.prendre("dureeMois", "duree_mois", valeurs.duree)
    fiche.prendre("montant", "montant", valeurs.montant)
    fiche.prendre("codeCPV", "code_cpv", lambda v: valeurs.cpv(valeurs.texte(v), reperes.cpv))
    cpv = valeurs.texte(fiche.lire("codeCPV"))
    if "-" in cpv:
        fiche.recu["codeCPV"] = cpv
    for nom in ATTENDUS:
        if nom in fiche.prevus and nom != "titulaires" and fiche.absent(nom):
            fiche.noter(MANQUES[nom], nom, "")
    nature = valeurs.nature_achat(fiche.valeurs.get("code_cpv", ""))
    if nature:
        fiche.valeurs["nature_achat"] = nature


def _lieu(fiche: Fiche) -> None:
    lieu = fiche.lire("lieuExecution")
    if not isinstance(lieu, dict):
        return
    code, genre = valeurs.texte(lieu.get("code")), valeurs.texte(lieu.get("typeCode"))
    nom, _ = valeurs.accents(valeurs.texte(lieu.get("nom")))
    if nom:
        fiche.recu["lieuExecution.nom"] = nom
    if not code and not genre:
        return
    connu = libelles.trouver("lieuExecution.typeCode", genre) if genre else ""
    if connu and valeurs.lieu_convient(connu, code.upper()):
        fiche.valeurs.update(lieu_code=code.upper(), lieu_type=connu)
        return
    fiche.noter("lieu-forme", "lieuExecution.code", f"{code} ({genre})")
    fiche.recu.update({"lieuExecution.code": code, "lieuExecution.typeCode": genre})


def _propres(fiche: Fiche, reperes: Reperes) -> list[str]:
    """The values that only our own workbook and the tabular form carry; returns the beneficiaries known."""
    propres = {k: v for k, v in fiche.propres.items() if k != "beneficiaires" and v not in (None, "")}
    minimum, maximum = propres.get("minimum_ht"), propres.get("maximum_ht")
    if minimum is not None and maximum is not None and maximum < minimum:
        fiche.noter("valeur-forme", "maximum_ht", str(maximum))
        del propres["maximum_ht"]
    fiche.valeurs.update(propres)
    nommes = list(dict.fromkeys(fiche.propres.get("beneficiaires", ())))
    for finess in nommes:
        if finess not in reperes.finess:
            fiche.noter("beneficiaire-inconnu", "beneficiaires", finess)
    return [finess for finess in nommes if finess in reperes.finess]


def _echeance(fiche: Fiche, durees: list[int | None]) -> None:
    """Start and total end, when the file says enough; otherwise the end stays unknown."""
    debut = fiche.valeurs.get("date_debut") or fiche.valeurs.get("date_notification")
    if debut is None:
        return
    fiche.valeurs["date_debut"] = debut
    initiale = fiche.valeurs.get("duree_mois")
    derniere = next((d for d in reversed(durees) if d), None)
    duree = derniere or initiale
    if not duree or "date_fin_totale" in fiche.valeurs:
        return
    fiche.valeurs["date_fin_totale"] = fin_apres(debut, duree)
    if initiale and derniere and derniere != initiale:
        fiche.valeurs["date_fin_initiale"] = fin_apres(debut, initiale)


def _reste(fiche: Fiche) -> None:
    """Keep what the schema does not know, as it came."""
    autres = {
        valeurs.texte(k): valeurs.propre(v)
        for k, v in fiche.contenu.items()
        if k not in CONNUS and k != "fanal" and v not in (None, "", [], {})
    }
    if autres:
        fiche.recu["autres"] = autres
