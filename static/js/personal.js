// Personal data in what somebody types: pointed out at once, covered by one press, sent as it is if they want to.
// `tracker/personal.py` says the same on the server; both are held to one table of tests.

const LETTERS = Object.fromEntries([..."ABCDEFGHJKLMNPQRSTUVXYWZIO"].map((letter, place) => [letter, place + 10]));
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];
const PATTERNS = [
  ["id", /(?<![A-Za-z0-9])[A-Za-z][ -]?[1289ABCDabcd][ -]?[0-9]{8}(?![A-Za-z0-9])/g],
  ["card", /(?<![0-9-])[2-6][0-9]{3}(?:[ -]?[0-9]){9,15}(?![0-9-])/g],
  ["email", /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g],
  ["phone", /(?<![A-Za-z0-9_+-])(?:(?:\+?886[ -]?|0)9[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|\(0[2-8][0-9]{0,2}\)[ -]?[0-9]{3,4}[ -]?[0-9]{4}|(?:\+?886[ -]?|0)[2-8][0-9]{0,2}[ -][0-9]{3,4}[ -]?[0-9]{4})(?![A-Za-z0-9_-])/g],
];
export const KINDS = ["national_id", "resident_id", "card", "email", "phone"];
const PAUSE = 400;
const known = new WeakSet();

const narrow = (text) => text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

function kindOf(pattern, text) {
  const plain = text.replace(/[ -]/g, "").toUpperCase();
  if (pattern === "card") return isCard(plain) ? "card" : "";
  if (pattern !== "id") return pattern;
  if (!isIdentity(plain)) return "";
  return "12".includes(plain[1]) ? "national_id" : "resident_id";
}

function isIdentity(number) {
  const second = /[A-Z]/.test(number[1]) ? LETTERS[number[1]] % 10 : Number(number[1]);
  const digits = [Math.floor(LETTERS[number[0]] / 10), LETTERS[number[0]] % 10, second, ...[...number.slice(2)].map(Number)];
  return digits.reduce((sum, digit, place) => sum + digit * WEIGHTS[place], 0) % 10 === 0;
}

function isCard(digits) {
  const doubled = [...digits].reverse().map((one, place) => Number(one) * (place % 2 ? 2 : 1));
  return digits.length >= 13 && digits.length <= 19 && doubled.reduce((sum, one) => sum + (one > 9 ? one - 9 : one), 0) % 10 === 0;
}

export function find(text) {
  const taken = [];
  for (const [pattern, form] of PATTERNS) {
    for (const match of narrow(text).matchAll(form)) {
      const [start, end, kind] = [match.index, match.index + match[0].length, kindOf(pattern, match[0])];
      if (kind && taken.every((other) => end <= other.start || other.end <= start)) taken.push({ kind, start, end });
    }
  }
  return taken.sort((one, other) => one.start - other.start);
}

export function covered(text, names) {
  for (const one of find(text).reverse()) text = `${text.slice(0, one.start)}[${names[one.kind]}]${text.slice(one.end)}`;
  return text;
}

export function begin(root, tools) {
  for (const place of root.querySelectorAll("[data-personal]:not(script)")) {
    if (known.has(place)) continue;
    known.add(place);
    watch(place, tools);
  }
}

function watch(place, { isComposing, say }) {
  const form = place.closest("form");
  const boxes = place.dataset.personal.split(" ").map((name) => form.elements[name]);
  const names = JSON.parse(place.dataset.names);
  const [line, cover, undo] = ["[data-line]", "[data-cover]", "[data-undo]"].map((part) => place.querySelector(part));
  const [words, seen] = [place.dataset.words, form.elements.privacy_seen];
  let waiting, before = null;

  const look = () => {
    const there = new Set(boxes.flatMap((box) => find(box.value).map((one) => one.kind)));
    const kinds = KINDS.filter((kind) => there.has(kind)).map((kind) => names[kind]);
    if (kinds.length) {
      const text = words.replace("{kinds}", kinds.join(place.dataset.and));
      if (line.textContent !== text || place.hidden) say(text);
      line.textContent = text;
      before = null;
      // Who has seen it here is not asked once more on sending.
      seen.value = "1";
    }
    place.hidden = !kinds.length && !before;
    cover.hidden = !kinds.length;
    undo.hidden = !before;
  };
  // Both bring the draft up to date, and say what stands there now.
  const write = (values, kept, text) => {
    boxes.forEach((box, n) => { box.value = values[n]; });
    before = kept;
    line.textContent = text;
    look();
    form.dispatchEvent(new Event("input", { bubbles: true }));
    say(line.textContent);
  };
  cover.addEventListener("click", (event) => {
    event.preventDefault();
    const old = boxes.map((box) => box.value);
    write(old.map((value) => covered(value, names)), old, place.dataset.covered);
    undo.focus();
  });
  undo.addEventListener("click", () => {
    write(before, null, "");
    cover.focus();
  });
  form.addEventListener("input", (event) => {
    if (!boxes.includes(event.target) || isComposing(event)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => { before = null; look(); }, PAUSE);
  });
  form.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(look, PAUSE); });
  place.dataset.ready = "";
  // What the server has just covered, or asked about, stays in sight.
  if (place.hidden) look();
}
