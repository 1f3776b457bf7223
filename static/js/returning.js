// Where somebody was when they looked at their feed or at a post before: kept in this browser, for each of its members,
// and nowhere else. It goes when they log out. Without scripts, and at first, nothing is marked.
import { ready, text, texts } from './texts.js';

const HERE = 'here:';
const POSTS = 500;
const MINUTE = 60_000;
const who = document.body.dataset.viewer;
const feed = location.pathname === '/' && document.querySelector('.feed[data-first]');
const thread = document.querySelector('.comments .thread');
const number = (card) => Number(card.id.match(/\d+$/)); // what was written later has the larger one
const newest = (cards) => Math.max(0, ...cards.map(number));

/** Go on with what a visit began with, or begin one: `mark` is the newest that was there at the end of the one before. */
function visit(before, seen, pause) {
  const now = Date.now();
  const mark = !before ? null : now - before.looked > pause ? before.seen : before.mark;
  return { seen: Math.max(seen, before?.seen ?? 0), looked: now, mark };
}

/** Change what is kept. A store may be full or forbidden: then nothing is marked. */
function kept(change) {
  try {
    const all = JSON.parse(localStorage.getItem(HERE + who)) ?? { posts: {} };
    const changed = change(all);
    localStorage.setItem(HERE + who, JSON.stringify(all));
    return changed.mark;
  } catch {
    return null;
  }
}

const unseen = (words) => Object.assign(document.createElement('span'), { className: 'unseen', textContent: words });

function markFeed() {
  const cards = () => [...feed.querySelectorAll(':scope > .card')];
  const mark = kept((all) => (all.home = visit(all.home, newest(cards()), 30 * MINUTE)));
  if (mark === null) return;
  const looking = new MutationObserver(place); // a longer list may come to it
  function place() {
    const all = cards();
    const at = all.findIndex((card) => number(card) <= mark);
    if (at < 0) return;
    looking.disconnect();
    if (!at) return;
    const words = texts('You were here: %(count)s new post above', 'You were here: %(count)s new posts above', at);
    all[at].append(Object.assign(document.createElement('p'), { className: 'here', textContent: words }));
  }
  looking.observe(feed, { childList: true });
  place();
}

function markThread() {
  const post = location.pathname.match(/^\/posts\/(\d+)$/)?.[1];
  if (!post) return;
  const cards = [...thread.querySelectorAll('.comment')];
  const mark = kept((all) => {
    const { [post]: before, ...others } = all.posts;
    const latest = Object.entries(others).sort(([, one], [, other]) => other.looked - one.looked).slice(0, POSTS - 1);
    all.posts = Object.fromEntries(latest);
    return (all.posts[post] = visit(before, newest(cards), 2 * MINUTE));
  });
  const own = document.querySelector('.you .handle')?.textContent;
  const fresh = mark === null ? [] : cards.filter((card) => number(card) > mark && card.querySelector('.handle')?.textContent !== own);
  if (!fresh.length) return;
  for (const card of fresh) {
    card.classList.add('news');
    card.querySelector('.who').prepend(unseen(`${text('New')}: `));
  }
  const link = document.createElement('a');
  link.className = 'since';
  link.href = `#${fresh[0].id}`;
  link.textContent = texts('%(count)s new since you were here', '%(count)s new since you were here', fresh.length);
  link.addEventListener('click', () => fresh[0].closest('details')?.setAttribute('open', ''));
  document.querySelector('.comments-head').append(' ', link);
}

await ready;
if (feed) markFeed();
if (thread) markThread();
