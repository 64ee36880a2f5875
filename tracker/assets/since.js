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

  // A visit lasts as long as the tab: what was new at its start stays new until it ends, or is marked as read.
  function arrive(newest) {
    const visit = read();
    if (!visit) return null;
    if (!sessionStorage.getItem(KEY)) {
      sessionStorage.setItem(KEY, "1");
      Object.assign(visit, { from: visit.seen, day: visit.at });
    }
    Object.assign(visit, { seen: newest > visit.seen ? newest : visit.seen, at: today() });
    write(visit);
    return visit;
  }

  function show(place) {
    if (place.dataset.shown) return;
    place.dataset.shown = "1";
    const times = place.dataset.times.split(" ").filter(Boolean);
    const visit = arrive(times[0] ?? "");
    const offer = place.querySelector(".rt-offer");
    if (offer) offer.hidden = Boolean(visit);
    place.hidden = !offer && !visit;
    place.querySelector(".rt-known").hidden = !visit;
    const isNew = (time) => Boolean(visit) && time > visit.from;
    for (const entry of document.querySelectorAll("[data-recorded]")) entry.classList.toggle("rt-new", isNew(entry.dataset.recorded));
    if (!visit) return;
    const n = times.filter(isNew).length;
    const day = new Date(visit.day).toLocaleDateString(document.documentElement.lang || "en", { day: "numeric", month: "long", year: "numeric" });
    const said = place.dataset.said.replace("{day}", day).replace("{n}", n >= Number(place.dataset.most) ? `${n}+` : n);
    place.querySelector(".rt-said").textContent = said;
    place.querySelector('[data-visit="read"]').hidden = !n;
  }

  document.addEventListener("click", (event) => {
    const does = event.target.closest?.("[data-visit]")?.dataset.visit;
    if (!does) return;
    const newest = document.querySelector(".rt-since").dataset.times.split(" ")[0] ?? "";
    if (does === "forget") localStorage.removeItem(KEY), sessionStorage.removeItem(KEY);
    else write({ from: newest, seen: newest, day: today(), at: today() }), sessionStorage.setItem(KEY, "1");
    for (const place of document.querySelectorAll(".rt-since")) delete place.dataset.shown, show(place);
  });
  const look = () => document.querySelectorAll(".rt-since:not([data-shown])").forEach(show);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
