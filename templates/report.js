(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
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
})();
