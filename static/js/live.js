// Counts that keep up with the world while a list lies open.  The list itself is never touched: a bar says what is new.
// Asked every 20 seconds, less often where the answer is slow, not at all in a hidden tab, never again once refused.

const EVERY = 20000, LONGEST = 300000;
let timer = 0, failures = 0, stopped = false, tools, box;

export function begin(root, given) {
  const found = root.querySelector("main [data-live]");
  if (!found || box) return;
  box = found;
  tools = given;
  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else if (!stopped) ask(); });
  later(EVERY);
}

function later(wait) {
  clearTimeout(timer);
  if (!stopped && !document.hidden) timer = setTimeout(ask, wait);
}

async function ask() {
  clearTimeout(timer);
  const began = performance.now();
  const answer = await fetch(box.dataset.live, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) {
    failures = 0;
    show(await answer.json());
    return later(Math.min(LONGEST, Math.max(EVERY, (performance.now() - began) * 20)));
  }
  stopped = Boolean(answer) && answer.status >= 400 && answer.status < 500;
  failures += 1;
  later(Math.min(LONGEST, EVERY * 2 ** failures));
}

function show(news) {
  for (const [name, count] of Object.entries(news.counts)) {
    const place = box.querySelector(`[data-view="${CSS.escape(name)}"]`);
    if (place && place.textContent !== count) place.textContent = count;
  }
  showPresent(news.present || {});
  const bar = box.querySelector("[data-fresh]");
  const words = bar?.querySelector("span");
  if (!words || words.textContent === news.came) return;
  words.textContent = news.came;
  bar.hidden = !news.came;
  if (news.came) tools.say(news.came);
}

// Who has which case open: marks come and go on the rows that are there.
function showPresent(present) {
  for (const mark of box.querySelectorAll(".row-item .present")) {
    if (!(mark.closest(".row-item").id.slice(4) in present)) mark.remove();
  }
  for (const [number, words] of Object.entries(present)) {
    const facts = document.getElementById(`row-${number}`)?.querySelector(".row-facts");
    if (!facts) continue;
    const known = facts.querySelector(".present");
    if (known) { if (known.textContent !== words) known.lastElementChild.textContent = words; continue; }
    const mark = box.querySelector("[data-present]").content.firstElementChild.cloneNode(true);
    mark.lastElementChild.textContent = words;
    facts.append(mark);
  }
}
