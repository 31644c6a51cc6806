"""The subset of XLSForm that Fanal reads, as tables: types, columns, settings, and why not the rest."""

TYPES = {
    "text": "texte",
    "string": "texte",
    "integer": "entier",
    "int": "entier",
    "decimal": "decimal",
    "date": "date",
    "time": "heure",
    "datetime": "date_heure",
    "select_one": "choix",
    "select one": "choix",
    "select one from": "choix",
    "select1": "choix",
    "select_multiple": "choix_multiple",
    "select multiple": "choix_multiple",
    "select all that apply": "choix_multiple",
    "select all that apply from": "choix_multiple",
    "file": "fichier",
    "image": "fichier",
    "photo": "fichier",
    "note": "note",
    "calculate": "calcul",
    "acknowledge": "accord",
    "trigger": "accord",
    "begin group": "groupe",
    "begin_group": "groupe",
    "begin repeat": "repetition",
    "begin_repeat": "repetition",
}
FINS = {
    "end group": "groupe",
    "end_group": "groupe",
    "end repeat": "repetition",
    "end_repeat": "repetition",
}
# What pyxform is given, whatever spelling the officer used.
TYPES_PYXFORM = {
    "texte": "text",
    "entier": "integer",
    "decimal": "decimal",
    "date": "date",
    "heure": "time",
    "date_heure": "dateTime",
    "choix": "select_one",
    "choix_multiple": "select_multiple",
    "fichier": "file",
    "note": "note",
    "calcul": "calculate",
    "accord": "acknowledge",
    "groupe": "begin_group",
    "repetition": "begin_repeat",
}
_POSITION = (
    "une position ne se saisit pas dans Fanal ; demandez une adresse ou un code FINESS (type « text »)"
)
_MEDIA = "un son ou une vidéo ne se joint pas ; demandez un document (type « file »)"
_TRACE = "Fanal note déjà qui répond et quand ; supprimez la ligne"
_APPAREIL = "Fanal ne relève rien sur l'appareil de la personne ; supprimez la ligne"
_EXTERNE = "Fanal ne lit pas de fichier à côté du formulaire ; écrivez les choix dans la feuille choices"
TYPES_REFUSES = {
    "geopoint": _POSITION,
    "geotrace": _POSITION,
    "geoshape": _POSITION,
    "start-geopoint": _POSITION,
    "audio": _MEDIA,
    "video": _MEDIA,
    "background-audio": _MEDIA,
    "barcode": "un code-barres ne se lit pas depuis une page ; demandez un texte (type « text »)",
    "range": (
        "le curseur n'est pas proposé ; demandez un nombre (type « integer » ou « decimal ») et "
        "une contrainte"
    ),
    "rank": "le classement n'est pas proposé ; demandez un rang par ligne d'une répétition",
    "hidden": "une question cachée n'aurait pas de réponse ; utilisez « calculate »",
    "start": _TRACE,
    "end": _TRACE,
    "today": _TRACE,
    "audit": _TRACE,
    "username": _TRACE,
    "email": _TRACE,
    "deviceid": _APPAREIL,
    "phonenumber": _APPAREIL,
    "simserial": _APPAREIL,
    "subscriberid": _APPAREIL,
    "imei": _APPAREIL,
    "select_one_from_file": _EXTERNE,
    "select_multiple_from_file": _EXTERNE,
    "select_one_external": _EXTERNE,
    "csv-external": _EXTERNE,
    "xml-external": _EXTERNE,
}
# Title of a column, in lower case: the name used here.
COLONNES = {
    "type": "type",
    "name": "name",
    "label": "label",
    "hint": "hint",
    "required": "required",
    "required_message": "required_message",
    "requiredmsg": "required_message",
    "relevant": "relevant",
    "relevance": "relevant",
    "constraint": "constraint",
    "constraint_message": "constraint_message",
    "constraining_message": "constraint_message",
    "calculation": "calculation",
    "calculate": "calculation",
    "default": "default",
    "read_only": "read_only",
    "readonly": "read_only",
    "choice_filter": "choice_filter",
    "repeat_count": "repeat_count",
    "appearance": "appearance",
    "body::accept": "accept",
}
TRADUISIBLES = frozenset({"label", "hint", "required_message", "constraint_message"})
_LANGUES = "Fanal lit une seule langue ; gardez une colonne, par exemple « label »"
COLONNES_REFUSEES = {
    "image": "les images d'un libellé ne sont pas affichées ; décrivez-la dans « hint »",
    "audio": "les sons d'un libellé ne sont pas joués",
    "video": "les vidéos d'un libellé ne sont pas jouées",
    "big-image": "les images d'un libellé ne sont pas affichées",
    "guidance_hint": "un seul texte d'aide est affiché ; réunissez-le avec « hint »",
    "trigger": "un calcul suit toujours ce dont il dépend ; retirez cette colonne",
    "parameters": (
        "aucun paramètre n'est lu ; pour plusieurs lignes de texte, écrivez « multiline » dans appearance"
    ),
    "save_to": "Fanal ne tient pas d'entités ; retirez cette colonne",
    "noapperrorstring": "cette colonne n'est pas lue ; utilisez constraint_message",
}
# A column for the officer alone: read by nobody.
REMARQUES = frozenset({"remarque", "remarques", "commentaire", "commentaires", "note_interne", "notes"})
REGLAGES = {
    "form_title": "titre",
    "title": "titre",
    "form_id": "code",
    "id_string": "code",
    "version": "version",
    "default_language": "langue",
    "style": "style",
}
COLONNES_CHOIX = {
    "list_name": "list_name",
    "list name": "list_name",
    "name": "name",
    "value": "name",
    "label": "label",
}
APPARENCES = frozenset(
    [
        # Ours: a count of patients, hidden from those who may not read a small one.
        "effectif",
        "multiline",
        "minimal",
        "autocomplete",
        "horizontal",
        "horizontal-compact",
        "compact",
        "quick",
        "likert",
        "columns",
        "columns-pack",
        "columns-1",
        "columns-2",
        "columns-3",
        "columns-4",
        "no-buttons",
        "label",
        "list-nolabel",
        "field-list",
        "table-list",
        "numbers",
        "thousands-sep",
        "no-calendar",
        "w1",
        "w2",
        "w3",
        "w4",
        "w5",
        "w6",
        "w7",
        "w8",
        "w9",
        "w10",
    ]
)
_REPOND = frozenset(
    {
        "texte",
        "entier",
        "decimal",
        "date",
        "heure",
        "date_heure",
        "choix",
        "choix_multiple",
        "fichier",
        "accord",
    }
)
# Where a column has an effect; elsewhere it would be ignored in silence, so it is refused.
EFFET = {
    "required": _REPOND,
    "required_message": _REPOND,
    "constraint": _REPOND | {"calcul"},
    "constraint_message": _REPOND | {"calcul"},
    "calculation": (_REPOND - {"fichier", "accord", "choix_multiple"}) | {"calcul"},
    "default": _REPOND - {"fichier"},
    "read_only": _REPOND,
    "choice_filter": frozenset({"choix", "choix_multiple"}),
    "repeat_count": frozenset({"repetition"}),
    "accept": frozenset({"fichier"}),
}
OUI = frozenset({"yes", "oui", "true", "true()", "vrai", "1"})
NON = frozenset({"no", "non", "false", "false()", "faux", "0"})
ELEMENTS_MAX = 1000
NIVEAUX_MAX = 10
CHOIX_MAX = 5000
TEXTE_MAX = 4000
