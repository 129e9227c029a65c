// `npm run icons`: writes the icon files again after a drawing has changed. They are kept in the repository.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './config.ts';
import { renderIcons } from './tray-icons.ts';

for (const [path, bytes] of await renderIcons()) {
  const file = join(root, 'assets', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
