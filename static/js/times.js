// Relative times grow while a page is open, and all others are told in the reader's own time.

import { language, ready, text } from './texts.js';

const own = navigator.language.startsWith(language) ? undefined : language; // as they write it where they live, if it is that language
const exact = new Intl.DateTimeFormat(own, { dateStyle: 'full', timeStyle: 'short' });
const short = new Intl.DateTimeFormat(own, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(own, { timeStyle: 'short' });
const inText = new Intl.DateTimeFormat(own, { dateStyle: 'long', timeStyle: 'short' });
const days = new Intl.DateTimeFormat(language === 'en' ? 'en-US' : language, { day: 'numeric', month: 'short' });
const month = (then) => days.formatToParts(then).find(({ type }) => type === 'month').value;

const UNITS = [
  [60, 3_600, (count) => text('%(count)s min', { count })],
  [3_600, 86_400, (count) => text('%(count)s h', { count })],
  [86_400, 604_800, (count) => text('%(count)s d', { count })],
];

/** The same as the site writes: how long ago, then the day, and its year if that is another. */
function age(then) {
  const seconds = (Date.now() - then) / 1_000;
  if (seconds < 60) return text('now');
  const unit = UNITS.find(([, limit]) => seconds < limit);
  if (unit) return unit[2](Math.floor(seconds / unit[0]));
  return then.getFullYear() === new Date().getFullYear() ? dated(then, text('d MMM')) : day(then);
}

/** Write a date by a pattern of the catalogues, which are CLDR's: of them these three signs. */
const dated = (then, pattern) => pattern.replace(/MMM|d|y/g, (sign) => ({ d: then.getDate(), MMM: month(then), y: then.getFullYear() })[sign]);
const day = (then) => dated(then, text('d MMM y'));

const TEXTS = {
  '.card:not(.whole) .when time': age,
  '.whole .when time, .edited time': (then) => inText.format(then),
  '.counts time, .token time:not([data-whole])': day,
  'time[data-whole]': (then) => `${day(then)}, ${clock.format(then)}`,
};
const ALONE = '.counts time, .token time:not([data-whole])'; // what is no link gets the focus as itself
const timeIn = (target) => target.closest?.('.when, time')?.closest('a, time');

function renew(part) {
  for (const [which, write] of Object.entries(TEXTS)) {
    for (const time of part.querySelectorAll(which)) {
      const now = write(new Date(time.dateTime));
      if (now !== time.textContent && !time.dataset.full) time.textContent = now;
    }
  }
  for (const time of part.querySelectorAll(ALONE)) time.tabIndex = 0;
}

/** Who comes by keyboard or by touch sees the whole time in its place, in the reader's own zone, as others do in a tip. */
function expand({ target }) {
  const link = timeIn(target);
  const time = link && (link.matches('time') ? link : link.querySelector('time'));
  if (!time || time.dataset.full || time.closest('.whole .when, .edited')) return;
  time.dataset.full = time.textContent;
  time.textContent = short.format(new Date(time.dateTime));
  link.addEventListener('blur', () => (time.textContent = time.dataset.full, delete time.dataset.full), { once: true });
}

document.addEventListener('focusin', expand);
document.addEventListener('mouseover', ({ target }) => {
  const time = target.closest?.('time[datetime]');
  if (time && !time.dataset.exact) time.title = time.dataset.exact = exact.format(new Date(time.dateTime));
});
ready.then(() => renew(document));
setInterval(() => document.hidden || renew(document), 60_000);
new MutationObserver((changes) => {
  for (const { addedNodes, target } of changes) if ([...addedNodes].some((node) => node.nodeType === 1)) renew(target);
}).observe(document.body, { childList: true, subtree: true });
