// Relative times grow while a page is open, and all others are told in the reader's own time.

const UNITS = [[60, 3_600, 'min'], [3_600, 86_400, 'h'], [86_400, 604_800, 'd']];
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const inText = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });
const month = new Intl.DateTimeFormat('en-US', { month: 'short' });

const day = (then) => `${then.getDate()} ${month.format(then)} ${then.getFullYear()}`;

/** The same as the site writes: how long ago, then the day, and its year if that is another. */
function age(then) {
  const seconds = (Date.now() - then) / 1_000;
  if (seconds < 60) return 'now';
  const unit = UNITS.find(([, limit]) => seconds < limit);
  if (unit) return `${Math.floor(seconds / unit[0])} ${unit[2]}`;
  return then.getFullYear() === new Date().getFullYear() ? day(then).slice(0, -5) : day(then);
}

const TEXTS = { '.when time': age, '.edited time': (then) => inText.format(then), '.counts time, .token time': day };

function renew(part) {
  for (const [which, text] of Object.entries(TEXTS)) {
    for (const time of part.querySelectorAll(which)) {
      const now = text(new Date(time.dateTime));
      if (now !== time.textContent) time.textContent = now;
    }
  }
}

document.addEventListener('mouseover', ({ target }) => {
  const time = target.closest?.('time[datetime]');
  if (time && !time.dataset.exact) time.title = time.dataset.exact = exact.format(new Date(time.dateTime));
});
setInterval(() => document.hidden || renew(document), 60_000);
new MutationObserver((changes) => {
  for (const { addedNodes, target } of changes) if ([...addedNodes].some((node) => node.nodeType === 1)) renew(target);
}).observe(document.body, { childList: true, subtree: true });
renew(document);
