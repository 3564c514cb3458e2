// Find within an assessment: Enter goes from one place to the next. Nothing here is needed to read it.
const page = document.getElementById("assessment");
const field = document.getElementById("find");
const told = document.getElementById("found");
let last = -1;

page.querySelector(".finder").hidden = false;
field.addEventListener("input", () => { last = -1; told.textContent = ""; });
field.addEventListener("keydown", (event) => {
  const words = field.value.trim().toLowerCase();
  if (event.key !== "Enter" || !words) return;
  event.preventDefault();
  const shown = [...page.querySelectorAll("li, p, tr, h2, h3, dd")].filter((one) => one.offsetParent);
  const hits = shown.filter((one) => one.textContent.toLowerCase().includes(words));
  last = hits.length ? (last + 1) % hits.length : -1;
  told.textContent = `${last + 1} / ${hits.length}`;
  page.querySelector(".hit")?.classList.remove("hit");
  hits[last]?.classList.add("hit");
  hits[last]?.scrollIntoView({ block: "center" });
});
