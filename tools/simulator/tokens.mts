import { createHmac, randomBytes } from 'node:crypto';

/** What `POST /get-access-token` answers; `expire_at` in Unix seconds. */
export interface IssuedToken {
	readonly result: string;
	readonly expire_at: number;
}

/** Gives out tokens that look like JWTs and knows which of them are still good. */
export class TokenIssuer {
	/** Every token given so far, revoked ones too. */
	readonly given: string[] = [];
	private readonly expiries = new Map<string, number>();
	private readonly secret = randomBytes(32);

	constructor(
		private readonly apiKeys: readonly string[],
		private readonly lifetimeSeconds: number,
		private readonly now: () => number,
	) {}

	/** A new token, another one at each call; `undefined` where the key is not known. */
	issue(apiKey: string): IssuedToken | undefined {
		if (!this.apiKeys.includes(apiKey)) return undefined;
		const issuedAt = Math.floor(this.now());
		const expireAt = issuedAt + this.lifetimeSeconds;
		const head = encode({ alg: 'HS256', typ: 'JWT' });
		const claims = encode({
			jti: randomBytes(12).toString('hex'),
			iat: issuedAt,
			exp: expireAt,
			sub: `key-${this.apiKeys.indexOf(apiKey) + 1}`,
		});
		const signature = createHmac('sha256', this.secret)
			.update(`${head}.${claims}`)
			.digest('base64url');
		const token = `${head}.${claims}.${signature}`;
		this.expiries.set(token, expireAt);
		this.given.push(token);
		return { result: token, expire_at: expireAt };
	}

	/** Whether an Authorization header carries a token that is good now. */
	accepts(authorization: string | undefined): boolean {
		const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
		const expireAt = token === undefined ? undefined : this.expiries.get(token);
		return expireAt !== undefined && this.now() < expireAt;
	}

	revokeAll(): void {
		this.expiries.clear();
	}
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}
