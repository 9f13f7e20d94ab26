// Reading a zip without a library: the central directory, and members that are stored or deflated.
const LARGEST = 1024 * 1024;
const MOST_MEMBERS = 100000;

async function unzipped(file) {
  const data = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(data.buffer);
  let place = directoryEnd(view);
  const count = view.getUint16(place + 10, true);
  place = view.getUint32(place + 16, true);
  const members = new Map();
  for (let number = 0; number < Math.min(count, MOST_MEMBERS); number += 1) {
    if (view.getUint32(place, true) !== 0x02014b50) refuse("the zip is damaged");
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(place + field, true));
    const path = new TextDecoder().decode(data.subarray(place + 46, place + 46 + name));
    if (members.has(path)) refuse("the zip holds a name twice");
    members.set(path, {
      method: view.getUint16(place + 10, true),
      size: view.getUint32(place + 20, true),
      start: view.getUint32(place + 42, true),
    });
    place += 46 + name + extra + comment;
  }
  return new Map([...members].filter(([path]) => !path.endsWith("/"))
    .map(([path, member]) => [path, () => unpacked(data, view, member)]));
}

function directoryEnd(view) {
  for (let place = view.byteLength - 22; place >= Math.max(0, view.byteLength - 65557); place -= 1) {
    if (view.getUint32(place, true) === 0x06054b50) return place;
  }
  return refuse("not a zip");
}

async function unpacked(data, view, { method, size, start }) {
  if (view.getUint32(start, true) !== 0x04034b50) refuse("the zip is damaged");
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const packed = data.subarray(from, from + size);
  if (method === 0) return bounded(packed);
  return method === 8 ? inflated(packed) : refuse("the zip is packed in an unknown way");
}

// Never unpacks more than LARGEST, whatever the zip says about itself.
async function inflated(packed) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let whole = new Uint8Array();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) whole = bounded(joined(whole, piece.value));
  } catch (error) {
    throw error instanceof Malformed ? error : new Malformed("the zip is damaged");
  }
  return whole;
}

const bounded = (data) => (data.length > LARGEST ? refuse("a file is larger than 1 MiB") : data);
