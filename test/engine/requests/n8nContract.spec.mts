import type { ICredentialDataDecryptedObject, INodeType } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { addNodeType, intezerApi, runNode } from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';

describe('What the package relies on in n8n', () => {
	/**
	 * What nodes/intezer/http relies on in n8n-core; the comment in authenticatedClient.ts lists it. The n8n server
	 * exchanges the key only for an empty token, and stores the new one: test/e2e tests that. With N8N_ENGINE_FOLDER, this
	 * file runs on another version of n8n-core.
	 */

	const service = simulatedIntezer({ cases: 1 });

	/** Records the objects that n8n-core hands over, and leaves it to n8n-core to fill in the token. */
	class RecordingCredential extends StoredCredential {
		readonly exchanged: ICredentialDataDecryptedObject[] = [];
		readonly signed: ICredentialDataDecryptedObject[] = [];

		override async preAuthentication(
			...[helpers, credentials, type, node, expired]: Parameters<
				StoredCredential['preAuthentication']
			>
		): Promise<ICredentialDataDecryptedObject | undefined> {
			if (credentials.sessionToken !== '' && !expired) return undefined;
			this.exchanged.push(credentials);
			const filled = await super.preAuthentication(
				helpers,
				{ ...credentials },
				type,
				node,
				expired,
			);
			return filled === undefined ? undefined : { sessionToken: filled.sessionToken ?? '' };
		}

		override async authenticate(...given: Parameters<StoredCredential['authenticate']>) {
			this.signed.push(given[0]);
			return await super.authenticate(...given);
		}
	}

	/** Sends one request with the credential data that it is given, as the package's client does. */
	async function send(data: ICredentialDataDecryptedObject, ignoreHttpStatusErrors: boolean) {
		const credential = new RecordingCredential(intezerApi, data);
		const node: INodeType = {
			description: {
				displayName: 'Request',
				name: 'request',
				group: ['transform'],
				version: 1,
				description: 'One request with a given credential',
				defaults: {},
				inputs: ['main'],
				outputs: ['main'],
				credentials: [{ name: 'intezerApi', required: true }],
				properties: [],
			},
			async execute() {
				await this.helpers.httpRequestWithAuthentication.call(
					this,
					'intezerApi',
					{
						method: 'GET',
						url: '/cases/unknown',
						ignoreHttpStatusErrors,
						returnFullResponse: true,
					},
					{ credentialsDecrypted: { id: '', name: '', type: 'intezerApi', data } },
				);
				return [[]];
			},
		};
		addNodeType('request', node);
		const { error } = await runNode({ type: 'request', parameters: {}, credential });
		const statuses = service.simulator.requests.map(
			({ path, status }) => `${path.replace('/api/v2-0', '')} ${status}`,
		);
		return { credential, error, statuses };
	}

	const dataWith = (sessionToken: string): ICredentialDataDecryptedObject => ({
		apiKey: service.simulator.apiKey,
		region: 'custom',
		baseUrl: service.simulator.url,
		ignoreSslIssues: false,
		sessionToken,
	});

	test('n8n hands the given credential object to the exchange, and fills the new token into it', async () => {
		const data = dataWith('');
		const { credential, statuses } = await send(data, true);
		expect(statuses).toEqual(['/get-access-token 200', '/cases/unknown 404']);
		expect(credential.exchanged).toHaveLength(1);
		expect(credential.exchanged[0]).toBe(data);
		expect(credential.signed[0]).toBe(data);
		expect(data.sessionToken).toMatch(/^[\w-]{43}\../);
	});

	test('n8n does not see a 401 of a request that ignores status errors', async () => {
		const { credential, error, statuses } = await send(dataWith('refused'), true);
		expect(error).toBeUndefined();
		expect(credential.exchanged).toEqual([]);
		expect(statuses).toEqual(['/cases/unknown 401']);
	});

	test('n8n exchanges the key itself after a 401 that it sees, for the same object', async () => {
		const data = dataWith('refused');
		const { credential, statuses } = await send(data, false);
		expect(statuses).toEqual(['/cases/unknown 401', '/get-access-token 200', '/cases/unknown 404']);
		expect(credential.exchanged[0]).toBe(data);
		expect(data.sessionToken).toMatch(/^[\w-]{43}\../);
	});

	test('n8n does not repeat an exchange whose error has no response', async () => {
		service.simulator.fail({ path: '/get-access-token', status: 401, times: Infinity });
		const { error, statuses } = await send(dataWith(''), true);
		expect(error).toBeDefined();
		expect(statuses).toEqual(['/get-access-token 401']);
	});
});
