// Trust policies (C2SP tlog-policy): which logs, which witnesses, which quorum.
async function readPolicy(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null, grouped: new Set() };
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) refuse("the policy holds a control character");
  for (const line of text.split("\n")) {
    const words = line.split(/[\t ]+/).filter(Boolean);
    if (words.length && !words[0].startsWith("#")) await readLine(policy, words);
  }
  return policy.quorum === null ? refuse("the policy has no quorum") : policy;
}

const isDefined = (policy, name) => policy.witnesses.has(name) || policy.groups.has(name);

async function readLine(policy, [word, ...rest]) {
  if (word === "log" && [1, 2].includes(rest.length)) {
    policy.logs.push(newKey(await readKey(rest[0], LOG), policy.logs));
  } else if (word === "witness" && [2, 3].includes(rest.length)) {
    if (rest[0] === "none" || isDefined(policy, rest[0])) refuse("a name is defined twice");
    policy.witnesses.set(rest[0], newKey(await readKey(rest[1], WITNESS), [...policy.witnesses.values()]));
  } else if (word === "group" && rest.length > 2) {
    addGroup(policy, ...rest);
  } else if (word === "quorum" && rest.length === 1 && policy.quorum === null
             && (rest[0] === "none" || isDefined(policy, rest[0]))) {
    [policy.quorum] = rest;
  } else refuse("the policy has a line that is none");
}

function newKey(key, others) {
  return others.some((other) => same(other.material, key.material)) ? refuse("a key is listed twice") : key;
}

function addGroup(policy, name, threshold, ...members) {
  if (name === "none" || isDefined(policy, name)) refuse("a name is defined twice");
  for (const member of members) {
    if (!isDefined(policy, member) || policy.grouped.has(member)) refuse("a group's member is unknown or used twice");
    policy.grouped.add(member);
  }
  const least = { any: 1n, all: BigInt(members.length) }[threshold] ?? decimal(threshold);
  if (least < 1n || least > BigInt(members.length)) refuse("a group's threshold is out of bounds");
  policy.groups.set(name, { least, members });
}

function isWitnessed(policy, cosigners) {
  const satisfied = new Set(["none"]);
  for (const [name, key] of policy.witnesses) if (cosigners.has(key)) satisfied.add(name);
  for (const [name, group] of policy.groups) {
    const count = group.members.filter((member) => satisfied.has(member)).length;
    if (BigInt(count) >= group.least) satisfied.add(name);
  }
  return satisfied.has(policy.quorum);
}
