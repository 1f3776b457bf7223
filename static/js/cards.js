// Cards: a long post unfolds where it stands, a click on a text opens the post, and what more one can do is fetched.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { unfold as show } from './renewing.js';
import { explain } from './saying.js';

const WITHIN = 'a, button, summary, input, textarea, select, label, form, .menu-in';
const OPENS = '.post:not(.whole), .feed > .comment';
let selecting = false;

const plain = (event) => !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button);
const selected = () => !getSelection().isCollapsed;

document.addEventListener('pointerdown', () => (selecting = selected()));

document.addEventListener('click', (event) => {
  if (event.defaultPrevented) return;
  const [more, menu] = ['.more a', 'a[data-menu]'].map((each) => event.target.closest?.(each));
  if (more && plain(event)) {
    event.preventDefault();
    unfold(more).catch(explain);
  } else if (menu && plain(event) && 'popover' in menu) {
    event.preventDefault();
    import('./menus.js').then(({ toggle }) => toggle(menu), () => location.assign(menu.href));
  } else if (!event.target.closest?.(WITHIN)) open(event);
});

/** Open the post whose text was clicked, unless somebody selects a part of it or takes that back. */
function open(event) {
  const card = event.target.closest?.(OPENS);
  if (!card || selecting || selected() || event.button || event.shiftKey || event.altKey) return;
  const { ctrlKey, metaKey } = event;
  card.querySelector('.when').dispatchEvent(new MouseEvent('click', { ctrlKey, metaKey, bubbles: true, cancelable: true }));
}

async function unfold(link) {
  if (link.classList.contains('waiting')) return;
  link.classList.add('waiting');
  try {
    const card = link.closest('.card');
    const whole = (await page(link.href)).querySelector('.whole .text');
    show(card, whole);
    changed();
    card.focus({ preventScroll: true });
  } finally {
    link.classList.remove('waiting');
  }
}
