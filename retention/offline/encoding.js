// The encodings of every C2SP text, read strictly: each value has exactly one spelling.
class Malformed extends Error {
  constructor(reason, values = {}) { super(reason); this.values = values; }
}

// `reason` is a key of REASONS (reasons.js), which has it in Dutch; in it `{name}` stands for one of `values`.
const refuse = (reason, values) => { throw new Malformed(reason, values); };
const bytesOf = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const same = (one, two) => one.length === two.length && one.every((byte, place) => byte === two[place]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) { whole.set(part, place); place += part.length; }
  return whole;
}

// UTF-8, refusing what is not; a byte order mark is a character like any other.
function decoded(bytes, name) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch { return refuse("{file}: not UTF-8", { file: name }); }
}

function fromBase64(text) {
  let data;
  try { data = atob(text); } catch { refuse("not base64"); }
  // The decoder accepts white space and stray bits; only re-encoding shows them.
  if (btoa(data) !== text) refuse("base64 is not canonical");
  return Uint8Array.from(data, (character) => character.charCodeAt(0));
}

function hashOf(text) {
  const data = fromBase64(text);
  return data.length === 32 ? data : refuse("a hash has 32 bytes");
}

function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= 2n ** 63n) refuse("not a number without leading zeros");
  return BigInt(text);
}

const isLine = (text) => ![...text].some((character) => character < " ");
// What Go's and Python's unicode tables call white space; JavaScript's \s differs in two characters.
const SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const isName = (text) => text !== "" && !text.includes("+") && !SPACE.test(text) && isLine(text);

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// RFC 8785: JavaScript's own number and string notation, keys in order of their UTF-16 units.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

// The value of canonical JSON, or a refusal: a text that could be spelled in two ways could be altered unnoticed.
function readCanonical(bytes, name) {
  const text = decoded(bytes, name);
  let value;
  let again;
  try { value = JSON.parse(text); again = canonical(value); } catch { refuse("{file}: not JSON", { file: name }); }
  if (again !== text || /\\ud[89a-f]/.test(text)) refuse("{file}: not canonical JSON (RFC 8785)", { file: name });
  return value;
}
