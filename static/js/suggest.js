// What may help already, below the box that somebody types in.  Asked at a pause of typing, never while an input
// method is still composing; an answer that comes late is dropped, and nothing here holds up sending.

const PAUSE = 600;
const HAN = /[\u3400-\u9fff\uf900-\ufaff]/gu;
const WORD = /[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*/g;
const known = new WeakSet();

const saysEnough = (text) => (text.match(HAN)?.length ?? 0) >= 2 || (text.match(WORD)?.length ?? 0) >= 3;

export function begin(root, { isComposing }) {
  for (const place of root.querySelectorAll("[data-suggest]:not(script)")) {
    if (known.has(place)) continue;
    known.add(place);
    watch(place, isComposing);
  }
}

function watch(place, isComposing) {
  const box = document.getElementById(place.dataset.for);
  const form = box.form;
  let waiting, asking, asked = box.value && place.childElementCount ? key(form) : "";

  const ask = async () => {
    const wanted = key(form);
    if (wanted === asked) return;
    asked = wanted;
    asking?.abort();
    if (!saysEnough(box.value)) return show(place, "");
    asking = new AbortController();
    const body = new FormData();
    for (const name of ["csrf_token", "description", "system"]) body.set(name, new FormData(form).get(name) ?? "");
    // Without a network people go on writing: what may help is a help, not a condition.
    const answer = await fetch(place.dataset.suggest, { method: "POST", body, signal: asking.signal }).catch(() => null);
    if (answer?.ok && wanted === asked) show(place, await answer.text());
  };
  const soon = (event) => {
    if (isComposing(event)) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };
  box.addEventListener("input", soon);
  box.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); });
  form.addEventListener("change", (event) => { if (event.target.name === "system") soon(event); });
  // They come by themselves: nobody needs to ask for them.
  form.querySelector("[data-look]").hidden = true;
  place.dataset.ready = "";
  // A draft that came back is worth a look at once.
  if (box.value) soon(new Event("input"));
}

const key = (form) => JSON.stringify([form.elements.description.value, new FormData(form).get("system")]);

// What is the same stays as it is, so that no one's focus is lost and nothing is read out twice.
function show(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html.trim();
  const links = (node) => [...node.querySelectorAll("a")].map((link) => link.getAttribute("href")).join();
  if (place.childElementCount && links(place) === links(fresh.content)) return;
  place.replaceChildren(fresh.content);
}
