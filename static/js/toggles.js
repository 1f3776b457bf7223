// Likes, follows and bookmarks: they show at once, and are taken back with a message when the site says no.
import { send } from './asking.js';
import { caughtUp } from './renewing.js';
import { explain } from './saying.js';
import { language, text } from './texts.js';

const FORMS = 'form.like, form.follow, form.bookmark';

document.addEventListener('submit', (event) => {
  if (!event.target.matches(FORMS)) return;
  event.preventDefault();
  if (!event.target.dataset.sending) toggle(event.target);
});

async function toggle(form) {
  form.dataset.sending = 'yes';
  const before = form.innerHTML;
  const show = form.matches('.like') ? showLike : form.matches('.follow') ? showFollow : showBookmark;
  show(form.querySelector('button'));
  try {
    settle(form, await send(form));
  } catch (error) {
    const focused = form.contains(document.activeElement);
    form.innerHTML = before;
    if (focused) form.querySelector('button').focus();
    explain(error);
  } finally {
    delete form.dataset.sending;
  }
}

function showLike(button) {
  const liked = button.classList.toggle('liked');
  button.classList.toggle('now', liked);
  const count = button.querySelector('span');
  const number = Number(count.textContent.replace(/\D/g, '')) + (liked ? 1 : -1);
  count.textContent = number.toLocaleString(language);
}

function showBookmark(button) {
  button.classList.toggle('kept');
}

function showFollow(button) {
  const follows = button.classList.toggle('quiet');
  button.firstChild.textContent = follows ? text('Following') : text('Follow');
}

/** Put what the site says in place of what was guessed. */
function settle(form, answer) {
  const settled = answer.querySelector(FORMS);
  const focused = form.contains(document.activeElement);
  const counts = answer.querySelector('.counts');
  if (counts) form.closest('.profile')?.querySelector('.counts')?.replaceWith(counts);
  if (form.querySelector('.now')) settled.querySelector('button').classList.add('now');
  form.replaceWith(settled);
  if (focused) settled.querySelector('button').focus({ preventScroll: true });
  if (form.matches('.follow') && document.querySelector('.people-tabs')) caughtUp().catch(() => {});
}
