// Keeps parts of a page up to date: <section id="parcels" data-live="https://…/events" data-refresh="?part=parcels">.
// The stream only says that something has changed; the part itself is then fetched anew, so a lost message costs
// nothing. Where no stream can be kept, the part is fetched every minute while the page is looked at, and with a stream
// every five minutes, so that "8 minutes ago" stays true.

const MINUTE = 60_000;
const FOCUSABLE = "a[href], button, summary, input, select, textarea";

// Puts `fresh` in the place of `old`, leaving open what the reader has opened and the keyboard where it was.
const replace = (old, fresh) => {
  for (const open of old.querySelectorAll("details[id][open]")) {
    const twin = fresh.querySelector(`#${CSS.escape(open.id)}`);
    if (twin) twin.open = true;
  }
  const place = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  old.replaceChildren(...fresh.childNodes);
  if (place >= 0) old.querySelectorAll(FOCUSABLE)[place]?.focus({ preventScroll: true });
};

// Children with an id are replaced one by one where the same ones stand in the same order, so that what has not changed
// is not touched and a screen reader is told of what has.
const patch = (part, fresh) => {
  const ids = (element) => [...element.children].map((child) => child.id).join();
  if (!part.children.length || ids(part) !== ids(fresh)) {
    replace(part, fresh);
    return;
  }
  [...part.children].forEach((child, place) => {
    const twin = fresh.children[place];
    const closed = child.cloneNode(true);
    for (const open of closed.querySelectorAll("details[open]")) open.open = false;
    if (closed.innerHTML !== twin.innerHTML) replace(child, twin);
  });
};

const refresh = async (part) => {
  part.refreshedAt = Date.now();
  const answer = await fetch(part.dataset.refresh || location.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  if (fresh) patch(part, fresh);
};

for (const part of document.querySelectorAll("[data-live]")) {
  const stream = new EventSource(part.dataset.live);
  part.refreshedAt = Date.now();
  stream.addEventListener("changed", () => refresh(part));
  let wasBroken = false;
  stream.addEventListener("error", () => {
    wasBroken = true;
  });
  stream.addEventListener("open", () => {
    if (wasBroken) refresh(part); // something may have happened in between
    wasBroken = false;
  });
  const refreshIfOld = () => {
    const patience = stream.readyState === EventSource.OPEN ? 5 * MINUTE : MINUTE;
    if (!document.hidden && Date.now() - part.refreshedAt >= patience - 1000) refresh(part);
  };
  setInterval(refreshIfOld, MINUTE);
  document.addEventListener("visibilitychange", refreshIfOld);
}
