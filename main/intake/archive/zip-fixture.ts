import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  name: string;
  content: string | Uint8Array;
  /** Size the directory claims, for archives that lie. */
  claimed?: number;
  /** Offset of an earlier entry to point to again, for archives whose entries overlap. */
  sameAs?: number;
}

/** Writes a zip archive, honest or not, for tests. */
export function zipOf(parts: ZipPart[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const places: { offset: number; packed: Buffer; plain: Buffer; name: Buffer }[] = [];
  let at = 0;
  for (const part of parts) {
    const plain = Buffer.from(part.content);
    const packed = deflateRawSync(plain);
    const name = Buffer.from(part.name);
    const again = part.sameAs === undefined ? undefined : places[part.sameAs];
    const place = again ?? { offset: at, packed, plain, name };
    places.push(place);
    const size = part.claimed ?? place.plain.length;
    if (again === undefined) {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(20, 4);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(crc32(plain), 14);
      header.writeUInt32LE(packed.length, 18);
      header.writeUInt32LE(size, 22);
      header.writeUInt16LE(name.length, 26);
      local.push(header, name, packed);
      at += 30 + name.length + packed.length;
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(place.plain), 16);
    entry.writeUInt32LE(place.packed.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(place.offset, 42);
    central.push(entry, name);
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}
