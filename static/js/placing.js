// Where a card goes that has just been written.
import { changed, steady } from './clicks.js';
import { merge } from './fresh.js';
import { number, twin } from './numbering.js';
import { say, tell } from './saying.js';
import { text } from './texts.js';
import { add } from './threads.js';

/** Put the card in its place, or go where it is. */
export async function arrived(form, card) {
  const edited = form.closest('.card');
  if (edited) return renewed(edited, card);
  const feed = document.querySelector('.feed[data-first]');
  const dialog = form.closest('dialog');
  if (dialog) return published(dialog, card, feed);
  card.classList.remove('whole'); // one that was sent again comes from its own page
  if (card.matches('.post') && feed && form.matches('.compose')) {
    document.querySelector('.empty')?.remove();
    feed.prepend(card);
    number(feed);
    changed();
    tell(text('Published.'));
    await merge().catch(() => {}); // what others wrote meanwhile; the next look will bring it
  } else if (card.matches('.comment') && document.querySelector('.thread') && form.matches('.compose')) {
    tell(text('Your comment was added.'));
    await add(card, form.querySelector('.row .button')).catch(() => {}); // so here: it stands in its place already
  } else location.assign(card.querySelector('.when').href);
}

/** After a post that was written over the page: its place there is kept. */
function published(dialog, card, feed) {
  dialog.querySelector('textarea').value = '';
  dialog.close();
  say(text('Published.'), { action: card.querySelector('.when').href, label: text('Look at it') });
  if (!feed) return;
  document.querySelector('.empty')?.remove();
  const seen = [...feed.children].find((each) => each.getBoundingClientRect().bottom > 0) ?? feed;
  if (scrollY > 0) steady(seen, () => feed.prepend(card));
  else feed.prepend(card);
  number(feed);
  changed();
}

function renewed(old, card) {
  if (twin(old)) return location.reload(); // it stands in two places, of which each says what it is
  if (!old.matches('.whole')) card.classList.remove('whole');
  if (old.dataset.unfolded) card.dataset.unfolded = 'yes';
  old.replaceWith(card);
  changed();
  card.focus({ preventScroll: true });
  tell(text('Saved.'));
}
