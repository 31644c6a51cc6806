/* Run before the first paint: without a choice of one's own, Bootstrap follows the computer's preference. */
(function () {
  "use strict";
  var racine = document.documentElement;
  var sombre = window.matchMedia("(prefers-color-scheme: dark)");
  function suivre() {
    if (racine.dataset.theme === "auto") {
      racine.dataset.bsTheme = sombre.matches ? "dark" : "light";
      document.dispatchEvent(new Event("fanal:theme"));
    }
  }
  racine.classList.add("js");
  suivre();
  sombre.addEventListener("change", suivre);
})();
