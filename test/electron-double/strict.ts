// Refuses by name what the test double of Electron does not have, so that nothing passes a test by accident.
import { EventEmitter } from 'node:events';

/** What a promise, a serialiser or Node itself may look for on any value. */
const askedOfAnything = new Set(['then', 'toJSON', 'domain']);

/** `target`, whose unknown members throw an error that names them when they are read or written. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key, receiver): unknown {
      if (typeof key === 'string' && !(key in object) && !askedOfAnything.has(key)) throw missing(name, key);
      return Reflect.get(object, key, receiver);
    },
    set(object, key, value, receiver) {
      if (typeof key === 'string' && !(key in object)) throw missing(name, key);
      return Reflect.set(object, key, value, receiver);
    },
  });
}

/** An object whose unknown members throw. Private fields of what extends it live on the guarded object itself. */
export class StrictObject {
  readonly [Symbol.toStringTag]: string = 'Electron test double';

  constructor(name: string) {
    return strict(name, this);
  }
}

/** An event emitter whose unknown members throw, and on which nobody can wait for an event that is never raised. */
export class StrictEmitter extends EventEmitter {
  /** @param events what the double raises; 'any' where channels are named by the program */
  constructor(name: string, events: readonly string[] | 'any') {
    super();
    if (events !== 'any') {
      this.on('newListener', (event: string | symbol) => {
        if (typeof event === 'string' && !events.includes(event)) throw missing(name, `on('${event}')`);
      });
    }
    return strict(name, this);
  }
}

function missing(name: string, member: string): Error {
  return new Error(`Electron test double: ${name}.${member} is not implemented`);
}
