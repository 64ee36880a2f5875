/* Search in a snapshot. Without it everything is there; the filters are style alone. */
(() => {
  const $ = (id) => document.getElementById(id);
  const every = (what, within = document) => [...within.querySelectorAll(what)];
  // as the dashboard compares: without case and accents (й stays й), ё as е, ө as о, ү as у, ң as н
  const fold = (text) =>
    text.toLowerCase().normalize("NFD").replace(/[\u0300-\u0305\u0307-\u036f]/g, "").normalize("NFC")
      .replace(/[өүң]/g, (c) => ({ ө: "о", ү: "у", ң: "н" })[c]);
  const cut = (word, end) => (word.replace(end, "").length > 2 ? word.replace(end, "") : word);
  const RU = /(?:ия(?:ми|х)|иями|ями|ами|ием|ией|ого|его|ому|ему|ыми|ими|[иы]й|[иы]х|[иы]м|[ое]в|[еоё]й|[еоая]м|[ая]х|[ая]я|[оеыи]е|и[яюи]|[уюь]ю|[аеиоуыьюя])$/;
  const EN = /(?:ations?|ates?|ings?|ments?|ions?|ers?|ed|es|s|e)$/;
  const stems = new Map();
  const stem = (word) => {
    if (!stems.has(word))
      stems.set(word, !/^\p{L}{4,60}$/u.test(word) ? word
        : /^[\u0400-\u04ff]/.test(word) ? cut(word.replace(/из(?:ир)?ова.*$/, "изац"), RU)
        : cut(word.replace("iz", "is").replace(/(?:ies|y)$/, "i"), EN));
    return stems.get(word);
  };
  // a symbol such as E/C.12/KGZ/CO/4 is found whole and by its pieces
  const wordsOf = (text) => {
    const found = (fold(text).match(/[\p{L}\p{N}]+(?:[./][\p{L}\p{N}]+)*/gu) || []);
    return found.concat(...found.filter((word) => /[./]/.test(word)).map((word) => word.split(/[./]/)));
  };
  const finds = (asked, said) => {
    const its = stem(asked);
    return said.some((word) => word.startsWith(asked) || stem(word) === its || (its.length > 5 && stem(word).startsWith(its)));
  };

  const items = every("article[data-status]");
  const said = new Map();
  const saidIn = (item) => {
    if (!said.has(item)) {
      const copy = item.cloneNode(true);
      every(".rt-ui", copy).forEach((label) => label.remove());
      // a space between blocks, so that the last word of one does not run into the next
      every("*", copy).forEach((one) => one.append(" "));
      said.set(item, [...new Set(wordsOf(copy.textContent + " " + item.id))]);
    }
    return said.get(item);
  };
  const seen = (item) => item.getClientRects().length > 0;
  const box = $("RT-q");

  function look() {
    const typed = box.value.slice(0, 200);
    const asked = wordsOf(typed).filter((word, at, all) => !all.some((other) => other !== word && /[./]/.test(other) && other.includes(word)));
    every(".rt-group,.rt-part").forEach((group) => (group.hidden = false));
    for (const item of items) {
      item.hidden = !!typed.trim() && !(asked.length && asked.every((word) => finds(word, saidIn(item))));
      const way = $("RT-to-" + item.id);
      if (way) way.hidden = item.hidden;
    }
    every(".rt-group,.rt-part").forEach((group) => (group.hidden = !every("article", group).some(seen)));
    const counts = ["civil-society", "committee"].map((by) => items.filter((item) => item.dataset.by === by && seen(item)).length);
    const narrowed = typed.trim() || every(".rt-filters input:checked").some((radio) => radio.value);
    every("[data-found]").forEach((line) => {
      line.textContent = narrowed ? line.dataset.found.replace("{a}", counts[0]).replace("{b}", counts[1]) : "";
    });
    document.body.classList.toggle("rt-nothing", !(counts[0] + counts[1]));
  }

  // A link leads to its recommendation, whatever was filtered.
  function arrive() {
    const item = $(decodeURIComponent(location.hash.slice(1)));
    if (!item || seen(item) || !items.includes(item)) return;
    box.value = "";
    every(".rt-filters input").forEach((radio) => (radio.checked = !radio.value));
    look();
    item.scrollIntoView();
  }

  every(".rt-search").forEach((line) => (line.hidden = false));
  box.addEventListener("input", look);
  every(".rt-filters input").forEach((radio) => radio.addEventListener("change", look));
  addEventListener("hashchange", arrive);
  look();
  arrive();
})();
