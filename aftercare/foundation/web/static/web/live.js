// Keeps parts of a page up to date: <section id="parcels" data-live="https://…/events" data-refresh="?part=parcels">.
// The stream only says that something has changed; the part itself is then fetched anew, so a lost message costs
// nothing. Where no stream can be kept, the part is fetched every minute while the page is looked at.

const POLL_MILLISECONDS = 60_000;

const refresh = async (part) => {
  const answer = await fetch(part.dataset.refresh, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
};

const poll = (part) => {
  setInterval(() => {
    if (!document.hidden) refresh(part);
  }, POLL_MILLISECONDS);
};

for (const part of document.querySelectorAll("[data-live]")) {
  const stream = new EventSource(part.dataset.live);
  stream.addEventListener("changed", () => refresh(part));
  stream.addEventListener("error", () => {
    // A browser reconnects by itself after a break, but gives up for good after a refusal.
    if (stream.readyState === EventSource.CLOSED) poll(part);
  });
}
