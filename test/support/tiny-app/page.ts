// What the small app's windows show: a page and its script, served by the app's own protocol.

export const page = `<!doctype html>
<html lang="en">
<head><title>Tiny</title><script>globalThis.inline = true</script><script src="page.js" defer></script></head>
<body>
<main>
<h1>Tiny</h1>
<button>Turn on</button>
<output></output>
<a href="https://docs.contoso.test/" target="_blank">Documentation</a>
<a href="https://evil.contoso.test/" id="away">Away</a>
</main>
</body>
</html>`;

export const script = `
tiny.onState(({ on, since }) => {
  document.querySelector('output').textContent = (on ? 'on' : 'off') + ' since ' + since.toISOString();
});
document.querySelector('button').onclick = () => tiny.turn(true);
`;
