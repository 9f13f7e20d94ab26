// The page: what was chosen, the language, and the verdicts.
const byId = (id) => document.getElementById(id);
const chosen = new Map(); // path → function that gives the bytes
let words = WORDS.nl;

function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}

const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function speak(language) {
  words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = words[node.dataset.say];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

async function take(path, file) {
  const bytes = async () => new Uint8Array(await file.arrayBuffer());
  if (!/\.zip$/i.test(path)) return chosen.set(path, bytes);
  try {
    for (const [inner, read] of await unzipped(file)) chosen.set(`${path}/${inner}`, read);
  } catch { chosen.set(`${path}/${RECEIPT}`, () => refuse("the zip is damaged")); }
  return chosen;
}

// The receipts among the chosen files: one per folder that has a receipt or a proof.
function receipts() {
  const folders = new Map();
  for (const [path, read] of chosen) {
    const cut = path.lastIndexOf("/") + 1;
    const folder = folders.get(path.slice(0, cut)) ?? new Map();
    folders.set(path.slice(0, cut), folder.set(path.slice(cut), read));
  }
  return [...folders].filter(([, files]) => files.has(RECEIPT) || files.has(PROOF));
}

async function readAll(files) {
  const read = new Map();
  for (const name of [RECEIPT, PROOF, POLICY, ANNEX]) if (files.has(name)) read.set(name, await files.get(name)());
  return read;
}

async function pins() {
  const lines = byId("key").value.split("\n").map((line) => line.trim()).filter(Boolean);
  return Promise.all(lines.map((line) => readKey(line, LOG)));
}

async function slipGiven() {
  const [file] = byId("slip").files;
  const text = file ? await file.text() : byId("slip-text").value;
  return text.trim() ? readSlip(bytesOf(text.trim())) : null;
}

function list(fields, receipt) {
  const lines = element("dl");
  for (const [path, label] of Object.entries(fields)) {
    const value = path.split(".").reduce((part, name) => part?.[name], receipt);
    if (value === undefined || value === null) continue;
    lines.append(element("dt", "", label), element("dd", "", path === "type" ? words.types[value] ?? value : String(value)));
  }
  return lines;
}

function explained(card, verdict) {
  const { receipt, log, pinned, index, size } = verdict;
  const kind = pinned ? "valid" : "unpinned";
  card.classList.add(kind);
  card.append(element("h3", "", words[kind]), element("p", "", filled(words[`${kind}_say`], { index, size, log: log.name })));
  if (!pinned) card.append(element("p", "code", `${words.fingerprint}: ${log.fingerprint}`));
  for (const part of ["proves", "not"]) card.append(element("h4", "", words[part]), element("p", "", words[`${part}_say`]));
  card.append(element("h4", "", words.content), list(words.fields, receipt));
}

async function slipShown(card, slip, verdict, files) {
  const mine = await isAbout(slip, verdict.receipt);
  card.querySelector("h4").before(element("p", mine ? "mark yes" : "mark no", mine ? words.about : words.not_about));
  if (!mine) return;
  for (const copy of byId("copy").files) {
    const answer = await copyIn(slip, verdict.receipt, files, copy);
    const css = answer === "in" ? "mark yes" : "mark no";
    card.querySelector("h4").before(element("p", css, filled(words[answer], { file: copy.name })));
  }
}

// Why it is refused, in the reader's language.
function reason(error) {
  const english = error instanceof Malformed ? error.message : "the bundle cannot be read";
  return filled(words === WORDS.nl ? REASONS[english] : english, error.values ?? {});
}

async function shown(name, files, keys, slip) {
  const card = element("article", "card");
  card.append(element("p", "name", name));
  try {
    const read = await readAll(files);
    const verdict = await judged(read, keys);
    explained(card, verdict);
    if (slip) await slipShown(card, slip, verdict, read);
  } catch (error) {
    card.className = "card invalid";
    card.replaceChildren(element("p", "name", name), element("h3", "", words.invalid),
      element("p", "", `${words.invalid_say} ${reason(error)}`));
  }
  return card;
}

async function given(read, complaint) {
  try { return await read(); } catch { byId("answer").replaceChildren(element("p", "card invalid", words[complaint])); }
  return undefined;
}

async function check() {
  const found = receipts();
  if (!found.length) return byId("answer").replaceChildren(element("p", "card invalid", words.none));
  const keys = await given(pins, "bad_key");
  const slip = keys && await given(slipGiven, "bad_slip");
  if (slip === undefined) return undefined;
  const cards = [];
  for (const [folder, files] of found) cards.push(await shown(folder.replace(/\/$/, ""), files, keys, slip));
  return byId("answer").replaceChildren(...cards);
}

function walked(entry, path) {
  if (entry.isFile) return new Promise((done, failed) => { entry.file((file) => done(take(path, file)), failed); });
  const reader = entry.createReader();
  const more = async () => {
    const entries = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    for (const inner of entries) await walked(inner, `${path}/${inner.name}`);
    if (entries.length) await more(); // a browser gives a folder in parts
  };
  return more();
}

async function dropped(event) {
  event.preventDefault();
  chosen.clear();
  // All at once: after the first wait the browser empties the list. Who drops no folder may have files alone.
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const things = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  for (const thing of things) await (thing instanceof File ? take(thing.name, thing) : walked(thing, thing.name));
  await check();
}

// A browser without Ed25519 must not be mistaken for a false receipt.
async function begin() {
  speak(navigator.language.startsWith("nl") ? "nl" : "en");
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => { speak(button.dataset.language); if (chosen.size) check(); });
  }
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1, 0, 1), "Ed25519", false, ["verify"]);
  } catch { byId("old").hidden = false; return; }
  byId("bundle").addEventListener("change", async (event) => {
    chosen.clear();
    for (const file of event.target.files) await take(file.webkitRelativePath || file.name, file);
    await check();
  });
  byId("form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", dropped);
}

begin();
