// What the browser adds to the door where it can: nothing here is needed, and nothing is stored.

const QUIET_MINUTES = 10;
let timer;

// A button that prints, where printing can be asked for.
const offerPrint = () => {
  const place = document.querySelector("[data-print]");
  if (!place) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = place.dataset.print;
  button.addEventListener("click", () => print());
  place.replaceChildren(button);
};

// Whoever walks away from a shared device is warned that the answers are still there.
const warn = () => {
  const form = document.querySelector("form[data-lasts]");
  if (!form || document.getElementById("away")) return;
  const note = document.createElement("div");
  note.id = "away";
  note.className = "note warning";
  note.setAttribute("role", "alert");
  note.textContent = form.dataset.idleWords;
  document.getElementById("main").prepend(note);
};
const restart = () => {
  clearTimeout(timer);
  document.getElementById("away")?.remove();
  timer = setTimeout(warn, QUIET_MINUTES * 60 * 1000);
};

for (const name of ["pointerdown", "keydown"]) addEventListener(name, restart);
for (const shown of [offerPrint, restart]) {
  shown();
  addEventListener("shown", shown);
}
