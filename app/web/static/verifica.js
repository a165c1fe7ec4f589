/* verifica.js · the check page without sending the file: its SHA-256 is computed
   here, and only that is asked for. Without script, or without a secure context,
   the form sends the file instead. */
(function () {
  'use strict';
  var f = document.querySelector('form[data-huella]'), s = window.crypto && window.crypto.subtle;
  if (!f || !s) return;
  var a = f.elements.archivo, partes = Array.prototype.slice.call(f.querySelectorAll('[data-solo-huella]'));
  partes.forEach(function (e) { e.hidden = false; });
  partes[0].addEventListener('click', function () {
    var x = a.files[0];
    if (!x) { f.requestSubmit(); return; }
    partes[0].setAttribute('aria-busy', 'true');
    x.arrayBuffer().then(function (b) { return s.digest('SHA-256', b); }).then(function (h) {
      var hex = Array.prototype.map.call(new Uint8Array(h), function (n) { return ('0' + n.toString(16)).slice(-2); }).join('');
      location.assign('/verificar?q=' + hex);
    }).catch(function () { partes[0].removeAttribute('aria-busy'); f.requestSubmit(); });
  });
})();
