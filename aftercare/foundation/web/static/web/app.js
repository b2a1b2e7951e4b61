// The shop's pages as an app: keeps them readable without a network, and says so when they are.

const root = document.documentElement;
const note = document.querySelector("[data-offline]");

if (root.dataset.worker && "serviceWorker" in navigator) {
  // Where it is not allowed (no https, a private window) pages are complete without it.
  navigator.serviceWorker.register(root.dataset.worker).catch(() => {});
}

const say = () => {
  const at = new Date(root.dataset.kept);
  const words = new Intl.DateTimeFormat(root.lang, { dateStyle: "full", timeStyle: "short" });
  note.querySelector("time").textContent = words.format(at);
  note.querySelector("time").dateTime = root.dataset.kept;
  note.hidden = false;
};

if (root.dataset.kept && note) {
  say();
  // Whoever is on the way to another page is not called back from there.
  let leaves = false;
  addEventListener("beforeunload", () => (leaves = true));
  addEventListener("online", () => leaves || location.reload(), { once: true });
}
