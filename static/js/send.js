// A form whose words are kept is sent without leaving its page: a lost network costs nothing but a second press, and
// chosen files stay chosen.  What the server keeps only once (a report, a message) may be sent again without harm.

export function begin(form, line) {
  let sending = false;
  let pressed = null;
  const status = (text) => { const place = form.querySelector(".draft-status"); if (place) place.textContent = text; };

  const lost = () => {
    status("");
    line.show(form, pressed).scrollIntoView({ block: "nearest" });
    // It is a draft again, not a thing that was sent.
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const chosen = () => [...form.querySelectorAll("[type=file]")].some((field) => field.files.length);
  // Files that were chosen stay chosen on this page alone: what is wrong is shown here.
  const said = (html) => {
    const errors = new DOMParser().parseFromString(html, "text/html").querySelector(".error-summary");
    if (!errors) return false;
    form.before(document.adoptNode(errors));
    status("");
    errors.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };
  const goOn = (there) => {
    try { sessionStorage.setItem("led", "1"); } catch { /* the draft then stays until the next one */ }
    const [page] = there.split("#");
    form.reset();
    if (new URL(page, location.href).href !== location.href.split("#")[0]) return location.assign(there);
    history.replaceState(null, "", there);
    location.reload();
  };
  const send = async () => {
    const body = new FormData(form);
    if (pressed?.name) body.append(pressed.name, pressed.value);
    status(form.dataset.sending);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Sent-By-Page": "1" } }).catch(() => null);
    if (!answer) { sending = false; return lost(); }
    form.dataset.changed = "";
    const there = answer.headers.get("X-Go-On-At");
    if (there) return goOn(there);
    if (answer.status === 422 && chosen() && said(await answer.text())) { sending = false; return; }
    // Something is to be corrected: the browser sends it and shows the page that says so.
    sending = false;
    form.dataset.plainly = "1";
    form.requestSubmit(pressed);
  };

  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || "plainly" in form.dataset) return;
    pressed = event.submitter;
    // What leads to another page of the same form goes the plain way, unless there is none.
    const plainly = pressed?.hasAttribute("formaction") || pressed?.name === "cover";
    if (plainly && navigator.onLine) return;
    event.preventDefault();
    if (sending) return;
    line.hide();
    document.querySelector(".error-summary")?.remove();
    if (!navigator.onLine) return lost();
    sending = true;
    await send();
  });
  form.dataset.sends = "";
  addEventListener("pageshow", () => { delete form.dataset.plainly; });
}
