/* Goed Vertrouwen: the little behaviour that htmx does not cover. Everything works without it. */
(() => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = text => {
    const status = document.getElementById('gv-status');
    if (!status) return;
    status.textContent = '';
    setTimeout(() => { status.textContent = text; }, 50);
  };
  const typing = element => /^(input|textarea|select)$/i.test(element.tagName) || element.isContentEditable;
  document.documentElement.classList.add('gv-js');

  /* The narrow filter bar and the navigation of small screens open by a button. */
  $('[data-filter]').forEach(button => button.addEventListener('click', () => {
    button.setAttribute('aria-expanded', button.closest('.gv-filter').classList.toggle('is-open'));
  }));
  $('[data-nav]').forEach(button => {
    const toggle = event => {
      event.preventDefault();
      button.setAttribute('aria-expanded', document.getElementById('nav').classList.toggle('is-open'));
    };
    button.addEventListener('click', toggle);
    button.addEventListener('keydown', event => { if (event.key === ' ') toggle(event); });
  });

  /* Menus close by Escape and by a click beside them. */
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    $('details.gv-menu[open]').forEach(menu => { menu.open = false; menu.querySelector('summary').focus(); });
  });
  document.addEventListener('click', event => {
    $('details.gv-menu[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* "/" goes to the search box, unless the person switched single-key shortcuts off (WCAG 2.1.4). */
  document.addEventListener('keydown', event => {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key !== '/' || !plain || typing(event.target) || document.body.dataset.shortcuts !== 'on') return;
    const search = document.getElementById('search');
    if (search) { event.preventDefault(); search.focus(); }
  });

  /* The error summary takes the focus when the page opens. */
  const focused = $('[data-focus]')[0];
  if (focused) focused.focus();

  /* A password field shows what is typed while its box is checked. */
  $('[data-shows]').forEach(box => box.addEventListener('change', () => {
    document.getElementById(box.dataset.shows).type = box.checked ? 'text' : 'password';
  }));

  /* A demonstration login fills the form. */
  $('[data-login]').forEach(button => button.addEventListener('click', () => {
    document.getElementById('id_username').value = button.dataset.login;
    document.getElementById('id_password').value = button.dataset.password;
    document.getElementById('id_password').form.requestSubmit();
  }));

  /* A form is sent once: a second click while the answer is under way does nothing. */
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  addEventListener('pageshow', () => $('form[data-sent]').forEach(form => { delete form.dataset.sent; }));

  /* Dialogs open by a button; a <dialog> closes by Escape and by its own form method="dialog". */
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-dialog]');
    if (button) { event.preventDefault(); document.getElementById(button.dataset.dialog).showModal(); }
  });

  /* Rows that are selected: count them. The style sheet shows what can be done as soon as there is one. */
  const boxes = form => $('tbody input[type=checkbox]', form);
  const count = form => {
    const rows = boxes(form), all = form.querySelector('[data-all]');
    const chosen = rows.filter(row => row.checked).length;
    form.querySelector('[data-selected]').textContent = chosen;
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  };
  document.addEventListener('change', event => {
    const form = event.target.closest('.gv-selection');
    if (!form) return;
    if ('all' in event.target.dataset) boxes(form).forEach(row => { row.checked = event.target.checked; });
    count(form);
  });
  document.addEventListener('reset', event => {
    if (event.target.matches('.gv-selection')) setTimeout(() => count(event.target));
  });
  addEventListener('pageshow', () => $('.gv-selection').forEach(count));

  /* Decisions on a destruction list: how many are still open; the words come from the page. */
  $('[data-decide]').forEach(form => form.addEventListener('change', () => {
    const groups = $('fieldset', form);
    const open = groups.filter(group => !group.querySelector(':checked')).length;
    groups.forEach(group => group.closest('tr')?.classList.toggle('gv-open', !group.querySelector(':checked')));
    $('[data-open-count]').forEach(place => { place.textContent = open; });
    if (form.dataset.decide) say(form.dataset.decide.replace('%d', open));
  }));
})();
