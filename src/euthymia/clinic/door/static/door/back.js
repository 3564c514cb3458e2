/* The browser's own Back and its reload on the self-check. Each page is fetched and put in the place of the last, under one
   address, so that no browser asks whether to send a page again. The answers travel as they do without a script: sealed, by
   POST. The seal of the page that is shown waits in this tab's history, for a reload; no other place holds it. */
const HERE = location.pathname.replace(/check\/.*$/, "check/");
const root = document.documentElement;
const check = () => document.getElementById("check");
const at = () => new URL(check().action).pathname;
const sealed = (page = document) => page.querySelector("#check [name=sealed]")?.value ?? "";
const note = (how) => { if (check()) history[how]({ at: at(), sealed: sealed() }, "", HERE); };

// One page at a time: what is pressed meanwhile is not sent.
const meanwhile = async (task) => {
  if (root.ariaBusy) return;
  root.ariaBusy = "true";
  document.getElementById("failed")?.remove();
  try { await task(); } finally { root.ariaBusy = null; }
};
const fetched = async (address, fields) => {
  const answer = await fetch(address, { method: "POST", body: fields });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.querySelector("#check")) throw new Error(`${answer.status}`); // a proxy, a busy server: no page of ours
  return page;
};
// Where no page came the one that is there stays, with all that was told and typed.
const failed = (task) => {
  const { failedWords, againWords } = check().dataset;
  const said = Object.assign(document.createElement("p"), { id: "failed", className: "note error", textContent: `${failedWords} ` });
  said.setAttribute("role", "alert");
  said.append(Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: againWords, onclick: () => meanwhile(task) }));
  check().querySelector(".buttons").before(said);
};
const show = (page) => {
  document.title = page.title;
  root.lang = page.documentElement.lang;
  document.body.replaceChildren(...page.body.childNodes);
  scrollTo(0, 0);
  const first = document.querySelector(".error-summary") ?? document.querySelector("h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
  dispatchEvent(new Event("shown"));
};

// The page at an address with these answers.
const asked = (address, seal) => {
  const fields = new FormData();
  fields.set("csrfmiddlewaretoken", check().querySelector("[name=csrfmiddlewaretoken]").value);
  fields.set("sealed", seal);
  fields.set("go", "stay");
  return fetched(address, fields);
};
// The answers with what was typed on this page; a page that asks nothing takes nothing away.
const kept = async () => {
  if (!check().querySelector("input:not([type=hidden]), select, textarea")) return sealed();
  const fields = new FormData(check());
  fields.set("go", "keep");
  return sealed(await fetched(at(), fields));
};

const press = async (form, name, value) => {
  const fields = new FormData(form);
  fields.set(name, value);
  try {
    const next = await fetched(at(), fields);
    history.replaceState({ at: at() }, "", HERE); // what lies behind holds no answers
    show(next);
    note("pushState");
  } catch {
    failed(() => press(form, name, value));
  }
};
addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (form !== check() || !button || button.hasAttribute("formaction")) return;
  event.preventDefault();
  meanwhile(() => press(form, button.name, button.value));
});
const again = async (address, seal, stay) => {
  try {
    show(await asked(address, await seal()));
    note("replaceState");
  } catch {
    stay();
    failed(() => again(address, seal, stay));
  }
};
addEventListener("popstate", ({ state }) => {
  if (state?.at && check()) meanwhile(() => again(state.at, kept, () => note("replaceState")));
});

const left = history.state;
const carried = () => { check().querySelector("[name=sealed]").value = left.sealed; }; // by the first page, if it goes on from there
if (left?.sealed && check()) meanwhile(() => again(left.at, () => left.sealed, carried));
else note("replaceState");
