/* Files by drag and drop, one request a file with its own progress. Without this file it is an ordinary form. */
(() => {
  const form = document.querySelector('form[data-upload]');
  if (!form) return;
  const input = form.querySelector('input[type=file]');
  const list = form.querySelector('[data-progress]');
  const drop = form.querySelector('[data-drop]');

  const line = file => {
    const row = document.createElement('li');
    const body = document.createElement('span');
    const name = document.createElement('span');
    const state = document.createElement('small');
    const bar = document.createElement('progress');
    body.className = 'gv-list__body';
    name.textContent = file.name;
    bar.max = 1;
    bar.setAttribute('aria-label', file.name);
    body.append(name, bar, state);
    row.append(body);
    list.append(row);
    return { bar, say: text => { state.textContent = text; } };
  };

  const answer = request => {
    try { return JSON.parse(request.responseText); } catch { return { message: form.dataset.failed }; }
  };

  const send = file => new Promise(done => {
    const shown = line(file);
    if (file.size > Number(form.dataset.limit)) { shown.say(form.dataset.tooLarge); done(null); return; }
    const body = new FormData(form);
    body.delete(input.name); // last: the server reads the other fields before the file
    body.append(input.name, file);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', event => { shown.bar.value = event.loaded / event.total; });
    request.addEventListener('load', () => {
      const arrived = request.status === 200, said = answer(request);
      shown.say(arrived ? form.dataset.done : said.message);
      done(arrived ? said.next ?? location.href : null);
    });
    request.addEventListener('error', () => { shown.say(form.dataset.failed); done(null); });
    shown.say(form.dataset.busy);
    request.send(body);
  });

  const sendAll = async files => {
    const button = form.querySelector('[type=submit]');
    button.disabled = true; // what is on its way is not sent twice
    list.replaceChildren();
    const next = [];
    for (const file of files) next.push(await send(file));
    input.value = '';
    button.disabled = false;
    if (next.length && next.every(Boolean)) location.assign(next[0]);
  };

  form.addEventListener('submit', event => {
    if (!input.files.length) return;
    event.preventDefault();
    sendAll([...input.files]);
  });
  if (!drop) return;
  ['dragenter', 'dragover'].forEach(name => drop.addEventListener(name, event => {
    event.preventDefault();
    drop.classList.add('is-over');
  }));
  ['dragleave', 'drop'].forEach(name => drop.addEventListener(name, () => drop.classList.remove('is-over')));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    sendAll([...event.dataTransfer.files]);
  });
})();
