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

  /* 1. One submit per click. The server still deduplicates by the hidden "envio" id.
     A submit waits for the autosave under way, so that it carries its version. */
  function libera() { $$('[data-enviando]').forEach(function (f) { f.removeAttribute('data-enviando'); }); $$('[aria-busy=true].boton').forEach(function (b) { b.removeAttribute('aria-busy'); }); }
  d.addEventListener('submit', function (e) {
    var f = e.target, b = e.submitter;
    if (f.hasAttribute('data-enviando')) { e.preventDefault(); return; }
    if (b && b.classList.contains('boton')) b.setAttribute('aria-busy', 'true');
    if (f.enCurso) { e.preventDefault(); f.despues = b; return; }
    f.setAttribute('data-enviando', '');
    f.sucio = false;
    setTimeout(libera, 20000);
  });
  w.addEventListener('pageshow', function (e) { if (e.persisted) libera(); });

  /* 2. Autosave: 2 s after the last change. 200 saved · 409 other tab · 401 session · else retry. */
  var arma = function () {};
  $$('form[data-guardar]').forEach(function (f) {
    var est = d.querySelector('[data-estado]'), otra = d.querySelector('[data-reintenta]'), x = f.elements, t, espera = 5;
    var js = d.createElement('input'); js.type = 'hidden'; js.name = 'js'; js.value = '1'; f.append(js);
    function di(clase, txt, boton) { if (est) { est.className = 'guardado ' + clase; est.textContent = txt; } if (otra) otra.hidden = !boton; }
    function guarda() {
      if (!f.sucio || f.enCurso) return;
      f.enCurso = true; f.sucio = false; clearTimeout(t); di('pend', dice('guardando'));
      fetch(f.dataset.guardar, { method: 'POST', body: new URLSearchParams(new FormData(f)), headers: { 'X-Autoguardado': '1' }, credentials: 'same-origin' })
        .then(function (r) {
          if (r.status === 409 || r.status === 410) { di('falla', dice('otra')); return; }
          if (r.status === 401) { f.sucio = true; di('falla', dice('termino'), true); return; }
          if (!r.ok) throw 0;
          return r.json().then(function (j) {
            espera = 5; x.version.value = j.version; x.base.value = j.base; arma();
            if (j.ruta && j.ruta !== f.dataset.guardar) { f.action = f.dataset.guardar = j.ruta; history.replaceState(null, '', j.ruta); }
            if (!f.sucio) di('', dice('guardado', j.hora));
          });
        })
        .catch(function () { f.sucio = true; di('falla', dice('sinConexion', espera), true); t = setTimeout(guarda, espera * 1000); espera = Math.min(espera * 2, 60); })
        .then(function () { f.enCurso = false; if (f.despues !== undefined) { var b = f.despues; delete f.despues; f.requestSubmit(b); } });
    }
    f.addEventListener('input', function () { f.sucio = true; clearTimeout(t); t = setTimeout(guarda, 2000); });
    if (otra) otra.addEventListener('click', guarda);
    w.addEventListener('online', guarda);
    w.addEventListener('focus', guarda);
    w.addEventListener('beforeunload', function (e) { if (f.sucio) { e.preventDefault(); e.returnValue = ''; } });
  });

  /* 3. Live sums and separators. data-monto="key" on an input, data-total="key key" on the output. */
  function num(v) { var n = parseFloat(String(v).replace(/[$\s,]/g, '')); return isNaN(n) ? 0 : n; }
  function suma() {
    var m = {};
    $$('[data-monto]').forEach(function (e) { if (!e.closest('[hidden]')) m[e.dataset.monto] = (m[e.dataset.monto] || 0) + num(e.value); });
    $$('[data-total]').forEach(function (o) {
      var s = o.dataset.total.split(' ').reduce(function (a, k) { return a + (m[k] || 0); }, 0);
      o.textContent = (o.dataset.signo || '') + Math.round(s).toLocaleString('es-MX');
    });
  }
  d.addEventListener('focusout', function (e) { var x = e.target; if (x.dataset && ('monto' in x.dataset || 'separa' in x.dataset) && /^[\d\s,$]+$/.test(x.value) && x.value.trim()) x.value = num(x.value).toLocaleString('es-MX'); });

  /* 3b. Questions that depend on answers of this page: data-when holds the condition. */
  function dicho(p) {
    return $$('[name="' + p + '"]').filter(function (e) { return !e.closest('[hidden]') && (!/radio|checkbox/.test(e.type) || e.checked); })
      .map(function (e) { return e.value; }).filter(Boolean);
  }
  function vale(c) {
    if (c.c) return c.o === 'all' ? c.c.every(vale) : c.o === 'any' ? c.c.some(vale) : !vale(c.c[0]);
    var v = dicho(c.p), es = function (x) { return (c.v || []).indexOf(x) >= 0; };
    if (c.o === 'stranger') return v.some(function (x) { x = x.toUpperCase().replace(/[^A-ZÑ&\d]/g, ''); return /^[A-ZÑ&]{4}\d{6}[A-Z\d]{3}$/.test(x) && !es(x); });
    return c.o === 'is' ? v.some(es) : c.o === 'only' ? v.length > 0 && v.every(es) : !v.length;
  }
  var cuando = $$('[data-when]');
  function muestra() {
    for (var n = 0, otra = true; otra && n < 6; n++) {
      otra = false;
      cuando.forEach(function (e) { var oculto = !vale(e.si = e.si || JSON.parse(e.dataset.when)); if (e.hidden !== oculto) { e.hidden = oculto; otra = true; } });
    }
  }
  /* 3c. Municipalities of a state, and the like, without asking for the page again. */
  function opciones(s, de) {
    s.length = 1;
    if (de) fetch('/catalogos/' + s.dataset.from + '/' + encodeURIComponent(de), { credentials: 'same-origin' }).then(function (r) { return r.json(); })
      .then(function (l) { s.length = 1; s[0].textContent = s.dataset.elige; l.forEach(function (o) { s.add(new Option(o[1], o[0])); }); }, function () {});
  }
  muestra();
  d.addEventListener('input', function (e) {
    var x = e.target;
    $$('select[data-by="' + x.name + '"]').forEach(function (s) { opciones(s, x.value); });
    if (/\.moneda$/.test(x.name)) { var u = x.closest('.campo').querySelector('.monto span:last-child'); u.textContent = x.value || 'MXN'; }
    if (cuando.length) muestra();
    if (d.querySelector('[data-total]')) suma();
  });

  /* 4. Character count, announced once near the limit, not on every key. */
  $$('textarea[data-max]').forEach(function (x) {
    var o = d.createElement('span'), max = +x.dataset.max; o.className = 'ayuda'; o.setAttribute('role', 'status'); x.after(o);
    x.addEventListener('input', function () { var q = max - x.value.length; o.textContent = q < max * .2 ? (q < 0 ? dice('sobran', -q) : dice('quedan', q)) : ''; });
  });

  /* 5. Session: <html data-sesion="900"> seconds. Warn 2 minutes before, one tap extends it. */
  var seg = +d.documentElement.dataset.sesion, dlg = d.getElementById('sesion');
  if (seg && dlg && dlg.showModal) {
    var reloj; arma = function () { clearTimeout(reloj); reloj = setTimeout(function () { dlg.showModal(); }, (seg - 120) * 1000); };
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
  if (aviso) aviso.focus({ preventScroll: !!location.hash });

  /* 8. Print buttons. */
  $$('[data-imprime]').forEach(function (b) { b.addEventListener('click', function () { w.print(); }); });
})();
