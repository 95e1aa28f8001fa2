(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const [PATH, COMPANY, CODE, INDUSTRY, YEAR, TITLE, PAGES, SCORE, RANK, PLACE, PEERS, STATUSES, REPORT, DUPLICATE] = Array(14).keys();
  const HEIGHT = 33, AROUND = 12, ORDER = "cpmrgun";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const board = byId("board"), body = byId("rows"), shown = byId("shown"), spread = byId("spread");
  const words = (key) => document.querySelector(`#words [data-key="${key}"]`);
  const say = (key) => { const found = words(key); return root.dataset.lang === "zh" ? found.dataset.zh : found.dataset.en; };
  const make = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children);
    return node;
  };
  const draw = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };
  const both = (pair) => root.dataset.lang === "zh" ? pair[0] : pair[1];
  const searched = data.rows.map((row) => `${row[PATH]}\n${row[COMPANY]}\n${row[CODE]}\n${row[TITLE]}`.toLowerCase());
  const state = { sort: RANK, down: false, rows: data.rows.map((_, number) => number), element: -1 };

  function value(row) { return state.element >= 0 ? ORDER.indexOf(row[STATUSES][state.element]) : row[state.sort]; }

  function choose() {
    const text = byId("f-text").value.trim().toLowerCase(), industry = byId("f-industry").value, year = byId("f-year").value;
    const element = byId("f-element").value, status = byId("f-status").value;
    const at = element === "" ? -1 : Number(element);
    const fits = (row, number) => (!text || searched[number].includes(text)) && (industry === "*" || row[INDUSTRY] === industry) &&
      (year === "*" || String(row[YEAR] ?? "") === year) && (!status || (at < 0 ? row[STATUSES].includes(status) : row[STATUSES][at] === status));
    state.rows = [];
    data.rows.forEach((row, number) => { if (fits(row, number)) { state.rows.push(number); } });
    const sign = state.down ? -1 : 1;
    state.rows.sort((one, other) => {
      const first = value(data.rows[one]), second = value(data.rows[other]);
      const empty = (first === null || first === "") - (second === null || second === "");
      const order = typeof first === "number" && typeof second === "number" ? first - second : String(first).localeCompare(String(second), "zh");
      return empty || sign * order || data.rows[one][RANK] - data.rows[other][RANK] || one - other;
    });
    shown.textContent = `${state.rows.length} / ${data.rows.length}`;
    board.scrollTop = 0;
    render();
    distribute();
  }

  function line(number, position) {
    const row = data.rows[number];
    const name = make("a", { href: "./" + row[REPORT].split("/").map(encodeURIComponent).join("/") });
    name.textContent = row[COMPANY] || row[TITLE] || row[PATH];
    const head = make("th", { scope: "row", title: `${row[PATH]}${row[DUPLICATE] ? `\n= ${row[DUPLICATE]}` : ""}` }, name);
    if (row[DUPLICATE]) { head.append(" ="); }
    const score = make("td", { class: "num" });
    const bar = draw("svg", { class: "meter", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
    bar.append(draw("rect", { class: "track", width: 100, height: 10 }), draw("rect", { class: "part", width: 100 * row[SCORE], height: 10 }));
    score.append(bar, `${Math.round(100 * row[SCORE])}%`);
    const cells = Array.from(row[STATUSES], (letter, at) => {
      const told = `${data.codes[at]} ${both(data.names[at])}: ${say(letter)}`;
      const chip = make("span", { class: `chip x-${letter}`, title: told });
      chip.textContent = words(letter).dataset.mark;
      chip.append(make("span", { class: "hidden" }, told));
      return make("td", { class: "cellx" }, chip);
    });
    const industry = data.industries[row[INDUSTRY]];
    return make("tr", { "aria-rowindex": position + 2 }, make("td", { class: "num" }, String(row[RANK])), head,
      make("td", {}, industry ? both(industry) : row[INDUSTRY] || "–"), make("td", { class: "num" }, row[YEAR] === null ? "–" : String(row[YEAR])),
      score, make("td", { class: "num" }, `${row[PLACE]} / ${row[PEERS]}`), ...cells);
  }

  function render(all = false) {
    const from = all ? 0 : Math.max(0, Math.floor(board.scrollTop / HEIGHT) - AROUND);
    const to = all ? state.rows.length : Math.min(state.rows.length, from + Math.ceil(board.clientHeight / HEIGHT) + 2 * AROUND);
    const space = (height) => {
      const cell = make("td", { colspan: 6 + data.codes.length });
      cell.style.height = `${height}px`;
      return make("tr", { class: "spacer", "aria-hidden": "true" }, cell);
    };
    body.replaceChildren(space(from * HEIGHT), ...state.rows.slice(from, to).map((number, at) => line(number, from + at)), space((state.rows.length - to) * HEIGHT));
    board.querySelector("table").setAttribute("aria-rowcount", state.rows.length + 1);
    byId("nothing").hidden = state.rows.length > 0;
  }

  function distribute() {
    const counts = data.codes.map(() => Object.fromEntries(Array.from(ORDER, (letter) => [letter, 0])));
    state.rows.forEach((number) => Array.from(data.rows[number][STATUSES], (letter, at) => { counts[at][letter] += 1; }));
    const share = (count) => { const applies = state.rows.length - count.n; return applies ? count.g / applies : 0; };
    const order = data.codes.map((_, at) => at);
    if (byId("s-gaps").checked) { order.sort((one, other) => share(counts[other]) - share(counts[one]) || one - other); }
    spread.replaceChildren(...order.map((at) => {
      const bar = draw("svg", { viewBox: "0 0 1000 10", preserveAspectRatio: "none", role: "img" });
      let left = 0;
      const told = Array.from(ORDER, (letter) => `${say(letter)} ${counts[at][letter]}`).join(", ");
      const title = draw("title", {});
      title.textContent = told;
      bar.append(title);
      Array.from(ORDER, (letter) => {
        const width = state.rows.length ? 1000 * counts[at][letter] / state.rows.length : 0;
        if (width) { bar.append(draw("rect", { class: `z-${letter}`, x: left, width, height: 10 })); }
        left += width;
      });
      const code = make("span", { class: "code" }, data.codes[at]), name = make("span", { class: "name" }, both(data.names[at]));
      return make("div", {}, code, name, bar, make("span", { class: "count" }, `${say("g")} ${counts[at].g} · ${Math.round(100 * share(counts[at]))}%`));
    }));
  }

  document.querySelectorAll("[data-sort]").forEach((button) => button.addEventListener("click", () => {
    const element = button.dataset.element === undefined ? -1 : Number(button.dataset.element), sort = Number(button.dataset.sort);
    const again = state.sort === sort && state.element === element;
    Object.assign(state, { sort, element, down: again ? !state.down : sort === SCORE });
    document.querySelectorAll("#board th").forEach((head) => head.removeAttribute("aria-sort"));
    button.closest("th").setAttribute("aria-sort", state.down ? "descending" : "ascending");
    choose();
  }));
  let waiting = 0;
  board.addEventListener("scroll", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => render()); });
  window.addEventListener("resize", () => render());
  byId("f-text").addEventListener("input", choose);
  ["f-industry", "f-year", "f-element", "f-status"].forEach((id) => byId(id).addEventListener("change", choose));
  byId("s-gaps").addEventListener("change", distribute);
  byId("f-reset").addEventListener("click", () => { byId("filter").reset(); choose(); });
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll("[data-set-lang]").forEach((button) => button.addEventListener("click", () => { render(); distribute(); }));
  window.addEventListener("beforeprint", () => render(true));
  window.addEventListener("afterprint", () => render());
  choose();
})();
