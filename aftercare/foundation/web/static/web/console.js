// The keyboard in the console, the narrow navigation, and selecting rows. The list of keys is console/shortcuts.html.

const rows = () => [...document.querySelectorAll("table[data-rows] > tbody > tr")];
const currentRow = () => rows().find((row) => row.getAttribute("aria-current") === "true");

const moveTo = (row) => {
  if (!row) return;
  currentRow()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a[href]")?.focus({ preventScroll: true });
};

const step = (by) => {
  const all = rows();
  const at = all.indexOf(currentRow());
  moveTo(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
};

const selectRow = () => currentRow()?.querySelector("input[type=checkbox]")?.click();

const focusSearch = () => {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
};

const toggleNavigation = () => {
  const root = document.documentElement;
  const narrow = root.dataset.nav !== "narrow";
  if (narrow) root.dataset.nav = "narrow";
  else delete root.dataset.nav;
  document.cookie = `nav=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
};

const KEYS = {
  "/": focusSearch,
  "?": () => document.getElementById("shortcuts").showModal(),
  "[": toggleNavigation,
  j: () => step(1),
  k: () => step(-1),
  x: selectRow,
};

const typing = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    focusSearch();
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || typing(event.target) || document.querySelector("dialog[open]") || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-nav-toggle], [data-open]");
  if (target?.matches("[data-nav-toggle]")) toggleNavigation();
  if (target?.matches("[data-open]")) document.getElementById(target.dataset.open).showModal();
});

const showSelection = () => {
  const boxes = [...document.querySelectorAll("table[data-rows] tbody input[type=checkbox]")];
  const selected = boxes.filter((box) => box.checked).length;
  for (const all of document.querySelectorAll("[data-select-all]")) {
    all.checked = selected > 0 && selected === boxes.length;
    all.indeterminate = selected > 0 && selected < boxes.length;
  }
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = selected === 0;
    bar.querySelector("[data-bulk-count]").textContent = selected.toLocaleString(document.documentElement.lang);
  }
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    const table = event.target.closest("table");
    for (const box of table.querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  }
  if (event.target.closest("table[data-rows]")) showSelection();
});

for (const button of document.querySelectorAll("[data-nav-toggle], [data-open]")) button.hidden = false;
showSelection();
