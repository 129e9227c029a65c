// What every way of capturing has in common: it listens, hands flows over, and can be stopped gently or at once.

/** A running capture front. */
export type CaptureFront = {
  /** Where it listens; the port is the real one where 0 was asked for. */
  readonly listening: { readonly host: string; readonly port: number };
  readonly connections: () => number;
  /** Stops accepting, closes connections that carry no flow, and resolves when the last flow has ended by itself. */
  readonly drain: () => Promise<void>;
  /** Stops accepting and resets every connection. */
  readonly close: () => Promise<void>;
};

/** What a front lets its applications hold. Times in ms. */
export type CaptureLimits = {
  /** Connections beyond it are closed at once. Each flow takes two descriptors. */
  readonly maxConnections: number;
  /** From the connection, or from the first byte of a later request, to the complete head or handshake. */
  readonly handshakeTimeoutMs: number;
  /** How long a connection may stay between two requests. */
  readonly idleTimeoutMs: number;
};

export const defaultCaptureLimits: CaptureLimits = {
  maxConnections: 8_192,
  handshakeTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
};
