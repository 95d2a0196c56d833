// Milesight AM100 and EM300/EM500: channel, kind and value, least significant byte first.
// Written for Byalag from the maker's description of the payload. EUPL-1.2.
function unsigned(bytes, at) {
  if (at + 2 > bytes.length) throw new RangeError("ends in the midst of a value");
  return bytes[at] + bytes[at + 1] * 256;
}

function signed(bytes, at) {
  var value = unsigned(bytes, at);
  return value >= 0x8000 ? value - 0x10000 : value;
}

function byte(bytes, at) {
  if (at >= bytes.length) throw new RangeError("ends in the midst of a value");
  return bytes[at];
}

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 0; at < bytes.length; ) {
    var kind = bytes[at] * 256 + bytes[at + 1];
    at += 2;
    switch (kind) {
      case 0x0175: data.battery = byte(bytes, at); at += 1; break;
      case 0x0367: data.temperature = signed(bytes, at) / 10; at += 2; break;
      case 0x0468: data.humidity = byte(bytes, at) / 2; at += 1; break;
      case 0x0500: data.leak = byte(bytes, at) !== 0; at += 1; break;
      case 0x056a: data.activity = unsigned(bytes, at); at += 2; break;
      case 0x0665:
        data.illumination = unsigned(bytes, at);
        data.infraredAndVisible = unsigned(bytes, at + 2);
        data.infrared = unsigned(bytes, at + 4);
        at += 6;
        break;
      case 0x077d: data.co2 = unsigned(bytes, at); at += 2; break;
      case 0x087d: data.tvoc = unsigned(bytes, at); at += 2; break;
      case 0x0973: data.pressure = unsigned(bytes, at) / 10; at += 2; break;
      default:
        return { errors: ["no value has this channel and kind, at byte " + (at - 2)] };
    }
  }
  return { data: data };
}
