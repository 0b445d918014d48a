import { randomUUID } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsHelper,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeProperties,
	IRequestOptionsSimplified,
} from 'n8n-workflow';

/**
 * Keeps one credential in memory and treats it like n8n's own helper: it exchanges the key if the token is empty or
 * refused, stores the result, and each request reads what is stored.
 */
export class StoredCredential implements ICredentialsHelper {
	/** Its ID in n8n. */
	readonly id = randomUUID();

	constructor(
		private readonly type: ICredentialType,
		/** What n8n would have in its database. */
		public stored: ICredentialDataDecryptedObject,
	) {}

	getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		const decrypted: ICredentialDataDecryptedObject = {};
		for (const { name, default: value } of this.type.properties) {
			if (typeof value === 'string' || typeof value === 'boolean') decrypted[name] = value;
		}
		return Promise.resolve({ ...decrypted, ...this.stored });
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (credentials.sessionToken !== '' && !credentialsExpired) return undefined;
		const output = await this.type.preAuthentication?.call(helpers, credentials);
		const sessionToken = output?.sessionToken;
		if (typeof sessionToken !== 'string') return undefined;
		this.stored = { ...this.stored, sessionToken };
		return Object.assign(credentials, { sessionToken });
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		request: IHttpRequestOptions | IRequestOptionsSimplified,
	): Promise<IHttpRequestOptions> {
		if (typeof this.type.authenticate !== 'function')
			throw new Error('authenticate is no function');
		return await this.type.authenticate(credentials, request as IHttpRequestOptions);
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(): INodeProperties[] {
		return this.type.properties;
	}

	updateCredentials(): Promise<void> {
		return Promise.resolve();
	}

	updateCredentialsOauthTokenData(): Promise<void> {
		return Promise.reject(new Error('not used by this credential'));
	}

	runPreAuthentication(): Promise<ICredentialDataDecryptedObject | undefined> {
		return Promise.reject(new Error('not used by this node'));
	}

	getCredentials(): Promise<ICredentials> {
		return Promise.reject(new Error('not used by this node'));
	}
}
