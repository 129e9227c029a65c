// A slow and bad link between two interfaces of one namespace, and what has befallen its frames.
import { join } from 'node:path';
import { z } from 'zod';
import { installedProgram } from './debian-programs.ts';
import type { Place } from './namespaces.ts';

/** Options of the link emulator; shares are 0 to 1 and hold for each direction. */
export type LinkOptions = {
  /** One way, in ms. */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly corrupt?: number;
  readonly reorder?: number;
  readonly rateMbit?: number;
  readonly seed?: number;
};

const frameCounts = z.object({
  frames: z.int(),
  lost: z.int(),
  corrupted: z.int(),
  reordered: z.int(),
  duplicated: z.int(),
});
export type FrameCounts = z.infer<typeof frameCounts>;

export type EmulatedLink = {
  /** From this moment on every frame is lost, those on their way too. */
  readonly cut: () => void;
  readonly mend: () => void;
  /** What has befallen the frames so far, both directions together. */
  readonly fate: () => Promise<FrameCounts>;
};

const emulator = join(import.meta.dirname, '../netlab/link-emulator.py');

/** Joins the interfaces `left` and `right`; resolves when frames pass. */
export async function startEmulatedLink(place: Place, link: LinkOptions): Promise<EmulatedLink> {
  const python = installedProgram('python3');
  if (python === null) throw new Error('python3 is not installed');
  const program = place.start(python, [emulator, 'left', 'right', ...options(link)]);
  await program.line(/^ready$/);
  let reports = 0;
  return {
    cut: () => program.signal('SIGUSR1'),
    mend: () => program.signal('SIGUSR2'),
    fate: async () => {
      program.signal('SIGHUP');
      const line = await program.line(new RegExp(`"report": ${++reports},`));
      return frameCounts.parse(JSON.parse(line));
    },
  };
}

function options(link: LinkOptions): string[] {
  const given: readonly (readonly [string, number | undefined])[] = [
    ['--delay-ms', link.delayMs],
    ['--jitter-ms', link.jitterMs],
    ['--loss', link.loss],
    ['--duplicate', link.duplicate],
    ['--corrupt', link.corrupt],
    ['--reorder', link.reorder],
    ['--rate-mbit', link.rateMbit],
    ['--seed', link.seed],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
}
