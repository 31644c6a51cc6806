"""The lines that a deposit set aside: read by pages, corrected one by one, or handed back as a file."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte
from fanal.depenses.actions import correction
from fanal.depenses.models import DepotLignes, LigneReprise
from fanal.depenses.queries import depots as queries
from fanal.depenses.queries.ecartees import PAGE, Ecartees, LigneEcartee
from fanal.depenses.views.depots_rapport import TITRES, champs, dire
from fanal.interface.exports import TYPES, neutraliser
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.refus import Inutilisable, Refus

# Beyond this a workbook is too heavy for a spreadsheet: the CSV holds them all.
XLSX_MAX = 100_000
_NOMBRE = re.compile(r"^[+-]?[\d\s.,\u00a0\u202f]+$")


@require_GET
def liste(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of the set-aside lines, all or those of one rule."""
    deposit = queries.depot_aux_lignes(request, pk)
    aside = Ecartees(deposit)
    rule = request.GET.get("regle", "")
    rule = rule if rule in TITRES else ""
    count = aside.compter(rule)
    pages = max(1, -(-count // PAGE))
    asked = request.GET.get("page", "1")
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), pages)
    lines = aside.page(number, rule)
    done = _reprises(deposit, [line.ligne for line in lines])
    context = {
        "titre": "Lignes écartées",
        "phrase": _phrase(deposit, count, rule),
        "fil": _fil(deposit),
        "depot": deposit,
        "acces": queries.acces(request, deposit),
        "regle": rule,
        "regles": [(a.regle, TITRES.get(a.regle, a.regle), a.nombre) for a in _regles(deposit)],
        "lignes": [
            (
                line,
                _essentiel(deposit, line),
                done.get(line.ligne),
                [dire(deposit, m.phrase) for m in line.motifs],
            )
            for line in lines
        ],
        "page": number,
        "pages": pages,
        "formats": _formats(deposit, count),
    }
    return render(request, "depenses/depots/ecartees.html", context)


def _regles(deposit: DepotLignes) -> Any:
    return deposit.anomalies.filter(gravite="refus")


def _fil(deposit: DepotLignes) -> list[tuple[str, str]]:
    return [
        ("Dépôts", reverse("depenses:depots")),
        (deposit.depot.nom_fichier, reverse("depenses:depot", args=[deposit.pk])),
    ]


def _phrase(deposit: DepotLignes, count: int, rule: str) -> str:
    if not deposit.ecartees:
        return "Aucune ligne de ce dépôt n'a été écartée."
    taken = deposit.reprises.count()
    lines = "1 ligne est écartée" if count == 1 else f"{ecrire_nombre(count)} lignes sont écartées"
    why = "" if rule else f" pour {ecrire_montant(deposit.montant_ecarte_ht)} HT"
    again = f"{ecrire_nombre(taken)} reprise{'s' if taken > 1 else ''}" if taken else "aucune reprise"
    return f"{lines}{why} ; {again} depuis."


def _reprises(deposit: DepotLignes, lines: list[int]) -> dict[int, LigneReprise]:
    rows = LigneReprise.objects.filter(depot=deposit, ligne__in=lines).select_related("par")
    return {row.ligne: row for row in rows}


def _essentiel(deposit: DepotLignes, line: LigneEcartee) -> list[tuple[str, str]]:
    """The cells that say which line it is, under the titles of the file."""
    fields = champs(deposit)
    wanted = ("finess", "numero_commande", "numero_ligne", "libelle", "montant_ht")
    return [
        (t, line.cellules[t]) for w in wanted for t, f in fields.items() if f == w and line.cellules.get(t)
    ]


@require_http_methods(["GET", "POST"])
def corriger(request: HttpRequest, pk: int, ligne: int) -> HttpResponse:
    """A set-aside line, its faulty cells first; entering it again makes a small deposit."""
    deposit = queries.depot_aux_lignes(request, pk)
    can = queries.acces(request, deposit)
    line = Ecartees(deposit).une(ligne)
    error, cells = "", dict(line.cellules)
    if request.method == "POST":
        queries.depot_a_moi(request, pk)
        cells |= {t: request.POST.get(f"c{i}", v)[:4000] for i, (t, v) in enumerate(line.cellules.items())}
        try:
            fresh = correction.corriger_ligne(
                depot=deposit, ligne=ligne, cellules=cells, by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            error = refus.phrase
        else:
            return redirect("depenses:depot", fresh.pk)
    context = {
        "titre": f"Ligne {ligne}",
        "phrase": " ".join(dict.fromkeys(dire(deposit, m.phrase) for m in line.motifs)),
        "fil": [*_fil(deposit), ("Lignes écartées", reverse("depenses:depot_ecartees", args=[pk]))],
        "depot": deposit,
        "acces": can,
        "ligne": line,
        "reprise": _reprises(deposit, [ligne]).get(ligne),
        "cellules": _cellules(deposit, line, cells),
        "erreur": error,
    }
    return render(request, "depenses/depots/corriger.html", context, status=422 if error else 200)


def _cellules(deposit: DepotLignes, line: LigneEcartee, cells: dict[str, str]) -> list[dict[str, Any]]:
    """Every cell with what is said of it; those in fault first."""
    fields = champs(deposit)
    said: dict[str, list[str]] = {}
    for motif in line.motifs:
        said.setdefault(motif.colonne or "", []).append(dire(deposit, motif.phrase))
    found = [
        {
            "rang": i,
            "titre": t,
            "champ": fields.get(t, ""),
            "valeur": v,
            "dit": said.get(fields.get(t, "-"), []),
        }
        for i, (t, v) in enumerate(cells.items())
    ]
    return sorted(found, key=lambda c: (not c["dit"], not c["champ"]))


def _formats(deposit: DepotLignes, count: int) -> list[str]:
    """The kinds of file in which the lines read again as they were."""
    mapping = deposit.depot.correspondance
    numbers = correction.de_nombres(deposit)
    if mapping is not None and mapping.formats.get("decimale"):
        return ["xlsx"] if numbers else ["csv"]
    return ["csv", "xlsx"] if count <= XLSX_MAX else ["csv"]


@require_GET
def fichier(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The set-aside lines under the titles of their file, with the reasons, to correct and deposit again."""
    deposit = queries.depot_aux_lignes(request, pk)
    aside = Ecartees(deposit)
    rule = request.GET.get("regle", "")
    kind = request.GET.get("format", "csv")
    if kind not in _formats(deposit, aside.nombre):
        raise Inutilisable("Ces lignes ne se téléchargent pas dans ce format. Prenez l'autre.")
    name = f"{Path(deposit.depot.nom_fichier).stem[:80]}-lignes-ecartees.{kind}"
    answer: HttpResponseBase
    if kind == "csv":
        answer = StreamingHttpResponse(_csv(deposit, aside, rule), content_type=TYPES["csv"])
        answer["Content-Disposition"] = f'attachment; filename="{_sur(name)}"'
        return answer
    with tempfile.TemporaryDirectory(prefix="fanal-ecartees-") as folder:
        chemin = Path(folder) / "lignes.xlsx"
        rows = [
            (line.ligne, list(line.cellules.values()), _motifs(deposit, line)) for line in aside.toutes(rule)
        ]
        correction.ecrire(chemin, aside.titres, rows, deposit.depot.correspondance)
        content = io.BytesIO(chemin.read_bytes())
    return FileResponse(content, as_attachment=True, filename=_sur(name), content_type=TYPES["xlsx"])


def _csv(deposit: DepotLignes, aside: Ecartees, rule: str) -> Iterator[bytes]:
    mapping = deposit.depot.correspondance
    top = (mapping.ligne_entete or 1) - 1 if mapping else 0
    yield b"\xef\xbb\xbf" + b"\r\n" * top
    yield _rang([*aside.titres, correction.ORIGINE, correction.MOTIFS])
    for line in aside.toutes(rule):
        yield _rang([*line.cellules.values(), str(line.ligne), _motifs(deposit, line)])


def _rang(cells: list[str]) -> bytes:
    """One record; a text that a spreadsheet would run is disarmed, a signed number stays a number."""
    out = io.StringIO()
    safe = [c if _NOMBRE.match(c) else neutraliser(c) for c in cells]
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(safe)
    return out.getvalue().encode()


def _motifs(deposit: DepotLignes, line: LigneEcartee) -> str:
    return " ".join(dire(deposit, m.phrase) for m in line.motifs)


def _sur(name: str) -> str:
    """A file name that fits a header."""
    return re.sub(r"[^\w.-]+", "-", name)
