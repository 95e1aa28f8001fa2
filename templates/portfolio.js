(() => {
  "use strict";
  const form = document.querySelector(".filter");
  if (!form) { return; }
  const data = JSON.parse(document.getElementById("data").textContent);
  const box = document.querySelector(".heatbox");
  const body = box.querySelector("tbody");
  const root = document.documentElement;
  const HEIGHT = 44, EXTRA = 12;
  const ICONS = { covered: "●", partial: "◐", mentioned: "○", review: "◌", gap: "✕", not_applicable: "–", not_assessable: "?" };
  const FRACTIONS = { 0: "0", 0.25: "¼", 0.5: "½", 0.75: "¾", 1: "1" };
  const GAP = data.statuses.indexOf("gap"), COVERED = data.statuses.indexOf("covered"), PARTIAL = data.statuses.indexOf("partial"), NOT = data.statuses.indexOf("not_applicable");
  const percent = (share) => `${Math.round(100 * share)}%`;
  const lang = () => (root.dataset.lang === "zh" ? "zh" : "en");
  const word = (key) => data.words[lang()][key];
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  };
  const place = new Map(data.order.map((name, number) => [name, number]));
  const names = new Intl.Collator("zh-Hans-u-co-pinyin");
  const plainly = (text) => text.normalize("NFKC").toLowerCase();
  data.rows.forEach((row, number) => {
    const industry = data.industries[row.industry];
    row.number = number;
    row.gaps = row.status.filter((status) => status === GAP).length;
    row.text = plainly([row.name, row.code, row.title, row.path, industry.zh, industry.en, row.year || ""].join("\n"));
  });
  // Names are ordered once: comparing them anew for every filter would cost more than all the rest.
  data.rows.slice().sort((a, b) => names.compare(a.name, b.name) || (a.year || 0) - (b.year || 0) || a.number - b.number).forEach((row, number) => { row.byName = number; });
  const byScore = (a, b) => b.score - a.score || a.byName - b.byName;
  const orders = {
    industry: (a, b) => place.get(a.industry) - place.get(b.industry) || byScore(a, b),
    best: byScore,
    worst: (a, b) => a.score - b.score || a.byName - b.byName,
    gaps: (a, b) => b.gaps - a.gaps || a.byName - b.byName,
    company: (a, b) => a.byName - b.byName,
  };
  Object.values(orders).forEach((compare) => { compare.sorted = data.rows.slice().sort(compare); });

  let view = [];
  const drawn = new Map();
  const above = make("tr", "space"), below = make("tr", "space");
  [above, below].forEach((row) => row.append(make("td")));
  body.append(above, below);

  function chosen() {
    const value = (name) => form.elements[name].value;
    const element = value("element") === "*" ? null : Number(value("element"));
    const status = value("status") === "*" ? null : Number(value("status"));
    const words = plainly(value("text")).split(/\s+/).filter(Boolean);
    return orders[value("order")].sorted.filter((row) => (value("industry") === "*" || row.industry === value("industry"))
      && (value("year") === "*" || String(row.year ?? "") === value("year"))
      && (status === null || (element === null ? row.status.includes(status) : row.status[element] === status))
      && words.every((one) => row.text.includes(one)));
  }

  function apply() {
    const started = performance.now();
    const rows = chosen();
    view = [];
    rows.forEach((row, number) => {
      if (form.elements.order.value === "industry" && (number === 0 || rows[number - 1].industry !== row.industry)) {
        view.push({ group: row.industry });
      }
      view.push({ row });
    });
    if (form.elements.order.value === "industry") {
      const counts = new Map();
      rows.forEach((row) => counts.set(row.industry, (counts.get(row.industry) || 0) + 1));
      view.forEach((line) => { if ("group" in line) { line.count = counts.get(line.group); } });
    }
    count(rows);
    document.querySelector("[data-shown]").textContent = String(rows.length);
    document.querySelector(".nothing").hidden = rows.length > 0;
    box.hidden = rows.length === 0;
    box.scrollTop = 0;
    clear();
    draw();
    void root.offsetHeight;  // the time to lay the page out belongs to what the reader waits for
    form.dataset.took = (performance.now() - started).toFixed(1);
  }

  function count(rows) {
    const counts = data.elements.map(() => data.statuses.map(() => 0));
    rows.forEach((row) => row.status.forEach((status, element) => { counts[element][status] += 1; }));
    const shares = counts.map((each) => each[GAP] / Math.max(1, rows.length - each[NOT]));
    document.querySelectorAll("[data-spread]").forEach((line) => {
      const each = counts[line.dataset.spread];
      let x = 0;
      line.querySelectorAll("rect:not(.track)").forEach((rect, status) => {
        const width = rows.length ? 100 * each[status] / rows.length : 0;
        rect.setAttribute("x", x.toFixed(2));
        rect.setAttribute("width", width.toFixed(2));
        x += width;
      });
      const applicable = rows.length - each[NOT];
      line.querySelector(".count").textContent = applicable ? percent(each[COVERED] / applicable) : "–";
      line.title = data.statuses.map((status, number) => (each[number] ? `${word(`status.${status}`)} ${each[number]}` : "")).filter(Boolean).join(" · ");
    });
    const list = document.querySelector(".ranked");
    Array.from(list.children).sort((a, b) => shares[b.dataset.gap] - shares[a.dataset.gap] || a.dataset.gap - b.dataset.gap).forEach((line) => {
      const element = line.dataset.gap;
      line.hidden = !counts[element][GAP];
      line.querySelector("b").textContent = percent(shares[element]);
      line.querySelector(".count .note").textContent = String(counts[element][GAP]);
      line.querySelector(".st-gap").setAttribute("width", (100 * shares[element]).toFixed(1));
      list.append(line);
    });
    document.querySelector(".nogap").hidden = counts.some((each) => each[GAP]);
  }

  function clear() {
    drawn.forEach((line) => line.remove());
    drawn.clear();
  }

  /* Only lines in sight, and a few around them, are in the document; two empty rows stand for the others. */
  function draw(all = false) {
    const top = box.scrollTop;
    const from = all ? 0 : Math.max(0, Math.floor(top / HEIGHT) - EXTRA);
    const to = all ? view.length : Math.min(view.length, Math.ceil((top + box.clientHeight) / HEIGHT) + EXTRA);
    drawn.forEach((line, index) => { if (index < from || index >= to) { line.remove(); drawn.delete(index); } });
    let before = above;
    for (let index = from; index < to; index += 1) {
      let line = drawn.get(index);
      if (!line) {
        line = "group" in view[index] ? heading(view[index]) : filing(view[index].row);
        line.setAttribute("aria-rowindex", String(index + 2));
        line.dataset.index = String(index);
        before.after(line);
        drawn.set(index, line);
      }
      before = line;
    }
    above.firstChild.style.height = `${from * HEIGHT}px`;
    below.firstChild.style.height = `${(view.length - to) * HEIGHT}px`;
    above.hidden = from === 0;
    below.hidden = to === view.length;
    // Removing a focused row may lay the page out while the rows do not yet add up, which cuts the scroll position.
    if (box.scrollTop !== top) { box.scrollTop = top; }
    box.firstElementChild.setAttribute("aria-rowcount", String(view.length + 1));
  }

  function cell(status, element, first) {
    const made = make("td", `h h-${data.statuses[status]}${first ? " first" : ""}`);
    made.setAttribute("aria-label", `${data.elements[element].code} ${word(`status.${data.statuses[status]}`)}`);
    return made;
  }
  const kinds = data.elements.map((element, number) => number === 0 || element.kind !== data.elements[number - 1].kind);

  function heading(line) {
    const industry = data.industries[line.group];
    const made = make("tr", "industry");
    const who = make("th", "who");
    who.scope = "rowgroup";
    who.append(make("b", "", industry[lang()]), make("span", "sub", `${line.count} ${word("pf_count")}`));
    const middle = make("td", "num", industry.median === null ? "" : percent(industry.median));
    const text = make("td", "benchmark", word("pf_benchmark"));
    text.colSpan = 2;
    made.append(who, make("td"), middle, text);
    data.elements.forEach((element, number) => {
      const value = industry.elements[number];
      const applies = value !== null && value !== undefined;
      // A median between two statuses is shown as the weaker of them.
      const status = !applies ? NOT : value >= 1 ? COVERED : value >= 0.5 ? PARTIAL : GAP;
      const made_cell = make("td", `h m m-${applies ? (value >= 1 ? "covered" : value >= 0.5 ? "partial" : "low") : "not_applicable"}${kinds[number] ? " first" : ""}`, applies ? FRACTIONS[value] ?? String(value) : "–");
      made_cell.title = `${element.code} ${element[lang()]} · ${word("pf_benchmark")} ${applies ? value : word(`status.${data.statuses[status]}`)}`;
      made.append(made_cell);
    });
    return made;
  }

  function filing(row) {
    const made = make("tr");
    const who = make("th", "who");
    who.scope = "row";
    const link = make("a", "", row.name);
    link.href = row.href;
    link.dataset.column = "-1";
    const name = make("bdi");
    name.append(link);
    const facts = [row.year ?? word("pf_no_year"), row.code, row.title !== row.name ? row.title : row.path];
    if (row.read < 0.995) { facts.splice(1, 0, `${word("pf_read")} ${percent(row.read)}`); }
    if (row.same) { facts.splice(1, 0, `${word("pf_same")}: ${row.same}`); }
    const lowered = Object.keys(row.alone);
    if (lowered.length) { facts.splice(1, 0, `${word("pf_boilerplate")}: ${lowered.join(" ")}`); }
    const sub = make("span", "sub");
    facts.filter(Boolean).forEach((fact, number) => { if (number) { sub.append(" · "); } sub.append(make("bdi", "", String(fact))); });
    who.title = `${row.name}\n${row.title}\n${row.path}`;
    who.append(name, sub);
    const [rank, of, percentile] = row.peer_rank || ["–", "–", null];
    made.append(who, make("td", "num", row.rank ?? "–"), make("td", "num strong", percent(row.score)), make("td", "num", `${rank} / ${of}`), make("td", "num", percentile === null ? "–" : String(Math.round(percentile))));
    row.status.forEach((status, element) => {
      const one = cell(status, element, kinds[element]);
      const target = make("a", "", ICONS[data.statuses[status]]);
      target.href = `${row.href}#${encodeURIComponent(data.elements[element].code)}`;
      target.tabIndex = -1;
      target.dataset.column = String(element);
      const pages = row.pages[element].map((page) => word("page").replace("{page}", page)).join(lang() === "zh" ? "、" : ", ");
      const alone = row.alone[data.elements[element].code];
      const why = alone === undefined ? "" : ` (${word("pf_boilerplate")}; ${word("pf_alone_status")}: ${word(`status.${data.statuses[alone]}`)})`;
      target.title = `${data.elements[element].code} ${data.elements[element][lang()]} · ${word(`status.${data.statuses[status]}`)}${why}${row.evidence[element] ? ` · ${row.evidence[element]} ${word("pf_passages")} · ${pages}` : ""}`;
      one.append(target);
      made.append(one);
    });
    return made;
  }

  function move(event) {
    const link = event.target.closest("a[data-column]");
    const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0], PageDown: [10, 0], PageUp: [-10, 0] }[event.key];
    if (!link || !steps || event.ctrlKey || event.metaKey || event.altKey) { return; }
    event.preventDefault();
    const column = Math.min(data.elements.length - 1, Math.max(-1, Number(link.dataset.column) + steps[1]));
    const down = steps[0] >= 0 ? 1 : -1;
    let index = Math.min(view.length - 1, Math.max(0, Number(link.closest("tr").dataset.index) + steps[0]));
    while (view[index] && "group" in view[index]) { index += index === 0 ? 1 : down; }
    if (!view[index]) { return; }
    const head = box.querySelector("thead").offsetHeight;
    const top = index * HEIGHT;
    if (top < box.scrollTop) { box.scrollTop = top; }
    if (top + HEIGHT + head > box.scrollTop + box.clientHeight) { box.scrollTop = top + HEIGHT + head - box.clientHeight; }
    draw();
    drawn.get(index).querySelector(`a[data-column="${column}"]`).focus({ preventScroll: steps[0] !== 0 });
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  body.addEventListener("keydown", move);
  let waiting = false;
  box.addEventListener("scroll", () => {
    if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); }
  }, { passive: true });
  window.addEventListener("resize", () => draw());
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-lang"] });
  form.hidden = false;
  document.querySelectorAll(".script").forEach((note) => { note.hidden = false; });
  apply();
})();
