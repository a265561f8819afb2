// The playground's page: asks, shows answers to this page alone, and follows
// the channel. All HTML comes from the playground itself, escaped there.
'use strict';

const main = document.getElementById('channel');
const log = document.getElementById('log');
const composer = document.getElementById('composer');
const text = document.getElementById('text');
const offers = document.getElementById('offers');
const told = document.getElementById('told');
const line = document.getElementById('line');
const next = document.getElementById('next');
const newer = document.getElementById('newer');

// ---- the two switches

function sync() {
  for (const r of document.querySelectorAll('.settings input:checked')) document.body.dataset[r.name] = r.value;
}
for (const r of document.querySelectorAll('.settings input')) {
  r.addEventListener('change', () => {
    const low = atEnd();
    sync();
    if (low) toEnd();
  });
}
sync();

// ---- showing messages

// scroller is what scrolls: the log, or on narrow screens the whole page.
function scroller() {
  return getComputedStyle(log).overflowY === 'visible' ? document.scrollingElement : log;
}

function atEnd() {
  const box = scroller();
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
}

function toEnd() {
  const box = scroller();
  box.scrollTop = box.scrollHeight;
  newer.hidden = true;
}

// show puts a message at the end, or in the place of another, and gives it. One that is
// there already stays as it was, unless it was changed.
function show(html, instead, changed = false) {
  const made = document.createElement('template');
  made.innerHTML = html;
  const article = made.content.querySelector('article');
  const there = article && document.getElementById(article.id);
  if (!article || there && !changed) return null;
  if (there) instead = there;
  // The page's policy forbids style attributes; a script may set a colour.
  for (const el of article.querySelectorAll('[data-accent]')) {
    if (el.dataset.accent) el.style.setProperty('--accent-bar', el.dataset.accent);
  }
  if (instead && instead.isConnected) instead.replaceWith(article);
  else log.append(article);
  return article;
}

// reveal scrolls an answer into view, its beginning first.
function reveal(article) {
  const room = scroller().clientHeight - (scroller() === log ? 0 : composer.offsetHeight);
  article.scrollIntoView({ block: article.offsetHeight > room - 40 ? 'start' : 'nearest' });
  newer.hidden = true;
}

function complain(sentence) {
  const p = document.createElement('p');
  p.className = 'fault';
  p.textContent = sentence;
  log.append(p);
  toEnd();
}

// ---- asking

async function post(path, values) {
  const body = new URLSearchParams({
    token: main.dataset.token,
    channel: main.dataset.channel,
    as: document.body.dataset.as,
    ...values,
  });
  return fetch(path, { method: 'POST', body });
}

// ask sends a question and shows its answer, in the place of `instead` if the
// answer says so or `always` does.
async function ask(values, { instead = null, always = false } = {}) {
  const wait = document.createElement('p');
  wait.className = 'wait';
  wait.textContent = main.dataset.answering;
  const slow = setTimeout(() => { log.append(wait); toEnd(); }, 400);
  try {
    const random = crypto.getRandomValues(new Uint32Array(4)).join('-');
    const response = await post('/ask', { request: random, ...values });
    const answer = await response.text();
    clearTimeout(slow);
    wait.remove();
    if (!response.ok) return complain(answer);
    const update = answer.includes('data-update');
    const replaced = instead && (always || update) ? instead : null;
    const article = show(answer, replaced);
    if (!article) return complain(main.dataset.noAnswer);
    const field = article.querySelector('[aria-invalid]') || article.querySelector('.field input, .field select');
    if (field) field.focus();
    else if (replaced) article.focus({ preventScroll: true });
    reveal(article);
  } catch {
    clearTimeout(slow);
    wait.remove();
    complain(main.dataset.away);
  }
}

composer.addEventListener('submit', (e) => {
  e.preventDefault();
  const typed = text.value.trim();
  close();
  text.focus();
  if (!typed) return;
  text.value = '';
  ask({ text: typed });
});

composer.querySelector('.shortcuts').addEventListener('click', (e) => {
  const button = e.target.closest('button');
  if (!button) return;
  if ('fill' in button.dataset) {
    text.value = button.dataset.text;
    text.focus();
    suggest();
  } else {
    ask({ text: button.dataset.text });
  }
});

log.addEventListener('click', (e) => {
  const button = e.target.closest('button');
  if (!button) return;
  const article = button.closest('article');
  if (button.dataset.call) {
    const menu = button.closest('details.menu');
    if (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
    ask({ call: button.dataset.call }, { instead: article.classList.contains('private') ? article : null });
  } else if ('cancel' in button.dataset) {
    article.remove();
    text.focus();
  }
});

log.addEventListener('submit', (e) => {
  e.preventDefault();
  ask(Object.fromEntries(new FormData(e.target)), { instead: e.target.closest('article'), always: true });
});

log.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  const menu = e.target.closest('details[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// ---- suggestions: the combobox pattern of the ARIA practices

let active = -1;
let asking = 0;

function close() {
  asking++;
  offers.hidden = true;
  offers.replaceChildren();
  active = -1;
  text.setAttribute('aria-expanded', 'false');
  text.removeAttribute('aria-activedescendant');
  told.textContent = '';
}

async function suggest() {
  const mine = ++asking;
  if (!text.value) return close();
  let found = [];
  try {
    const response = await post('/suggest', { text: text.value });
    if (response.ok) found = await response.json();
  } catch { /* suggestions are a convenience; asking tells what is wrong */ }
  if (mine !== asking) return;
  if (!found.length) return close();
  // The same again: what was chosen among them meanwhile stays chosen.
  const shown = [...offers.children].map((li) => li.dataset.text);
  if (!offers.hidden && shown.length === found.length && found.every((o, i) => o.text === shown[i])) return;
  active = -1;
  text.removeAttribute('aria-activedescendant');
  offers.replaceChildren(...found.map((o, i) => {
    const li = document.createElement('li');
    li.id = 'offer-' + i;
    li.role = 'option';
    li.ariaSelected = 'false';
    li.dataset.text = o.text;
    const label = document.createElement('span');
    label.textContent = o.label;
    const hint = document.createElement('small');
    hint.textContent = o.hint;
    li.append(label, ' ', hint);
    return li;
  }));
  offers.hidden = false;
  text.setAttribute('aria-expanded', 'true');
  told.textContent = main.dataset.found + ' ' + found.length;
}

function choose(i) {
  const all = [...offers.children];
  active = i;
  all.forEach((li, n) => { li.ariaSelected = String(n === i); });
  if (i < 0) return text.removeAttribute('aria-activedescendant');
  text.setAttribute('aria-activedescendant', all[i].id);
  all[i].scrollIntoView({ block: 'nearest' });
}

// take writes a suggestion; a whole one is asked at once if `send` is set.
function take(li, send) {
  text.value = li.dataset.text;
  text.focus();
  if (send && !/[ =]$/.test(text.value)) return composer.requestSubmit();
  if (!/[ =]$/.test(text.value)) text.value += ' ';
  suggest();
}

text.addEventListener('input', suggest);
text.addEventListener('blur', () => setTimeout(() => { if (document.activeElement !== text) close(); }, 150));
text.addEventListener('keydown', (e) => {
  const all = offers.children;
  if (e.isComposing || offers.hidden || !all.length) {
    if (e.key === 'ArrowDown' && text.value) suggest();
    return;
  }
  switch (e.key) {
    case 'ArrowDown': choose(active + 1 < all.length ? active + 1 : -1); break;
    case 'ArrowUp': choose(active >= 0 ? active - 1 : all.length - 1); break;
    case 'Escape': close(); break;
    case 'Enter': if (active < 0) return; take(all[active], true); break;
    case 'Tab': if (active < 0 || e.shiftKey) return; take(all[active], false); break;
    default: return;
  }
  e.preventDefault();
});
offers.addEventListener('pointerdown', (e) => e.preventDefault()); // keep the focus in the field
offers.addEventListener('click', (e) => {
  const li = e.target.closest('li');
  if (li) take(li, true);
});

// ---- the live channel

const live = new EventSource('/events?' + new URLSearchParams({ channel: main.dataset.channel, after: main.dataset.last }));
function state(name) {
  line.textContent = main.dataset[name];
  line.dataset.state = name;
}
live.addEventListener('open', () => state('live'));
live.addEventListener('error', () => state('again'));
live.addEventListener('post', (e) => {
  const low = atEnd();
  if (!show(JSON.parse(e.data))) return;
  if (low) toEnd();
  else newer.hidden = false;
});
live.addEventListener('change', (e) => show(JSON.parse(e.data), null, true));
live.addEventListener('gone', (e) => document.getElementById(JSON.parse(e.data))?.remove());
live.addEventListener('next', (e) => {
  next.textContent = JSON.parse(e.data);
  next.hidden = !next.textContent;
});
live.addEventListener('restart', (e) => {
  live.close();
  state('stopped');
  complain(JSON.parse(e.data));
});
newer.addEventListener('click', () => { toEnd(); log.focus(); });
document.addEventListener('scroll', () => { if (atEnd()) newer.hidden = true; }, { capture: true, passive: true });

for (const el of log.querySelectorAll('[data-accent]')) {
  if (el.dataset.accent) el.style.setProperty('--accent-bar', el.dataset.accent);
}
toEnd();
