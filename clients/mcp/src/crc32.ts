// The CRC-32 of PNG chunks (ISO 3309). node:zlib has one from Node 20.15 on; this
// one runs on the Node 18 of Debian 12, too.

const kTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; ++bit) {
    crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return crc;
});

export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ kTable[(crc ^ byte) & 0xff]!;
  }
  return ~crc >>> 0;
}
