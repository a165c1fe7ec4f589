/* efirma.js · signing with the official's e.firma, in the browser.
   The key file and its password never leave the page: no request carries them, the
   key is imported so that no script can read it again, and what held it is wiped.
   No dependency, no build step. Exported for tests: everything above "The page". */

/* 1. DER. Definite lengths only; whatever is not exactly that is an error. */
const fail = code => { throw Object.assign(new Error(code), { code }); };
const hex = b => Array.from(b, x => x.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

export function node(b, at = 0) {
  let p = at + 2, n = b[at + 1];
  if (n === undefined) fail('der');
  if (n > 127) {
    let k = n & 127;
    if (k < 1 || k > 3 || b[p] === 0) fail('der');
    for (n = 0; k; k--) n = n * 256 + b[p++];
    if (!(n > 127)) fail('der');
  }
  if (!(p + n <= b.length)) fail('der');
  return { tag: b[at], in: b.subarray(p, p + n), all: b.subarray(at, p + n), next: p + n };
}
export function kids(x) {
  const out = [];
  for (let at = 0; at < x.in.length;) { const k = node(x.in, at); out.push(k); at = k.next; }
  return out;
}
const whole = b => { const x = node(b); if (x.next !== b.length) fail('der'); return x; };
const must = (x, tag) => (x && x.tag === tag ? x : fail('der'));
const seq = x => kids(must(x, 0x30));
const oid = x => hex(must(x, 6).in);
const int = x => must(x, 2).in.reduce((a, c) => a * 256 + c, 0);

/* 2. Triple DES, since WebCrypto has none and the tax authority uses it. Decrypting
   only. Tables of FIPS 46-3, counted from 0; bit by bit is fast enough for a key. */
const P = [15,6,19,20,28,11,27,16,0,14,22,25,4,17,30,9,1,7,23,13,31,26,2,8,18,12,29,5,21,10,3,24];
const PC1 = [56,48,40,32,24,16,8,0,57,49,41,33,25,17,9,1,58,50,42,34,26,18,10,2,59,51,43,35,62,54,46,38,30,22,14,6,61,53,45,37,29,21,13,5,60,52,44,36,28,20,12,4,27,19,11,3];
const PC2 = [13,16,10,23,0,4,2,27,14,5,20,9,22,18,11,3,25,7,15,6,26,19,12,1,40,51,30,36,46,54,29,39,50,44,32,47,43,48,38,55,33,52,45,41,49,35,28,31];
const IP = Array.from({ length: 64 }, (_, i) => (i < 32 ? 57 : 48) + 2 * (i >> 3) - 8 * (i & 7));
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
const S = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b'
].map(x => Array.from(x, c => parseInt(c, 16)));

const bits = b => Array.from({ length: 8 * b.length }, (_, i) => b[i >> 3] >> (7 - (i & 7)) & 1);
function schedule(key, back) {
  const k = bits(key);
  let c = PC1.slice(0, 28).map(i => k[i]), d = PC1.slice(28).map(i => k[i]);
  const rounds = SHIFTS.map(n => {
    c = c.slice(n).concat(c.slice(0, n)); d = d.slice(n).concat(d.slice(0, n));
    const cd = c.concat(d);
    return PC2.map(i => cd[i]);
  });
  return back ? rounds.reverse() : rounds;
}
function des(rounds, block) {
  const x = IP.map(i => block[i]);
  let l = x.slice(0, 32), r = x.slice(32);
  for (const k of rounds) {
    const f = [];
    for (let s = 0; s < 8; s++) {
      const at = j => r[(4 * s + j + 31) % 32] ^ k[6 * s + j];
      const v = S[s][32 * at(0) + 16 * at(5) + 8 * at(1) + 4 * at(2) + 2 * at(3) + at(4)];
      f.push(v >> 3 & 1, v >> 2 & 1, v >> 1 & 1, v & 1);
    }
    const old = l;
    l = r; r = P.map((p, i) => f[p] ^ old[i]);
  }
  const end = r.concat(l), out = [];
  IP.forEach((to, i) => { out[to] = end[i]; });
  return out;
}
/* Gives what was encrypted without its padding, or null where there is no padding. */
export function des3(key, iv, data) {
  if (!data.length || data.length % 8 || iv.length !== 8) return null;
  const three = [schedule(key.subarray(16), true), schedule(key.subarray(8, 16), false), schedule(key.subarray(0, 8), true)];
  const out = new Uint8Array(data.length);
  let before = iv;
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8);
    three.reduce((x, k) => des(k, x), bits(block)).forEach((bit, i) => { out[at + (i >> 3)] |= bit << (7 - (i & 7)); });
    for (let i = 0; i < 8; i++) out[at + i] ^= before[i];
    before = block;
  }
  const n = out[out.length - 1];
  const padded = n > 0 && n < 9 && out.subarray(out.length - n).every(x => x === n);
  if (!padded) out.fill(0);
  return padded ? out.slice(0, out.length - n) : null;
}

/* 3. The key file: PKCS #8 under PBES2 (RFC 8018). */
const PBES2 = '2a864886f70d01050d', PBKDF2 = '2a864886f70d01050c', RSA = '2a864886f70d010101';
const PRFS = { '2a864886f70d0207': 'SHA-1', '2a864886f70d0209': 'SHA-256', '2a864886f70d020a': 'SHA-384', '2a864886f70d020b': 'SHA-512' };
const CIPHERS = { '2a864886f70d0307': 0, '608648016503040102': 16, '608648016503040116': 24, '60864801650304012a': 32 };
const MAX_ROUNDS = 5e6;

/* What a key file says of how it is encrypted. */
export function lock(file) {
  let outer;
  try { outer = seq(whole(file)); } catch (e) { fail('llave'); }
  if (outer[0] && outer[0].tag === 2) fail('llave'); /* a key without a password, or none at all */
  try {
    const [scheme, params] = seq(outer[0]), kind = oid(scheme);
    if (/^2a864886f70d0105(01|03|04|06|0a|0b)$|^2a864886f70d010c01/.test(kind)) fail('vieja');
    if (kind !== PBES2) fail('llave');
    const [kdf, cipher] = seq(params), [kdfKind, kdfParams] = seq(kdf), [cipherKind, iv] = seq(cipher);
    const [salt, rounds, ...rest] = seq(kdfParams), prf = rest.find(x => x.tag === 0x30);
    const size = CIPHERS[oid(cipherKind)], hash = prf ? PRFS[oid(seq(prf)[0])] : 'SHA-1';
    if (oid(kdfKind) !== PBKDF2 || size === undefined || !hash || !(int(rounds) >= 1 && int(rounds) <= MAX_ROUNDS)) fail('cifrado');
    return { salt: must(salt, 4).in, rounds: int(rounds), hash, size, iv: must(iv, 4).in, data: must(outer[1], 4).in };
  } catch (e) { fail(e.code === 'der' ? 'llave' : e.code); }
}

async function decrypt(l, password) {
  const base = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const key = new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: l.hash, salt: l.salt, iterations: l.rounds }, base, 8 * (l.size || 24)));
  try {
    if (!l.size) return des3(key, l.iv, l.data);
    let aes;
    try { aes = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt']); } catch (e) { fail('cifrado'); } /* some browsers have no AES-192 */
    try { return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: l.iv }, aes, l.data)); } catch (e) { return null; }
  } finally { key.fill(0); }
}

/* The password as bytes: UTF-8 and then, for keys made by older programs, Latin-1. */
export function spellings(text) {
  const out = [new TextEncoder().encode(text)];
  if (/[\x80-\xff]/.test(text) && /^[\0-\xff]*$/.test(text)) out.push(Uint8Array.from(text, c => c.charCodeAt(0)));
  return out;
}

/* Opens a key file. The key that it gives signs and cannot be read again. */
export async function openKey(file, password) {
  const l = lock(file);
  if (!password) fail('sinclave');
  for (const typed of spellings(password)) {
    const der = await decrypt(l, typed);
    typed.fill(0);
    if (!der) continue;
    try {
      const [version, kind] = seq(whole(der));
      if (int(version) !== 0 || oid(seq(kind)[0]) !== RSA) fail('der');
      return await crypto.subtle.importKey('pkcs8', der, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
    } catch (e) { /* a wrong password that happened to end in padding */ } finally { der.fill(0); }
  }
  fail('clave');
}

/* 4. The certificate: whose it is, until when, and its public key. */
const NAMES = { '550403': 'common', '550429': 'name', '55042d': 'rfc', '55040b': 'unit' };
function text(x) {
  if (x.tag === 0x1e) return Array.from({ length: x.in.length >> 1 }, (_, i) => String.fromCharCode(x.in[2 * i] << 8 | x.in[2 * i + 1])).join('');
  return new TextDecoder(x.tag === 0x0c ? 'utf-8' : 'latin1').decode(x.in);
}
function time(x) {
  const s = text(x).replace(/^(?=\d{12}Z)/, x.in[0] < 53 ? '20' : '19'), m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(s);
  return m ? new Date(Date.UTC(m[1], m[2] - 1, m[3], m[4], m[5], m[6])) : fail('der');
}
export function readCertificate(file) {
  try {
    const tbs = seq(seq(whole(file))[0]);
    if (tbs[0].tag === 0xa0) tbs.shift();
    const [, , , validity, subject, spki] = tbs, who = {};
    for (const set of seq(subject)) for (const pair of kids(must(set, 0x31))) {
      const [type, value] = seq(pair), name = NAMES[oid(type)];
      if (name) who[name] = text(value).trim();
    }
    const [begin, end] = seq(validity).map(time);
    return { file, name: who.name || who.common || '', rfc: who.rfc || '', unit: who.unit, begin, end, spki: must(spki, 0x30).all };
  } catch (e) { fail('certificado'); }
}

/* Whether key and certificate are a pair: what one signs, the other verifies. */
export async function pair(key, cert) {
  const about = crypto.getRandomValues(new Uint8Array(32));
  const open = await crypto.subtle.importKey('spki', cert.spki, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['verify']).catch(() => fail('certificado'));
  if (!await crypto.subtle.verify('RSASSA-PKCS1-v1_5', open, await sign(key, about), about)) fail('pareja');
}
export const sign = async (key, b) => new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, b));

/* 5. What is about to be signed. This is what stops a server from having anything
   else signed: the attributes are exactly three, of this document and certificate. */
const sha256 = async b => new Uint8Array(await crypto.subtle.digest('SHA-256', b));
const TYPE = '2a864886f70d010903', DIGEST = '2a864886f70d010904', SIGNER = '2a864886f70d010910022f', DATA = '2a864886f70d010701';

export async function checkAttributes(attributes, digest, cert) {
  const seen = {};
  try {
    const set = must(whole(attributes), 0x31), all = kids(set);
    if (all.length !== 3) fail('der');
    for (const a of all) {
      const [kind, values] = seq(a), [value, ...more] = kids(must(values, 0x31));
      if (seq(a).length !== 2 || more.length || seen[oid(kind)]) fail('der');
      seen[oid(kind)] = value;
    }
    if (oid(seen[TYPE]) !== DATA || !same(must(seen[DIGEST], 4).in, digest)) fail('der');
    const list = seq(seen[SIGNER]), [certs, ...policies] = list;
    if (policies.length || seq(certs).length !== 1) fail('der');
    const [hash, issuer, ...rest] = seq(seq(certs)[0]); /* SHA-256 is what is left out */
    if (rest.length || issuer && issuer.tag !== 0x30 || !same(must(hash, 4).in, await sha256(cert))) fail('der');
  } catch (e) { fail('otracosa'); }
}

/* The digest of a prepared PDF: all but the hole, which is one string of zeros. */
export async function digestOf(pdf, range) {
  const [zero, a, b, c] = range, good = range.length === 4 && range.every(Number.isInteger) && zero === 0 && 0 < a && a + 2 < b && 0 < c && b + c === pdf.length;
  const hole = good ? pdf.subarray(a, b) : [];
  if (!good || hole[0] !== 0x3c || hole[hole.length - 1] !== 0x3e || !hole.subarray(1, -1).every(x => x === 0x30)) fail('otracosa');
  const both = new Uint8Array(a + c);
  both.set(pdf.subarray(0, a)); both.set(pdf.subarray(b), a);
  return sha256(both);
}

export const bytes = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));
export const base64 = b => btoa(Array.from(b, x => String.fromCharCode(x)).join(''));

/* Checks both documents against what came with them, and signs both. */
export async function check(work, pdf, json, cert) {
  await checkAttributes(bytes(work.attributes), await digestOf(pdf, work.range), cert);
  await checkAttributes(bytes(work.dataAttributes), await sha256(json), cert);
}

/* The page. Its inputs stand outside of every form; its words are in the page. */
function start(box) {
  const $ = s => box.querySelector(s), say = (code, ...holes) => {
    const item = $('[data-k="' + code + '"]') || $('[data-k="fallo"]');
    return holes.reduce((s, x, i) => s.replace('{' + i + '}', x), item.textContent);
  };
  const cer = $('#ef-cer'), key = $('#ef-llave'), word = $('#ef-clave'), busy = $('[data-avance]'), trouble = $('[data-falla]'), review = $('[data-revisa]');
  const prepare = $('[data-prepara]'), ready = $('[data-listo]'), go = $('[data-firma]'), who = $('[data-quien]');
  let cert = null, opened = null, work = null;

  $('[data-sin]').hidden = true;
  if (!window.isSecureContext || !window.crypto || !crypto.subtle) {
    $('[data-inseguro]').hidden = false;
    return;
  }
  $('[data-con]').hidden = false;

  const fields = { certificado: cer, sincer: cer, llave: key, sinllave: key, vieja: key, cifrado: key, pareja: key, clave: word, sinclave: word };
  function clear() {
    trouble.hidden = review.hidden = true;
    for (const x of [cer, key, word]) {
      const c = x.closest('.campo'), m = c.querySelector('.msj-error');
      c.classList.remove('error'); x.removeAttribute('aria-invalid'); m.hidden = true; m.textContent = '';
    }
  }
  function wrong(e) {
    const code = e && e.code || 'fallo', words = e && e.words || say(code), x = fields[code];
    busy.textContent = '';
    review.hidden = code !== 'cambio';
    if (!x) { trouble.textContent = words; trouble.hidden = false; trouble.focus(); return; }
    const c = x.closest('.campo'), m = c.querySelector('.msj-error');
    c.classList.add('error'); x.setAttribute('aria-invalid', 'true'); m.textContent = words; m.hidden = false; x.focus();
  }
  function forget() { opened = null; work = null; ready.hidden = true; }
  async function read(x) {
    if (!x.files.length) fail(x === cer ? 'sincer' : 'sinllave');
    if (x.files[0].size > 65536) fail(x === cer ? 'certificado' : 'llave');
    return new Uint8Array(await x.files[0].arrayBuffer());
  }
  async function ask(path, body) {
    let r, answer = {};
    try {
      r = await fetch(box.dataset.ruta + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, credentials: 'same-origin', body: JSON.stringify(body) });
      answer = await r.json().catch(() => ({}));
    } catch (e) { fail('conexion'); }
    if (answer.acuse) return answer;
    if (r.ok) return answer;
    if (r.status === 401) fail('sesion');
    const code = path === '/preparar' && r.status === 422 ? 'certificado' : r.status === 409 ? 'cambio' : 'servidor';
    throw Object.assign(new Error('refused'), { code, words: answer.message || say('fallo'), again: r.status !== 429 });
  }
  async function get(path) {
    const r = await fetch(box.dataset.ruta + '/' + work.id + path, { credentials: 'same-origin' }).catch(() => fail('conexion'));
    if (!r.ok) fail(r.status === 401 ? 'sesion' : 'fallo');
    return new Uint8Array(await r.arrayBuffer());
  }
  async function once(button, steps) {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true'); clear();
    try { await steps(); } catch (e) { wrong(e); } finally { button.removeAttribute('aria-busy'); }
  }

  async function show() {
    clear(); forget(); cert = null; who.textContent = '';
    if (!cer.files.length) return;
    try {
      cert = readCertificate(await read(cer));
      who.textContent = say('quien', cert.name, cert.rfc, cert.end.toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'long', year: 'numeric' }));
    } catch (e) { wrong(e); }
  }
  cer.addEventListener('change', show);
  if (cer.files.length) show(); /* chosen before the page was drawn again */
  key.addEventListener('change', () => { clear(); forget(); });
  word.addEventListener('input', () => { if (word.value) forget(); });

  prepare.addEventListener('click', () => once(prepare, async () => {
    work = null; ready.hidden = true;
    if (!cert) { await read(cer); fail('certificado'); }
    if (!opened) {
      busy.textContent = say('abriendo');
      const file = await read(key);
      try { opened = await openKey(file, word.value); } finally { file.fill(0); }
      try { await pair(opened, cert); } catch (e) { opened = null; throw e; }
      word.value = '';
    }
    busy.textContent = say('preparando');
    const answer = await ask('/preparar', { cer: base64(cert.file), sello: box.dataset.sello });
    if (answer.acuse) { location.assign(answer.acuse); return; }
    work = answer;
    busy.textContent = say('revisando');
    await check(work, await get('/documento.pdf'), await get('/declaracion.json'), cert.file);
    $('[data-pdf]').href = box.dataset.ruta + '/' + work.id + '/documento.pdf';
    $('[data-json]').href = box.dataset.ruta + '/' + work.id + '/declaracion.json';
    busy.textContent = say('listo');
    ready.hidden = false;
    ready.querySelector('h3').focus();
  }));

  go.addEventListener('click', () => once(go, async () => {
    busy.textContent = say('firmando');
    const pdf = await sign(opened, bytes(work.attributes)), json = await sign(opened, bytes(work.dataAttributes));
    busy.textContent = say('presentando');
    try {
      const answer = await ask('/completar', { id: work.id, pdf: base64(pdf), json: base64(json) });
      opened = work = null; cer.value = key.value = '';
      location.assign(answer.acuse);
    } catch (e) {
      if (e.again) { work = null; ready.hidden = true; } /* that try is spent; the key stays open for another */
      throw e;
    }
  }));
  addEventListener('pagehide', () => { forget(); word.value = ''; });
}
const box = typeof document === 'undefined' ? null : document.querySelector('[data-efirma]');
if (box) start(box);
