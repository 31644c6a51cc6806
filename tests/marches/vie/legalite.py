"""Is a contract legal? A second, naive answer, read from the rows alone: it shares no code with the rules."""

from datetime import date, timedelta
from decimal import Decimal

from fanal.marches.models import Marche

PETITE = {"fournitures": Decimal("0.10"), "services": Decimal("0.10"), "travaux": Decimal("0.15")}


def fautes(marche: Marche, seuil_europeen: Decimal) -> list[str]:
    """What is wrong with *marche*, in words; nothing when it is legal."""
    m = Marche.objects.get(pk=marche.pk)
    found: list[str] = []
    orders = list(m.consommations.order_by("le", "id"))
    changes = list(m.modifications.order_by("numero"))
    notified = [c for c in changes if c.etat == "notifiee"]

    maximum = m.maximum_ht
    if maximum is not None:
        maximum += sum((c.variation_ht or Decimal(0) for c in notified), Decimal(0))
        if sum((o.montant_ht for o in orders), Decimal(0)) > maximum:
            found.append("orders pass the maximum")
    units = m.maximum_quantite
    if units is not None:
        units += sum((c.variation_quantite or Decimal(0) for c in notified), Decimal(0))
        if sum((o.quantite or Decimal(0) for o in orders), Decimal(0)) > units:
            found.append("orders pass the maximum in units")
        if any(not o.quantite for o in orders):
            found.append("an order escapes the maximum in units")

    found += _modifications(m, changes, seuil_europeen)
    found += _beneficiaires(m, orders, maximum)
    found += _temps(m, orders, changes)
    if m.etat in ("preparation", "attribue") and (orders or changes or m.date_notification):
        found.append("something was done before the notification")
    if (m.etat == "solde") != (m.solde_le is not None):
        found.append("settled without its day, or the other way round")
    return found


def _modifications(m: Marche, changes: list, seuil: Decimal) -> list[str]:
    found = []
    if [c.numero for c in changes] != list(range(1, len(changes) + 1)):
        found.append("modifications are not numbered one after the other")
    reference = m.maximum_ht if m.maximum_ht is not None else m.montant
    small = Decimal(0)
    for c in changes:
        amount = c.variation_ht or Decimal(0)
        if not c.motif or not c.objet:
            found.append(f"modification {c.numero} has no ground or no object")
        if c.motif in ("R2194-2", "R2194-5") and amount > reference * Decimal("0.5"):
            found.append(f"modification {c.numero} passes half of the initial amount")
        if c.motif == "R2194-8":
            small += amount
            if amount > 0 and not (small < reference * PETITE[m.nature_achat] and small < seuil):
                found.append(f"modification {c.numero} passes the small amount")
        if c.motif == "R2194-6" and amount:
            found.append("a new holder changed the amount")
        if c.date_signature and m.date_notification and c.date_signature < m.date_notification:
            found.append("modified before being notified")
        if c.etat == "notifiee" and (c.date_notification is None or c.date_notification < c.date_signature):
            found.append("notified before being signed")
    return found


def _beneficiaires(m: Marche, orders: list, maximum: Decimal | None) -> list[str]:
    found = []
    ledger = list(m.beneficiaires.all())
    shares = [b.part_maximum_ht for b in ledger if b.part_maximum_ht is not None]
    if shares and (maximum is None or sum(shares) > maximum):
        found.append("shares pass the maximum")
    for entry in ledger:
        if entry.part_maximum_ht is None:
            continue
        first, last = entry.entree or date.min, entry.sortie or date.max
        used = sum(
            (
                o.montant_ht
                for o in orders
                if o.etablissement_id == entry.etablissement_id and first <= o.le <= last
            ),
            Decimal(0),
        )
        if used > entry.part_maximum_ht:
            found.append("a share is passed")
    return found


def _temps(m: Marche, orders: list, changes: list) -> list[str]:
    found = []
    end = m.date_fin_totale
    for o in orders:
        if o.montant_ht > 0 and end is not None and o.le > end:
            found.append("an order follows the end")
        if o.montant_ht > 0 and m.date_debut is not None and o.le < m.date_debut:
            found.append("an order precedes the start")
    if m.date_debut and end and end < m.date_debut:
        found.append("ends before it starts")
    if "Accord-cadre" in (m.techniques or []) and m.date_debut and end and not m.motif_duree:
        limit = m.date_debut.replace(year=m.date_debut.year + 4) - timedelta(days=1)
        if end > limit:
            found.append("a framework runs past four years without a reason")
    previous_end = None
    for rank, r in enumerate(m.reconductions.order_by("numero"), start=1):
        if r.numero != rank or rank > m.reconductions_prevues:
            found.append("a renewal that was not foreseen")
        if r.fin < r.debut or (previous_end is not None and r.debut != previous_end + timedelta(days=1)):
            found.append("renewals do not follow one another")
        previous_end = r.fin
    if m.reconductions.filter(sens="refusee").count() > 1:
        found.append("refused twice")
    if m.etat == "resilie" and m.fin_anticipee_le != end:
        found.append("terminated without its end")
    return found
