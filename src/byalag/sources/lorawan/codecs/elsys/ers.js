// Elsys devices (ERS, ELT, EMS): a byte that says what follows, then its value, most significant
// byte first. Written for Byalag from the maker's description of the payload. EUPL-1.2.
function unsigned(bytes, at, size) {
  if (at + size > bytes.length) throw new RangeError("ends in the midst of a value");
  var value = 0;
  for (var i = 0; i < size; i++) value = value * 256 + bytes[at + i];
  return value;
}

function signed(bytes, at, size) {
  var value = unsigned(bytes, at, size);
  var half = size === 1 ? 0x80 : 0x8000;
  return value >= half ? value - 2 * half : value;
}

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 0; at < bytes.length; ) {
    var kind = bytes[at++];
    switch (kind) {
      case 0x01: data.temperature = signed(bytes, at, 2) / 10; at += 2; break;
      case 0x02: data.humidity = unsigned(bytes, at, 1); at += 1; break;
      case 0x03:
        data.x = signed(bytes, at, 1);
        data.y = signed(bytes, at + 1, 1);
        data.z = signed(bytes, at + 2, 1);
        at += 3;
        break;
      case 0x04: data.light = unsigned(bytes, at, 2); at += 2; break;
      case 0x05: data.motion = unsigned(bytes, at, 1); at += 1; break;
      case 0x06: data.co2 = unsigned(bytes, at, 2); at += 2; break;
      case 0x07: data.vdd = unsigned(bytes, at, 2); at += 2; break;
      case 0x08: data.analog1 = unsigned(bytes, at, 2); at += 2; break;
      case 0x0a: data.pulse1 = unsigned(bytes, at, 2); at += 2; break;
      case 0x0b: data.pulseAbs = unsigned(bytes, at, 4); at += 4; break;
      case 0x0c: data.externalTemperature = signed(bytes, at, 2) / 10; at += 2; break;
      case 0x0d: data.digital = unsigned(bytes, at, 1); at += 1; break;
      case 0x0e: data.distance = unsigned(bytes, at, 2); at += 2; break;
      case 0x0f: data.accMotion = unsigned(bytes, at, 1); at += 1; break;
      case 0x10:
        data.irInternalTemperature = signed(bytes, at, 2) / 10;
        data.irExternalTemperature = signed(bytes, at + 2, 2) / 10;
        at += 4;
        break;
      case 0x11: data.occupancy = unsigned(bytes, at, 1); at += 1; break;
      case 0x12: data.waterleak = unsigned(bytes, at, 1); at += 1; break;
      case 0x14: data.pressure = unsigned(bytes, at, 4) / 1000; at += 4; break;
      case 0x15:
        data.soundPeak = unsigned(bytes, at, 1);
        data.soundAvg = unsigned(bytes, at + 1, 1);
        at += 2;
        break;
      case 0x16: data.pulse2 = unsigned(bytes, at, 2); at += 2; break;
      case 0x18: data.analog2 = unsigned(bytes, at, 2); at += 2; break;
      case 0x19: data.externalTemperature2 = signed(bytes, at, 2) / 10; at += 2; break;
      case 0x1c: data.tvoc = unsigned(bytes, at, 2); at += 2; break;
      default:
        return { errors: ["no value has the code 0x" + kind.toString(16) + ", at byte " + (at - 1)] };
    }
  }
  return { data: data };
}
