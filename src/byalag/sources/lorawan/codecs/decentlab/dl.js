// Decentlab: version 2, device id, a flag for each sensor that is there, then its words of 16 bits,
// most significant byte first. The battery is the last sensor of every model. Which model it is,
// the device's `variables` say. Written for Byalag from the maker's data sheets. EUPL-1.2.
var MODELS = {
  "DL-DS18": [[1, function (x) { return { temperature: (x[0] - 32768) / 16 }; }]],
  "DL-MBX": [[2, function (x) { return { distance: x[0], validSamples: x[1] }; }]],
  "DL-CTD10": [[4, function (x) {
    return {
      waterDepth: x[0] - 32768,
      temperature: (x[1] - 32768) / 10,
      conductivity: x[2],
      freezing: x[3] !== 0
    };
  }]],
  "DL-TBRG": [[4, function (x) {
    return {
      precipitation: x[0] / 10,
      precipitationInterval: x[1],
      cumulativePrecipitation: (x[2] + x[3] * 65536) / 10
    };
  }]]
};

function decodeUplink(input) {
  var model = MODELS[input.variables.model];
  if (!model) {
    return { errors: ["the variable model is one of " + Object.keys(MODELS).join(", ")] };
  }
  var bytes = Buffer.from(input.bytes);
  if (bytes.length < 5 || bytes[0] !== 2) {
    return { errors: ["is not written in version 2"] };
  }
  var sensors = model.concat([[1, function (x) { return { battery: x[0] / 1000 }; }]]);
  var flags = bytes.readUInt16BE(3);
  var at = 5;
  var data = {};
  sensors.forEach(function (sensor, number) {
    if (!(flags & (1 << number))) return;
    var words = [];
    for (var i = 0; i < sensor[0]; i++, at += 2) words.push(bytes.readUInt16BE(at));
    Object.assign(data, sensor[1](words));
  });
  return { data: data };
}
