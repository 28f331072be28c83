// An 8-bit grey PNG, decoded without a canvas: read-back through one may be falsified by privacy settings, and is slower.
// Accepted: bit depth 8, colour type 0, no interlace; all five row filters. Anything else is refused by name.

export type PictureFault =
  | 'PngSignature'
  | 'PngTruncated'
  | 'PngChecksum'
  | 'PngBitDepth'
  | 'PngColourType'
  | 'PngInterlace'
  | 'PngCompression'
  | 'PngFilter'
  | 'PngSize';

/** A picture that is not a field; `name` is the fault, the message names the value. */
export class PictureError extends Error {
  constructor(name: PictureFault, message: string) {
    super(message);
    this.name = name;
  }
}

export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const CRC = crcTable();

/** Decode a PNG into width × height bytes, row 0 first. */
export async function decodePng8(bytes: Uint8Array): Promise<Picture> {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw new PictureError('PngSignature', `not a PNG: it begins with ${hex(bytes.subarray(0, 8))}`);
  }
  const { width, height, packed } = readChunks(bytes);
  const rows = await inflate(packed);
  if (rows.length !== (width + 1) * height) {
    throw new PictureError('PngSize', `${width} × ${height} pixels need ${(width + 1) * height} bytes, the data has ${rows.length}`);
  }
  return { width, height, pixels: unfilter(rows, width, height) };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') || 'nothing';
}

interface Header {
  width: number;
  height: number;
}

function readChunks(bytes: Uint8Array): Header & { packed: Uint8Array[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Uint8Array[] = [];
  let header: Header | null = null;
  for (let at = 8; ; ) {
    const { kind, body, next } = readChunk(bytes, view, at);
    if (kind === 'IHDR') header = readHeader(body);
    else if (header === null) throw new PictureError('PngTruncated', `the first chunk is ${kind}, not IHDR`);
    else if (kind === 'IDAT') packed.push(body);
    else if (kind === 'IEND') return { ...header, packed };
    at = next;
  }
}

function readChunk(bytes: Uint8Array, view: DataView, at: number): { kind: string; body: Uint8Array; next: number } {
  const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Infinity;
  if (end > bytes.length) {
    throw new PictureError('PngTruncated', `the file ends at byte ${bytes.length}, inside the chunk at byte ${at}`);
  }
  const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (crc(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
    throw new PictureError('PngChecksum', `the checksum of ${kind} at byte ${at} does not fit its content`);
  }
  return { kind, body: bytes.subarray(at + 8, end - 4), next: end };
}

function readHeader(body: Uint8Array): Header {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [depth, colour, , , interlace] = body.subarray(8, 13);
  if (depth !== 8) throw new PictureError('PngBitDepth', `bit depth ${depth}, a field has 8`);
  if (colour !== 0) throw new PictureError('PngColourType', `colour type ${colour}, a field has 0 (grey)`);
  if (interlace !== 0) throw new PictureError('PngInterlace', `interlace method ${interlace}, a field has none`);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}

async function inflate(packed: Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob(packed as BlobPart[]).stream().pipeThrough(new DecompressionStream('deflate'));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (fault) {
    throw new PictureError('PngCompression', `the pixel data does not unpack: ${String(fault)}`);
  }
}

function unfilter(rows: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    const undo = UNDO[filter];
    if (!undo) throw new PictureError('PngFilter', `row ${y} has filter ${filter}, known are 0 to 4`);
    const line = rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1));
    undo(line, out.subarray(y * width, (y + 1) * width), out.subarray(Math.max(0, y - 1) * width, y * width));
  }
  return out;
}

type Undo = (line: Uint8Array, out: Uint8Array, above: Uint8Array) => void; // `above` is empty for row 0

const UNDO: readonly Undo[] = [
  (line, out) => out.set(line),
  (line, out) => {
    for (let x = 0, left = 0; x < line.length; x++) left = out[x] = (line[x] + left) & 255;
  },
  (line, out, above) => {
    for (let x = 0; x < line.length; x++) out[x] = line[x] + (above[x] ?? 0);
  },
  (line, out, above) => {
    for (let x = 0, left = 0; x < line.length; x++) left = out[x] = (line[x] + ((left + (above[x] ?? 0)) >> 1)) & 255;
  },
  (line, out, above) => {
    for (let x = 0, left = 0; x < line.length; x++) {
      left = out[x] = (line[x] + paeth(left, above[x] ?? 0, x ? (above[x - 1] ?? 0) : 0)) & 255;
    }
  },
];

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
}

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = CRC[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
