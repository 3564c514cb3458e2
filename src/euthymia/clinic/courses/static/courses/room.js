// The screen of a room. What is charted waits here until the server has kept it, and keeps its own time.
const box = document.getElementById("queue");
const words = box.dataset;
const live = () => document.getElementById("live");
const token = () => live()?.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
const TRY_AGAIN_MS = 2000, A_MINUTE_MS = 60_000;

/* The queue: in memory, and beside it on this machine under a key that the server gives, so that a reload loses nothing. */
let queue = [], key = null, store = null;
const bytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
const opened = new Promise((done) => {
  const request = indexedDB.open("euthymia-room", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "key" });
  request.onsuccess = () => done(request.result);
  request.onerror = () => done(null);
});
const entries = (mode) => store.transaction("entries", mode).objectStore("entries");
const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); request.onerror = () => done(null); });

async function keep(entry) {
  if (!store || !key) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(entry));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
  await asked(entries("readwrite").put({ key: entry.key, of: words.session, iv, sealed }));
}
async function forget(entry) {
  queue = queue.filter((one) => one.key !== entry.key);
  if (store) await asked(entries("readwrite").delete(entry.key));
}
async function remembered() {
  const found = [];
  for (const row of (await asked(entries("readonly").getAll())) || []) {
    if (row.of !== words.session) continue;
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed).catch(() => null);
    if (plain) found.push(JSON.parse(new TextDecoder().decode(plain)));
    else await asked(entries("readwrite").delete(row.key)); // of someone who has left
  }
  return found.sort((a, b) => a.at.localeCompare(b.at));
}

/* Sending, one after the other: once it is kept it leaves the queue; without an answer it waits. */
let sending = false, refused = [];
async function flush() {
  if (sending) return;
  sending = true;
  while (queue.length && (await sent(queue[0])));
  sending = false;
  show();
  if (queue.length) setTimeout(flush, TRY_AGAIN_MS);
}
async function sent(entry) {
  const fields = new URLSearchParams(entry.fields);
  fields.set("csrfmiddlewaretoken", token());
  const headers = { "X-CSRFToken": token(), "X-Queue": entry.by };
  const answer = await fetch(entry.to, { method: "POST", body: fields, headers, redirect: "manual" }).catch(() => null);
  if (answer?.status === 204) { await forget(entry); await mended(entry); return true; }
  if (answer?.status === 422) { await refuse(entry, await answer.text()); await mended(entry); return true; }
  words.state = !answer ? "away" : answer.type === "opaqueredirect" ? "left" : answer.status === 409 ? "other" : "fault";
  if (answer?.status === 403) await renew();
  return false;
}

/* What was refused stays too, and goes back into its form, until it is kept put right or left out by hand. */
const hold = (entry) => { refused.push(entry); putBack(entry, false); };
async function refuse(entry, why) {
  queue = queue.filter((one) => one.key !== entry.key);
  entry.refused = why;
  await keep(entry);
  hold(entry);
}
async function mended({ mends }) {
  const before = refused.find((one) => one.key === mends);
  if (before) await leaveOut(before);
}
async function leaveOut(entry) {
  refused = refused.filter((one) => one !== entry);
  await forget(entry);
  show();
}
const formOf = (entry) => [...document.querySelectorAll("form[data-chart]")].find((form) => form.getAttribute("action") === entry.to);
const typedIn = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
const touched = (one) => one.matches("select") ? one.selectedIndex > 0 : one.type === "checkbox" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
function putBack(entry, over) {
  const form = formOf(entry), told = new FormData();
  if (!form || (!over && typedIn(form).some(touched))) return; // nothing is put over what someone types
  for (const [name, value] of entry.fields) told.append(name, value);
  for (const one of typedIn(form)) {
    if (one.type === "checkbox") one.checked = told.getAll(one.name).includes(one.value);
    else one.value = told.get(one.name) ?? "";
  }
  const clock = form.elements.clock;
  if (clock && !clock.value && Date.now() - Date.parse(entry.at) > A_MINUTE_MS) clock.value = time(entry).slice(0, 5);
  form.dataset.mends = entry.key;
  const fold = form.closest("details");
  if (fold) fold.open = true;
}
/* The time of the clinic, as everywhere on the page, wherever this machine thinks it stands. */
const time = (entry) => new Date(entry.at).toLocaleTimeString("en-GB", { timeZone: words.zone });

async function renew() {
  const answer = await fetch(words.live, { headers: { "X-Quiet": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) if (fresh) field.value = fresh;
}
function show() {
  box.replaceChildren();
  const line = (text) => { const p = document.createElement("p"); p.textContent = text; box.append(p); return p; };
  if (queue.length) line(`${queue.length} ${words.words}`);
  if (queue.length && words.state === "left") {
    const link = document.createElement("a");
    Object.assign(link, { href: location.href, target: "_blank", rel: "opener", textContent: words.signIn });
    line("").append(link);
  }
  if (queue.length && words.state === "other") line(words.other);
  const press = (says, does) => Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: says, onclick: does });
  for (const one of refused) {
    const told = line(`${words.refused} ${time(one)} ${one.refused} `);
    told.className = "error";
    told.append(press(words.putBack, () => putBack(one, true)), " ", press(words.leaveOut, () => leaveOut(one)));
  }
  box.hidden = !box.childElementCount;
}

/* Charting. The time is that of the key pressed, also when it is sent minutes later. */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-chart]");
  if (!form) return;
  event.preventDefault();
  const fields = new FormData(form), at = new Date().toISOString();
  fields.set("at", at);
  fields.delete("csrfmiddlewaretoken");
  const entry = { key: fields.get("key"), by: words.user, to: form.getAttribute("action"), at, fields: [...fields].filter(([, one]) => typeof one === "string"), mends: form.dataset.mends };
  delete form.dataset.mends;
  queue.push(entry);
  keep(entry);
  form.reset();
  form.querySelector("[name=key]").value = crypto.randomUUID();
  show();
  flush();
});
addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
addEventListener("online", flush);

/* The clock of the session runs between two looks at the server. */
setInterval(() => {
  const start = live()?.querySelector(".elapsed");
  if (!start) return;
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(start.dateTime)) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  start.textContent = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}, 500);

/* What is being typed in the changing part stays: it is not replaced under someone's hands. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = live();
  if (event.detail.target !== part) return;
  const typing = part.contains(document.activeElement) && document.activeElement.matches("input, textarea");
  if (typing && event.detail.xhr.status === 200) event.detail.shouldSwap = false;
});
/* So does a line of the log that someone is about to strike out. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if (part.id === "trace" && part.querySelector("details[open]")) event.detail.shouldSwap = false;
});
let lost = false;
const heard = (well) => {
  if (lost === !well) return;
  lost = !well;
  document.getElementById("lost").hidden = well;
};
document.addEventListener("htmx:sendError", () => heard(false));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) heard(true); });

store = await opened;
if (words.key && crypto.subtle) key = await crypto.subtle.importKey("raw", bytes(words.key), "AES-GCM", false, ["encrypt", "decrypt"]);
if (store && key) {
  const left = await remembered();
  left.filter((one) => one.refused).forEach(hold);
  queue = [...left.filter((one) => !one.refused), ...queue];
}
show();
flush();
