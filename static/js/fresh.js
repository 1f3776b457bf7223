// "3 new posts": asked for by a request that is nearly free, shown above what is being read, which does not move.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { number } from './numbering.js';
import { renew } from './renewing.js';
import { explain, tell } from './saying.js';

const EVERY = 30_000;
const feed = document.querySelector('.feed[data-first]');
const place = document.createElement('div');
let looking = false;

async function look() {
  if (looking || document.hidden || !feed.dataset.newer) return;
  looking = true;
  try {
    const found = (await page(`${feed.dataset.newer}?after=${feed.dataset.top}`)).querySelector('a');
    if (found) announce(found);
  } catch {
    // It asks again later; whoever reads need not know.
  } finally {
    looking = false;
  }
}

function announce(link) {
  if (!place.firstChild) tell(`${link.textContent}.`); // once, not with each further post
  if (place.firstChild) place.firstChild.textContent = link.textContent;
  else place.append(link);
}

/** Bring what is new to the top of the feed. */
export async function merge() {
  if (!feed) return;
  const now = (await page(location.href)).querySelector('.feed');
  const cards = [...now.querySelectorAll(':scope > .card')];
  const fresh = cards.filter((card) => !document.getElementById(card.id));
  if (fresh.length === cards.length && feed.querySelector('.card')) return location.assign(location.pathname);
  for (const card of cards) if (document.getElementById(card.id)) renew(document.getElementById(card.id), card);
  feed.prepend(...fresh);
  Object.assign(feed.dataset, now.dataset);
  place.replaceChildren();
  number(feed);
  changed();
  return fresh;
}

/** Show the new posts, and go there. */
export async function show() {
  try {
    const fresh = await merge();
    scrollTo({ top: 0, behavior: 'instant' });
    fresh?.[0]?.focus({ preventScroll: true });
  } catch (error) {
    explain(error);
  }
}

if (feed) {
  place.className = 'fresh';
  feed.before(place);
  place.addEventListener('click', (event) => {
    event.preventDefault();
    show();
  });
  setInterval(look, EVERY);
  addEventListener('online', look);
  document.addEventListener('visibilitychange', look);
}
