"""What is said of a line: the rules, their severity, and the sentence for each cell."""

from datetime import date, timedelta

REFUS, CONTROLE, INFORMATION = "refus", "controle", "information"
_EPOQUE = date(1970, 1, 1)

# Rule, severity, what it holds, the sentence of the summary: in the order of the guide.
REGLES = (
    ("requis", REFUS, "Les colonnes obligatoires sont remplies",
     "Une colonne obligatoire est vide. Complétez-la, puis déposez ces lignes de nouveau."),
    ("type", REFUS, "Les nombres et les dates se lisent",
     "Un nombre ou une date ne se lit pas. Corrigez la cellule, ou dites dans la correspondance comment "
     "votre logiciel écrit les nombres et les dates."),
    ("enumeration", REFUS, "Le type de ligne est l'un des types prévus",
     "Le type de ligne n'est pas prévu (commande, avoir, unites_gratuites, remise). Indiquez dans la table "
     "de codes de la correspondance ce que veut dire le code de votre logiciel."),
    ("code_abrege", REFUS, "Un code long n'a pas été abrégé par un tableur (3,4E+12)",
     "Un code a été abrégé par un tableur : ses derniers chiffres sont perdus. Exportez-le de nouveau comme "
     "du texte."),
    ("ligne_trop_longue", REFUS, "La ligne n'a pas plus de cellules que de titres de colonnes",
     "La ligne a plus de cellules que de titres, sans doute à cause d'un séparateur dans un libellé. Mettez "
     "ce libellé entre guillemets."),
    ("etablissement_inconnu", REFUS, "L'établissement est connu",
     "Le numéro FINESS n'est celui d'aucun établissement connu. Vérifiez-le, ou faites enregistrer "
     "l'établissement."),
    ("hors_territoire", REFUS, "L'établissement est de ceux pour lesquels le déposant agit",
     "L'établissement n'est pas de ceux pour lesquels vous déposez. Faites déposer ces lignes par son GHT."),
    ("hors_mois", REFUS, "Avec des mois à remplacer, la date de commande est dans l'un d'eux",
     "La date de commande n'est dans aucun des mois que ce dépôt remplace. Déposez ces lignes à part, ou "
     "ajoutez leur mois."),
    ("date_impossible", REFUS, "Les dates ne sont ni trop anciennes ni postérieures au dépôt",
     "Une date est trop ancienne, ou postérieure au jour du dépôt. Corrigez-la dans votre logiciel."),
    ("montant", REFUS, "Le montant est la quantité fois le prix",
     "Le montant n'est pas la quantité multipliée par le prix. Corrigez l'un des trois, ou indiquez dans la "
     "correspondance à combien de décimales votre logiciel arrondit les prix qu'il écrit."),
    ("avoir_positif", REFUS, "Un avoir ou une remise a un montant négatif",
     "Un avoir ou une remise s'écrit avec un montant négatif. Corrigez le signe ou, si votre logiciel écrit "
     "tous les avoirs en positif, dites-le dans la correspondance."),
    ("gratuite_payante", REFUS, "Des unités gratuites n'ont pas de montant",
     "Des unités gratuites portent un montant. Mettez le montant à zéro, ou changez le type de ligne."),
    ("doublon", REFUS, "Une ligne de commande n'apparaît qu'une fois dans le fichier",
     "La même ligne de commande apparaît deux fois dans le fichier : la première est comptée. Retirez "
     "l'autre, ou corrigez son numéro de ligne."),
    ("nombre_ambigu", CONTROLE, "Le point d'un montant ne peut pas être pris pour un séparateur de milliers",
     "Un montant comme 1.200 peut se lire 1,20 € ou 1 200 € : il est lu avec un point décimal. Indiquez le "
     "signe décimal dans la correspondance, puis déposez de nouveau : les lignes seront corrigées."),
    ("reception_avant_commande", CONTROLE, "La réception suit la commande",
     "La réception est antérieure à la commande. Vérifiez les deux dates."),
    ("facture_avant_commande", CONTROLE, "La facture suit la commande",
     "La facture est antérieure à la commande. Vérifiez les deux dates ; une commande de régularisation se "
     "justifie."),
    ("taux_tva", CONTROLE, "Le taux de TVA est un taux en vigueur à la date de commande",
     "Le taux de TVA n'est pas un taux en vigueur en métropole à la date de commande. Vérifiez-le."),
    ("commande_negative", CONTROLE, "Une commande n'a pas un montant négatif",
     "Une commande a un montant négatif. S'il s'agit d'un avoir ou d'une remise, corrigez le type de ligne."),
    ("avoir_deduit", CONTROLE, "Un montant négatif sans type de ligne est lu comme un avoir",
     "Le type de ligne manque et le montant est négatif : la ligne est lue comme un avoir. Vérifiez-le."),
    ("cle_siret", CONTROLE, "Le SIRET du fournisseur a quatorze chiffres et une clé juste",
     "Le SIRET du fournisseur n'a pas la forme ou la clé d'un SIRET. Comparez-le à une facture."),
    ("cle_produit", CONTROLE, "Le code produit a la forme et la clé d'un CIP13, UCD, GTIN ou LPP",
     "Le code produit n'a pas la forme ou la clé d'un code CIP13, UCD, GTIN ou LPP. Comparez-le à "
     "l'emballage ; un code interne se met dans code_article."),
    ("famille_inconnue", CONTROLE, "La famille est une famille de la nomenclature",
     "La famille n'est pas dans la nomenclature. Choisissez l'une de ses familles, ou complétez la table de "
     "codes de la correspondance."),
    ("avoir_sans_origine", CONTROLE, "Un avoir se rattache à une commande connue",
     "Aucune ligne de commande connue ne correspond à cet avoir (même établissement, même commande ou même "
     "facture, même article). Déposez la période de la commande, ou vérifiez ses numéros."),
    ("avoir_superieur", CONTROLE, "Un avoir ne dépasse pas la ligne qu'il reprend",
     "L'avoir dépasse le montant de la ligne qu'il reprend. Vérifiez les deux montants."),
    ("avoir_detache", CONTROLE, "Un avoir déjà déposé garde la commande à laquelle il se rattache",
     "Ce dépôt retire ou corrige la commande que reprenait un avoir déjà déposé : il n'a plus d'origine. "
     "Vérifiez la commande et l'avoir."),
    ("connue_gardee", CONTROLE, "Dans un mois remplacé, une ligne écartée du fichier ne retire pas la sienne",
     "Une ligne en vigueur d'un mois remplacé est dans le fichier, mais écartée : l'ancienne version est "
     "gardée. Corrigez la ligne écartée et déposez-la de nouveau."),
    ("avoir_rattache", INFORMATION, "Un avoir déposé avant sa commande lui est rattaché quand elle arrive",
     "Des avoirs déjà déposés, restés sans origine, sont rattachés à une commande de ce dépôt. Rien n'est à "
     "faire."),
)  # fmt: skip

GRAVITE = {code: gravite for code, gravite, _, _ in REGLES}
RESUME = {code: phrase for code, _, _, phrase in REGLES}


def en_jour(jour: int) -> str:
    """« 31/12/2021 » of days since 1970."""
    return f"{_EPOQUE + timedelta(days=int(jour)):%d/%m/%Y}"


def decimal(valeur: int, decimales: int) -> str:
    """A number in units of 10^-decimales as people write it: 12,50."""
    signe, n = ("-" if valeur < 0 else ""), abs(int(valeur))
    texte = f"{n // 10**decimales}"
    fraction = f"{n % 10**decimales:0{decimales}d}".rstrip("0")
    fraction = fraction.ljust(2, "0") if decimales == 2 else fraction
    return f"{signe}{texte},{fraction}" if fraction else signe + texte


def sur_la_ligne(ligne: int, champ: str | None, suite: str) -> str:
    """The sentence of one cell: where, what happened, what to do."""
    ou = f"Ligne {ligne}, colonne « {champ} »" if champ else f"Ligne {ligne}"
    return f"{ou} : {suite}"


def citer(texte: str) -> str:
    """A value between French quotation marks, shortened."""
    plat = " ".join(texte.split())
    return f"« {plat[:59] + '…' if len(plat) > 60 else plat} »"
