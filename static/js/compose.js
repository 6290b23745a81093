// Drafts that survive a closed tab, and files that are pasted, dropped and looked at before they are sent.

const urls = document.getElementById("behaviours").dataset;
const PERSON = document.body.dataset.person || "0";
const PREFIX = "draft:";
const keyOf = (form) => `${PREFIX}${PERSON}:${form.dataset.draft}`;
const known = new WeakSet();

export function begin(root, { say }) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (!fresh(form)) continue;
    keepDraft(form);
    if (form.method === "post" && !form.hasAttribute("hx-post")) import(urls.send).then((part) => part.begin(form, lostLine(form, say)));
  }
  for (const box of root.querySelectorAll("[data-files]")) if (fresh(box)) keepFiles(box, say);
}

// Says that the network went, and sends the form again: by its button, or by itself once the network is back.
function lostLine(form, say) {
  let pressed = null;
  const line = Object.assign(document.createElement("p"), { className: "error upload-lost" });
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: form.dataset.again });
  const send = () => form.requestSubmit(pressed);
  again.addEventListener("click", send);
  addEventListener("online", () => { if (line.isConnected) send(); });
  return {
    show(place, by) {
      pressed = by;
      line.replaceChildren(form.dataset.lost, " ", again);
      place.append(line);
      say(form.dataset.lost);
      return line;
    },
    hide() { line.remove(); },
  };
}

function fresh(element) {
  if (known.has(element)) return false;
  known.add(element);
  return true;
}

// Storage may be refused or full; a draft is then only kept by the server.  A guest's stays in its tab: the browser may
// stand where the next guest opens another.
function store(action) {
  try { return action(PERSON === "0" ? sessionStorage : localStorage); } catch { return null; }
}

// What stood in a box when somebody began to write in it is kept with what they wrote: a copy that comes back later is
// no licence to write over what others wrote meanwhile.
const SEEN = /^(seen|shown)-/;
const isKept = (field) =>
  field.name && field.name !== "csrf_token" && (SEEN.test(field.name) || !["file", "password", "hidden", "submit", "button"].includes(field.type));

function typed(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") { if (field.checked) (values[field.name] ||= []).push(field.value); }
    else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
    else if (field.value) values[field.name] = [field.value];
  }
  return values;
}

// What a person wrote, without what stood there before.
const texts = (values) => JSON.stringify(Object.entries(values).filter(([name]) => !SEEN.test(name)));

function fill(form, values) {
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    const kept = values[field.name];
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept?.includes(field.value) ?? false;
    else if (field.multiple) for (const option of field.options) option.selected = kept?.includes(option.value) ?? false;
    else if (kept) field.value = kept[0];
  }
}

function keepDraft(form) {
  const key = keyOf(form);
  const before = texts(typed(form));
  let local, server;
  const status = (text) => {
    const line = form.querySelector(".draft-status") || document.querySelector(`[data-draft-status="${form.dataset.draft}"]`);
    if (line) line.textContent = text;
  };
  const clockTime = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  const kept = store((storage) => JSON.parse(storage.getItem(key)));
  // What the server sent back after an error is newer than the copy.
  if (kept && !form.querySelector(".invalid") && form.dataset.filled === undefined && texts(kept.values) !== before) {
    fill(form, kept.values);
    status(form.dataset.restored);
    noLongerOffer(form.dataset.draft, kept.at);
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const leaves = () => "leaves" in document.body.dataset;
  const saveHere = () => leaves() || store((storage) => { storage.setItem(key, JSON.stringify({ values: typed(form), at: Date.now() })); return true; });
  const saveThere = async () => {
    if (leaves()) return;
    if (!form.dataset.draftUrl) return saveHere() && status(`${form.dataset.saved} ${clockTime()}`);
    const body = new FormData(form);
    for (const field of form.querySelectorAll("[type=file]")) body.delete(field.name);
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, keepalive: true }).catch(() => null);
    status(answer?.ok ? `${form.dataset.saved} ${clockTime()}` : form.dataset.unsaved);
    if (!answer?.ok) server = setTimeout(saveThere, 15000);
  };

  for (const box of form.querySelectorAll("textarea")) count(box);
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) count(event.target);
    clearTimeout(local);
    clearTimeout(server);
    local = setTimeout(saveHere, 300);
    server = setTimeout(saveThere, 3000);
  });
  form.addEventListener("submit", () => {
    clearTimeout(local);
    clearTimeout(server);
    store((storage) => storage.setItem(key, JSON.stringify({ values: typed(form), sent: true })));
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target === form && event.detail.successful) store((storage) => storage.removeItem(key));
  });
}

// Near the end of what a box takes, how much is written stands below it; the server says the same when it is too much.
const MOST = 20_000;
function count(box) {
  let line = box.nextElementSibling?.matches(".written") ? box.nextElementSibling : null;
  if (box.value.length < MOST * 0.9) return line?.remove();
  if (!line) box.after(line = document.createElement("p"));
  const written = [...box.value].length;
  line.className = written > MOST ? "written error" : "written hint";
  line.textContent = `${written.toLocaleString()} / ${MOST.toLocaleString()}`;
}

// The server's copy follows the one that came back within seconds: the same draft is not offered once more.  A later
// one, from another computer, still is.
function noLongerOffer(name, at) {
  const offer = document.querySelector(`[data-drafted="${name}"]`);
  if (offer && Number(offer.dataset.saved) <= at + 60_000) offer.hidden = true;
}

const size = (bytes) =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const isPicture = (file) => /^image\/(png|jpeg|webp)$/.test(file.type);

function keepFiles(box, say) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector(".thumbs");
  const drop = box.querySelector(".drop");
  const limit = Number(input.dataset.maxBytes) || 10 * 1024 * 1024;
  let files = [...input.files];
  const small = new WeakSet();
  const problems = new WeakMap();
  const noted = (file) => (small.has(file) ? ` · ${box.dataset.smaller}` : "");

  const show = () => {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
    list.replaceChildren(...files.map(row));
  };
  const row = (file) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const shrinks = file.size > limit && input.form?.dataset.draftUrl && isPicture(file);
    words.textContent = `${file.name} · ${size(file.size)}${shrinks ? ` · ${box.dataset.shrinks}` : file.size > limit ? ` ${box.dataset.tooBig}` : ""}${noted(file)}`;
    if (file.size > limit && !shrinks) words.className = "error";
    if (problems.has(file)) Object.assign(words, { textContent: problems.get(file), className: "error" });
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button small";
    remove.textContent = box.dataset.remove;
    remove.setAttribute("aria-label", `${box.dataset.remove} ${file.name}`);
    remove.addEventListener("click", () => {
      files = files.filter((other) => other !== file);
      show();
      (list.querySelector("button") || input).focus();
    });
    item.append(picture(file), words, cover(file), remove);
    return item;
  };
  const cover = (file) => {
    if (!isPicture(file) || !urls.redact) return "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = box.dataset.redact;
    button.setAttribute("aria-label", `${box.dataset.redact} ${file.name}`);
    button.addEventListener("click", async () => {
      const covered = await (await import(urls.redact)).redact(file, box.dataset);
      if (!covered) return;
      const place = files.indexOf(file);
      files[place] = covered;
      show();
      list.children[place].querySelector("button").focus();
    });
    return button;
  };
  const picture = (file) => {
    if (!/^image\/(?!svg)/.test(file.type)) return box.querySelector(".pick .icon").cloneNode(true);
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    return image;
  };
  // What the uploading of a report's files says of each.
  const rowOf = (file) => list.children[files.indexOf(file)];
  const pile = (form) => ({
    files: () => [...files],
    isTooBig: (file) => file.size > limit && isPicture(file),
    swap: (file, other) => {
      small.add(other);
      files[files.indexOf(file)] = other;
      show();
    },
    progress: (file, part) => {
      const bar = rowOf(file).querySelector("progress") || rowOf(file).appendChild(document.createElement("progress"));
      bar.setAttribute("aria-label", file.name);
      bar.value = part;
    },
    stopped: () => list.querySelectorAll("progress").forEach((bar) => bar.remove()),
    refused: (file, problem) => {
      problems.set(file, problem);
      show();
    },
    kept: (file, id) => {
      files = files.filter((other) => other !== file);
      const done = document.createElement("li");
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: box.dataset.remove });
      remove.setAttribute("aria-label", `${box.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "drop", value: id }));
        done.remove();
        input.focus();
      });
      done.append(`${file.name}${noted(file)} · ${box.dataset.uploaded} `, remove);
      (box.querySelector(".uploaded") || list.insertAdjacentElement("afterend", Object.assign(document.createElement("ul"), { className: "uploaded plain-list" }))).append(done);
      show();
    },
  });
  const add = (more) => {
    files = input.multiple ? [...files, ...more] : [...more].slice(-1);
    show();
  };

  input.addEventListener("change", () => {
    const chosen = [...input.files];
    add(chosen);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop") add(event.dataTransfer.files);
    });
  }
  // Pasting works anywhere on the page; text that is pasted into a field stays with the field.
  document.addEventListener("paste", (event) => {
    if (!box.isConnected || !event.clipboardData?.files.length || firstBox(event) !== box) return;
    event.preventDefault();
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:T]/g, "");
    add([...event.clipboardData.files].map((file, place) => new File([file], file.name === "image.png" ? `screenshot-${stamp}${place || ""}.png` : file.name, { type: file.type })));
  });
  if (files.length) show();
  const begun = () => { box.dataset.ready = ""; };
  const form = input.form;
  if (form?.dataset.draftUrl) import(urls.upload).then((part) => part.begin(form, box, pile(form), lostLine(form, say), say)).then(begun);
  else begun();
}

const firstBox = (event) => event.target.closest?.("form")?.querySelector("[data-files]") || document.querySelector("[data-files]");
