// A second click goes to what the first one went to, or to nothing: what came under the pointer meanwhile was not meant.
// And a form that leads to another page is sent once.

const CONTROLS = 'a, button, summary, input, label';
const SOON = 700;
const NEAR = 12;
const SENDING = 10_000;
let last = null;

/** Say that the page has just changed: what is under the pointer now may be new there. */
export function changed() {
  if (last) last.time = performance.now();
}

/** Keep an element where it is in the window while `change` moves what is above it. */
export function steady(element, change) {
  const before = element.getBoundingClientRect().top;
  const missed = () => element.getBoundingClientRect().top - before;
  change();
  scrollBy({ top: missed(), behavior: 'instant' });
  if (missed() >= 1) {
    // A page that is too short to scroll gets some room at its end.
    document.body.style.minHeight = `${document.documentElement.scrollHeight + missed()}px`;
    scrollBy({ top: missed(), behavior: 'instant' });
  }
  changed();
}

/** Say what was clicked, so that it is the same after it was replaced: a like by its new button, "Older posts" by the next. */
function purposeOf(target) {
  const control = target.closest?.(CONTROLS);
  if (!control) return target.closest?.('.post:not(.whole), .feed > .comment') ?? null; // which a click opens
  return control.closest('form.like, form.follow, form.bookmark')?.closest('.card, .profile') ?? `${control.tagName} ${control.textContent}`;
}

addEventListener(
  'click',
  (event) => {
    if (!event.isTrusted || !event.detail) return; // by a script, or by keyboard
    const purpose = purposeOf(event.target);
    const near = last && Math.hypot(event.clientX - last.x, event.clientY - last.y) < NEAR;
    if (near && purpose && purpose !== last.purpose && performance.now() - last.time < SOON) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (purpose || !near) {
      last = purpose && { purpose, x: event.clientX, y: event.clientY, time: performance.now() };
    }
  },
  { capture: true },
);
for (const kind of ['wheel', 'touchmove', 'keydown']) addEventListener(kind, () => (last = null), { passive: true });

/** Let a form that no other script sends go once; again when the page is come back to, or when nothing came of it. */
export function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (performance.now() - (form.dataset.sent ?? -SENDING) < SENDING) event.preventDefault();
  else form.dataset.sent = performance.now();
}
addEventListener('pageshow', () => document.querySelectorAll('[data-sent]').forEach((form) => delete form.dataset.sent));
