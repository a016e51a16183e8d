"""What a watched walk looks for: writes into storage, shifts of the layout."""

from __future__ import annotations

# Runs before any script of ours.
SPY = """
  window.written = []; window.shift = 0; window.moved = [];
  const note = (what, value) => window.written.push([what, String(value).slice(0, 80)]);
  const watch = (kind, name, what) => {
    const real = kind?.prototype[name];
    if (real) kind.prototype[name] = function (...all) { note(what, all[0]); return real.apply(this, all); };
  };
  watch(window.Storage, 'setItem', 'storage');
  watch(window.IDBFactory, 'open', 'indexedDB');
  watch(window.CacheStorage, 'open', 'caches');
  watch(window.ServiceWorkerContainer, 'register', 'worker');
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(document, 'cookie', {
    get: cookie.get, set(value) { note('cookie', value); cookie.set.call(document, value); },
  });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) {
      if (each.hadRecentInput) continue;
      window.shift += each.value;
      const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
      const name = ({ node, previousRect, currentRect }) =>
        [node?.outerHTML?.slice(0, 60) ?? node?.nodeName, box(previousRect), box(currentRect)];
      const state = document.querySelector('[data-sitting]')?.dataset.sitting ?? location.pathname;
      window.moved.push([each.value, state, scrollY, ...each.sources.map(name)]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
"""
