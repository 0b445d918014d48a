import { randomBytes } from 'node:crypto';

/** Tells what this process did from what others did. */
export const PROCESS_ID = randomBytes(6).toString('base64url');
