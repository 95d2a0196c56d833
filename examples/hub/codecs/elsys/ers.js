// Elsys devices (ERS, ELT, EMS): a byte that says what follows, then its value, most significant
// byte first. Written for Byalag from the maker's description of the payload. EUPL-1.2.
function decodeUplink(input) {
  var bytes = Buffer.from(input.bytes);
  var at = 0;
  var data = {};
  var unsigned = function (size) { at += size; return bytes.readUIntBE(at - size, size); };
  var signed = function (size) { at += size; return bytes.readIntBE(at - size, size); };
  var tenth = function () { return signed(2) / 10; };
  var readers = {
    0x01: function () { data.temperature = tenth(); },
    0x02: function () { data.humidity = unsigned(1); },
    0x03: function () { data.x = signed(1); data.y = signed(1); data.z = signed(1); },
    0x04: function () { data.light = unsigned(2); },
    0x05: function () { data.motion = unsigned(1); },
    0x06: function () { data.co2 = unsigned(2); },
    0x07: function () { data.vdd = unsigned(2); },
    0x08: function () { data.analog1 = unsigned(2); },
    0x0a: function () { data.pulse1 = unsigned(2); },
    0x0b: function () { data.pulseAbs = unsigned(4); },
    0x0c: function () { data.externalTemperature = tenth(); },
    0x0d: function () { data.digital = unsigned(1); },
    0x0e: function () { data.distance = unsigned(2); },
    0x0f: function () { data.accMotion = unsigned(1); },
    0x10: function () { data.irInternalTemperature = tenth(); data.irExternalTemperature = tenth(); },
    0x11: function () { data.occupancy = unsigned(1); },
    0x12: function () { data.waterleak = unsigned(1); },
    0x14: function () { data.pressure = unsigned(4) / 1000; },
    0x15: function () { data.soundPeak = unsigned(1); data.soundAvg = unsigned(1); },
    0x16: function () { data.pulse2 = unsigned(2); },
    0x18: function () { data.analog2 = unsigned(2); },
    0x19: function () { data.externalTemperature2 = tenth(); },
    0x1c: function () { data.tvoc = unsigned(2); }
  };
  while (at < bytes.length) {
    var kind = bytes[at++];
    if (!readers[kind]) {
      return { errors: ["no value has the code 0x" + kind.toString(16) + ", at byte " + (at - 1)] };
    }
    readers[kind]();
  }
  return { data: data };
}
