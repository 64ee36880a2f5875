// What Streamlit's page needs, which whoever is signed in has: links without loading again, forms, uploads, made files.
(() => {
  // Streamlit would keep the colours under the address of each page, which tells which pages somebody opened.
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (name, value) {
    if (name.startsWith("rt-")) keep.call(this, name, value);
  };

  // What only somebody signed in may see goes from the page as soon as the server says that this sign-in has ended or
  // changed. When it closes a connection, it is asked at once. A page that was hidden or asleep, and one that got no answer
  // for half a minute, is covered until there is an answer.
  const root = document.documentElement;
  let mark = "", known = Date.now();
  const isPrivate = () => {
    const me = document.querySelector("[data-sign-in]");
    if (me) mark = me.dataset.signIn, root.dataset.unsure = me.dataset.unsure;
    return Boolean(mark);
  };
  const cover = (isUnsure) => root.classList.toggle("rt-unsure", isUnsure && isPrivate());
  async function ask() {
    const asked = Date.now(), signal = AbortSignal.timeout(4000);
    const now = isPrivate() && (await fetch("/readyz", { signal }).catch(() => null))?.headers.get("Sign-In");
    if (!now) return;
    if (now !== mark) return void (root.replaceChildren(), location.reload());
    known = asked;
    cover(document.hidden || Date.now() - asked > 5000);  // an answer from before the page slept says nothing of now
  }
  function notice({ type }) {
    const isAway = document.hidden || /freeze|pagehide/.test(type);
    cover(isAway || Date.now() - known > 5000);
    if (!isAway) ask();
  }
  for (const name of ["visibilitychange", "freeze", "resume", "pagehide", "pageshow", "online"]) addEventListener(name, notice, true);
  setInterval(() => {
    if (Date.now() - known > 30_000) cover(true);
    if (!document.hidden) ask();
  }, 4000);
  window.WebSocket = class extends WebSocket {
    constructor(...about) {
      super(...about);
      this.addEventListener("close", ask);
    }
  };

  // without this, Streamlit first asks for a server below the path of the page
  window.__streamlit = { BACKEND_BASE_URL: location.origin };
  // The reader's page is shown until Streamlit has drawn the page. Its links and forms work before too.
  const first = () => document.getElementById("rt-served");
  new MutationObserver(() => {
    if (!first() || !document.querySelector("#root .rt-foot")) return;
    const top = scrollY, open = [...first().querySelectorAll("details[open][id]")].map(({ id }) => id);
    const isMenuOpen = first().querySelector('[data-menu][aria-expanded="true"]');
    first().remove();
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (isMenuOpen) document.querySelector("[data-menu]")?.setAttribute("aria-expanded", true);
    if (top) main().scrollTop = top;
  }).observe(document.getElementById("root"), { childList: true, subtree: true });

  const own = (a) =>
    a.origin === location.origin && !a.target && !a.hasAttribute("download") &&
    /^\/[a-z-]*$/.test(a.pathname) && !/^\/(livez|readyz|assets|sign-|reminders)/.test(a.pathname);

  document.addEventListener("click", (event) => {
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    page = here();
    if ((a.hash && a.pathname + a.search === page) || !own(a) || first()) return;
    event.preventDefault();
    afterTyping(() => follow(a));
  });

  const shown = document.documentElement.lang;
  function follow(a) {
    // A page in another language needs its own shell; everything else is one step in the history.
    if ((new URLSearchParams(a.search).get("lang") ?? shown) !== shown) return void location.assign(a.href);
    document.body.click(); // closes the menu
    const moved = a.pathname !== location.pathname || idOf(a.search) !== idOf(location.search);
    const to = new URL(a.href);
    // what was ticked while the page was being drawn goes along
    if (to.searchParams.has("choosing") && !a.hasAttribute("data-picks")) pick(to, picked());
    stepTo(to);
    if (a.hash) window.rtShowHash();
    else if (moved) arrive(a.hasAttribute("data-back"));
    else if (to.searchParams.has("editing")) attend(a);
  }

  // Another address is one step in the history, and Streamlit shows its page.
  const drawPage = () => dispatchEvent(new PopStateEvent("popstate"));
  function stepTo(address) {
    remember();
    history.pushState(null, "", address);
    drawPage();
  }
  window.rtShowNew = () => afterTyping(drawPage);

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
  const isRunning = (window.rtIsRunning = () => document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "running");
  const textField = (target) => target.closest?.('[data-testid="stTextInput"], [data-testid="stTextArea"]');
  let typed = ""; // then "in the field", "sent", and "running" until its run has ended
  let lost = null; // the field that lost the focus together with the connection
  document.addEventListener("input", (event) => textField(event.target) && (typed = "in the field"));
  // A press that leaves a field sends its text when it ends. Otherwise the page would be drawn anew under the pointer, and a list
  // that the press opens would close again.
  let left = null, isPressed = false;
  addEventListener("pointerdown", () => (isPressed = true), true);
  document.addEventListener("focusout", (event) => {
    if (isPressed && textField(event.target)) event.stopImmediatePropagation(), (left = event.target);
  }, true);
  for (const name of ["pointerup", "pointercancel"])
    addEventListener(name, () => ((isPressed = false), left?.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), (left = null)), true);
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
  document.addEventListener("change", ({ target }) => {
    const form = target.closest(".rt-filters"), box = target.closest("[data-pick]");
    if (!(form || box) || first()) return;
    keepPlace(target);
    if (form) return stepTo(window.rtAddressOf(form));
    const to = new URL(location.href);
    pick(to, [...picked().filter((id) => id !== box.value), ...(box.checked ? [box.value] : [])]);
    history.replaceState(null, "", to);
    drawPage();
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

  // A form that asks for a view is a step in the history too.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".rt-form");
    if (!form || first()) return;
    event.preventDefault();
    stepTo(window.rtAddressOf(form));
    const panel = form.closest("details") ?? form.querySelector(".rt-panel");
    if (panel) panel.open = false;
    document.body.click();
    // the keyboard of a phone would cover the results
    document.activeElement.blur();
    if (form.matches(".rt-search")) arrive(false);
  });

  document.addEventListener("click", ({ target }) => {
    const made = target.closest("[data-bytes]");
    if (made) window.rtSaveBlob(new Blob([Uint8Array.from(atob(made.dataset.bytes), (one) => one.charCodeAt(0))]), made.dataset.file);
  });

  // What stopped a save, or says that it was done, is drawn after the click: it is brought into view and gets the focus,
  // each time once. Of several wrong fields this is the first on the page; they are not drawn in this order, so it waits
  // for all of them.
  function goTo(told) {
    const closed = told?.closest('[data-testid="stExpander"] details:not([open])');
    closed?.querySelector("summary").click();
    const field = told?.closest('[class*="st-key-rt_field"], [class*="st-key-rt_required"]')?.querySelector("input, textarea");
    told?.scrollIntoView({ block: "center" });
    (field ?? told)?.focus({ preventScroll: true });
  }
  // A page is drawn in dozens of steps, and to look through all of it takes a millisecond, on a phone several.
  function oncePerFrame(act) {
    let isPlanned = false;
    return () => isPlanned || ((isPlanned = true), requestAnimationFrame(() => ((isPlanned = false), act())));
  }
  const streamlitWords = Object.entries(JSON.parse(document.querySelector('meta[name="rt-words"]').content));
  let stroke = null; // the rectangle that is being drawn
  const arrived = new Set(), drawn = document.getElementById("root");
  let wasDrawn = false;
  const look = oncePerFrame(() => {
    // a page that fails as a whole is taken away by React
    drawn.classList.toggle("rt-empty", wasDrawn && !drawn.hasChildNodes());
    wasDrawn ||= drawn.hasChildNodes();
    for (const input of document.querySelectorAll('[class*="st-key-rt_required"] :is(input, textarea):not([aria-required], [type="radio"])'))
      input.setAttribute("aria-required", "true");
    // check boxes of one field: a reader of the screen is told which field they are of
    for (const box of document.querySelectorAll('[class*="st-key-rt_choose"]:not([role])')) {
      const label = box.querySelector('.rt-chooselabel, [data-testid="stTextInput"] [data-testid="stWidgetLabel"]');
      if (label) box.setAttribute("role", "group"), box.setAttribute("aria-label", label.textContent);
    }
    // Streamlit names the button of a calendar in English only
    for (const button of document.querySelectorAll('[class*="st-key-rt_calendar"] button:not([data-named])')) {
      button.dataset.named = "";
      button.setAttribute("aria-label", button.closest('[data-testid="stDateInput"]').querySelector("label").textContent);
    }
    // so it does with these, which only readers of the screen and the keyboard meet
    for (const [english, words] of streamlitWords) {
      for (const named of document.querySelectorAll(`[aria-label="${english}"], [aria-label^="${english} "]`))
        named.setAttribute("aria-label", words + named.getAttribute("aria-label").slice(english.length));
      for (const named of document.querySelectorAll(`[title="${english}"]`)) named.title = words;
      const skip = document.querySelector('[data-testid="stSkipToContent"]');
      if (skip?.textContent === english) skip.textContent = words;
    }
    // the uploader's button has its words in the reader's language from the style sheet
    for (const p of document.querySelectorAll('[data-testid="stFileUploaderDropzone"] button:not([aria-label]) p')) {
      const words = getComputedStyle(p, "::after").content;
      if (words.startsWith('"')) p.closest("button").setAttribute("aria-label", words.slice(1, -1));
    }
    for (const { dataset: { arrive: token } } of document.querySelectorAll("[data-arrive]")) {
      if (!token || arrived.has(token)) continue;
      arrived.add(token);
      setTimeout(() => goTo(document.querySelector(`[data-arrive="${token}"]`)), 50);
    }
    // a stroke that the browser takes for the start of a swing would have the next tap ignored
    for (const sheet of document.querySelectorAll(".rt-sheet:not([data-ready])")) {
      sheet.dataset.ready = "";
      sheet.addEventListener("touchmove", (event) => stroke && event.touches.length < 2 && event.preventDefault(), { passive: false });
    }
    // the uploader says only to who sees it that a file was refused
    for (const chip of document.querySelectorAll('[data-testid="stFileChip"][aria-invalid="true"]:not([data-refused])')) {
      const why = document.getElementById(chip.getAttribute("aria-describedby"))?.textContent ?? "";
      if (why) chip.dataset.refused = /or smaller/.test(why) ? "size" : "sending";
    }
  });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();

  // Streamlit's uploader does not say how much of a file is sent, and it takes no pasted files.
  const chips = (name) => [...document.querySelectorAll('[data-testid="stFileChip"]')].filter((chip) => chip.querySelector("[title]")?.title === name);
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData && [...body.values()].find((value) => value instanceof File);
    if (file) {
      const show = ({ loaded, total }) => chips(file.name).forEach((chip) => (chip.dataset.sent = `${Math.floor((100 * loaded) / total)} %`));
      this.upload.addEventListener("progress", show);
      this.addEventListener("loadend", () => chips(file.name).forEach((chip) => delete chip.dataset.sent));
    }
    return send.call(this, body);
  };
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData, fields = document.querySelectorAll('[data-testid="stFileUploaderDropzoneInput"]:not(:disabled)');
    // a text that is pasted into a field can have a picture of itself beside it
    if (!data?.files.length || data.types.includes("text/plain") || fields.length !== 1) return;
    event.preventDefault();
    fields[0].files = data.files;
    fields[0].dispatchEvent(new Event("change", { bubbles: true }));
  });

  // The server takes a message of 1 MB, with all fields of the page. A larger one would end the connection each time that it is sent.
  document.addEventListener("beforeinput", (event) => {
    const box = event.target.closest?.('[data-testid="stTextArea"], [data-testid="stTextInput"]'), added = event.data ?? "";
    const sent = added.length > 1000 ? [...document.querySelectorAll("textarea, input")].map((field) => field.value) : [];
    const isTooMuch = new Blob([added, ...sent]).size > 900_000;
    box?.toggleAttribute("data-too-much", isTooMuch);
    if (box && isTooMuch) event.preventDefault();
  });

  // The tool that blacks out parts of a picture: a stroke of a finger or the mouse is a rectangle. Two fingers are the browser's.
  const LEAST = 12; // pixels: a stroke through a line of words is as high as they are
  const touched = new WeakMap(); // tool → where it was touched last, as parts of its width and height
  const toolOf = (element) => element.closest?.('[class*="st-key-rt_blackout"]');
  const placeOn = (sheet, { clientX, clientY }) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height].map((part) => Math.min(Math.max(part, 0), 1));
  };
  function draw(event) {
    const { sheet, from } = stroke, to = placeOn(sheet, event), least = [LEAST / sheet.offsetWidth, LEAST / sheet.offsetHeight];
    const length = [0, 1].map((way) => Math.abs(to[way] - from[way]));
    const [[left, right], [top, bottom]] = [0, 1].map((way) => {
      const middle = (to[way] + from[way]) / 2, half = Math.max(length[way], least[way]) / 2;
      return [Math.max(middle - half, 0), Math.min(middle + half, 1)];
    });
    const [x, y, width, height] = [left, top, right - left, bottom - top].map((part) => `${100 * part}%`);
    Object.assign(stroke.box.style, { left: x, top: y, width, height });
    return length.every((one, way) => one < least[way] / 2) ? null : [left, top, right, bottom];
  }
  function endStroke(event) {
    const part = stroke && event.type === "pointerup" && draw(event), { sheet, box } = stroke ?? {};
    stroke = null;
    if (!part) return box?.remove();
    const field = toolOf(sheet).querySelector('[class*="st-key-rt_chosen"] input');
    const parts = [...JSON.parse(field.value || "[]"), [sheet.dataset.page, ...part].map(Number)];
    // as if it was typed: React notices a value that is set only by the setter of the browser
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, JSON.stringify(parts));
    for (const told of [new Event("input", { bubbles: true }), new FocusEvent("focusout", { bubbles: true })]) field.dispatchEvent(told);
  }
  document.addEventListener("pointerdown", (event) => {
    const sheet = event.target.closest?.(".rt-sheet"), tool = sheet && toolOf(sheet);
    if (!event.isPrimary) return void endStroke(event); // a second finger
    if (!tool || event.button) return;
    touched.set(tool, placeOn(sheet, event));
    if (tool.hasAttribute("data-moving")) return;
    event.preventDefault();
    stroke = { sheet, from: touched.get(tool), box: sheet.appendChild(document.createElement("i")) };
    stroke.box.className = "rt-part";
    draw(event);
  });
  document.addEventListener("pointermove", (event) => {
    if (stroke) draw(event);
    else if (event.buttons && event.pointerType === "mouse" && event.target.closest?.("[data-moving] .rt-sheet"))
      event.target.closest('[class*="st-key-rt_sheet"]').scrollBy(-event.movementX, -event.movementY);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, endStroke);
  document.addEventListener("click", ({ target }) => {
    const move = target.closest("[data-move]"), button = target.closest("[data-zoom]"), tool = toolOf(move ?? button ?? document);
    move?.setAttribute("aria-pressed", tool.toggleAttribute("data-moving"));
    if (!button) return;
    const view = tool.querySelector('[class*="st-key-rt_sheet"]'), sheet = view.querySelector(".rt-sheet");
    const seen = [(view.scrollLeft + view.clientWidth / 2) / sheet.offsetWidth, (view.scrollTop + view.clientHeight / 2) / sheet.offsetHeight];
    const [x, y] = touched.get(tool) ?? seen;
    view.dataset.scale = Math.min(Math.max((view.dataset.scale ?? 1) * button.dataset.zoom, 1), 8);
    view.style.setProperty("--rt-scale", view.dataset.scale);
    view.scrollTo(x * sheet.offsetWidth - view.clientWidth / 2, y * sheet.offsetHeight - view.clientHeight / 2);
    view.scrollIntoView({ block: "nearest" });
  });

  // a private plan becomes a file here, so that no address gives it out
  document.addEventListener("click", ({ target }) => {
    const text = target.closest("[data-calendar]")?.dataset.calendar;
    if (!text) return;
    const href = URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
    Object.assign(document.createElement("a"), { href, download: "plan.ics" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  });
})();
