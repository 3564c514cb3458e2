// The screen of a room. What is charted waits here until the server has kept it, and keeps its own time.
const box = document.getElementById("queue");
const words = box.dataset;
const live = () => document.getElementById("live");
const token = () => live()?.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
const TRY_AGAIN_MS = 2000;

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
  if (answer?.status === 204) { await forget(entry); return true; }
  if (answer?.status === 422) { refused.push(`${entry.at.slice(11, 19)} ${await answer.text()}`); await forget(entry); return true; }
  words.state = !answer ? "away" : answer.type === "opaqueredirect" ? "left" : answer.status === 409 ? "other" : "fault";
  if (answer?.status === 403) await renew();
  return false;
}
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
  for (const one of refused) line(`${words.refused} ${one}`).className = "error";
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
  const entry = { key: fields.get("key"), by: words.user, to: form.getAttribute("action"), at, fields: [...fields].filter(([, one]) => typeof one === "string") };
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
if (store && key) queue = [...(await remembered()), ...queue];
show();
flush();
