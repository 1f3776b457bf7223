// Sends calls from the page that describes the API: a form for each, made of the OpenAPI document once it is asked for.
const LONGEST = 100_000; // signs of an answer that are shown
const token = document.querySelector('#token');
const copy = (id) => document.querySelector(`#${id}`).content.firstElementChild.cloneNode(true);
const forms = new Map(); // of calls that were opened
let asked;

/** Give the document, fetched once. */
function described() {
  asked ??= fetch(document.querySelector('#document').href)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))));
  asked.catch(() => { asked = undefined; }); // so that the next click asks again
  return asked;
}

/** Find a call: its path, its method, and what is said of it. */
function found(document_, id) {
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, call] of Object.entries(methods)) {
      if (call.operationId === id) return { path, method, schemas: document_.components.schemas, ...call };
    }
  }
  throw new Error(id);
}

function field(call, { name, in: place, required = false, example = '', type = 'text' }) {
  const shown = copy('field-of-call');
  const input = shown.querySelector('input');
  input.id = `${call.operationId}-${place}-${name}`;
  Object.assign(input, { name, type, required });
  Object.assign(input.dataset, { place });
  if (type === 'text') input.placeholder = example;
  Object.assign(shown.querySelector('label'), { htmlFor: input.id, textContent: name });
  return shown;
}

/** Give the fields of a schema that is named, or put together. */
function properties(schemas, { $ref, allOf = [], properties: own = {} }) {
  if ($ref) return properties(schemas, schemas[$ref.split('/').pop()]);
  return Object.assign({}, ...allOf.map((each) => properties(schemas, each)), own);
}

function bodyOf(call) {
  const content = call.requestBody?.content ?? {};
  if (content['application/json']) {
    const shown = copy('body-of-call');
    const text = shown.querySelector('textarea');
    text.id = `${call.operationId}-body`;
    text.value = JSON.stringify(content['application/json'].example, null, 2);
    shown.querySelector('label').htmlFor = text.id;
    return [shown];
  }
  const form = content['multipart/form-data']?.schema;
  if (!form) return [];
  return Object.entries(properties(call.schemas, form)).map(([name, each]) =>
    field(call, { name, in: 'form', type: each.contentMediaType ? 'file' : 'text' }));
}

/** Put together what the form says: an address, and what `fetch` takes beside it. */
function request(call, form) {
  const headers = new Headers(token.value.trim() ? { Authorization: `Bearer ${token.value.trim()}` } : {});
  const query = new URLSearchParams();
  const parts = new FormData();
  let { path } = call;
  for (const input of form.querySelectorAll('input')) {
    const { place } = input.dataset;
    if (place === 'path') path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (place === 'form' && input.type === 'file') for (const file of input.files) parts.append(input.name, file);
    else if (!input.value) continue;
    else if (place === 'query') query.append(input.name, input.value);
    else if (place === 'header') headers.set(input.name, input.value);
    else parts.append(input.name, input.value);
  }
  const text = form.querySelector('textarea');
  if (text) headers.set('Content-Type', 'application/json');
  const body = text ? text.value : form.querySelector('[data-place="form"]') ? parts : undefined;
  const asked_ = query.size ? `${path}?${query}` : path;
  return [asked_, { method: call.method.toUpperCase(), headers, body, credentials: 'omit', cache: 'no-store' }];
}

async function told(answer, { bytes }) {
  const kind = answer.headers.get('Content-Type') ?? '';
  if (!kind.includes('json')) return `${(await answer.arrayBuffer()).byteLength} ${bytes}`;
  const said = await answer.json();
  return { said, text: JSON.stringify(said, null, 2).slice(0, LONGEST) };
}

async function send(call, form) {
  const place = form.querySelector('.answer');
  const shown = copy('answer-of-call');
  const code = shown.querySelector('code');
  const button = form.querySelector('button');
  place.replaceChildren();
  button.disabled = true; // a second click would send it twice
  try {
    const answer = await fetch(...request(call, form));
    const body = await told(answer, place.dataset);
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
    code.textContent = [`${answer.status} ${answer.statusText}`, ...headers, '', body.text ?? body].join('\n');
    if (answer.ok && call.path === '/api/tokens' && body.said?.token) token.value = body.said.token;
  } catch {
    code.textContent = place.dataset.unreachable;
  } finally {
    button.disabled = false;
  }
  place.replaceChildren(shown);
}

async function open(button) {
  const call = found(await described(), button.dataset.trying);
  const form = copy('form-of-call');
  form.id = `try-${call.operationId}`;
  form.prepend(...call.parameters.map((each) => field(call, each)), ...bodyOf(call));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(call, form);
  });
  button.after(form);
  button.setAttribute('aria-controls', form.id);
  return form;
}

for (const each of document.querySelectorAll('[data-trying]')) each.hidden = false;
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('button[data-trying]');
  if (!button) return;
  const opens = button.getAttribute('aria-expanded') === 'false';
  button.setAttribute('aria-expanded', opens);
  const call = button.dataset.trying;
  if (!forms.has(call)) forms.set(call, open(button));
  let form;
  try {
    form = await forms.get(call);
  } catch {
    forms.delete(call);
    button.setAttribute('aria-expanded', false);
    return;
  }
  form.hidden = !opens;
  if (opens) form.querySelector('input, textarea, button').focus();
});
