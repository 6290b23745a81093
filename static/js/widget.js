// The report widget: a button on somebody else's page, a dialog of its own, one call.  No cookie, no request before sending.
// Everything lives in a shadow root: the page's styles do not reach in, and ours do not leak out.
(() => {
  "use strict";
  const WORDS = "WORDS";
  const script = document.currentScript;
  if (!script || window.Tracker) return;
  const { key, lang = "", button } = script.dataset;
  const language = /^zh/i.test(lang || document.documentElement.lang || navigator.language) ? "zh" : "en";
  const words = WORDS[language];
  const place = `${script.src.split("/widget.js")[0]}/api/widget/${key}/reports?lang=${language}`;
  const ALONG = ["input", "output", "model", "version", "trace_id"];
  const CSS = `
    :host { all: initial; color-scheme: light dark; --ink: light-dark(#17202b, #edf1f5); --paper: light-dark(#fff, #18202a);
      --line: light-dark(#6f7886, #8591a1); --accent: light-dark(#0b57a4, #8cc2f7); --on: light-dark(#fff, #0b1118); --bad: light-dark(#b3142b, #ff9aa5); }
    * { box-sizing: border-box; font: 400 1rem/1.6 system-ui, "Noto Sans TC", "Microsoft JhengHei", sans-serif; color: var(--ink); }
    button, a { min-height: 44px; padding: 8px 16px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); cursor: pointer; }
    a { display: inline-block; color: var(--accent); }
    .primary, .open { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 700; }
    .open { position: fixed; inset: auto 16px 16px auto; z-index: 2147483000; box-shadow: 0 2px 8px #0006; }
    :focus-visible { outline: 3px solid #ffcf33; outline-offset: 2px; box-shadow: 0 0 0 2px #17202b; }
    dialog { width: min(34rem, calc(100vw - 24px)); max-height: calc(100vh - 24px); padding: 20px; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); overflow: auto; }
    dialog::backdrop { background: #0008; }
    h2 { margin: 0 0 12px; font-size: 1.25rem; font-weight: 700; }
    label, legend { font-weight: 700; } fieldset label, .check label { font-weight: 400; }
    fieldset { margin: 16px 0; padding: 0; border: 0; }
    .check { display: flex; gap: 10px; align-items: center; min-height: 44px; padding: 4px 0; } .check label { flex: 1; }
    input[type=radio], input[type=checkbox] { width: 20px; height: 20px; margin: 0; accent-color: var(--accent); }
    textarea, input[type=email] { display: block; width: 100%; margin: 4px 0; padding: 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); }
    .wrong { margin: 4px 0; color: var(--bad); font-weight: 700; }
    .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 16px; }
    summary { min-height: 44px; padding: 8px 0; cursor: pointer; }
    dl { margin: 0; max-height: 12rem; overflow: auto; } dt { font-weight: 700; } dd { margin: 0 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
    code { font: 700 1.25rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }`;

  const el = (tag, about = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(about)) name in made ? made[name] = value : made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  const host = el("tracker-report", { lang: language === "zh" ? "zh-Hant-TW" : "en" });
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const dialog = el("dialog", { "aria-labelledby": "title" });
  root.append(dialog);

  let given = {}, answered = null, before = null, resolve = null;

  const show = (...parts) => dialog.replaceChildren(el("h2", { id: "title", tabIndex: -1 }, parts.shift()), ...parts);
  const field = (id, control, text, below = el("p", { id: `${id}-wrong`, className: "wrong", hidden: true })) => {
    control.setAttribute("aria-describedby", below.id);
    return [el("label", { htmlFor: id }, text), control, below];
  };
  const complain = (id, text) => {
    const below = root.getElementById(`${id}-wrong`);
    below.textContent = text;
    below.hidden = !text;
    const control = root.getElementById(id);
    text ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
  };

  // The form stays as it is when the dialog is closed: what was typed is there again at the next opening.
  const form = el("form", { noValidate: true });
  const what = el("textarea", { id: "description", rows: 4, required: true });
  const email = el("input", { id: "email", type: "email", autocomplete: "email" });
  const along = el("input", { id: "along", type: "checkbox", checked: true });
  const seen = el("details");
  const impact = el("fieldset", { id: "impact", tabIndex: -1 }, el("legend", {}, words.impact),
    ...Object.entries(words.impacts).map(([code, text]) => el("div", { className: "check" },
      el("input", { type: "radio", name: "impact", id: code, value: code }), el("label", { htmlFor: code }, text))),
    el("p", { id: "impact-wrong", className: "wrong", hidden: true }));
  impact.setAttribute("aria-describedby", "impact-wrong");
  const said = el("p", { className: "wrong", role: "alert" });
  const send = el("button", { className: "primary" }, words.send);
  const attached = el("div", {}, el("div", { className: "check" }, along, el("label", { htmlFor: "along" }, words.along)), seen);
  form.append(...field("description", what, words.what), impact, attached, ...field("email", email, words.email), said,
    el("div", { className: "actions" }, send, el("button", { type: "button", onclick: () => dialog.close() }, words.cancel)));
  let once = random();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    const chosen = root.querySelector("[name=impact]:checked");
    complain("description", what.value.trim() ? "" : words.whatMissing);
    complain("impact", chosen ? "" : words.impactMissing);
    complain("email", "");
    said.textContent = "";
    if (!what.value.trim()) return what.focus();
    if (!chosen) return root.querySelector("[name=impact]").focus();
    const body = { description: what.value, impact: chosen.value, email: email.value, once, ...(along.checked ? { ...given, page: location.href } : {}) };
    send.disabled = true;
    send.textContent = words.sending;
    try {
      const answer = await fetch(place, {
        method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, credentials: "omit",
        referrerPolicy: "no-referrer", signal: AbortSignal.timeout(30000),
      });
      const found = await answer.json();
      answer.ok ? done(found) : refused(found);
    } catch (error) {
      // Offline, or an origin that is not on the list: the browser does not tell which, so the console says it to the site's makers.
      console.warn(`Tracker: the report could not be sent from ${location.origin}`, error);
      said.textContent = words.failed;
    }
    send.disabled = false;
    send.textContent = words.send;
    // A button that rests while it sends lets the focus go.
    if (dialog.open && !root.activeElement) send.focus();
  });

  const refused = ({ errors = {}, detail }) => {
    const known = Object.keys(errors).filter((name) => root.getElementById(`${name}-wrong`));
    for (const name of known) complain(name, errors[name].join(" "));
    if (known.length) root.getElementById(known[0]).focus();
    else said.textContent = detail || words.failed;
  };
  const done = (found) => {
    const close = el("button", { type: "button", className: "primary", onclick: () => dialog.close() }, words.close);
    if (found.rehearsal) show(words.rehearsal, el("div", { className: "actions" }, close));
    else {
      answered = found;
      show(words.done, el("p", {}, el("code", {}, found.number)),
        ...(found.reply_by_words ? [el("p", {}, words.promise.replace("{when}", found.reply_by_words))] : []),
        el("p", {}, words.receipt), el("p", {}, el("code", {}, found.receipt)),
        el("div", { className: "actions" }, el("a", { href: found.url, target: "_blank", rel: "noopener" }, words.follow), close));
      form.reset();
      once = random();
    }
    root.getElementById("title").focus();
  };

  const report = (facts = {}) => {
    if (dialog.open) dialog.close();
    given = Object.fromEntries(ALONG.filter((name) => facts[name]).map((name) => [name, String(facts[name])]));
    answered = null;
    before = document.activeElement;
    const list = Object.entries(given).flatMap(([name, text]) => [el("dt", {}, words[name]), el("dd", {}, text)]);
    seen.replaceChildren(el("summary", {}, words.see), el("dl", { tabIndex: 0 }, ...list, el("dt", {}, words.page), el("dd", {}, location.origin + location.pathname)));
    said.textContent = "";
    show(words.title, form);
    dialog.showModal();
    what.focus();
    return new Promise((then) => { resolve = then; });
  };
  dialog.addEventListener("close", () => {
    if (before === host) open.focus();
    else before?.focus?.();
    resolve?.(answered);
  });

  const open = el("button", { className: "open", type: "button", onclick: () => report() }, words.open);
  if (button !== "off") root.append(open);
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-tracker-report]");
    if (!asked) return;
    const from = asked.dataset;
    report({ input: from.trackerInput, output: from.trackerOutput, model: from.trackerModel, version: from.trackerVersion, trace_id: from.trackerTraceId });
  });
  window.Tracker = { report };
  const stand = () => document.body.append(host);
  document.body ? stand() : addEventListener("DOMContentLoaded", stand);
})();
