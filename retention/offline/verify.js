// The verdict on a receipt, in the order of the other verifiers. What comes along proves nothing about its origin.
const RECEIPT = "receipt.json";
const PROOF = "receipt.tlog-proof";
const POLICY = "policy";
const ANNEX = "annex";

function requireReceipt(receipt) {
  const isObject = receipt !== null && typeof receipt === "object" && !Array.isArray(receipt);
  if (!isObject || receipt.v !== 1) refuse("receipt.json has no proper field '{field}'", { field: "v" });
  for (const name of ["type", "receipt", ...(receipt.type === "inventory" ? [] : ["tombstone"])]) {
    if (typeof receipt[name] !== "string" || !receipt[name]) refuse("receipt.json has no proper field '{field}'", { field: name });
  }
  return receipt;
}

// `files`: name → bytes; `pins`: keys that the reader got elsewhere. Answers the verdict, or throws Malformed.
async function judged(files, pins) {
  for (const name of [RECEIPT, PROOF, POLICY]) {
    if (!files.has(name)) refuse("{file} is missing", { file: name });
    bounded(files.get(name));
  }
  const receipt = requireReceipt(readCanonical(files.get(RECEIPT), RECEIPT));
  const policy = await readPolicy(octets(files.get(POLICY)));
  const proof = readProof(decoded(files.get(PROOF), PROOF));
  const log = await signingLog(proof, policy, pins.length ? pins : policy.logs);
  const root = await climbed(files.get(RECEIPT), proof.index, proof.checkpoint.size, proof.path);
  if (!same(root, proof.checkpoint.root)) refuse("receipt.json is not the leaf that the proof is about");
  return { receipt, log, pinned: pins.length > 0, index: proof.index, size: proof.checkpoint.size };
}

async function signingLog(proof, policy, logs) {
  const accepted = logs.filter((key) => key.name === proof.checkpoint.origin);
  if (!accepted.length) refuse("no key is accepted for the log {log}", { log: proof.checkpoint.origin });
  const found = await signers(proof.note, [...accepted, ...policy.witnesses.values()]);
  if (!isWitnessed(policy, found)) refuse("too few of the witnesses that the policy asks for have cosigned");
  return accepted.find((key) => found.has(key)) ?? refuse("not signed by the accepted key of {log}", { log: proof.checkpoint.origin });
}

// A policy may hold any octets outside its keys: each stays distinct.
function octets(bytes) {
  try { return decoded(bytes, POLICY); } catch { return String.fromCharCode(...bytes); }
}
