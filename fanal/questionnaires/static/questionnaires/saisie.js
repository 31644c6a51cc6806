/* A form that saves as one types. Without this file, buttons do the same, one page load slower. */
(function () {
  "use strict";
  var RELANCE = 15000;
  var sales = new Set();

  function formulaire() { return document.querySelector("form[data-saisie]"); }
  function question(element) { return element && element.closest ? element.closest(".q") : null; }
  function dire(texte) {
    var zone = document.getElementById("etat-saisie");
    if (zone) { zone.textContent = texte; }
  }

  /* What is being typed is never replaced: its field is left alone until it has been sent. */
  document.addEventListener("htmx:oobBeforeSwap", function (e) {
    var cible = e.detail.target;
    if (!cible || !cible.matches || !cible.matches(".q, .q-groupe, .q-table")) { return; }
    var occupes = Array.from(sales).some(function (id) {
      var champ = document.getElementById(id);
      return champ && cible.contains(champ);
    });
    if (occupes) { e.detail.shouldSwap = false; }
  });

  document.addEventListener("input", function (e) {
    var q = question(e.target);
    if (q && e.target.form === formulaire()) { sales.add(q.id); }
  });

  document.addEventListener("htmx:beforeRequest", function (e) {
    var f = formulaire();
    if (!f || !f.contains(e.detail.elt)) { return; }
    /* From now on, only what is typed after this sending is still to send. */
    sales.clear();
    dire("Enregistrement…");
  });

  function marquer() {
    document.querySelectorAll(".q").forEach(function (q) {
      var faute = q.querySelector(".champ-erreur") !== null;
      q.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(function (champ) {
        champ.classList.toggle("is-invalid", faute);
        if (faute) { champ.setAttribute("aria-invalid", "true"); } else { champ.removeAttribute("aria-invalid"); }
      });
    });
  }
  document.addEventListener("htmx:afterRequest", marquer);
  document.addEventListener("DOMContentLoaded", marquer);

  /* A new row is where one goes on writing. */
  document.addEventListener("htmx:afterRequest", function (e) {
    /* The button itself was replaced with its table: the request remembers it. */
    var bouton = e.detail.requestConfig && e.detail.requestConfig.elt;
    if (!bouton || bouton.name !== "acte" || !e.detail.successful) { return; }
    var table = document.getElementById(bouton.dataset.table);
    if (!table) { return; }
    var lignes = table.querySelectorAll(":scope > .q-ligne");
    var derniere = lignes[lignes.length - 1];
    var champ = derniere && bouton.value.indexOf("retirer:") !== 0 && derniere.querySelector("input:not([type=hidden]), select, textarea");
    (champ || table).focus();
  });

  /* The connection is lost: what is typed stays on the page and is sent again by itself. */
  document.addEventListener("htmx:sendError", function (e) {
    var f = formulaire();
    if (!f || !f.contains(e.detail.elt)) { return; }
    f.dataset.perdu = "1";
    dire("Pas encore enregistré : la connexion est interrompue. Vos réponses restent ici et partiront d'elles-mêmes.");
    window.setTimeout(function () { window.htmx.trigger(f, "reprise"); }, RELANCE);
  });
  document.addEventListener("htmx:afterOnLoad", function () {
    var f = formulaire();
    if (f && f.dataset.perdu) {
      delete f.dataset.perdu;
      var zone = document.getElementById("messages");
      if (zone) { zone.replaceChildren(); }
    }
  });
  window.addEventListener("beforeunload", function (e) {
    var f = formulaire();
    if (f && f.dataset.perdu) { e.preventDefault(); }
  });

  /* A file that was chosen is attached at once. */
  document.addEventListener("change", function (e) {
    if (!e.target.matches("input[type=file][data-joindre]") || !e.target.files.length) { return; }
    e.stopPropagation();
    e.target.closest(".q-envoi").querySelector("button").click();
  }, true);
})();
