// The part of the PAC file that is the same for every profile: reading the URL and finding the rule, in ECMAScript 3.
// Systems hand PAC files to old interpreters, and a file that does not parse means DIRECT for everything.

/**
 * Expects before it: `proxyAnswers` (answer by outcome, 0 is direct), `ownHosts`, `portLists`, `exactNames`,
 * `namesBelow`, `globs` and `blocks`. Entries are `[rank, port list, outcome]` with the target behind; the smallest
 * rank counts. Keys begin with `$`, so that no host name can be a property that every object has.
 */
export const pacScript = String.raw`
function FindProxyForURL(url, host) {
  var port = portOfUrl(String(url));
  var target = readHost(String(host));
  if (port === 0 || target === null || ownHosts['$' + target.text] === true) { return proxyAnswers[0]; }
  var best = target.bytes === null ? findName(target.text, port) : findBlock(target.bytes, port);
  return proxyAnswers[best === null ? 0 : best[2]];
}

function portOfUrl(url) {
  var parts = /^([a-z][a-z0-9+.\-]*):\/\/(?:[^\/?#]*@)?(?:\[[^\]]*\]|[^\/:?#]*)(?::([0-9]*))?/i.exec(url);
  if (parts === null) { return 0; }
  if (parts[2]) { return Number(parts[2]); }
  var scheme = parts[1].toLowerCase();
  if (scheme === 'https' || scheme === 'wss') { return 443; }
  if (scheme === 'http' || scheme === 'ws') { return 80; }
  return scheme === 'ftp' ? 21 : 0;
}

function readHost(host) {
  if (!/^[\x21-\x7e]+$/.test(host)) { return null; }
  var text = host.toLowerCase();
  if (text.charAt(0) === '[' && text.charAt(text.length - 1) === ']') { text = text.substring(1, text.length - 1); }
  var bytes = text.indexOf(':') === -1 ? readIpv4(text) : readIpv6(text);
  if (bytes !== null) { return { text: writeAddress(bytes), bytes: bytes }; }
  if (text.charAt(text.length - 1) === '.') { text = text.substring(0, text.length - 1); }
  if (text.length > 253 || !/^[a-z0-9_\-]{1,63}(\.[a-z0-9_\-]{1,63})*$/.test(text)) { return null; }
  if (/(^|\.)([0-9]+|0x[0-9a-f]*)$/.test(text)) { return null; }
  return { text: text, bytes: null };
}

function readIpv4(text) {
  var parts = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text);
  if (parts === null) { return null; }
  var bytes = [];
  for (var i = 1; i <= 4; i++) {
    if (Number(parts[i]) > 255 || /^0[0-9]/.test(parts[i])) { return null; }
    bytes.push(Number(parts[i]));
  }
  return bytes;
}

function readIpv6(text) {
  var dotted = /^(.*:)([0-9.]+)$/.exec(text);
  if (dotted !== null && dotted[2].indexOf('.') !== -1) {
    var v4 = readIpv4(dotted[2]);
    if (v4 === null) { return null; }
    text = dotted[1] + (v4[0] * 256 + v4[1]).toString(16) + ':' + (v4[2] * 256 + v4[3]).toString(16);
  }
  var halves = text.split('::');
  if (halves.length > 2) { return null; }
  var head = readGroups(halves[0]);
  var tail = halves.length === 2 ? readGroups(halves[1]) : [];
  if (head === null || tail === null) { return null; }
  var missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) { return null; }
  while (missing > 0) { head.push(0); missing--; }
  var groups = head.concat(tail);
  var bytes = [];
  for (var i = 0; i < 8; i++) { bytes.push(Math.floor(groups[i] / 256), groups[i] % 256); }
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

function readGroups(text) {
  if (text === '') { return []; }
  var parts = text.split(':');
  for (var i = 0; i < parts.length; i++) {
    if (!/^[0-9a-f]{1,4}$/.test(parts[i])) { return null; }
    parts[i] = parseInt(parts[i], 16);
  }
  return parts;
}

function isMapped(bytes) {
  for (var i = 0; i < 10; i++) { if (bytes[i] !== 0) { return false; } }
  return bytes[10] === 255 && bytes[11] === 255;
}

function writeAddress(bytes) {
  return bytes.join('.');
}

function findName(name, port) {
  var best = better(null, exactNames['$' + name], port);
  for (var dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    best = better(best, namesBelow['$' + name.substring(dot + 1)], port);
  }
  for (var i = 0; i < globs.length; i++) {
    if (globs[i][3].test(name)) { best = better(best, [globs[i]], port); }
  }
  return best;
}

function findBlock(bytes, port) {
  for (var i = 0; i < blocks.length; i++) {
    if (holdsPort(blocks[i][1], port) && holdsBytes(blocks[i][3], blocks[i][4], bytes)) { return blocks[i]; }
  }
  return null;
}

function better(best, entries, port) {
  for (var i = 0; entries && i < entries.length; i++) {
    if ((best === null || entries[i][0] < best[0]) && holdsPort(entries[i][1], port)) { best = entries[i]; }
  }
  return best;
}

function holdsPort(list, port) {
  var ports = portLists[list];
  for (var i = 0; i < ports.length; i += 2) { if (ports[i] <= port && port <= ports[i + 1]) { return true; } }
  return false;
}

function holdsBytes(block, length, bytes) {
  if (block.length !== bytes.length) { return false; }
  for (var bit = 0; bit < length; bit += 8) {
    var size = Math.pow(2, Math.max(0, 8 - (length - bit)));
    if (Math.floor(block[bit / 8] / size) !== Math.floor(bytes[bit / 8] / size)) { return false; }
  }
  return true;
}
`;
