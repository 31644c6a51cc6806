/* Small behaviours of the pages. Everything works without them, one page load slower. */
(function () {
  "use strict";

  function dire(texte) {
    var zone = document.getElementById("messages");
    if (!zone) { return; }
    var bloc = document.createElement("div");
    bloc.className = "message message-error";
    bloc.setAttribute("role", "status");
    var phrase = document.createElement("p");
    phrase.textContent = texte;
    bloc.appendChild(phrase);
    zone.replaceChildren(bloc);
    zone.scrollIntoView({ block: "nearest" });
  }

  /* Rows: up and down arrows, Enter opens the detail or the first link. */
  document.addEventListener("keydown", function (e) {
    var rang = e.target.closest && e.target.closest("tr[data-rang]");
    if (!rang || e.target !== rang) { return; }
    if (e.key === "Enter") {
      var lien = rang.querySelector("a.ouvrir") || rang.querySelector("a[href]");
      if (lien) { e.preventDefault(); lien.click(); }
      return;
    }
    var rangs = Array.from(rang.closest("tbody").querySelectorAll("tr[data-rang]"));
    var i = rangs.indexOf(rang);
    var suivant = { ArrowDown: rangs[i + 1], ArrowUp: rangs[i - 1], Home: rangs[0], End: rangs[rangs.length - 1] }[e.key];
    if (suivant) {
      e.preventDefault();
      rang.tabIndex = -1;
      suivant.tabIndex = 0;
      suivant.focus();
    }
  });

  /* A row opens in place: the first click loads its detail, the next ones hide and show it. */
  document.addEventListener("click", function (e) {
    var lien = e.target.closest("a.ouvrir");
    if (!lien || e.ctrlKey || e.metaKey || e.shiftKey) { return; }
    e.preventDefault();
    var detail = document.getElementById(lien.getAttribute("aria-controls"));
    var ouvert = lien.getAttribute("aria-expanded") === "true";
    lien.setAttribute("aria-expanded", String(!ouvert));
    detail.hidden = ouvert;
    if (!ouvert && !detail.dataset.charge) {
      detail.dataset.charge = "1";
      window.htmx.trigger(lien, "ouvrir");
    }
  });

  /* The reason of a mark shows below it, and goes with Escape or the next click. */
  var bulle = null;
  function fermer() { if (bulle) { bulle.remove(); bulle = null; } }
  document.addEventListener("click", function (e) {
    var marque = e.target.closest("[data-info]");
    fermer();
    if (!marque) { return; }
    bulle = document.createElement("div");
    bulle.className = "bulle";
    bulle.setAttribute("role", "status");
    bulle.textContent = marque.dataset.info;
    document.body.appendChild(bulle);
    var cadre = marque.getBoundingClientRect();
    var gauche = Math.min(cadre.left, window.innerWidth - bulle.offsetWidth - 12);
    bulle.style.left = Math.max(12, gauche) + window.scrollX + "px";
    bulle.style.top = cadre.bottom + 6 + window.scrollY + "px";
  });
  document.addEventListener("keydown", function (e) { if (e.key === "Escape") { fermer(); } });

  /* One box checks every row of the page. */
  document.addEventListener("change", function (e) {
    var nom = e.target.dataset && e.target.dataset.tout;
    if (!nom) { return; }
    e.target.closest("table").querySelectorAll('input[type="checkbox"]').forEach(function (case_) {
      if (case_.name === nom) { case_.checked = e.target.checked; }
    });
  });

  /* A form is sent once, and says that it is on its way. */
  document.addEventListener("submit", function (e) {
    if (e.defaultPrevented || e.target.method !== "post") { return; }
    var bouton = e.submitter;
    if (bouton) { window.setTimeout(function () { bouton.disabled = true; bouton.classList.add("en-cours"); }, 0); }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button.en-cours").forEach(function (b) { b.disabled = false; b.classList.remove("en-cours"); });
  });

  /* What the server refuses says why: the middleware sends the sentence to the messages of the page. */
  document.addEventListener("htmx:beforeSwap", function (e) {
    var xhr = e.detail.xhr;
    if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) { e.detail.shouldSwap = true; }
  });
  document.addEventListener("htmx:responseError", function (e) {
    if (!e.detail.xhr.getResponseHeader("HX-Retarget")) {
      dire("Le site n'a pas pu répondre à cette demande. Rien n'a été modifié. Rechargez la page, puis recommencez.");
    }
  });
  document.addEventListener("htmx:sendError", function () {
    dire("Le site est injoignable. Vérifiez votre connexion, puis recommencez : rien n'a été modifié.");
  });

  /* A frame that scrolls and whose table goes on to the right says so by its edge. */
  function border(cadre) {
    var defile = window.getComputedStyle(cadre).overflowX === "auto";
    cadre.classList.toggle("suite-a-droite", defile && cadre.scrollWidth - cadre.clientWidth - cadre.scrollLeft > 4);
  }
  function tout_border() {
    document.querySelectorAll("table").forEach(function (table) { border(table.parentElement); });
  }
  document.addEventListener("scroll", function (e) {
    if (e.target.querySelector && e.target.querySelector(":scope > table")) { border(e.target); }
  }, { capture: true, passive: true });
  document.addEventListener("toggle", tout_border, true);
  document.addEventListener("htmx:afterSettle", tout_border);
  window.addEventListener("resize", tout_border);
  window.addEventListener("load", tout_border);

  /* A filter of the page is sent as soon as it changes. */
  document.addEventListener("change", function (e) {
    var formulaire = e.target.closest && e.target.closest("form[data-auto]");
    if (formulaire) { formulaire.requestSubmit(); }
  });
})();
