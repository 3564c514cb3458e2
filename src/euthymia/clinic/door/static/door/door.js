// What the browser adds to the door where it can: nothing here is needed, and nothing is stored.

// A button that prints, where printing can be asked for.
const place = document.querySelector("[data-print]");
if (place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = place.dataset.print;
  button.addEventListener("click", () => print());
  place.append(button);
}

// Whoever walks away from a shared device is warned that the answers are still there.
const form = document.querySelector("form[data-lasts]");
if (form) {
  const QUIET_MINUTES = 10;
  let timer;
  const warn = () => {
    if (document.getElementById("away")) return;
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
  restart();
}
