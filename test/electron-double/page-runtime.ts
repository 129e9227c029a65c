// What runs inside Chromium: the values between the worlds, the context bridge and a preload script's `electron` module.
// Each function is sent as text, so it may use nothing from outside itself.

declare const document: EventTarget;

/** A value as JSON can carry it. */
export type Encoded = unknown;
type Special = { readonly $: string; readonly v?: unknown; readonly id?: number };
type Plain = Record<string, unknown>;

export type Codec = {
  /** @throws Error in Electron's words where the value cannot be cloned */
  readonly encode: (value: unknown, special?: (value: unknown) => Encoded) => Encoded;
  readonly decode: (value: Encoded, special?: (value: Special) => unknown) => unknown;
};

/** Values as the structured clone algorithm copies them; functions and promises only where `special` carries them. */
export function createCodec(): Codec {
  const encode: Codec['encode'] = (value, special) => {
    if (value === undefined) return { $: 'undefined' };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'function' || value instanceof Promise) {
      if (special !== undefined) return special(value);
      throw new Error('An object could not be cloned.');
    }
    if (typeof value === 'symbol' || value instanceof WeakMap || value instanceof WeakSet) {
      throw new Error('An object could not be cloned.');
    }
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof RegExp) return { $: 'regexp', v: [value.source, value.flags] };
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message] };
    if (value instanceof Map) {
      return { $: 'map', v: [...value].map((pair: unknown[]) => pair.map((part) => encode(part, special))) };
    }
    if (value instanceof Set) return { $: 'set', v: [...value].map((part) => encode(part, special)) };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: [...new Uint8Array(value)] };
    if (ArrayBuffer.isView(value)) {
      return { $: 'bytes', v: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
    }
    if (Array.isArray(value)) return value.map((part) => encode(part, special));
    const copy: Plain = {};
    for (const [key, part] of Object.entries(value)) copy[key] = encode(part, special);
    return '$' in copy ? { $: 'object', v: copy } : copy;
  };
  const decodePlain = (value: object, special?: (value: Special) => unknown): Plain => {
    const copy: Plain = {};
    for (const [key, part] of Object.entries(value)) copy[key] = decode(part, special);
    return copy;
  };
  const decode: Codec['decode'] = (value, special) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((part) => decode(part, special));
    if (!('$' in value)) return decodePlain(value, special);
    const { $: kind, v } = value as { $: string; v: never };
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(v);
      case 'bigint':
        return BigInt(v);
      case 'date':
        return new Date(v);
      case 'regexp':
        return new RegExp(v[0], v[1]);
      case 'error': {
        const error = new Error(v[1]);
        error.name = v[0];
        return error;
      }
      case 'map':
        return new Map(
          (v as [unknown, unknown][]).map(([key, part]) => [decode(key, special), decode(part, special)]),
        );
      case 'set':
        return new Set((v as unknown[]).map((part) => decode(part, special)));
      case 'buffer':
        return new Uint8Array(v).buffer;
      case 'bytes':
        return new Uint8Array(v);
      case 'object':
        return decodePlain(v, special);
      default:
        return special?.(value as Special);
    }
  };
  return { encode, decode };
}

export type Bridge = { readonly expose: (key: string, value: unknown) => void };

/**
 * One end of the context bridge; both ends are the same. They talk by synchronous DOM events that carry only text, so
 * no object of one world is ever reachable from the other.
 */
export function createBridge(me: string, other: string, { encode, decode }: Codec): Bridge {
  type Outcome = { readonly t: 'return'; readonly v?: Encoded; readonly error?: Encoded };
  type Message =
    | Outcome
    | { readonly t: 'call'; readonly id: number; readonly a: Encoded[] }
    | { readonly t: 'expose'; readonly key: string; readonly v: Encoded }
    | { readonly t: 'resolve' | 'reject'; readonly id: number; readonly v: Encoded };
  const own = new Map<number, (...args: unknown[]) => unknown>();
  const promised = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let last = 0;
  let returned: Outcome = { t: 'return' };

  const send = (message: Message): void => {
    document.dispatchEvent(new CustomEvent(`electron-double-${other}`, { detail: JSON.stringify(message) }));
  };
  const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
  const leave = (value: unknown): Encoded => {
    last += 1;
    const id = last;
    if (value instanceof Promise) {
      value.then(
        (result: unknown) => send({ t: 'resolve', id, v: out(result) }),
        (reason: unknown) => send({ t: 'reject', id, v: encode(asError(reason)) }),
      );
      return { $: 'promise', id };
    }
    own.set(id, value as (...args: unknown[]) => unknown);
    return { $: 'function', id };
  };
  const enter = ({ $: kind, id = 0 }: Special): unknown => {
    if (kind === 'promise') {
      return new Promise((resolve, reject) => promised.set(id, { resolve, reject }));
    }
    return (...args: unknown[]): unknown => {
      send({ t: 'call', id, a: args.map(out) });
      const { v, error } = returned;
      if (error !== undefined) throw decode(error) as Error;
      return into(v);
    };
  };
  const out = (value: unknown): Encoded => encode(value, leave);
  const into = (value: Encoded): unknown => decode(value, enter);
  const answer = (id: number, args: Encoded[]): Outcome => {
    try {
      return { t: 'return', v: out(own.get(id)?.(...args.map(into))) };
    } catch (error) {
      return { t: 'return', error: encode(asError(error)) };
    }
  };
  const freeze = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };
  const exposed = (key: string, value: Encoded): Outcome => {
    if (key in globalThis) {
      const error = new Error('Cannot bind an API on top of an existing property on the window object');
      return { t: 'return', error: encode(error) };
    }
    Object.defineProperty(globalThis, key, { value: freeze(into(value)), enumerable: true });
    return { t: 'return' };
  };

  document.addEventListener(`electron-double-${me}`, (event) => {
    const message = JSON.parse((event as CustomEvent<string>).detail) as Message;
    if (message.t === 'return') returned = message;
    else if (message.t === 'call') send(answer(message.id, message.a));
    else if (message.t === 'expose') send(exposed(message.key, message.v));
    else {
      const waiting = promised.get(message.id);
      promised.delete(message.id);
      waiting?.[message.t](into(message.v));
    }
  });
  return {
    expose(key, value) {
      send({ t: 'expose', key, v: out(value) });
      if (returned.error !== undefined) throw decode(returned.error) as Error;
    },
  };
}

/** The `electron` module of a sandboxed preload script. `post` sends text to the main process. */
export function createPreloadModule(
  { encode, decode }: Codec,
  bridge: Bridge,
  post: (text: string) => void,
): { dispatch: (text: string) => void; electron: Plain } {
  type Listener = (event: object, ...args: unknown[]) => void;
  type Message =
    | { readonly t: 'event'; readonly channel: string; readonly a: Encoded[] }
    | { readonly t: 'reply'; readonly id: number; readonly v?: Encoded; readonly error?: Encoded };
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let last = 0;

  const guarded = (name: string, members: Plain): Plain =>
    new Proxy(members, {
      get(object, key): unknown {
        if (typeof key === 'symbol' || key in object || key === 'then' || key === 'toJSON')
          return Reflect.get(object, key);
        throw new Error(`Electron test double: ${name}.${key} is not implemented`);
      },
    });
  const listen = (channel: string, listener: Listener): Plain => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    return ipcRenderer;
  };
  const unlisten = (channel: string, listener: Listener): Plain => {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((known) => known !== listener),
    );
    return ipcRenderer;
  };
  const ipcRenderer = guarded('ipcRenderer', {
    invoke: (channel: string, ...args: unknown[]) => {
      const a = args.map((arg) => encode(arg));
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        post(JSON.stringify({ t: 'invoke', id, channel, a }));
      });
    },
    send: (channel: string, ...args: unknown[]) =>
      post(JSON.stringify({ t: 'send', channel, a: args.map((arg) => encode(arg)) })),
    on: listen,
    addListener: listen,
    off: unlisten,
    removeListener: unlisten,
    removeAllListeners: (channel: string) => {
      listeners.delete(channel);
      return ipcRenderer;
    },
    once: (channel: string, listener: Listener) => {
      const once: Listener = (event, ...args) => {
        unlisten(channel, once);
        listener(event, ...args);
      };
      return listen(channel, once);
    },
  });
  const dispatch = (text: string): void => {
    const message = JSON.parse(text) as Message;
    if (message.t === 'event') {
      const args = message.a.map((arg) => decode(arg));
      for (const listener of listeners.get(message.channel) ?? [])
        listener({ sender: ipcRenderer, ports: [] }, ...args);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) call?.resolve(decode(message.v));
    else call?.reject(decode(message.error));
  };
  const contextBridge = guarded('contextBridge', {
    exposeInMainWorld: (key: string, value: unknown) => bridge.expose(key, value),
  });
  return { dispatch, electron: guarded('electron', { ipcRenderer, contextBridge }) };
}
