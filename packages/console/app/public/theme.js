/* Before the first paint: whoever chose dark must not be blinded by a white flash. */
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem('countersign.theme'); } catch (_) { /* Storage is off: as the system says. */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
