// What a codec finds around it, and how it is called. Run once for each codec, before the codec.
//
// A call must not be able to change what the next one answers: the codec's own text is evaluated
// anew for each message, what it leaves among the globals is taken away, and everything that the
// language brings is frozen, when the codec has had the chance to mend what it thinks is missing.
// The clock stands at the time when the message came.
(function () {
  "use strict";
  const DEEPEST = 32, MOST_VALUES = 20000, LONGEST = 65536, ENOUGH = 4194304;
  const RealDate = Date, parse = JSON.parse, write = JSON.stringify;
  const { ownKeys, deleteProperty, defineProperty, getPrototypeOf, construct, apply } = Reflect;
  const { freeze, getOwnPropertyDescriptor } = Object;
  const isArray = Array.isArray, isView = ArrayBuffer.isView, text = String;
  const isoTime = RealDate.prototype.toISOString, keysOf = Object.keys, from = Array.from;
  let now = 0, seed = 1;

  // --- time and chance ----------------------------------------------------------------------
  const zoned = /(?:Z|[+-]\d\d:?\d\d|GMT|UTC)\s*(?:\(.*\))?$|^[+-]?\d{4,6}(?:-\d\d){0,2}$/i;
  const asUtc = (said) => {
    const at = RealDate.parse(said);
    return zoned.test(said) ? at : at - new RealDate(at).getTimezoneOffset() * 60000;
  };
  const moment = (given) => {
    if (given.length === 0) return [now];
    if (given.length > 1) return [RealDate.UTC(...given)];
    return typeof given[0] === "string" ? [asUtc(given[0])] : given;
  };
  function StoppedDate(...given) {
    if (!new.target) return new RealDate(now).toUTCString();
    return construct(RealDate, moment(given), new.target);
  }
  StoppedDate.prototype = RealDate.prototype;
  StoppedDate.UTC = RealDate.UTC;
  StoppedDate.parse = (said) => asUtc(text(said));
  StoppedDate.now = () => now;
  const dates = RealDate.prototype;
  for (const part of ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    dates[`get${part}`] = dates[`getUTC${part}`];
    dates[`set${part}`] = dates[`setUTC${part}`];
  }
  dates.getDay = dates.getUTCDay;
  dates.getTimezoneOffset = function () { return 0; };
  dates.toString = dates.toLocaleString = dates.toUTCString;
  dates.toLocaleDateString = function () { return apply(isoTime, this, []).slice(0, 10); };
  dates.toLocaleTimeString = function () { return apply(isoTime, this, []).slice(11, 19); };
  dates.constructor = StoppedDate;
  globalThis.Date = StoppedDate;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

  // --- what newer engines have --------------------------------------------------------------
  const lend = (home, name, value) => {
    if (!(name in home)) {
      defineProperty(home, name, { value, writable: true, configurable: true, enumerable: false });
    }
  };
  const at = function (index) {
    const place = Math.trunc(index) || 0;
    return this[place < 0 ? this.length + place : place];
  };
  const typed = getPrototypeOf(Uint8Array.prototype);
  for (const home of [Array.prototype, String.prototype, typed]) lend(home, "at", at);
  for (const home of [Array.prototype, typed]) {
    lend(home, "findLast", function (holds) { return this.slice().reverse().find(holds); });
  }
  lend(Object, "hasOwn", (home, name) => Object.prototype.hasOwnProperty.call(home, name));

  // --- JSON that cannot exhaust the stack -----------------------------------------------------
  // The engine's own writer recurses in C without looking at the stack, so what it is given is
  // first copied to a plain value of limited depth and size.
  const objects = Object.prototype;
  let values = 0, letters = 0;
  const tooMuch = (what) => { throw new RangeError(`gives a result that is ${what}`); };
  const plain = (value, depth) => {
    const kind = typeof value;
    if (kind === "number") return value;
    if (kind === "string") {
      if ((letters += value.length) > LONGEST) tooMuch("longer than 65536 characters");
      return value;
    }
    if (kind === "boolean" || value === null) return value;
    if (kind === "object") return copied(value, depth);
    if (kind !== "bigint") return undefined;
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : text(value);
  };
  const copied = (value, depth) => {
    if (depth > DEEPEST) tooMuch("nested deeper than 32 levels, or contains itself");
    if (isArray(value)) return listed(value, depth + 1);
    if (typeof value.toJSON === "function" && !isView(value)) {
      return plain(value.toJSON(), depth + 1);
    }
    if (getPrototypeOf(value) !== objects) {
      if (isView(value)) return listed(from(value), depth + 1);
      if (value instanceof Number || value instanceof String || value instanceof Boolean) {
        return plain(value.valueOf(), depth + 1);
      }
    }
    const names = keysOf(value), count = names.length, copy = {};
    if ((values += count) > MOST_VALUES) tooMuch("more than 20000 values");
    for (let i = 0; i < count; i++) {
      const name = names[i], one = plain(value[name], depth + 1);
      letters += name.length;
      if (name !== "__proto__") copy[name] = one;
    }
    return copy;
  };
  const listed = (value, depth) => {
    const count = value.length, list = [];
    if ((values += count) > MOST_VALUES) tooMuch("more than 20000 values");
    for (let i = 0; i < count; i++) list[i] = plain(value[i], depth);
    return list;
  };
  const measured = (value) => { values = letters = 0; return plain(value, 0); };
  JSON.stringify = function stringify(value, replacer, indent) {
    const given = typeof replacer === "function" ? value : measured(value);
    return write(given, replacer, indent);
  };

  // --- what else a codec may expect -----------------------------------------------------------
  const quiet = () => {};
  globalThis.console = freeze({
    log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet, trace: quiet,
  });
  const parts = { buffer: { Buffer: globalThis.Buffer } };
  globalThis.require = function require(name) {
    if (name === "buffer" || name === "node:buffer") return parts.buffer;
    throw new Error(`there is no module ${name} here`);
  };
  for (const name of ["Proxy", "SharedArrayBuffer", "Atomics", "__date_clock", "WeakRef"]) {
    delete globalThis[name];
  }

  // --- freezing ---------------------------------------------------------------------------------
  const seen = new Set(), has = seen.has.bind(seen);
  const standard = ownKeys(globalThis).filter((name) => name !== "globalThis");
  // Old codecs bring their own `Object.assign` and define it again each time; that is not wrong.
  Object.defineProperty = function (home, name, how) {
    if (has(home)) return home;
    defineProperty(home, name, how) || refuse(name);
    return home;
  };
  const refuse = (name) => { throw new TypeError(`${text(name)} cannot be defined again`); };
  // An object may be given a `toString` of its own although the one it inherits is frozen.
  const yielding = (home, name, { value, enumerable }) => {
    defineProperty(home, name, {
      enumerable,
      configurable: false,
      get() { return value; },
      set(own) {
        if (this === home) refuse(name);
        defineProperty(this, name, {
          value: own, writable: true, enumerable: true, configurable: true,
        });
      },
    });
  };
  const reach = (value) => {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return;
    if (has(value) || isView(value)) return;
    seen.add(value);
    for (const name of ownKeys(value)) {
      const found = getOwnPropertyDescriptor(value, name);
      for (const inner of [found.value, found.get, found.set]) reach(inner);
    }
    reach(getPrototypeOf(value));
  };
  const seal = () => {
    const hidden = [
      function* () {}, async function () {}, async function* () {}, [][Symbol.iterator](),
      new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), ""[Symbol.iterator](),
      "".matchAll(/a/g),
    ];
    for (const one of hidden) reach(getPrototypeOf(one));
    for (const name of standard) reach(globalThis[name]);
    reach(parts.buffer);
    for (const home of [Object.prototype, Error.prototype]) {
      for (const name of ownKeys(home)) {
        const found = getOwnPropertyDescriptor(home, name);
        if (found.configurable && "value" in found) yielding(home, name, found);
      }
    }
    for (const one of seen) freeze(one);
    for (const name of standard) {
      defineProperty(globalThis, name, { writable: false, configurable: false });
    }
  };

  // --- calling ----------------------------------------------------------------------------------
  const known = new Set([...standard, "module", "exports", "globalThis"]);
  for (const name of standard) defineProperty(globalThis, name, { enumerable: false });
  let make = null, said = [], thorough = false;
  const shared = (name) => {
    const how = { value: undefined, writable: true, enumerable: false, configurable: true };
    defineProperty(globalThis, name, how);
  };
  // What a careless codec leaves is enumerable; `thorough` finds what was hidden on purpose too.
  const tidy = () => {
    if (keysOf(globalThis).length === 0 && !thorough) return;
    for (const name of ownKeys(globalThis)) {
      if (!known.has(name)) deleteProperty(globalThis, name);
    }
  };
  const noRoom = "InternalError: out of memory";
  // Null is thrown when there was no room for the error itself; nothing here needs room of its own.
  const ranOut = (error) => {
    if (error === null) return true;
    try {
      return error instanceof InternalError && error.message === "out of memory";
    } catch (further) {
      return further === null;
    }
  };
  const sentence = (error) => {
    if (ranOut(error)) return noRoom;
    try {
      const words = error instanceof Error ? `${error.name}: ${error.message}` : text(error);
      return words.slice(0, 300);
    } catch (further) {
      return ranOut(further) ? noRoom : "an error that cannot be written";
    }
  };
  const entry = (found, own) => {
    let decode = found.decodeUplink || own.decodeUplink;
    if (typeof decode === "function") return [decode, 0];
    decode = found.Decode || own.Decode;
    if (typeof decode === "function") return [decode, 1];
    decode = found.Decoder || own.Decoder || own;
    if (typeof decode === "function") return [decode, 2];
    throw new TypeError("has no function decodeUplink, Decode or Decoder");
  };
  const begin = (at) => {
    now = at;
    seed = 1;
    const exports = {}, module = { exports };
    globalThis.exports = exports;
    globalThis.module = module;
    const found = make();
    if (typeof found.decodeUplink === "function") return [found.decodeUplink, 0];
    const own = module.exports;
    return entry(found, own === null || own === undefined ? exports : own);
  };
  const answer = (uplink) => {
    const bytes = uplink[0], fPort = uplink[1], at = uplink[2], variables = uplink[3];
    try {
      const found = begin(at), decode = found[0];
      if (found[1] === 1) return measured([decode(fPort, bytes, variables), null, null]);
      if (found[1] === 2) return measured([decode(bytes, fPort), null, null]);
      const result = decode({ bytes, fPort, recvTime: new RealDate(at), variables });
      if (result === null || typeof result !== "object") {
        throw new TypeError(`gives ${result === null ? "null" : typeof result}, not an object`);
      }
      return measured([result.data, result.warnings, result.errors]);
    } catch (error) {
      return sentence(error);
    } finally {
      tidy();
    }
  };
  const open = (factory) => {
    make = factory;
    shared("module");
    shared("exports");
    begin(0);
    tidy();
    return "";
  };
  const close = (careful) => {
    thorough = careful;
    seal();
    begin(0);
    tidy();
    return "";
  };
  const run = (batch) => {
    const uplinks = parse(batch);
    let left = ENOUGH;
    said = [];
    for (let i = 0; i < uplinks.length && left > 0; i++) {
      said[i] = answer(uplinks[i]);
      left -= letters;
    }
    return write(said);
  };
  const verbs = { open, close, run, soFar: () => write(said) };
  return (verb, given) => verbs[verb](given);
})
