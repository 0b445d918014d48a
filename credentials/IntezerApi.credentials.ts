import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { exchangeKey } from '../nodes/intezer/http/auth/keyExchange';
import { addBearerToken } from '../nodes/intezer/http/auth/addBearerToken';
import { withCredentialErrors } from '../nodes/n8n/errors/credentialError';

export class IntezerApi implements ICredentialType {
	name = 'intezerApi';

	displayName = 'Intezer API';

	documentationUrl = 'https://github.com/n8n-nodes-intezer/n8n-nodes-intezer#credentials';

	icon: Icon = { light: 'file:../icons/intezer.svg', dark: 'file:../icons/intezer.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'The API key of your Intezer account',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{
					name: 'Global',
					value: 'global',
					description: 'analyze.intezer.com',
				},
				{
					name: 'On-Premises or Other',
					value: 'custom',
					description: 'Your own server, or any other address',
				},
				{
					name: 'United States',
					value: 'us',
					description: 'us.app.intezer.com',
				},
			],
			default: 'global',
			description: 'The region that hosts your tenant',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://intezer.example.com',
			description:
				'The address of your Intezer server, with or without /api. It must start with https://.',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description:
				'Whether to connect even if the certificate of the server cannot be verified. Anyone who can intercept the connection can then read the API key.',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	/** A search also detects an account without access to cases, which the key exchange alone does not. */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			url: '/cases/search',
			body: { payload: {}, offset: 0, limit: 1 },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'The API key is valid, but its account does not have access to cases or is out of quota',
				},
			},
		],
	};

	/** n8n calls this when the token is empty or after a 401, and stores what it returns. */
	async preAuthentication(this: IHttpRequestHelper, credential: ICredentialDataDecryptedObject) {
		return await withCredentialErrors(async () => ({
			sessionToken: await exchangeKey(this.helpers, credential),
		}));
	}

	async authenticate(
		credential: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await withCredentialErrors(() => addBearerToken(credential, request));
	}
}
