// The sockets that this process holds, by their inodes.
import { readdir, readlink } from 'node:fs/promises';

const folder = '/proc/self/fd';

export async function ownSocketInodes(): Promise<ReadonlySet<number>> {
  const descriptors = await readdir(folder);
  // One that was closed meanwhile is no socket.
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return new Set(
    links.flatMap((link) => {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      return inode === undefined ? [] : [Number(inode)];
    }),
  );
}
