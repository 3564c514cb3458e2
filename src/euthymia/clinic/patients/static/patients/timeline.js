// Moves the bars of the timeline by pointer or arrow keys, by the week. The fields of the form below
// hold the truth: a bar only writes into them, and what is typed there moves the bar.
const DAY = 86_400_000;
const WEEK = 7;
const GRIP = 12;
const SVG = "http://www.w3.org/2000/svg";
const picture = document.querySelector("[data-timeline]");

const asDay = (text) => (text ? Math.round(Date.parse(`${text}T00:00:00Z`) / DAY) : null);
const asText = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const byWeek = (days) => Math.round(days / WEEK) * WEEK;

class Trial {
  constructor(group, perDay) {
    this.perDay = perDay;
    this.name = group.dataset.name;
    this.bar = group.querySelector("rect");
    this.label = group.querySelector("text");
    const row = document.querySelector(`[data-row="${group.dataset.bar}"]`);
    this.start = row.querySelector("input[type=date][name$=-start]");
    this.end = row.querySelector("input[type=date][name$=-end]");
    this.zero = Number(this.bar.getAttribute("x")) - asDay(this.start.value) * perDay;
    this.openWidth = Number(this.bar.getAttribute("width"));
    this.grips = {
      start: this.grip(group, "start"),
      whole: this.handle(this.bar, "whole"),
      end: this.grip(group, "end"),
    };
    for (const field of [this.start, this.end]) field.addEventListener("change", () => this.draw());
    this.draw();
  }

  grip(group, which) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", "grip");
    rect.setAttribute("width", GRIP);
    rect.setAttribute("height", 24);
    rect.setAttribute("y", Number(this.bar.getAttribute("y")) - 3);
    group.append(rect);
    return this.handle(rect, which);
  }

  handle(element, which) {
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "slider");
    element.addEventListener("keydown", (event) => this.key(event, which));
    element.addEventListener("pointerdown", (event) => this.grab(event, element, which));
    return element;
  }

  key(event, which) {
    const step = { ArrowLeft: -WEEK, ArrowDown: -WEEK, ArrowRight: WEEK, ArrowUp: WEEK }[event.key];
    if (!step) return;
    event.preventDefault();
    this.move(which, step);
  }

  grab(event, element, which) {
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
    const from = event.clientX, start = this.start.value, end = this.end.value;
    const scale = picture.viewBox.baseVal.width / picture.getBoundingClientRect().width;
    const follow = (moved) => {
      this.start.value = start;
      this.end.value = end;
      this.move(which, byWeek(((moved.clientX - from) * scale) / this.perDay));
    };
    const release = () => element.removeEventListener("pointermove", follow);
    element.addEventListener("pointermove", follow);
    element.addEventListener("pointerup", release, { once: true });
    element.addEventListener("pointercancel", release, { once: true });
  }

  // A last day that nobody told is told once its end is moved; moving the whole leaves it untold.
  move(which, days) {
    const start = asDay(this.start.value), end = asDay(this.end.value);
    const seen = end ?? start + Math.round(this.openWidth / this.perDay);
    if (which === "start") this.set(this.start, Math.min(start + days, seen));
    if (which === "end") this.set(this.end, Math.max(seen + days, start));
    if (which === "whole") {
      this.set(this.start, start + days);
      if (end !== null) this.set(this.end, end + days);
    }
    this.draw();
  }

  set(field, day) {
    field.value = asText(day);
  }

  draw() {
    const start = asDay(this.start.value);
    if (start === null) return;
    const end = asDay(this.end.value);
    const x = this.zero + start * this.perDay;
    const width = end === null ? this.openWidth : Math.max((end - start) * this.perDay, 3);
    this.bar.setAttribute("x", x);
    this.bar.setAttribute("width", width);
    this.label.setAttribute("x", x);
    this.grips.start.setAttribute("x", x - GRIP / 2);
    this.grips.end.setAttribute("x", x + width - GRIP / 2);
    this.say("start", this.start, this.start.value, start);
    this.say("end", this.end, this.end.value || "-", end ?? start);
    this.say("whole", this.start, `${this.start.value} - ${this.end.value || ""}`, start);
  }

  say(which, field, text, now) {
    const grip = this.grips[which];
    const label = which === "whole" ? this.name : document.querySelector(`label[for="${field.id}"]`).textContent;
    grip.setAttribute("aria-label", label);
    grip.setAttribute("aria-valuetext", text);
    grip.setAttribute("aria-valuenow", now);
  }
}

if (picture) {
  const perDay = Number(picture.dataset.perDay);
  for (const group of picture.querySelectorAll("[data-bar]")) new Trial(group, perDay);
}
