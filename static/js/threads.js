// Comments in the order of the site: one's own stands after all that are older, shown or not.
import { page } from './asking.js';
import { steady } from './clicks.js';
import { recount } from './renewing.js';

const thread = document.querySelector('.thread');
const onward = () => document.querySelector('.thread ~ .paging [rel="next"]');

/** Where comments stand that are later than those which the link "Later comments" leads to. */
function ahead() {
  const place = document.querySelector('.ahead') ?? document.createElement('div');
  if (!place.isConnected) {
    place.className = 'ahead';
    onward().closest('.paging').after(place);
  }
  return place;
}

/** Put one's own new comment where it belongs, `keeping` an element where it is; then what others wrote meanwhile. */
export async function add(card, keeping) {
  if (thread.dataset.order === 'newest') return steady(keeping, () => thread.prepend(card));
  steady(keeping, () => (onward() ? ahead() : thread).append(card));
  const now = await page(thread.dataset.last ?? location.href);
  steady(keeping, () => {
    recount(now);
    merge(now);
  });
}

function merge(now) {
  const cards = mergeInto(thread, now.querySelectorAll('.thread > .card, .thread > .answers'));
  const more = now.querySelector('.thread ~ .paging');
  if (!more?.querySelector('[rel="next"]')) return;
  if (!onward()) {
    document.querySelector('.thread ~ .paging')?.remove();
    thread.after(more);
  }
  const end = document.getElementById(cards.at(-1)?.id);
  while (end?.nextElementSibling) ahead().prepend(thread.lastElementChild);
}

/** Put what the site has into a list that is shown, in its order: comments, and the answers to each. Give its parts. */
function mergeInto(list, parts) {
  const cards = [...parts];
  for (const [index, card] of cards.entries()) {
    const shown = document.getElementById(card.id);
    const before = index && document.getElementById(cards[index - 1].id);
    if (shown?.matches('.answers')) mergeInto(shown, card.querySelectorAll('.card'));
    if (shown && !shown.closest('.ahead') && (!before || before.nextElementSibling === shown)) continue;
    if (before) before.after(shown ?? card);
    else if (!shown) list.append(card);
  }
  return cards;
}

/** Give what these new comments stand in: answers to one whose others are shown already are put among those. */
export function partsOf(cards) {
  const parts = new Set(cards.map((card) => card.closest('.answers') ?? card));
  for (const part of [...parts].filter((each) => each.matches('.answers'))) {
    const answers = cards.filter((card) => part.contains(card));
    const shown = document.getElementById(part.id);
    if (shown) shown.append(...answers);
    else part.replaceChildren(part.querySelector('summary'), ...answers);
    if (shown) parts.delete(part);
  }
  return [...parts];
}

/** Give those of the comments that are new here, and take what stood ahead and is among them from there. */
export function unseen(cards) {
  return cards.filter((card) => {
    const shown = document.getElementById(card.id);
    if (shown?.closest('.ahead')) shown.remove();
    return !shown?.isConnected;
  });
}
