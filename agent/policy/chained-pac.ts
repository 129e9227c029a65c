// One PAC file out of two: our rules come first, and the file that was there before decides what they leave direct.

/**
 * Both files as they are, each in a function of its own, so that their names cannot meet. What ours leaves direct, and what
 * it would let leave directly where the proxy is dead, goes as theirs says. A fault of theirs is no worse than it was alone:
 * the request goes direct, and our rules hold. Written in ECMAScript 3, as every PAC file.
 *
 * @param own ASCII, as `renderPac` makes it
 * @param theirs must be a script that parses by itself; anything beyond ASCII is written as an escape
 */
export function chainPac(own: string, theirs: string): string {
  return [
    '// The traffic profile of OpenGSA, then the PAC file that was set before. Made by OpenGSA; changes here are lost.',
    'var opengsaRules = (function () {',
    own,
    'return FindProxyForURL;',
    '})();',
    'var opengsaBefore = null;',
    'try {',
    // A name that theirs lacks must not be found outside, where it is ours.
    'opengsaBefore = (function (FindProxyForURL, FindProxyForURLEx) { return (function () {',
    asciiScript(theirs),
    "return typeof FindProxyForURL === 'function' ? FindProxyForURL : FindProxyForURLEx;",
    '})(); })();',
    '} catch (e) { opengsaBefore = null; }',
    chainScript.trim(),
    '',
  ].join('\n');
}

const chainScript = String.raw`
function FindProxyForURL(url, host) {
  var answer = String(opengsaRules(url, host));
  if (!/(^|;\s*)DIRECT\s*$/.test(answer)) { return answer; }
  return answer.replace(/DIRECT\s*$/, '') + opengsaAnswerBefore(url, host);
}
function opengsaAnswerBefore(url, host) {
  var answer;
  try { answer = opengsaBefore === null ? '' : opengsaBefore(url, host); } catch (e) { answer = ''; }
  answer = answer === null || answer === undefined ? '' : String(answer).replace(/^[\s;]+|[\s;]+$/g, '');
  return answer === '' ? 'DIRECT' : answer;
}
`;

/** Old engines read PAC files as ISO 8859-1; escapes mean the same in strings, expressions and names. */
function asciiScript(text: string): string {
  return text
    .replace(/^\ufeff/, '')
    .replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
