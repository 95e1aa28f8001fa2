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
  window.addEventListener("beforeprint", () => all("details:not([open]):not(.why)").forEach((item) => { item.open = true; opened.push(item); }));
  window.addEventListener("afterprint", () => { opened.splice(0).forEach((item) => { item.open = false; }); });
  all("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  const form = document.querySelector(".filter");
  const list = document.querySelector(".list");
  const findings = all(".finding");
  const fields = form.elements;
  const value = (name) => (fields[name] ? fields[name].value : "");
  const texts = new Map(findings.map((finding) => [finding, finding.textContent.toLowerCase().replace(/\s+/g, " ")]));
  const orders = {
    urgency: (a, b) => a.dataset.urgency - b.dataset.urgency || a.dataset.order - b.dataset.order,
    plan: (a, b) => a.dataset.order - b.dataset.order,
    evidence: (a, b) => b.dataset.evidence - a.dataset.evidence || a.dataset.order - b.dataset.order,
  };
  function apply() {
    const wanted = value("text").trim().toLowerCase();
    let shown = 0;
    findings.forEach((finding) => {
      const data = finding.dataset;
      const fits = (!value("status") || data.status === value("status"))
        && (!value("kind") || data.kind === value("kind"))
        && (!value("emphasis") || data.emphasis.split(" ").includes(value("emphasis")))
        && (!wanted || texts.get(finding).includes(wanted));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    findings.slice().sort(orders[value("sort")] || orders.urgency).forEach((finding) => list.append(finding));
    document.querySelector("[data-shown]").textContent = String(shown);
    document.querySelector(".nothing").hidden = shown > 0;
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) { form.reset(); setTimeout(() => target.scrollIntoView()); }
  });
  form.hidden = false;
  all(".tools").forEach((tools) => { tools.hidden = false; });
})();
