// Comforts of the template editor: variables land where one was writing, and a problem leads to its place.

let field = document.querySelector("[data-liquid]:not([readonly])");

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-liquid]:not([readonly])")) field = event.target;
});

const insert = (text) => {
  if (!field) return;
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const goTo = (link) => {
  const area = document.getElementById(link.dataset.goto);
  const lines = area.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start + Number(link.dataset.column) - 1, start + lines[line].length);
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(line - 4, 0);
};

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-insert]");
  if (place && event.target.closest("button")) insert(place.dataset.insert);
  const link = event.target.closest("[data-goto]");
  if (link) {
    event.preventDefault();
    goTo(link);
  }
});

// What was written and not kept is not lost by a click on a link.
const form = document.getElementById("template-form");
let changed = false;
form?.addEventListener("input", () => (changed = true));
form?.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => changed && event.preventDefault());
