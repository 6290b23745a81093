// Picking several people: Enter, or a row of the list, adds the person at once; without this the button does.

export function begin(root, { isComposing, say }) {
  for (const field of root.querySelectorAll("[data-pick-some]")) {
    const box = field.querySelector("input[list]");
    if (!box || box.dataset.ready) continue;
    box.dataset.ready = "1";
    box.addEventListener("input", (event) => {
      // Only a row that was chosen: whoever types may be about to write a longer name.
      if (!event.inputType || event.inputType === "insertReplacementText") add(field, box, say);
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event) || !box.value.trim()) return;
      event.preventDefault();
      if (!add(field, box, say)) field.querySelector("button").click();
    });
  }
}

function add(field, box, say) {
  const row = [...box.list.options].find((one) => one.value === box.value.trim());
  if (!row) return false;
  const known = field.querySelector(`input[type=checkbox][value="${row.dataset.id}"]`);
  if (known) known.checked = true;
  else field.querySelector(".choices").append(chosen(box, row));
  box.value = "";
  say(`${row.value} ${field.dataset.added}`);
  return true;
}

function chosen(box, row) {
  const choice = document.createElement("div"), tick = document.createElement("input"), label = document.createElement("label");
  choice.className = "choice";
  Object.assign(tick, { type: "checkbox", name: box.name, value: row.dataset.id, id: `${box.id}-${row.dataset.id}`, checked: true });
  label.htmlFor = tick.id;
  label.textContent = row.value;
  choice.append(tick, label);
  return choice;
}
