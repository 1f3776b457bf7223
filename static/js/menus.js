// What one can do with a post or comment: its page, shown beside the ⋯ that leads there.
import { page, send } from './asking.js';
import { ask, edit } from './changing.js';
import { changed } from './clicks.js';
import { number } from './numbering.js';
import { explain, say } from './saying.js';
import { text } from './texts.js';

const ROOM = 8;
let open = null; // the menu that is shown, by its link

/** Show the menu to which a link leads, or take away what it has shown. */
export async function toggle(link) {
  if (link.dataset.asked) return;
  if (open?.link === link) return open.menu.hidePopover();
  link.dataset.asked = 'yes';
  try {
    const menu = (await page(link.href, { fragment: true })).querySelector('.options');
    show(link, document.adoptNode(menu));
  } catch (error) {
    explain(error);
  } finally {
    delete link.dataset.asked;
  }
}

function show(link, menu) {
  menu.className = 'menu-in options';
  menu.popover = 'manual'; // so that a second click on the link is seen by it alone
  for (const part of menu.querySelectorAll('[data-script]')) part.hidden = part.matches('[data-share]') && !navigator.share;
  link.after(menu);
  open?.menu.hidePopover();
  menu.showPopover();
  place(link, menu);
  link.setAttribute('aria-expanded', 'true');
  open = { link, menu };
  menu.addEventListener('toggle', ({ newState }) => newState === 'closed' && forget(link, menu));
  changed();
  menu.querySelector('button:not([hidden]), a').focus({ preventScroll: true });
}

function forget(link, menu) {
  link.removeAttribute('aria-expanded');
  if (menu.contains(document.activeElement)) link.focus({ preventScroll: true });
  menu.remove();
  if (open?.menu === menu) open = null;
}

/** Below the link, or above it where there is more room; at the side to which lines run. */
function place(link, menu) {
  const [at, box] = [link.getBoundingClientRect(), menu.getBoundingClientRect()];
  const { clientWidth: width, clientHeight } = document.documentElement;
  const bar = document.querySelector('.bar');
  const height = bar && getComputedStyle(bar).position === 'fixed' ? bar.getBoundingClientRect().top : clientHeight;
  const x = getComputedStyle(link).direction === 'rtl' ? at.left : at.right - box.width;
  const y = at.bottom + box.height > height - ROOM && at.top > box.height ? at.top - box.height : at.bottom;
  menu.style.left = `${scrollX + Math.max(ROOM, Math.min(x, width - box.width - ROOM))}px`;
  menu.style.top = `${scrollY + y}px`;
}

const close = () => {
  const link = open?.link;
  open?.menu.hidePopover();
  return link;
};

document.addEventListener('keydown', (event) => {
  if (!open || event.isComposing) return;
  if (!open.menu.isConnected) return (open = null); // what it belonged to was replaced
  if (event.key === 'Escape' || (event.key === 'Tab' && leaves(event))) {
    event.preventDefault();
    close().focus({ preventScroll: true });
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !open?.menu.contains(event.target)) return;
  event.preventDefault();
  const all = items();
  all[(all.indexOf(event.target) + step + all.length) % all.length].focus();
});
const items = () => [...open.menu.querySelectorAll('a, button:not([hidden])')];
const leaves = ({ target, shiftKey }) => target === items().at(shiftKey ? 0 : -1);

for (const part of document.querySelectorAll('[data-share]')) part.hidden = !navigator.share;

document.addEventListener('click', (event) => {
  const { copy, share } = event.target.closest?.('.options button')?.dataset ?? {};
  if (copy) return copied(copy);
  if (share) return navigator.share({ url: share }).catch(() => {}).finally(close);
  if (!open) return;
  if (!open.menu.contains(event.target)) return open.link.contains(event.target) || close();
  const item = event.target.closest('a, button');
  if (!item || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const card = open.link.closest('.card');
  if (item.dataset.change) {
    event.preventDefault();
    const change = item.dataset.change === 'edit' ? edit : ask;
    change({ href: item.href, card, back: close() }).catch(explain);
  } else if (item.form?.matches('.keeps') && card.querySelector('.bookmark')?.action === item.form.action) {
    event.preventDefault(); // the card's own button does the same; where the card is older than the menu, the form is sent
    close().focus({ preventScroll: true });
    card.querySelector('.bookmark button').click();
  }
});

async function copied(address) {
  close()?.focus({ preventScroll: true });
  try {
    await navigator.clipboard.writeText(address);
    say(text('The link was copied.'));
  } catch {
    say(`This browser does not let it be copied: ${address}`);
  }
}

document.addEventListener('submit', (event) => {
  const { mutes } = event.target.dataset;
  if (!mutes || !open?.menu.contains(event.target)) return;
  event.preventDefault();
  mute(event.target, mutes).catch(explain);
});

async function mute(form, name) {
  const list = close().closest('.feed, .thread');
  await send(form);
  for (const card of document.querySelectorAll('.feed > .card, .thread .card')) {
    if (card.querySelector('.name')?.pathname === `/@${name}` && !location.pathname.startsWith(`/@${name}`)) card.remove();
  }
  if (list) number(list);
  changed();
  document.querySelector('main').focus({ preventScroll: true });
  say(text('@%(name)s is muted.', { name }), { action: `/@${name}`, label: text('Their profile') });
}
