// Relative times grow while a page is open, and the exact ones are told in the reader's own time.

const UNITS = [[60, 3_600, 'min'], [3_600, 86_400, 'h'], [86_400, 604_800, 'd']];
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

function age(then) {
  const seconds = (Date.now() - then) / 1_000;
  if (seconds < 60) return 'now';
  const unit = UNITS.find(([, limit]) => seconds < limit);
  return unit && `${Math.floor(seconds / unit[0])} ${unit[2]}`;
}

function renew() {
  for (const time of document.querySelectorAll('.when time')) {
    const now = age(new Date(time.dateTime));
    if (now && now !== time.textContent) time.textContent = now;
  }
}

document.addEventListener('mouseover', ({ target }) => {
  const time = target.closest?.('time[datetime]');
  if (time && !time.dataset.exact) time.title = time.dataset.exact = exact.format(new Date(time.dateTime));
});
setInterval(() => document.hidden || renew(), 60_000);
