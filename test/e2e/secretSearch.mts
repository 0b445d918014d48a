import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Long enough that no two secrets share a piece by chance, short enough that a database's page breaks leave some pieces
 * whole.
 */
const PIECE = 16;

/** Where a secret was found. */
export interface Finding {
	/** The file below the folder, or the name of the text. */
	where: string;
	/** Which of the secrets, by its index. */
	secret: number;
	form: string;
}

/**
 * Searches for secrets in every form that can be read: as plain text, base64, hex or UTF-16. Escaping in JSON or in a
 * URL does not change their letters and digits. A piece of a secret counts as the secret.
 */
export class SecretSearch {
	private readonly needles: Array<{ bytes: Buffer; secret: number; form: string }> = [];

	/** @param secrets none shorter than 16 letters, digits, hyphens, underscores or dots in a row */
	constructor(secrets: readonly string[]) {
		secrets.forEach((text, secret) => {
			const pieces = piecesOf(text);
			if (pieces.length === 0) throw new Error('a secret is too short to look for');
			for (const piece of pieces) {
				for (const [form, bytes] of formsOf(piece)) this.needles.push({ bytes, secret, form });
			}
		});
	}

	/** What is found in a text or in a file's bytes. */
	in(where: string, content: string | Buffer): Finding[] {
		const bytes = typeof content === 'string' ? Buffer.from(content) : content;
		return this.needles
			.filter((needle) => bytes.includes(needle.bytes))
			.map(({ secret, form }) => ({ where, secret, form }));
	}

	/** What is found in all files below a folder. */
	async inFolder(folder: string): Promise<Finding[]> {
		const findings: Finding[] = [];
		for (const path of await filesBelow(folder)) {
			for (const finding of this.in(relative(folder, path), await readFile(path))) {
				findings.push(finding);
			}
		}
		return findings;
	}
}

/** All files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name));
}

/** Pieces of the runs of characters that no escaping changes. */
function piecesOf(secret: string): string[] {
	return (secret.match(/[\w.-]+/g) ?? []).flatMap((run) => {
		const count = Math.floor(run.length / PIECE);
		return Array.from({ length: count }, (_, index) =>
			run.slice(index * PIECE, (index + 1) * PIECE),
		);
	});
}

function formsOf(piece: string): Array<readonly [string, Buffer]> {
	const bytes = Buffer.from(piece);
	return [
		['plain', bytes],
		['hex', Buffer.from(bytes.toString('hex'))],
		['UTF-16', Buffer.from(piece, 'utf16le')],
		...[0, 1, 2].map((offset) => ['base64', base64At(offset, bytes)] as const),
	];
}

/** The base64 of these bytes after this many bytes of another text, without the characters that both share. */
function base64At(offset: number, bytes: Buffer): Buffer {
	const text = Buffer.concat([Buffer.alloc(offset), bytes])
		.toString('base64')
		.replace(/=+$/, '');
	const before = [0, 2, 3][offset] ?? 0;
	const isWhole = (offset + bytes.length) % 3 === 0;
	return Buffer.from(text.slice(before, isWhole ? undefined : -1));
}
