import { createHmac, randomBytes } from 'node:crypto';

/** The response of `POST /get-access-token`; `expire_at` in Unix seconds. */
export interface IssuedToken {
	readonly result: string;
	readonly expire_at: number;
}

/** Issues tokens in the form of JWTs, and checks them. */
export class TokenIssuer {
	/** Every token issued so far, including revoked ones. */
	readonly issued: string[] = [];
	private readonly expiries = new Map<string, number>();
	private readonly secret = randomBytes(32);

	constructor(
		private readonly apiKeys: readonly string[],
		private readonly lifetimeSeconds: number,
		private readonly now: () => number,
	) {}

	/** Issues a new token; `undefined` if the key is unknown. */
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
		this.issued.push(token);
		return { result: token, expire_at: expireAt };
	}

	/** Whether an Authorization header has a valid token. */
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
