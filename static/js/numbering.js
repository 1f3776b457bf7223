// The places of cards in a feed: their numbers, for screen readers, and the one that stands in two places.

/** Number the cards of a feed for screen readers; how many there are in all is not known. */
export function number(list) {
  const cards = list.querySelectorAll(':scope > .card');
  if (!list.matches('.feed') || !cards.length) return;
  if (!list.role) Object.assign(list, { role: 'feed', ariaLabel: list.dataset.label });
  const size = document.querySelector('.paging [rel="next"]') ? -1 : cards.length;
  cards.forEach((card, index) => {
    card.setAttribute('aria-posinset', index + 1);
    card.setAttribute('aria-setsize', size);
  });
}

/** Give the other place of a post that is pinned: at the top of a profile and in its turn. */
export function twin({ id }) {
  const other = id.startsWith('post-top-') ? id.replace('-top', '') : id.replace(/^post-/, 'post-top-');
  return other === id ? null : document.getElementById(other);
}

for (const feed of document.querySelectorAll('.feed')) number(feed);
