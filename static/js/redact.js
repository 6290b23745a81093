// Black boxes over a picture before it leaves the computer.  What lies under them is gone from the file.
// A box is drawn by its two corners: press one, then the other; dragging does the same, and so do the arrow keys with Enter.

const STEP = 16;

export async function redact(file, words) {
  const picture = await createImageBitmap(file);
  const dialog = frame(words);
  const canvas = dialog.querySelector("canvas");
  const boxes = [];
  let corner = null;
  let at = { x: Math.round(picture.width / 2), y: Math.round(picture.height / 2) };
  canvas.width = picture.width;
  canvas.height = picture.height;
  const pen = canvas.getContext("2d");

  const draw = (cursor) => {
    pen.drawImage(picture, 0, 0);
    pen.fillStyle = "#000";
    for (const box of boxes) pen.fillRect(...box);
    if (corner) pen.fillRect(...between(corner, at));
    if (cursor) ring(pen, at, picture.width);
  };
  const mark = () => {
    if (isDrawn()) {
      boxes.push(between(corner, at));
      corner = null;
    } else corner = { ...at };
    draw(document.activeElement === canvas);
  };
  const isDrawn = () => corner && (Math.abs(corner.x - at.x) > 3 || Math.abs(corner.y - at.y) > 3);
  const place = (event) => {
    const shown = canvas.getBoundingClientRect();
    at = {
      x: Math.round((event.clientX - shown.left) * picture.width / shown.width),
      y: Math.round((event.clientY - shown.top) * picture.height / shown.height),
    };
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    place(event);
    mark();
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => { if (corner) { place(event); draw(false); } });
  canvas.addEventListener("pointerup", (event) => {
    place(event);
    if (isDrawn()) mark();
  });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) {
      const step = (event.shiftKey ? 4 : 1) * STEP;
      at = { x: clamp(at.x + move[0] * step, picture.width), y: clamp(at.y + move[1] * step, picture.height) };
      draw(true);
    } else if (event.key === "Enter" || event.key === " ") mark();
    else return;
    event.preventDefault();
  });
  dialog.querySelector("[value=undo]").addEventListener("click", () => {
    if (corner) corner = null;
    else boxes.pop();
    draw(false);
  });

  draw(false);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    // The covered file is ready before the dialog is gone: a bare one can never be sent from behind it.
    dialog.querySelector("form").addEventListener("submit", (event) => {
      if (event.submitter?.value !== "apply") return;
      // What is seen black is black, also a box whose second corner was not pressed.
      if (isDrawn()) mark();
      corner = null;
      draw(false);
      if (boxes.length) resolve(fileOf(canvas, file));
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
  });
}

// `toBlob` waits until the page is idle, seconds on a slow computer; this does not.
function fileOf(canvas, file) {
  const type = file.type === "image/jpeg" ? file.type : "image/png";
  const written = atob(canvas.toDataURL(type, 0.92).split(",")[1]);
  const bytes = new Uint8Array(written.length);
  for (let place = 0; place < written.length; place += 1) bytes[place] = written.charCodeAt(place);
  return new File([bytes], file.name.replace(/\.\w+$/, type === "image/png" ? ".png" : ".jpg"), { type });
}

const clamp = (value, most) => Math.max(0, Math.min(most, value));
const between = (one, other) => [Math.min(one.x, other.x), Math.min(one.y, other.y), Math.abs(one.x - other.x), Math.abs(one.y - other.y)];

function ring(pen, at, width) {
  const size = Math.max(6, width / 100);
  for (const [colour, line] of [["#000", 5], ["#FFCF33", 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.strokeRect(at.x - size, at.y - size, 2 * size, 2 * size);
  }
}

function frame(words) {
  const dialog = document.createElement("dialog");
  dialog.className = "redact";
  dialog.setAttribute("aria-label", words.redact);
  const help = Object.assign(document.createElement("p"), { className: "hint", textContent: words.redactHelp });
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", words.redactHelp);
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "actions" });
  for (const [value, text, tone] of [["apply", words.redactApply, "primary"], ["undo", words.redactUndo, ""], ["cancel", words.redactCancel, "quiet"]]) {
    form.append(Object.assign(document.createElement("button"), { value, textContent: text, className: `button ${tone}`, type: value === "undo" ? "button" : "submit" }));
  }
  dialog.append(help, canvas, form);
  return dialog;
}
