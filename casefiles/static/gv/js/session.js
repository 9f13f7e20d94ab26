/* The end of a session: whoever works stays logged in, whoever stopped is warned, and nothing typed is lost.
   What people type is personal data: it stays in the page and is never put in web storage. */
(() => {
  const { sessionLeft, sessionAlive, sessionSeconds, sessionWarning, person } = document.body.dataset;
  const dialog = document.getElementById('session-warning');
  if (!dialog) return;
  const show = state => dialog.querySelectorAll('[data-session-state]').forEach(part => {
    part.hidden = part.dataset.sessionState !== state;
  });
  const token = () => document.querySelector('input[name=csrfmiddlewaretoken]')?.value ?? '';
  const renew = value => document.querySelectorAll('input[name=csrfmiddlewaretoken]').forEach(input => { input.value = value; });
  let touched = Date.now();
  let sent = Date.now();
  let timer = 0;

  /* After a new login in another tab, the forms of this page carry that login's token. */
  const ask = async (address, method) => {
    const answer = await fetch(address, { method, headers: { 'X-CSRFToken': token(), Accept: 'application/json' } });
    if (!answer.ok || answer.redirected) return null;
    const state = await answer.json();
    if (String(state.person) !== person) return null;
    renew(state.token);
    return state;
  };
  const wait = seconds => { clearTimeout(timer); timer = setTimeout(check, Math.max(seconds, 1) * 1000); };
  const ended = () => { show('ended'); if (!dialog.open) dialog.showModal(); };
  const stay = async () => {
    const state = await ask(sessionAlive, 'POST').catch(() => null);
    if (!state) { ended(); return; }
    sent = Date.now();
    if (dialog.open) dialog.close();
    wait(state.seconds - sessionWarning);
  };
  const check = async () => {
    if (touched > sent) { await stay(); return; }
    const state = await ask(sessionLeft, 'GET').catch(() => null);
    if (!state) { ended(); return; }
    if (state.seconds > Number(sessionWarning)) { if (dialog.open) dialog.close(); wait(state.seconds - sessionWarning); return; }
    show('warning');
    if (!dialog.open) dialog.showModal();
    wait(Math.min(state.seconds + 1, 20));
  };
  ['keydown', 'pointerdown', 'input'].forEach(kind => addEventListener(kind, () => {
    if (dialog.open) return;
    touched = Date.now();
    if (touched - sent > Number(sessionSeconds) * 1000 / 5) stay();
  }, { passive: true }));
  dialog.querySelector('[data-session-stay]').addEventListener('click', stay);
  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    if (!dialog.querySelector('[data-session-state=warning]').hidden) stay();
  });
  dialog.querySelector('[data-session-back]').addEventListener('click', async () => {
    const state = await ask(sessionLeft, 'GET').catch(() => null);
    dialog.querySelector('[data-session-problem]').hidden = Boolean(state);
    if (state) { show('warning'); dialog.close(); touched = sent = Date.now(); wait(state.seconds - sessionWarning); }
  });
  wait(Number(sessionSeconds) - Number(sessionWarning));
})();
