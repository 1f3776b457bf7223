// The positions of cards in a feed, for screen readers.

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

for (const feed of document.querySelectorAll('.feed')) number(feed);
