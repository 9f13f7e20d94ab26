// The Merkle tree of RFC 6962. A proof has exactly one right length, which index and size (BigInt) decide.
const leafHash = (leaf) => sha256([0], leaf);
const nodeHash = (left, right) => sha256([1], left, right);
const bitLength = (number) => (number === 0n ? 0 : number.toString(2).length);
const bitCount = (number) => number.toString(2).replaceAll("0", "").length;

function pathLength(index, size) {
  const inner = bitLength(index ^ (size - 1n));
  return inner + bitCount(index >> BigInt(inner));
}

// The root that the path leads to: the lower hashes stand on either side, the upper ones always on the left.
async function climbed(leaf, index, size, path) {
  const inner = bitLength(index ^ (size - 1n));
  let node = await leafHash(leaf);
  for (const [level, sibling] of path.entries()) {
    const onLeft = level >= inner || (index >> BigInt(level)) & 1n;
    node = await (onLeft ? nodeHash(sibling, node) : nodeHash(node, sibling));
  }
  return node;
}

// The root over whole leaves, as the annex has it over the keyed digests of the documents.
async function rootOver(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leafHash(leaves[0]);
  const left = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(await rootOver(leaves.slice(0, left)), await rootOver(leaves.slice(left)));
}
