// Passwords that can be looked at while they are typed; hidden again before they are sent, so that browsers keep none as text.
const show = (button, shown) => {
  document.getElementById(button.dataset.shows).type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
};

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-shows]');
  if (button) show(button, button.getAttribute('aria-pressed') !== 'true');
});
document.addEventListener('submit', ({ target }) => {
  for (const button of target.querySelectorAll('[data-shows]')) show(button, false);
}, true);
