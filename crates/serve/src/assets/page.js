// Searching as one types, copying, and the keyboard. Everything else works without.
"use strict";
(() => {
  document.documentElement.classList.add("live");
  const field = document.getElementById("q");
  const cards = document.getElementById("cards");
  const said = document.getElementById("said");
  const MOST = 60;
  let hide = 0;

  const say = (text) => {
    said.textContent = text;
    said.classList.add("on");
    clearTimeout(hide);
    hide = setTimeout(() => said.classList.remove("on"), 1600);
  };

  // Copying. Pages without HTTPS have no clipboard of their own.
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "skip";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  };
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await copy(button.dataset.copy);
        button.classList.add("done");
        button.textContent = "Copied";
        say("Copied to the clipboard");
        button.focus();
        setTimeout(() => {
          button.classList.remove("done");
          button.textContent = "Copy";
        }, 1600);
      } catch {
        say("Your browser did not let it be copied");
      }
    });
  }

  // A picture that cannot be had makes room for letters.
  const letters = (picture) => {
    const tile = picture.closest(".tile");
    if (tile) tile.textContent = tile.dataset.letters;
  };
  document.addEventListener("error", (event) => {
    if (event.target instanceof HTMLImageElement) letters(event.target);
  }, true);
  for (const picture of document.querySelectorAll(".tile img")) {
    if (picture.complete && picture.naturalWidth === 0) letters(picture);
  }

  // The keyboard: / to search, arrows from result to result.
  const links = () => [...document.querySelectorAll(".card h2 a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if (field) {
        field.focus();
        field.select();
      } else {
        document.querySelector(".mark").focus();
      }
      return;
    }
    if (!cards) return;
    if (event.key === "Escape" && typing && field.value !== "") {
      event.preventDefault();
      field.value = "";
      field.dispatchEvent(new Event("input"));
      return;
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (typing) {
      if (event.key !== "ArrowDown" || all.length === 0) return;
      event.preventDefault();
      all[0].focus();
    } else if (at >= 0) {
      event.preventDefault();
      const columns = getComputedStyle(cards).gridTemplateColumns.split(" ").length;
      const far = event.key === "ArrowDown" || event.key === "ArrowUp" ? step * columns : step;
      const to = at + far;
      if (to < 0 && far < 0) field.focus();
      else if (all[to]) all[to].focus();
    }
  });

  if (!field || !cards) return;

  // Searching.
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const pager = document.getElementById("pager");
  const first = field.value.trim();
  let kept = null;
  let charts = null;

  const load = () => {
    charts ??= fetch("-/search.json", { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
      .then((list) => list.charts.map((row) => ({
        row,
        name: row[0].toLowerCase(),
        keywords: row[3].toLowerCase(),
        about: row[2].toLowerCase(),
      })))
      .catch((error) => {
        charts = null;
        throw error;
      });
    return charts;
  };

  const rank = (chart, words) => {
    let sum = 0;
    for (const word of words) {
      if (chart.name === word) sum += 0;
      else if (chart.name.startsWith(word)) sum += 1;
      else if (chart.name.includes(word)) sum += 2;
      else if (chart.keywords.includes(word)) sum += 3;
      else if (chart.about.includes(word)) sum += 4;
      else return -1;
    }
    return sum;
  };

  const element = (name, className, ...inside) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...inside);
    return made;
  };
  const bdi = (text) => element("bdi", "", text);

  const card = ([name, version, about, , picture, color, short, badges, versions]) => {
    const tile = element("span", `tile c${color}`);
    tile.setAttribute("aria-hidden", "true");
    tile.dataset.letters = short;
    if (picture) {
      const image = element("img");
      image.alt = "";
      image.loading = "lazy";
      image.decoding = "async";
      image.referrerPolicy = "no-referrer";
      image.src = picture;
      tile.append(image);
    } else {
      tile.append(short);
    }
    const link = element("a", "", bdi(name));
    link.href = `chart/${encodeURIComponent(name)}`;
    const line = element("p", "version", bdi(version));
    if (versions > 1) line.append(" ", element("span", "more", `${versions} versions`));
    const made = element("li", "card", tile,
      element("div", "about", element("h2", "", link), line),
      element("p", "description", bdi(about)));
    if (badges.length > 0) {
      made.append(element("p", "badges", ...badges.map((badge) => element("span", `badge ${badge}`, badge))));
    }
    return made;
  };

  let turn = 0;
  const search = async () => {
    const typed = field.value.trim();
    const mine = ++turn;
    kept ??= { cards: [...cards.children], count: count.textContent };
    const url = new URL(location.href);
    url.search = typed ? `?q=${encodeURIComponent(typed)}` : "";
    history.replaceState(null, "", url);
    if (typed === first) {
      cards.replaceChildren(...kept.cards);
      count.textContent = kept.count;
      if (none) none.hidden = kept.cards.length > 0;
      if (pager) pager.hidden = false;
      return;
    }
    let all;
    try {
      all = await load();
    } catch {
      count.textContent = "Searching needs the server, which does not answer";
      return;
    }
    if (mine !== turn) return;
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (const chart of all) {
      const far = rank(chart, words);
      if (far >= 0) found.push([far, chart]);
    }
    found.sort((a, b) => a[0] - b[0] || (a[1].row[0] < b[1].row[0] ? -1 : 1));
    cards.replaceChildren(...found.slice(0, MOST).map(([, chart]) => card(chart.row)));
    const noun = found.length === 1 ? "chart" : "charts";
    const shown = found.length > MOST ? `, the first ${MOST} of them` : "";
    count.textContent = typed ? `${found.length} ${noun} for “${typed}”${shown}` : `${found.length} ${noun}${shown}`;
    if (none) none.hidden = found.length > 0;
    if (pager) pager.hidden = true;
  };
  field.addEventListener("input", search);
  field.addEventListener("focus", () => load().catch(() => {}), { once: true });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    links()[0]?.focus();
  });
})();
