"""The words of the journal for calls and dossiers."""

LIBELLES = {
    "appel.creer": "Appel créé",
    "appel.modifier": "Appel modifié",
    "appel.publier": "Appel publié",
    "appel.retirer": "Appel retiré",
    "appel.document": "Document joint à un appel",
    "appel.document_retirer": "Document d'un appel retiré",
    "candidature.reexaminer": "Conditions réexaminées",
    "consentement.retirer": "Consentement retiré, coordonnées effacées",
    "partage.publier": "Document partagé",
    "partage.retirer": "Document partagé retiré",
}
