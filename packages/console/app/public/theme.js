/* Before the first paint: whoever chose dark must not be blinded by a white flash. */
(function () {
  var chosen = null, density = null;
  try { chosen = localStorage.getItem('countersign.theme'); density = localStorage.getItem('countersign.density'); } catch (_) { /* Storage is off: as the system says. */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  if (density === 'compact') document.documentElement.setAttribute('data-density', 'compact');
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
