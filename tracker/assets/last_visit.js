// What is new since the last visit. The time of the visit is in this browser only, and only if somebody asked for it: nothing
// is sent, and no cookie is set.
(() => {
  const KEY = "rt-visit";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY));
    } catch {
      return null;
    }
  };
  const write = (visit) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(visit));
    } catch {} // a browser that keeps nothing
  };
  const today = () => new Date().toISOString();
  // earlier versions kept the address of each page that was opened
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("stActiveTheme-")) localStorage.removeItem(name);
  } catch {}

  // A visit lasts as long as the tab: what was new at its start stays new until it ends, or is marked as read. A page that
  // shows a part of what is new leaves the rest new. Kept is the newest time of all data, never one of an entry that was read.
  function arrive(newest) {
    const visit = read();
    if (!visit) return null;
    if (!sessionStorage.getItem(KEY)) {
      sessionStorage.setItem(KEY, "1");
      Object.assign(visit, { from: visit.seen, day: visit.at });
    }
    if (newest) Object.assign(visit, { seen: newest > visit.seen ? newest : visit.seen, at: today() });
    write(visit);
    return visit;
  }

  // A class alone would tell it to the eye only.
  function mark(entry, isNew, word) {
    entry.classList.toggle("rt-new", isNew);
    entry.querySelector(".rt-newmark")?.remove();
    if (isNew) (entry.querySelector(".rt-meta") ?? entry).prepend(Object.assign(document.createElement("span"), { className: "rt-mark rt-newmark", textContent: word }), " ");
  }

  // Before the live page takes over, the page stands here twice; its parts may come one after the other.
  const counted = new WeakMap(), marked = new WeakSet();
  const entriesNow = () => [...document.querySelectorAll("[data-recorded]")];
  const isOld = (place, entries = entriesNow()) => counted.get(place) !== entries.length || !entries.every((entry) => marked.has(entry));

  function show(place) {
    const visit = arrive(place.dataset.times && place.dataset.newest);
    const offer = place.querySelector(".rt-offer");
    if (offer) offer.hidden = Boolean(visit);
    place.hidden = !offer && !visit;
    place.querySelector(".rt-known").hidden = !visit;
    const isNew = (time) => Boolean(visit) && time > visit.from;
    const entries = entriesNow();
    counted.set(place, entries.length);
    for (const entry of entries) marked.add(entry), mark(entry, isNew(entry.dataset.recorded), place.dataset.new);
    if (!visit) return;
    // a list has no times of its own: what is marked is counted
    const times = place.dataset.times?.split(" ") ?? entries.map((entry) => entry.dataset.recorded);
    const n = times.filter(isNew).length;
    const day = new Date(visit.day).toLocaleDateString(document.documentElement.lang.replace(/^en$|^$/, "en-GB"), { day: "numeric", month: "long", year: "numeric", timeZone: place.dataset.zone });
    const said = place.dataset.said.replace("{day}", day).replace("{n}", n >= Number(place.dataset.most ?? Infinity) ? `${n}+` : n);
    const news = entries.filter((entry) => isNew(entry.dataset.recorded)), shown = place.querySelector(".rt-said");
    shown.textContent = said;
    // to the entries themselves, if all of them are here
    if (news.length && news.length >= n) shown.href = `#${(news[0].id ||= "rt-new")}`;
    place.querySelector('[data-visit="read"]').hidden = !n;
  }

  document.addEventListener("click", (event) => {
    const does = event.target.closest?.("[data-visit]")?.dataset.visit;
    if (!does) return;
    const known = [...document.querySelectorAll(".rt-since")].map(({ dataset }) => dataset.newest);
    const newest = [read()?.seen, ...known].filter(Boolean).sort().at(-1) ?? "";
    if (does === "forget") localStorage.removeItem(KEY), sessionStorage.removeItem(KEY);
    else write({ from: newest, seen: newest, day: today(), at: today() }), sessionStorage.setItem(KEY, "1");
    document.querySelectorAll(".rt-since").forEach(show);
  });
  const look = () => [...document.querySelectorAll(".rt-since")].filter((place) => isOld(place)).forEach(show);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
