// What the browser adds where it can: nothing here is needed to use a page.
const body = document.body;
const words = body.dataset;

// The first thing read after a mistake is what was wrong.
document.querySelector(".error-summary")?.focus();

// A page kept by the browser's back button may be of someone who has left.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// A passkey that did not work is said in words.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const fault = document.getElementById("passkey_fault");
  if (fault) fault.hidden = false;
});

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
const post = (address, fields, headers = {}) =>
  fetch(address, { method: "POST", body: fields, redirect: "manual", headers: { "X-CSRFToken": token(), ...headers } });

/* Idle. The server ends a quiet session; this page warns a minute before, and leaves when it is over. Someone who types
   without sending is not idle: once a minute at most the page tells the server so, and only after a real key or touch. */
const idle = Number(words.idle || 0);
if (idle > 0) {
  let alive = Date.now(), told = Date.now(), note = null;
  const tell = async () => { // a patient has no session to stay in
    if (!words.stay) return;
    told = Date.now();
    const answer = await post(words.stay, new FormData()).catch(() => null);
    if (answer?.status === 204) { alive = told; note?.remove(); note = null; }
  };
  const warn = () => {
    note = document.createElement("div");
    note.className = "note warning";
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = words.idleWords;
    note.append(text);
    if (words.stay) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.stayWords;
      button.addEventListener("click", tell);
      note.append(button);
    }
    document.getElementById("main")?.prepend(note);
  };
  addEventListener("input", (event) => { if (event.isTrusted && Date.now() - told > 60000) tell(); });
  setInterval(() => {
    const quiet = (Date.now() - alive) / 1000;
    if (quiet > idle + 1) location.assign(location.href);
    else if (quiet > idle - 60 && !note) warn();
  }, 1000);
}

/* Drafts. A form marked data-keep is kept on the server two seconds after the last key, and when the page is left. */
const address = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
const fieldsOf = (form) => {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  fields.set("draft_of", address(form));
  return fields;
};
for (const form of words.drafts ? document.querySelectorAll("form[data-keep]") : []) {
  let timer = 0, typed = false;
  const keep = (extra) => {
    clearTimeout(timer);
    if (!typed) return;
    typed = false;
    fetch(words.drafts, { method: "POST", body: fieldsOf(form), headers: { "X-CSRFToken": token(), "X-Quiet": "1" }, redirect: "manual", ...extra }).catch(() => { typed = true; });
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    typed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => { typed = false; clearTimeout(timer); });
  addEventListener("pagehide", () => keep({ keepalive: true }));
}

// "Put it back" fills the form to which a draft belongs, with the version it was typed against: the server tells of a newer one.
const put = (form, name, values) => {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else field.value = values.shift() ?? field.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
};
for (const button of document.querySelectorAll("[data-put-back]")) {
  const form = [...document.forms].find((one) => one !== button.form && one.method === "post" && address(one) === button.dataset.putBack);
  if (!form) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const kept = new Map();
    for (const one of button.closest("[data-draft]").querySelectorAll("[data-draft-field]")) {
      const name = one.dataset.draftField;
      kept.set(name, [...(kept.get(name) || []), one.textContent]);
    }
    for (const [name, values] of kept) put(form, name, values);
    button.closest("[data-draft]").hidden = true;
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}

/* Keyboard. Off for whoever turns it off on the page of their account; never while something is typed.
   A link with data-go="s" is reached by g and then s. */
if (words.shortcuts === "on") {
  const places = { h: "a.brand", p: '.nav a[href$="/patients/"]', t: '.nav a[href$="/tasks/"]', r: '.nav a[href$="/requests/"]', "?": '.me a[href$="/me/"]' };
  let went = 0;
  const follow = (key) => (document.querySelector(`[data-go="${CSS.escape(key)}"]`) || (places[key] && document.querySelector(places[key])))?.click();
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Date.now() - went < 1500) { went = 0; follow(event.key); return; }
    if (event.key === "g") went = Date.now();
    else if (event.key === "?") follow("?");
    else if (event.key === "/") {
      const find = document.querySelector("input[type=search]");
      if (find) { event.preventDefault(); find.focus(); } else follow("p");
    }
  });
}
