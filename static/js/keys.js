// Lists that are walked by J and K, and single keys for people who do this all day.
// Keys are switched on per person; none is taken with Ctrl or Alt, except Ctrl+K.

// The row to stand on when the list comes back, and the one after it for when something was done on a page between.
// The last one that something was done with: taken back, it is where the reader goes on.
const NEXT = "next-row", AFTER = "row-after", DONE = "row-done";
let tools, first = "", waiting = null;
const known = new WeakSet();

export function begin(root, given) {
  tools = given;
  for (const list of root.querySelectorAll("[data-list]")) {
    if (known.has(list)) continue;
    known.add(list);
    walk(list);
  }
  if (!known.has(document)) {
    known.add(document);
    if (document.body.dataset.keys === "on") document.addEventListener("keydown", press);
    // A form that leads back to the list: what it asks for is done, the next row is ready.
    document.addEventListener("submit", (event) => {
      const done = sessionStorage.getItem(AFTER);
      if (!done || !event.target.querySelector("input[name=back]") || document.querySelector("[data-list]")) return;
      sessionStorage.setItem(NEXT, done);
      sessionStorage.removeItem(AFTER);
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      // What is similar comes later, and may come for the case before.
      if (event.target.closest?.("#alike")) return;
      event.target.closest?.("[aria-busy]")?.removeAttribute("aria-busy");
      if (waiting) { const name = waiting; waiting = null; act(name); }
    });
  }
}

const rowsOf = (list) => [...list.querySelectorAll(".row-item")];
const linkOf = (row) => row.querySelector(".row-title a") || row.querySelector("a");
const current = () => document.querySelector(".row-item.selected");

function walk(list) {
  list.addEventListener("focusin", (event) => {
    const row = event.target.closest(".row-item");
    if (row && row !== current()) select(row);
  });
  list.closest("form")?.addEventListener("change", () => count(list));
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row-item");
    if (!row || event.target.closest("a, button, input, label")) return;
    linkOf(row)?.focus();
  });
  // After something was done with a row the next one is ready, on the page that comes back.
  document.addEventListener("submit", (event) => {
    const row = current();
    if (!row || !list.closest("form")?.contains(event.target) && !event.target.closest("#preview, .flashes")) return;
    const undone = event.target.closest(".flashes") && sessionStorage.getItem(DONE);
    sessionStorage.removeItem(DONE);
    if (event.target.closest("[data-stay], .flashes")) return sessionStorage.setItem(NEXT, undone || row.id);
    sessionStorage.setItem(DONE, list.querySelector(".row-item:has(input:checked)")?.id || row.id);
    sessionStorage.setItem(NEXT, after(list, row));
  });
  document.addEventListener("click", (event) => {
    const row = current();
    if (!row || !event.target.closest("#preview a, [data-fresh] a")) return;
    sessionStorage.setItem(NEXT, row.id);
    sessionStorage.setItem(DONE, row.id);
    sessionStorage.setItem(AFTER, after(list, row));
  });
  const wanted = sessionStorage.getItem(NEXT);
  sessionStorage.removeItem(NEXT);
  const row = wanted && (document.getElementById(wanted) || rowsOf(list)[0]) || (document.body.dataset.keys === "on" && rowsOf(list)[0]);
  if (row && wanted) linkOf(row)?.focus();
  else if (row) select(row);
  list.dataset.ready = "";
}

// 「已選 5 件」: how many rows the bar above them would act on.
function count(list) {
  const words = list.closest("form")?.querySelector("[data-count]");
  if (words) words.textContent = words.dataset.count.replace("{n}", list.querySelectorAll(".row-item input:checked").length);
}

function after(list, row) {
  const rows = rowsOf(list);
  const next = rows.slice(rows.indexOf(row) + 1).find((other) => !other.querySelector("input:checked"));
  return next?.id || "first";
}

function select(row) {
  current()?.removeAttribute("aria-current");
  current()?.classList.remove("selected");
  row.classList.add("selected");
  row.setAttribute("aria-current", "true");
  const pane = document.getElementById("preview");
  if (!row.dataset.preview || !pane?.offsetParent || !window.htmx) return;
  const shown = pane.querySelector("[data-shown]")?.dataset.shown;
  if (row.id === `row-${shown}` && !pane.hasAttribute("aria-busy")) return;
  pane.setAttribute("aria-busy", "true");
  clearTimeout(pane.timer);
  pane.timer = setTimeout(() => htmx.ajax("GET", row.dataset.preview, { target: pane, swap: "innerHTML" }), 120);
}

function step(by) {
  const list = current()?.closest("[data-list]") || document.querySelector("[data-list]");
  if (!list) return false;
  const rows = rowsOf(list);
  const place = rows.indexOf(current());
  const row = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
  if (!row) return false;
  linkOf(row)?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function tick(range) {
  const row = current();
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return false;
  if (!range) { box.click(); return true; }
  const rows = rowsOf(row.closest("[data-list]"));
  const here = rows.indexOf(row);
  const last = rows.slice(0, here).findLastIndex((other) => other.querySelector("input:checked"));
  for (const other of rows.slice(Math.max(0, last), here + 1)) other.querySelector("input[type=checkbox]").checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

const fixed = {
  j: () => step(1), k: () => step(-1), x: () => tick(false), "shift+x": () => tick(true),
  o: () => current() && (linkOf(current()).click(), true),
  "?": sheet,
};

function press(event) {
  if (tools.isComposing(event)) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
    const box = document.querySelector(".search input");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
    return;
  }
  if (event.key === "Escape" && leave(event.target)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const name = nameOf(event);
  if (!name) return;
  const done = act(first ? `${first} ${name}` : name);
  if (done) event.preventDefault();
  const starts = !first && document.querySelector(`[data-key^="${CSS.escape(name)} "]`);
  first = starts ? name : "";
  if (starts) setTimeout(() => { first = ""; }, 1200);
}

// Out of a page that asks one thing, as its own way back does; never away from what somebody has written.
function leave(field) {
  const way = document.querySelector("[data-leave]");
  if (!way || document.querySelector("dialog[open], details.menu[open]") || field.matches?.("select, [list]")) return false;
  const written = [...way.closest("form")?.elements || []].some((one) => one.matches("textarea, input:not([type])") && one.value !== one.defaultValue);
  if (!written) way.click();
  return !written;
}

// By place on the keyboard, so that a switched-on Zhuyin layout does not matter.
function nameOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() || /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (event.code === "Slash") return event.shiftKey || event.key === "?" ? "?" : "/";
  return letter && (event.shiftKey ? `shift+${letter}` : letter);
}

const isTyping = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
  || (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(target.type));

function act(name) {
  if (fixed[name]) return fixed[name]();
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find((one) => one.offsetParent);
  if (!target) return false;
  // The pane still shows another case: wait for the one that is meant.
  if (target.closest("[aria-busy='true']")) { waiting = name; return true; }
  const list = target.closest("[data-list]") || target.form?.querySelector("[data-list]");
  if (list && !list.querySelector(".row-item input:checked")) {
    const box = current()?.querySelector("input[type=checkbox]");
    if (box) box.checked = true;
  }
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) target.focus();
  else target.click();
  // What is chosen by a key is followed by writing.
  if (target.dataset.keyTo) document.querySelector(target.dataset.keyTo)?.focus();
  return true;
}

function sheet() {
  const frame = document.getElementById("key-sheet");
  if (!frame?.showModal) return false;
  const table = frame.querySelector("dl");
  for (const old of table.querySelectorAll(".here")) old.remove();
  for (const one of table.querySelectorAll("[data-for]")) one.hidden = !document.querySelector(one.dataset.for);
  const listed = new Set();
  for (const one of document.querySelectorAll("[data-key]")) {
    if (!one.offsetParent) continue;
    const words = one.cloneNode(true);
    words.querySelectorAll("kbd, .count").forEach((part) => part.remove());
    const text = one.dataset.keyLabel || one.getAttribute("aria-label") || words.textContent.trim();
    // The bar above a list and the pane beside it may both offer the same.
    if (listed.size === listed.add(`${one.dataset.key} ${text}`).size) continue;
    const line = document.createElement("div");
    line.className = "here";
    line.append(document.createElement("dt"), document.createElement("dd"));
    line.firstChild.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key.toUpperCase() }));
    line.lastChild.textContent = text;
    table.append(line);
  }
  frame.showModal();
  return true;
}
