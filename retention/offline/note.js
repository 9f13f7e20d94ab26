// Signed notes, verifier keys, checkpoints and tlog-proofs (C2SP).
const LOG = 1;
const WITNESS = 4;
const DASH = "— ";
const MAGIC = "c2sp.org/tlog-proof@v1";

async function readKey(vkey, kind) {
  const [name, id, ...rest] = vkey.split("+");
  if (rest.length === 0) refuse("not a key of the form name+keyid+base64");
  const material = fromBase64(rest.join("+"));
  if (!isName(name) || material.length !== 33 || material[0] !== kind) refuse("not an Ed25519 key of the right type");
  const fingerprint = hex(await sha256(bytesOf(`${name}\n`), material));
  if (fingerprint.slice(0, 8) !== id) refuse("the key id does not belong to the key");
  return { name, id, kind, vkey, fingerprint, material: material.slice(1) };
}

// Whether this key made the signature: a witness's has 8 bytes of seconds before its 64.
async function verifies(key, text, signature) {
  let message = bytesOf(text);
  if (key.kind === WITNESS) {
    if (signature.length < 8) return false;
    const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    if (seconds >= 2n ** 63n) return false;
    message = joined(bytesOf(`cosignature/v1\ntime ${seconds}\n`), message);
    signature = signature.slice(8);
  }
  if (signature.length !== 64) return false;
  const known = await crypto.subtle.importKey("raw", key.material, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", known, signature, message);
}

function readSignature(line) {
  const space = line.indexOf(" ", DASH.length);
  if (!line.startsWith(DASH) || space < 0) refuse("a signature line is malformed");
  const [name, data] = [line.slice(DASH.length, space), fromBase64(line.slice(space + 1))];
  if (!isName(name) || data.length < 5) refuse("a signature line is malformed");
  return { name, id: hex(data.slice(0, 4)), value: data.slice(4) };
}

function readNote(note) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2);
  if (end < 0 || !lines.endsWith("\n") || !isLine(text.replaceAll("\n", ""))) refuse("not a signed note");
  const signatures = lines.slice(0, -1).split("\n").map(readSignature);
  if (signatures.length > 64) refuse("too many signatures");
  return { text, signatures };
}

function readCheckpoint(text) {
  const [origin, size, root, ...extensions] = text.slice(0, -1).split("\n");
  if (root === undefined || [origin, ...extensions].some((line) => line === "")) refuse("the checkpoint is too short");
  return { origin, size: decimal(size), root: hashOf(root) };
}

function readProof(text) {
  const end = text.indexOf("\n\n");
  const [magic, ...lines] = text.slice(0, end).split("\n");
  if (end < 0 || magic !== MAGIC) refuse("not a proof of the form c2sp.org/tlog-proof@v1");
  if (lines[0]?.startsWith("extra ") && fromBase64(lines.shift().slice(6)).length === 0) refuse("the extra data is empty");
  if (!lines[0]?.startsWith("index ")) refuse("the line with the index is missing");
  const index = decimal(lines[0].slice(6));
  const path = lines.slice(1).map(hashOf);
  const note = readNote(text.slice(end + 2));
  const checkpoint = readCheckpoint(note.text);
  if (index >= checkpoint.size) refuse("the index is not in the log");
  if (path.length !== pathLength(index, checkpoint.size)) refuse("the path has the wrong length");
  return { index, path, note, checkpoint };
}

// Which of the keys signed the note; a false signature in the name of one of them spoils the whole note.
async function signers(note, keys) {
  const found = new Set();
  for (const signature of note.signatures) {
    const key = keys.findLast((one) => one.name === signature.name && one.id === signature.id);
    if (!key) continue;
    if (!(await verifies(key, note.text, signature.value))) refuse("the signature by {name} is false", { name: key.name });
    found.add(key);
  }
  return found;
}
