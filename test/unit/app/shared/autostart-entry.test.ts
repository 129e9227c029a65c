// The desktop entry that starts the program with a session.
import { expect, test } from 'vitest';
import { autostartEntry } from '../../../../app/shared/autostart-entry.ts';

test('it starts the program without a window', () => {
  expect(autostartEntry('/opt/OpenGSA/opengsa')).toContain('\nExec="/opt/OpenGSA/opengsa" --background\n');
  expect(autostartEntry('/opt/OpenGSA/opengsa')).toMatch(/^\[Desktop Entry\]\nType=Application\n/);
});

test('a path with special characters is one argument', () => {
  expect(autostartEntry('/home/a b/50%/"$x`\\/opengsa')).toContain(
    String.raw`Exec="/home/a b/50%%/\\"\\$x\\` + '`' + String.raw`\\\\/opengsa" --background`,
  );
});
