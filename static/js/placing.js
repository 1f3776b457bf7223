// Where a card goes that has just been written.
import { page } from './asking.js';
import { merge } from './fresh.js';
import { number } from './numbering.js';
import { tell } from './saying.js';

/** Put the card in its place, or go where it is. */
export async function arrived(form, card) {
  const edited = form.closest('.card');
  if (edited) return renewed(edited, card);
  const feed = document.querySelector('.feed[data-first]');
  const thread = document.querySelector('.thread');
  card.classList.remove('whole'); // one that was sent again comes from its own page
  if (card.matches('.post') && feed && form.matches('.compose')) {
    document.querySelector('.empty')?.remove();
    feed.prepend(card);
    number(feed);
    tell('Published.');
    await merge().catch(() => {}); // what others wrote meanwhile; the next look will bring it
  } else if (card.matches('.comment') && thread && form.matches('.compose')) {
    thread.append(card);
    tell('Your comment was added.');
    await refresh('#comments-title', '.whole .acts').catch(() => {});
  } else location.assign(card.querySelector('.when').href);
}

function renewed(old, card) {
  if (!old.matches('.whole')) card.classList.remove('whole');
  old.replaceWith(card);
  card.focus({ preventScroll: true });
  tell('Saved.');
}

/** Replace parts of this page by what they are now. */
export async function refresh(...selectors) {
  const now = await page(location.href);
  for (const selector of selectors) {
    const part = now.querySelector(selector);
    if (part) document.querySelector(selector)?.replaceWith(part);
  }
}
