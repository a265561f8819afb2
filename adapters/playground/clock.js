// Makes what the playground drew fit for this visitor.
'use strict';

// clockOf is how the visitor's locale writes a moment. Where the words around it are in
// another language, only the hours follow the locale.
function clockOf(el) {
  const lang = el.closest('[lang]').lang;
  const shows = {
    clock: { hour: 'numeric', minute: '2-digit' },
    seconds: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
    date: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  }[el.dataset.shows];
  const locale = navigator.languages.find((l) => new Intl.Locale(l).language === new Intl.Locale(lang).language);
  const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: 'numeric' }).resolvedOptions();
  return new Intl.DateTimeFormat(locale ?? lang, { ...shows, hourCycle });
}

function localize(root) {
  for (const el of root.querySelectorAll('time[data-shows]')) {
    el.textContent = clockOf(el).format(new Date(el.dateTime)).replace(/[\u202f\u00a0]/g, ' ');
  }
}

// ready makes what the playground drew fit for this visitor: moments by their clock, and
// colours, which only a script may set, since the page's policy forbids style attributes.
function ready(root) {
  localize(root);
  for (const el of root.querySelectorAll('[data-accent]')) {
    if (el.dataset.accent) el.style.setProperty('--accent-bar', el.dataset.accent);
  }
  return root;
}
