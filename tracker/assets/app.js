// Links inside the dashboard change the page without loading it again; copying a link; the address bar stays the truth.
(() => {
  document.documentElement.classList.add("rt-js");
  // without this, Streamlit first asks for a server below the path of the page
  window.__streamlit = { BACKEND_BASE_URL: location.origin };
  // The page that the server sent is shown until Streamlit shows the same in its place. Links and forms work before too.
  const first = () => document.getElementById("rt-served");
  function loadFramework() {
    const tags = document.getElementById("rt-framework");
    if (tags) document.head.append(tags.content), tags.remove();
    document.getElementById("rt-load")?.remove();
  }
  const { saveData, effectiveType } = navigator.connection ?? {};
  if (saveData || /2g$/.test(effectiveType)) {
    const offer = document.getElementById("rt-load");
    if (offer) offer.hidden = false, offer.addEventListener("click", loadFramework);
  } else requestAnimationFrame(() => setTimeout(loadFramework));

  // Streamlit's page has the same blocks. What somebody has done on the first one goes along: where they are, what they typed,
  // what is open. While they select a text or press a button, it stays.
  let isPressed = false, isChoosing = false;
  addEventListener("pointerdown", ({ target }) => ((isPressed = true), (isChoosing = target.localName === "select")), true);
  for (const name of ["change", "focusout"]) addEventListener(name, () => ((isChoosing = false), setTimeout(takeOver)), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => ((isPressed = false), setTimeout(takeOver)), true);
  const twin = (element, among) => {
    const alike = (one) => ["id", "href", "data-name", "value", "data-copy"].every((name) => one.getAttribute(name) === element.getAttribute(name));
    return [...among.querySelectorAll(element.localName)].find((one) => alike(one) && one.textContent === element.textContent);
  };
  function takeOver() {
    const old = first(), root = document.getElementById("root");
    if (!old || isPressed || isChoosing || !getSelection().isCollapsed || !root.querySelector(".rt-foot")) return;
    const held = document.activeElement, isHeld = old.contains(held) && twin(held, root);
    // at the top of the page nothing is measured: that would lay out both pages
    const seen = scrollY && [...old.querySelectorAll("h1, h2, h3, li, p, dt")].find((one) => one.getBoundingClientRect().top >= 0);
    const [place, above] = seen ? [twin(seen, root), seen.getBoundingClientRect().top] : [];
    let chosen = null;
    for (const field of old.querySelectorAll("input:not([type='hidden']), select, details")) {
      const same = twin(field, root);
      if (same) for (const state of ["value", "checked", "open"]) if (state in field) same[state] = field[state];
      if (same?.closest(".rt-filters") && (field.checked !== field.defaultChecked || field.selectedOptions?.[0].defaultSelected === false)) chosen = same;
    }
    const caret = isHeld && held.type === "search" ? [held.selectionStart, held.selectionEnd] : null;
    const top = scrollY;
    old.remove();
    if (top) main().scrollTop = top;
    if (place) main().scrollTop += place.getBoundingClientRect().top - above;
    if (isHeld) isHeld.focus({ preventScroll: true });
    if (caret) isHeld.setSelectionRange(...caret);
    chosen?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  new MutationObserver(takeOver).observe(document.getElementById("root"), { childList: true, subtree: true });
  document.addEventListener("selectionchange", takeOver);

  const own = (a) =>
    a.origin === location.origin && !a.target && !a.hasAttribute("download") &&
    /^\/[a-z-]*$/.test(a.pathname) && !/^\/(livez|readyz|assets|sign-|reminders)/.test(a.pathname);

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) return void copyLink(copy);
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    page = here();
    // a place on this page: the browser goes there, and a part that is closed opens
    if (a.hash && a.pathname + a.search === page) return void setTimeout(showHash);
    if (!own(a) || first()) return;
    event.preventDefault();
    afterTyping(() => follow(a));
  });

  const shown = document.documentElement.lang;
  function follow(a) {
    // A page in another language needs its own shell; everything else is one step in the history.
    if ((new URLSearchParams(a.search).get("lang") ?? shown) !== shown) return void location.assign(a.href);
    openMenu(false);
    const moved = a.pathname !== location.pathname || idOf(a.search) !== idOf(location.search);
    const to = new URL(a.href);
    // what was ticked while the page was being drawn goes along
    if (to.searchParams.has("choosing") && !a.hasAttribute("data-picks")) pick(to, picked());
    stepTo(to);
    if (a.hash) showHash();
    else if (moved) arrive(a.hasAttribute("data-back"));
    else if (to.searchParams.has("editing")) attend(a);
  }

  // Another address is one step in the history, and Streamlit shows its page.
  function stepTo(address) {
    remember();
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }

  // Do something as soon as the page is ready for it, or the time is over.
  function whenReady(milliseconds, isReady, act) {
    const end = Date.now() + milliseconds;
    (function look() {
      if (isReady() || Date.now() >= end) act();
      else setTimeout(look, 20);
    })();
  }

  // Streamlit sends a text when its field is left, and a run for the next page can take the place of the run that keeps it
  // as a draft. So a link waits for that run. A page that is hidden sends the text at once.
  const isRunning = () => document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "running";
  const textField = (target) => target.closest?.('[data-testid="stTextInput"], [data-testid="stTextArea"]');
  let typed = ""; // then "in the field", "sent", and "running" until its run has ended
  let lost = null; // the field that lost the focus together with the connection
  // A press that leaves a field sends its text when it ends. Otherwise the page would be drawn anew under the pointer, and a list
  // that the press opens would close again.
  let left = null;
  document.addEventListener("focusout", (event) => {
    if (isPressed && textField(event.target)) event.stopImmediatePropagation(), (left = event.target);
  }, true);
  for (const name of ["pointerup", "pointercancel"])
    addEventListener(name, () => (left?.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), (left = null)), true);
  document.addEventListener("input", (event) => textField(event.target) && (typed = "in the field"));
  document.addEventListener("focusout", ({ target }) => {
    if (!textField(target)) return;
    if (target.disabled) lost = target;
    else if (typed === "in the field") typed = "sent";
  }, true);
  new MutationObserver(() => {
    if (typed === "sent" && isRunning()) typed = "running";
    else if (typed === "running" && !isRunning()) typed = "";
  }).observe(document.body, { attributeFilter: ["data-test-script-state"], subtree: true });
  // While the connection is lost, Streamlit disables all fields, and the one with the focus loses it. Streamlit does not notice
  // that, so what was being typed would be shown but never sent.
  new MutationObserver(() => {
    if (!lost || lost.disabled) return;
    if (document.activeElement === document.body) lost.focus({ preventScroll: true });
    lost = null;
  }).observe(document.body, { attributeFilter: ["disabled"], subtree: true });

  function afterTyping(go) {
    if (typed === "in the field") document.activeElement.blur();
    whenReady(2000, () => !typed, () => ((typed = ""), go()));
  }

  // The field keeps its focus: somebody who comes back, or has only paused, types on.
  function sendTyped() {
    if (typed === "in the field") document.activeElement.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }
  document.addEventListener("visibilitychange", () => document.hidden && sendTyped());
  // A long text is sent in pauses too: a page that is closed or loaded again cannot wait. Short fields are not, because they
  // would call a half-typed date or link wrong.
  let pause = 0;
  document.addEventListener("input", (event) => {
    clearTimeout(pause);
    if (event.target.closest?.('[data-testid="stTextArea"]')) pause = setTimeout(sendTyped, 2000);
    // a text that narrows a list is not kept: the list follows it
    else if (event.target.closest?.('[class*="st-key-rt_choose"]')) pause = setTimeout(sendTyped, 500);
  });

  // Where somebody was in a list is found again by Back and by the way back to the list.
  const main = () => document.querySelector('[data-testid="stMain"]');
  const idOf = (search) => new URLSearchParams(search).get("id");
  // It is in memory only: which pages somebody opened must not stay in the browser.
  const tops = new Map();
  const remember = () => main() && tops.set(location.href, main().scrollTop);
  addEventListener("scrollend", remember, true);
  const remembered = () => tops.get(location.href) ?? 0;
  const here = () => location.pathname + location.search;
  let page = here();
  addEventListener("popstate", (event) => {
    if (event.isTrusted && here() !== page) arrive(true);
    // to a place on the same page the browser goes by itself, but not back from it
    else if (event.isTrusted && !location.hash) main()?.scrollTo(0, remembered());
    page = here();
  });

  function arrive(again) {
    const top = again ? remembered() : 0;
    const title = () => document.querySelector(".stHtml h1"), before = title();
    if (!again) main()?.scrollTo(0, 0);
    whenReady(3000, () => title() && title() !== before && main().scrollHeight > top, () => {
      // A reader of the screen is told where they are now.
      title()?.setAttribute("tabindex", "-1");
      title()?.focus({ preventScroll: true });
      main()?.scrollTo(0, top);
    });
  }

  // A form that opens is where somebody goes on: the next Tab leads to its first field, and a reader of the screen is told.
  function attend(a) {
    const form = () => document.getElementById("record");
    whenReady(3000, form, () => {
      // who is in a field already stays there
      if (![a, document.body].includes(document.activeElement)) return;
      form()?.setAttribute("tabindex", "-1");
      form()?.focus();
    });
  }

  // A tick goes into the address at once, and the page follows; the list is drawn anew, so the box gets its focus back.
  const picked = () => new URLSearchParams(location.search).getAll("pick");
  const pick = (to, ids) => {
    to.searchParams.delete("pick");
    for (const id of ids) to.searchParams.append("pick", id);
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-pick]");
    if (!box || first()) return;
    const to = new URL(location.href);
    pick(to, [...picked().filter((id) => id !== box.value), ...(box.checked ? [box.value] : [])]);
    history.replaceState(null, "", to);
    keepPlace(box);
    dispatchEvent(new PopStateEvent("popstate"));
  });

  // A list is drawn anew: what was open in it opens again before it is seen, and the field that was changed has the focus again.
  let kept = null;
  const keepPlace = (field) => {
    const panel = field.closest(".rt-filterbox"), open = [...document.querySelectorAll("details[open][id]")].map(({ id }) => id);
    kept = { field, open, top: main().scrollTop, inside: panel?.scrollTop, until: Date.now() + 3000 };
  };
  new MutationObserver(() => {
    if (!kept || kept.field.isConnected) return;
    const again = Date.now() < kept.until && document.getElementById(kept.field.id);
    if (!again) return void (Date.now() < kept.until || (kept = null));
    for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
    if (document.activeElement === document.body) again.focus({ preventScroll: true });
    if (kept.inside) again.closest(".rt-filterbox").scrollTop = kept.inside;
    main().scrollTop = kept.top;
    kept = null;
  }).observe(document.body, { childList: true, subtree: true });

  // Who opens the filters goes on in them.
  document.addEventListener("click", ({ target }) => {
    const panel = target.closest?.("#rt-filters > summary")?.parentElement;
    if (panel) setTimeout(() => panel.open && panel.querySelector("input").focus({ preventScroll: true }));
  });

  // A filter is applied at once, as one step in the history.
  document.addEventListener("change", (event) => {
    const form = event.target.closest(".rt-filters");
    if (!form || first()) return;
    keepPlace(event.target);
    stepTo(addressOf(form));
  });
  // Streamlit removes the name of some fields, so each has it twice. What is empty stays out of the address.
  const addressOf = (form) => {
    const wanted = new URL(form.getAttribute("action"), location.origin);
    for (const field of form.elements)
      if (field.dataset.name && field.value && (field.checked || !/^(checkbox|radio)$/.test(field.type))) wanted.searchParams.append(field.dataset.name, field.value);
    return wanted;
  };

  // A form that asks for a view is a step in the history too.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".rt-form");
    if (!form || first()) return;
    event.preventDefault();
    stepTo(addressOf(form));
    const panel = form.closest("details") ?? form.querySelector(".rt-panel");
    if (panel) panel.open = false;
    openMenu(false);
    // the keyboard of a phone would cover the results
    document.activeElement.blur();
    if (form.matches(".rt-search")) arrive(false);
  });

  // The place that an address names comes into being only after the page has been drawn. On a page of an earlier date,
  // it may not be there: then the page says so, with a link to the place on today's page.
  function showHash() {
    const hash = location.hash, id = decodeURIComponent(hash.slice(1));
    if (!id) return;
    const place = () => document.getElementById(id), absent = () => document.querySelector(".rt-absent");
    let drawn = 0;
    whenReady(8000, () => place() || ((drawn += Boolean(document.querySelector(".rt-foot"))) > 50 && absent()), () => {
      // retired evidence stands in a part that is closed at first
      const fold = place()?.closest("details:not(.rt-share)") ?? place()?.parentElement.querySelector(":scope > .rt-later");
      if (fold) fold.open = true;
      if (place()) return place().scrollIntoView();
      if (!absent()) return;
      absent().hidden = false;
      absent().querySelector("a").hash = hash;
    });
  }
  showHash();

  // What was saved since the page was drawn is offered, and moves nothing. While the page runs, it is about to show it.
  async function lookForSaves() {
    const place = document.querySelector(".rt-live:empty");
    if (!place || document.hidden) return;
    const version = (await fetch("/readyz").catch(() => null))?.headers.get("ETag");
    if (!version || version.includes(place.dataset.version) || !place.isConnected || isRunning()) return;
    const button = Object.assign(document.createElement("button"), { className: "rt-copy", textContent: place.dataset.show });
    button.addEventListener("click", () => (place.replaceChildren(), afterTyping(() => dispatchEvent(new PopStateEvent("popstate")))));
    place.append(place.dataset.said, button);
  }
  setInterval(lookForSaves, 7000);
  document.addEventListener("visibilitychange", lookForSaves);

  async function copyLink(button) {
    const text = button.dataset.copy;
    const field = button.parentElement.querySelector("input, textarea");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      field.focus();
      field.select();
      if (!document.execCommand("copy")) return;
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  }

  // The menu of a phone, and one panel, are open at a time. Escape and a press elsewhere close them.
  function openMenu(open) {
    document.querySelector("[data-menu]")?.setAttribute("aria-expanded", open);
  }
  const isMenuOpen = () => document.querySelector('[data-menu][aria-expanded="true"]');
  const closePanels = (except) => {
    for (const panel of document.querySelectorAll(".rt-share[open]")) if (panel !== except) panel.open = false;
  };
  document.addEventListener("click", (event) => {
    closePanels(event.target.closest(".rt-share"));
    if (event.target.closest("[data-menu]")) openMenu(!isMenuOpen());
    else if (!event.target.closest(".rt-menu")) openMenu(false);
  });
  // a panel that opens at the end of the menu of a phone is brought into view
  document.addEventListener("toggle", (event) => event.target.matches(".rt-menu .rt-share[open]") && event.target.scrollIntoView({ block: "nearest" }), true);
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".rt-share")) closePanels();
    if (!event.target.closest(".rt-menu, [data-menu]")) openMenu(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".rt-share[open]"), menu = isMenuOpen();
    if (open) closePanels();
    else openMenu(false);
    (open?.querySelector("summary") ?? menu)?.focus();
  });
})();
