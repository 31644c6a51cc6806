/* Draw the pictures of the page. Vega is loaded only where there is one, and never evaluates text as code. */
(function () {
  "use strict";
  var moi = document.currentScript.dataset;
  var bibliotheques = [moi.vega, moi.vegaLite, moi.vegaEmbed, moi.vegaInterpreter];
  var chargement = null;

  function charger() {
    if (!chargement) {
      chargement = bibliotheques.reduce(function (suite, adresse) {
        return suite.then(function () {
          return new Promise(function (oui, non) {
            var script = document.createElement("script");
            script.src = adresse;
            script.onload = oui;
            script.onerror = non;
            document.head.appendChild(script);
          });
        });
      }, Promise.resolve());
      /* Vega measures its labels once: the face must be there before. */
      chargement = Promise.all([
        chargement,
        document.fonts.load("400 13px Inter"),
        document.fonts.load("600 13px Inter")
      ]);
    }
    return chargement;
  }

  /* Colours are written var(--nom) in the specification: the theme of the page gives them. */
  function colorer(texte) {
    var styles = getComputedStyle(document.documentElement);
    return texte.replace(/var\((--[a-z0-9-]+)\)/g, function (_, nom) { return styles.getPropertyValue(nom).trim(); });
  }

  /* The tooltip of Vega writes inline styles, which the content policy forbids: this one uses our stylesheet. */
  var bulle = null;
  function montrer(_, evenement, __, valeur) {
    if (!valeur) {
      if (bulle) { bulle.remove(); bulle = null; }
      return;
    }
    if (!bulle) {
      bulle = document.createElement("div");
      bulle.className = "vega-bulle";
      document.body.appendChild(bulle);
    }
    var liste = document.createElement("dl");
    Object.keys(valeur).forEach(function (cle) {
      var dt = document.createElement("dt");
      var dd = document.createElement("dd");
      dt.textContent = cle;
      dd.textContent = valeur[cle];
      liste.append(dt, dd);
    });
    bulle.replaceChildren(liste);
    bulle.style.left = Math.max(4, Math.min(evenement.clientX + 14, window.innerWidth - bulle.offsetWidth - 8)) + "px";
    bulle.style.top = Math.min(evenement.clientY + 14, window.innerHeight - bulle.offsetHeight - 8) + "px";
  }

  function dessiner(figure) {
    var texte = figure.querySelector('script[type="application/json"]').textContent;
    var cible = figure.querySelector(".image-dessin");
    var spec = JSON.parse(colorer(texte));
    if (spec.columns) { spec.columns = Math.max(1, Math.min(spec.columns, Math.floor(figure.clientWidth / 200))); }
    return window.vegaEmbed(cible, spec, {
      actions: false,
      ast: true,
      defaultStyle: false,
      expr: window.vegaInterpreter,
      renderer: "svg",
      tooltip: montrer
    }).then(function (resultat) {
      if (figure.fanalVue) { figure.fanalVue.finalize(); }
      figure.fanalVue = resultat.view;
      figure.dataset.dessinee = "oui";
    }).catch(function () {
      figure.dataset.dessinee = "non";
      cible.textContent = "Cette image ne peut pas être dessinée. Les mêmes chiffres sont dans le tableau de la page.";
    });
  }

  function tout(racine) {
    var figures = racine.querySelectorAll("[data-image]");
    if (figures.length) { charger().then(function () { figures.forEach(dessiner); }); }
  }

  document.addEventListener("DOMContentLoaded", function () { tout(document); });
  document.addEventListener("fanal:theme", function () { tout(document); });
  document.addEventListener("htmx:afterSwap", function (e) { tout(e.detail.target.parentElement || document); });
})();
