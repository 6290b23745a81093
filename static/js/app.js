// What every page does: copying, menus, colours, sending with Ctrl+Enter, and fetching the rest where a page needs it.

const urls = document.getElementById("behaviours").dataset;

// A Chinese input method confirms a candidate with Enter; some browsers report the end of composing one tick early.
let composing = false;
document.addEventListener("compositionstart", () => { composing = true; }, true);
document.addEventListener("compositionend", () => setTimeout(() => { composing = false; }), true);
const isComposing = (event) => composing || event.isComposing || event.keyCode === 229;

function say(text) {
  const region = document.getElementById("said");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}

function copy(button) {
  const done = () => {
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 2000);
    say(button.dataset.copied);
  };
  const byHand = () => copyBySelection(button, done);
  return navigator.clipboard ? navigator.clipboard.writeText(button.dataset.copy).then(done, byHand) : byHand();
}

// An office's own network without https has no clipboard interface, and a browser may refuse it.
function copyBySelection(button, done) {
  const field = document.createElement("textarea");
  field.value = button.dataset.copy;
  field.className = "sr-only";
  document.body.append(field);
  field.select();
  if (document.execCommand("copy")) done();
  field.remove();
  button.focus();
}

function setTheme(event, button) {
  event.preventDefault();
  const root = document.documentElement;
  if (button.value === "auto") delete root.dataset.theme;
  else root.dataset.theme = button.value;
  for (const other of button.form.elements) {
    if (other.name === "theme") other.toggleAttribute("aria-pressed", false);
  }
  button.setAttribute("aria-pressed", "true");
  const body = new FormData(button.form);
  body.set("theme", button.value);
  fetch(button.form.action, { method: "POST", body });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open], .more > details[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

// Another's words, put below what stands in a box already.
function quote(event, link) {
  const box = document.getElementById(link.dataset.quote);
  const words = document.querySelector("[data-quoted]")?.textContent.trim();
  if (!box || !words) return;
  event.preventDefault();
  if (!box.value.includes(words)) box.value = [box.value.trim(), words].filter(Boolean).join("\n");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  say(link.dataset.said);
}

// A field that is asked for only since the page was drawn: all has been saved, so the page is drawn anew.
function showAnew(link) {
  if (!link || document.getElementById(link.hash.slice(1))) return;
  location.hash = link.hash;
  location.reload();
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  showAnew(event.target.closest('a[href^="#f-"]'));
  const quoting = event.target.closest("[data-quote]");
  if (quoting) quote(event, quoting);
  const button = event.target.closest("button");
  if (button?.dataset.copy) copy(button);
  if (button?.name === "theme" && button.form.matches(".theme")) setTheme(event, button);
  if (button?.dataset.print !== undefined) print();
  // A field that has only become wanted since the page was fetched comes with the page.
  const field = event.target.closest("a[href^='#f-']");
  if (field && !document.getElementById(field.hash.slice(1))) { event.preventDefault(); location.hash = field.hash; location.reload(); }
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
});

document.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open], .more > details[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const place = event.target.closest?.("[data-ctrl-enter]");
    const button = place && [...place.querySelectorAll("[type=submit]:not([formaction]), button:not([type])")].find((one) => one.offsetParent);
    if (place) { event.preventDefault(); (button?.form ?? place).requestSubmit(button); }
  }
});

// Computers are shared: whoever signs out leaves no draft behind.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-wipe-drafts]")) return;
  // What was typed a moment ago waits to be kept: it must not be once the rest is gone.
  document.body.dataset.leaves = "";
  try { for (const [storage, key] of drafts()) storage.removeItem(key); } catch { /* nothing is kept where storage is refused */ }
});

// What was typed and not sent: a person's outlives the tab, a guest's does not.
const drafts = () => [localStorage, sessionStorage].flatMap((storage) => Object.keys(storage).filter((key) => key.startsWith("draft:")).map((key) => [storage, key]));

// A second press of the same button would send the same thing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent && Date.now() - form.dataset.sent < 5000) return event.preventDefault();
  form.dataset.sent = Date.now();
  form.dataset.changed = "";
});
addEventListener("pageshow", () => {
  delete document.body.dataset.leaves;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) delete form.dataset.sent;
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.guard !== undefined) form.dataset.changed = "1";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed='1']")) event.preventDefault();
});

// A sent draft is done with when the server answered by leading to a page.  A lost network or a lost session is no such answer.
function wipeSentDrafts() {
  // A page that sent its form by itself was led here too.
  let led = false;
  try { led = sessionStorage.getItem("led") === "1"; sessionStorage.removeItem("led"); } catch { /* as below */ }
  const redirected = led || performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  const signIn = location.pathname.startsWith("/login");
  if (!redirected && !signIn) return;
  try {
    for (const [storage, key] of drafts()) {
      const draft = JSON.parse(storage.getItem(key));
      if (draft.sent && signIn) storage.setItem(key, JSON.stringify({ ...draft, sent: false }));
      else if (draft.sent) storage.removeItem(key);
    }
  } catch { /* nothing is kept where storage is refused */ }
}

function begin(root) {
  // What scrolls sideways can be scrolled with the arrow keys too.
  for (const box of root.querySelectorAll(".scroll")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  root.querySelector("[data-focus]")?.focus();
  for (const back of root.querySelectorAll("[data-back]")) Object.assign(back, { hidden: false, onclick: () => history.back() });
  const tools = { isComposing, say };
  if (document.querySelector("form[data-draft], [data-files]")) import(urls.compose).then((part) => part.begin(document, tools));
  if (document.querySelector("[data-suggest]:not(script)")) import(urls.suggest).then((part) => part.begin(document, tools));
  if (document.querySelector("[data-personal]:not(script)")) import(urls.personal).then((part) => part.begin(document, tools));
  if (document.querySelector("[data-pick-some]")) import(urls.pick).then((part) => part.begin(document, tools));
  if (document.body.dataset.keys === "on" || document.querySelector("[data-list]")) import(urls.keys).then((part) => part.begin(document, tools));
  if (document.querySelector("main [data-presence]")) import(urls.presence).then((part) => part.begin(document, tools));
  if (document.querySelector("main [data-live]")) import(urls.live).then((part) => part.begin(document, tools));
}
wipeSentDrafts();
begin(document);
// What the server says about the last action stands in the page from the start, where it would not be read out.
const flashed = document.querySelector(".flashes")?.textContent.trim();
if (flashed) say(flashed);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) begin(event.target); });
