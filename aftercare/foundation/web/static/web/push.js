// Notifications, asked for by a button and never on arrival. <html data-push> says how it stands: ask, on or denied.

const html = document.documentElement;
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = (base64url) =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const tell = (url, method, told) =>
  fetch(url, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) });

const subscription = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

const standing = async () => {
  if (Notification.permission === "denied") return "denied";
  return (await subscription()) ? "on" : "ask";
};

const begin = async (form) => {
  if ((await Notification.requestPermission()) !== "granted") return;
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key) });
  const purposes = new FormData(form).getAll("purpose");
  const answer = await tell(form.dataset.url, "POST", { ...made.toJSON(), purposes });
  if (!answer.ok) await made.unsubscribe();
};

const end = async (button) => {
  const made = await subscription();
  if (!made) return;
  await tell(button.dataset.url, "DELETE", { endpoint: made.endpoint });
  await made.unsubscribe();
};

const show = async () => {
  html.dataset.push = await standing();
};

if (canPush) {
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-push-ask]")) return;
    event.preventDefault();
    await begin(event.target).catch(() => {});
    await show();
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-push-end]");
    if (!button) return;
    await end(button).catch(() => {});
    await show();
  });
  show();
}
