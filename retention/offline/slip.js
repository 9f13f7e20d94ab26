// The slip: by it its holder shows that a receipt is about their file, and that a copy was in it.
function readSlip(bytes) {
  const slip = readCanonical(bytes, "slip.json");
  const isHex = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
  if (slip?.v !== 1 || slip.type !== "slip" || !isHex(slip.secret) || !isHex(slip.tombstone) || !slip.claim) refuse("not a slip");
  return slip;
}

async function keyed(slip, content) {
  const known = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromHex(slip.secret), known, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, content)));
}

async function isAbout(slip, receipt) {
  return (await keyed(slip, bytesOf(canonical(slip.claim)))) === receipt.subject && slip.tombstone === receipt.tombstone;
}

// "in", "not_in", or why it cannot be told: "no_annex", "false_annex".
async function copyIn(slip, receipt, files, copy) {
  if (!files.has(ANNEX)) return "no_annex";
  const text = decoded(files.get(ANNEX), ANNEX);
  if (!/^([0-9a-f]{64}\n)*$/.test(text)) return "false_annex";
  const digests = text.split("\n").slice(0, -1);
  const root = hex(await rootOver(digests.map(fromHex)));
  if (root !== receipt.annex || digests.some((digest, place) => place && digest < digests[place - 1])) return "false_annex";
  return digests.includes(await keyed(slip, await copy.arrayBuffer())) ? "in" : "not_in";
}
