// Milesight AM100 and EM300/EM500: channel, kind and value, least significant byte first.
// Written for Byalag from the maker's description of the payload. EUPL-1.2.
function decodeUplink(input) {
  var bytes = Buffer.from(input.bytes);
  var data = {};
  var values = {
    "0175": [1, function (at) { data.battery = bytes.readUInt8(at); }],
    "0367": [2, function (at) { data.temperature = bytes.readInt16LE(at) / 10; }],
    "0468": [1, function (at) { data.humidity = bytes.readUInt8(at) / 2; }],
    "0500": [1, function (at) { data.leak = bytes.readUInt8(at) !== 0; }],
    "056a": [2, function (at) { data.activity = bytes.readUInt16LE(at); }],
    "0665": [6, function (at) {
      data.illumination = bytes.readUInt16LE(at);
      data.infraredAndVisible = bytes.readUInt16LE(at + 2);
      data.infrared = bytes.readUInt16LE(at + 4);
    }],
    "077d": [2, function (at) { data.co2 = bytes.readUInt16LE(at); }],
    "087d": [2, function (at) { data.tvoc = bytes.readUInt16LE(at); }],
    "0973": [2, function (at) { data.pressure = bytes.readUInt16LE(at) / 10; }]
  };
  for (var at = 0; at < bytes.length; ) {
    var channel = bytes.toString("hex", at, at + 2);
    var found = values[channel];
    if (!found) {
      return { errors: ["no value has the channel and kind " + channel + ", at byte " + at] };
    }
    found[1](at + 2);
    at += 2 + found[0];
  }
  return { data: data };
}
