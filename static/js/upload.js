const urls = document.getElementById("behaviours").dataset;

// The files of a report go one by one before the report itself, each with its progress: a network that is lost on the
// way costs nothing but a second press.  They go when the report is sent, never before, so that what somebody still
// wants to black out has not left the computer.

export function begin(form, box, pile, line, say) {
  let sending = false;
  let pressed = null;

  const each = async () => {
    let whole = true;
    for (const chosen of pile.files()) {
      const [file, answer] = await sendOrShrink(chosen);
      if (answer.id) pile.kept(file, answer.id);
      else if (answer.problem) { pile.refused(file, answer.problem); say(answer.problem); whole = false; }
      else { lost(); return false; }
    }
    return whole;
  };
  // What is too large is made smaller first; whether a picture has too many pixels only the server tells.
  const sendOrShrink = async (file) => {
    const small = pile.isTooBig(file) ? await shrunk(file) : null;
    const answer = await send(form, small || file, (part) => pile.progress(small || file, part));
    const again = answer.smaller && !small ? await shrunk(file) : null;
    return again ? [again, await send(form, again, (part) => pile.progress(again, part))] : [small || file, answer];
  };
  const shrunk = async (file) => {
    const small = await (await import(urls.shrink)).smaller(file);
    if (small) pile.swap(file, small);
    return small;
  };
  const lost = () => {
    pile.stopped();
    line.show(box, pressed);
  };

  // Before anything else hears that the report is sent: it is not yet.
  form.addEventListener("submit", async (event) => {
    if (!pile.files().length || event.submitter?.hasAttribute("formaction") || event.submitter?.name === "cover") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sending) return;
    [sending, pressed] = [true, event.submitter];
    line.hide();
    document.querySelector(".error-summary")?.remove();
    const whole = await each();
    sending = false;
    if (whole) form.requestSubmit(pressed);
    else box.querySelector(".thumbs .error ~ button:last-of-type")?.focus();
  }, true);
}

function send(form, file, progress) {
  const body = new FormData(form);
  for (const field of form.querySelectorAll("[type=file]")) body.delete(field.name);
  body.append("files", file, file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${form.dataset.draftUrl}&file=1`);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    for (const end of ["load", "error", "abort", "timeout"]) {
      request.addEventListener(end, () => done(end === "load" && [200, 422].includes(request.status) ? request.response ?? {} : {}));
    }
    request.send(body);
  });
}
