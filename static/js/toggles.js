// Likes, follows and bookmarks: they show at once, and are taken back with a message when the site says no.
import { send } from './asking.js';
import { twin } from './numbering.js';
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
  const forms = places(form);
  const before = forms.map((each) => each.innerHTML);
  const show = form.matches('.like') ? showLike : form.matches('.follow') ? showFollow : showBookmark;
  for (const each of forms) {
    each.dataset.sending = 'yes';
    show(each.querySelector('button'));
  }
  try {
    const answer = await send(form);
    for (const each of forms) settle(each, answer.cloneNode(true));
  } catch (error) {
    const focused = form.contains(document.activeElement);
    forms.forEach((each, index) => {
      each.innerHTML = before[index];
      delete each.dataset.sending;
    });
    if (focused) form.querySelector('button').focus();
    explain(error);
  }
}

/** Give the form, and the same one on the other card of a post that stands in two places. */
function places(form) {
  const card = form.closest('.card');
  const other = card && twin(card)?.querySelector(`form.${form.classList[0]}`);
  return other ? [form, other] : [form];
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
