/* mejora.js · progressive enhancement. No dependency, no build step.
   Every page works without it. It adds: one submit per click, autosave with
   conflict and offline states, session warning, live sums, character count. */
(function () {
  'use strict';
  var d = document, w = window, $$ = function (s, r) { return Array.prototype.slice.call((r || d).querySelectorAll(s)); };
  d.documentElement.classList.add('js');

  /* Words come from the page, in its language: data-* of this script's tag. */
  var palabras = (d.currentScript || d.querySelector('script[data-guardando]') || d.documentElement).dataset;
  function dice(clave, valor) { return (palabras[clave] || '').replace('{0}', valor); }

  /* 1. One submit per click. The server still deduplicates by the hidden "envio" id. */
  function libera() { $$('[data-enviando]').forEach(function (f) { f.removeAttribute('data-enviando'); }); $$('[aria-busy=true].boton').forEach(function (b) { b.removeAttribute('aria-busy'); }); }
  d.addEventListener('submit', function (e) {
    var f = e.target, b = e.submitter;
    if (f.hasAttribute('data-enviando')) { e.preventDefault(); return; }
    f.setAttribute('data-enviando', '');
    if (b && b.classList.contains('boton')) b.setAttribute('aria-busy', 'true');
    f.sucio = false;
    setTimeout(libera, 20000);
  });
  w.addEventListener('pageshow', function (e) { if (e.persisted) libera(); });

  /* 2. Autosave: 2 s after the last change. 200 saved · 409 other tab · 401 session · else retry. */
  $$('form[data-guardar]').forEach(function (f) {
    var est = d.querySelector('[data-estado]'), t, espera = 5, en = false;
    function di(clase, txt) { if (est) { est.className = 'guardado ' + clase; est.textContent = txt; } }
    function guarda() {
      if (!f.sucio || en) return;
      en = true; f.sucio = false; di('pend', dice('guardando'));
      fetch(f.dataset.guardar, { method: 'POST', body: new URLSearchParams(new FormData(f)), headers: { 'X-Autoguardado': '1' }, credentials: 'same-origin' })
        .then(function (r) {
          if (r.status === 409) { di('falla', dice('otra')); return; }
          if (r.status === 401) { f.sucio = true; di('falla', dice('termino')); return; }
          if (!r.ok) throw 0;
          return r.json().then(function (j) { espera = 5; if (f.version) f.version.value = j.version; if (!f.sucio) di('', dice('guardado', j.hora)); });
        })
        .catch(function () { f.sucio = true; di('falla', dice('sinConexion', espera)); clearTimeout(t); t = setTimeout(guarda, espera * 1000); espera = Math.min(espera * 2, 60); })
        .then(function () { en = false; });
    }
    f.addEventListener('input', function () { f.sucio = true; clearTimeout(t); t = setTimeout(guarda, 2000); });
    w.addEventListener('online', guarda);
    w.addEventListener('beforeunload', function (e) { if (f.sucio) { e.preventDefault(); e.returnValue = ''; } });
  });

  /* 3. Live sums. data-monto="key" on an input (or data-valor on a row), data-total="key key" on the output. */
  function num(v) { var n = parseFloat(String(v).replace(/[$\s,]/g, '')); return isNaN(n) ? 0 : n; }
  function suma() {
    var m = {};
    $$('[data-monto]').forEach(function (e) { m[e.dataset.monto] = (m[e.dataset.monto] || 0) + num('valor' in e.dataset ? e.dataset.valor : e.value); });
    $$('[data-total]').forEach(function (o) {
      var s = o.dataset.total.split(' ').reduce(function (a, k) { return a + (m[k] || 0); }, 0);
      o.textContent = (o.dataset.signo || '') + Math.round(s).toLocaleString('es-MX');
    });
  }
  if (d.querySelector('[data-total]')) {
    d.addEventListener('input', function (e) { if (e.target.dataset && e.target.dataset.monto) suma(); });
    d.addEventListener('focusout', function (e) { var x = e.target; if (x.dataset && x.dataset.monto && x.value.trim() !== '' && /^[\d\s,.$]+$/.test(x.value)) x.value = num(x.value).toLocaleString('es-MX'); });
  }

  /* 4. Character count, announced once near the limit, not on every key. */
  $$('textarea[data-max]').forEach(function (x) {
    var o = d.createElement('span'), max = +x.dataset.max; o.className = 'ayuda'; o.setAttribute('role', 'status'); x.after(o);
    x.addEventListener('input', function () { var q = max - x.value.length; o.textContent = q < max * .2 ? (q < 0 ? dice('sobran', -q) : dice('quedan', q)) : ''; });
  });

  /* 5. Session: <html data-sesion="900"> seconds. Warn 2 minutes before, one tap extends it. */
  var seg = +d.documentElement.dataset.sesion, dlg = d.getElementById('sesion');
  if (seg && dlg && dlg.showModal) {
    var reloj, arma = function () { clearTimeout(reloj); reloj = setTimeout(function () { dlg.showModal(); }, (seg - 120) * 1000); };
    dlg.addEventListener('close', function () { fetch('/sesion', { method: 'POST', credentials: 'same-origin' }).then(arma, arma); });
    arma();
  }

  /* 6. A password can be looked at before it is sent; managers and paste keep working. */
  $$('input[type=password]').forEach(function (x) {
    var b = d.createElement('button');
    b.type = 'button'; b.className = 'liga ver'; b.textContent = dice('mostrar'); b.setAttribute('aria-controls', x.id); b.setAttribute('aria-pressed', 'false');
    b.addEventListener('click', function () {
      var oculta = x.type === 'password';
      x.type = oculta ? 'text' : 'password'; b.textContent = dice(oculta ? 'ocultar' : 'mostrar'); b.setAttribute('aria-pressed', String(oculta));
    });
    x.after(b);
    if (x.form) x.form.addEventListener('submit', function () { x.type = 'password'; });
  });

  /* 7. What was done, or what is wrong, is read out first and keeps the keyboard near it. */
  var aviso = d.querySelector('.resumen-errores, .hecho');
  if (aviso) aviso.focus();

  /* 8. Print buttons. */
  $$('[data-imprime]').forEach(function (b) { b.addEventListener('click', function () { w.print(); }); });
})();
