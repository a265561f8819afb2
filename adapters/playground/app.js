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
const modal = document.getElementById('modal');
const inside = document.getElementById('inside');

// ---- the two switches, which stay as they are when the channel changes

const placeholder = text.placeholder;

function sync() {
  for (const r of document.querySelectorAll('.settings input:checked')) {
    document.body.dataset[r.name] = r.value;
    sessionStorage.setItem(r.name, r.value);
  }
  text.placeholder = inSlack() ? main.dataset.slack : placeholder;
  stops();
}
function inSlack() { return document.body.dataset.view === 'slack'; }

for (const r of document.querySelectorAll('.settings input')) {
  r.checked = (sessionStorage.getItem(r.name) ?? (r.defaultChecked ? r.value : '')) === r.value;
  r.addEventListener('change', () => {
    const low = atEnd();
    sync();
    if (low) toEnd();
    turn();
  });
}

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

// drawn reads a message that the playground drew; null if there is none.
function drawn(html) {
  const made = document.createElement('template');
  made.innerHTML = html;
  const article = made.content.querySelector('article');
  return article && ready(article);
}

// show puts a message at the end, or in the place of another, and gives it. One that is
// there already stays as it was, unless it was changed.
function show(article, instead, changed = false) {
  const there = article && document.getElementById(article.id);
  if (!article || there && !changed) return null;
  if (there) instead = there;
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

// ask sends a question and shows its answer: a form in front of the channel, a message in
// the place of `instead` if the answer says so, and everything in front where `front` is.
async function ask(values, { instead = null, front = false } = {}) {
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
    const article = drawn(answer);
    if (!article) return complain(main.dataset.noAnswer);
    if (front || article.querySelector('form.panel')) return bring(article, { instead, front });
    if (modal.open) modal.close();
    const replaced = 'update' in article.dataset && instead && instead.isConnected;
    if (!show(article, replaced ? instead : null)) return complain(main.dataset.noAnswer);
    if (replaced) article.focus({ preventScroll: true });
    reveal(article);
  } catch {
    clearTimeout(slow);
    wait.remove();
    complain(main.dataset.away);
  }
}

// ---- what stands in front of the channel: forms, and what Slack's Home opens

let behind = {}; // where the answer to what stands in front goes

function bring(article, where) {
  behind = where;
  inside.replaceChildren(article);
  const title = article.querySelector('h3');
  if (title) {
    title.id ||= article.id + '-title';
    modal.setAttribute('aria-labelledby', title.id);
  } else modal.removeAttribute('aria-labelledby');
  if (!modal.open) modal.showModal();
  const field = article.querySelector('[aria-invalid]') || article.querySelector('.field input, .field select');
  (field || article).focus();
}

modal.addEventListener('close', () => {
  inside.replaceChildren();
  if (behind.front) turn(); // what was done may have changed what Home shows
  behind = {};
});

modal.addEventListener('click', (e) => {
  const button = e.target.closest('button');
  if (e.target === modal || button && 'cancel' in button.dataset) modal.close();
  else if (button && button.dataset.call) ask({ call: button.dataset.call }, behind);
});

modal.addEventListener('submit', (e) => {
  e.preventDefault();
  const values = {};
  for (const [name, value] of new FormData(e.target)) { // checked boxes of one name are one value
    values[name] = name in values ? `${values[name]},${value}` : value;
  }
  ask(values, behind);
});

composer.addEventListener('submit', (e) => {
  e.preventDefault();
  const typed = text.value.trim();
  close();
  text.focus();
  if (!typed) return;
  text.value = '';
  if (said.at(-1) !== typed) said.push(typed);
  recalled = said.length;
  ask({ text: typed });
});

// said is what was asked on this page, which the arrow up brings back.
const said = [];
let recalled = 0;

function recall(step) {
  const to = recalled + step;
  if (to < 0 || to > said.length) return;
  recalled = to;
  text.value = said[to] ?? '';
}

// asTyped is a command as people type it where the page shows the channel.
function asTyped(line) { return inSlack() ? line.replace(/^\/(?!circle( |$))/, '/circle ') : line; }

// The commands are a toolbar: one stop for the tab key, arrows between them.
const bar = composer.querySelector('.shortcuts');
bar.addEventListener('click', (e) => {
  const button = e.target.closest('button');
  if (!button) return;
  const line = asTyped(button.dataset.text);
  if ('fill' in button.dataset) {
    text.value = line;
    text.focus();
    suggest();
  } else {
    ask({ text: line });
  }
});
bar.addEventListener('keydown', (e) => {
  const all = [...bar.children].filter((b) => b.offsetParent);
  const at = all.indexOf(e.target);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (e.key === 'Escape') text.focus();
  if (to === undefined || !all.length) return;
  e.preventDefault();
  all[(to + all.length) % all.length].focus();
});
bar.addEventListener('focusin', (e) => stops(e.target.closest('button')));

// stops makes one command the toolbar's stop: this one, or the first that can be seen.
function stops(chosen) {
  const all = [...bar.children].filter((b) => b.offsetParent);
  const stop = all.includes(chosen) ? chosen : all.find((b) => b.tabIndex === 0) ?? all[0];
  for (const b of bar.children) b.tabIndex = b === stop ? 0 : -1;
}

main.addEventListener('click', (e) => {
  const button = e.target.closest('[data-call], [data-at]');
  if (!button) return;
  if ('at' in button.dataset) return turn(button.dataset.at);
  const menu = button.closest('details.menu');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
  const article = button.closest('article.private');
  ask({ call: button.dataset.call }, { instead: article, front: !article && home !== null && home.contains(button) });
});

document.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  const menu = e.target.closest('details[open]');
  if (!menu) return;
  e.preventDefault(); // a dialog around it stays open
  menu.open = false;
  menu.querySelector('summary').focus();
});

// ---- Slack's Home

const home = document.getElementById('home');
const channelTitle = document.title;

// turn shows Home where the address says so and the page looks like Slack, and the channel
// otherwise. at names a page of Home.
async function turn(at = '') {
  if (!home) return;
  const shown = location.hash === '#home' && document.body.dataset.view !== 'discord';
  home.hidden = !shown;
  main.classList.toggle('at-home', shown);
  for (const a of document.querySelectorAll('.side nav a')) {
    const here = shown ? a.hash === '#home' : a.hash === '' && a.search === '?channel=' + main.dataset.channel;
    if (here) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  document.title = shown ? home.querySelector('h2').textContent : channelTitle;
  if (!shown) return;
  try {
    const response = await post('/home', { at });
    const html = await response.text();
    const board = document.getElementById('board');
    if (response.ok) board.innerHTML = html;
    else board.textContent = html;
    ready(board);
  } catch {
    complain(main.dataset.away);
  }
}
addEventListener('hashchange', () => turn().then(() => { if (home && !home.hidden) home.focus(); }));

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

// suggest offers what could follow; all commands where nothing is written yet and `all` is.
async function suggest(all = false) {
  const mine = ++asking;
  if (!text.value && all !== true) return close();
  let found = [];
  try {
    const response = await post('/suggest', { text: text.value || '/' });
    if (response.ok) found = await response.json();
  } catch { /* suggestions are a convenience; asking tells what is wrong */ }
  if (mine !== asking) return;
  found = found.map((o) => ({ ...o, text: asTyped(o.text), label: asTyped(o.label) }));
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

text.addEventListener('input', () => { recalled = said.length; suggest(); });
text.addEventListener('blur', () => setTimeout(() => { if (document.activeElement !== text) close(); }, 150));
text.addEventListener('keydown', (e) => {
  const all = offers.children;
  if (e.isComposing || offers.hidden || !all.length) {
    if (e.key === 'ArrowUp') recall(-1);
    else if (e.key === 'ArrowDown' && recalled < said.length) recall(1);
    else if (e.key === 'ArrowDown') suggest(true);
    else return;
    e.preventDefault();
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
  if (!show(drawn(JSON.parse(e.data)))) return;
  if (low) toEnd();
  else newer.hidden = false;
});
live.addEventListener('change', (e) => show(drawn(JSON.parse(e.data)), null, true));
live.addEventListener('gone', (e) => document.getElementById(JSON.parse(e.data))?.remove());
live.addEventListener('next', (e) => {
  next.innerHTML = JSON.parse(e.data);
  next.hidden = !next.textContent;
  localize(next);
});
live.addEventListener('restart', (e) => {
  live.close();
  state('stopped');
  complain(JSON.parse(e.data));
});
newer.addEventListener('click', () => { toEnd(); log.focus(); });
document.addEventListener('scroll', () => { if (atEnd()) newer.hidden = true; }, { capture: true, passive: true });

ready(document.body);
sync();
turn();
// The first visit begins with the welcome; later ones with what is new.
const visit = 'visited ' + main.dataset.channel;
if (sessionStorage.getItem(visit)) toEnd();
sessionStorage.setItem(visit, 'yes');
