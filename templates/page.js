(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const store = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } }, set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page opened from a file may have no storage */ } } };

  function setLanguage(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    all("[data-set-lang]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.setLang === lang)));
    all("option[data-zh]").forEach((option) => { option.textContent = option.dataset[lang]; });
  }
  all("[data-set-lang]").forEach((button) => button.addEventListener("click", () => setLanguage(button.dataset.setLang)));
  setLanguage(root.dataset.lang);

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const saved = store.get("alignment-theme");
  if (saved === "dark" || saved === "light") { root.dataset.theme = saved; }
  all("[data-theme-toggle]").forEach((button) => button.addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    store.set("alignment-theme", root.dataset.theme);
  }));

  const opened = [];
  window.addEventListener("beforeprint", () => all("details:not([open], .why, .unprinted)").forEach((item) => { item.open = true; opened.push(item); }));
  window.addEventListener("afterprint", () => { opened.splice(0).forEach((item) => { item.open = false; }); });
  all("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  all(".tools").forEach((tools) => { tools.hidden = false; });
})();
