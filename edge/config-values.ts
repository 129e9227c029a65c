// Values that stand in many places of the edge's configuration: addresses, prefixes, ports.
import { z } from 'zod';
import { parseAddress, parsePrefix } from '../protocol/address.ts';

export const address = z
  .string()
  .refine((text) => parseAddress(text) !== null, 'must be an IP address such as 192.0.2.1 or 2001:db8::1')
  .transform((text) => parseAddress(text)?.text ?? text);
export const ipv4 = address.refine((text) => !text.includes(':'), 'must be an IPv4 address');
export const ipv6 = address.refine((text) => text.includes(':'), 'must be an IPv6 address');
export const prefixRule = 'must be a prefix such as 192.0.2.0/24 with zero host bits';
export const prefix = z.string().refine((text) => parsePrefix(text) !== null, prefixRule);
export const port = z.int().min(1).max(65_535);

export const perFamily = z.strictObject({
  ipv4: ipv4.nullable().default(null),
  ipv6: ipv6.nullable().default(null),
});
