// Tells the server what the reader of a case does, every quarter of a minute, and shows who else is there.
// Nothing is told from a hidden tab; once the server wants no more, or refuses, there is an end of it.

const EVERY = 15000, EDITING = 120000, IDLE = 300000;
let box, timer = 0, typed = -EDITING, acted = 0, told = "", stopped = false, tools;

export function begin(root, given) {
  const found = root.querySelector("main [data-presence]");
  if (!found || box) return;
  box = found;
  tools = given;
  acted = performance.now();
  document.addEventListener("input", (event) => { if (event.target.form?.method === "post") { typed = performance.now(); active(); } });
  for (const name of ["pointerdown", "keydown", "scroll"]) document.addEventListener(name, active, { passive: true });
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else beat(); });
  addEventListener("pagehide", leave);
  beat();
}

const doing = () => {
  const now = performance.now();
  return now - typed < EDITING ? "editing" : now - acted > IDLE ? "idle" : "viewing";
};

// What changes is told at once, so that a colleague reads "is editing" before they begin to edit too.
function active() {
  acted = performance.now();
  if (told && doing() !== told) beat();
}

function body(what) {
  const form = new FormData();
  form.set("csrf_token", document.querySelector("input[name=csrf_token]")?.value || "");
  form.set("subject", box.dataset.presence);
  form.set("doing", what);
  return form;
}

function leave() {
  clearTimeout(timer);
  if (told && !stopped) navigator.sendBeacon("/presence", body("gone"));
  told = "";
}

async function beat() {
  clearTimeout(timer);
  if (stopped || document.hidden) return;
  told = doing();
  const answer = await fetch("/presence", { method: "POST", body: body(told) }).catch(() => null);
  if (answer?.ok) show(await answer.json());
  stopped ||= Boolean(answer) && answer.status >= 400 && answer.status < 500;
  clearTimeout(timer);
  if (!stopped && !document.hidden) timer = setTimeout(beat, EVERY);
}

function show(news) {
  stopped = !news.told;
  const words = box.querySelector("span");
  if (words.textContent === news.others) return;
  words.textContent = news.others;
  box.hidden = !news.others;
  if (news.others) tools.say(news.others);
}
