// Parts of the page that the site has anew, in place of what stands there.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { number } from './numbering.js';

const COUNTS = ['.counts', '#comments-title', '.post.whole .acts', '.people-tabs'];
const editedAt = (card) => card.querySelector('.edited time')?.dateTime;

/** Put a card as it is now in place of the old one, unless somebody is in the midst of that. */
export function renew(old, card) {
  if (old.querySelector('.in-place') || old.contains(document.activeElement)) return;
  if (old.dataset.unfolded && editedAt(old) === editedAt(card)) unfold(card, old.querySelector('.text'));
  old.replaceWith(card);
}

/** Show the whole text in a card instead of its beginning. */
export function unfold(card, text) {
  card.querySelector('.text').replaceWith(text);
  card.querySelector('.more')?.remove();
  card.dataset.unfolded = 'yes';
}

/** Put the counts of a page in place of those shown. */
export function recount(now) {
  for (const selector of COUNTS) {
    const part = now.querySelector(selector);
    if (part) document.querySelector(selector)?.replaceWith(part);
  }
}

/** Ask for this page again after something was taken from a list: its counts, and what comes where nothing is left. */
export async function caughtUp(list) {
  const now = await page(location.href);
  recount(now);
  if (list?.isConnected && !list.querySelector('.card')) refill(list, now);
  changed();
}

function refill(list, now) {
  const fresh = now.querySelector('.feed, .thread');
  if (!fresh) return;
  const column = list.parentElement;
  for (const part of column.querySelectorAll(':scope > .empty, :scope > .paging')) part.remove();
  if (list.ariaLabel) list.dataset.label = list.ariaLabel;
  for (const name of ['role', 'aria-label']) list.removeAttribute(name); // an empty feed is none
  Object.assign(list.dataset, fresh.dataset);
  list.replaceChildren(...fresh.children);
  list.after(...now.querySelectorAll('.column > .empty, .comments > .thread ~ .paging, .column > .paging'));
  number(list);
}
