import { randomBytes } from 'node:crypto';

/** Distinguishes what this process did from what other processes did. */
export const PROCESS_ID = randomBytes(6).toString('base64url');
