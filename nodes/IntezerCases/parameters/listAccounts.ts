import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { IntezerError } from '../../intezer/http/errors';
import type { Account } from '../../intezer/types';
import { nodeError } from '../../n8n/errors/nodeError';
import { printableText } from '../../n8n/errors/printableText';
import { UserError } from '../../n8n/errors/userError';
import { withLabels } from './caseFieldLabels';

/** Shorter than for an execution: the user waits while the list loads. */
const TIMEOUT_MS = 20_000;

/**
 * The list of the filter 'Assigned Account Names or IDs': the accounts of the organization, by name.
 *
 * @throws NodeApiError, NodeOperationError; the editor shows the message at the filter
 */
export async function getAccounts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const client = new IntezerClient(this, { deadline: Date.now() + TIMEOUT_MS });
		return optionsOf(await client.listAccounts());
	} catch (error) {
		throw nodeError(this.getNode(), isRefusal(error) ? notListed() : error, { withLabels });
	}
}

/** Whether this account may not list others, or this Intezer has no such list. */
function isRefusal(error: unknown): boolean {
	return (
		error instanceof IntezerError && (error.kind === 'noPermission' || error.httpStatus === 404)
	);
}

function notListed(): UserError {
	return new UserError(
		'Intezer does not allow this API key to list accounts. Use an expression that returns account IDs instead.',
		"Switch the filter to an expression that returns IDs, such as {{ ['id-1', 'id-2'] }}, or use the API key of an account that can list accounts.",
	);
}

/** One option for each account with an ID, without duplicates. */
function optionsOf(accounts: Account[]): INodePropertyOptions[] {
	const byId = new Map<string, INodePropertyOptions>();
	for (const account of accounts) {
		const id = idOf(account);
		if (id !== '' && !byId.has(id)) byId.set(id, { name: nameOf(account) || id, value: id });
	}
	return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function idOf({ account_id: id }: Account): string {
	return typeof id === 'string' || typeof id === 'number' ? String(id).trim() : '';
}

/** Such as `Dana Levi (dana.levi@example.com)`. */
function nameOf({ account_name, account_email }: Account): string {
	const name = printableText(account_name);
	const email = printableText(account_email);
	return name !== '' && email !== '' && name !== email ? `${name} (${email})` : name || email;
}
