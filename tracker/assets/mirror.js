// Search and filters of a mirror, without a server. The data are scripts, because a page that was opened from a file may not
// fetch. The words are compared as tracker/queries/search does it; there is no stemmer here, so a form that occurs in no text
// gets the longest known stem with which it begins.
(() => {
  const root = new URL("../", document.currentScript.src);
  const lang = document.documentElement.lang;
  const place = lang + "/";
  const rt = (window.rt = {});
  const load = (name) => rt[name.split("/").pop()] ? Promise.resolve() : new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: new URL(name + ".js", root), onload: done, onerror: failed });
    document.head.append(script);
  });

  // words, as in word_forms.py and text_search.py
  const plain = { ө: "о", ү: "у", ң: "н" };
  const normalize = (text) => text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/(?!\u0306)\p{M}/gu, "").normalize("NFC")
    .replace(/[өүң]/g, (letter) => plain[letter]);
  const TOKEN = /\([\p{L}\p{N}_]{1,3}\)|[\p{L}\p{N}_\u0300-\u036f]+(?:[./][\p{L}\p{N}_\u0300-\u036f]+)*/gu;
  const split = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  function typedWords(typed) {
    const words = (typed.normalize("NFC").match(TOKEN) ?? []).flatMap((token) => {
      const whole = normalize(token);
      return (whole.includes("/") && /\d/.test(whole)) || whole.startsWith("(") ? [whole] : split(whole);
    });
    const said = words.filter((word) => !rt.words.stop.includes(word));
    return said.length ? said : words;
  }

  let stemOf, stems;
  function prepare() {
    if (stemOf) return;
    stemOf = new Map(rt.words.words.map((word, i) => [word, stemAt(i)]));
    stems = new Set([...stemOf.values(), ...rt.words.phrases.flat(2)]);
  }
  const stemAt = (i) => typeof rt.words.stems[i] === "number" ? rt.words.words[i].slice(0, rt.words.stems[i]) : rt.words.stems[i];
  function stem(word) {
    if (stemOf.has(word)) return stemOf.get(word);
    const forms = [word, word.replaceAll("iz", "is"), word.replace(/y$/, "i"), word.replace(/из(ир)?ова.*$/, "изац")];
    const known = forms.flatMap((form) => {
      for (let n = form.length; n >= Math.max(4, form.length - 6); n--) if (stems.has(form.slice(0, n))) return [form.slice(0, n)];
      return [];
    });
    return known.sort((a, b) => b.length - a.length)[0] ?? word;
  }

  const union = (sets) => new Set(sets.flatMap((one) => [...one]));
  const both = (one, other) => new Set([...one].filter((x) => other.has(x)));
  function places(steps) {
    let at = 0;
    return steps.map((step) => (at += step));
  }
  function withWord(word) {
    const own = stem(word), found = [];
    rt.words.words.forEach((other, i) => {
      const other_stem = stemAt(i);
      const fits = word.includes("/") ? other.includes(word)
        : other.startsWith(word) || (other[0] === word[0] && (other_stem === own || (own.length >= 6 && other_stem.startsWith(own))));
      if (fits) found.push(places(rt.words.places[i]));
    });
    return union(found);
  }
  // all the words, or in the place of a word or phrase what means the same
  function search(typed) {
    prepare();
    const words = typedWords(typed), own = words.map(stem), terms = [];
    for (let at = 0; at < words.length;) {
      let length = 1, groups = [];
      rt.words.phrases.forEach((phrases, number) => phrases.forEach((phrase) => {
        if (phrase.some((part, i) => part !== own[at + i]) || phrase.length < length) return;
        groups = phrase.length > length ? [number] : [...groups, number];
        length = phrase.length;
      }));
      const parts = words.slice(at, at + length).map(withWord);
      terms.push(union([parts.reduce(both), ...groups.map((number) => places(rt.words.groups[number]))]));
      at += length;
    }
    return terms.length ? terms.reduce(both) : new Set();
  }
  // a word that finds nothing is taken for a known one with a typo, as Dictionary in site_search.py does
  function typos(one, other) {
    let before = [], last = [...Array(other.length + 1).keys()];
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        next[j] = Math.min(last[j] + 1, next[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, last] = [last, next];
    }
    return last[other.length];
  }
  function nearest(word) {
    let best = null, least = word.length >= 9 ? 2 : word.length >= 4 ? 1 : 0, most = -1;
    rt.words.words.forEach((other, i) => {
      const count = rt.words.places[i].length;
      if (other.length < 3 || Math.abs(other.length - word.length) > least || !/^\p{L}+$/u.test(other)) return;
      const n = typos(word, other);
      if (n > 0 && (n < least || (n === least && count > most))) [best, least, most] = [other, n, count];
    });
    return best;
  }
  const corrected = (typed) => typed.replace(TOKEN, (token) => {
    const word = normalize(token);
    return !/^\p{L}+$/u.test(word) || search(word).size ? token : nearest(word) ?? token;
  });
  function matching(kind, params) {
    let found = null;
    for (const [name, codes] of Object.entries(rt.filters[kind])) {
      const chosen = params.getAll(name).filter((code) => code in codes);
      if (chosen.length) found = found ? both(found, union(chosen.map((code) => codes[code]))) : union(chosen.map((code) => codes[code]));
    }
    return found;
  }

  // what is shown: made of elements, so that a text is never HTML
  function element(name, about, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(about)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }
  function status(code) {
    const [label, light, dark] = rt.titles.statuses[code] ?? [code, "", ""];
    return element("span", { class: "rt-status", style: `--l:${light};--d:${dark}` },
      element("span", { class: `rt-sign rt-sign-${code}`, "aria-hidden": "true" }), element("span", {}, label));
  }
  function row(number) {
    const [id, title, about, last] = rt.titles.records[number];
    const [rs, evidence] = rt.titles.counts;
    const way = number < rs ? `recommendation/${id}.html` : number < rs + evidence ? `evidence.html#e-${id}` : `treaty-bodies.html#e-${id}`;
    return element("li", { class: "rt-row" },
      element("div", {}, element("a", { class: "rt-title", href: new URL(place + way, root) }, title), element("p", { class: "rt-meta" }, about)),
      element("div", { class: "rt-standing" }, number < rs ? status(last) : last));
  }
  function section(name, numbers) {
    if (!numbers.length) return [];
    const heading = element("h2", {}, rt.titles.says[name] + " ", element("span", { class: "rt-count" }, String(numbers.length)));
    return [element("section", { class: "rt-group" }, heading, element("ol", { class: "rt-list" }, ...numbers.map(row)))];
  }
  function sections(found) {
    const [rs, evidence] = rt.titles.counts, by = rt.filters.recommendations.by;
    const order = [...found].sort((a, b) => a - b);
    const among = (codes) => order.filter((number) => (codes ?? []).includes(number));
    // the recommendations of civil society and of committees are never counted together
    return [
      ...section("civil-society", among(by["civil-society"])), ...section("committee", among(by.committee)),
      ...section("evidence", order.filter((number) => number >= rs && number < rs + evidence)),
      ...section("documents", order.filter((number) => number >= rs + evidence)),
    ];
  }
  const says = (name, values) => element("p", { class: "rt-banner", role: "status" }, rt.titles.says[name].replace(/\{(\w+)\}/g, (_, key) => values[key]));

  // which filters are in use; the counts in the form are those without a filter
  function chosen() {
    for (const count of document.querySelectorAll(".rt-n")) count.hidden = true;
    const boxes = [...document.querySelectorAll(".rt-filters input:checked")].filter((box) => box.value);
    const words = boxes.map((box) => {
      const name = box.closest("fieldset").querySelector("legend").textContent;
      return `${name}: ${box.closest("label").firstChild.nextSibling.textContent.trim()}`;
    });
    return words.length ? [element("p", { class: "rt-meta", role: "status" }, words.join("; "))] : [];
  }

  const params = new URLSearchParams(location.search);
  const typed = (params.get("q") ?? "").trim().slice(0, 200);
  for (const field of document.querySelectorAll("input[name]"))
    if (field.type === "checkbox" || field.type === "radio") field.checked = params.getAll(field.name).includes(field.value) || (field.type === "radio" && !field.value && !params.get(field.name));
    else if (field.type === "search") field.value = typed;

  async function show() {
    const names = [...params.keys()].filter((name) => name !== "lang" && params.get(name));
    if (!names.length) return;
    await Promise.all([load("search/filters"), load(place + "titles"), ...(typed ? [load("search/words")] : [])]);
    const used = typed && corrected(typed), words = typed ? search(used) : null;
    const note = used === typed ? [] : [says("instead", { typed, used })];
    const main = document.querySelector("main");
    const items = [...main.querySelectorAll("article[id^='e-']")];
    const [rs] = rt.titles.counts;
    const list = document.getElementById("rt-found");
    if (list) {
      let found = matching("recommendations", params);
      const ids = params.get("id") ? rt.titles.records.slice(0, rs).flatMap(([id], i) => (params.getAll("id").includes(id) ? [i] : [])) : null;
      for (const more of [words, ids && new Set(ids)]) if (more) found = found ? both(found, more) : more;
      const shown = [...(found ?? [])].filter((number) => number < rs);
      list.replaceChildren(...note, ...chosen(), ...(shown.length ? sections(shown) : [says("none")]));
      document.getElementById("rt-all").hidden = true;
    } else if (items.length) {
      let found = matching("evidence", params);
      if (words) found = found ? both(found, words) : words;
      const shown = new Set([...found ?? []].map((number) => "e-" + rt.titles.records[number][0]));
      let n = 0;
      for (const item of items) {
        const isShown = shown.has(item.id);
        n += isShown;
        item.hidden = !isShown;
        if (item.nextElementSibling?.classList.contains("rt-bears")) item.nextElementSibling.hidden = !isShown;
      }
      const count = main.querySelector(".rt-count");
      if (count) count.textContent = String(n);
      count?.before(...note, ...chosen());
    } else {
      document.querySelector("h1").textContent = rt.titles.says.search.replace("{words}", () => typed);
      const found = sections(words ?? []);
      document.getElementById("rt-hint")?.remove();
      (main.querySelector(".stHtml") ?? main).append(...(found.length ? [...note, ...found] : [says("nothing", { typed })]));
    }
    document.documentElement.dataset.found = "done";
  }
  show();
})();
