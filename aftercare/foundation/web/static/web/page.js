// Small comforts on every page. Everything here is optional: pages are complete without it.

const reveal = (selector) => {
  for (const element of document.querySelectorAll(selector)) element.hidden = false;
};

const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
};

const toggleTheme = () => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  remember("theme", root.dataset.theme);
};

const copy = async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.getAttribute("aria-label");
  button.dataset.copied = "";
  button.setAttribute("aria-label", button.dataset.copiedLabel);
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute("aria-label", label);
  }, 1500);
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-theme-toggle], [data-copy], [data-dismiss], [data-print]");
  if (target?.matches("[data-theme-toggle]")) toggleTheme();
  if (target?.matches("[data-copy]")) copy(target);
  if (target?.matches("[data-print]")) print();
  if (target?.matches("[data-dismiss]")) target.closest(".notice").remove();
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

reveal("[data-dismiss], [data-print]");
// It keeps its place while it is out of sight, so that nothing beside it jumps.
for (const toggle of document.querySelectorAll("[data-theme-toggle]")) toggle.classList.remove("invisible");
new MutationObserver(() => reveal("[data-dismiss]")).observe(document.getElementById("toasts"), { childList: true });
// On a phone the tabs scroll; the one we are on must not be the one out of sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
