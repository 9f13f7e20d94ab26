/* The end of a session: whoever works stays logged in, whoever stopped is warned, and nothing typed is lost.
   What people type is personal data: it stays in the page and is never put in web storage. */
(() => {
  const { sessionLeft, sessionAlive, sessionSeconds, sessionWarning, person } = document.body.dataset;
  const RETRY_SECONDS = 10;
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

  /* Gives the state of the session, null when it ended (or is somebody else's), undefined when nobody answers.
     After a new login in another tab, the forms of this page carry that login's token. */
  const ask = async (address, method) => {
    const headers = { 'X-CSRFToken': token(), Accept: 'application/json' };
    const answer = await fetch(address, { method, headers }).catch(() => undefined);
    if (!answer || answer.status >= 500) return undefined;
    if (!answer.ok || answer.redirected) return null;
    const state = await answer.json();
    if (String(state.person) !== person) return null;
    renew(state.token);
    return state;
  };
  const wait = seconds => { clearTimeout(timer); timer = setTimeout(check, Math.max(seconds, 1) * 1000); };
  const ended = () => { show('ended'); if (!dialog.open) dialog.showModal(); };
  const stay = async () => {
    const state = await ask(sessionAlive, 'POST');
    if (state === null) { ended(); return; }
    if (!state) { wait(RETRY_SECONDS); return; }
    sent = Date.now();
    if (dialog.open) dialog.close();
    wait(state.seconds - sessionWarning);
  };
  const check = async () => {
    if (touched > sent) { await stay(); return; }
    const state = await ask(sessionLeft, 'GET');
    if (state === null) { ended(); return; }
    if (!state) { wait(RETRY_SECONDS); return; }
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
    const state = await ask(sessionLeft, 'GET');
    dialog.querySelector('[data-session-problem]').hidden = Boolean(state);
    if (state) { show('warning'); dialog.close(); touched = sent = Date.now(); wait(state.seconds - sessionWarning); }
  });
  document.body.addEventListener('htmx:responseError', event => { if (event.detail.xhr.status === 401) ended(); });
  wait(Number(sessionSeconds) - Number(sessionWarning));
})();
