import { z } from 'zod';

/** Names of files and of one path segment, so that a handle can stand in a URL and in a log as it is. */
const handle = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be letters, digits, ".", "_" or "-"');

/** What a container runtime says of a container it wants on the overlay. */
export const containerRequest = z.strictObject({
  handle,
  /** GUID of the app it is an instance of. */
  app: z.string().min(1).max(255),
  /** Which instance, from 0. */
  index: z.int().min(0).default(0),
  space: z.string().min(1).nullable().default(null),
  org: z.string().min(1).nullable().default(null),
  /** Path of its network namespace. */
  netns: z.string().regex(/^\/[^\0]+$/, 'must be an absolute path'),
});

/** A container on the overlay. */
export const container = containerRequest.extend({ address: z.ipv4(), hostInterface: z.string().min(1) });

export type ContainerRequest = z.output<typeof containerRequest>;
export type Container = z.output<typeof container>;
