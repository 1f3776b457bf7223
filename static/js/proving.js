// Proof of work: solves the challenge that a form brings, in a worker, while somebody fills it in.
const form = document.querySelector('[data-challenge]');
const proof = form.elements.proof;
const said = form.querySelector('[data-proving]');
let waiting = null;

/** Start once; the form is sent when the worker is done, if somebody wanted to send it before. */
function begin() {
  if (waiting || proof.value) return;
  waiting = new Worker(new URL('./proving_worker.js', import.meta.url));
  const challenge = JSON.parse(form.dataset.challenge);
  waiting.addEventListener('message', ({ data: solution }) => {
    waiting.terminate();
    proof.value = btoa(JSON.stringify({ challenge, solution }));
    if (!said.hidden) form.requestSubmit();
    said.hidden = true;
  });
  waiting.addEventListener('error', otherwise);
  waiting.postMessage(challenge.parameters);
}

/** Without a worker a moderator decides, as without scripts. */
function otherwise() {
  form.dataset.challenge = '';
  said.hidden = true;
  for (const part of form.querySelectorAll('[data-proofless]')) part.hidden = false;
}

if (globalThis.crypto?.subtle && globalThis.Worker) {
  for (const part of form.querySelectorAll('[data-proofless]')) part.hidden = true;
  form.addEventListener('focusin', begin);
  form.addEventListener('input', begin);
  form.addEventListener('submit', (event) => {
    if (proof.value || !form.dataset.challenge) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it was not sent yet
    said.hidden = false;
    begin();
  });
}
