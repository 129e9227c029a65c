// An HTTPS destination that serves the files of a folder, as any web server does; git clones from it.
// Arguments: address, port, certificate file, key file, folder.
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join, normalize } from 'node:path';

const [address = '', port = '', certificate = '', key = '', folder = ''] = process.argv.slice(2);
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.on('request', ({ url = '/' }, response) => {
  // An absolute path has no way above its root.
  const path = normalize(decodeURIComponent(new URL(url, 'https://files.test').pathname));
  readFile(join(folder, path)).then(
    (content) => response.end(content),
    () => response.writeHead(404).end(),
  );
});
server.listen(Number(port), address, () => process.stdout.write('ready\n'));
