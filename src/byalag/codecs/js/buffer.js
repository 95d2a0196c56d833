// As much of Node's Buffer as public codecs use, on top of Uint8Array; atob and btoa.
(function () {
  "use strict";
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const SIX = {};
  for (let i = 0; i < 64; i++) SIX[LETTERS[i]] = i;
  SIX["-"] = 62;
  SIX["_"] = 63;

  const fromBase64 = (said) => {
    const bytes = [];
    let held = 0, bits = 0;
    for (const letter of said) {
      if (letter === "=") break;
      const six = SIX[letter];
      if (six === undefined) continue;
      held = ((held << 6) | six) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 0xff);
      }
    }
    return bytes;
  };
  const toBase64 = (bytes) => {
    let said = "";
    for (let i = 0; i < bytes.length; i += 3) {
      const left = bytes.length - i;
      const three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
      said += LETTERS[three >> 18] + LETTERS[(three >> 12) & 63];
      said += left > 1 ? LETTERS[(three >> 6) & 63] : "=";
      said += left > 2 ? LETTERS[three & 63] : "=";
    }
    return said;
  };
  const fromHex = (said) => {
    const bytes = [];
    for (let i = 0; i + 1 < said.length; i += 2) {
      const byte = parseInt(said.slice(i, i + 2), 16);
      if (!/^[0-9a-f]{2}$/i.test(said.slice(i, i + 2))) break;
      bytes.push(byte);
    }
    return bytes;
  };
  const fromUtf8 = (said) => {
    const bytes = [];
    for (const letter of said) {
      let code = letter.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) {
        bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      } else {
        bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
        bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      }
    }
    return bytes;
  };
  const toUtf8 = (bytes) => {
    let said = "";
    for (let i = 0; i < bytes.length; ) {
      const first = bytes[i++];
      const more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf5 ? 3
        : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : -1;
      let code = more === 0 ? first : more > 0 ? first & (0x3f >> more) : 0xfffd, taken = 0;
      while (taken < more && (bytes[i + taken] & 0xc0) === 0x80) {
        code = (code << 6) | (bytes[i + taken++] & 63);
      }
      if (more > 0 && taken < more) code = 0xfffd;
      const surrogate = code >= 0xd800 && code <= 0xdfff;
      if (code > 0x10ffff || surrogate || (more === 2 && code < 0x800) || (more === 3 && code < 0x10000)) {
        code = 0xfffd;
      }
      i += more > 0 ? taken : 0;
      said += String.fromCodePoint(code);
    }
    return said;
  };
  const letters = (said, mask) => Array.from(said, (letter) => letter.charCodeAt(0) & mask);
  const spelled = (bytes, mask) => {
    let said = "";
    for (let i = 0; i < bytes.length; i++) said += String.fromCharCode(bytes[i] & mask);
    return said;
  };
  const wide = (said) => {
    const bytes = [];
    for (let i = 0; i < said.length; i++) bytes.push(said.charCodeAt(i) & 0xff, said.charCodeAt(i) >> 8);
    return bytes;
  };
  const fromWide = (bytes) => {
    let said = "";
    for (let i = 0; i + 1 < bytes.length; i += 2) said += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
    return said;
  };
  const toHex = (bytes) => {
    let said = "";
    for (let i = 0; i < bytes.length; i++) said += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
    return said;
  };
  const WAYS = {
    utf8: [fromUtf8, toUtf8],
    hex: [fromHex, toHex],
    base64: [fromBase64, toBase64],
    base64url: [fromBase64, (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")],
    ascii: [(said) => letters(said, 0xff), (bytes) => spelled(bytes, 0x7f)],
    latin1: [(said) => letters(said, 0xff), (bytes) => spelled(bytes, 0xff)],
    utf16le: [wide, fromWide],
  };
  Object.assign(WAYS, { "utf-8": WAYS.utf8, binary: WAYS.latin1, ucs2: WAYS.utf16le, "utf-16le": WAYS.utf16le });
  const way = (name) => {
    const found = WAYS[String(name === undefined ? "utf8" : name).toLowerCase()];
    if (!found) throw new TypeError(`Unknown encoding: ${name}`);
    return found;
  };

  class Buffer extends Uint8Array {
    static from(given, second, length) {
      if (typeof given === "string") return Buffer.of(...way(second)[0](given));
      if (given instanceof ArrayBuffer) return new Buffer(given, second, length);
      if (given && given.type === "Buffer" && Array.isArray(given.data)) given = given.data;
      if (given === null || typeof given !== "object") throw new TypeError("no bytes were given");
      const made = new Buffer(given.length || 0);
      for (let i = 0; i < made.length; i++) made[i] = given[i];
      return made;
    }
    static of(...bytes) {
      const made = new Buffer(bytes.length);
      made.set(bytes);
      return made;
    }
    static alloc(size, fill, encoding) {
      const made = new Buffer(size);
      return fill === undefined ? made : made.fill(fill, 0, size, encoding);
    }
    static allocUnsafe(size) { return new Buffer(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static byteLength(said, encoding) {
      return typeof said === "string" ? way(encoding)[0](said).length : said.byteLength;
    }
    static concat(list, total) {
      const size = total === undefined ? list.reduce((sum, one) => sum + one.length, 0) : total;
      const made = new Buffer(size);
      let at = 0;
      for (const one of list) {
        for (let i = 0; i < one.length && at < size; i++) made[at++] = one[i];
      }
      return made;
    }
    static compare(one, other) { return Buffer.from(one).compare(other); }
    slice(start, end) { return this.subarray(start, end); }
    subarray(start, end) {
      const part = Uint8Array.prototype.subarray.call(this, start, end);
      return new Buffer(part.buffer, part.byteOffset, part.length);
    }
    toString(encoding, start, end) {
      const part = start === undefined && end === undefined ? this : this.subarray(start, end);
      return way(encoding)[1](part);
    }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    equals(other) { return this.compare(other) === 0; }
    compare(other) {
      for (let i = 0; i < this.length && i < other.length; i++) {
        if (this[i] !== other[i]) return this[i] < other[i] ? -1 : 1;
      }
      return Math.sign(this.length - other.length);
    }
    copy(target, to = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - to));
      target.set(part, to);
      return part.length;
    }
    fill(value, start, end, encoding) {
      if (typeof value !== "string") return super.fill(value, start, end);
      const bytes = way(encoding)[0](value);
      const part = this.subarray(start, end);
      for (let i = 0; i < part.length && bytes.length; i++) part[i] = bytes[i % bytes.length];
      return this;
    }
    write(said, at = 0, length, encoding) {
      if (typeof length === "string") [encoding, length] = [length, undefined];
      const bytes = way(encoding)[0](said).slice(0, length).slice(0, this.length - at);
      this.set(bytes, at);
      return bytes.length;
    }
    swap16() {
      for (let i = 0; i + 1 < this.length; i += 2) [this[i], this[i + 1]] = [this[i + 1], this[i]];
      return this;
    }
    readUIntBE(at, size) { return this.#number(at, size, false, false); }
    readUIntLE(at, size) { return this.#number(at, size, true, false); }
    readIntBE(at, size) { return this.#number(at, size, false, true); }
    readIntLE(at, size) { return this.#number(at, size, true, true); }
    writeUIntBE(value, at, size) { return this.#put(value, at, size, false); }
    writeUIntLE(value, at, size) { return this.#put(value, at, size, true); }
    writeIntBE(value, at, size) { return this.#put(value, at, size, false); }
    writeIntLE(value, at, size) { return this.#put(value, at, size, true); }
    #number(at, size, little, signed) {
      inside(this, at, size);
      let value = 0;
      for (let i = 0; i < size; i++) value = value * 256 + this[little ? at + size - 1 - i : at + i];
      const whole = 2 ** (8 * size);
      return signed && value >= whole / 2 ? value - whole : value;
    }
    #put(value, at, size, little) {
      inside(this, at, size);
      let left = value < 0 ? value + 2 ** (8 * size) : value;
      for (let i = 0; i < size; i++) {
        this[little ? at + i : at + size - 1 - i] = left % 256;
        left = Math.floor(left / 256);
      }
      return at + size;
    }
  }
  const inside = (bytes, at, size) => {
    if (!(at >= 0 && at + size <= bytes.length)) {
      throw new RangeError(`The value of "offset" is out of range. Received ${at}`);
    }
  };
  const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const give = (name, size, kind, little) => {
    const get = DataView.prototype[`get${kind}`], set = DataView.prototype[`set${kind}`];
    const names = name.includes("UInt") ? [name, name.replace("UInt", "Uint")] : [name];
    for (const said of names) {
      Object.defineProperty(Buffer.prototype, `read${said}`, {
        writable: true, configurable: true,
        value(at = 0) { inside(this, at, size); return get.call(view(this), at, little); },
      });
      Object.defineProperty(Buffer.prototype, `write${said}`, {
        writable: true, configurable: true,
        value(value, at = 0) { inside(this, at, size); set.call(view(this), at, value, little); return at + size; },
      });
    }
  };
  give("UInt8", 1, "Uint8", false);
  give("Int8", 1, "Int8", false);
  for (const [end, little] of [["BE", false], ["LE", true]]) {
    give(`UInt16${end}`, 2, "Uint16", little);
    give(`Int16${end}`, 2, "Int16", little);
    give(`UInt32${end}`, 4, "Uint32", little);
    give(`Int32${end}`, 4, "Int32", little);
    give(`BigUInt64${end}`, 8, "BigUint64", little);
    give(`BigInt64${end}`, 8, "BigInt64", little);
    give(`Float${end}`, 4, "Float32", little);
    give(`Double${end}`, 8, "Float64", little);
  }
  for (const name of ["UIntBE", "UIntLE"]) {
    const other = name.replace("UInt", "Uint");
    for (const verb of ["read", "write"]) {
      Object.defineProperty(Buffer.prototype, verb + other, {
        writable: true, configurable: true, value: Buffer.prototype[verb + name],
      });
    }
  }
  globalThis.Buffer = Buffer;
  globalThis.atob = function atob(said) { return spelled(fromBase64(String(said)), 0xff); };
  globalThis.btoa = function btoa(said) { return toBase64(letters(String(said), 0xff)); };
  globalThis.TextDecoder = class TextDecoder {
    constructor(encoding = "utf-8") { this.encoding = String(encoding).toLowerCase(); }
    decode(bytes) {
      return bytes === undefined ? "" : way(this.encoding)[1](new Uint8Array(bytes.buffer || bytes, bytes.byteOffset || 0, bytes.byteLength));
    }
  };
  globalThis.TextEncoder = class TextEncoder {
    encode(said = "") { return Uint8Array.from(fromUtf8(String(said))); }
  };
})();
