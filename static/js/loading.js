// Lists that go on as one reads, three pages by themselves and then by the button, so that the footer can be reached;
// and coming back to the same place in them.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { number } from './numbering.js';
import { explain, tell } from './saying.js';
import { text, texts } from './texts.js';
import { partsOf, unseen } from './threads.js';

const BY_ITSELF = 3;
const MOST = 20;
let loaded = 0;
let loading = null;

const onward = () => document.querySelector('.paging [rel="next"]');
const listOf = (nav) => nav.parentElement.querySelector('.feed, .thread') ?? nav.parentElement;

/** Load the next page of the list in which the link stands. */
export function load(link) {
  loading ??= append(link).finally(() => (loading = null));
  return loading;
}

async function append(link) {
  const nav = link.closest('.paging');
  const list = listOf(nav);
  const label = link.textContent;
  link.textContent = text('Loading…');
  link.classList.add('waiting');
  list.setAttribute('aria-busy', 'true');
  try {
    const more = await page(link.href, { fragment: true });
    const cards = unseen([...more.querySelectorAll('.card')]);
    const parts = partsOf(cards);
    if (list === nav.parentElement) nav.before(...parts);
    else list.append(...parts);
    const next = more.querySelector('.paging [rel="next"]');
    const focused = link === document.activeElement;
    if (next) link.replaceWith(next);
    else link.remove();
    if (!nav.children.length) nav.remove();
    list.dataset.last = link.href;
    loaded += 1;
    changed();
    number(list);
    if (focused) cards[0]?.focus({ preventScroll: true });
    tell(texts('%(count)s more.', '%(count)s more.', cards.length));
    watch();
  } catch (error) {
    link.textContent = label;
    link.classList.remove('waiting');
    throw error;
  } finally {
    list.removeAttribute('aria-busy');
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.paging [rel="next"]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  load(link).catch(explain);
});

const seen = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting) && loaded < BY_ITSELF && onward()) load(onward()).catch(() => {});
  },
  { rootMargin: '600px' },
);

function watch() {
  seen.disconnect();
  const link = onward();
  if (link && document.querySelector('.feed')) seen.observe(link);
}

/** Remember what is at the top of the window, so that coming back leads there, whatever was written meanwhile. */
function remember() {
  const cards = [...document.querySelectorAll('.card')];
  const first = cards.find((card) => card.getBoundingClientRect().bottom > 60);
  if (!first || scrollY < 200) return history.replaceState(null, '');
  history.replaceState({ pages: loaded, id: first.id, top: first.getBoundingClientRect().top }, '');
}

async function comeBack({ pages, id, top }) {
  history.scrollRestoration = 'manual';
  for (let more = 0; more < MOST && onward(); more += 1) {
    if (more >= pages && document.getElementById(id)) break;
    await load(onward());
  }
  const card = document.getElementById(id);
  if (card) scrollBy({ top: card.getBoundingClientRect().top - top, behavior: 'instant' });
}

const [visit] = performance.getEntriesByType('navigation');
const state = history.state;
if (state?.id && visit?.type !== 'navigate') comeBack(state).catch(() => {}).finally(watch);
else watch();
addEventListener('pagehide', remember);
document.addEventListener('click', remember, { capture: true });
let waiting;
addEventListener('scroll', () => (clearTimeout(waiting), (waiting = setTimeout(remember, 250))), { passive: true });
