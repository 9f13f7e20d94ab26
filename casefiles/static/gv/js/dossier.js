/* Who prints a page of a dossier is in the access log (NEN 7513). */
(() => {
  const page = document.querySelector('[data-printed]');
  const token = document.querySelector('[name=csrfmiddlewaretoken]');
  if (!page || !token) return;
  addEventListener('beforeprint', () => {
    fetch(page.dataset.printed, { method: 'POST', keepalive: true, headers: { 'X-CSRFToken': token.value } });
  });
})();

/* The BSN: asked for in a dialog, and gone again after its seconds or when the window loses the focus. */
(() => {
  const place = document.getElementById('bsn');
  const dialog = document.getElementById('reveal');
  document.querySelectorAll('[data-closes]').forEach(button => {
    button.addEventListener('click', () => document.getElementById(button.dataset.closes).close());
  });
  if (!place || !dialog) return;
  const masked = place.innerHTML;
  let timer;
  const hide = () => { clearTimeout(timer); if (place.querySelector('[data-revealed]')) place.innerHTML = masked; };
  document.body.addEventListener('htmx:afterSwap', event => {
    const shown = event.target.id === 'bsn' && place.querySelector('[data-revealed]');
    if (!shown) return;
    dialog.querySelector('form').reset();
    dialog.close();
    clearTimeout(timer);
    timer = setTimeout(hide, Number(shown.dataset.revealed) * 1000);
  });
  addEventListener('blur', hide);
})();
